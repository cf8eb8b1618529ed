"""Answers to the exercises of notebook 02: what each check must refuse and accept."""

shifted = np.eye(6, k=1)  # unit n hands on to unit n + 1

wrong(1, "a constant", np.ones((7, 6)))
wrong(1, "an echo of 3", np.pad(W_register, ((0, 2), (0, 2))))
wrong(1, "all units hear the input", np.concatenate([np.full((1, 6), 6.0), 2 * shifted]))
wrong(1, "the wrong way round", np.concatenate([6 * np.eye(6)[:1], 2 * shifted.T]))
wrong(1, "no kernel at all", 5)
right(1, np.concatenate([6 * np.eye(6)[:1], 3 * shifted]))
right(1, np.concatenate([8 * np.eye(6)[:1], [[0, -2, 0, 0, 0, 0], [0, 0, -2, 0, 0, 0]], 2 * shifted[2:]]))

wrong(2, "all", [1, 1, 1, 1])
wrong(2, "none", [0, 0, 0, 0])
wrong(2, "the border is one step later", [1, 1, 1, 0])
right(2, (1.0, 1.0, 0.0, 0.0))
right(2, np.less(long_echoes, truncated_backprop_length).astype(int))

wrong(3, "the function of the text", lambda windows: tf.stack([forward(w, zero_state(batch_size))[0] for w in windows]))
wrong(3, "a constant", lambda windows: tf.zeros([*windows.shape, num_classes]))
wrong(3, "the last window alone", lambda windows: forward(windows[-1], zero_state(batch_size))[0])


@wrong(3, "always the state after the first window")
def from_the_first(windows):
    first, state = forward(windows[0], zero_state(batch_size))
    return tf.stack([first, *(forward(window, state)[0] for window in windows[1:])])


@right(3)
def in_one_piece(windows):
    logits, _ = forward(np.concatenate(list(windows), axis=1), zero_state(batch_size))
    return tf.stack(tf.split(logits, len(windows), axis=1))


@right(3)
def step_by_step(windows):
    state, logits = zero_state(batch_size), []
    for window in windows:
        steps = []
        for t in range(window.shape[1]):
            answer, state = forward(window[:, t : t + 1], state)
            steps.append(answer[:, 0])
        logits.append(np.stack(steps, axis=1))
    return np.array(logits)
