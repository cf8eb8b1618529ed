"""The files from which Binder makes its image, read by its own program. What is pinned there: test_locks.py."""

import importlib.util
import subprocess
import sys

import pytest
from notebook_cells import ROOT

PYTHON = "3.12"


def test_python_is_pinned():
    assert (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8") == f"python-{PYTHON}\n"


def test_repo2docker_reads_them():
    if not importlib.util.find_spec("repo2docker"):
        pytest.skip("needs repo2docker: pip install -r tests/requirements.txt")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"python={PYTHON}" in done.stderr
    assert 'pip install --no-cache-dir -r ".binder/requirements.txt"' in done.stdout
