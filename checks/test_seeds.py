"""The claims of the notebooks, from seeds that no notebook uses.

A claim is a line that `measured` has printed, and its bounds stand beside it in the notebook. Each notebook is run here
with other seeds, cell by cell, but for cells tagged `unswept` and the exercises, and its measured lines are compared
with the stored ones as strict nbval compares them. Eight seeds or more may miss a line once, and 32 N seeds N times.
"""

import gc
import re
from collections import defaultdict

import pytest
from cells import ROOT, Run, each_notebook, masked, tags

FIRST_SEED, STEP = 5000, 1000  # the bits of epoch e come from seed + e
LEFT_OUT = {"helper", "parameters", "setup", "unswept", "exercise", "exercise-check", "solution"}


def measured_lines(text):
    """Return the lines that hold a measured number."""
    return [line for line in text.splitlines() if "≈" in line]


def printed_by(cell):
    """Return what a cell is stored to have printed, without the words for its pictures."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def numbers(line):
    """Return the numbers that `measured` has printed in a line."""
    shown = " ".join(re.findall(r"≈ (\[[^\]]*\]|\S+)", line))
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?", shown.replace(",", ""))]


@pytest.fixture
def without_display(monkeypatch):
    """Run cells in the repository's root, and show nothing."""

    class Picture:
        def update(self, *_, **__):
            pass

    monkeypatch.chdir(ROOT)
    for place in ("IPython.display.display", "data_utils.display"):
        monkeypatch.setattr(place, lambda *_, **__: Picture())


@each_notebook
def test_measured_lines_hold_from_other_seeds(path, pytestconfig, without_display, record_property):
    count = pytestconfig.getoption("seeds")
    assert count > 0, "--seeds is below 1"
    held, found = defaultdict(int), defaultdict(list)
    for seed in range(FIRST_SEED, FIRST_SEED + STEP * count, STEP):
        run = Run(path.stem, seed=seed)
        for cell in run.cells:
            if set(tags(cell)) & LEFT_OUT:
                continue
            stored = measured_lines(printed_by(cell))
            printed = measured_lines(run.run(cell))
            for place, line in enumerate(stored):
                key = (cell.id, place, masked(line).strip())
                now = printed[place] if place < len(printed) else ""
                held[key] += masked(now) == masked(line)
                found[key] += numbers(now)
        del run
        gc.collect()  # compiled programs are large
    for key, values in found.items():
        spread = f"{min(values):.3g} to {max(values):.3g}" if values else "not printed"
        record_property(f"{path.stem} {key[0]}", f"{key[2]} | held {held[key]} of {count}, {spread}")
    missed = {key: count - held[key] for key in found}
    allowed = max(count // 32, count >= 8)
    assert not {key: times for key, times in missed.items() if times > allowed}
