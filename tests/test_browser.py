"""Each notebook alone in an empty folder, opened in JupyterLab in headless Chromium and run as a reader runs it.

    pytest -m browser --screenshots=DIR

Needs tests/requirements.txt and Chromium, and is skipped without them. One server and one browser serve all notebooks.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import matplotlib.font_manager  # lists the fonts, if nobody has yet: else the first kernel might say so on stderr
import pytest
from notebook_cells import CHROMIUM, NO_CHROMIUM, PATHS, alone, code_cells, read

NEEDED = "Playwright is missing: pip install -r tests/requirements.txt"
playwright = pytest.importorskip("playwright.sync_api", reason=NEEDED)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason=NO_CHROMIUM),
]

START, CELL = 90, 300  # seconds: for the server, the page, a kernel or a menu; for a cell
PICTURES = 3  # different ones that a live view must show while its cell runs
WINDOW = {"width": 1280, "height": 1000}
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # else cells out of sight are not in the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},  # else a question pops up
}
IN_PAGE = """
window.reader = {
  pictures: [],
  cells: () => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')],
  prompt: index => reader.cells()[index].querySelector('.jp-InputPrompt').textContent,
  trouble: () => reader.cells().flatMap((cell, index) => [...cell.querySelectorAll(
    '[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]')].map(out => [index, out.innerText])),
  done: index => /^\\[\\d+\\]:$/.test(reader.prompt(index)) || reader.trouble().length > 0,
  watch: index => new MutationObserver(() => {
    if (reader.prompt(index) == '[*]:')
      for (const { src } of reader.cells()[index].querySelectorAll('.jp-OutputArea img'))
        if (!reader.pictures.includes(src)) reader.pictures.push(src);
  }).observe(reader.cells()[index], { subtree: true, childList: true, attributeFilter: ['src'] }),
};
"""
KERNEL = """async () => (await (await fetch('/api/sessions')).json())
    .some(session => session.kernel && session.kernel.execution_state == 'idle')"""


def wait(page, what, condition, argument=None, seconds=START):
    """Wait until a JavaScript condition holds, or fail saying what did not happen."""
    try:
        page.wait_for_function(condition, arg=argument, timeout=1000 * seconds, polling=200)
    except playwright.TimeoutError:
        pytest.fail(f"{what}: not within {seconds} seconds; the page says {page.evaluate('reader.trouble()')}")


def choose(page, menu, item):
    """Click an item of a menu."""
    page.click(f'.lm-MenuBar-itemLabel:text-is("{menu}")')
    page.click(f'.lm-Menu-itemLabel:text-is("{item}")')


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab with settings of its own, and Chromium; yield the folder served and a browser context."""
    root, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    for name, values in SETTINGS.items():
        file = home / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    folders = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    token, fonts = secrets.token_hex(), matplotlib.get_cachedir()
    env = os.environ | dict.fromkeys(folders, str(home)) | {"JUPYTER_TOKEN": token, "MPLCONFIGDIR": fonts}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={root}"]
    log = home / "server.log"
    with log.open("wb") as file, playwright.sync_playwright() as started:
        server = subprocess.Popen(command, cwd=root, env=env, stdout=file, stderr=subprocess.STDOUT)
        try:
            headers = {"Authorization": f"token {token}"}
            context = started.chromium.launch(executable_path=CHROMIUM).new_context(
                base_url=f"http://127.0.0.1:{port}", extra_http_headers=headers, viewport=WINDOW
            )
            context.set_default_timeout(1000 * START)
            context.add_init_script(IN_PAGE)
            deadline = time.monotonic() + START
            while not list(home.glob("jpserver-*.json")):  # the server writes it when it listens
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"JupyterLab does not start:\n{log.read_bytes().decode(errors='replace')}")
                time.sleep(0.5)
            yield root, context
        finally:
            server.terminate()
            server.wait(START)


@pytest.fixture
def page(lab):
    """Yield an empty page; close it and shut its kernel down, so that one kernel runs at a time."""
    _, context = lab
    page = context.new_page()
    yield page
    page.close()
    for session in context.request.get("/api/sessions").json():
        assert context.request.delete(f"/api/sessions/{session['id']}").ok


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_runs_alone_in_a_browser(path, lab, page, tmp_path, pytestconfig):
    pictures = pytestconfig.getoption("screenshots") or tmp_path
    pictures.mkdir(parents=True, exist_ok=True)
    copy = lab[0] / path.stem / path.name
    copy.parent.mkdir()
    cells = code_cells(alone(path, copy.parent))
    names = [f"{path.stem}, cell {cell.id}" for cell in cells]
    live = [index for index, cell in enumerate(cells) if "EchoView(" in cell.source]
    requests = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(f"/doc/tree/{path.stem}/{path.name}")
    wait(page, f"{path.stem}: all code cells on the page", "n => reader.cells().length == n", len(cells))
    wait(page, f"{path.stem}: an idle kernel", KERNEL)
    choose(page, "View", "Expand All Code")  # a folded solution shows no prompt
    for index in live:
        page.evaluate("reader.watch", index)
    choose(page, "Run", "Run All Cells")
    for index, name in enumerate(names):
        if index in live:
            seen = f"index => reader.pictures.length >= {PICTURES} || reader.done(index)"
            wait(page, f"{name}: {PICTURES} pictures", seen, index, CELL)
            page.evaluate("index => reader.cells()[index].scrollIntoView()", index)
            page.screenshot(path=pictures / f"{path.stem}-live.png")
        wait(page, f"{name}: a number at its prompt", "reader.done", index, CELL)
        for where, text in page.evaluate("reader.trouble()"):
            pytest.fail(f"{names[where]}: an error, or text on stderr:\n{text}")
        if index in live:
            count = page.evaluate("reader.pictures.length")
            assert count >= PICTURES, f"{name}: the live view showed {count} different pictures while it trained"
    page.locator(".jp-OutputArea img").first.scroll_into_view_if_needed()
    page.screenshot(path=pictures / f"{path.stem}.png")

    prompts = [page.evaluate("reader.prompt", index) for index in range(len(cells))]
    assert prompts == [f"[{number}]:" for number in range(1, len(cells) + 1)]
    with page.expect_response(lambda response: response.request.method == "PUT" and path.name in response.url):
        choose(page, "File", "Save Notebook")
    saved = code_cells(read(copy))
    assert [cell.execution_count for cell in saved] == list(range(1, len(cells) + 1))
    outputs = [(name, output) for name, cell in zip(names, saved, strict=True) for output in cell.outputs]
    assert not [pair for pair in outputs if pair[1].output_type == "error" or pair[1].get("name") == "stderr"]
    elsewhere = [url for url in requests if urlsplit(url).hostname not in (None, "127.0.0.1")]
    assert not elsewhere, f"{path.stem}: the page asked for {elsewhere}"
