"""Answers to the exercises of notebook 02: what each check must refuse and accept."""

wrong(1, "no biases", (1 + 10) * 10 + 10 * 2)
wrong(1, "no row for the input", 10 * 10 + 10 + 10 * 2 + 2)
wrong(1, "the cell without the readout", (1 + 10) * 10 + 10)
right(1, sum(rows * columns for rows, columns in ((11, 10), (1, 10), (10, 2), (1, 2))))
right(1, 142.0)

wrong(2, "no bias", lambda x, state, W_x, W_h, b: tf.tanh(x @ W_x + state @ W_h))
wrong(2, "no tanh", lambda x, state, W_x, W_h, b: x @ W_x + state @ W_h + b)
wrong(2, "W_h the wrong way round", lambda x, state, W_x, W_h, b: tf.tanh(x @ W_x + state @ tf.transpose(W_h) + b))
right(2, lambda x, state, W_x, W_h, b: tf.tanh(tf.concat([x, state], axis=1) @ tf.concat([W_x, W_h], axis=0) + b))


@right(2)
def in_numpy(x, state, W_x, W_h, b):
    x, state, W_x, W_h, b = (np.asarray(value, np.float64) for value in (x, state, W_x, W_h, b))
    return np.tanh(x * W_x + np.einsum("bi,ij->bj", state, W_h) + b)


wrong(3, "no coin is guessed right", 1 - 3 / 15)
wrong(3, "the network with its state carried", 1.0)
wrong(3, "in percent", 90)
right(3, 12 / 15 + 3 / 15 * 0.5)
right(3, 0.9)


@finding
def resets_at_other_lengths():
    for length, found in ((30, 0.95), (5, 0.70)):
        other_inputs, other_targets = make_windows(*generate_echo_data(rng=77), length)
        bits = np.concatenate(other_inputs[1:201])
        wanted = np.concatenate(other_targets[1:201])
        answers = np.argmax(forward(bits, zero_state(len(bits)), forgetful)[0], axis=-1)
        np.testing.assert_allclose(np.mean(answers == wanted), found, atol=0.02)
