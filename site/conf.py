"""The series as a web site. Sphinx reads the README and the notebooks where they stand, and executes nothing.

sphinx-build -n -W -c site -d build/doctrees . build/site
"""

import json
import shutil
import sys
from operator import methodcaller
from pathlib import Path

import nbformat
from myst_nb import sphinx_
from myst_nb.core.render import NbElementRenderer

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))
from publish import read_address, with_badges  # noqa: E402

PAGES = """
```{toctree}
:hidden:
:glob:
:caption: Lessons
:numbered: 1
notebooks/[0-9]*
```
```{toctree}
:hidden:
:glob:
:caption: Explore
site/explore/*
```
```{toctree}
:hidden:
:glob:
:caption: More
notebooks/[A-Z]*
C*
tests/*/*
```
"""

project = html_title = "Recurrent networks"
extensions = ["myst_nb", "sphinx.ext.mathjax"]
root_doc = "README"
include_patterns = ["*.md", "notebooks/*.md", "notebooks/*.ipynb", "tests/*/*.md", "site/explore/*.md"]
exclude_patterns = [".*", "build"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = methodcaller("replace", " ", "-")  # the anchors of JupyterLab
mathjax_path = "tex-svg.js"
html_theme = "sphinx_book_theme"
html_theme_options = {"use_fullscreen_button": False, "navbar_persistent": [], "footer_content_items": []}
html_context = {"default_mode": "auto"}
html_use_index = False
html_sourcelink_suffix = ""
html_static_path = ["static", "../build/node_modules/mathjax/es5/tex-svg.js"]
html_css_files = ["site.css"]
# What surrounds a word that was found is read from its page, which a browser does not allow between files.
html_js_files = [(None, {"body": 'DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY &&= location.protocol != "file:"'})]

address = read_address(ROOT)
if address:
    hosts = {"binderhub_url": "https://mybinder.org", "colab_url": "https://colab.research.google.com"}
    html_theme_options["launch_buttons"] = {"notebook_interface": "jupyterlab"} | hosts
    html_theme_options["repository_url"] = f"https://github.com/{address.repository}"
    html_theme_options["repository_branch"] = address.tag


class Renderer(NbElementRenderer):
    """MyST-NB's renderer, which also writes the description of a picture. A picture without one stops the build."""

    def render_image(self, data):
        [image] = super().render_image(data)
        image["alt"] = data.output_metadata[data.mime_type]["alt"]
        return [image]


def prepare(app, name, source):
    """Add the list of pages to the README, fold what a notebook folds, and take out the badges, which are online."""
    if name == root_doc:
        source[0] = with_badges(source[0], None) + PAGES
    if app.env.doc2path(name).suffix == ".ipynb":
        notebook = nbformat.reads(source[0], as_version=4)
        notebook.cells[0].source = with_badges(notebook.cells[0].source, None)
        page = ROOT / "site" / "explore" / f"{Path(name).name}.md"
        if page.exists():  # the page to explore has the name of its notebook
            notebook.cells[
                0
            ].source += f"\n\nOn this site you can try it with bits of your own: [](../site/explore/{page.name})."
        for cell in notebook.cells:
            if cell.metadata.get("jupyter", {}).get("source_hidden"):
                tags = cell.metadata.get("tags", [])
                cell.metadata.tags = [*tags, "hide-cell" if "solution" in tags else "hide-input"]
                title = cell.source.splitlines()[0].removeprefix("# @title ")
                cell.metadata.mystnb = {"code_prompt_show": title, "code_prompt_hide": title}
        source[0] = nbformat.writes(notebook)


def add_button(app, name, template, context, doctree):
    """Add to the page of a notebook the button that opens its slides."""
    if context.get("page_source_suffix") == ".ipynb":
        button = {"type": "link", "tooltip": "Slides", "icon": "fas fa-person-chalkboard", "label": "slides"}
        context["header_buttons"].append(button | {"url": f"{Path(name).name}.slides.html"})


def copy_first_page(app, error):
    """Make the README the page that a server shows first."""
    if not error:
        shutil.copy(app.outdir / "README.html", app.outdir / "index.html")


def write_program(app, error):
    """Write the cell that is a whole program as a file beside the first page."""
    if not error:
        notebooks = [nbformat.read(path, as_version=4) for path in ROOT.glob("notebooks/*.ipynb")]
        cells = [cell for notebook in notebooks for cell in notebook.cells]
        [program] = [cell.source for cell in cells if "program" in cell.metadata.get("tags", [])]
        (app.outdir / "lstm_echo.py").write_text(f"{program}\n", encoding="utf-8")


def write_networks(app, error):
    """Write the weights of the page on the LSTM as a script: beside a file, a browser does not fetch JSON."""
    if not error:
        networks = json.loads((ROOT / "site" / "explore" / "lstm.json").read_text("utf-8"))["networks"]
        weights = [{name: value for name, value in network.items() if name != "logits"} for network in networks]
        file = app.outdir / "_static" / "explore" / "networks.js"
        file.write_text(f"const NETWORKS = {json.dumps(weights)};\n", encoding="utf-8")


def setup(app):
    """Connect the above; an entry point of the group `myst_nb.renderers` would need a package to be installed."""
    sphinx_.load_renderer = lambda name: Renderer
    app.connect("source-read", prepare)
    app.connect("html-page-context", add_button, priority=502)  # after the buttons of the theme
    app.connect("build-finished", copy_first_page)
    app.connect("build-finished", write_program)
    app.connect("build-finished", write_networks)
