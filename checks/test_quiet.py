"""What strict nbval cannot see: a picture that is missing, and what native code writes to stderr.

Each notebook is run once more, with short training, on the Python and TensorFlow at hand.
"""

from cells import code_cells, each_notebook, pictures, problems, read, with_parameters
from refresh import execute


@each_notebook
def test_all_pictures_are_shown_and_nothing_is_on_stderr(path, short, monkeypatch, record_property):
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = read(path)
    stored = {cell.id: pictures(cell) for cell in code_cells(notebook)}
    execute(with_parameters(notebook, **short), path.parent)
    shown = {cell.id: pictures(cell) for cell in code_cells(notebook)}
    assert {name: shown[name] for name in stored} == stored
    assert not [(cell.id, problem) for cell in code_cells(notebook) for problem in problems(cell)]
    record_property(f"{path.stem}", f"{sum(shown.values())} pictures, nothing on stderr")
