"""Make a deck of slides of each notebook as it is stored, next to the page that Sphinx made of it.

    python site/slides.py SITE          (such as build/site, after sphinx-build; needs reveal.js, see noxfile.py)

A heading begins a slide, a prediction a slide below it, and everything else goes on. What runs after a prediction waits
for the next Space. Left out are the cells that prepare a lesson, the code of the exercises, and code that is folded.
"""

import re
import shutil
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from docutils.nodes import make_id
from nbconvert import SlidesExporter

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))
from publish import with_badges  # noqa: E402

REVEAL = ROOT / "build" / "node_modules" / "reveal.js" / "dist"
LEFT_OUT = {"helper", "parameters", "setup", "exercise", "exercise-check", "solution"}
LINK = re.compile(r"\]\(([\w./-]+)\.(?:ipynb|md)(?:#([^)]+))?\)")


def link_to_page(match):
    """Return the link to a page of the site for a link to a notebook."""
    page, section = match.groups()
    return f"]({page}.html#{make_id(section)})" if section else f"]({page}.html)"


def split(cell):
    """Return a code cell as two: the code, and the outputs, which wait."""
    code, outputs = deepcopy(cell), deepcopy(cell)
    code.outputs, outputs.id = [], f"{cell.id}-outputs"
    outputs.metadata.update(slideshow={"slide_type": "fragment"}, transient={"remove_source": True})
    return [code, outputs]


def to_slides(notebook):
    """Give each cell of a notebook its place in the deck."""
    cells, predicted = [], False
    notebook.cells[0].source = with_badges(notebook.cells[0].source, None)
    for cell in notebook.cells:
        if LEFT_OUT & set(cell.metadata.get("tags", [])):
            continue
        cell.metadata["slideshow"] = {"slide_type": "-"}
        cell.metadata["transient"] = {"remove_source": cell.metadata.get("jupyter", {}).get("source_hidden", False)}
        if cell.cell_type == "code":
            cells += split(cell) if predicted else [cell]
            predicted = False
            continue
        if "**Before you run it:**" in cell.source:
            predicted = True
            cell.metadata.slideshow.slide_type = "subslide"
        if cell.source.startswith("#"):
            cell.metadata.slideshow.slide_type = "slide"
        cell.source = LINK.sub(link_to_page, cell.source)
        cells.append(cell)
    notebook.cells = cells


if __name__ == "__main__":
    site = Path(sys.argv[1])
    shutil.copytree(REVEAL, site / "_static" / "reveal" / "dist", dirs_exist_ok=True)
    exporter = SlidesExporter(reveal_url_prefix="../_static/reveal", reveal_theme="white")
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    exporter.raw_template = (ROOT / "site" / "slides.html.j2").read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        deck = nbformat.read(path, as_version=4)
        to_slides(deck)
        html, _ = exporter.from_notebook_node(deck, {"metadata": {"name": path.stem}})
        (site / "notebooks" / f"{path.stem}.slides.html").write_text(html, encoding="utf-8")
