"""Each notebook alone in an empty folder, opened in JupyterLab in headless Chromium and run as a reader runs it.

One server and one browser serve all notebooks.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import matplotlib.font_manager  # lists the fonts, if nobody has yet: else the first kernel might say so on stderr
import nbformat
import pytest
from cells import CHROMIUM, PATHS, ROOT, code_cells, each_notebook, problems, read
from playwright.sync_api import sync_playwright
from publish import set_helper

START, RUN = 90, 900  # seconds: for the server, a page, a kernel; for a notebook
PICTURES = 3  # different ones that a live view must show
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # else cells out of sight are not in the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},  # else a question pops up
}
IN_PAGE = """
window.cells = () => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
window.prompts = () => cells().map(cell => cell.querySelector('.jp-InputPrompt').textContent);
window.trouble = () => document.querySelectorAll('[data-mime-type$="jupyter.error"]').length > 0;
window.pictures = {};
window.watch = index => new MutationObserver(() => {
  for (const { src } of cells()[index].querySelectorAll('.jp-OutputArea img'))
    pictures[index] = (pictures[index] || new Set()).add(src);
}).observe(cells()[index], { subtree: true, childList: true, attributeFilter: ['src'] });
"""
KERNEL = """async () => (await (await fetch('/api/sessions')).json())
    .some(session => session.kernel && session.kernel.execution_state == 'idle')"""


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
    env.pop("PYTEST_CURRENT_TEST", None)  # else kernels hide what native code writes to stderr
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={root}"]
    with (home / "server.log").open("wb") as log, sync_playwright() as started:
        server = subprocess.Popen(command, cwd=root, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            browser = started.chromium.launch(executable_path=CHROMIUM)
            headers = {"Authorization": f"token {token}"}
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}", extra_http_headers=headers)
            context.set_default_timeout(1000 * START)
            context.add_init_script(IN_PAGE)
            deadline = time.monotonic() + START
            while not list(home.glob("jpserver-*.json")):  # the server writes it when it listens
                running = server.poll() is None and time.monotonic() < deadline
                assert running, (home / "server.log").read_text(errors="replace")
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


def choose(page, menu, item):
    """Click an item of a menu."""
    page.click(f'.lm-MenuBar-itemLabel:text-is("{menu}")')
    page.click(f'.lm-Menu-itemLabel:text-is("{item}")')


def open_notebook(page, copy, root):
    """Open a notebook that lies below the folder served, and wait for its cells and its kernel."""
    page.goto(f"/doc/tree/{copy.relative_to(root).as_posix()}")
    page.wait_for_function("count => cells().length == count", arg=len(code_cells(read(copy))))
    page.wait_for_function(KERNEL)


def save(page, name):
    """Save the notebook that is open, and wait until the server has taken it."""
    with page.expect_response(lambda response: response.request.method == "PUT" and name in response.url):
        choose(page, "File", "Save Notebook")


def test_opening_and_saving_changes_nothing(lab, page):
    copy = lab[0] / PATHS[0].name
    copy.write_bytes(PATHS[0].read_bytes())
    before = copy.stat().st_mtime_ns
    open_notebook(page, copy, lab[0])
    save(page, copy.name)
    assert copy.stat().st_mtime_ns > before
    assert copy.read_bytes() == PATHS[0].read_bytes()


@each_notebook
def test_runs_alone_in_a_browser(path, lab, page, tmp_path, pytestconfig):
    copy = lab[0] / path.stem / path.name
    copy.parent.mkdir()
    notebook = read(path)
    cells = code_cells(notebook)
    for cell in cells:
        cell.outputs, cell.execution_count = [], None
    set_helper(notebook, (ROOT / "data_utils.py").as_uri())
    nbformat.write(notebook, copy)
    live = [index for index, cell in enumerate(cells) if "EchoView(" in cell.source]
    requests = []
    page.on("request", lambda request: requests.append(request.url))

    open_notebook(page, copy, lab[0])
    choose(page, "View", "Expand All Code")  # a folded solution shows no prompt
    for index in live:
        page.evaluate("watch", index)
    choose(page, "Run", "Run All Cells")
    wanted = [f"[{number}]:" for number in range(1, len(cells) + 1)]
    done = "wanted => trouble() || JSON.stringify(prompts()) == JSON.stringify(wanted)"
    page.wait_for_function(done, arg=wanted, timeout=1000 * RUN, polling=500)
    for index in live:
        assert page.evaluate("index => pictures[index].size", index) >= PICTURES
    screenshots = Path(pytestconfig.getoption("screenshots") or tmp_path)
    page.screenshot(path=screenshots / f"{path.stem}.png")

    save(page, path.name)
    saved = code_cells(read(copy))
    assert not [(cell.id, problem) for cell in saved for problem in problems(cell)]
    assert [cell.execution_count for cell in saved] == list(range(1, len(cells) + 1))
    elsewhere = [url for url in requests if urlsplit(url).hostname not in (None, "127.0.0.1")]
    assert not elsewhere, f"{path.stem}: the page asked for {elsewhere}"
