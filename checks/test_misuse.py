"""What readers do to a notebook besides running it from top to bottom: nothing breaks, or a sentence says what to do.

- *Twice:* each cell is run, then the setup cell, then the cell again.
- *Folder:* the kernel starts elsewhere in the repository. (Outside of it: tests/test_tools.py.)
- *Alone:* after a restart only the first three cells are run, then one cell from anywhere in the notebook.
- *Changed:* one size is changed in the parameters cell, and all cells are run.

Training is short in *twice* and *changed*.
"""

import re

import pytest
from cells import (
    ROOT,
    code_cells,
    each_notebook,
    errors,
    masked,
    names_set,
    problems,
    read,
    tagged,
    tags,
    text_of,
    with_parameters,
)
from nbformat.v4 import new_code_cell, new_notebook
from refresh import execute

CHANGED = {"echo_step": 5, "state_size": 8, "batch_size": 10, "truncated_backprop_length": 20}
# The namespace after the first cells, and the cell that goes back to it.
KEEP = "_first = dict(globals())"
RESTORE = "for name in set(globals()) - {*_first, '_first'}:\n    del globals()[name]\nglobals().update(_first)"


def run(sources, folder=ROOT / "notebooks"):
    """Execute sources as the cells of one notebook, and return the cells."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    execute(notebook, folder, allow_errors=True)
    return notebook.cells


def first_cells(notebook):
    """Return the sources of the cells that a reader runs first."""
    return [cell.source for tag in ("helper", "parameters", "setup") for cell in tagged(notebook, tag)]


@each_notebook
def test_each_cell_runs_twice(path, short, record_property):
    cells = code_cells(with_parameters(read(path), **short))
    [setup] = [cell.source for cell in cells if "setup" in tags(cell)]
    sources = []
    for cell in cells:
        early = set(tags(cell)) & {"helper", "parameters", "injected-parameters"}  # setup reads what these set
        sources += [cell.source, "" if early else setup, cell.source]
    ran = run(sources)
    assert not [(cell.source, problem) for cell in ran for problem in problems(cell)]
    for cell, first, again in zip(cells, ran[::3], ran[2::3], strict=True):
        same = masked(text_of(first)) == masked(text_of(again))
        assert same or "differs" in tags(cell), (cell.id, text_of(first), text_of(again))
    record_property(f"{path.stem}, each of {len(cells)} cells twice", "no error")


@each_notebook
def test_runs_from_other_folders_of_the_repository(path):
    for folder in (ROOT, ROOT / "tests"):
        assert not [problem for cell in run(first_cells(read(path)), folder) for problem in problems(cell)]


@each_notebook
def test_a_cell_alone_works_or_misses_a_name_of_an_earlier_cell(path, record_property):
    notebook = read(path)
    first = first_cells(notebook)
    cells = [cell for cell in code_cells(notebook) if cell.source not in first]
    sources = [*first, KEEP]
    for cell in cells:
        sources += [cell.source, RESTORE]
    ran = run(sources)[len(first) + 1 :]
    earlier, work = set(), 0
    for cell, alone in zip(cells, ran[::2], strict=True):
        if errors(alone):
            [missing] = re.findall(r"^NameError: name '(\w+)' is not defined", "\n".join(errors(alone)))
            assert missing in earlier, (cell.id, missing)
        else:
            same = masked(text_of(alone)) == masked(text_of(cell))
            assert same or "differs" in tags(cell), cell.id
            work += 1
        earlier |= names_set(cell.source)
    record_property(f"{path.stem}, cells alone", f"{work} work, {len(cells) - work} miss a name of an earlier cell")


@pytest.mark.parametrize("name", CHANGED)
@each_notebook
def test_another_size_runs_to_the_end(path, name, short, record_property):
    notebook = read(path)
    if name not in names_set(tagged(notebook, "parameters")[0].source):
        pytest.skip(f"{path.stem} has no {name}")
    execute(with_parameters(notebook, **{**short, name: CHANGED[name]}), path.parent)
    assert not [(cell.id, problem) for cell in code_cells(notebook) for problem in problems(cell)]
    outside = sum(text_of(cell).count("(in the stored run") for cell in code_cells(notebook))
    record_property(f"{path.stem}, {name} = {CHANGED[name]}", f"runs to its end, {outside} numbers out of bounds")
