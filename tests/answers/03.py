"""Answers to the exercises of notebook 03: what each check must refuse and accept."""

wrong(1, "no leak", lambda x, W, b, keep: own_layer(x))
wrong(1, "keep and 1 - keep swapped", lambda x, W, b, keep: leaky_outputs_solution(x, W, b, 1 - keep))
wrong(1, "the last output only", lambda x, W, b, keep: leaky_outputs_solution(x, W, b, keep)[:, -1])
wrong(1, "a constant", lambda x, W, b, keep: np.zeros((len(x), x.shape[1], len(b))))
wrong(1, "it keeps the tanh", lambda x, W, b, keep: keep * sequence + (1 - keep) * sequence)


@right(1)
def cell_from_nothing(x, W, b, keep):
    class Leaky(tf.keras.layers.Layer):
        state_size = output_size = len(b)

        def call(self, inputs, states):
            new_state = keep * states[0] + (1 - keep) * tf.tanh(inputs @ W[:1] + states[0] @ W[1:] + b)
            return new_state, [new_state]

    return tf.keras.layers.RNN(Leaky(), return_sequences=True)(x)


@right(1)
def around_the_cell_of_keras(x, W, b, keep):
    class Leaky(tf.keras.layers.SimpleRNNCell):
        def call(self, sequence, states, training=False):
            new_state, _ = super().call(sequence, states, training=training)
            new_state = keep * states[0] + (1 - keep) * new_state
            return new_state, [new_state]

    layer = tf.keras.layers.RNN(Leaky(len(b)), return_sequences=True)
    layer.build(x.shape)
    layer.set_weights([W[:1], W[1:], b])
    return layer(x)


@wrong(2, "as it stands in the text")
def with_both_faults(layer, windows):
    state = None
    outputs = []
    for window in windows:
        hidden, _ = layer(window[:, :, None], initial_state=state)
        state = hidden[:, 0]
        outputs.append(hidden)
    return tf.concat(outputs, axis=0)


@wrong(2, "the axis is mended, the state is not")
def with_the_first_state(layer, windows):
    return tf.concat(np.split(with_both_faults(layer, windows), len(windows)), axis=1)


wrong(2, "no state", lambda layer, windows: tf.concat([layer(window[:, :, None])[0] for window in windows], axis=1))
wrong(2, "one call for all", lambda layer, windows: layer(np.concatenate(list(windows), axis=1)[:, :, None])[0])
wrong(2, "the last window only", lambda layer, windows: run_stream_solution(layer, windows)[:, -windows.shape[2] :])
wrong(2, "a constant", lambda layer, windows: np.zeros((windows.shape[1], windows.shape[0] * windows.shape[2], 4)))


@right(2)
def with_the_last_output(layer, windows):
    state, outputs = np.zeros((windows.shape[1], len(b)), np.float32), []
    for window in windows:
        hidden = layer(window[:, :, None], initial_state=[state])[0]
        state = hidden[:, -1]
        outputs.append(hidden)
    return np.concatenate(outputs, axis=1)


@right(2)
def one_step_at_a_time(layer, windows):
    state, outputs = None, []
    for bits in np.concatenate(list(windows), axis=1).T:
        hidden, state = layer(bits[:, None, None], initial_state=state)
        outputs.append(hidden)
    return tf.concat(outputs, axis=1)


wrong(3, "not the absolute value", lambda layer, x, state: np.max(layer(x, state)[0] - layer(x)[0], axis=(0, 2)))
wrong(3, "nor this way round", lambda layer, x, state: np.max(layer(x)[0] - layer(x, state)[0], axis=(0, 2)))
wrong(3, "the largest over time", lambda layer, x, state: np.abs(layer(x, state)[0] - layer(x)[0]).max(axis=(1, 2)))
wrong(3, "the last states", lambda layer, x, state: np.abs(layer(x, state)[1] - layer(x)[1]).max(axis=0))
wrong(3, "a constant", lambda layer, x, state: np.zeros(x.shape[1]))


@right(3)
def with_zeros_handed_in(layer, x, state):
    from_zero = layer(x, initial_state=np.zeros_like(state))[0]
    return np.max(np.abs(layer(x, initial_state=[state])[0] - from_zero), axis=(0, 2))


@right(3)
def stacked_in_one_batch(layer, x, state):
    both = layer(np.concatenate([x, x]), initial_state=np.concatenate([state, 0 * state]))[0]
    one, other = np.split(np.asarray(both), 2)
    return np.abs(one - other).transpose(1, 0, 2).reshape(x.shape[1], -1).max(axis=1)


@finding
def other_inputs():
    other = input_windows[7][:, :, None]
    np.testing.assert_allclose(leaky_outputs_solution(other, W, b, 0.1), leaky_by_hand(other, W, b, 0.1), atol=1e-6)
    other_stream = by_hand(np.concatenate(list(input_windows[5:8]), axis=1), zeros)
    np.testing.assert_allclose(run_stream_solution(one_window_layer, input_windows[5:8]), other_stream, atol=1e-6)


@finding
def how_long_a_wrong_state_hurts():
    stream = np.concatenate(list(input_windows[:4]), axis=1)[:, :, None]
    trained = tf.keras.layers.SimpleRNN(state_size, return_sequences=True, return_state=True)
    trained.build((batch_size, None, 1))
    trained.set_weights(model.layers[0].get_weights())
    ones = np.ones_like(zeros)
    last_above = [np.nonzero(damage_solution(layer, stream, ones) > 0.1)[0][-1] for layer in (simple_rnn, trained)]
    assert last_above[0] == 12
    assert 3 <= last_above[1] <= 30
