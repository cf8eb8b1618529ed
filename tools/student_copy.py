"""Write a copy of the series for students, without the solutions.

    python tools/student_copy.py FOLDER        (a new folder, or an empty one)

The cells tagged `solution` and the launch badges are left out, and the sentence that tells where the solutions are is
replaced. All else stays as it is stored, outputs and cell ids too.
"""

import argparse
import shutil
from pathlib import Path

import nbformat
from nbconvert.preprocessors import TagRemovePreprocessor
from publish import with_badges

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("notebooks/GLOSSARY.md", "notebooks/QUESTIONS.md")
FILES = ("data_utils.py", "requirements.txt", "LICENSE", "CITATION.cff", *PAGES)
FOLDED = (
    "The solution is the folded cell below each check: click on its three dots to open it. "
    "Where a program does not fold cells, cover it until you have tried."
)
NO_SOLUTIONS = "This copy has no solutions."


def write_copy(folder):
    """Write the copy into a folder."""
    (folder / "notebooks").mkdir(parents=True)
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        TagRemovePreprocessor(remove_cell_tags={"solution"}).preprocess(notebook, {})
        notebook.cells[0].source = with_badges(notebook.cells[0].source, None)  # they lead to the solutions
        for cell in notebook.cells:
            cell.source = cell.source.replace(FOLDED, NO_SOLUTIONS)
        nbformat.write(notebook, folder / "notebooks" / path.name)
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "tools" / "student_readme.md", folder / "README.md")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a copy of the series for students, without the solutions.")
    parser.add_argument("folder", type=Path, help="a new folder, or an empty one")
    folder = parser.parse_args().folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        parser.error(f"{folder} exists and is not an empty folder: name another one")
    write_copy(folder)
    print(f"written to {folder}")
