"""Answers to every exercise, written as a student would: what each check must refuse and what it must accept.

WRONG holds mistakes that students make: the check must say "not yet". RIGHT holds right answers by another way than the
solution's, and FORMS the forms that any right answer may take: the check must say "correct". FOUND confirms what the
comment in a solution says was found in the investigation, where that takes a few seconds.
"""

WRONG = {
    "01-echo-data": {
        "exercise-1": [
            # the old echo
            "longer_echo_floor = 3 / 15 * np.log(2)",
            # the share of the coins, not their cost
            "longer_echo_floor = 5 / 15",
            # bits
            "longer_echo_floor = 5 / 15 * np.log2(2)",
            # what can be known
            "longer_echo_floor = 10 / 15 * np.log(2)",
            # two decimals are too few
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
            # keeps it
            "def my_windows(rows, length):\n"
            "    return [rows[:, start : start + length] for start in range(0, rows.shape[1], length)]",
        ],
        "exercise-3": [
            # as if the first row could not be told from coins by anybody
            "ten_rows_floor = 3 / 15 * np.log(2)",
            # five rows
            "ten_rows_floor = echo_loss_floor().first_window",
            # knows the row
            "ten_rows_floor = 9 / 10 * 3 / 15 * np.log(2)",
            # the whole epoch
            "ten_rows_floor = echo_loss_floor(batch_size=10).epoch",
            "ten_rows_floor = 0.138",
        ],
    },
    "02-vanilla-rnn": {
        "exercise-1": [
            # no biases
            "ten_units = (1 + 10) * 10 + 10 * 2",
            # no row for the input
            "ten_units = 10 * 10 + 10 + 10 * 2 + 2",
            # the cell without the readout
            "ten_units = (1 + 10) * 10 + 10",
            # four units
            "ten_units = 34",
        ],
        "exercise-2": [
            # no bias
            "def my_step(x, state, W_x, W_h, b):\n    return tf.tanh(x @ W_x + state @ W_h)",
            # no tanh
            "def my_step(x, state, W_x, W_h, b):\n    return x @ W_x + state @ W_h + b",
            # state and units the wrong way round
            "def my_step(x, state, W_x, W_h, b):\n    return tf.tanh(x @ W_x + state @ tf.transpose(W_h) + b)",
            # the bias outside
            "def my_step(x, state, W_x, W_h, b):\n    return tf.tanh(x @ W_x + state @ W_h) + b",
        ],
        "exercise-3": [
            # no coin is guessed right
            "forgetful_accuracy = 1 - 3 / 15",
            "forgetful_accuracy = 13 / 15",
            "forgetful_accuracy = 14 / 15",
            # the network with its state carried
            "forgetful_accuracy = 1.0",
            # chance
            "forgetful_accuracy = 0.5",
            # in percent
            "forgetful_accuracy = 90",
        ],
    },
    "03-rnn-api": {
        "exercise-1": [
            # the other kernel
            "recurrent_kernel_shape = (3, 10)",
            # both kernels
            "recurrent_kernel_shape = (13, 10)",
            # the network of this page
            "recurrent_kernel_shape = (4, 4)",
            # how many entries
            "recurrent_kernel_shape = 100",
        ],
        "exercise-2": [
            # the state's rows first
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return np.concatenate([recurrent_kernel, kernel, bias[None]])",
            # no bias
            "def from_keras(kernel, recurrent_kernel, bias):\n    return np.concatenate([kernel, recurrent_kernel])",
            # the bias has one axis only: this raises
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return np.concatenate([kernel, recurrent_kernel, bias])",
            # from unit and to unit the wrong way round
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return np.concatenate([kernel, recurrent_kernel.T, bias[None]])",
            # not one array
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return np.concatenate([kernel, recurrent_kernel]), bias",
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
            # joins them along the batch
            "def run_stream(layer, windows):\n"
            "    state, outputs = None, []\n"
            "    for window in windows:\n"
            "        output, state = layer(window[:, :, None], initial_state=state)\n"
            "        outputs.append(output)\n"
            "    return tf.concat(outputs, axis=0)",
            # the last window only
            "def run_stream(layer, windows):\n"
            "    state = None\n"
            "    for window in windows:\n"
            "        output, state = layer(window[:, :, None], initial_state=state)\n"
            "    return output",
        ],
    },
    "04-lstm-state-tuples": {
        "exercise-1": [
            # a vanilla RNN
            "ten_units = (1 + 10) * 10 + 10 + 10 * 2 + 2",
            # no row for the input
            "ten_units = 4 * 10 * 10 + 40 + 22",
            # no biases
            "ten_units = (1 + 10) * 40 + 10 * 2",
            # four units
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
            # adds the forget bias once more
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    i, f, j, o = np.split(np.concatenate([kernel, recurrent_kernel, bias[None]]), 4, axis=1)\n"
            "    return np.concatenate([i, j, np.concatenate([f[:-1], f[-1:] + 1]), o], axis=1)",
            # takes it from the kernel too
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    i, f, j, o = np.split(np.concatenate([kernel, recurrent_kernel, bias[None]]), 4, axis=1)\n"
            "    return np.concatenate([i, j, f - 1, o], axis=1)",
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
            # the right numbers without their names: `forward` could not use them
            "def coupled_step(x, state, kernel, bias):\n"
            "    _, j, f, o = tf.split(tf.concat([x, state.h], axis=-1) @ kernel + bias, 4, axis=-1)\n"
            "    c = tf.sigmoid(f + 1) * state.c + tf.sigmoid(-f - 1) * tf.tanh(j)\n"
            "    return c, tf.sigmoid(o) * tf.tanh(c)",
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
            # one half shared out evenly over the steps
            "def half_life_bias(steps):\n    gate = 1 - 0.5 / steps\n    return np.log(gate / (1 - gate))",
        ],
        "exercise-2": [
            # forgets the share that is kept
            "def leaky_jacobian(x, h, W, a):\n    return a * rnn_step(x, h, W)[1]",
            # the new state instead of its Jacobian
            "def leaky_jacobian(x, h, W, a):\n    return (1 - a) * h + a * rnn_step(x, h, W)[0]",
            # the shares are swapped
            "def leaky_jacobian(x, h, W, a):\n    return a * np.eye(2) + (1 - a) * rnn_step(x, h, W)[1]",
            # a number in place of the identity
            "def leaky_jacobian(x, h, W, a):\n    return (1 - a) + a * rnn_step(x, h, W)[1]",
            # rows and columns are swapped
            "def leaky_jacobian(x, h, W, a):\n"
            "    return ((1 - a) * np.eye(2) + a * rnn_step(x, h, W)[1]).transpose(0, 2, 1)",
        ],
        "exercise-3": [
            # one source inside
            "def smallest_window(echo_step, share):\n    return echo_step + 1",
            # the share that is outside
            "def smallest_window(echo_step, share):\n    return int(np.ceil(echo_step / share))",
            # not rounded
            "def smallest_window(echo_step, share):\n    return echo_step / (1 - share)",
            # rounded down
            "def smallest_window(echo_step, share):\n    return int(echo_step / (1 - share))",
        ],
    },
    "06-forget-gate": {
        "exercise-1": [
            # the embedded string
            "reber_floor = 7 * np.log(2) / 12",
            # a coin for each symbol but B and E is right, the length is not
            "reber_floor = 6 * np.log(2) / 6",
            # the choice of the critical symbol falls away too
            "reber_floor = 7 * np.log(2) / 8",
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
            # adds the four blocks of the bias to the three of the product: this raises
            "def learned_leak_step(x, state, kernel, bias):\n    return step(x, state, kernel, bias)",
        ],
        "exercise-3": [
            # as if nothing were forgotten
            "def largest_cell(steps, a):\n    return steps",
            # after endless steps
            "def largest_cell(steps, a):\n    return 1 / (1 - a)",
            # one step too many
            "def largest_cell(steps, a):\n    return (1 - a ** (steps + 1)) / (1 - a)",
            # the last addition has been multiplied already
            "def largest_cell(steps, a):\n    return sum(a**k for k in range(1, steps + 1))",
            "def largest_cell(steps, a):\n    return steps * a",
        ],
    },
    "07-deep-lstm": {
        "exercise-1": [
            "two_layers = 2 * ((1 + 10) * 40 + 40) + 22",  # the second layer sees 10 numbers, not 1
            "two_layers = (1 + 10) * 40 + (10 + 10) * 40 + 20",  # no biases
            "two_layers = 2 * ((1 + 10) * 40 + 40 + 22)",  # a readout on each layer
            "two_layers = 394",  # three layers of 4
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
            "keep = 1 - 0.001 ** (1 / 4)",  # without the coin's cost
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
            # each character's bits, not their mean
            "def mixed_bits(bits_1, bits_2, share):\n"
            "    return -np.log2(share * 2.0**-bits_1 + (1 - share) * 2.0**-bits_2)",
        ],
    },
}

RIGHT = {
    "01-echo-data": {
        "exercise-1": ["longer_echo_floor = np.log(2) / 3", "longer_echo_floor = 0.2310"],
        "exercise-2": [
            "def my_windows(rows, length):\n"
            "    used = rows.shape[1] // length * length\n"
            "    return rows[:, :used].reshape(len(rows), -1, length).swapaxes(0, 1)",
            "def my_windows(rows, length):\n"
            "    starts = range(0, rows.shape[1] - length + 1, length)\n"
            "    return [[row[start : start + length].tolist() for row in rows] for start in starts]",
            "def my_windows(rows, length):\n    return make_windows(rows, rows, length)[0]",
        ],
        "exercise-3": [
            "ten_rows_floor = echo_loss_floor(batch_size=10).first_window",
            "ten_rows_floor = 0.2 * np.dot([0.55, 0.45], np.log([1 / 0.55, 1 / 0.45]))",
            "ten_rows_floor = 0.1376",
        ],
    },
    "02-vanilla-rnn": {
        "exercise-1": [
            "ten_units = sum(rows * columns for rows, columns in ((11, 10), (1, 10), (10, 2), (1, 2)))",
            "ten_units = 142.0",
        ],
        "exercise-2": [
            "def my_step(x, state, W_x, W_h, b):\n"
            "    return tf.tanh(tf.concat([x, state], axis=1) @ tf.concat([W_x, W_h], axis=0) + b)",
            "def my_step(x, state, W_x, W_h, b):\n"
            "    x, state, W_x, W_h, b = (np.asarray(value, np.float64) for value in (x, state, W_x, W_h, b))\n"
            "    return np.tanh(x * W_x + np.einsum('bi,ij->bj', state, W_h) + b)",
        ],
        "exercise-3": ["forgetful_accuracy = 12 / 15 + 3 / 15 * 0.5", "forgetful_accuracy = 0.9"],
    },
    "03-rnn-api": {
        "exercise-1": [
            "recurrent_kernel_shape = tf.TensorShape([10, 10])",
            "recurrent_kernel_shape = np.zeros((10, 10)).shape",
        ],
        "exercise-2": [
            "def from_keras(kernel, recurrent_kernel, bias):\n    return np.vstack([kernel, recurrent_kernel, bias])",
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    return [*kernel.tolist(), *recurrent_kernel.tolist(), bias.tolist()]",
        ],
        "exercise-3": [
            # all steps in one call
            "def run_stream(layer, windows):\n    return layer(np.concatenate(list(windows), axis=1)[:, :, None])[0]",
            # the loop by hand, in float64
            "def run_stream(layer, windows):\n"
            "    kernel, recurrent_kernel, bias = (np.float64(weight) for weight in layer.get_weights())\n"
            "    state, states = np.zeros((windows.shape[1], len(recurrent_kernel))), []\n"
            "    for x in np.concatenate(list(windows), axis=1).T[:, :, None]:\n"
            "        state = np.tanh(x @ kernel + state @ recurrent_kernel + bias)\n"
            "        states.append(state)\n"
            "    return np.stack(states, axis=1)",
        ],
    },
    "04-lstm-state-tuples": {
        "exercise-1": ["ten_units = 4 * ((1 + 10) * 10 + 10) + (10 + 1) * 2", "ten_units = np.float64(502)"],
        "exercise-2": [
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    rows = np.vstack([kernel, recurrent_kernel, bias]).astype(np.float64)\n"
            "    rows[-1, state_size : 2 * state_size] -= 1\n"
            "    return rows.reshape(len(rows), 4, state_size)[:, [0, 2, 1, 3]].reshape(len(rows), -1)",
            "def from_keras(kernel, recurrent_kernel, bias):\n"
            "    rows = tf.concat([kernel, recurrent_kernel, [bias - np.repeat([0, 1, 0, 0], state_size)]], axis=0)\n"
            "    return tf.gather(rows, [*range(4), *range(8, 12), *range(4, 8), *range(12, 16)], axis=1)",
        ],
        "exercise-3": [
            # in NumPy, on float64, the state by position
            "def coupled_step(x, state, kernel, bias):\n"
            "    rows = np.concatenate([x, state.h], axis=1).astype(np.float64)\n"
            "    _, j, f, o = np.split(rows @ np.float64(kernel) + bias, 4, axis=1)\n"
            "    c = sigmoid(f + 1) * (state.c - np.tanh(j)) + np.tanh(j)\n"
            "    return LSTMStateTuple(c, sigmoid(o) * np.tanh(c))",
            # by the step of this page
            "def coupled_step(x, state, kernel, bias):\n"
            "    i, j, f, o = tf.split(kernel, 4, axis=1)\n"
            "    bias_i, bias_j, bias_f, bias_o = tf.split(bias, 4)\n"
            "    kernel = tf.concat([-f, j, f, o], axis=1)\n"
            "    return step(x, state, kernel, tf.concat([-bias_f - 1, bias_j, bias_f, bias_o], axis=0))",
        ],
    },
    "05-vanishing-gradients": {
        "exercise-1": [
            "def half_life_bias(steps):\n    return -np.log(2 ** (1 / steps) - 1)",
            # in the default precision of TensorFlow
            "def half_life_bias(steps):\n    return -tf.math.log(tf.math.expm1(tf.math.log(2.0) / steps))",
        ],
        "exercise-2": [
            "def leaky_jacobian(x, h, W, a):\n"
            "    slope = 1 - np.tanh(x * W[:, :1] + h @ W[:, 1:]) ** 2\n"
            "    return a * W[:, 1:] * slope + np.diag([1 - a, 1 - a])",
            # by nudging one old unit after the other
            "def leaky_jacobian(x, h, W, a):\n"
            "    def new(h):\n"
            "        return (1 - a) * h + a * rnn_step(x, h, W)[0]\n"
            "    nudges = 1e-5 * np.eye(2)\n"
            "    return np.concatenate([new(h + nudge) - new(h - nudge) for nudge in nudges], axis=1) / 2e-5",
        ],
        "exercise-3": [
            "def smallest_window(echo_step, share):\n"
            "    length = echo_step + 1\n"
            "    while (length - echo_step) / length < share:\n"
            "        length += 1\n"
            "    return length",
            "def smallest_window(echo_step, share):\n    return np.ceil(echo_step / (1 - share))",
        ],
    },
    "06-forget-gate": {
        "exercise-1": ["reber_floor = 0.75 * np.log(2)", "reber_floor = np.log(8) / 4"],
        "exercise-2": [
            # by the step of this page
            "def learned_leak_step(x, state, kernel, bias):\n"
            "    i, j, o = tf.split(kernel, 3, axis=-1)\n"
            "    return step(x, state, tf.concat([i, j, tf.zeros_like(i), o], axis=-1), bias)",
            # in NumPy, on float64
            "def learned_leak_step(x, state, kernel, bias):\n"
            "    def sigmoid(z):\n"
            "        return 1 / (1 + np.exp(-z))\n"
            "    rows = np.concatenate([x, state.h], axis=2) @ np.float64(kernel)\n"
            "    (i, j, o), (b_i, b_j, b_f, b_o) = np.split(rows, 3, axis=2), np.split(np.float64(bias), 4, axis=2)\n"
            "    c = sigmoid(b_f + 1) * state.c + sigmoid(i + b_i) * np.tanh(j + b_j)\n"
            "    return LSTMStateTuple(c, sigmoid(o + b_o) * np.tanh(c))",
        ],
        "exercise-3": [
            "def largest_cell(steps, a):\n    return steps if a == 1 else (1 - a**steps) / (1 - a)",
            "def largest_cell(steps, a):\n    c = 0\n    for _ in range(steps):\n        c = a * c + 1\n    return c",
        ],
    },
    "07-deep-lstm": {
        "exercise-1": ["two_layers = 4 * (11 * 10 + 10) + 4 * (20 * 10 + 10) + 22", "two_layers = 1342.0"],
        "exercise-2": [
            "def joined_logits(state, W, b):\n"
            "    return np.hstack([np.float64(layer_state.h) for layer_state in state]) @ W + b",
            "def joined_logits(state, W, b):\n"
            "    return b + sum(part.h @ W[4 * n : 4 * n + 4] for n, part in enumerate(state))",
        ],
        "exercise-3": ["keep = 1 - np.exp(np.log(0.001 / np.log(2)) / 4)", "keep = 0.805"],
    },
    "08-character-model": {
        "exercise-1": ["packed_nats = 1.9 * np.log(2)", "packed_nats = np.log(2**1.9)"],
        "exercise-2": [
            "def with_temperature(probabilities, temperature):\n"
            "    return tf.nn.softmax(np.log(probabilities) / temperature)",
            "def with_temperature(probabilities, temperature):\n"
            "    powers = [[p ** (1 / temperature) for p in row] for row in probabilities]\n"
            "    return [[power / sum(row) for power in row] for row in powers]",
        ],
        "exercise-3": [
            "def mixed_bits(bits_1, bits_2, share):\n"
            "    return -np.logaddexp2(np.log2(share) - bits_1, np.log2(1 - share) - bits_2).mean()",
            "def mixed_bits(bits_1, bits_2, share):\n"
            "    chances = [share / 2**one + (1 - share) / 2**two for one, two in zip(bits_1, bits_2)]\n"
            "    return sum(np.log2(1 / chance) for chance in chances) / len(chances)",
        ],
    },
}

# Each form takes a value: a number, an array or a tensor. `in_form` reaches into functions and named tuples.
FORMS = {
    "a number or lists": "lambda value: np.asarray(value).tolist()",
    "NumPy, float64": "lambda value: np.asarray(value, np.float64)",
    "NumPy, float32": "lambda value: np.asarray(value, np.float32)",
    "a tensor": "lambda value: tf.constant(np.asarray(value))",
}
IN_FORM = """
def in_form(answer, form):
    if callable(answer):
        return lambda *arguments: in_form(answer(*arguments), form)
    return type(answer)(*map(form, answer)) if hasattr(answer, "_fields") else form(answer)
"""

FOUND = {
    "01-echo-data": """
floors = {rows: echo_loss_floor(batch_size=rows) for rows in (1, 2, 5, 10, 100, 1_000)}
cost = {rows: floor.first_window - floor.first_window_known_row for rows, floor in floors.items()}
assert max(cost, key=cost.get) == 2
np.testing.assert_allclose([cost[1], cost[2], cost[1_000]], [0, 0.043, 0.0001], atol=5e-4)
np.testing.assert_allclose([floors[1_000].first_window, floors[1_000].first_window_known_row], 0.1386, atol=2e-4)
""",
    "02-vanilla-rnn": """
for length, found in ((30, 0.95), (5, 0.70)):
    bits, wanted = (np.concatenate(w[1:201]) for w in make_windows(*generate_echo_data(rng=77), length))
    answers = np.argmax(forward(bits, zero_state(len(bits)), forgetful)[0], axis=-1)
    np.testing.assert_allclose(np.mean(answers == wanted), found, atol=0.02)
""",
    "03-rnn-api": """
right, wrong = (run_stream(simple_rnn, input_windows[order]) for order in ([0, 1, 2, 3], [0, 2, 1, 3]))
apart = np.abs(wrong - right).max(axis=(0, 2))  # [time]
assert apart[:15].max() == 0
np.testing.assert_allclose(apart[[45, 59]], [1.06, 0.03], atol=0.01)
""",
    "04-lstm-state-tuples": """
counter = tf.constant([[16.0, 0, 0, 0], [0, 0, 0, 0]]), tf.constant([-8.0, 2, 5, 0])
for cell, found in ((step, 18.8), (coupled_step, 0.05)):
    state = LSTMStateTuple(c=tf.zeros([1, 1]), h=tf.zeros([1, 1]))
    for _ in range(20):
        state = cell(tf.ones([1, 1]), state, *counter)
    np.testing.assert_allclose(state.c, found, rtol=0.1)
""",
    "06-forget-gate": """
np.testing.assert_allclose([largest_cell(10_000, 1), largest_cell(10_000, 0.9)], [10_000, 10])
""",
    "08-character-model": """
one, two = np.random.default_rng(1).exponential(3, (2, 10_000))  # bits
mixture = np.array([mixed_bits(one[[n]], two[[n]], 0.5) for n in range(len(one))])
assert (mixture - np.minimum(one, two)).max() <= 1 + 1e-9
""",
}
