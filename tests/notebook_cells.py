"""What several tests need to know about the notebooks."""

import contextlib
import importlib.util
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


def load_model(stem, folder, state_size=4, num_layers=1):
    """Return a module made of the `helper`, `setup`, `model` and `train` cells of one notebook.

    The cells are written to a file, because `tf.function` reads the source of what it compiles.
    """
    notebook = read(ROOT / "notebooks" / f"{stem}.ipynb")
    source = "\n\n".join(cell for tag in ("helper", "setup", "model", "train") for cell in tagged(notebook, tag))
    source = source.replace("= 4, 2", f"= {state_size}, 2")
    if "state_size, num_classes" not in source:  # notebook 03 sets them above its model
        source = f"state_size, num_classes = {state_size}, 2\n\n{source}"
    source = f"from collections import namedtuple\n\n{source}"  # 04 and 07 import it above their model
    source = source.replace("num_layers, glorot = 3,", f"num_layers, glorot = {num_layers},")
    file = folder / f"cells_{stem.replace('-', '_')}.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class SeededRun:
    """Cells of one notebook, run here one after the other, each seed replaced.

    The notebooks have one seed, 2016: it becomes `seed` wherever it stands. `changes` maps more text of the code to its
    replacement, in which {seed} stands for the new seed; `unused` holds what no cell has contained so far.
    """

    def __init__(self, stem, folder, seed, changes):
        self.cells = {cell.id: cell for cell in read(ROOT / "notebooks" / f"{stem}.ipynb").cells}
        self.folder, self.seed, self.changes, self.unused = folder, str(seed), changes, set(changes)
        module = types.ModuleType(f"cells_{stem.replace('-', '_')}")
        sys.modules[module.__name__] = module  # where `tf.function` looks for it
        self.names = vars(module)
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
