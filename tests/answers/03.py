"""Answers to the exercises of notebook 03: what each check must refuse and accept."""

wrong(1, "the other kernel", (3, 10))
wrong(1, "both kernels", (13, 10))
wrong(1, "how many entries", 100)
right(1, tf.TensorShape([10, 10]))
right(1, np.zeros((10, 10)).shape)

wrong(2, "the state's rows first", lambda kernel, recurrent_kernel, bias: np.vstack([recurrent_kernel, kernel, bias]))
wrong(2, "no bias", lambda kernel, recurrent_kernel, bias: np.concatenate([kernel, recurrent_kernel]))
wrong(2, "this raises", lambda kernel, recurrent_kernel, bias: np.concatenate([kernel, recurrent_kernel, bias]))
right(2, lambda kernel, recurrent_kernel, bias: np.vstack([kernel, recurrent_kernel, bias]))
right(2, lambda kernel, recurrent_kernel, bias: [*kernel.tolist(), *recurrent_kernel.tolist(), bias.tolist()])

wrong(3, "no state", lambda layer, windows: tf.concat([layer(window[:, :, None])[0] for window in windows], axis=1))
wrong(3, "windows stacked", lambda layer, windows: np.split(run_stream_solution(layer, windows), len(windows), axis=1))
wrong(3, "the last window only", lambda layer, windows: run_stream_solution(layer, windows)[:, -windows.shape[2] :])
right(3, lambda layer, windows: layer(np.concatenate(list(windows), axis=1)[:, :, None])[0])


@right(3)
def loop_by_hand_in_float64(layer, windows):
    kernel, recurrent_kernel, bias = (np.float64(weight) for weight in layer.get_weights())
    states = [np.zeros((windows.shape[1], len(recurrent_kernel)))]
    for x in np.concatenate(list(windows), axis=1).T[:, :, None]:
        states.append(np.tanh(x @ kernel + states[-1] @ recurrent_kernel + bias))
    return np.stack(states[1:], axis=1)


@finding
def windows_in_a_wrong_order():
    in_order = run_stream_solution(simple_rnn, input_windows[:4])
    out_of_order = run_stream_solution(simple_rnn, input_windows[[0, 2, 1, 3]])
    apart = np.abs(out_of_order - in_order).max(axis=(0, 2))  # [time]
    assert apart[:15].max() == 0
    np.testing.assert_allclose(apart[[45, 59]], [1.06, 0.03], atol=0.01)
