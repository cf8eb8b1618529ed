"""The web site and the slides in build/site, opened in Chromium from their files with the network off."""

from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from cells import CHROMIUM, ROOT, each_notebook, read, tagged
from playwright.sync_api import expect, sync_playwright

SITE = ROOT / "build" / "site"
PAGES = [path for path in SITE.rglob("*.html") if "_static" not in path.parts]
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
ALTS = "[...document.querySelectorAll('.cell_output img, .jp-RenderedImage img')].map(image => image.alt)"
SEE = """async () => {
    await window.MathJax?.startup.promise;
    const all = selector => [...document.querySelectorAll(selector)];
    return {
        links: [...document.links].map(link => link.href), ids: all("[id]").map(element => element.id),
        formulas: all("mjx-container").length, raw: all(".math").length - all(".math mjx-container").length,
        wrong: all("mjx-merror").length + all("img").filter(image => !image.naturalWidth).length,
        wide: document.documentElement.scrollWidth - innerWidth,
    };
}"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """Yield a page without a network. What it asks of a host, or cannot load, or logs as an error, fails the test."""
    context = browser.new_context(viewport=SCREEN, offline=True)
    page, urls, wrong = context.new_page(), [], []
    page.on("request", lambda request: urls.append(request.url))
    page.on("requestfailed", lambda request: wrong.append(f"{request.url}: {request.failure}"))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong + [url for url in urls if not url.startswith(("file:", "data:"))] == []


def figures(path):
    """Return the description of each figure of a notebook."""
    outputs = [output for cell in read(path).cells for output in cell.get("outputs", [])]
    return [output.metadata["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})]


def test_each_page_is_whole_and_each_link_leads_somewhere(page):
    page.set_viewport_size(PHONE)
    seen = {}
    for path in PAGES:
        page.goto(path.as_uri(), wait_until="networkidle")
        page.wait_for_function("!window.MathJax || MathJax.startup?.promise")
        seen[path.as_uri()] = here = page.evaluate(SEE)
        assert (here["raw"], here["wrong"], here["wide"]) == (0, 0, 0), path
    assert sum(here["formulas"] for here in seen.values()) > 100
    links = [(uri, *urldefrag(link)) for uri, here in seen.items() for link in here["links"]]
    for uri, link, section in links:
        if link.startswith("file:"):
            assert Path(unquote(urlsplit(link).path)).is_file(), (uri, link)
            targets = {section, unquote(section)}  # a browser tries both, in this order
            assert not section or targets & set(seen[link]["ids"]), (uri, link, section)


def test_the_search_finds_pages(page):
    page.goto(f"{SITE.as_uri()}/search.html?q=forget")
    page.locator("ul.search li a[href*='06-forget-gate']").first.wait_for()
    assert page.locator("ul.search li").count() >= 5


def test_the_theme_can_be_switched(page):
    page.goto(f"{SITE.as_uri()}/index.html")
    for mode, colour in (("dark", "rgb(18, 18, 18)"), ("light", "rgb(255, 255, 255)")):
        page.locator(".theme-switch-button:visible").click()
        page.locator(f".theme-change-button[data-mode={mode}]:visible").click()
        expect(page.locator("body")).to_have_css("background-color", colour)


@each_notebook
def test_a_page_shows_its_notebook(page, path):
    page.goto(f"{SITE.as_uri()}/notebooks/{path.stem}.html", wait_until="networkidle")
    assert page.evaluate(ALTS) == figures(path) != []
    solutions = page.locator(".tag_solution pre").all()
    assert len(solutions) >= len(tagged(read(path), "solution")) > 0
    assert not any(solution.is_visible() for solution in solutions)
    page.locator(".tag_solution summary").first.click()
    assert solutions[0].is_visible()


@each_notebook
def test_space_leads_through_the_slides_and_outputs_wait(page, path):
    page.goto(f"{SITE.as_uri()}/notebooks/{path.stem}.slides.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    assert page.evaluate(ALTS) == figures(path)
    waiting = page.locator(".fragment")
    assert waiting.count() == sum("**Before you run it:**" in cell.source for cell in read(path).cells) > 0
    slides, shown = {0}, 0
    for _ in range(500):
        if page.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next"):
            break
        page.keyboard.press("Space")
        slides.add(page.evaluate("Reveal.getSlidePastCount()"))
        before, shown = shown, page.locator(".fragment.visible").count()
        assert shown - before in (0, 1)  # one press, one output
    assert (len(slides), shown) == (page.evaluate("Reveal.getTotalSlides()"), waiting.count())
