"""What readers do to a notebook besides running it from top to bottom: nothing breaks, or a sentence says what to do.

- *Twice:* each cell is run, then the setup cell, then the cell again. This also stands for a second pass over all cells
  in the same kernel, from the setup cell on: such a pass differs from the first one only where a cell reads a name that
  nothing has set before it in this pass. These are the builtins and the names of the setup cell, and no cell sets them.
- *Folder:* the kernel starts elsewhere, in the repository or outside it.
- *Alone:* after a restart only the first two cells are run, then one cell from anywhere in the notebook.
  It works, or a NameError says to run the cells above.
- *Changed:* one size is changed in the cell that sets it, and all cells are run.

For *twice* and *changed*, the long notebooks are cut to fewer epochs and a shorter series: SHORT changes these numbers
where the notebook sets them. At full length *changed* alone would take over 20 minutes on two cores. What is quick
runs by default, on notebook 01; `pytest -m misuse` runs the rest.
"""

import ast
import builtins
import contextlib
import re
import symtable

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook
from notebook_cells import PATHS, ROOT, code_cells, errors, printed, problems, read, tagged, text_of
from publish import set_helper
from refresh_notebooks import execute
from slide_types import tags

BUILTINS = set(dir(builtins))  # before a test starts IPython, which adds some
# Cells that print something else when they are run again, and why. All others print the same.
MAY_DIFFER = {
    "07-deep-lstm": {"drop": "the generator of the masks has moved on"},
}
# Sizes that readers try. Each is tried in every cell that sets the name to another number.
CHANGED = {"echo_step": 5, "state_size": 8, "batch_size": 10, "truncated_backprop_length": 20}
SHORT = {
    "02-vanilla-rnn": {"num_epochs": 10, "total_series_length": 10_000},
    "04-lstm-state-tuples": {"num_epochs": 10, "total_series_length": 10_000},
    "06-forget-gate": {"num_epochs": 6, "num_windows": 40},
    "07-deep-lstm": {"num_epochs": 4, "total_series_length": 10_000},
    "08-character-model": {"num_epochs": 3},
}
# What a cell shows if it is run before the cell that defines one of its names.
MISSING = r"NameError: name '(\w+)' is not defined\. If a cell above defines it, run all cells above first \(.*\)\."
# The changes that stop a notebook: notebook, cell, name -> what stands in the traceback there.
STOPS = {("01-echo-data", "rows-code", "batch_size"): "the number of rows must divide the 12 bits"}

# The sizes that a call must name in a notebook that sets them, so that a change arrives there.
NEEDS = {
    "generate_echo_data": {"echo_step", "batch_size"},
    "make_windows": {"truncated_backprop_length"},
    "echo_loss_floor": {"echo_step", "batch_size", "truncated_backprop_length"},
}

# The namespace after the setup cell, and the cell that goes back to it.
KEEP = "kept = dict(globals())"
RESTORE = "for name in set(globals()) - {*kept, 'kept'}:\n    del globals()[name]\nglobals().update(kept)"

each_notebook = pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem, marks=[pytest.mark.misuse] if path != PATHS[0] else []) for path in PATHS]
)


def run(sources, folder=ROOT / "notebooks", allow_errors=False):
    """Execute sources as the cells of one notebook, to the first error unless errors are allowed; return the cells."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    with contextlib.suppress(CellExecutionError):  # it is among the outputs
        execute(notebook, folder, allow_errors)
    return notebook.cells


def names_set(source):
    """Return the names that a cell sets at its top level."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def first_cells(notebook):
    """Return the sources of the helper and the setup cell."""
    return tagged(notebook, "helper") + tagged(notebook, "setup")


def numbers_set(source):
    """Return the whole numbers to which a cell sets names at its top level: name -> node of the syntax tree."""
    found = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            target, value = statement.targets[0], statement.value
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            for name, number in zip(target.elts, value.elts, strict=True) if both else [(target, value)]:
                if isinstance(name, ast.Name) and isinstance(number, ast.Constant) and isinstance(number.value, int):
                    found[name.id] = number
    return found


def with_number(source, name, number):
    """Return a cell's source with another number for a name, if it sets that name to a number."""
    node, lines = numbers_set(source).get(name), source.splitlines()
    if node:
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line[: node.col_offset] + str(number) + line[node.end_col_offset :]
    return "\n".join(lines)


def short(path):
    """Return the sources of a notebook's code cells, cut short, by cell."""
    sources = {cell.id: cell.source for cell in code_cells(read(path))}
    for name, number in SHORT.get(path.stem, {}).items():
        sources = {cell: with_number(source, name, number) for cell, source in sources.items()}
    return sources


# ---- twice


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_no_cell_sets_a_builtin_or_a_name_of_the_setup_cell(path):
    notebook = read(path)
    [setup] = tagged(notebook, "setup")
    taken = BUILTINS | names_set(setup)
    for cell in code_cells(notebook):
        assert "setup" in tags(cell) or not names_set(cell.source) & taken, cell.id


@each_notebook
def test_each_cell_runs_twice(path, record_property):
    notebook = read(path)
    cells, [setup] = code_cells(notebook), tagged(notebook, "setup")
    ran = run([again for source in short(path).values() for again in (source, setup, source)], allow_errors=True)
    runs = {cell.id: pair for cell, *pair in zip(cells, ran[::3], ran[2::3], strict=True)}
    broken = {name: problems(first) + problems(again) for name, (first, again) in runs.items()}
    broken["setup, again"] = [problem for cell in ran[1::3] for problem in problems(cell)]
    assert not {name: found for name, found in broken.items() if found}
    differ = {name for name, (first, again) in runs.items() if printed(first) != printed(again)}
    assert differ <= set(MAY_DIFFER.get(path.stem, ()))
    others = f"{len(differ)} print something else" if differ else "all print the same"
    record_property(f"{path.stem}, each of {len(cells)} cells twice", f"no error, {others}")


# ---- folder


@pytest.mark.misuse
@each_notebook
def test_runs_from_other_folders_of_the_repository(path, record_property):
    notebook = read(path)
    sources = [cell.source for cell in code_cells(notebook)] if path == PATHS[0] else first_cells(notebook)
    for folder in (ROOT, ROOT / "tests"):
        assert not [problem for cell in run(sources, folder) for problem in problems(cell)]
    record_property(f"{path.stem}, from the repository's root and from tests/", f"{len(sources)} cells work")


@each_notebook
def test_outside_the_repository_a_sentence_says_what_to_do(path, tmp_path, record_property):
    notebook = read(path)
    set_helper(notebook, "", "")  # no address to fetch it from
    [cell] = run(tagged(notebook, "helper"), tmp_path)
    [error] = errors(cell)
    assert error.startswith("ImportError: data_utils.py is not here and could not be fetched (")
    assert error.endswith("Put a copy of data_utils.py into the folder of this notebook and run this cell again.")
    record_property(f"{path.stem}, from outside the repository", "stops and says what to do")


# ---- alone


@pytest.mark.misuse
@each_notebook
def test_a_cell_alone_works_or_misses_a_name_of_an_earlier_cell(path, record_property):
    notebook = read(path)
    first = first_cells(notebook)
    cells = [cell for cell in code_cells(notebook) if cell.source not in first]
    pairs = [source for cell in cells for source in (cell.source, RESTORE)]
    ran = run([*first, KEEP, *pairs], allow_errors=True)[-len(pairs) :]
    assert not [problem for cell in ran[1::2] for problem in problems(cell)]
    earlier, work = set(), 0
    for cell, alone in zip(cells, ran[::2], strict=True):
        if problems(alone):
            missing = re.fullmatch(MISSING, "\n".join(problems(alone)))
            assert missing, (cell.id, problems(alone))
            assert missing[1] in earlier, (cell.id, missing[1])
        else:
            assert text_of(alone) == text_of(cell), cell.id
            work += 1
        earlier |= names_set(cell.source)
    outcome = f"{work} work, {len(cells) - work} miss a name of an earlier cell"
    record_property(f"{path.stem}, each of {len(cells)} cells alone", outcome)


# ---- changed


def changes():
    """Return all changes as parameters: notebook, cell, name."""
    return [
        pytest.param(path, cell.id, name, id=f"{path.stem}-{cell.id}-{name}")
        for path in PATHS
        for cell in code_cells(read(path))
        for name, node in numbers_set(cell.source).items()
        if name in CHANGED and node.value != CHANGED[name]
    ]


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_a_changed_size_reaches_data_windows_and_floors(path):
    cells = [cell for cell in code_cells(read(path)) if not cell.id.startswith("exercise-")]
    sizes = {name for cell in cells for name in numbers_set(cell.source)}
    for cell in cells:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                named = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                assert NEEDS.get(node.func.id, set()) & sizes <= named, (cell.id, ast.unparse(node))


@pytest.mark.misuse
@pytest.mark.parametrize(("path", "where", "name"), changes())
def test_another_size_runs_to_the_end_or_says_what_to_do(path, where, name, record_property):
    cells, sources = code_cells(read(path)), short(path)
    sources[where] = with_number(sources[where], name, CHANGED[name])
    ran = dict(zip(sources, run(sources.values()), strict=True))
    broken = {cell: errors(done) for cell, done in ran.items() if errors(done)}
    if (path.stem, where, name) in STOPS:
        assert set(broken) == {where}
        assert STOPS[path.stem, where, name] in "\n".join(ran[where].outputs[0].traceback)
        outcome = f"stops in {where} and says what to do"
    else:
        assert not broken
        false = sum(text_of(ran[cell.id]).count("False") > text_of(cell).count("False") for cell in cells)
        outcome = f"runs to its end, {false} cells print False" if false else "runs to its end"
    record_property(f"{path.stem}, {name} = {CHANGED[name]} in {where}", outcome)
