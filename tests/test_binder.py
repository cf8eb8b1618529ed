"""The files from which Binder makes its image: read by its own program, pinned, and within requirements.txt."""

import importlib.util
import re
import subprocess
import sys

import pytest
from notebook_cells import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BINDER = {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.12"}


def requirements(path):
    """Return the requirements of a file that apply on Binder."""
    text = re.sub(r"\\\n|(?m:(^|\s)#.*$)|--hash=\S+", "", path.read_text(encoding="utf-8"))
    found = [Requirement(line) for line in text.splitlines() if line.strip()]
    return [r for r in found if r.marker is None or r.marker.evaluate(BINDER)]


def test_python_is_pinned():
    assert (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8") == f"python-{BINDER['python_version']}\n"


def test_every_package_is_pinned_with_hashes():
    text = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[a-z])", text)[1:]
    assert len(blocks) > 50
    for block in blocks:
        assert re.match(r"[\w.-]+==\S+( ;.*)? \\\n    --hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]


def test_pinned_versions_are_within_the_requirements():
    pinned = {canonicalize_name(r.name): r.specifier for r in requirements(ROOT / ".binder" / "requirements.txt")}
    wanted = requirements(ROOT / "requirements.txt")
    assert {"tensorflow-cpu", "numpy", "matplotlib", "jupyter", "nbval"} <= {r.name for r in wanted}
    for requirement in wanted:
        [pin] = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.version), f"{requirement}: .binder/requirements.txt has {pin.version}"


def test_repo2docker_reads_them():
    if not importlib.util.find_spec("repo2docker"):
        pytest.skip("needs repo2docker: pip install -r tests/requirements.txt")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"python={BINDER['python_version']}" in done.stderr
    assert 'pip install --no-cache-dir -r ".binder/requirements.txt"' in done.stdout
