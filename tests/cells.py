"""Read the notebooks, and run their cells in this process or as a notebook with other parameters."""

import ast
import contextlib
import io
import linecache
import re
import shutil
import symtable
import sys
import types
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).parents[1]
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
[MEASURED] = re.findall(r"(?m)^regex: (.*)$", (ROOT / "tests" / "sanitize.cfg").read_text("utf-8"))

each_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


# ---- reading


def read(path):
    """Return a notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def tags(cell):
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def code_cells(notebook):
    """Return the code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    """Return the cells that carry a tag."""
    return [cell for cell in notebook.cells if tag in tags(cell)]


def text_of(cell):
    """Return what a code cell has printed or shown as text, stderr included."""
    return "".join(out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in cell.get("outputs", []))


def errors(cell):
    """Return what a cell raised, as "NameError: ..."."""
    return [f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error"]


def problems(cell):
    """Return what a cell raised and what it wrote to stderr."""
    return errors(cell) + [output.text for output in cell.outputs if output.get("name") == "stderr"]


def pictures(cell):
    """Return how many pictures a cell shows."""
    return sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def headings(markdown):
    """Return the parts of links that lead to the headings of a text, as JupyterLab and GitHub's preview write them."""
    lines = re.sub(r"```.*?```", "", markdown, flags=re.S).splitlines()
    return [line.lstrip("#").strip().replace("`", "").replace(" ", "-") for line in lines if line.startswith("#")]


def main_road(notebook):
    """Return the cells of a lesson that everybody reads: those before the exercises, and the key points."""
    road, inside = [], True
    for cell in notebook.cells:
        title = re.match(r"## (.*)", cell.source) if cell.cell_type == "markdown" else None
        if title and title[1] in ("Exercises", "Second reading"):
            inside = False
        elif title and title[1] == "Key points":
            inside = True
        if inside:
            road.append(cell)
    return road


def minutes(cells):
    """Return the reading time of cells: 180 words a minute, 3 seconds a line of code, 20 seconds a picture."""
    seconds = 0
    for cell in cells:
        if cell.cell_type == "markdown":
            seconds += len(cell.source.split()) / 3
        elif not cell.metadata.get("jupyter", {}).get("source_hidden"):
            seconds += 3 * sum(bool(line.strip()) for line in cell.source.splitlines())
        seconds += 20 * pictures(cell)
    return seconds / 60


def masked(text):
    """Return text with the numbers that `measured` printed replaced, as strict nbval compares it."""
    return re.sub(MEASURED, "≈ #", text)


# ---- names


def names_set(source):
    """Return the names that a cell sets at its top level."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def names_read(source):
    """Return the names that a cell reads, in its functions too, before it sets them."""
    found, known = set(), set()
    for statement in ast.parse(source).body:
        code = ast.unparse(statement)
        if not isinstance(statement, (ast.Assign, ast.AugAssign)):  # a loop sets its variable before it reads it
            known |= names_set(code)
        found |= global_names(symtable.symtable(code, "cell", "exec")) - known
        known |= names_set(code)
    return found


def global_names(scope):
    """Return the names of the notebook that a scope and those inside it read."""
    symbols = [symbol for symbol in scope.get_symbols() if symbol.is_referenced()]
    names = {symbol.get_name() for symbol in symbols if symbol.is_global() or scope.get_type() == "module"}
    for inner in scope.get_children():
        names |= global_names(inner)
    return names


def needed(cells, wanted):
    """Return those of the cells, in order, that set the wanted names, or names that these cells read in turn."""
    chosen, wanted = [], set(wanted)
    for cell in reversed(cells):
        if names_set(cell.source) & wanted:
            chosen.append(cell)
            wanted = (wanted - names_set(cell.source)) | names_read(cell.source)
    return chosen[::-1]


# ---- running


def with_parameters(notebook, **values):
    """Add a cell after `parameters` that sets those of its names for which a value is given, as papermill does."""
    [cell] = tagged(notebook, "parameters")
    known = names_set(cell.source)
    source = "\n".join(f"{name} = {value!r}" for name, value in values.items() if name in known)
    if source:
        place = notebook.cells.index(cell) + 1
        notebook.cells.insert(place, new_code_cell(source, metadata={"tags": ["injected-parameters"]}))
    return notebook


class Run:
    """The code cells of one notebook, run in this process at the repository.s root; parameters may differ."""

    def __init__(self, stem, **parameters):
        self.notebook = with_parameters(read(ROOT / "notebooks" / f"{stem}.ipynb"), **parameters)
        self.cells = code_cells(self.notebook)
        self.module = types.ModuleType(f"cells_{stem.replace('-', '_')}")
        sys.modules[self.module.__name__] = self.module  # where `tf.function` looks for it
        self.names = vars(self.module)
        for tag in ("helper", "parameters", "injected-parameters", "setup"):
            for cell in tagged(self.notebook, tag):
                self.run(cell)

    def run(self, cell):
        """Run a cell and return what it printed."""
        file = f"<{self.module.__name__}, {cell.id}>"
        linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(keepends=True), file)  # for tracebacks
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(cell.source, file, "exec"), self.names)
        return printed.getvalue()

    def run_tagged(self, *wanted):
        """Run the cells with these tags, and the cells above them whose names they read; return the module."""
        last = [cell for cell in self.cells if set(wanted) & set(tags(cell))]
        above = [cell for cell in self.cells[: self.cells.index(last[-1])] if cell not in last]
        names = set()
        for cell in last:
            names |= names_read(cell.source)
        chosen = needed(above, names - set(self.names)) + last
        for cell in self.cells:
            if cell in chosen:
                self.run(cell)
        return self.module
