"""The slides and the book: they need no network, every link leads somewhere, and every slide fits the screen."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from notebook_cells import CHROMIUM, NO_CHROMIUM, PATHS, read, tagged
from slide_types import HEIGHT, WIDTH, is_heading, slide_types

INSTALL = "install what tests/requirements.txt lists"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"]
TIMEOUT = 30_000  # milliseconds that the browser may take for one page
LEAST_FIGURE = 240  # pixels of height below which a figure cannot be read from the back row
LEAST_PROSE, LEAST_CODE = 20, 16  # pixels

# What each slide shows when all of it has been uncovered, measured in the pixels of a slide.
MEASURE = """() => Reveal.getSlides().map(slide => {
    const place = Reveal.getIndices(slide);
    Reveal.slide(place.h, place.v, 99);
    const size = (selector) => [...slide.querySelectorAll(selector)].map(e => parseFloat(getComputedStyle(e).fontSize));
    return {
        place: `${place.h}/${place.v}: ${slide.innerText.slice(0, 50)}`,
        height: slide.scrollHeight, width: slide.scrollWidth,
        prose: Math.min(99, ...size("p, li, td")), code: Math.min(99, ...size("pre")),
        figures: [...slide.querySelectorAll("img")].map(e => e.getBoundingClientRect().height),
    };
})"""
# What has gone wrong with the formulas and the pictures of a page: formulas without height, or left as LaTeX.
SEE = """() => ({
    formulas: document.querySelectorAll("math").length,
    flat: [...document.querySelectorAll("main > .cell math")].filter(e => !e.getBoundingClientRect().height).length,
    broken: [...document.images].filter(e => !e.naturalWidth).length,
    raw: [...document.querySelectorAll("p, li, td, h1, h2, h3")].map(e => {
        const copy = e.cloneNode(true);
        copy.querySelectorAll("code, pre, math").forEach(inner => inner.remove());
        return copy.textContent;
    }).filter(text => /\\$|\\\\[a-z]+/.test(text)),
})"""
# Whether a formula of the current slide has no height; the formulas of a folded hint have none.
FLAT = """[...Reveal.getCurrentSlide().querySelectorAll("math")]
    .some(e => !e.closest("details") && !e.getBoundingClientRect().height)"""


class Page(HTMLParser):
    """The links, ids, loaded files and pictures of one page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.loaded, self.images = [], set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.add(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        else:
            self.loaded += [attrs[name] for name in ("src", "href", "srcset", "data", "poster") if attrs.get(name)]
        if tag == "img":
            self.images.append(attrs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the slides and the book."""
    for package in ("math_core", "sphinx_revealjs", "ziamath"):
        pytest.importorskip(package, reason=f"the slides and the book need {package}: {INSTALL}")
    import book

    target = tmp_path_factory.mktemp("book")
    book.build(target)
    return target


@pytest.fixture(scope="module")
def chromium():
    """Return a browser that can reach no host."""
    sync_api = pytest.importorskip("playwright.sync_api", reason=f"the browser is driven by Playwright: {INSTALL}")
    if not CHROMIUM:
        pytest.skip(NO_CHROMIUM)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def screen(chromium):
    """Return a page of 1280 by 720 pixels without a network, and what went wrong on it."""
    context = chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.set_offline(True)
    page, wrong = context.new_page(), []
    page.set_default_timeout(TIMEOUT)
    page.on("request", lambda request: wrong.append(request.url) if not is_local(request.url) else None)
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}") if has_failed(request) else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page, wrong
    context.close()


def is_local(url):
    return url.startswith(("file://", "data:"))


def has_failed(request):
    """Return whether a file could not be read; a font that is still on its way when the page is left does not count."""
    return request.failure != "net::ERR_ABORTED"


def open_decks(page, folder):
    """Open one deck after the other, and yield the file of each."""
    for file in sorted(folder.glob("*.slides.html")):
        page.goto(file.as_uri())
        page.wait_for_function("window.Reveal && Reveal.isReady() && document.fonts.status == 'loaded'")
        yield file


# ---- slide types


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_slide_types_are_those_of_the_rule(path):
    notebook = read(path)
    stored = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells]
    assert stored == slide_types(notebook), "run: python tools/slide_types.py"


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_slide_types_suit_a_lesson(path):
    notebook = read(path)
    types = dict(zip([cell.id for cell in notebook.cells], slide_types(notebook), strict=True))
    assert types["setup"] == "skip"
    for cell in notebook.cells:
        if cell.id.startswith("exercise-") and cell.cell_type == "code":
            assert types[cell.id] == "skip", cell.id  # the class shall answer, not read
        elif is_heading(cell):
            assert types[cell.id] == "slide", cell.id
        elif cell.cell_type == "markdown":
            assert types[cell.id] != "-", cell.id  # a text may tell what the cell above it prints


# ---- files


def test_every_notebook_has_a_page_and_a_deck(folder):
    assert (folder / "index.html").exists()
    assert (folder / "TEACHING.html").exists()
    for path in PATHS:
        assert (folder / f"{path.stem}.html").exists()
        assert (folder / f"{path.stem}.slides.html").exists()
        assert f'href="{path.stem}.html"' in (folder / "index.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_a_network(folder):
    for file in folder.glob("*.html"):
        for url in Page(file).loaded:
            assert url.startswith("data:image/png;base64,") or (folder / url).is_file(), (file.name, url[:80])
        scripts = re.findall(r"(?s)<(?:script|style)[^>]*>(.*?)</", file.read_text(encoding="utf-8"))
        assert not re.search(r"import|://", "".join(scripts)), file.name
    for file in folder.rglob("*.css"):
        for url in re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", file.read_text(encoding="utf-8")):
            assert not re.match(r"https?:|//", "".join(url)), (file.name, url)


def test_every_link_leads_somewhere(folder):
    pages = {file.name: Page(file) for file in folder.glob("*.html")}
    inside = [(name, link) for name, page in pages.items() for link in page.links if "://" not in link]
    assert len(inside) > 150
    for name, link in inside:
        file, _, section = unquote(link).partition("#")
        assert (file or name) in pages, (name, link)
        assert not section or section in pages[file or name].ids, (name, link)


def test_links_between_notebooks_become_links_between_pages(folder):
    for path in [*PATHS, *PATHS[0].parent.glob("*.md")]:
        is_notebook = path.suffix == ".ipynb"
        text = "".join(cell.source for cell in read(path).cells) if is_notebook else path.read_text(encoding="utf-8")
        links = re.findall(r"\]\(([\w-]+)\.ipynb(#[^)]+)?\)", text)
        assert links or path.stem == "JUPYTERHUB"  # which is about a server, not about a lesson
        for name in [f"{path.stem}.html"] + [f"{path.stem}.slides.html"] * is_notebook:
            found = {unquote(link) for link in Page(folder / name).links}
            assert found >= {f"{stem}.html{section}" for stem, section in links}, name


def test_figures_have_their_descriptions(folder):
    for path in PATHS:
        outputs = [out for cell in read(path).cells for out in cell.get("outputs", [])]
        expected = [out.metadata["image/png"]["alt"] for out in outputs if "image/png" in out.get("data", {})]
        assert expected
        for name in (f"{path.stem}.html", f"{path.stem}.slides.html"):
            assert [image["alt"] for image in Page(folder / name).images] == expected, name


def test_solutions_are_folded_in_the_book_and_absent_from_the_slides(folder):
    for path in PATHS:
        solutions = len(tagged(read(path), "solution"))
        book = (folder / f"{path.stem}.html").read_text(encoding="utf-8")
        folded = re.findall(r"(?s)<details><summary>Solution</summary>.*?</details>", book)
        assert len(folded) == solutions >= 3
        assert all("# @title Solution" in part for part in folded)
        assert book.count("@title Solution") == solutions
        assert "@title" not in (folder / f"{path.stem}.slides.html").read_text(encoding="utf-8")


def test_hints_are_folded_around_their_text(folder):
    for path in PATHS:
        hints = sum("<summary>Hint</summary>" in cell.source for cell in read(path).cells)
        for name in (f"{path.stem}.html", f"{path.stem}.slides.html"):
            html = (folder / name).read_text(encoding="utf-8")
            folded = re.findall(r"(?s)<details><summary>Hint</summary>(.*?)</details>", html)
            assert len(folded) == hints >= 3
            assert all("<p>" in part for part in folded), name


def test_pictures_of_the_internet_are_left_out():
    pytest.importorskip("math_core", reason=f"the slides and the book need math_core: {INSTALL}")
    import book

    badge = "[![Open in Colab](https://colab.example/badge.svg)](https://colab.example/open)"
    assert "colab" not in book.markdown2html(f"# Title\n\n{badge}\n\nText.")


# ---- in a browser


@pytest.mark.browser
def test_the_book_works_without_a_network(folder, screen):
    page, wrong = screen
    formulas = 0
    for file in sorted(folder.glob("*.html")):
        page.goto(file.as_uri())
        seen = page.evaluate(SEE)
        assert not seen["broken"], file.name
        assert not seen["raw"], file.name
        assert not seen["flat"], file.name
        formulas += seen["formulas"]
    assert formulas > 500
    assert not wrong


@pytest.mark.browser
def test_every_slide_fits(folder, screen):
    page, wrong = screen
    for file in open_decks(page, folder):
        for slide in page.evaluate(MEASURE):
            where = (file.name, slide["place"])
            assert slide["height"] <= HEIGHT, where
            assert slide["width"] <= WIDTH, where
            assert slide["prose"] >= LEAST_PROSE, where
            assert slide["code"] >= LEAST_CODE, where
            assert all(height >= LEAST_FIGURE for height in slide["figures"]), where
    assert not wrong


@pytest.mark.browser
def test_space_leads_to_the_last_slide(folder, screen):
    page, wrong = screen
    for file in open_decks(page, folder):
        total, seen = page.evaluate("Reveal.getTotalSlides()"), set()
        for _ in range(3 * total):
            seen.add(page.evaluate("Reveal.getSlidePastCount()"))
            assert not page.evaluate(FLAT), (file.name, page.url)
            if page.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next"):
                break
            page.keyboard.press("Space")
        assert len(seen) == total, file.name
    assert not wrong
