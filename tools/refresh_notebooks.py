"""Execute notebooks in place from a fresh kernel and keep only what belongs in the repository.

    python tools/refresh_notebooks.py [NOTEBOOK ...]        (all of notebooks/ if none is named)

Exit status 1 if a cell raises or writes to stderr.
"""

import base64
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from slide_types import assign

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},  # without the version, which differs between machines
}


def save_live_view(notebook):
    """Keep the picture of notebook 04's full run for the README."""
    [picture] = [cell.outputs for cell in notebook.cells if "EchoView(" in cell.source]
    png = next(out.data["image/png"] for out in picture if "image/png" in out.get("data", {}))
    (Path(__file__).parents[1] / ".github" / "live-view.png").write_bytes(base64.b64decode(png))


def clear(notebook):
    """Remove all outputs and execution counts."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def execute(notebook, folder):
    """Execute a notebook in a folder from a fresh kernel, first cell to last; raise what a cell raises."""
    resources = {"metadata": {"path": str(folder)}}
    options = {"timeout": 300, "kernel_name": "python3", "record_timing": False, "coalesce_streams": True}
    NotebookClient(notebook, resources=resources, **options).execute()


def refresh(path):
    """Execute one notebook, write it back and return the complaints about its outputs."""
    notebook = nbformat.read(path, as_version=4)
    clear(notebook)
    execute(notebook, path.parent)
    notebook.metadata = nbformat.from_dict(KERNEL)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "transient" in output:
                del output["transient"]
    assign(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    if path.name.startswith("04"):
        save_live_view(notebook)
    outputs = [(cell.id, output) for cell in notebook.cells for output in cell.get("outputs", [])]
    return [f"{path.name}, cell {name}: stderr: {o.text}" for name, o in outputs if o.get("name") == "stderr"]


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or sorted(Path(__file__).parents[1].glob("notebooks/*.ipynb"))
    complaints = [complaint for path in paths for complaint in refresh(path)]
    print(*complaints, sep="\n")
    sys.exit(bool(complaints))
