"""Make slides and a book out of the notebooks as they are stored. Nothing is executed or loaded from a network.

    python tools/book.py [FOLDER]        (build/ if none is named)

FOLDER/index.html is the book's first page. Each notebook becomes one page, NAME.html, and one deck, NAME.slides.html.
"""

import re
import shutil
import sys
from copy import deepcopy
from importlib.resources import files
from pathlib import Path

import nbformat
from math_core import LatexToMathML
from nbconvert import HTMLExporter, SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_markdown_cell, new_notebook
from slide_types import HEIGHT, ROOM, SIZES, WIDTH, assign, height, sizes

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
MATH = LatexToMathML()
REVEAL = files("sphinx_revealjs") / "_static" / "revealjs"
FONT = files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"


class Renderer(IPythonRenderer):
    """Markdown to HTML: formulas become MathML, links lead to the book, pictures of the Internet are left out."""

    def inline_math(self, body):
        return MATH.convert_with_local_state(body, displaystyle=False)

    def block_math(self, body):
        return MATH.convert_with_local_state(body, displaystyle=True)

    def link(self, text, url, title=None):
        page = re.fullmatch(r"(?:notebooks/)?([\w-]+)\.(?:ipynb|md)(#.*)?", url)
        if page:
            url = f"{page[1]}.html{page[2] or ''}"
        elif url == "../README.md":
            url = "index.html"
        elif "://" not in url and not url.startswith("#"):
            return text  # a file of the repository that is no page of the book
        return super().link(text, url, title) if text else ""

    def block_html(self, html):
        return html  # as it stands: a hint is opened in one block of HTML and closed in another

    def image(self, text, url, title=None):
        return "" if "://" in url else super().image(text, url, title)


def markdown2html(source):
    """Convert the text of a cell; the pictures of the repository are put into the page."""
    return MarkdownWithMath(renderer=Renderer(escape=False, embed_images=True, path=str(ROOT))).render(source)


def exporter(kind, template):
    """Return an exporter with a template of this folder."""
    return kind(
        template_name=template,
        extra_template_basedirs=[str(HERE / "templates")],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        filters={"markdown2html": markdown2html},
    )


def join_texts(cell):
    """Make one output of all text that a cell has printed."""
    streams = [out for out in cell.get("outputs", []) if out.output_type == "stream"]
    if streams:
        streams[0].text = "".join(out.text for out in streams)
        cell.outputs = [out for out in cell.outputs if out not in streams[1:]]


def divide(cell):
    """Return the parts of a cell that fit on one slide each: a text and its table, or code and its outputs."""
    if height([cell], *SIZES[-1]) <= ROOM:
        return [cell]
    first, second = deepcopy(cell), deepcopy(cell)
    first.id, second.metadata["slideshow"] = f"{cell.id}-first", {"slide_type": "subslide"}
    if cell.get("outputs"):
        first.outputs = []
        second.source, second.metadata["transient"] = "", {"remove_source": True}
    elif "\n\n|" in cell.source:
        first.source, table = cell.source.split("\n\n|", 1)
        second.source = f"|{table}"
    else:
        return [cell]
    return [first, second]


def prepare_slides(notebook):
    """Give each slide its sizes of text, and mark the outputs that wait until a prediction has been made."""
    assign(notebook)
    for cell in notebook.cells:
        join_texts(cell)
    notebook.cells = [part for cell in notebook.cells for part in divide(cell)]
    slides, predicted = [], False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            predicted = "**Before you run it:**" in cell.source
        cell.metadata["waits"] = predicted and bool(cell.source)
        slide_type = cell.metadata.slideshow.slide_type
        if slide_type in ("slide", "subslide"):
            slides.append([cell])
        elif slide_type == "-":
            slides[-1].append(cell)
    for slide in slides:
        prose, code = sizes(slide)
        layout = "column" if slide[0].source else "row"
        slide[0].metadata.slideshow["data"] = {"prose": str(prose), "code": str(code), "layout": layout}


def title_of(notebook):
    """Return the heading of a notebook."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def front_page():
    """Return the beginning of the README, and those of its sections that link to notebooks."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    start, *sections = re.split(r"(?m)^(?=## )", readme)
    return start + "".join(section for section in sections if "](notebooks/" in section)


def copy_static(folder):
    """Copy style sheets, fonts and reveal.js beside the pages."""
    shutil.copytree(HERE / "static", folder, dirs_exist_ok=True)
    shutil.copy(FONT, folder)
    for name in ("reveal.js", "reveal.css", "theme/white.css"):
        (folder / "reveal" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REVEAL / "dist" / name, folder / "reveal" / name)
    fonts, other_formats = "theme/fonts/source-sans-pro", shutil.ignore_patterns("*.eot", "*.ttf")
    shutil.copytree(REVEAL / "dist" / fonts, folder / "reveal" / fonts, ignore=other_formats, dirs_exist_ok=True)


def build(folder):
    """Write the book and the decks into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    copy_static(folder / "static")
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in sorted(ROOT.glob("notebooks/*.ipynb"))}
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("notebooks/*.md"))}
    pages = {"index": new_notebook(cells=[new_markdown_cell(front_page())]), **notebooks}
    pages |= {name: new_notebook(cells=[new_markdown_cell(text)]) for name, text in texts.items()}
    names = list(pages)
    book, deck = exporter(HTMLExporter, "book"), exporter(SlidesExporter, "deck")
    for index, (name, page) in enumerate(pages.items()):
        resources = {
            "title": title_of(page),
            "name": name,
            "is_notebook": name in notebooks,
            "before": names[index - 1] if index > 1 else None,
            "after": names[index + 1] if index + 1 < len(names) else None,
            "notebooks": {stem: title_of(notebook) for stem, notebook in notebooks.items()},
            "slide": {"width": WIDTH, "height": HEIGHT},
        }
        html, _ = book.from_notebook_node(page, resources)
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
        if name in notebooks:
            prepare_slides(page)
            html, _ = deck.from_notebook_node(page, resources)
            (folder / f"{name}.slides.html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build")
