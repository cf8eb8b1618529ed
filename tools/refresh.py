"""Execute notebooks in place from a fresh kernel and keep only what belongs in the repository.

    python tools/refresh.py [NOTEBOOK ...]        (all of notebooks/ if none is named)

Exit status 1 if a cell raises or writes to stderr.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

ROOT = Path(__file__).parents[1]
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {  # what JupyterLab writes, without the version, which differs between machines
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def execute(notebook, folder, **options):
    """Execute a notebook in a folder from a fresh kernel, first cell to last; options are those of nbclient.

    What a cell raises is raised here; with `allow_errors=True` it becomes an output.
    """
    settings = {"timeout": 300, "kernel_name": "python3", "record_timing": False, "coalesce_streams": True, **options}
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    # Where that is set, a kernel does not tell what native code writes to stderr.
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, **settings)
    try:
        client.execute(env=environment)
    except DeadKernelError:
        raise
    except RuntimeError:  # a kernel that died at its start: another one had taken its port at the same moment
        client.execute(env=environment)


def refresh(path):
    """Execute one notebook, write it back and return what its cells wrote to stderr."""
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    notebook.metadata = nbformat.from_dict(KERNEL)
    complaints = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if output.get("name") == "stderr":
                complaints.append(f"{path.name}, cell {cell.id}: stderr: {output.text}")
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    return complaints


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or sorted(ROOT.glob("notebooks/*.ipynb"))
    complaints = []
    for path in paths:
        complaints += refresh(path)
    print(*complaints, sep="\n")
    sys.exit(bool(complaints))
