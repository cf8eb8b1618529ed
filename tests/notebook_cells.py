"""What several tests need to know about the notebooks."""

import importlib.util
import re
import shutil
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
    assert "state_size, num_classes" in source
    source = source.replace("= 4, 2", f"= {state_size}, 2")
    source = source.replace("num_layers, glorot = 3,", f"num_layers, glorot = {num_layers},")
    file = folder / f"cells_{stem.replace('-', '_')}.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
