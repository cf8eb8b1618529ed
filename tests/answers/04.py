"""Answers to the exercises of notebook 04: what each check must refuse and accept."""

wrong(1, "a vanilla RNN", (1 + 10) * 10 + 10 + 10 * 2 + 2)
wrong(1, "no row for the input", 4 * 10 * 10 + 40 + 22)
wrong(1, "no biases", (1 + 10) * 40 + 10 * 2)
right(1, 4 * ((1 + 10) * 10 + 10) + (10 + 1) * 2)
right(1, np.float64(502))


@wrong(2, "forgets that the forget bias is inside")
def two_blocks_swapped(kernel, recurrent_kernel, bias):
    i, f, j, o = np.split(np.vstack([kernel, recurrent_kernel, bias]), 4, axis=1)
    return np.hstack([i, j, f, o])


@wrong(2, "leaves the blocks in Keras's order")
def one_below_the_other(kernel, recurrent_kernel, bias):
    return np.vstack([kernel, recurrent_kernel, bias - np.repeat([0, 1, 0, 0], state_size)])


@wrong(2, "takes 1 from the kernel too")
def forget_bias_everywhere(kernel, recurrent_kernel, bias):
    i, f, j, o = np.split(np.vstack([kernel, recurrent_kernel, bias]), 4, axis=1)
    return np.hstack([i, j, f - 1, o])


@right(2)
def by_an_axis_of_blocks(kernel, recurrent_kernel, bias):
    rows = np.vstack([kernel, recurrent_kernel, bias]).astype(np.float64)
    rows[-1, state_size : 2 * state_size] -= 1
    blocks = rows.reshape(len(rows), 4, state_size)
    return blocks[:, [0, 2, 1, 3]].reshape(len(rows), -1)


@right(2)
def by_column_numbers(kernel, recurrent_kernel, bias):
    bias = bias - np.repeat([0, 1, 0, 0], state_size)
    columns = np.arange(4 * state_size).reshape(4, state_size)
    return tf.gather(tf.concat([kernel, recurrent_kernel, [bias]], axis=0), columns[[0, 2, 1, 3]].ravel(), axis=1)


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
