"""The web site and the slides in build/site, opened in Chromium from their files with the network off."""

import json
import math
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
    page.locator("ul.search li").nth(4).wait_for()  # at least five; they appear one after the other


def test_the_theme_can_be_switched(page):
    page.goto(f"{SITE.as_uri()}/index.html")
    for mode, colour in (("dark", "rgb(18, 18, 18)"), ("light", "rgb(255, 255, 255)")):
        page.locator(".theme-switch-button:visible").click()
        page.locator(f".theme-change-button[data-mode={mode}]:visible").click()
        expect(page.locator("body")).to_have_css("background-color", colour)


def explore(page, stem):
    """Open the page to explore that belongs to a notebook."""
    page.goto(f"{SITE.as_uri()}/site/explore/{stem}.html", wait_until="networkidle")
    return page


def test_the_lstm_to_explore_is_that_of_tensorflow(page):
    explore(page, "04-lstm-state-tuples")
    stored = json.loads((ROOT / "site" / "explore" / "lstm.json").read_text("utf-8"))
    for number, network in enumerate(stored["networks"]):
        logits = page.evaluate(f"run(NETWORKS[{number}], '{stored['bits']}').map(step => step.logits)")
        assert len(logits) == 100
        for found, wanted in zip(logits, network["logits"], strict=True):
            assert found == pytest.approx(wanted, rel=0, abs=1e-5)


def test_what_the_lstm_to_explore_gets_wrong_is_what_its_page_says(page):
    explore(page, "04-lstm-state-tuples")
    errors = "bits => NETWORKS.map(network => run(network, bits).flatMap((step, t) => (step.wrong ? t : [])))"
    first, later = page.evaluate(errors, "01" * 5000)
    assert (first[0], round(100 * len(first) / 9997), later) == (16, 11, [])
    windows = "[...Array(2 ** 15).keys()].map(number => number.toString(2).padStart(15, '0'))"
    count = f"network => {windows}.filter(bits => run(network, bits).some(step => step.wrong)).length"
    assert page.evaluate(f"NETWORKS.map({count})") == [2, 0]
    page.get_by_role("button", name="0101…").click()
    expect(page.get_by_role("status")).to_contain_text("Step 16: the bit is 0.")
    expect(page.get_by_role("status")).to_contain_text("P(1) = 0.496")
    page.get_by_role("button", name="The same after ten more epochs").click()
    expect(page.locator("#score")).to_contain_text("Wrong answers: 0 of the 97")
    page.get_by_label("Bits of your own").fill("1000000")
    page.get_by_label("after 1 epoch").check()
    page.get_by_label("draw unit 3").check()
    states = [
        page.evaluate(f"show({t}); document.querySelector('#cell .c [data-value=c]').textContent") for t in range(7)
    ]
    assert states[3] == "0.696"
    assert [state[0] for state in states] == list("−−−0−−−")


def test_the_targets_to_explore_are_those_of_a_reader_with_that_memory(page):
    explore(page, "01-echo-data")
    bits = "011010001111111100100010" * 3
    for echo, rows, length in ((3, 2, 6), (3, 5, 4), (0, 3, 5), (7, 8, 3), (12, 7, 10)):
        for memory in ("carried", "reset"):
            page.get_by_label("Bits of your own").fill(bits)
            for name, value in (("Echo after", echo), ("Rows", rows), ("Steps in a window", length)):
                page.get_by_role("spinbutton", name=name).fill(str(value))
            page.locator(f"#{memory}").check()
            columns = len(bits) // rows
            wanted = []
            for window in range(columns // length):
                for row in range(rows):
                    for t in range(row * columns + window * length, row * columns + (window + 1) * length):
                        seen = range(row * columns + (window * length if memory == "reset" else 0), t + 1)
                        value = "0" if t < echo else bits[t - echo]
                        wanted.append(value if t < echo or t - echo in seen else "?")
            assert page.locator("#windows td.y").all_inner_texts() == wanted, (echo, rows, length, memory)
            loss = wanted.count("?") / len(wanted) * math.log(2)
            expect(page.locator("#score")).to_contain_text(f"= {loss:.4f} nats")


@pytest.mark.parametrize("stem", ["01-echo-data", "04-lstm-state-tuples"])
def test_a_page_to_explore_is_used_without_a_mouse_and_fits_a_telephone(page, stem):
    explore(page, stem)
    page.locator(".explore input").first.focus()
    page.locator("#bits").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1010 2" + "01" * 40)
    expect(page.locator("#bits")).to_have_value("1010" + "01" * 40)
    page.locator("#step").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status")).to_contain_text("Step 1")
    page.keyboard.press("End")
    expect(page.get_by_role("status")).to_contain_text("Step 83")
    controls = page.locator(".explore :is(button, input, [tabindex])").all()
    reached = set()
    page.locator(".explore :is(button, input)").first.focus()
    page.keyboard.press("Shift+Tab")
    for _ in controls:
        page.keyboard.press("Tab")
        here = page.evaluate("""() => {
            const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement);
            return [document.activeElement.id, outlineStyle, outlineWidth];
        }""")
        reached.add(here[0])
        assert here[1:] == ["solid", "3px"] or not page.evaluate("document.activeElement.closest('.explore')")
    assert reached >= {"bits", "step", "steps", "random"}
    page.set_viewport_size(PHONE)
    assert page.evaluate(SEE)["wide"] == 0
    letters = page.locator("svg text, .explore td").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(letter for letter in letters if letter) >= 12


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
