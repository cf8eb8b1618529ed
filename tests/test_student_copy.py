"""The copy for students: nothing of a solution in it, all else as it is stored, and it runs."""

import ast
import json
import re
import subprocess
import sys

import nbformat
import pytest
from notebook_cells import PATHS, ROOT, read, text_of
from publish import with_badges
from refresh_notebooks import execute
from slide_types import tags
from student_copy import FILES, FOLDED, NO_SOLUTIONS

NOTEBOOKS = [path.name for path in PATHS]


def run_tool(folder):
    command = [sys.executable, str(ROOT / "tools" / "student_copy.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return the folder of one copy; nothing below changes it."""
    folder = tmp_path_factory.mktemp("students") / "series"
    done = run_tool(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def split(name):
    """Return the kept cells and the solution cells of a stored notebook."""
    parts = [], []
    for cell in read(ROOT / "notebooks" / name).cells:
        parts["solution" in tags(cell)].append(cell)
    return parts


def test_files(copy):
    found = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert found == {"README.md", *FILES, *(f"notebooks/{name}" for name in NOTEBOOKS)}
    for name in FILES:
        assert (copy / name).read_bytes() == (ROOT / name).read_bytes(), name


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_only_the_solutions_are_gone(copy, name):
    kept, solutions = split(name)
    written = read(copy / "notebooks" / name)
    nbformat.validate(written)
    assert len(solutions) >= 3
    kept[0].source = with_badges(kept[0].source, None)
    for cell in kept:
        cell.source = cell.source.replace(FOLDED, NO_SOLUTIONS)
    assert written.cells == kept
    assert sum(NO_SOLUTIONS in cell.source for cell in kept) == 1
    assert written.metadata == read(ROOT / "notebooks" / name).metadata


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_line_of_a_solution_is_left(copy, name):
    kept, solutions = split(name)
    shown = "\n".join(cell.source for cell in kept)  # the line `def ...` of a stub and its check, for example
    lines = {line.strip() for cell in solutions for line in cell.source.splitlines()}
    secret = {line for line in lines if line not in shown}
    assert len(secret) >= len(solutions)
    for path in copy.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for line in secret:
                assert line not in text, (path.name, line)
                assert json.dumps(line, ensure_ascii=False)[1:-1] not in text, (path.name, line)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_cell_needs_a_solution(name):
    def names(cells, context):
        nodes = [node for cell in cells if cell.cell_type == "code" for node in ast.walk(ast.parse(cell.source))]
        found = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
        if context is ast.Store:
            found |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
            found |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        return found

    kept, solutions = split(name)
    assert not (names(solutions, ast.Store) - names(kept, ast.Store)) & names(kept, ast.Load)


def test_links_resolve_and_the_commands_are_those_of_the_readme(copy):
    readme = (copy / "README.md").read_text(encoding="utf-8")
    texts = {copy / "README.md": readme}
    for name in NOTEBOOKS:
        cells = read(copy / "notebooks" / name).cells
        texts[copy / "notebooks" / name] = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for path, text in texts.items():
        for link in re.findall(r"\]\(([^)\s#]+)[^)]*\)", text):
            assert re.match(r"https?://", link) or (path.parent / link).exists(), (path.name, link)
    original = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?s)```(?:sh|powershell)\n(.*?)```", readme)
    assert len(commands) == 2
    assert all(command in original for command in commands)
    [versions] = re.findall(r"You need (Python .*?), and about", readme)
    assert versions in original


def test_it_runs_and_nothing_is_answered(copy):
    notebook = read(copy / "notebooks" / NOTEBOOKS[0])
    execute(notebook, copy / "notebooks")
    checks = [cell for cell in notebook.cells if "exercise-check" in tags(cell)]
    assert len(checks) >= 3
    assert {text_of(cell) for cell in checks} == {"not answered yet\n"}


@pytest.mark.parametrize("kind", ["a folder with a file in it", "a file"])
def test_it_overwrites_nothing(tmp_path, kind):
    file = tmp_path / "mine.txt"
    file.write_text("mine", encoding="utf-8")
    done = run_tool(file if kind == "a file" else tmp_path)
    assert done.returncode == 2
    assert "exists and is not an empty folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert file.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_is_welcome(tmp_path):
    assert run_tool(tmp_path).returncode == 0
    assert (tmp_path / "notebooks" / NOTEBOOKS[-1]).exists()
