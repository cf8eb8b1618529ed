"""The public address: stamped everywhere or nowhere; and notebooks that are opened alone, as on Colab."""

import re
import shutil

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook
from notebook_cells import PATHS, ROOT, alone, read, tagged
from publish import Address, checked, digest, read_address, set_helper, stamp
from refresh_notebooks import execute

ADDRESS = Address("some-owner/some.name", "v1.2")
SOURCES = ("notebooks", "data_utils.py", "README.md", "CITATION.cff")


def contents(folder):
    """Return the bytes of every file of a copy of the series."""
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def series(tmp_path):
    """Return a copy of what carries the address."""
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


# ---- the stamp


def test_all_places_agree(series):
    before = contents(series)
    stamp(series, read_address(series))  # the address that is there already, or none
    assert contents(series) == before


def test_stamp_reaches_every_place(series):
    stamp(series, ADDRESS)
    assert read_address(series) == ADDRESS
    for path in series.glob("notebooks/*.ipynb"):
        notebook = read(path)
        [badges] = [block for block in notebook.cells[0].source.split("\n\n") if "badge" in block]
        assert badges.count(f"/some-owner/some.name/blob/v1.2/notebooks/{path.name})") == 1
        assert badges.count(f"/some-owner/some.name/v1.2?urlpath=lab%2Ftree%2Fnotebooks%2F{path.name})") == 1
        [helper] = tagged(notebook, "helper")
        assert f'HELPER = "{ADDRESS.helper}"\nSHA256 = "{digest(ROOT / "data_utils.py")}"\n' in helper
    assert "some-owner/some.name/blob/v1.2/notebooks/01-echo-data.ipynb" in (series / "README.md").read_text("utf-8")
    guide = (series / "notebooks" / "JUPYTERHUB.md").read_text("utf-8")
    assert guide.count("\nREPO=https://github.com/some-owner/some.name\n") == 1
    assert 'repository-code: "https://github.com/some-owner/some.name"' in (series / "CITATION.cff").read_text("utf-8")


def test_stamp_replaces_and_clears(series):
    stamp(series, None)
    clean = contents(series)
    assert not any(b"raw.githubusercontent" in text or b"badge_logo" in text for text in clean.values())
    stamp(series, Address("another/one", "v0.9"))
    stamp(series, ADDRESS)
    stamped = contents(series)
    assert not any(b"another/one" in text for text in stamped.values())
    stamp(series, None)
    assert contents(series) == clean


@pytest.mark.parametrize(
    ("repository", "tag", "message"),
    [
        ("name", "v1", "repository='name': expected OWNER/NAME"),
        ("https://github.com/owner/name", "v1", "expected OWNER/NAME"),
        ("owner/name", "main", "tag='main': expected a tag"),
        ("owner/name", "v 1", "tag='v 1': expected a tag"),
    ],
)
def test_refuses_what_is_no_address(repository, tag, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        checked(repository, tag)


# ---- alone in an empty folder

# Notebook 01 by default; the others in the test with a browser, or with `-m alone`.
ALONE = [pytest.param(path, id=path.stem, marks=[pytest.mark.alone] if path != PATHS[0] else []) for path in PATHS]


def run(cells, folder):
    """Execute cells, given as sources, from a fresh kernel in a folder, and return the last one's error, or ""."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    try:
        execute(notebook, folder)
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return ""


def sources(notebook):
    """Return the sources of the code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", ALONE)
def test_runs_to_its_end(path, tmp_path):
    assert run(sources(alone(path, tmp_path)), tmp_path) == ""
    assert [file.name for file in tmp_path.iterdir()] == [path.name]  # what it fetched lies elsewhere


@pytest.mark.parametrize(
    "address", ["", "https://no-such-host.invalid/v1/data_utils.py", "file:///no/such/data_utils.py"]
)
def test_an_address_that_cannot_be_reached_says_what_to_do(address, tmp_path):
    notebook = read(PATHS[0])
    set_helper(notebook, address, "")
    error = run(tagged(notebook, "helper"), tmp_path)
    assert error.startswith("ImportError: data_utils.py is not here and could not be fetched (")
    assert error.endswith("Put a copy of data_utils.py into the folder of this notebook and run this cell again.")


def test_another_file_is_not_run(tmp_path):
    other = tmp_path / "other.py"
    other.write_text("open('proof', 'w')\n", encoding="utf-8")
    folder = tmp_path / "alone"
    folder.mkdir()
    notebook = read(PATHS[0])
    set_helper(notebook, other.as_uri(), digest(ROOT / "data_utils.py"))
    error = run([*tagged(notebook, "helper"), "import data_utils"], folder)
    assert "is not the data_utils.py of this notebook. Put a copy" in error
    assert not (folder / "proof").exists()


def test_a_copy_next_to_it_is_preferred(tmp_path):
    notebook = alone(PATHS[0], tmp_path)
    (tmp_path / "data_utils.py").write_text("raise OSError('mine')\n", encoding="utf-8")
    assert run([*tagged(notebook, "helper"), "import data_utils"], tmp_path) == "OSError: mine"


def test_an_old_tensorflow_says_what_to_do(tmp_path):
    notebook = alone(PATHS[0], tmp_path)
    pretend = "import tensorflow\ntensorflow.__version__ = '2.9.3'"
    error = run([*tagged(notebook, "helper"), pretend, *tagged(notebook, "setup")], tmp_path)
    assert error.startswith("ImportError: TensorFlow 2.9.3 is too old: run %pip install -U tensorflow, restart")
