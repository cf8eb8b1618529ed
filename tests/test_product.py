"""The notebooks as a product: format, parts, sizes in one place, links, figures, words, and nothing harmful.

Strict nbval compares their outputs; it runs in the same pytest call.
"""

import ast
import builtins
import math
import re
import subprocess
import sys
from collections import Counter
from itertools import combinations

import matplotlib.colors
import nbformat
import numpy as np
import pytest
import yaml
from cells import (
    PATHS,
    ROOT,
    code_cells,
    each_notebook,
    headings,
    main_road,
    minutes,
    names_read,
    names_set,
    problems,
    read,
    tagged,
    tags,
    text_of,
)
from refresh import KERNEL

from data_utils import NOTE, STYLE

TAGS = {
    *("helper", "parameters", "setup", "model", "train", "ngram", "floor", "program"),  # what a cell is
    *("exercise", "exercise-check", "solution"),
    *("slow", "differs", "unswept", "nbval-ignore-output"),  # how it behaves: CONTRIBUTING.md says what each means
}
BANNED_WORDS = r"\b(simply|just|obviously|trivial(ly)?|of course|as we know|clearly)\b"
LEAKS = {
    "a memory address": r"\b0x[0-9a-f]{6,}",
    "a path": r"(/home/|/root/|/tmp/|/usr/|/work/|site-packages|[A-Z]:\\)",
    "a date or a time of day": r"\b(20\d\d-\d\d-\d\d|\d\d:\d\d:\d\d)\b",
    "a duration": r"\b\d+(\.\d+)? ?(s|ms|µs|us|sec|seconds|minutes)\b",
}
# What a notebook may import, and what would let it reach files, other programs or the Internet.
MODULES = "IPython bz2 collections copy data_utils fractions gc itertools lzma math matplotlib numpy pathlib pydoc_data"
MODULES = {*MODULES.split(), "random", "re", "subprocess", "sys", "tempfile", "tensorflow", "textwrap", "time"}
REACHING = r"(?<![.\w])(open|exec|compile|__import__|get_ipython|get_file|system|popen)\s*\(|^\s*[!%]"
ACTIVE = (
    r"(?i)<\s*(script|style|svg|base|iframe|object|embed|link|meta|form)\b|javascript\s*:|data:text|<[^>]*\son\w+\s*="
)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("notebooks/*.md")), *PATHS]


def markdown(path):
    """Return the text of a page, or of all text cells of a notebook."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


# ---- format


@each_notebook
def test_format(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata == KERNEL
    assert max(Counter(cell.id for cell in notebook.cells).values()) == 1
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))  # executed from top to bottom
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter", "cellView", "exempt_reason"}, cell.id
        assert set(tags(cell)) <= TAGS, cell.id
    assert not [problem for cell in code_cells(notebook) for problem in problems(cell)]
    exempt = [cell.metadata.get("exempt_reason") for cell in tagged(notebook, "nbval-ignore-output")]
    assert len(exempt) <= 1
    assert all(exempt)


@each_notebook
def test_a_reader_is_given_numbers(path):
    lines = [line for cell in code_cells(read(path)) for line in text_of(cell).splitlines()]
    assert sum(line.rstrip().endswith(("True", "False")) for line in lines) <= 3


# ---- the parts of a lesson


@each_notebook
def test_parts_of_a_lesson(path):
    notebook = read(path)
    assert notebook.cells[0].source.startswith("# ")
    for word in ("**Questions**", "**You will**", "**You need**", "**Time**"):
        assert word in notebook.cells[1].source
    titles = re.findall(r"(?m)^(#+) (.*)", re.sub(r"(?s)```.*?```", "", markdown(path)))
    assert [mark for mark, _ in titles].count("#") == 1
    sections = [title for mark, title in titles if mark == "##"]
    assert sections.index("Exercises") == sections.index("Key points") - 1
    assert "Before you run it" in markdown(path)
    assert [tags(cell) for cell in code_cells(notebook)[:3]] == [["helper"], ["parameters"], ["setup"]]
    packages = re.findall(r"(?m)^(?:from|import) (data_utils|matplotlib|numpy)", code_cells(notebook)[2].source)
    assert packages[0] == "data_utils"  # which says what to do where one is missing
    for cell in code_cells(notebook):
        most = 40 if "program" in tags(cell) else 30
        assert "parameters" in tags(cell) or len(cell.source.splitlines()) <= most, cell.id


@each_notebook
def test_the_main_road_is_short(path, record_property):
    notebook = read(path)
    if "\n## Second reading" not in markdown(path):
        pytest.skip("has no second reading yet")
    road = main_road(notebook)
    counted = minutes(road)
    record_property(f"{path.stem}, main road", f"{counted:.0f} minutes, {len(road)} cells")
    [said] = re.findall(r"\*\*Time\*\* \| (\d+) minutes to read", notebook.cells[1].source)
    most_minutes, most_cells = (30, 60) if path.name < "05" else (35, 70)
    assert counted <= most_minutes
    assert len(road) <= most_cells
    assert int(said) == 5 * math.ceil(counted / 5)


@pytest.mark.parametrize("tag", ["helper", "train"])
def test_cells_with_this_tag_are_the_same_in_all_notebooks(tag):
    found = [cell.source for path in PATHS for cell in tagged(read(path), tag)]
    assert len(found) >= 3
    assert len(set(found)) == 1


@each_notebook
def test_sizes_and_seed_stand_in_the_parameters_cell_alone(path):
    notebook = read(path)
    [parameters] = tagged(notebook, "parameters")
    names = names_set(parameters.source)
    assert "seed" in names
    kept = names | set(dir(builtins)) | names_set(tagged(notebook, "setup")[0].source)
    read_elsewhere = set()
    for cell in code_cells(notebook):
        if cell is not parameters and "program" not in tags(cell):  # a program stands by itself
            assert "setup" in tags(cell) or not names_set(cell.source) & kept, cell.id
            read_elsewhere |= names_read(cell.source)
            constants = {node.value for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Constant)}
            assert not constants & {2016, 50_000, 666}, cell.id
    assert names <= read_elsewhere


def test_each_whole_program_runs_by_itself(tmp_path):
    """In a folder where nothing of the series is found. Its last loss is that of a trained network."""
    programs = [cell.source for path in PATHS for cell in tagged(read(path), "program")]
    for number, source in enumerate(programs):
        file = tmp_path / f"program_{number}.py"
        file.write_text(source, encoding="utf-8")
        done = subprocess.run([sys.executable, "-I", file], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert float(done.stdout.split()[-1]) < 0.1, done.stdout
    assert programs


@each_notebook
def test_no_cell_needs_a_solution_or_an_answer(path):
    notebook = read(path)
    own = [cell for cell in code_cells(notebook) if set(tags(cell)) & {"exercise", "solution"}]
    names = {name for cell in own for name in names_set(cell.source)}
    for cell in code_cells(notebook):
        used = names_read(cell.source) & names
        assert not used or cell.id.startswith("exercise-"), (cell.id, used)


# ---- pages


def test_every_notebook_has_a_row_of_the_readme_a_section_for_teachers_and_answers():
    rows = re.findall(
        r"(?m)^\| \[([\w-]+)\]\(notebooks/\1\.ipynb\).*\| (\d+) \| (\d+) \|$", markdown(ROOT / "README.md")
    )
    times = []
    for path in PATHS:
        pattern = r"(\d+) minutes to read, \d+ for the exercises, (\d+) seconds to run"
        times.append((path.stem, *re.search(pattern, read(path).cells[1].source).groups()))
    assert rows == times
    sections = re.findall(r"(?m)^## \[?(\d\d)\b", markdown(ROOT / "notebooks" / "TEACHING.md"))
    assert sections == [path.name[:2] for path in PATHS]
    answers = sorted((ROOT / "tests" / "answers").glob("*.py"))
    assert [file.stem for file in answers] == [path.name[:2] for path in PATHS]


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_links_lead_somewhere(path):
    text = re.sub(r"(?s)```.*?```", "", markdown(path))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        file, _, section = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        assert not section or section in headings(markdown(target)), link


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_text_is_plain_and_passive(path):
    text = markdown(path)
    assert not re.search(ACTIVE, text)
    assert not re.search(BANNED_WORDS, text, flags=re.I) or path.suffix == ".md"


# ---- figures


LABELLED = r"plot_window\(|EchoView\(|diagram\(|(?s:xlabel.*ylabel|ylabel.*xlabel)"


@each_notebook
def test_figures_are_labelled_described_and_read(path):
    cells = read(path).cells
    labelled = LABELLED
    for number, cell in enumerate(cells):
        if re.search(LABELLED, cell.source):  # a figure may also be drawn by a function of the lesson that labels it
            labelled += "".join(rf"|\b{name}\(" for name in re.findall(r"^def (\w+)", cell.source, flags=re.M))
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                assert len(output.metadata.get("image/png", {}).get("alt", "")) >= 20, cell.id
                assert re.search(labelled, cell.source), cell.id
                without_floor = "loss (nats)" in cell.source and "floor" not in cell.source
                assert not without_floor, cell.id  # a loss is drawn with its floor
                assert any(other.cell_type == "markdown" for other in cells[number + 1 : number + 3]), cell.id


LINES = STYLE["axes.prop_cycle"].by_key()["color"]


def test_colours_stand_out_on_white():
    """Contrast ratio of WCAG 2.1: 3 for lines and bars, 4.5 for text."""
    for colour, least in [*((line, 3) for line in LINES), ("gray", 3), (NOTE, 4.5)]:
        rgb = np.array(matplotlib.colors.to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= least, colour


@pytest.mark.parametrize("vision", ["normal", "protanomaly", "deuteranomaly", "tritanomaly"])
def test_colours_are_apart(vision):
    """In CAM02-UCS, seen through the model of Machado, Oliveira and Fernandes (2009) at full severity."""
    colorspacious = pytest.importorskip("colorspacious", reason="needs colorspacious: tests/requirements.txt")
    seen = np.array([matplotlib.colors.to_rgb(colour) for colour in LINES])
    if vision != "normal":
        space = {"name": "sRGB1+CVD", "cvd_type": vision, "severity": 100}
        seen = np.clip(colorspacious.cspace_convert(seen, space, "sRGB1"), 0, 1)
    for first, second in combinations(range(len(LINES)), 2):
        distance = colorspacious.deltaE(seen[first], seen[second], input_space="sRGB1")
        assert distance >= 20, (LINES[first], LINES[second])


# ---- code and outputs


@each_notebook
def test_cells_are_the_same_everywhere_and_passive(path):
    for cell in code_cells(read(path)):
        for what, pattern in LEAKS.items():
            assert not re.search(pattern, text_of(cell)), (cell.id, what)
        assert not re.search(ACTIVE, text_of(cell)), cell.id
        assert not re.search(r"#[0-9A-Fa-f]{6}\b", cell.source), (cell.id, "a colour that is not one of the style")
        assert not re.search(r"\b(current_)?state\[[01]\]", cell.source), (cell.id, "a state is unpacked by name")
        for output in cell.outputs:
            assert set(output.get("data", {})) <= {"text/plain", "image/png"}, cell.id


@each_notebook
def test_code_reaches_nothing_but_the_series(path):
    """A lint, not a sandbox: whoever reviews a change sees what a cell newly imports or opens."""
    for cell in code_cells(read(path)):
        modules = set()
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(node.module)
        if "helper" not in tags(cell):  # tools/publish.py lets it fetch one file
            assert {module.split(".")[0] for module in modules} <= MODULES, cell.id
            assert not re.search(REACHING, cell.source, flags=re.M), cell.id


def test_workflows_and_issue_forms_can_be_read():
    files = sorted(ROOT.glob(".github/**/*.yml"))
    assert files
    for file in files:
        assert yaml.safe_load(file.read_text(encoding="utf-8")), file
