"""Measure what the reader waits for; print ratios within one run, since seconds differ between machines.

    python tests/benchmark.py              (epoch, first loss, notebooks: about six minutes)
    python tests/benchmark.py --no-notebooks

The network is the LSTM of notebook 04, at its size: 666 windows of 5 rows and 15 steps. Linux and macOS.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from notebook_cells import PATHS, ROOT, load_model

FIRST_LOSS = """
import sys, tempfile
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from notebook_cells import load_model
cells = load_model("04-lstm-state-tuples", Path(tempfile.mkdtemp()))
windows = cells.make_windows(*cells.generate_echo_data(rng=2016))
losses, _ = cells.train_epoch(*windows, cells.zero_state(5))
print(float(losses[0]))
"""


def seconds(function, repeat=1):
    """Return the median time of some calls, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ways_to_train(cells):
    """Return {name: function that trains one epoch}, each from a fresh copy of the notebook's weights."""
    tf = cells.tf
    inputs, targets = cells.make_windows(*cells.generate_echo_data(rng=2016))
    batch_size = inputs.shape[1]
    weights = [tf.Variable(w) for w in cells.weights]

    def forward(window, state):
        return cells.forward(window, state, weights)

    train = cells.make_train_epoch(forward, weights)
    eager = cells.make_train_epoch(forward, weights).python_function
    optimizer = tf.keras.optimizers.Adagrad(0.3, initial_accumulator_value=0.1)

    @tf.function
    def one_window(window, answers, state):
        with tf.GradientTape() as tape:
            logits, state = forward(window, state)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(answers, logits))
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss, state

    def by_window():
        state = cells.zero_state(batch_size)
        for window, answers in zip(inputs, targets, strict=True):
            _, state = one_window(window, answers, state)

    model = tf.keras.Sequential(
        [
            tf.keras.Input(batch_shape=(batch_size, inputs.shape[2], 1)),
            tf.keras.layers.LSTM(cells.state_size, return_sequences=True, stateful=True),
            tf.keras.layers.Dense(cells.num_classes),
        ]
    )
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(tf.keras.optimizers.Adagrad(0.3, initial_accumulator_value=0.1), loss)
    x, y = inputs.reshape(-1, inputs.shape[2], 1), targets.reshape(-1, inputs.shape[2])
    return {
        "compiled epoch": lambda: train(inputs, targets, cells.zero_state(batch_size))[0].numpy(),
        "Keras fit, stateful": lambda: model.fit(x, y, batch_size, shuffle=False, verbose=0),
        "tf.function per window": by_window,
        "eager": lambda: eager(inputs, targets, cells.zero_state(batch_size))[0].numpy(),
    }


def print_epochs():
    """Print the time of an epoch, trained in four ways, as ratios to the compiled one."""
    os.chdir(ROOT / "notebooks")
    with tempfile.TemporaryDirectory() as folder:
        ways = ways_to_train(load_model("04-lstm-state-tuples", Path(folder)))
        first = seconds(ways["compiled epoch"])
        for name in list(ways)[1:3]:
            ways[name]()  # trace and build once, outside the measurement
        compiled = seconds(ways["compiled epoch"], repeat=11)
        print(f"compiled epoch           {compiled:7.3f} s   (first call, with compilation: {first:.1f} s)")
        for name, repeat in (("Keras fit, stateful", 3), ("tf.function per window", 3), ("eager", 1)):
            took = seconds(ways[name], repeat)
            print(f"{name:24s} {took:7.3f} s   {took / compiled:5.0f} x the compiled epoch")


def run(arguments):
    """Run a command; return its seconds and the peak memory in MiB of its largest process."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(errors.decode())
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB on Linux
    return time.perf_counter() - start, usage.ru_maxrss / unit


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-notebooks", action="store_true", help="leave out the notebooks")
    options = parser.parse_args()
    print_epochs()
    took, _ = run([sys.executable, "-c", FIRST_LOSS, str(ROOT), str(ROOT / "tests")])
    print(f"first epoch in a fresh process, import and compilation included: {took:.1f} s")
    for path in [] if options.no_notebooks else PATHS:
        took, memory = run([sys.executable, "-m", "jupyter", "execute", str(path)])
        print(f"{path.stem:24s} {took:5.0f} s   {memory:5.0f} MiB at most")


if __name__ == "__main__":
    main()
