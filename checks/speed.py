"""Measure what the reader waits for; print ratios within one run, since seconds differ between machines.

    python checks/speed.py [--rounds N] [--no-notebooks]

One epoch of the LSTM of notebook 04 is trained by its compiled loop and by Keras's `fit`, from the same weights on the
same bits, and must give the same losses. Then each notebook is run from start to end. Linux and macOS.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("", "tests", "tools")]

from cells import PATHS, Run

TOLERANCE = 1e-4  # of each loss of the first epoch; the two differ by 2e-5 at most


def seconds(function, *arguments):
    """Return how long a call takes, in seconds, and what it returns."""
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def by_hand(cells):
    """Return the notebook's own training of one epoch, one compiled program."""
    weights = [cells.tf.Variable(weight) for weight in cells.weights]
    train = cells.make_train_epoch(lambda window, state: cells.forward(window, state, weights), weights)
    return lambda inputs, targets: train(inputs, targets, cells.zero_state(inputs.shape[1]))[0].numpy()


def keras_fit(cells):
    """Return Keras's training: a stateful layer and `fit`, which takes the windows one after the other as batches."""
    keras, means = cells.tf.keras, []
    layer = keras.layers.LSTM(cells.state_size, return_sequences=True, stateful=True)
    model = keras.Sequential([layer, keras.layers.Dense(cells.num_classes)])
    optimizer = keras.optimizers.Adagrad(0.3, initial_accumulator_value=0.1)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    keep = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: means.append(logs["loss"]))
    kernel, bias, *readout = cells.weights

    def train(inputs, targets):
        num_windows, batch_size, length = inputs.shape
        if not model.built:
            model.build([batch_size, length, 1])
            model.set_weights([*cells.to_keras(kernel, bias), *readout])
        layer.reset_state()
        means.clear()
        x, y = inputs.reshape(-1, length, 1), targets.reshape(-1, length)
        model.fit(x, y, batch_size, shuffle=False, verbose=0, callbacks=[keep])
        return np.diff(means * np.arange(1, num_windows + 1), prepend=0)  # fit tells the mean so far

    return train


def print_epochs(rounds):
    """Print the time of an epoch by Keras, as a ratio to the compiled one in the same round."""
    notebook = Run("04-lstm-state-tuples")
    cells = notebook.run_tagged("model", "train")
    [conversion] = [cell for cell in notebook.cells if "def to_keras(" in cell.source]
    notebook.run(conversion)
    windows = cells.make_windows(*cells.generate_echo_data(rng=1))
    compiled, fit = by_hand(cells), keras_fit(cells)
    first, losses = seconds(compiled, *windows)
    apart = np.abs(fit(*windows) - losses).max()
    if not apart <= TOLERANCE:
        sys.exit(f"fit: its losses are {apart:.1e} from those of the compiled epoch: not the same training")
    own = [seconds(compiled, *windows)[0] for _ in range(rounds)]
    ratios = [seconds(fit, *windows)[0] / seconds(compiled, *windows)[0] for _ in range(rounds)]
    print(f"compiled epoch: {statistics.median(own):.3f} s here, on {os.cpu_count()} cores; first call {first:.1f} s")
    print(
        f"Keras fit, stateful: {statistics.median(ratios):.1f} times as long ({min(ratios):.1f} to {max(ratios):.1f})"
    )


def print_notebooks():
    """Print the seconds and the peak memory, that of its largest process, of each notebook from start to end."""
    for path in PATHS:
        start = time.perf_counter()
        command = [sys.executable, "-m", "jupyter", "execute", str(path)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{path.stem} fails")
        memory = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)  # bytes there, KiB on Linux
        print(f"{path.stem:24s} {time.perf_counter() - start:5.0f} s   {memory:5.0f} MiB at most")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each epoch is timed")
    parser.add_argument("--no-notebooks", action="store_true", help="leave out the notebooks")
    chosen = parser.parse_args()
    os.chdir(ROOT)  # the notebooks' first cell finds data_utils.py there
    print_epochs(chosen.rounds)
    if not chosen.no_notebooks:
        print_notebooks()
