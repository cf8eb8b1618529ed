"""data_utils, by examples and by generated arguments: setup, numbers, data, windows, floors, plots, exercise check."""

import importlib
import os
import re
import subprocess
import sys
from collections import namedtuple
from fractions import Fraction
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from cells import ROOT, problems, text_of
from enumeration import enumerated_floors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes
from refresh import execute

import data_utils
from data_utils import (
    FAINT,
    EchoView,
    check,
    diagram,
    draw_lstm_cell,
    draw_unrolled,
    echo_loss_floor,
    generate_echo_data,
    make_windows,
    measured,
    prepare,
)

fixtures = [HealthCheck.function_scoped_fixture]
settings.register_profile("series", derandomize=True, deadline=None, database=None, suppress_health_check=fixtures)
settings.load_profile("series")


# ---- setup

HOSTILE = {"MPLBACKEND": "agg", "KERAS_BACKEND": "jax", "TF_USE_LEGACY_KERAS": "1", "CUDA_VISIBLE_DEVICES": "0"}
FACTS = """import json, matplotlib, os, sys, tensorflow as tf
print(json.dumps([tf.keras.config.backend(), tf.keras.config.floatx(), tf.keras.Layer().dtype_policy.name,
    os.environ["CUDA_VISIBLE_DEVICES"],
    *map(matplotlib.rcParams.get, ("font.size", "lines.linestyle", "axes.facecolor"))]))"""
PICTURE = "import matplotlib.pyplot as plt; from data_utils import show; show(plt.subplots()[0], 'nothing')"


def test_prepare_holds_against_the_settings_of_a_machine(tmp_path, monkeypatch):
    (tmp_path / "keras.json").write_text('{"floatx": "float16", "backend": "jax"}', encoding="utf-8")
    (tmp_path / "matplotlibrc").write_text("lines.linestyle: --\nfont.size: 3\n", encoding="utf-8")
    folders = {"KERAS_HOME": str(tmp_path), "MATPLOTLIBRC": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for name, value in (HOSTILE | folders).items():
        monkeypatch.setenv(name, value)
    before = "import matplotlib.pyplot as plt; plt.style.use('dark_background')"
    sources = (before, "from data_utils import prepare; prepare(1)", FACTS, PICTURE)
    cells = [new_code_cell(source) for source in sources]
    execute(new_notebook(cells=cells), tmp_path)
    assert not [problem for cell in cells for problem in problems(cell)]
    assert text_of(cells[2]) == '["tensorflow", "float32", "float32", "-1", 14.0, "-", "white"]\n'
    assert "image/png" in cells[3].outputs[0].data


def test_prepare_says_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib, "import_module", lambda name: SimpleNamespace(__version__="2.15.1"))
    with pytest.raises(ImportError, match=rf"TensorFlow 2\.15\.1 is too old: run %pip install .*{sys.executable}"):
        prepare(1)
    monkeypatch.setattr(importlib, "import_module", lambda name: __import__(f"no_{name}"))
    with pytest.raises(ImportError, match=r"No module named 'no_tensorflow': run %pip install"):
        prepare(1)
    monkeypatch.setattr(data_utils, "_installed", lambda *names: dict(zip(names, ("2.20.0", "2.21.0"), strict=True)))
    with pytest.raises(ImportError, match=r"Two TensorFlows .*2\.20\.0.* uninstall -y tensorflow tensorflow-cpu, "):
        prepare(1)
    for minor in (9, 14):
        monkeypatch.setattr(sys, "version_info", (3, minor, 1))
        with pytest.raises(ImportError, match=rf"Python 3\.{minor} \({sys.executable}\) .* 3\.10 to 3\.13"):
            prepare(1)


def test_a_kernel_without_the_packages_names_its_python():
    command = [sys.executable, "-S", "-c", "import data_utils"]  # -S: without the folder of the packages
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert re.search(rf"ImportError: No module named '\w+' in this kernel's Python, {sys.executable}: ", done.stderr)


# ---- numbers


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("≈ 0.00087", {"value": 0.000871, "below": 0.003}),
        ("≈ 0.013 (in the stored run below 0.003)", {"value": 0.013, "below": 0.003}),
        ("≈ 4,512", {"value": 4512.3, "above": 1000}),
        ("≈ 30 (in the stored run above 30)", {"value": 30, "above": 30}),
        ("≈ 2 (in the stored run above 0 and below 1)", {"value": 2, "above": 0, "below": 1, "digits": 1}),
        ("≈ [0.98 0.20] (in the stored run above 0.9)", {"value": np.array([0.98, 0.2]), "above": 0.9}),
        ("≈ nan (in the stored run below 1)", {"value": np.nan, "below": 1}),
    ],
)
def test_measured(text, arguments):
    assert measured(**arguments) == text
    with pytest.raises(ValueError, match="expected at least one bound"):  # or nothing would be compared
        measured(arguments["value"])


MEASURED = "from data_utils import measured\nprint('loss', measured({}, below=0.003))"
COMPARED = {  # a cell, and what is stored as its output
    "inside": (MEASURED.format(0.0011), "loss ≈ 0.0012\n"),
    "numbers": ("print('≈ -12,345 nats, ≈ [0.9 -7e+30]')", "≈ 1.9e-08 nats, ≈ [1 2]\n"),
    "outside": (MEASURED.format(0.2), "loss ≈ 0.0012\n"),  # and the cell does not raise
    "words": ("print('loss ≈ 0.87 nats')", "loss ≈ 0.87 bits\n"),
}


def test_strict_nbval_passes_over_measured_numbers_and_nothing_else(tmp_path):
    for name, (source, stored) in COMPARED.items():
        cell = new_code_cell(source, execution_count=1, outputs=[new_output("stream", text=stored)])
        (tmp_path / f"{name}.ipynb").write_text(writes(new_notebook(cells=[cell])), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-v", "-n0", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, str(tmp_path)], cwd=ROOT, env=env, capture_output=True, text=True)
    outcomes = dict(re.findall(r"(\w+)(?:\.|::)ipynb::Cell 0 (PASSED|FAILED)", done.stdout))
    assert outcomes == {"inside": "PASSED", "numbers": "PASSED", "outside": "FAILED", "words": "FAILED"}, done.stdout


# ---- the series and its windows


@st.composite
def sizes(draw, longest=300):
    """Draw series_length, echo_step, batch_size and truncated_backprop_length that go together."""
    series_length = draw(st.integers(1, longest))
    batch_size = draw(st.integers(1, series_length))
    length = draw(st.integers(1, series_length // batch_size))
    return series_length, draw(st.integers(0, series_length - 1)), batch_size, length


@given(sizes=sizes(), rng=st.integers(0, 2**100))
def test_windows_are_pieces_of_a_series_and_its_echo(sizes, rng):
    *series_sizes, length = sizes
    series_length, echo_step, batch_size = series_sizes
    rows = generate_echo_data(*series_sizes, rng=rng)
    [[series], [echo]] = generate_echo_data(series_length, echo_step, 1, rng=np.random.default_rng(rng))  # in one row
    assert set(np.unique(series)) <= {0, 1}
    assert not echo[:echo_step].any()
    np.testing.assert_array_equal(echo[echo_step:], np.roll(series, echo_step)[echo_step:])
    windows = make_windows(*rows, length)
    assert [cut.dtype for cut in windows] == [np.float32, np.int32]
    for cut, of_rows, whole in zip(windows, rows, (series, echo), strict=True):
        assert (of_rows.dtype, of_rows.shape) == (np.int32, (batch_size, series_length // batch_size))
        np.testing.assert_array_equal(of_rows.ravel(), whole[: of_rows.size])
        assert cut.shape == (of_rows.shape[1] // length, batch_size, length)
        assert not np.shares_memory(cut, of_rows)
        np.testing.assert_array_equal(np.concatenate(cut, axis=1), of_rows[:, : len(cut) * length])


def test_bits_are_fair_and_change_with_the_seed():
    inputs, _ = generate_echo_data(1_000_000, rng=0)
    assert abs(inputs.mean() - 0.5) < 0.002  # four standard deviations
    assert not np.array_equal(inputs, generate_echo_data(1_000_000, rng=1)[0])


@given(sizes=sizes(longest=8))
def test_floors_equal_a_count_over_every_series(sizes):
    floors = echo_loss_floor(*sizes)
    for name, value in enumerated_floors(*sizes).items():
        assert getattr(floors, name) == pytest.approx(value, abs=1e-12), name


def test_floors_at_the_default_sizes():
    floors = echo_loss_floor()
    assert floors.chance == pytest.approx(np.log(2))
    assert floors.reset == pytest.approx(0.2 * np.log(2), rel=1e-4)  # 666 windows: the zeros of row 1 hardly count
    assert floors.first_window_known_row == pytest.approx(12 / 75 * np.log(2))
    assert floors.epoch_known_row == pytest.approx(12 / 75 * np.log(2) / 666)
    assert (floors.first_window, floors.epoch) == pytest.approx((0.1346, 2.02e-4), rel=2e-3)


# ---- bad arguments


class Strange:
    """Something that raises whatever it is asked."""

    def __getattr__(self, name):
        raise RuntimeError(name)


no_ints = hnp.scalar_dtypes().filter(lambda dtype: dtype.kind not in "iu")
numpy_scalars = hnp.arrays(no_ints, ()).map(lambda array: array[()])
numbers = st.one_of(st.floats(), st.complex_numbers(), st.fractions(), st.decimals())
objects = st.sampled_from([object, len, Fraction(3), ..., NotImplemented, {}, set(), range(3), b"3", "3", "", 3.0, 3j])
not_whole = st.one_of(st.none(), st.booleans(), st.text(), numbers, st.lists(st.integers()), objects, numpy_scalars)
no_seed = st.sampled_from([np.random, np.random.RandomState(1), np.random.PCG64(1), -1, -(10**100), np.int64(-1)])


def no_size(low, high):
    """Return a strategy for what is not a whole number in [low, high]."""
    outside = st.integers(max_value=low - 1) | st.integers(high + 1, high + 9) | st.sampled_from([2**63, 10**100])
    return not_whole | outside | st.sampled_from([np.int64(low - 1), np.int64(high + 1)])


@st.composite
def spoilt(draw, dtype, bad_entries):
    """Draw rows with one entry that spoils them."""
    array = np.zeros((2, 10), dtype)
    array.flat[draw(st.integers(0, array.size - 1))] = draw(bad_entries)
    return array


no_dtypes = st.one_of(hnp.complex_number_dtypes(), hnp.unicode_string_dtypes(), hnp.datetime64_dtypes())
no_rows = st.one_of(
    hnp.arrays(no_dtypes, (2, 10)),
    hnp.arrays(object, (2, 10), elements=st.none() | st.integers() | st.text(max_size=2)),
    hnp.arrays(int, hnp.array_shapes(min_dims=0, max_dims=1) | hnp.array_shapes(min_dims=3, max_dims=4, max_side=3)),
    hnp.arrays(int, hnp.array_shapes(min_dims=2, max_dims=2, max_side=4)),  # the other argument has another shape
    st.sampled_from([None, "rows", 1j, {}, {1}, object(), ..., [[None]], [[10**30]], [[1], [1, 2]], np.zeros((0, 3))]),
    st.builds(Strange),
    spoilt(np.float16, st.sampled_from([np.nan, np.inf, -np.inf])),
)
no_inputs = no_rows | spoilt(float, st.floats(1e39, 1e308) | st.floats(-1e308, -1e39))
no_targets = no_rows | spoilt(float, st.floats(0.1, 0.9)) | spoilt(np.uint64, st.integers(2**31, 2**64 - 1))

BITS = np.zeros((2, 10), int)
SIZES = {"series_length": 100, "echo_step": 3, "batch_size": 5}
FLOOR = {**SIZES, "truncated_backprop_length": 15}
WINDOWED = {"inputs": BITS, "targets": BITS, "truncated_backprop_length": 5}
# function, good arguments, the bad one, its values
BAD = [
    (prepare, {}, "seed", no_size(0, 2**32 - 1)),
    (generate_echo_data, SIZES, "series_length", no_size(1, 10_000_000)),
    (generate_echo_data, SIZES, "echo_step", no_size(0, 99)),
    (generate_echo_data, SIZES, "batch_size", no_size(1, 100)),
    (generate_echo_data, SIZES, "rng", not_whole.filter(lambda value: value is not None) | no_seed),
    (make_windows, WINDOWED, "inputs", no_inputs),
    (make_windows, WINDOWED, "targets", no_targets),
    (make_windows, WINDOWED, "truncated_backprop_length", no_size(1, 10)),
    (echo_loss_floor, FLOOR, "echo_step", no_size(0, 99)),
    (echo_loss_floor, FLOOR, "truncated_backprop_length", no_size(1, 20)),
]


@pytest.mark.parametrize(("function", "good", "name", "values"), BAD)
def test_a_bad_argument_is_refused_by_name(function, good, name, values):
    @given(value=values)
    @settings(max_examples=150)
    def refuse(value):
        with pytest.raises(ValueError, match="expected") as caught:
            function(**{**good, name: value})
        rows = ("inputs has ", "inputs[", "inputs=", "targets has ", "targets[", "targets=")
        assert str(caught.value).startswith(rows if name in ("inputs", "targets") else f"{name}={value!r}: expected ")

    refuse()


# ---- the exercise check

State = namedtuple("State", ["c", "h"])


def failing():
    raise KeyError("x")


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (..., 3, "not answered yet"),
        (lambda: None, 3, "not answered yet"),
        (0.1 + 0.2, 0.3, "correct"),
        (lambda: [1, 2], np.array([1.0, 2.0]), "correct"),
        ([np.ones(2), np.ones(2, np.float32)], np.ones((2, 2), int), "correct"),
        (State(np.ones(2), h=[0, 1]), State(np.ones(2, np.float32), np.array([0, 1])), "correct"),
        (4, 3, "not yet: the value is 4"),
        ([1, 5, 3], [1, 2, 3], r"not yet: entry \(1,\) is 5"),
        ([[1, 2]], [1, 2], r"not yet: shape \(1, 2\), expected \(2,\)"),
        ("3", 3, "not yet: expected numbers, got dtype"),
        (1, True, "not yet: expected True or False"),
        (failing, 3, "not yet: your function raised KeyError"),
        (State(h=1, c=2), State(c=1, h=2), r"not yet: c is 2, which is not right"),
        (State(c=[1], h=[3]), State(c=[1], h=[2]), r"not yet: entry \(0,\) of h is 3"),
        ((1, 2), State(c=1, h=2), "not yet: expected a named tuple of c and h, got tuple"),
    ],
)
def test_check(answer, expected, says, capsys):
    check(answer, expected)
    assert re.match(says, capsys.readouterr().out)


arrays = hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_side=3))
simple = st.one_of(st.integers(), not_whole, arrays, st.builds(Strange))
answers = st.recursive(simple, lambda inner: st.lists(inner, max_size=3) | st.builds(State, inner, inner))
expectations = st.sampled_from([3, 0.5, True, [1, 2], np.eye(2), [True, False], State(1.0, 2.0), np.float32(1), []])


@given(answer=answers | answers.map(lambda value: lambda: value), expected=expectations)
@settings(max_examples=400)
def test_check_answers_whatever_it_gets_in_one_line(answer, expected, capsys):
    check(answer, expected)
    out = capsys.readouterr().out
    assert re.fullmatch(r"(correct|not yet: .*|not answered yet)\n", out)


def test_an_answer_that_changes_its_arguments_changes_copies():
    array, state = np.zeros(2), State(np.zeros(2), [np.zeros(2)])

    def careless(array, state):
        array += 1
        state.c[:] = 1
        state.h[0][:] = 1

    check(careless, 1, array, state)
    assert not np.any([array, state.c, state.h[0]])


# ---- the figures


@pytest.fixture
def shown(monkeypatch):
    """Catch what is displayed."""
    calls = []

    def display(figure, metadata, **options):
        calls.append((figure, metadata["image/png"]["alt"]))
        return SimpleNamespace(update=display)

    monkeypatch.setattr(data_utils, "display", display)
    yield calls
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_unrolled_drawing_has_a_box_for_each_step_and_no_arrow_for_an_empty_text():
    _, ax = diagram(10, 4)
    places = draw_unrolled(ax, ["a", "b"], ["x", ""], ["", "y"], ["", "h", "end"], left=2, gap=3)
    assert places.tolist() == [2, 5]
    assert texts(ax) == ["a", "b", "x", "y", "h", "end"]
    assert len(ax.lines) == 4
    plt.close("all")


def test_lstm_drawing_shows_numbers_and_lights_what_is_named():
    _, ax = diagram(10, 5)
    draw_lstm_cell(ax, lit="f", gates="fio", f="0.73", c0="0.50")
    assert {"forget\n0.73", "$c_{t-1}$\n0.50", "input", "output"} <= set(texts(ax))
    assert "candidate" not in texts(ax)
    faint = [text.get_text() for text in ax.texts if text.get_color() == FAINT]
    assert "input" in faint
    assert "forget\n0.73" not in faint
    plt.close("all")
    with pytest.raises(ValueError, match="lit='fx': expected some of f, i, j, o"):
        draw_lstm_cell(ax, lit="fx")


def test_a_live_view_is_silent_in_a_program(monkeypatch):
    monkeypatch.setattr(data_utils, "display", lambda *_, **__: None)  # as IPython's is outside a notebook
    data_utils.live(plt.figure(), "nothing")()


def test_echo_view_shows_what_it_is_given(shown):
    inputs, targets = generate_echo_data(50, rng=0)
    view = EchoView(inputs, targets, echo_loss_floor(), 10, alt="a loss curve and five rows")
    losses = np.arange(1, 9.0).reshape(2, 4)
    logits = np.zeros((5, 10, 2))
    logits[0, 3] = [0, 2]
    view.update(losses, logits)
    assert shown == 2 * [(view.fig, "a loss curve and five rows")]  # one figure, updated in place
    assert not plt.get_fignums()  # or Jupyter would show it again at the end of the cell, if that is stopped too
    assert view.each.get_xydata()[:, 1].tolist() == losses.ravel().tolist()
    assert view.each.get_xydata()[3].tolist() == [1.0, 4.0]  # the fourth window of four ends epoch 1
    assert view.mean.get_xydata().tolist() == [[1, 2.5], [2, 6.5]]
    heights = [bar.get_height() for bar in view.bars[0]]
    assert heights[3:5] == pytest.approx([1 / (1 + np.exp(-2)), 0.5])


def test_echo_view_labels_the_lowest_panels(shown):
    for rows, labelled in ((2, [1, 1]), (4, [0, 1, 1, 1]), (10, [0, 0, 1, 1, 1])):
        inputs, targets = generate_echo_data(15 * rows, batch_size=rows, rng=0)
        panels = EchoView(inputs, targets, echo_loss_floor(), 10, alt="a loss curve and some rows").fig.axes[1:]
        assert [bool(ax.get_xlabel()) for ax in panels if ax.axison] == labelled


def test_floors_and_bars_stand_where_they_should(shown):
    fig, axes = plt.subplots(1, 2)
    data_utils.plot_floors(axes, {"chance": 0.693, "state reset": 0.1386})
    assert [[line.get_ydata()[0] for line in ax.lines] for ax in axes] == [[0.693, 0.1386]] * 2
    assert [[text.get_text() for text in ax.texts] for ax in axes] == [[], ["chance 0.69", "state reset 0.14"]]
    assert all(text.get_position()[0] > 1 for text in axes[1].texts)  # outside, where it hides no curve
    bars = data_utils.plot_window(axes[0], [0, 1, 1], [1, 0, 1], [0.2, 0.4, 0.9])
    assert [[bar.get_height() for bar in lane] for lane in bars] == [[0, 1, 1], [1, 0, 1], [0.2, 0.4, 0.9]]
    assert [lane[0].get_y() for lane in bars] == [2 * data_utils.LANE, data_utils.LANE, 0]
    data_utils.show(fig, "a description")
    assert shown == [(fig, "a description")]
    assert not plt.get_fignums()


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
