"""Answers to the exercises of notebook 07: what each check must refuse and accept."""

wrong(1, "the second layer sees 10 numbers, not 1", 2 * ((1 + 10) * 40 + 40) + 22)
wrong(1, "no biases", (1 + 10) * 40 + (10 + 10) * 40 + 20)
wrong(1, "a readout on each layer", 2 * ((1 + 10) * 40 + 40 + 22))
right(1, 4 * (11 * 10 + 10) + 4 * (20 * 10 + 10) + 22)
right(1, 1342.0)

wrong(2, "the cell states", lambda state, W, b: tf.concat([part.c for part in state], axis=-1) @ W + b)
wrong(2, "the top layer first", lambda state, W, b: tf.concat([part.h for part in state[::-1]], axis=-1) @ W + b)
wrong(2, "the top layer only", lambda state, W, b: state[-1].h @ W[-state_size:] + b)
right(2, lambda state, W, b: np.hstack([np.float64(part.h) for part in state]) @ W + b)
right(2, lambda state, W, b: np.einsum("lbu,luc->bc", [part.h for part in state], np.split(W, len(state))) + b)

wrong(3, "the rate", (0.001 / np.log(2)) ** (1 / 4))
wrong(3, "one unit", 1 - 0.001 / np.log(2))
wrong(3, "without the coin's cost", 1 - 0.001 ** (1 / 4))
right(3, 1 - np.exp(np.log(0.001 / np.log(2)) / 4))
right(3, 0.805)
