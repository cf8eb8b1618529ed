"""The floor of notebook 09 against an exact calculation that shares no code with it, and against a count."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from cells import Run, needed

STEM = "09-variable-length"
# The grammar of Reber 1967, written down once more: what may follow, by node, and where it leads.
GRAMMAR = ["0B1", "1T2", "1P3", "2S2", "2X4", "3T3", "3V5", "4X3", "4S6", "5P4", "5V6", "6E7"]
SYMBOLS = "BTPSXVE"


@pytest.fixture(scope="module")
def cells():
    """Return the names that the cells define which draw copies and compute the floor."""
    run = Run(STEM)
    for cell in needed(run.cells[3:], {"draw_copies", "allowed", "all_strings", "best_accuracy", "loss_floor"}):
        run.run(cell)
    return run.names


def strings_of(length):
    """Return {string: probability} of the right strings of one length, by trying every continuation."""
    walks = {("", "0"): Fraction(1)}
    for _ in range(length):
        onward = Counter()
        for (string, node), probability in walks.items():
            arrows = [arrow for arrow in GRAMMAR if arrow[0] == node]
            for _, symbol, target in arrows:
                onward[string + symbol, target] += probability / len(arrows)
        walks = onward
    return {string: probability for (string, node), probability in walks.items() if node == "7"}


def drawn_anew(strings):
    """Return {copy: probability}: one place, each as likely as the others, filled with one of all seven symbols."""
    copies = Counter()
    for string, probability in strings.items():
        for place in range(len(string)):
            for symbol in SYMBOLS:
                copy = string[:place] + symbol + string[place + 1 :]
                copies[copy] += probability / (7 * len(string))
    return copies


@pytest.mark.parametrize("length", range(5, 13))
def test_floor_at_each_length(cells, length):
    """Exchanging a symbol keeps the length, so the floor may be computed for each length by itself."""
    right = strings_of(length)
    total = sum(right.values())
    if not total:
        pytest.skip("no string has this length")
    wrong = drawn_anew(right)
    assert sum(wrong.values()) == total
    best = sum(max(right.get(copy, 0), wrong[copy]) for copy in wrong) / (2 * total)
    assert best == Fraction(13, 14)
    assert cells["best_accuracy"] == pytest.approx(float(best), rel=1e-12)
    loss = 0.0
    for copy, of_wrong in wrong.items():
        weights = np.array([float(right.get(copy, 0) / total), float(of_wrong / total)]) / 2
        shown = weights[weights > 0]
        loss -= (shown * np.log(shown / weights.sum())).sum()
    assert cells["loss_floor"] == pytest.approx(loss, rel=1e-9)


def test_no_two_right_strings_differ_in_one_symbol():
    """For every length: the pairs of nodes that two walks with the same symbols, but for one, can stand on."""
    moves = {(arrow[0], arrow[1]): arrow[2] for arrow in GRAMMAR}
    reached = {("0", "0", 0)}
    waiting = list(reached)
    while waiting:
        one, other, exchanged = waiting.pop()
        for first in SYMBOLS:
            for second in SYMBOLS:
                differs = exchanged + (first != second)
                if differs <= 1 and (one, first) in moves and (other, second) in moves:
                    state = (moves[one, first], moves[other, second], differs)
                    if state not in reached:
                        reached.add(state)
                        waiting.append(state)
    assert ("7", "7", 0) in reached
    assert ("7", "7", 1) not in reached


def test_the_notebook_lists_the_same_strings(cells):
    wanted = [string for length in range(1, 13) for string in strings_of(length)]
    assert sorted(cells["all_strings"](12)) == sorted(wanted)
    for string in wanted:
        assert cells["allowed"](string)


def test_counted_in_a_sample(cells):
    """The best guesser's accuracy and loss on 40,000 copies, within 4 standard errors."""
    copies, labels = cells["draw_copies"](40_000, np.random.default_rng(7))
    allowed = np.array([cells["allowed"](copy) for copy in copies])
    losses = np.where(allowed, -np.log(np.where(labels == 1, 7 / 8, 1 / 8)), 0)
    assert not np.any((labels == 1) & ~allowed)
    for counted, exact in ((allowed == labels, cells["best_accuracy"]), (losses, cells["loss_floor"])):
        assert abs(counted.mean() - exact) < 4 * counted.std() / np.sqrt(len(copies))
