"""The notebooks' own networks against what the 2016 programs computed on TensorFlow 0.12.1.

`reference_2016/README.md` describes the files. Another folder can be tried: `pytest --reference-dir DIR`.
"""

import json

import numpy as np
import pytest
from cells import ROOT, Run

NOTEBOOK = {
    "vanilla_rnn": "02-vanilla-rnn",
    "rnn_api": "03-rnn-api",
    "deep_lstm": "07-deep-lstm",
    "lstm": "04-lstm-state-tuples",
}


def network_of(stem):
    """Return which network a reference file is about."""
    kinds = [kind for kind in NOTEBOOK if stem.startswith(kind)]
    assert kinds, f"{stem}: expected a name that begins with one of {', '.join(NOTEBOOK)}"
    return kinds[0]


def layers_of(reference):
    """Return how many recurrent layers a reference has."""
    return sum(name.startswith("init.cell") and name.endswith(".kernel") for name in reference)


def in_order(kind, reference, prefix):
    """Return the weights of a reference in the order of a notebook's `weights`."""
    weights = [
        reference[f"{prefix}.cell{k}.{part}"] for k in range(layers_of(reference)) for part in ("kernel", "bias")
    ]
    if kind == "rnn_api":  # Keras keeps the rows of the input and of the state apart
        kernel, bias = weights
        weights = [kernel[:1], kernel[1:], bias]
    return [*weights, reference[f"{prefix}.readout.kernel"], reference[f"{prefix}.readout.bias"].reshape(-1)]


def flat(state):
    """Return a state as [part, batch, unit]: the tensor, or c then h of each layer."""
    import tensorflow as tf

    return np.array(tf.nest.flatten(state))


@pytest.fixture
def run(reference_file, monkeypatch):
    """Return a reference and what the notebook's network computes from its weights and data."""
    reference = dict(np.load(reference_file))
    kind, batch_size = network_of(reference_file.stem), int(reference["batch_size"])
    monkeypatch.chdir(ROOT)
    names = ("state_size", "batch_size", "echo_step", "learning_rate")
    sizes = {name: reference[name].item() for name in names} | {"num_layers": layers_of(reference)}
    module = Run(NOTEBOOK[kind], **sizes).run_tagged("model", "train")
    assert float(reference["initial_accumulator_value"]) == pytest.approx(0.1)
    for variable, value in zip(module.weights, in_order(kind, reference, "init"), strict=True):
        variable.assign(value)

    inputs = np.unpackbits(reference["x"], axis=1)[:, : int(reference["series_columns"])].astype(np.int32)
    targets = np.roll(inputs.reshape(-1), int(reference["echo_step"]))
    targets[: int(reference["echo_step"])] = 0
    targets = targets.reshape(inputs.shape)
    windows = module.make_windows(inputs, targets, int(reference["truncated_backprop_length"]))

    logits, state = module.forward(windows[0][0], module.zero_state(batch_size))
    one_by_one, hidden = module.zero_state(batch_size), []
    for t in range(windows[0].shape[-1]):
        _, one_by_one = module.forward(windows[0][0][:, t : t + 1], one_by_one)
        hidden.append(flat(one_by_one)[-1])
    found = {"first_window.logits": np.swapaxes(logits, 0, 1), "first_window.hidden_states": np.array(hidden)}
    found["first_window.final_state"] = flat(state)

    optimizer = module.tf.keras.optimizers.Adagrad(float(reference["learning_rate"]), initial_accumulator_value=0.1)
    train_epoch = module.make_train_epoch(module.forward, module.weights, optimizer, jit_compile=False)  # starts sooner
    losses, state = train_epoch(*windows, module.zero_state(batch_size))
    found.update(losses=losses.numpy(), final_state=flat(state))
    return kind, reference, found, [variable.numpy() for variable in module.weights]


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
    for value, wanted in zip(final_weights, in_order(kind, reference, "final"), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=0, atol=5e-5, err_msg="final weights")


def test_default_references_cover_all_networks():
    found = {network_of(file.stem) for file in (ROOT / "tests/reference_2016").glob("*.npz")}
    assert found == set(NOTEBOOK)


def test_the_site_has_the_weights_of_2016_and_tensorflow_s_logits():
    reference = dict(np.load(ROOT / "tests" / "reference_2016" / "lstm.npz"))
    stored = json.loads((ROOT / "site" / "explore" / "lstm.json").read_text("utf-8"))
    module = Run(NOTEBOOK["lstm"]).run_tagged("model")
    bits = module.tf.constant([[float(bit) for bit in stored["bits"]]])
    for network in stored["networks"]:
        weights = [np.array(network[name], np.float32) for name in ("kernel", "bias", "W2", "b2")]
        logits, _ = module.forward(bits, module.zero_state(1), weights)
        np.testing.assert_allclose(logits[0], network["logits"], rtol=0, atol=1e-5)
    for name, wanted in zip(("kernel", "bias", "W2", "b2"), in_order("lstm", reference, "final"), strict=True):
        np.testing.assert_array_equal(np.float32(stored["networks"][0][name]), wanted)
