"""Measure what the reader waits for; print ratios within one run, since seconds differ between machines.

    python tests/benchmark.py                   (epoch, first loss, notebooks: about seven minutes)
    python tests/benchmark.py --no-notebooks    (about one minute)
    python tests/benchmark.py --figure          (only .github/cost.png, how the cost grows: about two minutes)

The network is the LSTM of notebook 04, at its size: 666 windows of 5 rows and 15 steps. Two of the programs that it is
compared with are left out unless you `pip install torch jax` (on Linux, `torch` alone with
`--index-url https://download.pytorch.org/whl/cpu` is smaller, without CUDA). Linux and macOS.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in ("", "tools"))  # as pytest does

from notebook_cells import PATHS, ROOT, load_model
from peers import WAYS, compiled_epoch, threads

from data_utils import STYLE

NOTEBOOK = "04-lstm-state-tuples"
BASE = "compiled epoch"
TOLERANCE = 1e-4  # of each loss of the first epoch; the ways differ by 2e-5 at most
SLOW = {"eager": 20}  # timed in the first round only, and checked on so many windows


class Sizes(NamedTuple):
    """What decides the cost of an epoch; the defaults are the notebook's."""

    length: int = 15  # of a window, in time steps
    state_size: int = 4
    batch_size: int = 5
    series_length: int = 50_000

    @property
    def windows(self):
        return self.series_length // self.batch_size // self.length


VARIED = {  # one at a time; each holds the notebook's
    "length": (5, 10, 15, 30, 60),
    "state_size": (4, 16, 32, 64, 128),
    "batch_size": (1, 5, 16, 64),
    "series_length": (12_500, 50_000, 200_000),
}
FIRST_LOSS = """
import sys, tempfile
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from notebook_cells import load_model
with tempfile.TemporaryDirectory() as folder:
    cells = load_model("04-lstm-state-tuples", Path(folder))
    windows = cells.make_windows(*cells.generate_echo_data(rng=2016))
    losses, _ = cells.make_train_epoch(cells.forward, cells.weights)(*windows, cells.zero_state(5))
    print(float(losses[0]))
"""


def seconds(function, *arguments):
    """Return how long a call takes, in seconds, and what it returns."""
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def in_rounds(calls, rounds, slow=()):
    """Return {name: [seconds]}: each round makes every call once, in one order; the slow ones the first round only."""
    times = {name: [] for name in calls}
    for number in range(rounds):
        for name, call in calls.items():
            if number == 0 or name not in slow:
                times[name].append(seconds(call)[0])
    return times


def ratios(times, base):
    """Return {name: [ratio]} to the base's time in the same round."""
    return {name: [a / b for a, b in zip(each, times[base], strict=False)] for name, each in times.items()}


# ---- one epoch, in several ways


def available_ways(cells):
    """Return {name: train} of the ways whose package is installed, and say what the others need."""
    ways = {}
    for name, make in WAYS.items():
        try:
            ways[name] = make(cells)
        except ModuleNotFoundError as missing:
            print(f"{name}: left out; pip install {missing.name}")
    return ways


def first_calls(ways, inputs, targets):
    """Return {name: seconds of the first call, compilation included}; stop where the losses differ from the base's."""
    took, losses = {}, {}
    for name, train in ways.items():
        count = SLOW.get(name)
        took[name], losses[name] = seconds(train, inputs[:count], targets[:count])
        apart = np.abs(losses[name] - losses[BASE][:count]).max()
        if not apart <= TOLERANCE:
            sys.exit(f"{name}: its losses are {apart:.1e} from those of the {BASE}, so it is not the same training")
    return took


def table(first, times):
    """Return the lines of the table: first call, median ratio to the base, and its spread over rounds."""
    lines = [f"{'':22s}  first call   an epoch, in times of the {BASE}"]
    for name, each in ratios(times, BASE).items():
        start = f"{name:22s}" + (" " * 12 if name in SLOW else f"{first[name]:10.1f} s")
        spread = f"({min(each):.2f} to {max(each):.2f} in {len(each)} rounds)" if len(each) > 1 else "(once)"
        lines.append(f"{start}   {statistics.median(each):7.2f}   {spread}")
    return [*lines, f"The {BASE} takes {statistics.median(times[BASE]):.3f} s here."]


def print_epochs(rounds):
    """Print the time of an epoch, trained in several ways, as ratios to the compiled one."""
    with tempfile.TemporaryDirectory() as folder:
        cells = load_model(NOTEBOOK, Path(folder))
        inputs, targets = cells.make_windows(*cells.generate_echo_data(rng=2016))
        ways = available_ways(cells)
        cells.tf.function(cells.tf.zeros, jit_compile=True)([1])  # starts XLA, so that no way pays for the others
        first = first_calls(ways, inputs, targets)
        calls = {name: lambda train=train: train(inputs, targets) for name, train in ways.items()}
        print(*table(first, in_rounds(calls, rounds, SLOW)), threads(cells), sep="\n")


# ---- how the cost grows


def epoch_call(folder, sizes):
    """Return a call that trains one compiled epoch."""
    cells = load_model(NOTEBOOK, folder, sizes.state_size)
    cells.tf.get_logger().setLevel("ERROR")  # it would warn that a function is traced again, which is meant
    data = cells.generate_echo_data(sizes.series_length, 3, sizes.batch_size, rng=2016)
    windows, train = cells.make_windows(*data, sizes.length), compiled_epoch(cells)
    return lambda: train(*windows)


def measure_costs(rounds):
    """Return {sizes: (seconds of the first call, median seconds of a later one)}."""
    first, calls = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for sizes in dict.fromkeys(Sizes(**{name: value}) for name, values in VARIED.items() for value in values):
            calls[sizes] = epoch_call(Path(folder), sizes)
            first[sizes], _ = seconds(calls[sizes])
        later = in_rounds(calls, rounds)
    return {sizes: (first[sizes], statistics.median(later[sizes])) for sizes in calls}


def draw_costs(costs, path):
    """Draw one panel for each size that was varied, on logarithmic axes, into a PNG file."""
    labels = ("window length (steps)", "state size (units)", "batch (rows)", "series (bits)")
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(2, 2, figsize=(10, 8), sharey=True)
        for ax, (name, values), label in zip(axes.flat, VARIED.items(), labels, strict=True):
            first, later = zip(*(costs[Sizes(**{name: value})] for value in values), strict=True)
            ax.loglog(values, later, "o-", markersize=8, label="one epoch")
            if name == "length":
                ax.loglog(values, first, "s--", markersize=8, label="first call, compiling")
            ax.axvline(getattr(Sizes(), name), color="black", linestyle=":", linewidth=1.5)
            ax.set_xticks(values, [f"{value / 1000:g}k" if value >= 10_000 else value for value in values])
            ax.minorticks_off()
            ax.set(xlabel=label)
        for ax in axes[:, 0]:
            ax.set(ylabel="seconds")
        axes[0, 0].legend(loc="center left")
        fig.savefig(path)
        plt.close(fig)


def write_figure(rounds):
    """Measure the costs, print them, and write .github/cost.png."""
    costs = measure_costs(rounds)
    for sizes, (first, later) in costs.items():
        window = f"{sizes.windows:6,d} windows of {later / sizes.windows * 1e6:6.0f} µs"
        print(f"first call {first:5.1f} s   epoch {later:6.3f} s   {window}   {sizes}")
    draw_costs(costs, ROOT / ".github" / "cost.png")


# ---- what the reader waits for


def run(arguments):
    """Run a command; return its seconds and the peak memory in MiB of its largest process."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with process.stderr:
        errors = process.stderr.read()
    _, process.returncode, usage = os.wait4(process.pid, 0)
    if process.returncode:
        sys.exit(errors.decode())
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB on Linux
    return time.perf_counter() - start, usage.ru_maxrss / unit


def options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-notebooks", action="store_true", help="leave out the notebooks")
    parser.add_argument("--figure", action="store_true", help="measure how the cost grows, and nothing else")
    parser.add_argument("--rounds", type=int, default=7, help="how often each epoch is timed")
    return parser.parse_args(arguments)


def main():
    chosen = options()
    os.chdir(ROOT / "notebooks")  # the notebooks' first cell finds data_utils.py from there
    if chosen.figure:
        return write_figure(chosen.rounds)
    print_epochs(chosen.rounds)
    took, _ = run([sys.executable, "-c", FIRST_LOSS, *map(str, (ROOT, ROOT / "tests", ROOT / "tools"))])
    print(f"first epoch in a fresh process, import and compilation included: {took:.1f} s")
    for path in [] if chosen.no_notebooks else PATHS:
        took, memory = run([sys.executable, "-m", "jupyter", "execute", str(path)])
        print(f"{path.stem:24s} {took:5.0f} s   {memory:5.0f} MiB at most")


if __name__ == "__main__":
    main()
