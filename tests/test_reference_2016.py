"""The notebooks' own networks against what the 2016 programs computed on TensorFlow 0.12.1.

`reference_2016/README.md` describes the files. Another folder can be tried: `pytest --reference-dir DIR`.
"""

import numpy as np
import pytest
from notebook_cells import ROOT, load_model

NOTEBOOK = {
    "vanilla_rnn": "02-vanilla-rnn",
    "rnn_api": "03-rnn-api",
    "deep_lstm": "04-lstm-state-tuples",
    "lstm": "04-lstm-state-tuples",
}


def network_of(stem):
    """Return which network a reference file is about."""
    kinds = [kind for kind in NOTEBOOK if stem.startswith(kind)]
    assert kinds, f"{stem}: expected a name that begins with one of {', '.join(NOTEBOOK)}"
    return kinds[0]


def cells(kind, reference, prefix):
    """Return the weights of a reference in the order of a notebook's `weights`."""
    layers = sum(name.startswith("init.cell") and name.endswith(".kernel") for name in reference)
    weights = [reference[f"{prefix}.cell{k}.{part}"] for k in range(layers) for part in ("kernel", "bias")]
    if kind == "rnn_api":  # Keras keeps the rows of the input and of the state apart
        kernel, bias = weights
        weights = [kernel[:1], kernel[1:], bias]
    return [*weights, reference[f"{prefix}.readout.kernel"], reference[f"{prefix}.readout.bias"].reshape(-1)]


def stacked(module, weights):
    """Return `forward` and `zero_state` of several layers of the notebook's own step."""
    import tensorflow as tf

    *cell_weights, W2, b2 = weights
    layers = list(zip(cell_weights[::2], cell_weights[1::2], strict=True))

    def forward(inputs, state):
        logits = []
        for x in tf.split(inputs, inputs.shape[-1], axis=-1):
            new_state = []
            for (kernel, bias), layer_state in zip(layers, state, strict=True):
                layer_state = module.step(x, layer_state, kernel, bias)
                x = layer_state.h
                new_state.append(layer_state)
            state = tuple(new_state)
            logits.append(state[-1].h @ W2 + b2)
        return tf.stack(logits, axis=-2), state

    return forward, lambda batch_size: tuple(module.zero_state(batch_size) for _ in layers)


def flat(state):
    """Return a state as [part, batch, unit]: the tensor, or c then h of each layer."""
    import tensorflow as tf

    return np.array(tf.nest.flatten(state))


@pytest.fixture
def run(reference_file, tmp_path, monkeypatch):
    """Return a reference and what the notebook's network computes from its weights and data."""
    import tensorflow as tf

    reference = dict(np.load(reference_file))
    kind, batch_size = network_of(reference_file.stem), int(reference["batch_size"])
    monkeypatch.chdir(ROOT / "notebooks")
    module = load_model(NOTEBOOK[kind], tmp_path, int(reference["state_size"]))
    assert float(reference["initial_accumulator_value"]) == pytest.approx(0.1)
    if kind == "deep_lstm":
        weights = [tf.Variable(value) for value in cells(kind, reference, "init")]
        forward, zero_state = stacked(module, weights)
    else:
        weights, forward, zero_state = module.weights, module.forward, module.zero_state
        for variable, value in zip(weights, cells(kind, reference, "init"), strict=True):
            variable.assign(value)

    inputs = np.unpackbits(reference["x"], axis=1)[:, : int(reference["series_columns"])].astype(np.int32)
    targets = np.roll(inputs.reshape(-1), int(reference["echo_step"]))
    targets[: int(reference["echo_step"])] = 0
    targets = targets.reshape(inputs.shape)
    windows = module.make_windows(inputs, targets, int(reference["truncated_backprop_length"]))

    logits, state = forward(windows[0][0], zero_state(batch_size))
    one_by_one, hidden = zero_state(batch_size), []
    for t in range(windows[0].shape[-1]):
        _, one_by_one = forward(windows[0][0][:, t : t + 1], one_by_one)
        hidden.append(flat(one_by_one)[-1])
    found = {"first_window.logits": np.swapaxes(logits, 0, 1), "first_window.hidden_states": np.array(hidden)}
    found["first_window.final_state"] = flat(state)

    optimizer = module.tf.keras.optimizers.Adagrad(float(reference["learning_rate"]), initial_accumulator_value=0.1)
    train_epoch = module.make_train_epoch(forward, weights, optimizer)
    losses, state = train_epoch(*windows, zero_state(batch_size))
    found.update(losses=losses.numpy(), final_state=flat(state))
    return kind, reference, found, [variable.numpy() for variable in weights]


def test_same_numbers_as_2016(run):
    kind, reference, found, final_weights = run
    for name, tolerance in {
        "first_window.logits": 1e-5,
        "first_window.hidden_states": 1e-5,
        "first_window.final_state": 1e-5,
        "losses": 5e-5,
        "final_state": 5e-5,
    }.items():
        np.testing.assert_allclose(found[name], reference[name], rtol=0, atol=tolerance, err_msg=name)
    for value, wanted in zip(final_weights, cells(kind, reference, "final"), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=0, atol=5e-5, err_msg="final weights")


def test_default_references_cover_all_networks():
    found = {network_of(file.stem) for file in (ROOT / "tests/reference_2016").glob("*.npz")}
    assert found == set(NOTEBOOK)
