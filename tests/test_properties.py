"""data_utils with generated arguments: good ones keep their promises, bad ones are refused by name."""

import contextlib
import io
from collections import namedtuple
from fractions import Fraction

import numpy as np
import pytest
from enumeration import enumerated_floors

pytest.importorskip("hypothesis", reason="needs hypothesis: pip install -r tests/requirements.txt")
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from data_utils import check, echo_loss_floor, generate_echo_data, make_windows

settings.register_profile("series", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("series")


# ---- the series


@st.composite
def series_sizes(draw, longest=300):
    """Draw series_length, echo_step and batch_size that go together."""
    series_length = draw(st.integers(1, longest))
    return series_length, draw(st.integers(0, series_length - 1)), draw(st.integers(1, series_length))


seeds = st.integers(0, 2**100)


@given(sizes=series_sizes(), rng=seeds)
def test_rows_are_pieces_of_a_series_and_its_echo(sizes, rng):
    series_length, echo_step, batch_size = sizes
    inputs, targets = generate_echo_data(*sizes, rng=rng)
    assert inputs.shape == targets.shape == (batch_size, series_length // batch_size)
    assert inputs.dtype == targets.dtype == np.int32
    assert set(np.unique([inputs, targets])) <= {0, 1}
    whole = generate_echo_data(series_length, echo_step, 1, rng=rng)  # the same bits in one row
    for rows, [series] in zip((inputs, targets), whole, strict=True):
        np.testing.assert_array_equal(rows.ravel(), series[: rows.size])
    [[series], [echo]] = whole
    assert not echo[:echo_step].any()
    np.testing.assert_array_equal(echo[echo_step:], np.roll(series, echo_step)[echo_step:])


@given(sizes=series_sizes(), rng=seeds)
def test_a_seed_repeats_and_a_generator_moves_on(sizes, rng):
    series_length, *_ = sizes
    first = generate_echo_data(*sizes, rng=rng)
    np.testing.assert_array_equal(
        generate_echo_data(*sizes, rng=np.int64(rng % 2**63)), generate_echo_data(*sizes, rng % 2**63)
    )
    generator = np.random.default_rng(rng)
    np.testing.assert_array_equal(generate_echo_data(*sizes, rng=generator), first)
    expected = np.random.default_rng(rng)
    expected.integers(0, 2, series_length, dtype=np.int32)  # as many bits as the first series took
    second = generate_echo_data(*sizes, rng=generator)
    np.testing.assert_array_equal(second, generate_echo_data(*sizes, rng=expected))


# ---- the windows

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
WHOLE = [bool, *(np.dtype(f"{kind}{size}") for kind in "iu" for size in (1, 2, 4, 8)), np.dtype(">i4")]


def entries(dtype):
    """Return a strategy for entries of a dtype that are finite as float32 and, if whole, fit int32."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return st.booleans()
    if dtype.kind == "f":
        width = min(8 * dtype.itemsize, 32)
        return st.floats(width=width, allow_nan=False, allow_infinity=False)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    return st.integers(max(low, -(2**31) + 1), min(high, 2**31 - 1))


LAYOUTS = {
    "as it is": lambda rows: rows,
    "list": lambda rows: rows.tolist(),
    "Fortran order": np.asfortranarray,
    "every second column": lambda rows: np.repeat(rows, 2, axis=1)[:, ::2],
    "backwards": lambda rows: rows[::-1, ::-1].copy()[::-1, ::-1],
    "transposed": lambda rows: rows.T.copy().T,
    "read-only": lambda rows: np.frombuffer(rows.tobytes(), rows.dtype).reshape(rows.shape),
}


@st.composite
def rows(draw, shape, dtypes):
    """Draw an array of a shape, as one of these dtypes and in one of the layouts."""
    dtype = draw(st.sampled_from(dtypes))
    array = draw(hnp.arrays(dtype, shape, elements=entries(dtype)))
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](array)


@given(data=st.data(), batch_size=st.integers(1, 4), columns=st.integers(1, 12))
def test_windows_side_by_side_give_the_rows_back(data, batch_size, columns):
    inputs = data.draw(rows((batch_size, columns), FLOATS + WHOLE))
    targets = data.draw(rows((batch_size, columns), WHOLE))
    length = data.draw(st.integers(1, columns))
    cut = make_windows(inputs, targets, length)
    for windows, given_rows, dtype in zip(cut, (inputs, targets), (np.float32, np.int32), strict=True):
        assert windows.dtype == dtype
        assert windows.shape == (columns // length, batch_size, length)
        used = np.asarray(given_rows)[:, : columns // length * length].astype(dtype)
        np.testing.assert_array_equal(np.concatenate(windows, axis=1), used)
        assert not np.shares_memory(windows, given_rows)
        assert windows.flags.c_contiguous
        assert windows.flags.writeable


# ---- the floors


@st.composite
def short_sizes(draw):
    """Draw the four sizes of a series short enough to count over all series."""
    series_length, echo_step, batch_size = draw(series_sizes(longest=8))
    return series_length, echo_step, batch_size, draw(st.integers(1, series_length // batch_size))


@given(sizes=short_sizes())
def test_floors_equal_enumeration(sizes):
    floors = echo_loss_floor(*sizes)
    for name, value in enumerated_floors(*sizes).items():
        assert getattr(floors, name) == pytest.approx(value, abs=1e-12), name


# ---- bad arguments


class Strange:
    """Something that raises whatever it is asked."""

    def __getattr__(self, name):
        raise RuntimeError(name)


LONGEST = 10_000_000
huge = st.sampled_from([2**31, 2**63, 2**64, 10**100, 10**1000])
numbers = st.one_of(st.floats(), st.complex_numbers(), st.fractions(), st.decimals())
numpy_scalars = st.one_of(
    hnp.arrays(hnp.scalar_dtypes().filter(lambda dtype: dtype.kind not in "iu"), ()).map(lambda array: array[()]),
    hnp.arrays(hnp.integer_dtypes(), st.sampled_from([(), (1,), (2, 2)])),  # an array is no whole number either
)
objects = st.sampled_from([object, len, Fraction(3), ..., NotImplemented, {}, set(), range(3), b"3", "3", "", 3.0, 3j])
not_whole = st.one_of(st.booleans(), st.text(), numbers, st.lists(st.integers()), objects, numpy_scalars)
no_generator = st.sampled_from([np.random, np.random.RandomState(1), np.random.PCG64(1), np.random.SeedSequence(1)])


def outside(low, high):
    """Return a strategy for whole numbers outside [low, high], as int or of NumPy."""
    number = st.integers(low - 9, low - 1) | st.integers(max_value=low - 1)
    if high is not None:
        number |= st.integers(high + 1, high + 9) | st.integers(min_value=high + 1) | huge
    return number.flatmap(lambda value: st.sampled_from([value, np.int64(value)] if abs(value) < 2**63 else [value]))


def size(low, high):
    """Return a strategy for what is not a whole number in [low, high]."""
    return st.none() | not_whole | outside(low, high)


shape_of_rows = hnp.array_shapes(min_dims=2, max_dims=2, max_side=4)
shape_of_none = st.one_of(
    hnp.array_shapes(min_dims=0, max_dims=1, max_side=4),
    hnp.array_shapes(min_dims=3, max_dims=4, max_side=3),
    st.sampled_from([(0, 0), (0, 3), (3, 0), (0,), (0, 2, 2)]),
)


@st.composite
def spoilt(draw, dtypes, bad_entries):
    """Draw rows with one entry that spoils them."""
    array = np.zeros((2, 10), draw(st.sampled_from(dtypes)))
    array.flat[draw(st.integers(0, array.size - 1))] = draw(bad_entries)
    return array


no_numbers = st.one_of(
    hnp.arrays(
        st.one_of(hnp.complex_number_dtypes(), hnp.unicode_string_dtypes(), hnp.byte_string_dtypes()), shape_of_rows
    ),
    hnp.arrays(st.one_of(hnp.datetime64_dtypes(), hnp.timedelta64_dtypes()), shape_of_rows),
    hnp.arrays(object, shape_of_rows, elements=st.none() | st.integers() | st.text(max_size=2)),
    st.lists(st.lists(st.text(max_size=2), min_size=2, max_size=2), min_size=1, max_size=3),
    st.sampled_from([None, "rows", b"rows", 1j, {}, {1}, object(), len, ..., [[None]], [[10**30]]]),
)
ragged = st.lists(st.integers(1, 4), min_size=2, max_size=4).filter(lambda lengths: len(set(lengths)) > 1)
ragged = ragged.map(lambda lengths: [[0] * length for length in lengths])
BEYOND_FLOAT = st.floats(1e39, 1e308) | st.floats(-1e308, -1e39)
BEYOND_INT = st.integers(2**31, 2**63 - 1) | st.integers(-(2**63), -(2**31) - 1)
NOT_FINITE = st.sampled_from([np.nan, np.inf, -np.inf])
no_inputs = st.one_of(
    no_numbers,
    st.builds(Strange),
    ragged,
    hnp.arrays(float, shape_of_none),
    spoilt(FLOATS, NOT_FINITE),
    spoilt([float], BEYOND_FLOAT),
)
no_targets = st.one_of(
    no_numbers,
    st.builds(Strange),
    ragged,
    hnp.arrays(int, shape_of_none),
    hnp.arrays(st.sampled_from(FLOATS), shape_of_rows),
    hnp.arrays(int, shape_of_rows.filter(lambda shape: shape != (2, 10))),  # not the shape of the inputs
    spoilt([np.int64], BEYOND_INT),
    spoilt([np.uint64], st.integers(2**31, 2**64 - 1)),
    spoilt([np.uint32], st.integers(2**31, 2**32 - 1)),
)

SIZES = {"series_length": 100, "echo_step": 3, "batch_size": 5}
RANGES = {"series_length": (1, LONGEST), "echo_step": (0, 99), "batch_size": (1, 100)}
BITS = np.zeros((2, 10), int)
WINDOWED = {"inputs": BITS, "targets": BITS, "truncated_backprop_length": 5}
FLOOR = {**SIZES, "truncated_backprop_length": 15}
# function, good arguments, the bad one, its values
BAD = [
    *((generate_echo_data, SIZES, name, size(*RANGES[name])) for name in SIZES),
    (generate_echo_data, SIZES, "rng", not_whole | outside(0, None) | no_generator),
    (make_windows, WINDOWED, "inputs", no_inputs),
    (make_windows, WINDOWED, "targets", no_targets),
    (make_windows, WINDOWED, "truncated_backprop_length", size(1, 10)),
    *((echo_loss_floor, FLOOR, name, size(*RANGES[name])) for name in SIZES),
    (echo_loss_floor, FLOOR, "truncated_backprop_length", size(1, 20)),
]


def says(message, name, value):
    """Tell whether a message begins with the name of an argument and, if that is no rows, with its value."""
    if name in ("inputs", "targets"):
        return message.startswith((f"{name} has ", f"{name}[", f"{name}="))
    return message.startswith((f"{name}={value}: expected", f"{name}={value!r}: expected"))


def count_refused(function, good, name, values):
    """Call a function with generated values of one bad argument, and return how many it refused by name."""
    count = 0

    @given(value=values)
    @settings(max_examples=150)
    def refuse(value):
        nonlocal count
        with pytest.raises((TypeError, ValueError)) as caught:
            function(**{**good, name: value})
        assert says(str(caught.value), name, value)
        count += 1

    refuse()
    return count


def test_bad_arguments_are_refused_by_name(record_property):
    counts = [count_refused(*case) for case in BAD]
    record_property("generated bad arguments, each refused by its name", sum(counts))
    assert all(counts)
    assert sum(counts) >= 1000


# ---- the exercise check

State = namedtuple("State", ["c", "h"])
simple = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), st.just(...), numbers, st.text(), objects)
arrays = hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_side=3))
nested = st.recursive(
    simple | arrays | numpy_scalars, lambda inner: st.lists(inner, max_size=3) | st.builds(State, inner, inner)
)
errors = st.builds(
    lambda kind, text: kind(text), st.sampled_from([ValueError, KeyError, MemoryError, Warning]), st.text()
)


def raising(error):
    """Return a function that raises an error."""

    def answer(*arguments):
        raise error

    return answer


answers = st.one_of(
    nested,
    nested.map(lambda value: lambda *arguments: value),
    errors.map(raising),
    st.builds(Strange),
    st.just(lambda: 1),
)
expectations = st.sampled_from([3, 0.5, True, [1, 2], np.eye(2), [True, False], State(1.0, 2.0), np.float32(1), []])


def printed(*arguments, **options):
    """Return what `check` prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert check(*arguments, **options) is None
    return out.getvalue()


@given(answer=answers, expected=expectations, arguments=st.lists(st.integers(), max_size=2))
@settings(max_examples=400)
def test_check_answers_whatever_it_gets_in_one_line(answer, expected, arguments):
    line = printed(answer, expected, *arguments)
    assert line.startswith(("correct\n", "not yet: ", "not answered yet\n"))
    assert len(line.splitlines()) == 1
    assert line.endswith("\n")


@given(
    expected=hnp.arrays(
        hnp.floating_dtypes(sizes=(32, 64)), hnp.array_shapes(), elements=st.floats(-1e3, 1e3, width=32)
    )
)
def test_check_knows_a_right_answer_from_a_wrong_one(expected):
    assert printed(expected.tolist(), expected) == "correct\n"
    wrong = expected.copy()
    wrong.flat[-1] += 1
    assert printed(lambda: wrong, expected).startswith("not yet: entry ")
