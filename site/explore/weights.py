"""Make lstm.json: the two networks of the page on the LSTM, and what TensorFlow says they answer.

    .venv/bin/python site/explore/weights.py        writes lstm.json beside this file, in about a minute

The first network is that of the 2016 program after its one epoch, `final.*` of tests/reference_2016/lstm.npz. For the
second, notebook 04's network and loop repeat this epoch from `init.*` and go on for ten epochs with new bits. Another
processor may compute another second network in the last digits, so the file is stored and not made at each build.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from cells import Run  # noqa: E402

SEED = 2016
MORE_EPOCHS = 10
NUM_LOGITS = 100  # steps for which TensorFlow's logits are kept
NUM_LAST = 100  # windows over which the last losses are averaged


def main():
    """Train, and write the file."""
    reference = np.load(ROOT / "tests" / "reference_2016" / "lstm.npz")
    names = ("cell0.kernel", "cell0.bias", "readout.kernel", "readout.bias")
    module = Run("04-lstm-state-tuples").run_tagged("model", "train")
    length, batch_size = module.truncated_backprop_length, module.batch_size
    bits = np.random.default_rng(SEED).integers(0, 2, NUM_LOGITS)

    def network(losses):
        logits, _ = module.forward(module.tf.constant(bits[None], module.tf.float32), module.zero_state(1))
        values = [variable.numpy().tolist() for variable in module.weights]
        weights = dict(zip(("kernel", "bias", "W2", "b2"), values, strict=True))
        return weights | {"loss": float(np.mean(losses[-NUM_LAST:])), "logits": logits[0].numpy().tolist()}

    def assign(part):
        for variable, name in zip(module.weights, names, strict=True):
            variable.assign(reference[f"{part}.{name}"].reshape(variable.shape))

    assign("final")
    networks = [network(reference["losses"])]

    assign("init")
    inputs = np.unpackbits(reference["x"], axis=1)[:, : int(reference["series_columns"])].astype(np.int32)
    targets = np.roll(inputs.reshape(-1), module.echo_step)
    targets[: module.echo_step] = 0
    train_epoch = module.make_train_epoch(module.forward, module.weights)
    windows = module.make_windows(inputs, targets.reshape(inputs.shape), length)
    losses, _ = train_epoch(*windows, module.zero_state(batch_size))
    for variable, name in zip(module.weights, names, strict=True):
        wanted = reference[f"final.{name}"].reshape(variable.shape)
        np.testing.assert_allclose(variable.numpy(), wanted, rtol=0, atol=5e-5, err_msg=name)

    rng = np.random.default_rng(SEED)
    for _ in range(MORE_EPOCHS):
        data = module.generate_echo_data(module.series_length, module.echo_step, batch_size, rng)
        losses, _ = train_epoch(*module.make_windows(*data, length), module.zero_state(batch_size))
    networks.append(network(losses.numpy()))

    text = json.dumps({"bits": "".join(map(str, bits)), "networks": networks})
    short = json.loads(text, parse_float=lambda number: float(f"{float(number):.9g}"))  # enough for a float32
    Path(__file__).with_name("lstm.json").write_text(f"{json.dumps(short)}\n", encoding="utf-8")
    print("mean loss of the last windows:", *(round(each["loss"], 6) for each in networks), "nats")


if __name__ == "__main__":
    main()
