"""The exercises: each check tells right answers from wrong ones, and says "correct" to nothing but an answer."""

import ast
import re

import numpy as np
import pytest
from cells import ROOT, Run, each_notebook, names_read, needed, read, tags, text_of

# The empty lines make Markdown of what stands inside.
HINT = r"(?s)\n\n<details><summary>Hint</summary>\n\n\S.*?\n\n</details>(?=\n\n|\Z)"


def exercises(notebook):
    """Return the ids of the exercises, in order."""
    return [cell.id for cell in notebook.cells if "exercise" in tags(cell)]


def name_of_answer(stub):
    """Return the name that a stub gives to the answer: that of a variable or of a function."""
    [statement] = ast.parse(stub).body
    return statement.name if isinstance(statement, ast.FunctionDef) else statement.targets[0].id


@each_notebook
def test_each_has_a_text_with_a_hint_a_stub_a_check_and_a_folded_solution(path):
    notebook = read(path)
    cells = {cell.id: cell for cell in notebook.cells}
    names = exercises(notebook)
    assert names == [f"exercise-{number}" for number in range(1, len(names) + 1)]
    assert len(names) >= 3
    for name in names:
        check, solution = cells[f"{name}-check"], cells[f"{name}-solution"]
        answer = name_of_answer(cells[name].source)
        assert len(re.findall(HINT, cells[f"{name}-text"].source)) == 1, name
        assert tags(check) == ["exercise-check"]
        assert tags(solution) == ["solution"]
        assert solution.metadata.jupyter.source_hidden  # folded in JupyterLab
        assert solution.metadata.cellView == "form"  # and on Colab
        assert solution.source.startswith("# @title Solution\n")  # what a folded cell shows
        same = re.sub(rf"\b{answer}\b", f"{answer}_solution", check.source.splitlines()[-1])
        assert solution.source.endswith(same)
        assert text_of(check) == "not answered yet\n"
        assert text_of(solution) == "correct\n"
    assert "\n\n**Then investigate:** " in cells[f"{names[-1]}-text"].source
    assert "\n# To investigate: " in cells[f"{names[-1]}-solution"].source


# ---- the answers


def in_form(answer, form):
    """Return an answer, or a function that gives it, in another form; the names of a tuple stay."""
    if callable(answer):
        return lambda *arguments: in_form(answer(*arguments), form)
    return type(answer)(*map(form, answer)) if hasattr(answer, "_fields") else form(answer)


def forms():
    """Return what turns a number, an array or a tensor into other forms of it."""
    import tensorflow as tf

    return {
        "a number or lists": lambda value: np.asarray(value).tolist(),
        "NumPy, float64": lambda value: np.asarray(value, np.float64),
        "NumPy, float32": lambda value: np.asarray(value, np.float32),
        "a tensor": lambda value: tf.constant(np.asarray(value)),
    }


class Answers:
    """What a file of tests/answers/ says: {exercise: [(what is wrong with the answer, the answer)]}, and findings."""

    def __init__(self):
        self.wrong_answers, self.right_answers, self.findings = {}, {}, []

    def wrong(self, exercise, why, *value):
        """Take a wrong answer: a value, or as a decorator a function."""
        return self._take(self.wrong_answers, exercise, why, value)

    def right(self, exercise, *value):
        """Take a right answer that is not the solution: a value, or as a decorator a function."""
        return self._take(self.right_answers, exercise, "right", value)

    def finding(self, function):
        """Take a function that asserts what an investigation finds."""
        self.findings.append(function)
        return function

    @staticmethod
    def _take(answers, exercise, why, value):
        def keep(answer):
            answers.setdefault(f"exercise-{exercise}", []).append((why, answer))
            return answer

        return keep(*value) if value else keep


@pytest.fixture
def quiet(monkeypatch):
    """Run cells without a display."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("data_utils.display", lambda *_, **__: None)


@each_notebook
def test_checks_tell_right_from_wrong(path, quiet):
    file = ROOT / "tests" / "answers" / f"{path.name[:2]}.py"
    program = compile(file.read_text("utf-8"), file, "exec")
    run, answers = Run(path.stem), Answers()
    cells = {cell.id: cell for cell in run.cells}
    names = exercises(run.notebook)
    own = [cell for cell in run.cells if cell.id.startswith("exercise-")]
    read_there = names_read(file.read_text("utf-8"))
    for cell in own:
        read_there |= names_read(cell.source)
    for cell in needed([cell for cell in run.cells if cell not in own], read_there - set(run.names)):
        run.run(cell)
    for cell in own:
        run.run(cell)
    run.names.update(wrong=answers.wrong, right=answers.right, finding=answers.finding)
    exec(program, run.names)

    for name in names:
        answer, check = name_of_answer(cells[name].source), cells[f"{name}-check"]
        stub, solution = run.names[answer], run.names[f"{answer}_solution"]

        def verdict(value, answer=answer, check=check):
            run.names[answer] = value
            return run.run(check).strip()

        assert verdict(stub) == "not answered yet", "also after the solution has been run"
        for why, value in answers.wrong_answers[name]:
            assert verdict(value).startswith("not yet: "), (name, why)
        for why, value in [*answers.right_answers[name], ("the solution", solution)]:
            assert verdict(value) == "correct", (name, why, verdict(value))
        for form, function in forms().items():
            assert verdict(in_form(solution, function)) == "correct", (name, form)
        assert len(answers.wrong_answers[name]) >= 3
        assert len(answers.right_answers[name]) >= 2
        run.names[answer] = stub
    for finding in answers.findings:
        finding()
