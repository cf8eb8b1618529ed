"""Answers to the exercises of notebook 07: what each check must refuse and accept."""

wrong(1, "the second layer sees 10 numbers, not 1", 2 * ((1 + 10) * 40 + 40) + 22)
wrong(1, "no biases", (1 + 10) * 40 + (10 + 10) * 40 + 20)
wrong(1, "a readout on each layer", 2 * ((1 + 10) * 40 + 40 + 22))
right(1, 4 * (11 * 10 + 10) + 4 * (20 * 10 + 10) + 22)
right(1, 1342.0)

wrong(2, "not divided", lambda xs, mask, p: xs * mask[:, None])
wrong(2, "divided by the rate", lambda xs, mask, p: xs * mask[:, None] / (1 - p))
wrong(2, "p is taken for the one of the notebook", lambda xs, mask, p: xs * mask[:, None] / keep_prob)
wrong(2, "a new mask at each step", lambda xs, mask, p: xs * (np.random.default_rng(1).random(xs.shape) < p) / p)
wrong(2, "keeps what is to be dropped", lambda xs, mask, p: xs * (1 - mask[:, None]) / p)
wrong(2, "the same mask in all rows", lambda xs, mask, p: xs * mask[0] / p)
right(2, lambda xs, mask, p: tf.where(tf.constant(mask)[:, None] > 0, xs / p, 0.0))


@right(2)
def step_by_step(xs, mask, p):
    dropped = [x * mask / p for x in np.swapaxes(xs, 0, 1)]
    return np.stack(dropped, axis=1)


@finding
def the_solution_is_right_for_another_shape():
    rng = np.random.default_rng(seed + 1)
    xs = rng.normal(size=(3, 7, 2))
    mask = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(drop_whole_window_solution(xs, mask, 0.25), step_by_step(xs, mask, 0.25))


wrong(3, "the rate", (0.001 / np.log(2)) ** (1 / 4))
wrong(3, "one unit", 1 - 0.001 / np.log(2))
wrong(3, "without the coin's cost", 1 - 0.001 ** (1 / 4))
right(3, 1 - np.exp(np.log(0.001 / np.log(2)) / 4))
right(3, 0.805)
