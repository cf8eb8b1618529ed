"""What several tests need to know about the notebooks."""

import contextlib
import io
import re
import shutil
import sys
import types
from collections import namedtuple
from pathlib import Path

import nbformat
from publish import digest, set_helper, with_badges
from refresh_notebooks import clear
from slide_types import tags

ROOT = Path(__file__).parents[1]
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RETRACED = r"WARNING:tensorflow:\d+ out of the last \d+ calls to .* triggered tf\.function retracing.*\n"
NO_CHROMIUM = "put chromium, chromium-browser or google-chrome on the PATH"


def read(path):
    """Return a notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """Return the code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    """Return the sources of the cells that carry a tag."""
    return [cell.source for cell in notebook.cells if tag in tags(cell)]


def text_of(cell):
    """Return what a code cell has printed or shown as text, stderr included."""
    return "".join(out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in cell.get("outputs", []))


def errors(cell):
    """Return what a cell raised, as "NameError: ..."."""
    return [f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error"]


def problems(cell):
    """Return what a cell raised and what it wrote to stderr."""
    return errors(cell) + [output.text for output in cell.outputs if output.get("name") == "stderr"]


def printed(cell):
    """Return the text of a cell, without TensorFlow's warnings if it was run again and traced again."""
    return re.sub(RETRACED, "", text_of(cell))


def anchor(heading):
    """Return the part of a link that leads to a heading, as JupyterLab writes it."""
    return heading.replace("`", "").replace(" ", "-")


def sections(notebook):
    """Return the cells under each heading, heading included, by the part of a link that leads there."""
    found = {}
    for cell in notebook.cells:
        heading = re.match(r"#+ (.*)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            inside = found[anchor(heading[1])] = []
        inside.append(cell)
    return found


def times(notebook):
    """Return what the overview says, as text: minutes to read, minutes for the exercises, seconds to run."""
    pattern = r"(\d+) minutes to read, (\d+) for the exercises, (\d+) seconds"
    return re.search(pattern, notebook.cells[1].source).groups()


def alone(path, folder):
    """Copy a notebook, without its outputs and without its helper module, into an empty folder, and return it.

    It has to fetch `data_utils.py`, as on Colab, here by the `file://` URL of this clone.
    """
    notebook = read(path)
    notebook.cells[0].source = with_badges(notebook.cells[0].source, None)  # pictures of the Internet
    clear(notebook)
    set_helper(notebook, (ROOT / "data_utils.py").as_uri(), digest(ROOT / "data_utils.py"))
    nbformat.write(notebook, folder / path.name)
    return notebook


class CellRun:
    """Cells of one notebook, run here one after the other: `helper` and `setup` at once, the others by their ids.

    `changes` maps text of the code to its replacement, and `unused` holds what no cell has contained so far. The
    notebooks have one seed, 2016: it becomes `seed` wherever it stands, as does {seed} in a replacement.
    """

    def __init__(self, stem, folder, changes, seed=2016):
        self.cells = {cell.id: cell for cell in read(ROOT / "notebooks" / f"{stem}.ipynb").cells}
        self.folder, self.seed, self.changes, self.unused = folder, str(seed), changes, set(changes)
        self.module = types.ModuleType(f"cells_{stem.replace('-', '_')}")
        sys.modules[self.module.__name__] = self.module  # where `tf.function` looks for it
        self.names = vars(self.module)
        self.names["namedtuple"] = namedtuple  # 04 and 07 import it above their model
        for name in ("helper", "setup"):
            self.run(name)

    def run(self, name):
        """Run the cell with this id and return the lines that it printed."""
        source = self.cells[name].source
        for old, new in self.changes.items():
            self.unused -= {old} if old in source else set()
            source = source.replace(old, new.replace("{seed}", self.seed))
        source = re.sub(r"\b2016\b", self.seed, source)
        file = self.folder / f"{name}-{self.seed}.py"  # a file, because `tf.function` reads the source
        file.write_text(source, encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(source, file, "exec"), self.names)
        return printed.getvalue().splitlines()

    def stored(self, name):
        """Return the lines that the notebook says this cell has printed."""
        return "".join(out.get("text", "") for out in self.cells[name].outputs).splitlines()


def load_model(stem, folder, state_size=4, num_layers=1):
    """Return a module made of the `helper`, `setup`, `model` and `train` cells of one notebook, with these sizes."""
    changes = {"= 4, 2": f"= {state_size}, 2", "num_layers, glorot = 3,": f"num_layers, glorot = {num_layers},"}
    run = CellRun(stem, folder, changes)
    run.names.update(state_size=state_size, num_classes=2)  # notebook 03 sets them above its model
    for name in ("model", "train"):
        run.run(name)
    assert (run.names["state_size"], run.names.get("num_layers", num_layers)) == (state_size, num_layers)
    return run.module
