"""Make lstm.json: the two networks of the page on the LSTM, and what TensorFlow says they answer.

    .venv/bin/python site/explore/weights.py              writes lstm.json beside this file, in about a minute
    .venv/bin/python site/explore/weights.py 1 2 3        writes nothing: ten more epochs with the bits of other seeds

The first network is that of the 2016 program after its one epoch, `final.*` of tests/reference_2016/lstm.npz. For the
second, notebook 04's network and loop repeat this epoch from `init.*` and go on for ten epochs with new bits. Another
processor may compute another second network (one without AVX: 0.00024 and not 0.00025 nats at the end), so the file is
stored, and not made at each build.
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
NUM_ALTERNATING = 10_000  # steps of 0101... on which errors are counted
NAMES = ("cell0.kernel", "cell0.bias", "readout.kernel", "readout.bias")


def main(seeds):
    """Train, and write the file; or train with other seeds, and print what they bring."""
    reference = np.load(ROOT / "tests" / "reference_2016" / "lstm.npz")
    module = Run("04-lstm-state-tuples").run_tagged("model", "train")
    if seeds:
        for seed in seeds:
            losses = train_on(module, reference, seed)
            print(f"seed {seed}: last loss {losses[-NUM_LAST:].mean():.6f} nats,", errors(module))
        return
    bits = np.random.default_rng(SEED).integers(0, 2, NUM_LOGITS)
    assign(module, reference, "final")
    networks = [network(module, bits, reference["losses"])]
    print("after  1 epoch:", errors(module))
    networks.append(network(module, bits, train_on(module, reference, SEED)))
    print("after 11 epochs:", errors(module))
    text = json.dumps({"bits": "".join(map(str, bits)), "networks": networks})
    short = json.loads(text, parse_float=lambda number: float(f"{float(number):.9g}"))  # enough for a float32
    Path(__file__).with_name("lstm.json").write_text(f"{json.dumps(short)}\n", encoding="utf-8")


def assign(module, reference, part):
    """Give the notebook's network the weights of the 2016 program: `init` or `final`."""
    for variable, name in zip(module.weights, NAMES, strict=True):
        variable.assign(reference[f"{part}.{name}"].reshape(variable.shape))


def train_on(module, reference, seed):
    """Repeat the epoch of 2016, go on for MORE_EPOCHS, and return the losses of the last one."""
    assign(module, reference, "init")
    inputs = np.unpackbits(reference["x"], axis=1)[:, : int(reference["series_columns"])].astype(np.int32)
    targets = np.roll(inputs.reshape(-1), module.echo_step)
    targets[: module.echo_step] = 0
    train_epoch = module.make_train_epoch(module.forward, module.weights)
    windows = module.make_windows(inputs, targets.reshape(inputs.shape), module.truncated_backprop_length)
    train_epoch(*windows, module.zero_state(module.batch_size))
    for variable, name in zip(module.weights, NAMES, strict=True):
        wanted = reference[f"final.{name}"].reshape(variable.shape)
        np.testing.assert_allclose(variable.numpy(), wanted, rtol=0, atol=5e-5, err_msg=name)
    rng = np.random.default_rng(seed)
    for _ in range(MORE_EPOCHS):
        data = module.generate_echo_data(module.series_length, module.echo_step, module.batch_size, rng)
        windows = module.make_windows(*data, module.truncated_backprop_length)
        losses, _ = train_epoch(*windows, module.zero_state(module.batch_size))
    return losses.numpy()


def network(module, bits, losses):
    """Return what the file says about a network: weights, last loss, logits over the bits."""
    values = [variable.numpy().tolist() for variable in module.weights]
    weights = dict(zip(("kernel", "bias", "W2", "b2"), values, strict=True))
    logits, _ = module.forward(module.tf.constant(bits[None], module.tf.float32), module.zero_state(1))
    return weights | {"loss": float(np.mean(losses[-NUM_LAST:])), "logits": logits[0].numpy().tolist()}


def errors(module):
    """Return a sentence: how many answers on 0101... are wrong, and at which step the first of them stands."""
    bits = np.arange(NUM_ALTERNATING) % 2
    state = module.zero_state(1)
    answers = []
    for start in range(0, NUM_ALTERNATING, 100):
        logits, state = module.forward(module.tf.constant(bits[None, start : start + 100], module.tf.float32), state)
        answers.extend(np.argmax(logits[0], axis=-1))
    wrong = module.echo_step + np.flatnonzero(answers[module.echo_step :] != bits[: -module.echo_step])
    return f"{len(wrong)} errors in {len(bits)} steps of 0101..., the first at {wrong[:1]}"


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]])
