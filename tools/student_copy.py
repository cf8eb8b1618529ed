"""Write a copy of the series for students, without the solutions.

    python tools/student_copy.py FOLDER        (a new folder, or an empty one)

The cells tagged `solution` and the launch badges are left out, and the sentence that tells where the solutions are is
replaced. All else stays as it is stored, outputs and cell ids too.
"""

import argparse
import shutil
from pathlib import Path

import nbformat
from publish import with_badges
from slide_types import tags

ROOT = Path(__file__).resolve().parents[1]
FILES = ("data_utils.py", "requirements.txt", "LICENSE", "CITATION.cff")
FOLDED = "The solution is folded away under each exercise: click the three dots to open it."
NO_SOLUTIONS = "This copy has no solutions."


def without_solutions(path):
    """Return a notebook without its solution cells, and without what leads to them."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = with_badges(notebook.cells[0].source, None)  # they lead to the notebook with solutions
    notebook.cells = [cell for cell in notebook.cells if "solution" not in tags(cell)]
    telling = [cell for cell in notebook.cells if FOLDED in cell.source]
    if len(telling) != 1:
        raise ValueError(f"{path.name}: expected one cell with {FOLDED!r}, found {len(telling)}")
    telling[0].source = telling[0].source.replace(FOLDED, NO_SOLUTIONS)
    return notebook


def write_copy(folder):
    """Write the copy into a folder that does not exist yet or is empty; otherwise raise a FileExistsError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists and is not an empty folder: name another one")
    notebooks = {path.name: without_solutions(path) for path in sorted(ROOT.glob("notebooks/*.ipynb"))}
    (folder / "notebooks").mkdir(parents=True)
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / "notebooks" / name)
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "tools" / "student_readme.md", folder / "README.md")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a copy of the series for students, without the solutions.")
    parser.add_argument("folder", type=Path, help="a new folder, or an empty one")
    arguments = parser.parse_args()
    try:
        write_copy(arguments.folder)
    except FileExistsError as error:
        parser.error(str(error))
    print(f"written to {arguments.folder}")
