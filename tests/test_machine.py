"""The machines of notebook 12 against a search that shares no code with it: one state at a time, in plain Python.

The counts of nodes, the wrong arrows, shortest counterexamples and minimal machines have to agree, and the weights that
the notebook carries with it have to be those of `reference_2016/`.
"""

import math
from collections import deque

import numpy as np
import pytest
from cells import ROOT, Run, needed

STEM = "12-prove-it"
LAG = 3  # the echo


@pytest.fixture(scope="module")
def cells():
    """Return the names that the cells define which search, judge and merge, and the networks."""
    run = Run(STEM)
    wanted = {
        "explore",
        "judge",
        "merge",
        "counterexamples",
        "survives",
        "register",
        "rnn_2016",
        "lstm_2016",
        "deep_2016",
    }
    for cell in needed(run.cells[3:], wanted):
        run.run(cell)
    return run.names


# ---- written once more


def dense(vector, columns, bias):
    """Return a vector times a matrix, given by its columns, plus a bias."""
    return [
        math.fsum(x * w for x, w in zip(vector, column, strict=True)) + b
        for column, b in zip(columns, bias, strict=True)
    ]


def sigma(number):
    """Return the sigmoid."""
    return 1 / (1 + math.exp(-number))


def step_of(kind, kernel, bias):
    """Return a function (bit, state) -> state, tuples of numbers, as `reference_2016/README.md` describes the cells."""
    columns = np.asarray(kernel).T.tolist()
    bias = np.asarray(bias).reshape(-1).tolist()

    def rnn(bit, state):
        return tuple(math.tanh(z) for z in dense([bit, *state], columns, bias))

    def lstm(bit, state):
        units = len(bias) // 4
        z = dense([bit, *state[units:]], columns, bias)
        c = []
        for n in range(units):
            kept = state[n] * sigma(z[2 * units + n] + 1)
            c.append(kept + sigma(z[n]) * math.tanh(z[units + n]))
        return (*c, *(math.tanh(c[n]) * sigma(z[3 * units + n]) for n in range(units)))

    return {"rnn": rnn, "lstm": lstm}[kind]


def search(kind, weights, size, grid):
    """Return {node: (next node and answer for bit 0, the same for bit 1)}, and {wrong arrow: a shortest series}.

    A node is a rounded state and the bits read so far, at most LAG of them.
    """
    kernel, bias, W2, b2 = weights
    step = step_of(kind, kernel, bias)
    columns, b2 = np.asarray(W2).T.tolist(), np.asarray(b2).reshape(-1).tolist()
    start = ((0,) * size, "")
    series_to = {start: ""}
    machine, wrong = {}, {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        state, past = node
        arrows = []
        for bit in "01":
            after = tuple(round(grid * number) for number in step(int(bit), [n / grid for n in state]))
            no, yes = dense([n / grid for n in after[-len(columns[0]) :]], columns, b2)
            answer = "1" if yes > no else "0"
            target = (after, (past + bit)[-LAG:])
            if target not in series_to:
                series_to[target] = series_to[node] + bit
                waiting.append(target)
            if len(past) == LAG and answer != past[0]:
                wrong[node, bit] = series_to[node] + bit
            arrows.append((target, answer))
        machine[node] = arrows
    return machine, wrong


def minimal_size(machine):
    """Return the size of the smallest machine with the same answers, of the nodes with LAG bits (Hopcroft 1971)."""
    nodes = [node for node in machine if len(node[1]) == LAG]
    before = {(node, bit): [] for node in nodes for bit in (0, 1)}
    by_answers = {}
    for node in nodes:
        for bit, (target, _) in enumerate(machine[node]):
            before[target, bit].append(node)
        by_answers.setdefault(tuple(answer for _, answer in machine[node]), set()).add(node)
    blocks = list(by_answers.values())
    block_of = {node: number for number, block in enumerate(blocks) for node in block}
    waiting = {(number, bit) for number in range(len(blocks)) for bit in (0, 1)}
    while waiting:
        number, bit = waiting.pop()
        touched = {}
        for target in blocks[number]:
            for node in before[target, bit]:
                touched.setdefault(block_of[node], set()).add(node)
        for other, inside in touched.items():
            if len(inside) == len(blocks[other]):
                continue
            blocks[other] -= inside
            blocks.append(inside)
            new = len(blocks) - 1
            for node in inside:
                block_of[node] = new
            for one in (0, 1):
                smaller = min(other, new, key=lambda block: len(blocks[block]))
                waiting.add((new, one) if (other, one) in waiting else (smaller, one))
    return len(blocks)


# ---- the comparisons


def flip(network, place):
    """Return a network with the sign of one number of its kernel changed."""
    kernel = network.kernel.copy()
    kernel[place] *= -1
    return network._replace(kernel=kernel)


@pytest.mark.parametrize(
    ("name", "kind", "grid", "place"),
    [
        ("register", "rnn", 1, None),
        ("rnn_2016", "rnn", 16, None),  # proved
        ("rnn_2016", "rnn", 8, None),  # some arrows are wrong
        ("rnn_2016", "rnn", 16, (3, 2)),  # planted faults
        ("rnn_2016", "rnn", 16, (0, 1)),
        ("lstm_2016", "lstm", 8, None),
    ],
)
def test_same_machine(cells, name, kind, grid, place):
    network = cells[name] if place is None else flip(cells[name], place)
    machine = cells["explore"](network, grid)
    answers, due, wrong = cells["judge"](network, grid, machine)
    _, group, counts = cells["merge"](machine, answers, due)
    found, wrong_there = search(kind, network[2:], network.size, grid)
    assert len(machine.nodes) == len(machine.arrows) == len(found)
    assert wrong.sum() == len(wrong_there)
    assert counts[-1] == len(np.unique(group)) == minimal_size(found)
    series = cells["counterexamples"](machine, wrong)[: len(wrong_there)]
    lengths = sorted(map(len, wrong_there.values()))
    assert [len(one) for one in series] == lengths[: len(series)]
    assert {"".join(map(str, one)) for one in series} <= {*wrong_there.values()} or len(series) == cells[
        "most_replayed"
    ]
    if not lengths:
        assert counts[-1] == 2**LAG


def test_proved_means_right_on_every_short_series(cells):
    """All series of 12 bits, rounded as the machine is: the answers of the proved machine are right on each."""
    bits = np.arange(2**12)[:, None] >> np.arange(12) & 1
    assert not cells["wrong_answers"](cells["rnn_2016"], bits, cells["grid"]).any()
    faulty = cells["wrong_answers"](flip(cells["rnn_2016"], (3, 2)), bits, cells["grid"])
    assert np.argwhere(faulty)[:, 1].min() == 6  # a shortest counterexample has seven bits


def same_as(network, reference, cell):
    """Compare the numbers of a network with those of one cell of a reference and its readout."""
    parts = (f"cell{cell}.kernel", f"cell{cell}.bias", "readout.kernel", "readout.bias")
    for part, value in zip(parts, network[2:], strict=True):
        np.testing.assert_array_equal(value, reference[f"final.{part}"].reshape(value.shape).astype(float))


@pytest.mark.parametrize(
    ("name", "file"), [("rnn_2016", "vanilla_rnn"), ("lstm_2016", "lstm"), ("deep_2016", "deep_lstm")]
)
def test_the_notebook_carries_the_weights_of_2016(cells, name, file):
    reference = np.load(ROOT / "tests" / "reference_2016" / f"{file}.npz")
    network = cells[name]
    layers = network.kernel if name == "deep_2016" else [network]
    for number, layer in enumerate(layers):
        same_as(layer, reference, number)
    assert f"final.cell{len(layers)}.kernel" not in reference
