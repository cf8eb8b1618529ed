"""The notebooks as a product: format, order, links, figures, style, and exercises that can tell right from wrong.

Strict nbval compares their outputs; it runs in the same pytest call.
"""

import ast
import re
import statistics
from collections import Counter

import nbformat
import pytest
from answers import FORMS, FOUND, IN_FORM, RIGHT, WRONG
from nbformat.v4 import new_code_cell, new_notebook
from notebook_cells import PATHS, ROOT, read, sections, tagged, text_of, times
from refresh_notebooks import KERNEL, execute
from slide_types import tags

TRAINING = [path for path in PATHS if tagged(read(path), "train")]
BANNED_WORDS = r"\b(simply|just|obviously|trivial(ly)?|of course|as we know|clearly)\b"
LEAKS = {
    "a memory address": r"\b0x[0-9a-f]{6,}",
    "a path": r"(/home/|/root/|/tmp/|/usr/|/work/|site-packages|[A-Z]:\\)",
    "a date or a time of day": r"\b(20\d\d-\d\d-\d\d|\d\d:\d\d:\d\d)\b",
    "a duration": r"\b\d+(\.\d+)? ?(s|ms|µs|us|sec|seconds|minutes)\b",
}
# The empty lines make Markdown of what stands inside.
HINT = r"(?s)\n\n<details><summary>Hint</summary>\n\n\S.*?\n\n</details>(?=\n\n|\Z)"
# Cells that no exercise needs, left out where the exercises are run.
SKIPPED = {
    "02-vanilla-rnn": r"full-run-code|spike|accuracy|ablation-p|loss-by|starts|saturation|stuck|speed|tape",
    "04-lstm-state-tuples": r"full-run-(code|result|rest|fresh)|inside|probe|seeds|then-now",
    "05-vanishing-gradients": r"(?!helper|setup|rnn-step|rnn-tiny|rnn-tape)",
    "06-forget-gate": r"grammar-(place|draw)|train|yardsticks|old-(size|groups)|sixteen|inside|forget|control|leak|rnn",
    "07-deep-lstm": r"train-|full-run|lost-|many|groups|depth|evaluate|post6|wide|what-for|keras-dropout",
    "08-character-model": r"(?!helper|setup)",
}

each_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def exercises(notebook):
    """Return the ids of the exercises, in order."""
    return [cell.id for cell in notebook.cells if "exercise" in tags(cell)]


# ---- format


@each_notebook
def test_valid_format_and_ids(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    repeated = [name for name, count in Counter(cell.id for cell in notebook.cells).items() if count > 1]
    assert not repeated


@each_notebook
def test_executed_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_clean_metadata(path):
    notebook = read(path)
    assert notebook.metadata == KERNEL
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter", "cellView", "slideshow", "exempt_reason"}, cell.id
        for output in cell.get("outputs", []):
            assert set(output) <= {"output_type", "name", "text", "data", "metadata", "execution_count"}, cell.id


@each_notebook
def test_no_errors_and_nothing_on_stderr(path):
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            assert output.output_type != "error", cell.id
            assert output.get("name") != "stderr", cell.id


@each_notebook
def test_at_most_one_exemption_and_it_has_a_reason(path):
    exempt = [cell for cell in read(path).cells if any(tag.startswith("nbval") for tag in tags(cell))]
    assert len(exempt) <= 1
    assert all(len(cell.metadata.get("exempt_reason", "")) > 30 for cell in exempt)
    assert not any("NBVAL_" in cell.source for cell in read(path).cells)


# ---- one loop


@pytest.mark.parametrize("tag", ["helper", "setup"])
def test_first_cells_are_identical(tag):
    found = {path.stem: tagged(read(path), tag) for path in PATHS}
    assert all(len(cells) == 1 for cells in found.values())
    assert len({cells[0] for cells in found.values()}) == 1


def test_train_and_model_cells():
    assert len(TRAINING) >= 3
    loops = [tagged(read(path), "train") for path in TRAINING]
    assert all(len(loop) == 1 for loop in loops)
    assert len({loop[0] for loop in loops}) == 1
    for path in TRAINING:
        [model] = tagged(read(path), "model")
        for name in ("def forward(inputs, state", "def zero_state(batch_size)", "weights = ["):
            assert name in model, (path.stem, name)


# ---- anatomy


@each_notebook
def test_one_title_overview_exercises_key_points(path):
    notebook = read(path)
    markdown = re.sub(r"```.*?```", "", "\n\n".join(texts(notebook)), flags=re.S)
    assert len(re.findall(r"(?m)^# ", markdown)) == 1
    assert notebook.cells[0].source.startswith("# ")
    for word in ("**Questions**", "**You will**", "**You need**", "**Time**"):
        assert word in notebook.cells[1].source
    headings = re.findall(r"(?m)^## (.*)", markdown)
    assert headings[-2:] == ["Exercises", "Key points"]
    assert "Before you run it" in markdown


@each_notebook
def test_readme_lists_it_with_the_same_times(path):
    reading, _, running = times(read(path))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [row] = [line for line in readme.splitlines() if line.startswith(f"| [{path.stem}](notebooks/{path.name})")]
    assert row.endswith(f"| {reading} | {running} |")


@each_notebook
def test_links_resolve_and_lead_on(path):
    links = re.findall(r"\]\(([^)\s]+)\)", "\n".join(texts(read(path))))
    local = [link.split("#")[0] for link in links if not re.match(r"https?://|#", link)]
    for link in local:
        assert (path.parent / link).exists(), link
    here = PATHS.index(path)
    if here + 1 < len(PATHS):
        assert PATHS[here + 1].name in re.findall(r"\(([^)]+)\)", texts(read(path))[-1])


@each_notebook
def test_cell_lengths(path):
    lengths = sorted(len(cell.source.splitlines()) for cell in code_cells(read(path)))
    assert statistics.median(lengths) <= 6
    assert lengths[int(0.9 * (len(lengths) - 1))] <= 14
    assert lengths[-1] <= 28


@each_notebook
def test_figures_are_labelled_described_and_read(path):
    notebook = read(path)
    figures = 0
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if "image/png" not in output.get("data", {}):
                continue
            figures += 1
            alt = output.metadata.get("image/png", {}).get("alt", "")
            assert len(alt) >= 20, cell.id
            drawn_by_helper = re.search(r"plot_window\(|EchoView\(", cell.source)
            assert drawn_by_helper or ("xlabel" in cell.source and "ylabel" in cell.source), cell.id
            if "loss (nats)" in cell.source:
                assert "floor" in cell.source, cell.id  # every loss is drawn with its floor
            assert any(c.cell_type == "markdown" for c in notebook.cells[number + 1 : number + 3]), cell.id
    assert figures >= 1


def test_questions_of_the_readme_lead_to_cells_that_run():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [section] = re.findall(r"(?s)## Questions learners ask\n(.*?)\n## ", readme)
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 16
    for row in rows:
        [(file, wanted)] = re.findall(r"\((notebooks/[^)#]+)#([^)]+)\)", row)
        assert any(text_of(cell) for cell in sections(read(ROOT / file))[wanted]), row  # cells that show something


# ---- words


@each_notebook
def test_plain_words(path):
    for text in texts(read(path)):
        assert not re.search(BANNED_WORDS, text, flags=re.I), text[:80]


@each_notebook
def test_states_are_unpacked_by_name(path):
    for cell in code_cells(read(path)):
        assert not re.search(r"\bstate\[[01]\]|\bcurrent_state\[[01]\]", cell.source), cell.id


@each_notebook
def test_outputs_are_the_same_everywhere(path):
    for cell in code_cells(read(path)):
        if "setup" in tags(cell):
            continue
        for what, pattern in LEAKS.items():
            assert not re.search(pattern, text_of(cell)), (cell.id, what)


# ---- exercises


@each_notebook
def test_exercises_are_complete(path):
    notebook = read(path)
    names = exercises(notebook)
    assert names == [f"exercise-{n}" for n in range(1, len(names) + 1)]
    assert len(names) == 3
    cells = {cell.id: cell for cell in notebook.cells}
    for name in names:
        text = cells[f"{name}-text"].source
        assert len(re.findall(HINT, text)) == 1, name
        assert "(Hint" not in text
        assert "..." in cells[name].source
        assert tags(cells[f"{name}-check"]) == ["exercise-check"]
        assert tags(cells[f"{name}-solution"]) == ["solution"]
        assert cells[f"{name}-solution"].metadata.jupyter.source_hidden  # folded in JupyterLab
        assert cells[f"{name}-solution"].metadata.cellView == "form"  # and on Colab
        assert cells[f"{name}-solution"].source.startswith("# @title Solution\n")  # what a folded cell shows
        assert text_of(cells[f"{name}-check"]) == "not answered yet\n"
        assert text_of(cells[f"{name}-solution"]) == "correct\n"
        last = cells[f"{name}-check"].source.splitlines()[-1]
        assert cells[f"{name}-solution"].source.endswith(last)  # the same check
        assert len(WRONG[path.stem][name]) >= 3
        assert len(RIGHT[path.stem][name]) >= 2
    assert set(WRONG[path.stem]) == set(RIGHT[path.stem]) == set(names)


@each_notebook
def test_exercises_end_with_an_investigation(path):
    notebook = read(path)
    cells, last = {cell.id: cell for cell in notebook.cells}, exercises(notebook)[-1]
    assert "\n\n**Then investigate:** " in cells[f"{last}-text"].source
    assert "\n# To investigate: " in cells[f"{last}-solution"].source


def name_of_answer(stub):
    """Return the name that a stub gives to the answer: that of a variable or of a function."""
    [statement] = ast.parse(stub).body
    return statement.name if isinstance(statement, ast.FunctionDef) else statement.targets[0].id


@each_notebook
def test_exercises_tell_right_from_wrong(path):
    """Stub, wrong answers, right answers and the solution in several forms, in the stub's place, in one run."""
    stored, trial, expected = read(path), [new_code_cell(IN_FORM)], {}
    cells = {cell.id: cell for cell in stored.cells}

    def ask(name, answer, says):
        trial.append(new_code_cell(answer))
        trial.append(new_code_cell(cells[f"{name}-check"].source))
        expected[len(trial) - 1] = (name, answer, says)

    def ask_all(name, stub, solution):
        ask(name, stub, "not answered yet")
        for wrong in WRONG[path.stem][name]:
            ask(name, wrong, "not yet: ")
        for right in RIGHT[path.stem][name]:
            ask(name, right, "correct")
        ask(name, solution, "correct")
        answer = name_of_answer(stub)
        for form in FORMS.values():
            ask(name, f"{solution}\n{answer} = in_form({answer}, {form})", "correct")
        trial.append(new_code_cell(solution))

    skipped = SKIPPED.get(path.stem, "never")
    for cell in code_cells(stored):
        if "exercise" in tags(cell):
            ask_all(cell.id, cell.source, cells[f"{cell.id}-solution"].source)
        elif not cell.id.startswith("exercise-") and not re.match(skipped, cell.id):
            trial.append(new_code_cell(cell.source))
    trial.append(new_code_cell(FOUND.get(path.stem, "")))
    notebook = new_notebook(cells=trial, metadata=KERNEL)
    execute(notebook, ROOT / "notebooks")
    for number, (name, answer, says) in expected.items():
        assert text_of(notebook.cells[number]).startswith(says), (name, answer, text_of(notebook.cells[number]))
