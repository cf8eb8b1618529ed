"""Plausible wrong answers to every exercise; the check must say "not yet" to each of them."""

WRONG = {
    "01-echo-data": {
        "exercise-1": [
            "longer_echo_floor = 3 / 15 * np.log(2)",
            "longer_echo_floor = 5 / 15",
            "longer_echo_floor = 0.23",
            "longer_echo_floor = 'ln 2'",
        ],
        "exercise-2": [
            # the windows are right, the axes are [batch, window, time]
            "def my_windows(rows, length):\n"
            "    return rows[:, : rows.shape[1] // length * length].reshape(len(rows), -1, length)",
            # the right shape, but rows and windows are mixed up
            "def my_windows(rows, length):\n"
            "    return rows[:, : rows.shape[1] // length * length].reshape(-1, len(rows), length)",
            # does not drop the partial last window
            "def my_windows(rows, length):\n    return rows.reshape(-1, len(rows), length)",
        ],
        "exercise-3": [
            "ten_rows_floor = 3 / 15 * np.log(2)",
            "ten_rows_floor = echo_loss_floor().first_window",
            "ten_rows_floor = 0.138",
        ],
    },
    "02-vanilla-rnn": {
        "exercise-1": ["ten_units = (1 + 10) * 10 + 10 * 2", "ten_units = 10 * 10 + 10 + 10 * 2 + 2", "ten_units = 34"],
        "exercise-2": [
            "def my_step(x, state, W_x, W_h, b):\n    return tf.tanh(x @ W_x + state @ W_h)",
            "def my_step(x, state, W_x, W_h, b):\n    return x @ W_x + state @ W_h + b",
            "def my_step(x, state, W_x, W_h, b):\n    return tf.tanh(x @ W_x + state @ tf.transpose(W_h) + b)",
        ],
        "exercise-3": [f"forgetful_accuracy = {wrong}" for wrong in ("1 - 3 / 15", "13 / 15", "14 / 15", "1.0", "0.5")],
    },
    "03-rnn-api": {
        "exercise-1": ["recurrent_kernel_shape = (3, 10)", "recurrent_kernel_shape = (13, 10)"],
        "exercise-2": [
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return np.concatenate([recurrent_kernel, kernel, bias[None]])",
            "def from_keras(kernel, recurrent_kernel, bias):\n    return np.concatenate([kernel, recurrent_kernel])",
        ],
        "exercise-3": [
            # drops the state
            "def run_stream(layer, windows):\n"
            "    return tf.concat([layer(window[:, :, None])[0] for window in windows], axis=1)",
            # stacks the windows instead of joining them
            "def run_stream(layer, windows):\n"
            "    state, outputs = None, []\n"
            "    for window in windows:\n"
            "        output, state = layer(window[:, :, None], initial_state=state)\n"
            "        outputs.append(output)\n"
            "    return tf.stack(outputs)",
        ],
    },
    "04-lstm-state-tuples": {
        "exercise-1": [
            "ten_units = (1 + 10) * 10 + 10 + 10 * 2 + 2",
            "ten_units = 4 * 10 * 10 + 40 + 22",
            "ten_units = 106",
        ],
        "exercise-2": [
            # forgets that the forget bias is inside
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    i, f, j, o = np.split(np.concatenate([kernel, recurrent_kernel, bias[None]]), 4, axis=1)\n"
            "    return np.concatenate([i, j, f, o], axis=1)",
            # leaves the blocks in Keras's order
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return np.concatenate([kernel, recurrent_kernel, bias[None]])",
        ],
        "exercise-3": [
            # the plain step
            "def coupled_step(x, state, kernel, bias):\n    return step(x, state, kernel, bias)",
            # the forget bias is missing
            "def coupled_step(x, state, kernel, bias):\n"
            "    _, j, f, o = tf.split(tf.concat([x, state.h], axis=-1) @ kernel + bias, 4, axis=-1)\n"
            "    c = tf.sigmoid(f) * state.c + (1 - tf.sigmoid(f)) * tf.tanh(j)\n"
            "    return LSTMStateTuple(c=c, h=tf.sigmoid(o) * tf.tanh(c))",
            # the right parts in the wrong order
            "def coupled_step(x, state, kernel, bias):\n"
            "    _, j, f, o = tf.split(tf.concat([x, state.h], axis=-1) @ kernel + bias, 4, axis=-1)\n"
            "    c = tf.sigmoid(f + 1) * state.c + tf.sigmoid(-f - 1) * tf.tanh(j)\n"
            "    return LSTMStateTuple(tf.sigmoid(o) * tf.tanh(c), c)",
        ],
    },
    "05-vanishing-gradients": {
        "exercise-1": [
            # keeps one half in one step
            "def half_life_bias(steps):\n    return 0.0",
            # the gate, not the bias
            "def half_life_bias(steps):\n    return 0.5 ** (1 / steps)",
            # the sign is the wrong way round
            "def half_life_bias(steps):\n    return np.log(2 ** (1 / steps) - 1)",
        ],
        "exercise-2": [
            # forgets the share that is kept
            "def leaky_jacobian(x, h, W, a):\n    return a * rnn_step(x, h, W)[1]",
            # the new state instead of its Jacobian
            "def leaky_jacobian(x, h, W, a):\n    return (1 - a) * h + a * rnn_step(x, h, W)[0]",
            # the shares are swapped
            "def leaky_jacobian(x, h, W, a):\n    return a * np.eye(2) + (1 - a) * rnn_step(x, h, W)[1]",
            # rows and columns are swapped
            "def leaky_jacobian(x, h, W, a):\n"
            "    return ((1 - a) * np.eye(2) + a * rnn_step(x, h, W)[1]).transpose(0, 2, 1)",
        ],
        "exercise-3": [
            "def smallest_window(echo_step, share):\n    return echo_step + 1",
            "def smallest_window(echo_step, share):\n    return echo_step / share",
            # not rounded up
            "def smallest_window(echo_step, share):\n    return echo_step / (1 - share)",
            "def smallest_window(echo_step, share):\n    return int(echo_step / (1 - share))",
        ],
    },
}
