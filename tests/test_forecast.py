"""The forecast floors of notebook 10 against an exact calculation that shares no code with them, and against draws."""

from fractions import Fraction

import numpy as np
import pytest
from cells import Run

RULES = [(1.2, -0.4), (0.98,), (0.5, 0.25), (-0.9,), (0.0, 0.8)]


@pytest.fixture(scope="module")
def cells():
    """Return the names that the cells tagged `floor` define."""
    return vars(Run("10-forecast").run_tagged("floor"))


def exact(coefficients, horizon):
    """Return the floors for noise of variance 1: the covariance of the state of the companion matrix, step by step."""
    a, b = (*map(Fraction, map(str, coefficients)), Fraction(0))[:2]
    now, cross, before = Fraction(0), Fraction(0), Fraction(0)  # variances of the last two values, and their covariance
    found = []
    for _ in range(horizon):
        now, cross, before = a * a * now + 2 * a * b * cross + b * b * before + 1, a * now + b * cross, now
        found.append(now)
    return found


@pytest.mark.parametrize("coefficients", RULES)
@pytest.mark.parametrize("sigma", [1.0, 0.3])
def test_the_closed_form_is_exact(cells, coefficients, sigma):
    found = cells["forecast_floors"](coefficients, sigma, 40)
    assert found == pytest.approx([sigma**2 * float(floor) for floor in exact(coefficients, 40)], rel=1e-12)


def test_two_hours_by_hand(cells):
    assert cells["forecast_floors"]((1.2, -0.4), 2.0, 2) == pytest.approx([4, 4 * (1 + 1.2**2)])


@pytest.mark.parametrize("seed", range(4))
def test_drawn_futures_have_the_variance_of_the_floor(cells, seed):
    """Within four standard errors, at each of 24 hours, from any two last values."""
    rng, many = np.random.default_rng(seed), 40_000
    futures = cells["draw_futures"](cells["linear_rule"], 3.0, -1.0, rng, (many, 24))
    floors = cells["forecast_floors"](cells["coefficients"], cells["sigma"], 24)
    assert (np.abs(futures.var(axis=0, ddof=1) - floors) < 4 * floors * np.sqrt(2 / many)).all()


def test_who_knows_the_rule_is_left_with_the_noise(cells):
    swings, noise = cells["draw"](cells["linear_rule"], np.random.default_rng(1), 500)
    left = swings[:, 2:] - cells["linear_rule"](swings[:, 1:-1], swings[:, :-2])
    np.testing.assert_allclose(left, noise[:, 2:], atol=1e-12)
