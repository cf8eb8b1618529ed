"""Options of the checks. noxfile.py says how to run them and what each needs."""

from pathlib import Path

import pytest
from cells import names_set, read, tagged


def pytest_addoption(parser):
    text = "how many seeds the sweep takes, none of them a notebook's own"
    parser.addoption("--seeds", type=int, default=32, help=text)
    text = "folder for the screenshots of the browser; a temporary folder unless given"
    parser.addoption("--screenshots", type=Path, help=text)
    parser.addoption("--hub-users", type=int, default=10, help="number of students in the test of JupyterHub")
    text = "notebook that they run, without .ipynb"
    parser.addoption("--hub-notebook", default="04-lstm-state-tuples", help=text)


@pytest.fixture
def short(path):
    """Return parameters of a notebook that make its training short, for what need not be learnt."""
    [parameters] = tagged(read(path), "parameters")
    names = names_set(parameters.source)
    values = {name: 3 for name in names if name.endswith("epochs")}
    values |= {name: 100 for name in names if name.endswith("updates")}
    return values | {"series_length": 10_000, "num_windows": 40}
