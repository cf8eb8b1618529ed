"""Answers to the exercises of notebook 06: what each check must refuse and accept."""

wrong(1, "the embedded string", 7 * np.log(2) / 12)
wrong(1, "the right coins, without the B and the E", 6 * np.log(2) / 6)
wrong(1, "bits instead of nats", 6 / 8)
right(1, 0.75 * np.log(2))
right(1, np.log(8) / 4)

wrong(2, "four blocks of the bias on three of the product: this raises", step)


@wrong(2, "the forget bias is missing")
def no_forget_bias(x, state, kernel, bias):
    bias_i, bias_j, bias_f, bias_o = tf.split(bias, 4, axis=-1)
    return learned_leak_step_solution(x, state, kernel, tf.concat([bias_i, bias_j, bias_f - 1, bias_o], axis=-1))


@wrong(2, "the bias in Keras's order")
def keras_order(x, state, kernel, bias):
    bias_i, bias_f, bias_j, bias_o = tf.split(bias, 4, axis=-1)
    return learned_leak_step_solution(x, state, kernel, tf.concat([bias_i, bias_j, bias_f, bias_o], axis=-1))


@right(2)
def by_the_step_of_the_lesson(x, state, kernel, bias):
    i, j, o = tf.split(kernel, 3, axis=-1)
    return step(x, state, tf.concat([i, j, tf.zeros_like(i), o], axis=-1), bias)


@right(2)
def in_numpy(x, state, kernel, bias):  # on float64
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    i, j, o = np.split(np.concatenate([x, state.h], axis=2) @ np.float64(kernel), 3, axis=2)
    bias_i, bias_j, bias_f, bias_o = np.split(np.float64(bias), 4, axis=2)
    c = sigmoid(bias_f + 1) * state.c + sigmoid(i + bias_i) * np.tanh(j + bias_j)
    return LSTMStateTuple(c, sigmoid(o + bias_o) * np.tanh(c))


wrong(3, "as if nothing were forgotten", lambda steps, a: steps)
wrong(3, "after endless steps", lambda steps, a: 1 / (1 - a))
wrong(3, "the last addition has been multiplied already", lambda steps, a: sum(a**k for k in range(1, steps + 1)))
right(3, lambda steps, a: steps if a == 1 else (1 - a**steps) / (1 - a))


@right(3)
def step_by_step(steps, a):
    c = 0
    for _ in range(steps):
        c = a * c + 1
    return c


@finding
def bounds_of_an_epoch():
    bounds = [step_by_step(10_000, 1), step_by_step(10_000, 0.9)]
    np.testing.assert_allclose(bounds, [10_000, 10])
