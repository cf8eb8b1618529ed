"""data_utils: the data, its windows and floors, the plots and the exercise check. No TensorFlow needed."""

import re
import subprocess
import sys
from collections import namedtuple

import matplotlib
import numpy as np
import pytest
from enumeration import enumerated_floors
from IPython.core.interactiveshell import InteractiveShell
from notebook_cells import ROOT

matplotlib.use("agg")

import matplotlib.pyplot as plt

import data_utils
from data_utils import EchoView, check, echo_loss_floor, generate_echo_data, make_windows

LN2 = np.log(2)
BITS = np.zeros((2, 10), int)


# ---- the series and its windows


@pytest.mark.parametrize(("length", "echo", "batch"), [(50_000, 3, 5), (23, 4, 5), (7, 0, 1), (7, 6, 7), (12, 9, 4)])
def test_target_is_the_rolled_series(length, echo, batch):
    inputs, targets = generate_echo_data(length, echo, batch, rng=7)
    assert inputs.shape == targets.shape == (batch, length // batch)
    assert inputs.dtype == targets.dtype == np.int32
    assert set(np.unique(inputs)) <= {0, 1}
    series, echoed = inputs.reshape(-1), targets.reshape(-1)
    assert not echoed[:echo].any()
    np.testing.assert_array_equal(echoed[echo:], series[: len(series) - echo])


def test_seed_and_generator_give_the_same_bits():
    by_seed = generate_echo_data(100, rng=3)
    by_generator = generate_echo_data(100, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(by_seed, by_generator)
    assert not np.array_equal(by_seed[0], generate_echo_data(100, rng=4)[0])
    generator = np.random.default_rng(3)
    first, second = generate_echo_data(100, rng=generator)[0], generate_echo_data(100, rng=generator)[0]
    assert not np.array_equal(first, second)


def test_bits_are_fair():
    inputs, _ = generate_echo_data(1_000_000, rng=0)
    assert abs(inputs.mean() - 0.5) < 0.002  # four standard deviations


def test_windows_follow_one_another():
    inputs, targets = generate_echo_data(rng=1)
    input_windows, target_windows = make_windows(inputs, targets)
    assert input_windows.shape == target_windows.shape == (666, 5, 15)
    assert (input_windows.dtype, target_windows.dtype) == (np.float32, np.int32)
    for windows, rows in ((input_windows, inputs), (target_windows, targets)):
        np.testing.assert_array_equal(np.concatenate(list(windows), axis=1), rows[:, :9990])


def test_windows_keep_values_and_do_not_share_memory():
    rows = np.arange(12).reshape(2, 6)
    input_windows, target_windows = make_windows(rows, rows, 4)
    assert input_windows.tolist() == [[[0, 1, 2, 3], [6, 7, 8, 9]]]
    input_windows[:], target_windows[:] = -1, -1
    assert rows.min() == 0


# ---- the floors, against enumeration of every possible series


@pytest.mark.parametrize(
    "sizes",
    [
        (10, 1, 2, 2),
        (10, 3, 2, 4),
        (9, 2, 3, 1),
        (10, 0, 2, 5),
        (8, 5, 4, 2),
        (11, 2, 2, 3),
        (6, 5, 1, 3),
        (8, 3, 2, 2),
    ],
)
def test_floors_equal_enumeration(sizes):
    floors = echo_loss_floor(*sizes)
    assert floors.chance == pytest.approx(LN2)
    for name, value in enumerated_floors(*sizes).items():
        assert getattr(floors, name) == pytest.approx(value, abs=1e-12), name


def test_floors_at_the_default_sizes():
    floors = echo_loss_floor()
    assert floors.reset == pytest.approx(0.2 * LN2, rel=1e-4)  # 666 windows: the zeros of row 1 hardly count
    assert floors.first_window_known_row == pytest.approx(12 / 75 * LN2)
    assert floors.epoch_known_row == pytest.approx(12 / 75 * LN2 / 666)
    assert floors.first_window == pytest.approx(0.1346, abs=5e-5)
    assert floors.epoch == pytest.approx(2.02e-4, abs=5e-7)


# ---- bad input


@pytest.mark.parametrize(
    ("error", "name", "call"),
    [
        (ValueError, "echo_step=-1", lambda: generate_echo_data(100, -1)),
        (ValueError, "echo_step=100", lambda: generate_echo_data(100, 100)),
        (TypeError, "echo_step=3.0", lambda: generate_echo_data(100, 3.0)),
        (ValueError, "series_length=0", lambda: generate_echo_data(0)),
        (TypeError, "series_length='9'", lambda: generate_echo_data("9")),
        (TypeError, "series_length=nan", lambda: generate_echo_data(float("nan"))),
        (ValueError, "batch_size=101", lambda: generate_echo_data(100, 3, 101)),
        (ValueError, "batch_size=0", lambda: generate_echo_data(100, 3, 0)),
        (TypeError, "batch_size=True", lambda: generate_echo_data(100, 3, True)),
        (TypeError, "rng='a'", lambda: generate_echo_data(100, rng="a")),
        (ValueError, "rng=-1", lambda: generate_echo_data(100, rng=-1)),
        (
            ValueError,
            "truncated_backprop_length=11",
            lambda: make_windows(BITS, BITS, 11),
        ),
        (ValueError, "truncated_backprop_length=0", lambda: make_windows(BITS, BITS, 0)),
        (
            TypeError,
            "truncated_backprop_length=2.5",
            lambda: make_windows(BITS, BITS, 2.5),
        ),
        (TypeError, "targets has dtype float64", lambda: make_windows(np.zeros((2, 10)), np.zeros((2, 10)), 5)),
        (TypeError, "inputs has dtype", lambda: make_windows([["a", "b"]], [[0, 1]], 1)),
        (ValueError, r"inputs has shape \(10,\)", lambda: make_windows(np.zeros(10), np.zeros(10, int), 5)),
        (ValueError, r"inputs has shape \(0, 4\)", lambda: make_windows(np.zeros((0, 4)), np.zeros((0, 4), int), 2)),
        (ValueError, r"targets has shape \(2, 9\)", lambda: make_windows(np.zeros((2, 10)), np.zeros((2, 9), int), 5)),
        (ValueError, r"inputs\[0, 1\]=nan", lambda: make_windows([[0.0, np.nan]], [[0, 1]], 1)),
        (ValueError, r"inputs\[0, 0\]=inf", lambda: make_windows([[np.inf, 0.0]], [[0, 1]], 1)),
        (ValueError, "inputs=", lambda: make_windows([[0, 1], [0]], [[0, 1], [0, 1]], 1)),
        (ValueError, "echo_step=-2", lambda: echo_loss_floor(100, -2)),
        (ValueError, "truncated_backprop_length=21", lambda: echo_loss_floor(100, 3, 5, 21)),
    ],
)
def test_bad_input_is_named(error, name, call):
    with pytest.raises(error, match=name):
        call()


# ---- the exercise check

State = namedtuple("State", ["c", "h"])


@pytest.mark.parametrize("answer", [..., None, lambda: None, lambda: ...])
def test_check_without_an_answer(answer, capsys):
    check(answer, 3)
    assert capsys.readouterr().out == "not answered yet\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (3, 3),
        (0.1 + 0.2, 0.3),
        ([1, 2], np.array([1.0, 2.0])),
        (True, True),
        (lambda: (10, 10), (10, 10)),
        (np.float32(0.5), 0.5),
        ([], []),
        (np.float64(1 / 3), np.float32(1 / 3)),
        (1e-9, 0),
        ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]], np.float32)),
        ([np.ones(2), np.ones(2, np.float32)], np.ones((2, 2), int)),
        (State(np.ones(2), h=[0, 1]), State(np.ones(2, np.float32), np.array([0, 1]))),
        (State(1, 2), (1, 2)),
    ],
)
def test_check_of_a_right_answer(answer, expected, capsys):
    check(answer, expected)
    assert capsys.readouterr().out == "correct\n"


def failing():
    raise KeyError("x")


def other_names(c, h):
    return namedtuple("State", ["h", "c"])(c=c, h=h)


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (4, 3, "the value is 4"),
        ([1, 5, 3], [1, 2, 3], r"entry \(1,\) is 5"),
        ([[1, 2]], [1, 2], r"shape \(1, 2\), expected \(2,\)"),
        ("3", 3, "expected numbers, got dtype"),
        (True, 1, "expected numbers, got dtype bool"),
        (1, True, "expected True or False"),
        (np.nan, 3, "the value is nan"),
        ([[1], [1, 2]], [1, 2], "not yet"),
        ({"a": 1}, 3, "expected numbers"),
        (failing, 3, "your function raised KeyError"),
        (lambda x: x, 3, "your function raised TypeError"),
        (State(h=1, c=2), State(c=1, h=2), r"entry \(0,\) is 2"),
        ((1, 2), State(c=1, h=2), "expected a named tuple of c and h, got tuple"),
        (other_names(c=1, h=2), State(c=1, h=2), "expected a named tuple of c and h, got State"),
        (lambda: [1, 2], State(c=1, h=2), "expected a named tuple of c and h, got list"),
    ],
)
def test_check_of_a_wrong_answer(answer, expected, says, capsys):
    check(answer, expected)
    out = capsys.readouterr().out
    assert out.startswith("not yet")
    assert re.search(says, out)


def test_check_tolerance(capsys):
    check(1.01, 1.0, tolerance=0.02)
    check(1.01, 1.0, tolerance=0.001)
    assert capsys.readouterr().out.splitlines()[0] == "correct"


# ---- the figures


@pytest.fixture
def shown(monkeypatch):
    """Catch what is displayed."""
    calls = []

    class Handle:
        def update(self, figure, **options):
            calls.append(("update", figure, options))

    def display(figure, **options):
        calls.append(("display", figure, options))
        return Handle() if "display_id" in options else None

    monkeypatch.setattr(data_utils, "display", display)
    yield calls
    plt.close("all")


def test_echo_view_shows_what_it_is_given(shown):
    inputs, targets = generate_echo_data(50, rng=0)
    view = EchoView(inputs, targets, echo_loss_floor(), 10, alt="a loss curve and five rows")
    assert not plt.get_fignums()  # or Jupyter would show it again at the end of the cell, if that is stopped too
    losses = np.arange(1, 9.0).reshape(2, 4)
    logits = np.zeros((5, 10, 2))
    logits[0, 3] = [0, 2]
    view.update(losses, logits)
    assert [call[0] for call in shown] == ["display", "update"]  # one figure, updated in place
    assert shown[0][1] is shown[1][1]
    assert all(call[2]["metadata"]["image/png"]["alt"] == "a loss curve and five rows" for call in shown)
    assert view.each.get_xydata()[:, 1].tolist() == losses.ravel().tolist()
    assert view.each.get_xydata()[3].tolist() == [1.0, 4.0]  # the fourth window of four ends epoch 1
    assert view.mean.get_xydata().tolist() == [[1, 2.5], [2, 6.5]]
    heights = [bar.get_height() for bar in view.bars[0]]
    assert heights[3] == pytest.approx(1 / (1 + np.exp(-2)))
    assert heights[4] == pytest.approx(0.5)
    curve, *panels = view.fig.axes
    assert curve.get_xlabel() == "epoch"
    assert curve.get_ylabel() == "loss (nats)"
    assert [bool(ax.get_xlabel()) for ax in panels] == [False, False, True, True, True]  # the lowest of each column
    assert [len(ax.get_yticks()) for ax in panels] == [3, 0, 3, 0, 0]  # the leftmost of each row names the lanes


@pytest.mark.parametrize(("rows", "labelled"), [(2, [1, 1]), (4, [0, 1, 1, 1]), (10, [0, 0, 1, 1, 1])])
def test_echo_view_labels_the_lowest_panels(rows, labelled, shown):
    inputs, targets = generate_echo_data(15 * rows, batch_size=rows, rng=0)
    panels = EchoView(inputs, targets, echo_loss_floor(), 10, alt="a loss curve and some rows").fig.axes[1:]
    assert [bool(ax.get_xlabel()) for ax in panels if ax.axison] == labelled


def test_floors_are_drawn_in_all_axes_and_named_beside_the_last():
    _, axes = plt.subplots(1, 2)
    data_utils.plot_floors(axes, chance=LN2, state_reset=0.1386)
    assert [[line.get_ydata()[0] for line in ax.lines] for ax in axes] == [[LN2, 0.1386]] * 2
    assert [[text.get_text() for text in ax.texts] for ax in axes] == [[], ["chance 0.69", "state reset 0.14"]]
    assert all(text.get_position()[0] > 1 for text in axes[1].texts)  # outside, where it hides no curve
    plt.close("all")


def test_show_displays_once_and_closes(shown):
    fig, _ = plt.subplots()
    data_utils.show(fig, "a description")
    assert [(call[0], call[2]) for call in shown] == [
        ("display", {"metadata": {"image/png": {"alt": "a description"}}})
    ]
    assert not plt.get_fignums()


def test_bars_have_the_heights_of_the_bits():
    _, ax = plt.subplots()
    bars = data_utils.plot_window(ax, [0, 1, 1], [1, 0, 1], [0.2, 0.4, 0.9])
    assert [[bar.get_height() for bar in lane] for lane in bars] == [[0, 1, 1], [1, 0, 1], [0.2, 0.4, 0.9]]
    plt.close("all")


# ---- names that are missing


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr(data_utils, "get_ipython", lambda: shell)
    data_utils.explain_missing_names()
    return shell


@pytest.mark.parametrize(
    ("cell", "error", "advised"),
    [
        (
            "W_tiny + 1",
            "NameError: name 'W_tiny' is not defined. If a cell above defines it, run all cells above",
            True,
        ),
        ("def f():\n    x += 1\nf()", "UnboundLocalError", False),
        ("1 / 0", "ZeroDivisionError", False),
    ],
)
def test_a_missing_name_is_explained(cell, error, advised, shell, capsys):
    done = shell.run_cell(cell)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", "".join(capsys.readouterr()))
    assert not done.success
    assert error in printed
    assert ("run all cells above" in printed) == advised


def test_without_ipython_a_missing_name_is_left_alone():
    data_utils.explain_missing_names()
    with pytest.raises(NameError, match=r"is not defined$"):
        eval("W_tiny")


# ---- the module


def test_import_has_no_side_effects():
    code = (
        "import sys, numpy, matplotlib; numpy.random.seed(1); before = dict(matplotlib.rcParams); "
        "state = numpy.random.get_state()[1].tolist(); import data_utils; "
        "assert 'tensorflow' not in sys.modules; assert dict(matplotlib.rcParams) == before; "
        "assert numpy.random.get_state()[1].tolist() == state"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_helper_stays_small():
    lines = (ROOT / "data_utils.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 260
