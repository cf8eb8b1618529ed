"""The scan, the counts and the pencil echo of notebook 11 against calculations that share no code with them."""

from functools import reduce

import numpy as np
import pytest
from cells import Run, needed


@pytest.fixture(scope="module")
def names():
    run = Run("11-without-a-loop")
    for cell in needed(run.cells, {"scan", "count", "pencil_echo"} - set(run.names)):
        run.run(cell)
    return run.names


@pytest.mark.parametrize("length", [1, 2, 3, 7, 8, 9, 64, 65])
def test_scan_gives_the_states_of_a_loop(names, length):
    rng = np.random.default_rng(length)
    a = rng.uniform(-1, 1, (length, 3)) * np.exp(1j * rng.uniform(0, 7, (length, 3)))
    b = rng.normal(size=(length, 3))
    states = [
        reduce(lambda h, step: step[0] * h + step[1], zip(a[:t], b[:t], strict=True), 0) for t in range(1, length + 1)
    ]
    np.testing.assert_allclose(names["scan"](a, b.astype(complex)), states, atol=1e-12)


@pytest.mark.parametrize("length", [1, 2, 15, 16, 17, 960])
def test_count_is_that_of_the_boxes(names, length):
    """Each place covers the steps from `first` to itself; whoever does not begin at step 0 is joined."""
    first = np.arange(length)
    rounds = joins = 0
    while first.any():
        joins += np.count_nonzero(first)
        rounds += 1
        first = np.array([first[begin - 1] if begin else 0 for begin in first])
    assert names["count"](length) == (rounds, joins)


@pytest.mark.parametrize(("num_units", "lag", "radius"), [(4, 3, 0.75), (5, 0, 0.9), (128, 100, 0.99), (4, 3, 1.0)])
def test_the_pencil_echo_is_the_sum_of_its_leaks(names, num_units, lag, radius):
    bits = np.random.default_rng(lag).integers(0, 2, (7, 400))
    expected = np.zeros(bits.shape)
    for turn, age in enumerate(range(lag, bits.shape[1], num_units)):
        expected[:, age:] += radius ** (turn * num_units) * bits[:, : bits.shape[1] - age]
    np.testing.assert_allclose(names["pencil_echo"](bits, num_units, lag, radius), expected, atol=1e-9)
