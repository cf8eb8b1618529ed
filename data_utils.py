"""What every lesson needs and none teaches: echo data, windows, loss floors, plots, exercise checks."""

import numbers
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.display import display

INPUT, TARGET, PREDICTION, NOTE = "#2D3CD2", "#C34B00", "#009E80", "#555555"  # readable, apart for the colour-blind
STYLE = {
    "figure.figsize": (10, 4.5), "figure.constrained_layout.use": True, "figure.dpi": 80,
    "font.size": 14, "axes.titlesize": 15, "lines.linewidth": 2, "axes.grid": True, "axes.axisbelow": True,
    "grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False,
    "axes.prop_cycle": plt.cycler(color=[INPUT, TARGET, PREDICTION, "#692D4B", "#000000"]),
}  # fmt: skip


def _whole(name, value, low, high=None):
    """Return value as an int, or say which argument is not a whole number in [low, high]."""
    if isinstance(value, (bool, np.bool_, np.timedelta64)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name}={value!r}: expected a whole number, got {type(value).__name__}")
    if value < low or (high is not None and value > high):
        raise ValueError(f"{name}={value}: expected {f'at least {low}' if high is None else f'{low} to {high}'}")
    return int(value)


def _sizes(series_length, echo_step, batch_size):
    """Return the three sizes of an echo series as ints, each checked against the others."""
    series_length = _whole("series_length", series_length, 1, 10_000_000)
    echo_step = _whole("echo_step", echo_step, 0, series_length - 1)
    return series_length, echo_step, _whole("batch_size", batch_size, 1, series_length)


def _rows(name, value, kinds, wanted, limit):
    """Return value as an array [batch, columns] of a dtype of these kinds, not empty, no entry beyond ±limit."""
    try:
        array = np.asarray(value)
    except Exception as error:
        raise ValueError(f"{name}={value!r}: expected rows of one length ({error})") from None
    if array.dtype.kind not in kinds:
        raise TypeError(f"{name} has dtype {array.dtype}: expected {wanted}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: expected [batch, columns], neither of them 0")
    if not (within := np.abs(array.astype(float)) <= limit).all():
        row, column = np.argwhere(~within)[0]
        raise ValueError(f"{name}[{row}, {column}]={array[row, column]}: expected {wanted} within ±{limit:.10g}")
    return array


def generate_echo_data(series_length=50_000, echo_step=3, batch_size=5, rng=None):
    """Draw a series of random bits and its echo, cut into rows: the data of Erik Hallström's 2016 posts.

    The target series is the input series rolled forward by `echo_step`; its first `echo_step` entries are 0. Both
    are then cut into `batch_size` rows, one below the other; bits left over at the end are dropped.

    Args:
        series_length: bits to draw, 1 to 10,000,000.
        echo_step: how many steps later a bit is echoed, 0 to series_length - 1.
        batch_size: number of rows, 1 to series_length.
        rng: a `numpy.random.Generator`, a whole number to seed a new one, or None for fresh entropy.

    Returns:
        inputs, targets: two int32 arrays [batch_size, series_length // batch_size] of zeros and ones.

    Raises:
        TypeError or ValueError, naming the argument: a size or seed that is not whole, or out of its range.
    """
    series_length, echo_step, batch_size = _sizes(series_length, echo_step, batch_size)
    if not isinstance(rng, np.random.Generator):
        rng = np.random.default_rng(None if rng is None else _whole("rng", rng, 0))
    inputs = rng.integers(0, 2, series_length, dtype=np.int32)
    targets = np.roll(inputs, echo_step)
    targets[:echo_step] = 0
    used = series_length // batch_size * batch_size
    return inputs[:used].reshape(batch_size, -1), targets[:used].reshape(batch_size, -1)


def make_windows(inputs, targets, truncated_backprop_length=15):
    """Cut rows into windows that follow one another; a partial last window is dropped, as in 2016.

    Args:
        inputs, targets: [batch, columns], numbers finite as float32, and whole numbers of at most 2**31 - 1 in size.
        truncated_backprop_length: time steps in a window, 1 to columns.

    Returns:
        input_windows: float32 [num_windows, batch, truncated_backprop_length].
        target_windows: int32, the same shape. Window w holds columns w * length to (w + 1) * length - 1.

    Raises:
        TypeError: a dtype that is not numeric (inputs) or whole (targets), or a length that is not whole.
        ValueError: a wrong rank, different shapes, NaN, infinity or too large a number, or a window longer than a row.
    """
    inputs = _rows("inputs", inputs, "biuf", "numbers", np.finfo(np.float32).max)
    targets = _rows("targets", targets, "biu", "whole numbers", 2**31 - 1)
    if inputs.shape != targets.shape:
        raise ValueError(f"targets has shape {targets.shape}: expected that of inputs, {inputs.shape}")
    batch_size, columns = inputs.shape
    length = _whole("truncated_backprop_length", truncated_backprop_length, 1, columns)

    pieces = [rows[:, : columns // length * length].reshape(batch_size, -1, length) for rows in (inputs, targets)]
    windows, answers = (np.swapaxes(piece, 0, 1) for piece in pieces)  # [num_windows, batch, time]
    return np.array(windows, np.float32, order="C"), np.array(answers, np.int32, order="C")


class EchoLossFloor(NamedTuple):
    """The least mean cross-entropy of the echo task, in nats, by what the guesser remembers and knows."""

    chance: float  # a coin toss at every position: ln 2
    reset: float  # a state set to zero at every window
    first_window: float  # a carried state, over the first window of an epoch
    epoch: float  # the same, over the whole epoch
    first_window_known_row: float  # a carried state and the knowledge which row is the first
    epoch_known_row: float  # the same, over the whole epoch


def echo_loss_floor(series_length=50_000, echo_step=3, batch_size=5, truncated_backprop_length=15):
    """Return the exact loss floors of `generate_echo_data` cut by `make_windows`, as an `EchoLossFloor` (nats).

    A target `echo_step` or more columns into its row was shown in that row. An earlier one is 0 at the start of the
    series and a fair coin elsewhere. Whoever cannot tell the two apart does best to guess their mixture, whose entropy
    is the floor (Shannon 1948, section 6). Notebook 01 derives it and counts. Bad sizes raise as in `make_windows`.
    """
    series_length, echo_step, batch_size = _sizes(series_length, echo_step, batch_size)
    columns = series_length // batch_size
    length = _whole("truncated_backprop_length", truncated_backprop_length, 1, columns)

    def entropy(p):  # of a coin that shows 1 with probability p, in nats
        q = np.clip([p, 1 - p], 1e-300, 1)
        return -(q * np.log(q)).sum(axis=0)

    column = np.arange(columns // length * length)
    zeros = np.clip(-((column - echo_step) // columns), 0, batch_size)  # rows whose target here must be 0
    coins = np.where(column < echo_step, batch_size - zeros, 0)  # rows whose target here nobody can know
    mixed = np.where(column < echo_step, entropy(coins / (2 * batch_size)), 0)
    known = coins * np.log(2) / batch_size
    ones = (batch_size - zeros.reshape(-1, length).mean(axis=0)) / (2 * batch_size)  # share of 1 by position
    reset = np.where(column[:length] < echo_step, entropy(ones), 0)
    floors = np.log(2), reset.mean(), mixed[:length].mean(), mixed.mean(), known[:length].mean(), known.mean()
    return EchoLossFloor(*map(float, floors))


def show(fig, alt):
    """Display a figure once, with `alt` as its alternative text, and close it."""
    display(fig, metadata={"image/png": {"alt": alt}})
    plt.close(fig)


def plot_window(ax, inputs, targets, ones=None, title=""):
    """Draw one row of a window as bars in lanes: input, target and, if given, the predicted probability of a 1.

    inputs, targets and ones are [time], each entry 0 to 1. Return the bars of each lane, for a live view to change.
    """
    lanes = [("input", inputs, INPUT), ("target", targets, TARGET), ("P(1)", ones, PREDICTION)]
    lanes, bars = [lane for lane in lanes if lane[1] is not None], []
    for base, (_, heights, color) in zip(range(len(lanes) - 1, -1, -1), lanes, strict=True):
        ax.axhline(1.25 * base, color="#888888", linewidth=1)
        bars.append(ax.bar(range(len(heights)), heights, width=0.85, bottom=1.25 * base, color=color))
    ax.set_yticks([1.25 * base + 0.5 for base in range(len(lanes) - 1, -1, -1)], [lane[0] for lane in lanes])
    ax.set(xlabel="step in the window", title=title, ylim=(-0.05, 1.25 * len(lanes)), xlim=(-0.7, len(inputs) - 0.3))
    ax.grid(False)
    return bars


def plot_floors(axes, **floors):
    """Draw loss floors in nats, each given by its label, as dashed lines; name them to the right of the last axes."""
    for label, floor in floors.items():
        for ax in np.ravel(axes):
            ax.axhline(floor, color=NOTE, linestyle="--", linewidth=1.5)
        text, where = f"{label.replace('_', ' ')} {floor:.2g}", ax.get_yaxis_transform()
        ax.text(1.02, floor, text, color=NOTE, fontsize=12, va="center", transform=where)


class EchoView:
    """The 2016 figure, updated in place while you train: the loss curve and five rows of one window.

    It shows up to five rows of inputs and targets, [batch, time], and draws floors, an `EchoLossFloor`, into the loss
    curve, which runs to num_epochs. alt is the alternative text of the picture.
    """

    def __init__(self, inputs, targets, floors, num_epochs, alt):
        with plt.rc_context({"font.size": 12, "axes.titlesize": 13}):
            self.fig, axes = plt.subplots(2, 3, figsize=(13, 6.5), width_ratios=[5, 4, 4])
        curve, *panels = axes.flat
        self.each = curve.plot([], [], color=INPUT, alpha=0.4, linewidth=0.6)[0]
        self.mean = curve.plot([], [], color="black")[0]
        plot_floors(curve, chance=floors.chance, reset=floors.reset, carried=floors.epoch)
        curve.set(xlim=(0, num_epochs), ylim=(floors.epoch / 4, 4), yscale="log")
        curve.set(xlabel="epoch", ylabel="loss (nats)", title="Loss: each window blue, epoch black")
        self.bars = []
        for row, (x, y, ax) in enumerate(zip(inputs, targets, panels, strict=False), start=1):
            self.bars.append(plot_window(ax, x, y, np.full(len(x), 0.5), f"Row {row}")[-1])
            if row in (2, 4, 5):  # the panel to the left names the lanes
                ax.set_yticks([])
            if row + 3 <= min(len(inputs), len(panels)):  # the panel below counts the steps
                ax.set(xlabel="", xticks=[])
        for ax in panels[len(self.bars) :]:
            ax.set_axis_off()
        self.metadata = {"image/png": {"alt": alt}}
        self.handle = display(self.fig, metadata=self.metadata, display_id=True)
        plt.close(self.fig)  # without this, Jupyter shows it a second time when the cell ends
        self.fig.set_layout_engine("none")  # keep the layout of the first picture: the later ones draw faster

    def update(self, losses, logits):
        """Redraw with losses [epochs, windows] so far and logits [batch, time, 2] for the window shown."""
        losses, logits = np.asarray(losses), np.asarray(logits)
        self.each.set_data(np.arange(1, losses.size + 1) / losses.shape[1], losses.ravel())
        self.mean.set_data(np.arange(1, len(losses) + 1), losses.mean(axis=1))
        for row, bars in enumerate(self.bars):
            for bar, one in zip(bars, 1 / (1 + np.exp(logits[row, :, 0] - logits[row, :, 1])), strict=True):
                bar.set_height(one)
        self.handle.update(self.fig, metadata=self.metadata)


def explain_missing_names():
    """From now on let a NameError in the notebook end with what to do about it. Outside IPython, do nothing."""

    def explain(shell, kind, error, trace, tb_offset=None):
        if kind is NameError:
            error.args = (f"{error}. If a cell above defines it, run all cells above first (menu Run or Runtime).",)
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    if get_ipython():
        get_ipython().set_custom_exc((NameError,), explain)


def check(answer, expected, *arguments, tolerance=1e-6):
    """Print how an answer compares with the expected one: "correct", "not yet: ..." or "not answered yet".

    The answer is a number, list, array, tensor or named tuple, or a function to be called with `arguments`; `...` and
    None mean that there is none yet. Whatever it is, check does not raise. Shapes and names must be those of
    `expected`, and values equal to `tolerance`, relative or absolute.
    """
    try:
        answer = answer(*arguments) if callable(answer) else answer
    except Exception as error:
        return print(f"not yet: your function raised {type(error).__name__}: {' '.join(str(error).split())}")
    if answer is None or answer is ...:
        return print("not answered yet")
    expected, names = np.asarray(expected), getattr(expected, "_fields", None)
    try:
        given, fields = np.asarray(answer), getattr(answer, "_fields", None)
    except Exception:
        given, fields = np.asarray(object()), None
    if names and fields != names:
        return print(f"not yet: expected a named tuple of {' and '.join(names)}, got {type(answer).__name__}")
    kinds, wanted = ("b", "True or False") if expected.dtype.kind == "b" else ("iuf", "numbers")
    if given.dtype.kind not in kinds:
        return print(f"not yet: expected {wanted}, got dtype {given.dtype} ({type(answer).__name__})")
    if given.shape != expected.shape:
        return print(f"not yet: shape {given.shape}, expected {expected.shape}")
    bad = list(map(tuple, np.argwhere(~np.isclose(given, expected, rtol=tolerance, atol=tolerance)).tolist()))
    if bad:
        return print(f"not yet: {f'entry {bad[0]}' if bad[0] else 'the value'} is {given[bad[0]]}, which is not right")
    return print("correct")
