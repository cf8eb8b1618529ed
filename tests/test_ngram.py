"""The n-gram tables of notebook 08 against an exact calculation that shares no code with them."""

import random
from fractions import Fraction
from math import log2

import pytest
from cells import ROOT, read, tagged

TEXTS = [
    "abracadabra",
    "a",
    "aaaa",
    "ab",
    "abcabcabd",
    "the cat sat on the mat",
    "".join("xyz"[n % 3] for n in range(20)),
]


@pytest.fixture(scope="module")
def cells():
    """Return the names that the cells tagged `ngram` define."""
    found = tagged(read(ROOT / "notebooks" / "08-character-model.ipynb"), "ngram")
    assert found
    names = {}
    for cell in found:
        exec(cell.source, names)
    return names


def learnt(cells, text, order):
    tables = cells["empty_tables"](order)
    for i in range(len(text)):
        cells["learn"](tables, text, i)
    return tables


def exact(text, context, character, size):
    """Return the interpolated Witten-Bell probability, from the longest context down, by scanning the text."""
    followers = [text[i + len(context)] for i in range(len(text) - len(context)) if text[i:].startswith(context)]
    shorter = exact(text, context[1:], character, size) if context else Fraction(1, size)
    kinds = len(set(followers))
    if not followers:
        return shorter
    return (followers.count(character) + kinds * shorter) / Fraction(len(followers) + kinds)


def contexts(text, order):
    """Return every context of up to `order` characters that the text shows, and some that it does not."""
    shown = {text[i : i + k] for k in range(order + 1) for i in range(len(text) - k + 1)}
    return sorted(shown | {"?" * order, text[0] + "?" * order, "?" * order + text[-1]})


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("order", range(6))
def test_probabilities_are_exact_and_sum_to_one(cells, text, order):
    tables, letters = learnt(cells, text, order), sorted({*text, "!"})  # "!" never occurs
    for context in contexts(text, order):
        context = context[-order:] if order else ""
        found = [cells["probability"](tables, context, c, Fraction(1, len(letters))) for c in letters]
        assert found == [exact(text, context, c, len(letters)) for c in letters], context
        assert sum(found) == 1
        assert min(found) > 0


def test_abracadabra_by_hand(cells):
    tables = learnt(cells, "abracadabra", 2)
    found = [cells["probability"](tables, "a", c, Fraction(1, 5)) * 112 for c in "abcdr"]
    assert found == [18, 41, 22, 22, 9]
    # after "b" only r was seen, twice: (2 + 1 * 3/16) / 3 = 35/48; after "ab" the same two: (2 + 1 * 35/48) / 3
    assert cells["probability"](tables, "ab", "r", Fraction(1, 5)) == (2 + Fraction(35, 48)) / 3


@pytest.mark.parametrize("learning", [False, True])
def test_bits_of_a_text(cells, learning):
    rng = random.Random(2016)
    text, start, order, size = "".join(rng.choices("abc ", [5, 3, 1, 2], k=150)), 100, 3, 6
    found = cells["bits_of"](learnt(cells, text[:start], order), text, start, size, learning)
    wanted = [
        -log2(exact(text[: i if learning else start], text[i - order : i], text[i], size))
        for i in range(start, len(text))
    ]
    assert found == pytest.approx(wanted, rel=1e-12)
