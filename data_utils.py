"""What every lesson needs and none teaches: setup, echo data, windows, loss floors, plots, exercise checks."""

import contextlib
import importlib.metadata
import math
import numbers
import os
import sys
from typing import NamedTuple

try:
    import matplotlib.pyplot as plt
    import numpy as np
    from IPython import get_ipython
    from IPython.display import display
    from matplotlib.patches import FancyBboxPatch
except ModuleNotFoundError as error:
    advice = "choose the kernel of the environment in which you installed the packages of requirements.txt"
    raise ImportError(f"{error} in this kernel's Python, {sys.executable}: {advice}, or install them here.") from None

# C0 input, C1 target, C2 prediction, C3, C4: readable on white, and apart for the colour-blind (tests/test_product.py)
STYLE = {
    "figure.figsize": (10, 4.5), "figure.constrained_layout.use": True, "figure.dpi": 80,
    "font.size": 14, "axes.titlesize": 15, "lines.linewidth": 2, "axes.grid": True, "axes.axisbelow": True,
    "grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False,
    "axes.prop_cycle": plt.cycler(color=["#2D3CD2", "#C34B00", "#009E80", "#692D4B", "#000000"]),
}  # fmt: skip
NOTE = "dimgray"  # of floors and their names
FAINT = "lightgray"  # of the parts of a diagram that are not spoken of yet
LANE = 1.25  # height of a lane of bars in `plot_window`: a bar of 1, and room above it


# ---- the notebook


def prepare(seed):
    """Make a notebook behave the same whatever the machine is set to. Call it before TensorFlow is imported.

    It checks the versions of Python and TensorFlow (an ImportError says what to do), silences start-up messages, keeps
    TensorFlow on the CPU and Keras on TensorFlow in float32, shows pictures inline as PNG in the style of the series,
    and seeds Python, NumPy and Keras with `seed`, a whole number from 0 to 2**32 - 1.
    """
    seed = _whole("seed", seed, 0, 2**32 - 1)
    if not (3, 10) <= sys.version_info < (3, 14):
        version = "{}.{}".format(*sys.version_info)
        raise ImportError(f"Python {version} ({sys.executable}) does not suit: the series needs Python 3.10 to 3.13.")
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="-1")
    os.environ.update(KERAS_BACKEND="tensorflow", TF_USE_LEGACY_KERAS="0")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # else TensorFlow announces it
    wheels = _installed("tensorflow", "tensorflow-cpu")
    if len(set(wheels.values())) > 1:  # the second has overwritten files of the first, and pip does not know it
        advice = f"run %pip uninstall -y {' '.join(wheels)}, install one of them, and restart ({sys.executable})."
        raise ImportError(f"Two TensorFlows are installed in one folder, {wheels}: {advice}")
    wheel = next(iter(wheels), "tensorflow")
    advice = f'run %pip install "{wheel}>=2.16,<2.22" and restart the kernel ({sys.executable}).'
    try:
        tf = importlib.import_module("tensorflow")
    except ImportError as error:
        raise ImportError(f"{error}: {advice}") from None
    if tuple(map(int, tf.__version__.split(".")[:2])) < (2, 16):
        raise ImportError(f"TensorFlow {tf.__version__} is too old: {advice}")
    if not hasattr(tf.keras, "config") or tf.keras.config.backend() != "tensorflow":
        raise ImportError("Keras was imported before this cell, with other settings: restart the kernel, run it first.")
    tf.get_logger().setLevel("ERROR")  # a cell that is run again traces its functions again: no need to warn
    with silent_stderr(), contextlib.suppress(RuntimeError):  # the compiler says up to four lines at its first use
        tf.function(tf.identity, jit_compile=True)(0.0)  # a RuntimeError: the locale cannot write this file's path
    tf.keras.config.set_floatx("float32")
    tf.keras.config.set_dtype_policy("float32")
    tf.keras.utils.set_random_seed(seed)
    if get_ipython():
        get_ipython().run_line_magic("matplotlib", "inline")
        importlib.import_module("matplotlib_inline.backend_inline").set_matplotlib_formats("png")
    plt.style.use(["default", STYLE])


def _installed(*names):
    """Return the versions of those packages that are installed: {name: version}."""
    found = {}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


@contextlib.contextmanager
def silent_stderr():
    """Send what native code writes to stderr inside `with silent_stderr():` to nobody. What Python raises is raised."""
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _rounded(number, digits):
    """Return a number as text: `digits` digits that count, and all digits before the point."""
    if number and not 1e-4 <= abs(number) < 1e9:
        return f"{number:.{digits - 1}e}"
    places = digits - 1 - math.floor(math.log10(abs(number))) if number else 0
    return f"{number:,.{max(places, 0)}f}"


def measured(value, above=None, below=None, digits=2):
    """Return a number that differs a little from machine to machine as text, such as "≈ 0.0012".

    Strict nbval passes over the number. Where it leaves its bounds, the text says so, "≈ 0.013 (in the stored run below
    0.003)", and the comparison fails; nothing is raised. A value on a bound lies outside.

    Args:
        value: a number, or a vector of them, printed in brackets, each of which must lie within the bounds.
        above, below: the bounds, one of them or both.
        digits: how many digits count.
    """
    if above is None and below is None:
        raise ValueError("above=None, below=None: expected at least one bound, or nothing is compared")
    values = np.asarray(value, float)
    text = " ".join(_rounded(number, digits) for number in values.ravel())
    text = f"≈ [{text}]" if values.ndim else f"≈ {text}"
    wanted, inside = [], True
    for side, bound, holds in (("above", above, np.greater), ("below", below, np.less)):
        if bound is not None:
            wanted.append(f"{side} {float(bound):,.6g}")
            inside = inside and np.all(holds(values, bound))
    return text if inside else f"{text} (in the stored run {' and '.join(wanted)})"


# ---- the data


def _whole(name, value, low, high=None):
    """Return value as an int, or say that the argument is not a whole number in [low, high]."""
    wanted = f"a whole number, at least {low}" if high is None else f"a whole number, {low} to {high}"
    whole = isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_, np.timedelta64))
    if not whole or value < low or (high is not None and value > high):
        raise ValueError(f"{name}={value!r}: expected {wanted}")
    return int(value)


def _sizes(series_length, echo_step, batch_size):
    """Return the three sizes of an echo series as ints, each checked against the others."""
    series_length = _whole("series_length", series_length, 1, 10_000_000)
    echo_step = _whole("echo_step", echo_step, 0, series_length - 1)
    return series_length, echo_step, _whole("batch_size", batch_size, 1, series_length)


def _rows(name, value, dtype):
    """Return value as an array [batch, columns] of a dtype, or say why the argument is none."""
    wanted = f"finite numbers [batch, columns] that {dtype} holds"
    try:
        given = np.asarray(value)
    except Exception as error:
        raise ValueError(f"{name}={value!r}: expected {wanted} ({error})") from None
    if given.dtype.kind not in "biuf":
        raise ValueError(f"{name} has dtype {given.dtype}: expected {wanted}")
    if given.ndim != 2 or given.size == 0:
        raise ValueError(f"{name} has shape {given.shape}: expected [batch, columns], neither of them 0")
    with np.errstate(all="ignore"):
        rows = given.astype(dtype, order="C")
    held = np.isfinite(rows) if dtype == "float32" else rows == given
    if not held.all():
        row, column = np.argwhere(~held)[0]
        raise ValueError(f"{name}[{row}, {column}]={given[row, column]}: expected {wanted}")
    return rows


def generate_echo_data(series_length=50_000, echo_step=3, batch_size=5, rng=None):
    """Draw a series of random bits and its echo, cut into rows: the data of Erik Hallström's 2016 posts.

    The target series is the input series rolled forward by `echo_step`; its first `echo_step` entries are 0. Both are
    cut into `batch_size` rows, one below the other; bits left over at the end are dropped.

    Args:
        series_length: bits to draw, 1 to 10,000,000.
        echo_step: how many steps later a bit is echoed, 0 to series_length - 1.
        batch_size: number of rows, 1 to series_length.
        rng: a `numpy.random.Generator`, a whole number to seed a new one, or None for fresh entropy.

    Returns:
        inputs, targets: int32 [batch_size, series_length // batch_size], zeros and ones. Bad arguments: a ValueError.
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
        inputs, targets: [batch, columns], finite numbers; the targets whole.
        truncated_backprop_length: time steps in a window, 1 to columns.

    Returns:
        input_windows, target_windows: float32 and int32 [num_windows, batch, truncated_backprop_length]; window w holds
        columns w * length to (w + 1) * length - 1. Bad arguments: a ValueError.
    """
    inputs = _rows("inputs", inputs, "float32")
    targets = _rows("targets", targets, "int32")
    if inputs.shape != targets.shape:
        raise ValueError(f"targets has shape {targets.shape}: expected that of inputs, {inputs.shape}")
    length = _whole("truncated_backprop_length", truncated_backprop_length, 1, inputs.shape[1])
    starts = range(0, inputs.shape[1] - length + 1, length)
    input_windows = np.stack([inputs[:, start : start + length] for start in starts])
    target_windows = np.stack([targets[:, start : start + length] for start in starts])
    return input_windows, target_windows


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


# ---- the pictures


def show(fig, alt):
    """Display a figure once, with `alt` as its alternative text, and close it."""
    display(fig, metadata={"image/png": {"alt": alt}})
    plt.close(fig)


def live(fig, alt):
    """Display a figure that is still to change, with `alt` as its alternative text; return what shows it anew."""
    metadata = {"image/png": {"alt": alt}}
    view = display(fig, metadata=metadata, display_id=True)
    plt.close(fig)  # without this, Jupyter shows it a second time when the cell ends
    return lambda: view and view.update(fig, metadata=metadata)  # a program has no view


def plot_window(ax, inputs, targets, ones=None, title=""):
    """Draw one row of a window as bars in lanes: input, target and, if given, the predicted probability of a 1.

    inputs, targets and ones are [time], each entry 0 to 1. Return the bars of each lane, for a live view to change.
    """
    lanes = {"input": inputs, "target": targets}
    if ones is not None:
        lanes["P(1)"] = ones
    floors = LANE * np.arange(len(lanes))[::-1]  # the first lane on top
    bars = []
    for number, (floor, heights) in enumerate(zip(floors, lanes.values(), strict=True)):
        ax.axhline(floor, color="gray", linewidth=1)
        bars.append(ax.bar(range(len(heights)), heights, width=0.85, bottom=floor, color=f"C{number}"))
    ax.set_yticks(floors + 0.5, lanes)
    ax.set(xlabel="step in the window", title=title, ylim=(-0.05, LANE * len(lanes)), xlim=(-0.7, len(inputs) - 0.3))
    ax.grid(False)
    return bars


def plot_floors(axes, floors):
    """Draw loss floors, {name: nats}, as dashed lines into all axes, and name them to the right of the last."""
    axes = np.ravel(axes)
    for name, floor in floors.items():
        for ax in axes:
            ax.axhline(floor, color=NOTE, linestyle="--", linewidth=1.5)
        beside = axes[-1].get_yaxis_transform()
        axes[-1].text(1.02, floor, f"{name} {floor:.2g}", color=NOTE, fontsize=12, va="center", transform=beside)


# ---- the diagrams


def diagram(width=10, height=4.5):
    """Return a figure and its axes for a drawing: a unit is an inch, and nothing else is drawn."""
    fig, ax = plt.subplots(figsize=(width, height))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return fig, ax


def label(ax, x, y, text, color="black", size=18, **more):
    """Write text centred at (x, y)."""
    ax.text(x, y, text, **{"color": color, "fontsize": size, "ha": "center", "va": "center", "zorder": 4, **more})


def box(ax, x, y, text, color="black", width=1.0, height=0.8, size=18, corner=0.12):
    """Draw a box centred at (x, y); with width = height = 2 * corner it is a circle."""
    style = f"round,pad=0,rounding_size={corner}"
    start = (x - width / 2, y - height / 2)
    ax.add_patch(FancyBboxPatch(start, width, height, boxstyle=style, linewidth=2.5, ec=color, fc="white", zorder=3))
    label(ax, x, y, text, color if color == FAINT else "black", size)


def arrow(ax, *points, color="black", width=2.5, style="-"):
    """Draw a line through the points (x, y), with a head at the last one."""
    ax.plot(*np.transpose(points[:-1]), color=color, linewidth=width, linestyle=style, solid_capstyle="round", zorder=2)
    looks = {"arrowstyle": "-|>", "color": color, "linewidth": width, "linestyle": style, "mutation_scale": 22}
    ax.annotate("", points[-1], points[-2], arrowprops={**looks, "shrinkA": 0, "shrinkB": 0}, zorder=2)


def draw_map(ax, arrows_of, places, radius=0.3, below=(), beside=None, bright=()):
    """Draw a grammar as a map: a circle for each node, and an arrow for each (symbol, target) that leaves it.

    arrows_of: {node: [(symbol, target), ...]}; places: {node: (x, y)}. A loop stands above its node, or below those in
    `below`. beside: {node: (dx, dy)} where a name does not fit into its circle. The arrows out of `bright` are thick.
    """
    for node, arrows in arrows_of.items():
        for symbol, target in arrows:
            start, end = np.array(places[node]), np.array(places[target])
            looks = {"color": "C3", "width": 5} if node in bright else {"color": "black"}
            if node == target:
                side = -1 if node in below else 1
                path = ((-0.17, 0.25), (-0.3, 0.65), (0.3, 0.65), (0.17, 0.27))
                arrow(ax, *[(start[0] + x, start[1] + y * side) for x, y in path])
                label(ax, start[0] - 0.55, start[1] + 0.5 * side, symbol, "C1")
                continue
            along = (end - start) / np.hypot(*(end - start))
            arrow(ax, start + radius * along, end - radius * along, **looks)
            side = 0.25 if along[0] > -0.1 else -0.25  # the letter stands above the arrow, or to its left
            label(ax, *(0.6 * start + 0.4 * end + side * np.array([-along[1], along[0]])), symbol, "C1")
    for node, (x, y) in places.items():
        dx, dy = (beside or {}).get(node, (0, 0))
        box(ax, x, y, "", "C0", 2 * radius, 2 * radius, 16, radius)
        label(ax, x + dx, y + dy, node, size=16)


def draw_unrolled(ax, cells, inputs=(), outputs=(), states=(), left=1.7, floor=2.0, gap=2.2):
    """Draw a layer unrolled in time: a box for each step, its input below it, its output above, and the state's arrows.

    cells, inputs, outputs: a text for each step. states: a text for each arrow of the state, from the one into the
    first box to the one out of the last. An empty text draws no arrow. Return the places [step] of the boxes.
    """
    places = left + gap * np.arange(len(cells))
    for place, text in zip(places, cells, strict=True):
        box(ax, place, floor, text)
    sides = ((inputs, "C0", -1.35, (-1.1, -0.4)), (outputs, "C2", 1.35, (0.4, 1.1)))  # heights over the boxes
    for texts, color, height, (tail, head) in sides:
        for place, text in zip(places, texts, strict=False):
            if text:
                arrow(ax, (place, floor + tail), (place, floor + head), color=color)
                label(ax, place, floor + height, text, color)
    for place, text in zip([*places, places[-1] + gap], states, strict=False):
        if text:
            arrow(ax, (place - gap + 0.5, floor), (place - 0.5, floor), color="C3")
            label(ax, place - gap / 2, floor + 0.3, text, "C3")
    return places


def draw_lstm_cell(ax, lit="fijo", gates="fijo", **values):
    """Draw an LSTM cell into axes of 10 by 5, with the parts named in `lit` in colour and the others faint.

    The parts: f forget gate, i input gate, j candidate, o output gate; gates="ijo" leaves f out (the cell of 1997).
    values: texts for x, c0, h0, c and h in the place of the symbols, and for f, i, j and o below the names.
    """
    names = {"f": "forget", "i": "input", "j": "candidate", "o": "output"}
    names |= {"c0": "$c_{t-1}$", "c": "$c_t$", "h0": "$h_{t-1}$", "h": "$h_t$", "x": "$x_t$"}
    for name, given, known in (("lit", lit, "fijo"), ("gates", gates, "fijo"), ("values", values, names)):
        if not set(given) <= set(known):
            raise ValueError(f"{name}={given!r}: expected some of {', '.join(known)}")
    text = {part: f"{name}\n{values[part]}" if part in values else name for part, name in names.items()}
    color = {part: FAINT for part in "fijo"}
    color |= {part: "C0" if part == "j" else "C2" for part in lit}
    circle = {"width": 0.5, "height": 0.5, "corner": 0.25}
    arrow(ax, (1.1, 4.4), (9.0, 4.4), color="C1", width=5)  # the cell state: a straight line
    ax.plot([1.1, 7.0], [1.0, 1.0], color="gray", linewidth=2.5)  # the hidden state and the input, side by side
    arrow(ax, (1.5, 0.3), (1.5, 1.0), color="C0")
    for part, place in (("f", 2.1), ("i", 3.8), ("j", 5.4), ("o", 7.0)):
        if part in gates:
            arrow(ax, (place, 1.0), (place, 1.75), color="gray" if part in lit else FAINT)
            box(ax, place, 2.2, text[part], color[part], 1.5, 0.9, 16)
    if "f" in gates:
        arrow(ax, (2.1, 2.65), (2.1, 4.15), color=color["f"])
        box(ax, 2.1, 4.4, "×", color["f"], **circle)
    arrow(ax, (3.8, 2.65), (3.8, 3.4), (4.35, 3.4), color=color["i"])
    arrow(ax, (5.4, 2.65), (5.4, 3.4), (4.85, 3.4), color=color["j"])
    arrow(ax, (4.6, 3.65), (4.6, 4.15), color=color["j"])
    box(ax, 4.6, 3.4, "×", color["i"], **circle)
    box(ax, 4.6, 4.4, "+", color["j"], **circle)
    arrow(ax, (8.5, 4.4), (8.5, 3.7), color=color["o"])
    box(ax, 8.5, 3.4, "tanh", color["o"], 1.0, 0.6, 16)
    arrow(ax, (8.5, 3.1), (8.5, 2.45), color=color["o"])
    arrow(ax, (7.75, 2.2), (8.25, 2.2), color=color["o"])
    arrow(ax, (8.5, 1.95), (8.5, 1.0), (9.0, 1.0), color="C3" if "o" in lit else FAINT, width=5)
    box(ax, 8.5, 2.2, "×", color["o"], **circle)
    for part, x, y in (("c0", 0.55, 4.4), ("c", 9.5, 4.4), ("h0", 0.55, 1.0), ("h", 9.5, 1.0), ("x", 2.0, 0.4)):
        label(ax, x, y, text[part], {"c": "C1", "h": "C3", "x": "C0"}[part[0]])


# ---- the live view


class EchoView:
    """The 2016 figure, updated in place while you train: the loss curve and five rows of one window.

    It shows up to five rows of inputs and targets, [batch, time], and draws floors, an `EchoLossFloor`, into the loss
    curve, which runs to num_epochs. alt is the alternative text of the picture.
    """

    def __init__(self, inputs, targets, floors, num_epochs, alt):
        places = [["loss", 0, 1, 2], ["loss", 3, 4, "."]]
        with plt.rc_context({"font.size": 12, "axes.titlesize": 13}):
            self.fig, axes = plt.subplot_mosaic(places, figsize=(13, 6.5), width_ratios=[4, 3, 3, 3])
        curve = axes.pop("loss")
        self.each = curve.plot([], [], color="C0", alpha=0.4, linewidth=0.6)[0]
        self.mean = curve.plot([], [], color="black")[0]
        plot_floors(curve, {"chance": floors.chance, "reset": floors.reset, "carried": floors.epoch})
        curve.set(xlim=(0, num_epochs), ylim=(floors.epoch / 4, 4), yscale="log")
        curve.set(xlabel="epoch", ylabel="loss (nats)", title="Loss: each window blue, epoch black")
        self.bars = []
        for row, ax in axes.items():
            if row >= len(inputs):
                ax.set_axis_off()
                continue
            self.bars.append(
                plot_window(ax, inputs[row], targets[row], np.full(len(inputs[row]), 0.5), f"Row {row + 1}")[-1]
            )
            if row not in (0, 3):  # the panel to the left names the lanes
                ax.set_yticks([])
            if row + 3 < min(len(inputs), len(axes)):  # the panel below counts the steps
                ax.set(xlabel="", xticks=[])
        self.redraw = live(self.fig, alt)
        self.fig.set_layout_engine("none")  # keep the layout of the first picture: the later ones draw faster

    def update(self, losses, logits):
        """Redraw with losses [epochs, windows] so far and logits [batch, time, 2] for the window shown."""
        losses, logits = np.asarray(losses), np.asarray(logits)
        self.each.set_data(np.arange(1, losses.size + 1) / losses.shape[1], losses.ravel())
        self.mean.set_data(np.arange(1, len(losses) + 1), losses.mean(axis=1))
        for row, bars in enumerate(self.bars):
            for bar, one in zip(bars, 1 / (1 + np.exp(logits[row, :, 0] - logits[row, :, 1])), strict=True):
                bar.set_height(one)
        self.redraw()


# ---- the exercises


def _copied(value):
    """Return a copy of an array, or of a list or tuple of them; anything else as it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        copies = map(_copied, value)
        return type(value)(*copies) if hasattr(value, "_fields") else type(value)(copies)
    return value


def check(answer, expected, *arguments, tolerance=1e-6):
    """Print how an answer compares with the expected one: "correct", "not yet: ..." or "not answered yet".

    The answer is a number, list, array, tensor or named tuple, or a function to be called with copies of `arguments`;
    `...` and None mean that there is none yet. Whatever it is, check does not raise. Shapes and names must be those of
    `expected`, and values equal to `tolerance`, relative or absolute.
    """
    print(_verdict(answer, expected, _copied(arguments), tolerance))


def _verdict(answer, expected, arguments, tolerance):
    try:
        answer = answer(*arguments) if callable(answer) else answer
    except Exception as error:
        return f"not yet: your function raised {type(error).__name__}: {' '.join(str(error).split())}"
    if answer is None or answer is ...:
        return "not answered yet"
    names = getattr(expected, "_fields", None)
    expected = np.asarray(expected)
    try:
        given = np.asarray(answer)
        fields = getattr(answer, "_fields", None)
    except Exception:
        given = np.asarray(object())
        fields = None
    if names and fields != names:
        return f"not yet: expected a named tuple of {' and '.join(names)}, got {type(answer).__name__}"
    kinds, wanted = ("b", "True or False") if expected.dtype.kind == "b" else ("iuf", "numbers")
    if given.dtype.kind not in kinds:
        return f"not yet: expected {wanted}, got dtype {given.dtype} ({type(answer).__name__})"
    if given.shape != expected.shape:
        return f"not yet: shape {given.shape}, expected {expected.shape}"
    wrong = np.argwhere(~np.isclose(given, expected, rtol=tolerance, atol=tolerance))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        where = f"entry {place}" if place else "the value"
        if names:
            where = f"entry {place[1:]} of {names[place[0]]}" if place[1:] else names[place[0]]
        return f"not yet: {where} is {given[place]}, which is not right"
    return "correct"
