"""The tools: the public address is stamped everywhere or nowhere, and a student's copy holds no solution."""

import re
import shutil
import subprocess
import sys

import pytest
from cells import PATHS, ROOT, code_cells, errors, problems, read, tagged, tags, text_of
from nbformat.v4 import new_code_cell, new_notebook, writes
from publish import Address, checked, read_address, set_helper, stamp, with_badges
from refresh import KERNEL, execute, refresh
from student_copy import FILES, FOLDED, NO_SOLUTIONS

ADDRESS = Address("some-owner/some.name", "v1.2")


# ---- the address


@pytest.fixture
def series(tmp_path):
    """Return a copy of what carries the address."""
    for name in ("notebooks", "data_utils.py", "README.md", "CITATION.cff"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def contents(folder):
    """Return the bytes of every file in a folder."""
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_is_stamped_now_agrees_in_all_places(series):
    before = contents(series)
    stamp(series, read_address(series))
    assert contents(series) == before


def test_stamp_reaches_every_place_and_goes_without_a_trace(series):
    stamp(series, None)
    clean = contents(series)
    assert not any(b"raw.githubusercontent" in text or b"badge_logo" in text for text in clean.values())
    stamp(series, Address("another/one", "v0.9"))
    changed = stamp(series, ADDRESS)
    assert {path.name for path in changed} == {
        *(path.name for path in PATHS),
        "README.md",
        "JUPYTERHUB.md",
        "CITATION.cff",
    }
    assert stamp(series, ADDRESS) == []
    assert read_address(series) == ADDRESS
    stamped = contents(series)
    assert not any(b"another/one" in text for text in stamped.values())
    for path in series.glob("notebooks/*.ipynb"):
        notebook = read(path)
        assert f"/some-owner/some.name/blob/v1.2/notebooks/{path.name})" in notebook.cells[0].source
        assert f"/some-owner/some.name/v1.2?urlpath=lab%2Ftree%2Fnotebooks%2F{path.name})" in notebook.cells[0].source
        colab, binder = ADDRESS.launchers(path.stem)
        assert f"({colab}), [Binder]({binder})) |" in (series / "README.md").read_text("utf-8")
        assert f'"{ADDRESS.helper}"' in tagged(notebook, "helper")[0].source
    assert "\nREPO=https://github.com/some-owner/some.name\n" in (series / "notebooks" / "JUPYTERHUB.md").read_text(
        "utf-8"
    )
    assert 'repository-code: "https://github.com/some-owner/some.name"' in (series / "CITATION.cff").read_text("utf-8")
    stamp(series, None)
    assert contents(series) == clean


def test_refuses_what_is_no_address(monkeypatch):
    for repository in ("name", "https://github.com/owner/name", "OWNER/NAME"):
        with pytest.raises(ValueError, match=re.escape(f"repository={repository!r}: expected OWNER/NAME")):
            checked(repository, "v1")
    monkeypatch.setattr("publish.branches", lambda root: ["work"])
    for tag in ("main", "v 1", "TAG", "work"):
        with pytest.raises(ValueError, match=f"tag={tag!r}: expected a tag"):
            checked("owner/name", tag)


# ---- a notebook that is opened alone

PUT_A_COPY = r": put a copy beside this notebook\.$"


def run(folder, url=None, *more):
    """Run the helper cell in a folder, and more cells, and return what they raise."""
    notebook = read(PATHS[0])
    set_helper(notebook, url)
    cells = [new_code_cell(source) for source in (tagged(notebook, "helper")[0].source, *more)]
    execute(new_notebook(cells=cells), folder, allow_errors=True)
    return [error for cell in cells for error in errors(cell)]


def test_alone_it_fetches_its_module_and_runs_to_its_end(tmp_path):
    notebook = read(PATHS[0])
    set_helper(notebook, (ROOT / "data_utils.py").as_uri())
    execute(notebook, tmp_path)
    assert not [problem for cell in code_cells(notebook) for problem in problems(cell)]
    assert not list(tmp_path.iterdir())  # what it fetched lies elsewhere


def test_without_a_module_one_sentence_names_the_folder(tmp_path):
    [error] = run(tmp_path)
    assert re.search(rf"^ImportError: No data_utils\.py of this series in {tmp_path} or above it{PUT_A_COPY}", error)
    for url in ("https://no-such-host.invalid/data_utils.py", (tmp_path / "none.py").as_uri()):
        [error] = run(tmp_path, url)
        assert re.search(rf" in {tmp_path} or above it, and it could not be fetched \(.+\){PUT_A_COPY}", error)


def test_a_foreign_module_of_that_name_is_passed_over(tmp_path):
    (tmp_path / "data_utils.py").write_text("raise OSError('foreign')\n", encoding="utf-8")
    assert run(tmp_path, (ROOT / "data_utils.py").as_uri(), "import data_utils; data_utils.prepare") == []
    (tmp_path / "data_utils.py").write_text("def prepare(seed):\n    return 'mine'\n", encoding="utf-8")
    assert run(tmp_path, None, "import data_utils; assert data_utils.prepare(1) == 'mine'") == []


# ---- refresh


def test_refresh_keeps_outputs_and_neither_times_nor_versions(tmp_path):
    path = tmp_path / "one.ipynb"
    cells = [new_code_cell("print(1)", id="one"), new_code_cell("import sys; print('oh', file=sys.stderr)", id="two")]
    path.write_text(writes(new_notebook(cells=cells)), encoding="utf-8")
    assert refresh(path) == ["one.ipynb, cell two: stderr: oh\n"]
    notebook = read(path)
    assert text_of(notebook.cells[0]) == "1\n"
    assert [cell.metadata for cell in notebook.cells] == [{}, {}]
    assert notebook.metadata == KERNEL


# ---- the copy for students


def run_tool(folder):
    command = [sys.executable, str(ROOT / "tools" / "student_copy.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_only_the_solutions_are_gone(tmp_path):
    copy = tmp_path / "series"
    done = run_tool(copy)
    assert (done.returncode, done.stderr) == (0, "")
    files = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert files == {"README.md", *FILES, *(f"notebooks/{path.name}" for path in PATHS)}
    for path in PATHS:
        notebook = read(path)
        kept = [cell for cell in notebook.cells if "solution" not in tags(cell)]
        assert sum(FOLDED in cell.source for cell in kept) == 1, "where the solutions are is said once"
        kept[0].source = with_badges(kept[0].source, None)
        for cell in kept:
            cell.source = cell.source.replace(FOLDED, NO_SOLUTIONS)
        assert read(copy / "notebooks" / path.name) == {**notebook, "cells": kept}
    for page in (copy / "README.md", *copy.glob("notebooks/*.ipynb")):
        for link in re.findall(r"\]\(([\w./-]+)[#)]", page.read_text("utf-8")):
            assert (page.parent / link).exists(), (page.name, link)


def test_a_copy_overwrites_nothing(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("mine", encoding="utf-8")
    for target in (file, tmp_path):
        done = run_tool(target)
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].endswith("exists and is not an empty folder: name another one")
    assert file.read_text(encoding="utf-8") == "mine"
