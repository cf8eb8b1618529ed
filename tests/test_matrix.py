"""The matrix of noxfile.py: it covers what requirements.txt and the README promise, and the workflow runs all of it."""

import re

import pytest
import yaml
from notebook_cells import ROOT

pytest.importorskip("nox", reason="install what tests/requirements.txt lists")

import noxfile

VERSIONS = {python: [version.split(".") for version in versions] for python, versions in noxfile.WHEELS.items()}


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_oldest_and_newest_tensorflow_are_those_of_the_requirements():
    bounds = set(re.findall(r"(?m)^tensorflow.*>=2\.(\d+),<2\.(\d+);", text("requirements.txt")))
    minors = sorted({int(minor) for versions in VERSIONS.values() for _, minor in versions})
    assert bounds == {(str(minors[0]), str(minors[-1] + 1))}
    assert f"TensorFlow 2.{minors[0]} to 2.{minors[-1]}" in text("README.md")


def test_every_python_has_an_oldest_and_the_newest_tensorflow():
    newest = max(int(minor) for versions in VERSIONS.values() for _, minor in versions)
    for python, versions in VERSIONS.items():
        minors = [int(minor) for _, minor in versions]
        assert minors == sorted(minors), python
        assert len(minors) >= 2, python
        assert minors[-1] == newest, python


def test_pythons_are_those_of_the_readme():
    first, last = re.search(r"Python 3\.(\d+) to 3\.(\d+)", text("README.md")).groups()
    assert list(noxfile.WHEELS) == [f"3.{minor}" for minor in range(int(first), int(last) + 1)]


def test_the_workflow_runs_the_whole_matrix():
    jobs = yaml.safe_load(text(".github/workflows/matrix.yml"))["jobs"]
    matrix = jobs["matrix"]["strategy"]["matrix"]
    assert matrix["python"] == list(noxfile.WHEELS)
    assert [system.split("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert jobs["prerelease"]["continue-on-error"] is True
    assert not any(job.get("continue-on-error") for name, job in jobs.items() if name != "prerelease")
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "nox -s" in step.get("run", "")]
    sessions = {re.search(r"nox -s (\w+)", command)[1] for command in commands}
    assert sessions == {"tests", "processors", "prerelease"}
    assert all(callable(getattr(noxfile, session)) for session in sessions)


def test_a_copy_with_one_dnn_differs_in_one_place(tmp_path):
    folder = noxfile.with_one_dnn(tmp_path)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        lines = path.read_text(encoding="utf-8").splitlines()
        copied = (folder / path.name).read_text(encoding="utf-8").splitlines()
        [changed] = [new for old, new in zip(lines, copied, strict=True) if old != new]
        assert noxfile.ON in changed
