"""Answers to the exercises of notebook 04: what each check must refuse and accept."""

wrong(1, "the loop as it stands", broken)


@wrong(1, "carries the states in the wrong order")
def swapped(layer, windows, h, c):
    outputs = []
    for window in windows:
        hidden, c, h = layer(window[..., None], initial_state=[h, c])
        outputs.append(hidden)
    return tf.concat(outputs, axis=1)


@wrong(1, "begins each window at the start")
def dropped(layer, windows, h, c):
    return tf.concat([layer(window[..., None], initial_state=[h, c])[0] for window in windows], axis=1)


@wrong(1, "leaves out the start")
def from_zero(layer, windows, h, c):
    return carried_outputs_solution(layer, windows, 0 * h, 0 * c)


@right(1)
def all_at_once(layer, windows, h, c):
    return layer(np.concatenate(list(windows), axis=1)[..., None], initial_state=[h, c])[0]


@right(1)
def step_by_step(layer, windows, h, c):
    outputs = []
    for bits in np.concatenate(list(windows), axis=1).T:
        _, h, c = layer(bits[:, None, None], initial_state=[h, c])
        outputs.append(h)
    return tf.stack(outputs, axis=1)


@finding
def the_repaired_loop_is_right_on_other_windows():
    h, c = tf.zeros([batch_size, state_size]), tf.ones([batch_size, state_size])
    for windows in (input_windows[:1], input_windows[7:11]):
        expected = all_at_once(lstm, windows, h, c)
        np.testing.assert_allclose(carried_outputs_solution(lstm, windows, h, c), expected, atol=1e-5)


wrong(2, "as few as two states would do", 2)
wrong(2, "a unit for each of the four bits", echo_step + 1)
wrong(2, "a loss in place of a size", 0.003)
right(2, np.int64(echo_step))
right(2, 3.0)


wrong(3, "not coupled", step)
wrong(3, "swapped", lambda x, state, kernel, bias: LSTMStateTuple(*coupled_step_solution(x, state, kernel, bias)[::-1]))


@wrong(3, "the forget bias is missing")
def without_forget_bias(x, state, kernel, bias):
    return coupled_step_solution(x, state, kernel, bias - np.repeat(np.float32([0, 0, 1, 0]), state_size))


@right(3)
def in_numpy(x, state, kernel, bias):
    rows = np.concatenate([x, state.h], axis=1).astype(np.float64)
    _, j, f, o = np.split(rows @ np.float64(kernel) + bias, 4, axis=1)
    c = sigmoid(f + 1) * (state.c - np.tanh(j)) + np.tanh(j)
    return LSTMStateTuple(c, sigmoid(o) * np.tanh(c))


@right(3)
def by_the_plain_step(x, state, kernel, bias):
    _, j, f, o = tf.split(kernel, 4, axis=1)
    _, bias_j, bias_f, bias_o = tf.split(bias, 4)
    kernel = tf.concat([-f, j, f, o], axis=1)
    bias = tf.concat([-bias_f - 1, bias_j, bias_f, bias_o], axis=0)
    return step(x, state, kernel, bias)


@finding
def a_coupled_cell_cannot_count():
    kernel = tf.constant([[16.0, 0, 0, 0], [0, 0, 0, 0]])
    bias = tf.constant([-8.0, 2, 5, 0])
    for cell, found in ((step, 18.8), (by_the_plain_step, 0.05)):
        state = LSTMStateTuple(c=tf.zeros([1, 1]), h=tf.zeros([1, 1]))
        for _ in range(20):
            state = cell(tf.ones([1, 1]), state, kernel, bias)
        np.testing.assert_allclose(state.c, found, rtol=0.1)
