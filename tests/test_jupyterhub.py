"""A class on JupyterHub: a real hub and proxy, and students who log in and work at the same time.

Left out unless asked for, `pytest -m hub`, because a class takes minutes and about 1 GiB a student.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Template
from urllib.parse import unquote

import nbformat
import psutil
import pytest
import requests
import websocket
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from nbformat.v4 import new_code_cell, output_from_msg
from notebook_cells import ROOT, code_cells, text_of
from requests.cookies import get_cookie_header

pytestmark = pytest.mark.hub

PROXY = "configurable-http-proxy"
NEEDS = f"needs: pip install -r tests/requirements.txt; npm install --global --prefix .venv {PROXY}"
MIB = 2**20
START_TIMEOUT = 300  # seconds for the hub, and for the servers of all students, to start
REQUEST_TIMEOUT = 120  # seconds for one answer over HTTP
CELL_TIMEOUT = 900  # seconds for one cell, with all students at work
STOP_TIMEOUT = 60  # seconds for the hub to stop proxy, servers and kernels
OUTPUTS = ("stream", "display_data", "execute_result", "error")


class Student:
    """One person at a browser: a session with cookies, a server of their own, a kernel."""

    def __init__(self, hub_url, name):
        self.name, self.url, self.server = name, hub_url, f"{hub_url}/user/{name}"
        self.http, self.messages = requests.Session(), Session(session=name)
        self.first_output, self.finish, self.waits = None, None, Counter()

    def log_in_and_start(self):
        """Fill in the hub's login form, start the server, wait for its page."""
        form = self.http.get(f"{self.url}/hub/login", timeout=REQUEST_TIMEOUT).text
        fields = {"username": self.name, "password": "any", "_xsrf": re.search(r'name="_xsrf" value="(.+?)"', form)[1]}
        page = self.http.post(f"{self.url}/hub/login", data=fields, timeout=REQUEST_TIMEOUT)
        assert "/hub/login" not in page.url, "the login form was refused"
        page = self.http.get(f"{self.url}/hub/spawn", timeout=REQUEST_TIMEOUT)
        deadline = time.monotonic() + START_TIMEOUT
        while not page.url.startswith(self.server):
            assert time.monotonic() < deadline, f"no server after {START_TIMEOUT} s, page {page.url}"
            time.sleep(1)
            page = self.http.get(f"{self.url}/hub/spawn-pending/{self.name}", timeout=REQUEST_TIMEOUT)

    def api(self, method, path, /, **body):
        """Call the REST API of the student's server, as JupyterLab does."""
        headers = {"X-XSRFToken": self.http.cookies.get("_xsrf", path=f"/user/{self.name}/")}
        answer = self.http.request(
            method, f"{self.server}/api/{path}", json=body or None, headers=headers, timeout=REQUEST_TIMEOUT
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def run(self, path):
        """Open a notebook, start its kernel, run its code cells one after another, stop at the first error."""
        notebook = nbformat.from_dict(self.api("GET", f"contents/{path}")["content"])
        wanted = {"name": "python3"}
        kernel = self.api("POST", "sessions", path=path, name=path, type="notebook", kernel=wanted)["kernel"]["id"]
        address = f"{self.server}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        cookie = get_cookie_header(self.http.cookies, requests.Request("GET", f"{self.server}/api/"))
        with contextlib.closing(websocket.create_connection(address, REQUEST_TIMEOUT, cookie=cookie)) as channel:
            for cell in code_cells(notebook):
                where = f"cell {cell.id} of {path}"
                cell.outputs, start = [], time.monotonic()
                try:
                    self.execute(channel, cell)
                except websocket.WebSocketTimeoutException:
                    raise TimeoutError(f"{where}: no end after {CELL_TIMEOUT} s") from None
                except websocket.WebSocketException as error:
                    raise ConnectionError(f"{where}: {error}") from None
                for error in (output for output in cell.outputs if output.output_type == "error"):
                    raise RuntimeError(f"{where}: {error.ename}: {error.evalue}")
                self.waits[cell.id] = time.monotonic() - start
        self.finish = time.monotonic()
        return notebook

    def execute(self, channel, cell):
        """Send one cell over the websocket and collect its outputs until the kernel has replied and is idle."""
        request = self.messages.msg("execute_request", {"code": cell.source, "silent": False, "allow_stdin": False})
        channel.send(json.dumps({**request, "channel": "shell"}, default=json_default))
        deadline, missing = time.monotonic() + CELL_TIMEOUT, {"execute_reply", "idle"}
        while missing:
            channel.settimeout(max(deadline - time.monotonic(), 0.01))
            opcode, frame = channel.recv_data(control_frame=True)  # pings too: they must not prolong the wait
            if opcode != websocket.ABNF.OPCODE_TEXT:
                continue
            message = json.loads(frame)
            kind, state = message["msg_type"], message["content"].get("execution_state")
            if state in ("restarting", "dead"):
                raise websocket.WebSocketException("the kernel died: out of memory?")
            if message["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                missing -= {kind, state}
                if kind in OUTPUTS:
                    self.first_output = self.first_output or time.monotonic()
                    cell.outputs.append(output_from_msg(message))

    def follow(self, link):
        """Follow an nbgitpuller link: open its page and do what the page's script does."""
        page = self.http.get(link, timeout=REQUEST_TIMEOUT)
        assert page.ok, f"{link}: {page.status_code}"
        data = {key: unquote(value) for key, value in re.findall(r'data-(\w+)="(.*?)"', page.text)}
        query = {key: data[key] for key in ("repo", "branch", "targetpath")} | {"_xsrf": data["xsrf"]}
        log = self.http.get(f"{self.server}/git-pull/api", params=query, timeout=REQUEST_TIMEOUT).text
        assert '"phase": "finished"' in log, log
        return data["path"]


class Memory(threading.Thread):
    """Watch the processes below the hub once a second: each student's peak, and the peak of all together.

    A student's memory counts what their processes map (RSS), as they would need it alone; the sum for the machine
    counts shared pages once (PSS, on Linux).
    """

    def __init__(self, hub):
        super().__init__(daemon=True)
        self.hub, self.stop = hub, threading.Event()
        self.peak, self.seconds, self.peak_of_all = Counter(), Counter(), 0

    def run(self):
        while not self.stop.wait(1):
            rss, seconds, total = Counter(), Counter(), 0
            for process in [self.hub, *self.hub.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    name, memory = process.environ().get("JUPYTERHUB_USER"), process.memory_full_info()
                    total += getattr(memory, "pss", memory.rss)
                    rss[name] += memory.rss
                    seconds[name] += sum(process.cpu_times()[:2])
            self.peak_of_all = max(self.peak_of_all, total)
            self.peak |= rss  # the larger of the two, for each student
            self.seconds |= seconds


def answers(url):
    """Say whether a server answers there, and with success."""
    try:
        return requests.get(url, timeout=REQUEST_TIMEOUT).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def hub(tmp_path):
    """Start JupyterHub and its proxy in tmp_path, homes in tmp_path/home; at the end stop all that it started."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    random_port = pytest.importorskip("jupyterhub.utils", reason=NEEDS).random_port
    if not shutil.which(PROXY, path=path):
        pytest.skip(NEEDS)
    url = f"http://127.0.0.1:{random_port()}"
    settings = {
        "JupyterHub.bind_url": url,
        "JupyterHub.hub_port": random_port(),
        "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{random_port()}",
        "JupyterHub.authenticator_class": "dummy",  # any password: for this test only
        "Authenticator.allow_all": True,
        "JupyterHub.spawner_class": "simple",  # no accounts of the system
        "SimpleLocalProcessSpawner.home_dir_template": tmp_path / "home" / "{username}",
        "Spawner.args": "--allow-root",
        "Spawner.start_timeout": START_TIMEOUT,
        "Spawner.http_timeout": START_TIMEOUT,
    }
    command = [sys.executable, "-m", "jupyterhub", *(f"--{name}={value}" for name, value in settings.items())]
    log = tmp_path / "hub.log"
    with log.open("wb") as file:
        environment = {**os.environ, "PATH": path}
        process = psutil.Popen(command, cwd=tmp_path, stdout=file, stderr=subprocess.STDOUT, env=environment)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not answers(f"{url}/hub/health"):
            running = process.poll() is None and time.monotonic() < deadline
            assert running, f"no hub: {log.read_bytes()[-3000:].decode(errors='replace')}"
            time.sleep(0.5)
        process.url, process.homes = url, tmp_path / "home"
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):  # the hub may have ended by itself
            started = [process, *process.children(recursive=True)]
            process.terminate()
            _, left = psutil.wait_procs(started, timeout=STOP_TIMEOUT)
            for each in left:
                each.kill()


def fill(folder):
    """Put the series into a folder, as a student or a repository holds it."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "data_utils.py", folder)


def test_class_runs_a_notebook_at_the_same_time(hub, request, record_property):
    option = request.config.getoption
    path, students = f"notebooks/{option('hub_notebook')}.ipynb", []
    for number in range(1, option("hub_users") + 1):
        students.append(Student(hub.url, f"student{number:02}"))
        fill(hub.homes / students[-1].name)

    def attend(student):
        student.log_in_and_start()
        return student.run(path)

    memory, begin = Memory(hub), time.monotonic()
    memory.start()
    with ThreadPoolExecutor(len(students)) as pool:
        runs = {student.name: pool.submit(attend, student) for student in students}
    memory.stop.set()
    memory.join()
    failures = [f"{name}, {run.exception()}" for name, run in runs.items() if run.exception()]
    if failures:
        pytest.fail("\n".join(failures), pytrace=False)
    for run in runs.values():
        [check] = [cell for cell in run.result().cells if cell.id == "exercise-1-check"]
        assert text_of(check) == "not answered yet\n"

    first, finish = [sorted(getattr(s, name) - begin for s in students) for name in ("first_output", "finish")]
    peaks, seconds = [[values[s.name] for s in students] for values in (memory.peak, memory.seconds)]
    waits = Counter()
    for student in students:
        waits |= student.waits  # the longest of each cell
    [(slowest, longest)] = waits.most_common(1)
    report = {
        "class": f"{len(students)} students, {path}, {psutil.cpu_count()} CPUs",
        "first output": f"{first[0]:.0f} s for the first student, {first[-1]:.0f} s for the last",
        "last cell": f"{finish[0]:.0f} s for the first student, {finish[-1]:.0f} s for the last",
        "slowest cell": f"{slowest}, up to {longest:.0f} s",
        "peak memory": f"{min(peaks) / MIB:.0f} to {max(peaks) / MIB:.0f} MiB a student (server and kernel, RSS)",
        "peak of all": f"{memory.peak_of_all / MIB:.0f} MiB with the hub (shared pages once, PSS)",
        "CPU time": f"{min(seconds):.0f} to {max(seconds):.0f} s a student",
    }
    for name, value in report.items():
        record_property(name, value)


def test_link_of_the_guide_brings_the_series_and_keeps_what_a_student_wrote(hub, tmp_path):
    pytest.importorskip("nbgitpuller", reason=NEEDS)
    teacher = tmp_path / "repository"
    fill(teacher)

    def git(*arguments):
        who = ("-c", "user.name=teacher", "-c", "user.email=teacher@example.org")
        subprocess.run(["git", *who, *arguments], cwd=teacher, check=True, capture_output=True)

    git("init", "--initial-branch=class")
    git("add", ".")
    git("commit", "--message=series")
    path = "series/notebooks/01-echo-data.ipynb"
    guide = (ROOT / "notebooks" / "JUPYTERHUB.md").read_text(encoding="utf-8")
    [template] = re.findall(r'(?m)^echo "(\$HUB/.*)"$', guide)
    link = Template(template).substitute(HUB=hub.url, REPO=teacher.as_uri(), BRANCH="class")
    student = Student(hub.url, "student01")
    student.log_in_and_start()
    assert student.follow(link) == f"lab/tree/{path}"
    arrived = hub.homes / student.name / path
    assert arrived.read_bytes() == (ROOT / "notebooks" / arrived.name).read_bytes()

    notebook = student.api("GET", f"contents/{path}")["content"]
    notebook["cells"].append(new_code_cell("mine = 1"))
    student.api("PUT", f"contents/{path}", type="notebook", content=notebook)
    (teacher / "hint.txt").write_text("news from the teacher\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--message=hint")
    student.follow(link)
    assert nbformat.read(arrived, as_version=4).cells[-1].source == "mine = 1"
    assert (hub.homes / student.name / "series" / "hint.txt").exists()
