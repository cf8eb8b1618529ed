"""The locks of Binder and of .ci/run: all pinned, with hashes, by a stated command; and what the audit of one says."""

import itertools
import re
import subprocess

import audit
import pytest
from notebook_cells import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINUX = {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix", "platform_system": "Linux"}
MAC = {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix", "platform_system": "Darwin"}
WINDOWS = {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt", "platform_system": "Windows"}
# A lock: for which machines and versions of Python it is good.
LOCKS = {
    ".binder/requirements.txt": [(LINUX, "3.12")],
    ".ci/requirements.txt": [*itertools.product((LINUX, MAC, WINDOWS), ("3.10", "3.11", "3.12", "3.13"))],
}
each_lock = pytest.mark.parametrize("lock", LOCKS)


def requirements(path):
    """Return the requirements of a file and of the files that it names with -r."""
    text = re.sub(r"\\\n|(?m:(^|\s)#.*$)|--hash=\S+", "", path.read_text(encoding="utf-8"))
    found = []
    for line in filter(str.strip, text.splitlines()):
        found += requirements(path.parent / line[3:]) if line.startswith("-r ") else [Requirement(line)]
    return found


def command(lock):
    """Return the words of the command that made a lock, which uv writes into its second line."""
    return (ROOT / lock).read_text(encoding="utf-8").splitlines()[1].lstrip("# ").split()


@each_lock
def test_the_header_is_the_command_that_made_it(lock):
    words = command(lock)
    assert words[:3] == ["uv", "pip", "compile"]
    assert {"--generate-hashes", "--output-file"} <= set(words)
    assert words[-1] == lock
    assert not {"--index-url", "--extra-index-url", "--find-links"} & set(words)  # from PyPI, as for everybody


@each_lock
def test_every_package_is_pinned_with_hashes(lock):
    blocks = re.split(r"(?m)^(?=[^ #])", (ROOT / lock).read_text(encoding="utf-8"))[1:]
    assert len(blocks) > 50
    for block in blocks:
        first, *hashes = block.rstrip().split(" \\\n    ")
        assert re.fullmatch(r"[\w.-]+==[^\s*]+( ; .*)?", first), first
        assert hashes, first
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), first


@each_lock
def test_pinned_versions_are_within_the_requirements(lock):
    wanted, pinned = requirements(ROOT / command(lock)[3]), requirements(ROOT / lock)
    for machine, python in LOCKS[lock]:
        here = {**machine, "python_version": python, "python_full_version": f"{python}.0"}
        pins, asked = ([r for r in some if r.marker is None or r.marker.evaluate(here)] for some in (pinned, wanted))
        versions = {canonicalize_name(r.name): next(iter(r.specifier)).version for r in pins}
        assert len(versions) == len(pins), here  # one version of each
        assert {"numpy", "matplotlib", "jupyter", "nbval"} <= {r.name for r in asked}
        assert any(r.name.startswith("tensorflow") for r in asked)
        for r in asked:
            assert r.specifier.contains(versions[canonicalize_name(r.name)]), f"{here}: {r}"


# ---- the audit

CLEAN, SKIPPED = {"name": "one", "version": "1", "vulns": []}, {"name": "two", "skip_reason": "not found"}
FLAWED = {"name": "three", "version": "3", "vulns": [{"id": "CVE-1", "fix_versions": ["3.1"]}]}


@pytest.mark.parametrize(
    ("packages", "status", "says"),
    [
        ([CLEAN, CLEAN], 0, ["audit: no known vulnerability in 2 packages"]),
        ([CLEAN, FLAWED], 1, ["three 3: CVE-1, mended in 3.1"]),
        ([CLEAN, SKIPPED], 2, ["audit skipped: 1 of 2 packages could not be looked up (not found)"]),
        ([FLAWED, SKIPPED], 1, ["three 3: CVE-1, mended in 3.1", "audit skipped: 1 of 2 packages"]),
        ([], 2, ["audit skipped: 0 of 0 packages could not be looked up"]),
    ],
)
def test_only_what_was_looked_up_counts_as_clean(packages, status, says):
    found, lines = audit.judge({"dependencies": packages})
    assert found == status
    assert len(lines) == len(says)
    assert all(line.startswith(start) for line, start in zip(lines, says, strict=True))


@pytest.mark.parametrize(
    ("code", "seconds", "reason"),
    [
        ("import time; time.sleep(60)", 1, "no answer within 1 seconds"),
        ("raise OSError('no network')", 60, "OSError: no network"),
        ("pass", 60, "pip-audit printed no report"),
    ],
)
def test_an_audit_that_gets_no_answer_says_why(code, seconds, reason, monkeypatch):
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda words, **options: run([words[0], "-c", code], **options))
    with pytest.raises(RuntimeError, match=reason):
        audit.look_up(audit.LOCK, seconds)
