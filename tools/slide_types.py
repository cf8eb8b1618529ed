"""Which cell begins a slide, and how large its text is there: the rules, and the command that writes them down.

    python tools/slide_types.py [NOTEBOOK ...]        (all of notebooks/ if none is named)

Nobody chooses a slide type by hand. The types follow from the cells:

- `skip`: the helper and setup cells and the text that introduces them; stub, check and solution of an exercise.
- `slide`: a title, a section (a heading of level 1 or 2), and the overview, which is the second cell.
- `-`: a code cell that fits below the cells before it on their slide.
- `subslide`: everything else, so each text that follows a code cell, and each code cell that would not fit.
"""

import math
import re
import sys
from pathlib import Path

import nbformat

WIDTH, HEIGHT = 1280, 720  # of a slide, in pixels; a larger screen enlarges the whole slide
MARGIN = 40  # left and right; 24 above and below
ROOM = HEIGHT - 48
# Pixels of prose and of code. The first pair that fits is taken.
SIZES = [(32, 22), (28, 20), (28, 18), (24, 18), (24, 16), (22, 16), (20, 16)]
USUAL = (24, 16)  # the sizes that decide whether a code cell still fits on a slide
FIGURE = 340  # the height in pixels that a figure gets at least, in the estimate
SKIPPED = {"helper", "setup", "exercise", "exercise-check", "solution"}


def tags(cell):
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def is_heading(cell):
    """Return whether a cell begins a section."""
    return cell.cell_type == "markdown" and cell.source.startswith(("# ", "## "))


def wrapped(text, size, share):
    """Return on how many lines a text is set, if a letter takes `share` of the font size."""
    return max(1, math.ceil(len(text) * size * share / (WIDTH - 2 * MARGIN - 20)))


def prose_height(source, size):
    """Estimate the height of a markdown cell in pixels."""
    source = re.sub(r"\]\([^)]*\)", "]", source)  # the address of a link is not shown
    # nor are the row without text, the commands of LaTeX, and asterisks
    source = re.sub(r"(?m)^[|\s-]+\n|\\[a-zA-Z]+ ?|\*\*", "", source)
    height = 0
    for block in re.split(r"\n\s*\n", source):
        for item in re.split(r"\n(?=#|\||- |\d\. )|(?<=\n)(?=\$\$)", block):
            text = " ".join(item.split())
            if text.startswith("#"):
                height += (2.8 if text.startswith("# ") else 2.1) * size
            elif text.startswith("$$"):
                height += 3.4 * size
            elif text.startswith("|"):
                height += (1.3 * wrapped(text, size, 0.5) + 0.5) * size
            else:
                height += 1.3 * wrapped(text, size, 0.46) * size
        height += 0.5 * size
    return height


def code_lines(cell):
    """Return the lines of a code cell and of the text that it printed."""
    return cell.source.splitlines() + [line for out in cell.outputs for line in out.get("text", "").splitlines()]


def height(cells, prose, code):
    """Estimate the height of cells on one slide in pixels, for the two sizes of text."""
    total = 0
    for cell in cells:
        if cell.cell_type == "markdown":
            total += prose_height(cell.source, prose)
        else:
            lines = sum(wrapped(line, code, 0.602) for line in code_lines(cell))
            figures = sum("image/png" in out.get("data", {}) for out in cell.outputs)
            total += 1.3 * code * lines + 20 * (1 + len(cell.outputs)) + FIGURE * figures
    return total


def sizes(cells):
    """Return the sizes of prose and code with which the cells of a slide fit on it."""
    longest = max((len(line) for cell in cells if cell.cell_type == "code" for line in code_lines(cell)), default=0)
    for prose, code in SIZES:
        if height(cells, prose, code) <= ROOM and wrapped("x" * longest, code, 0.602) == 1:
            return prose, code
    return SIZES[-1]


def slide_types(notebook):
    """Return the slide type of each cell."""
    types, slide = [], []
    for index, cell in enumerate(notebook.cells):
        following = notebook.cells[index + 1 : index + 2]
        introduces = index > 1 and cell.cell_type == "markdown" and not is_heading(cell)
        of_setup = introduces and any("helper" in tags(other) for other in following)
        if of_setup or SKIPPED & set(tags(cell)):
            types.append("skip")
        elif is_heading(cell) or index == 1:
            types.append("slide")
        elif cell.cell_type == "code" and height([*slide, cell], *USUAL) <= ROOM:
            types.append("-")
        else:
            types.append("subslide")
        if types[-1] != "skip":
            slide = [*slide, cell] if types[-1] == "-" else [cell]
    return types


def assign(notebook):
    """Write the slide types into the metadata of the cells."""
    for cell, slide_type in zip(notebook.cells, slide_types(notebook), strict=True):
        cell.metadata["slideshow"] = {"slide_type": slide_type}


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(Path(__file__).parents[1].glob("notebooks/*.ipynb")):
        notebook = nbformat.read(name, as_version=4)
        assign(notebook)
        nbformat.write(notebook, name)
