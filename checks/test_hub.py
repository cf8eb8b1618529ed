"""A class on JupyterHub: a real hub and proxy, and students who work at the same time. About 1 GiB a student."""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
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
from cells import ROOT, code_cells, problems, text_of
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from jupyterhub.utils import random_port
from nbformat.v4 import new_code_cell, output_from_msg

MIB = 2**20
SECONDS = 300  # for the hub and the servers of all students to start, and for one answer over HTTP
CELL = 900  # seconds for one cell, with all students at work
TOKEN = secrets.token_hex()
SETTINGS = """
c.JupyterHub.authenticator_class = "dummy"  # any password: for this check only
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"  # no accounts of the system
c.SimpleLocalProcessSpawner.home_dir_template = "{homes}/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = {seconds}
c.JupyterHub.bind_url = "{url}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.services = [{{"name": "class", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [
    {{"name": "class", "services": ["class"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""


class Student:
    """One person with a server and a kernel of their own, whom the hub knows by a token."""

    def __init__(self, hub, name):
        self.name, self.hub_url, self.url = name, hub.url, f"{hub.url}/user/{name}"
        self.home = hub.homes / name
        self.messages = Session(session=name)

    def get(self, url, method="GET", **body):
        """Ask the hub or the student's server, and return the answer."""
        headers = {"Authorization": f"token {TOKEN}"}
        answer = requests.request(method, url, json=body or None, headers=headers, timeout=SECONDS)
        assert answer.ok, f"{method} {url}: {answer.status_code} {answer.text[:300]}"
        return answer

    def start(self):
        """Start the student's server and wait for it."""
        user = f"{self.hub_url}/hub/api/users/{self.name}"
        self.get(user, "POST")
        self.get(f"{user}/server", "POST")
        deadline = time.monotonic() + SECONDS
        while not self.get(user).json()["servers"].get("", {}).get("ready"):
            assert time.monotonic() < deadline, f"no server after {SECONDS} s"
            time.sleep(1)

    def run(self, path):
        """Open a notebook, start its kernel, and run its code cells; return them with their outputs."""
        notebook = nbformat.from_dict(self.get(f"{self.url}/api/contents/{path}").json()["content"])
        kernel = self.get(f"{self.url}/api/kernels", "POST", name="python3", path=path).json()["id"]
        address = f"{self.url}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        headers = [f"Authorization: token {TOKEN}"]
        with contextlib.closing(websocket.create_connection(address, SECONDS, header=headers)) as channel:
            for cell in code_cells(notebook):
                cell.outputs = []
                self.execute(channel, cell)
                assert not problems(cell), (cell.id, problems(cell))
        return code_cells(notebook)

    def execute(self, channel, cell):
        """Send one cell over the websocket and collect its outputs until the kernel has replied and is idle."""
        request = self.messages.msg("execute_request", {"code": cell.source, "silent": False, "allow_stdin": False})
        channel.send(json.dumps({**request, "channel": "shell"}, default=json_default))
        deadline, missing = time.monotonic() + CELL, {"execute_reply", "idle"}
        while missing:
            channel.settimeout(max(deadline - time.monotonic(), 0.01))
            message = json.loads(channel.recv())
            kind, state = message["msg_type"], message["content"].get("execution_state")
            assert state not in ("restarting", "dead"), f"{cell.id}: the kernel died: out of memory?"
            if message["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                missing -= {kind, state}
                if kind in ("stream", "display_data", "execute_result", "error"):
                    cell.outputs.append(output_from_msg(message))


@pytest.fixture
def hub(tmp_path):
    """Start JupyterHub and its proxy; at the end stop all that it started."""
    url, homes = f"http://127.0.0.1:{random_port()}", tmp_path / "home"
    ports = {"hub_port": random_port(), "proxy_port": random_port()}
    settings = SETTINGS.format(url=url, homes=homes, token=TOKEN, seconds=SECONDS, **ports)
    (tmp_path / "config.py").write_text(settings, encoding="utf-8")
    log = tmp_path / "hub.log"
    with log.open("wb") as file:
        command = [sys.executable, "-m", "jupyterhub", "--config", "config.py"]
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        env = {**os.environ, "PATH": path}
        process = psutil.Popen(command, cwd=tmp_path, stdout=file, stderr=subprocess.STDOUT, env=env)
    process.url, process.homes = url, homes
    try:
        deadline = time.monotonic() + SECONDS
        while "JupyterHub is now running" not in log.read_text(errors="replace"):
            running = process.poll() is None and time.monotonic() < deadline
            assert running, f"no hub: {log.read_text(errors='replace')[-3000:]}"
            time.sleep(0.5)
        yield process
    finally:
        started = [process, *process.children(recursive=True)]
        process.terminate()
        _, left = psutil.wait_procs(started, timeout=60)
        for each in left:
            each.kill()


def fill(folder):
    """Put the series into a folder, as a student or a repository holds it."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "data_utils.py", folder)


def memory(hub):
    """Return the MiB that the processes of each student map now."""
    found = Counter()
    for process in hub.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found[process.environ().get("JUPYTERHUB_USER", "hub")] += process.memory_info().rss / MIB
    return found


def test_a_class_runs_a_notebook_at_the_same_time(hub, request, record_property):
    option = request.config.getoption
    path, begin = f"notebooks/{option('hub_notebook')}.ipynb", time.monotonic()
    students = [Student(hub, f"student{number:02}") for number in range(1, option("hub_users") + 1)]
    for student in students:
        fill(student.home)

    def attend(student):
        student.start()
        return student.run(path)

    peak = Counter()
    with ThreadPoolExecutor(len(students)) as pool:
        runs = [pool.submit(attend, student) for student in students]
        while not all(run.done() for run in runs):
            peak |= memory(hub)  # the larger of the two, for each student
            time.sleep(1)
    for run in runs:
        [check] = [cell for cell in run.result() if cell.id == "exercise-1-check"]
        assert text_of(check) == "not answered yet\n"
    seconds = time.monotonic() - begin
    most = max(peak[student.name] for student in students)
    report = f"{seconds:.0f} s until all have run it, at most {most:.0f} MiB a student (server and kernel)"
    record_property(f"{len(students)} students, {path}, {psutil.cpu_count()} CPUs", report)


def test_link_of_the_guide_brings_the_series_and_keeps_what_a_student_wrote(hub, tmp_path):
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
    student = Student(hub, "student01")
    student.start()
    link = Template(template).substitute(HUB=hub.url, REPO=teacher.as_uri(), BRANCH="class")
    link = link.replace("/hub/user-redirect/", "/user/student01/")  # where the hub sends a student who has logged in

    def follow():
        """Open the page and do what its script does; return where it leads."""
        data = dict(re.findall(r'data-(\w+)="(.*?)"', student.get(link).text))
        query = "&".join(f"{key}={data[key]}" for key in ("repo", "branch", "targetpath"))
        assert '"phase": "finished"' in student.get(f"{student.url}/git-pull/api?{query}").text
        return unquote(data["path"])

    assert follow() == f"lab/tree/{path}"
    arrived = student.home / path
    assert arrived.read_bytes() == (ROOT / "notebooks" / arrived.name).read_bytes()
    notebook = student.get(f"{student.url}/api/contents/{path}").json()["content"]
    notebook["cells"].append(new_code_cell("mine = 1"))
    student.get(f"{student.url}/api/contents/{path}", "PUT", type="notebook", content=notebook)
    (teacher / "hint.txt").write_text("news from the teacher\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--message=hint")
    follow()
    assert nbformat.read(arrived, as_version=4).cells[-1].source == "mine = 1"
    assert (student.home / "series" / "hint.txt").exists()
