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
    "06-forget-gate": {
        "exercise-1": [
            # the embedded string
            "reber_floor = 7 * np.log(2) / 12",
            # a coin for each symbol but B and E is right, the length is not
            "reber_floor = 6 * np.log(2) / 6",
            # bits instead of nats
            "reber_floor = 6 / 8",
        ],
        "exercise-2": [
            # the forget bias is missing
            "def learned_leak_step(x, state, kernel, bias):\n"
            "    i, j, o = tf.split(tf.concat([x, state.h], axis=-1) @ kernel, 3, axis=-1)\n"
            "    bias_i, bias_j, bias_f, bias_o = tf.split(bias, 4, axis=-1)\n"
            "    c = tf.sigmoid(bias_f) * state.c + tf.sigmoid(i + bias_i) * tf.tanh(j + bias_j)\n"
            "    return LSTMStateTuple(c=c, h=tf.sigmoid(o + bias_o) * tf.tanh(c))",
            # the bias in Keras's order
            "def learned_leak_step(x, state, kernel, bias):\n"
            "    i, j, o = tf.split(tf.concat([x, state.h], axis=-1) @ kernel, 3, axis=-1)\n"
            "    bias_i, bias_f, bias_j, bias_o = tf.split(bias, 4, axis=-1)\n"
            "    c = tf.sigmoid(bias_f + 1) * state.c + tf.sigmoid(i + bias_i) * tf.tanh(j + bias_j)\n"
            "    return LSTMStateTuple(c=c, h=tf.sigmoid(o + bias_o) * tf.tanh(c))",
            # no leak at all
            "def learned_leak_step(x, state, kernel, bias):\n"
            "    bias_i, bias_j, bias_f, bias_o = tf.split(bias, 4, axis=-1)\n"
            "    return step_1997(x, state, kernel, tf.concat([bias_i, bias_j, bias_o], axis=-1))",
        ],
        "exercise-3": [
            "def largest_cell(steps, a):\n    return steps",
            # after endless steps
            "def largest_cell(steps, a):\n    return 1 / (1 - a)",
            # one step too many
            "def largest_cell(steps, a):\n    return (1 - a ** (steps + 1)) / (1 - a)",
            "def largest_cell(steps, a):\n    return steps * a",
        ],
    },
    "07-deep-lstm": {
        "exercise-1": [
            "two_layers = 2 * ((1 + 10) * 40 + 40) + 22",  # the second layer sees 10 numbers, not 1
            "two_layers = (1 + 10) * 40 + (10 + 10) * 40 + 20",  # no biases
            "two_layers = 394",
        ],
        "exercise-2": [
            # the cell states
            "def joined_logits(state, W, b):\n    return tf.concat([part.c for part in state], axis=-1) @ W + b",
            # the top layer first
            "def joined_logits(state, W, b):\n    return tf.concat([part.h for part in state[::-1]], axis=-1) @ W + b",
            # the top layer only
            "def joined_logits(state, W, b):\n    return state[-1].h @ W[-state_size:] + b",
            # joined along the batch
            "def joined_logits(state, W, b):\n    return tf.concat([part.h for part in state], axis=0) @ W + b",
        ],
        "exercise-3": [
            "keep = (0.001 / np.log(2)) ** (1 / 4)",  # the rate
            "keep = 1 - 0.001 / np.log(2)",  # one unit
            "keep = 0.5",
        ],
    },
    "08-character-model": {
        "exercise-1": [
            # bits
            "packed_nats = 9_500 * 8 / 40_000",
            # bytes
            "packed_nats = 9_500 / 40_000 * np.log(2)",
            # divided instead of multiplied
            "packed_nats = 9_500 * 8 / 40_000 / np.log(2)",
        ],
        "exercise-2": [
            # not normalised
            "def with_temperature(probabilities, temperature):\n    return probabilities ** (1 / temperature)",
            # hot for cold
            "def with_temperature(probabilities, temperature):\n"
            "    powers = probabilities**temperature\n"
            "    return powers / powers.sum(axis=-1, keepdims=True)",
            # takes the probabilities for logits
            "def with_temperature(probabilities, temperature):\n    return tf.nn.softmax(probabilities / temperature)",
            # normalised over all rows
            "def with_temperature(probabilities, temperature):\n"
            "    powers = probabilities ** (1 / temperature)\n"
            "    return powers / powers.sum()",
        ],
        "exercise-3": [
            # mixes the bits
            "def mixed_bits(bits_1, bits_2, share):\n    return np.mean(share * bits_1 + (1 - share) * bits_2)",
            # the shares are swapped
            "def mixed_bits(bits_1, bits_2, share):\n"
            "    return -np.log2((1 - share) * 2.0**-bits_1 + share * 2.0**-bits_2).mean()",
            # the bits of the mean probability
            "def mixed_bits(bits_1, bits_2, share):\n"
            "    return -np.log2(np.mean(share * 2.0**-bits_1 + (1 - share) * 2.0**-bits_2))",
            # nats
            "def mixed_bits(bits_1, bits_2, share):\n"
            "    return -np.log(share * 2.0**-bits_1 + (1 - share) * 2.0**-bits_2).mean()",
        ],
    },
}
