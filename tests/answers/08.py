"""Answers to the exercises of notebook 08: what each check must refuse and accept."""


def scores(input_windows, target_windows, carry=True):  # nats of each window
    state = zero_state(len(input_windows[0]))
    means = []
    for inputs, targets in zip(input_windows, target_windows, strict=True):
        logits, last = forward(inputs, state)
        state = last if carry else state
        means.append(tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)))
    return np.array(means)


wrong(1, "as it stands", broken_bits)
wrong(1, "the state is not carried", lambda inputs, targets: scores(inputs, targets, carry=False).mean() / np.log(2))
wrong(1, "multiplied instead of divided", lambda inputs, targets: scores(inputs, targets).mean() * np.log(2))
wrong(1, "nats", lambda inputs, targets: scores(inputs, targets).mean())
wrong(1, "the last window alone", lambda inputs, targets: scores(inputs, targets)[-1] / np.log(2))
wrong(1, "the same for every text", lambda inputs, targets: np.log2(num_classes))
right(1, lambda inputs, targets: scores(inputs, targets).mean() / np.log(2))


@right(1)
def all_at_once(inputs, targets):
    logits, _ = forward(np.concatenate(list(inputs), axis=1), zero_state(inputs.shape[1]))
    log_p = tf.math.log_softmax(logits).numpy() / np.log(2)
    return -np.take_along_axis(log_p, np.concatenate(list(targets), axis=1)[..., None], axis=-1).mean()


@finding
def the_repaired_function_is_right_on_other_windows():
    for many in (slice(0, 1), slice(4, 8)):
        one, two = input_windows[many], target_windows[many]
        np.testing.assert_allclose(mean_bits_solution(one, two), all_at_once(one, two), atol=1e-5)


wrong(2, "not normalised", lambda probabilities, temperature: probabilities ** (1 / temperature))
wrong(2, "hot for cold", lambda probabilities, temperature: with_temperature_solution(probabilities, 1 / temperature))
wrong(2, "probabilities taken as logits", lambda probabilities, temperature: tf.nn.softmax(probabilities / temperature))
right(2, lambda probabilities, temperature: tf.nn.softmax(np.log(probabilities) / temperature))


@right(2)
def row_by_row(probabilities, temperature):
    rows = []
    for given in probabilities:
        powers = [p ** (1 / temperature) for p in given]
        rows.append([power / sum(powers) for power in powers])
    return rows


wrong(3, "mixes the bits", lambda bits_1, bits_2, share: np.mean(share * bits_1 + (1 - share) * bits_2))
wrong(3, "mean too soon", lambda bits_1, bits_2, share: -np.log2(np.mean(share / 2**bits_1 + (1 - share) / 2**bits_2)))
wrong(3, "the shares are swapped", lambda bits_1, bits_2, share: mixed_bits_solution(bits_2, bits_1, share))


@right(3)
def by_logarithms(bits_1, bits_2, share):
    return -np.logaddexp2(np.log2(share) - bits_1, np.log2(1 - share) - bits_2).mean()


@right(3)
def one_by_one(bits_1, bits_2, share):
    chances = [share / 2**one + (1 - share) / 2**two for one, two in zip(bits_1, bits_2, strict=True)]
    return sum(np.log2(1 / chance) for chance in chances) / len(chances)


@finding
def half_and_half_pays_at_most_one_bit_more_than_the_better():
    one, two = np.random.default_rng(1).exponential(3, (2, 10_000))  # bits
    mixture = [mixed_bits_solution(one[[n]], two[[n]], 0.5) for n in range(len(one))]
    assert (mixture - np.minimum(one, two)).max() <= 1 + 1e-9
