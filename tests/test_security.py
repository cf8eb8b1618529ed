"""What the code of the series may reach: no network but for the helper, no code made at run time, no active content.

It finds what gets in unseen, by mistake or with a change that looks harmless. It is no sandbox.
"""

import ast
import re

import pytest
from notebook_cells import PATHS, ROOT, code_cells, read, tagged, text_of
from slide_types import tags

# All that a cell, or data_utils.py, may import. None of these opens a connection or runs a program when imported.
MODULES = {"collections", "copy", "fractions", "gc", "math", "numbers", "os", "time", "typing"}
MODULES |= {"bz2", "lzma", "pydoc_data.topics"}  # notebook 08: a text, and two compressors to compare with
MODULES |= {"IPython.display", "data_utils", "matplotlib.pyplot", "numpy", "tensorflow"}
HELPER_MODULES = {"hashlib", "pathlib", "sys", "tempfile", "urllib.request"}

BUILTINS = {"__builtins__", "__import__", "breakpoint", "compile", "eval", "exec", "globals", "input", "locals", "open"}
BUILTINS |= {"vars"}
# Names that reach further, whatever object they are asked of: they run programs, fetch URLs, unpickle, unpack.
RUNS = {"system", "popen", "startfile", "fork", "py_function", "numpy_function", "load_op_library", "get_ipython"}
RUNS |= {f"{kind}{end}" for kind in ("exec", "spawn") for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")}
FETCHES = {"get_file", "datasets", "applications", "urlopen", "urlretrieve", "DataSource", "distribute", "saved_model"}
FETCHES |= {"loadtxt", "genfromtxt", "imread", "gfile", "read_file", "service", "debugging", "contrib"}
FETCHES |= {"raw_ops", "write_file", "Image", "HTML", "IFrame", "Javascript", "Video", "Audio"}
REACHES = {"importlib", "import_module", "subprocess", "socket", "sys", "modules", "ctypes", "ctypeslib", "os"}
UNPICKLES = {"load", "loads", "load_model", "load_weights", "model_from_json", "from_config", "deserialize"}
UNPICKLES |= {"allow_pickle"}
UNPACKS = {"decompress", "BZ2Decompressor", "LZMADecompressor", "extract", "extractall", "unpack_archive"}
NAMES = RUNS | FETCHES | REACHES | UNPICKLES | UNPACKS
DUNDERS = {"__init__", "__name__", "__version__"}
# Notebook 04 evaluates lines of 2016, one by one. They stand as literals in the cell before, and are read here too.
LINES, EVAL = "then-now-code", "then-now-run"
ALLOWED = {EVAL: ["eval"], "inside-code": ["getattr(p, name)"]}  # the second asks a named tuple for its fields

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def faults(source, modules=MODULES, allowed=()):
    """Return what a piece of code reaches that it must not, and lines that are no Python.

    A name is forbidden wherever it stands, but for the modules that the code imports by that very name.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:  # among them `!command` and `%magic`
        return [f"no Python: {error.text}"]
    found = []
    asked = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}  # `os` in `os.environ`
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found += [f"import {alias.name}" for alias in names if alias.name not in modules]
                found += [f"import {each.name} as {each.asname}" for each in names if each.name == "os" and each.asname]
            case ast.ImportFrom(module=module, names=names, level=level):
                found += [f"from {module}"] if level or module not in modules - {"os"} else []
                found += [f"from {module} import {each.name}" for each in names if forbidden(each.name)]
            case ast.Name(id=name):
                own = name in modules and node in asked
                found += [name] if name in BUILTINS or (forbidden(name) and not own) else []
            case ast.Attribute(attr=name):
                found += [f".{name}"] if forbidden(name) else []
                found += [ast.unparse(node)] if os_but_environ(node) else []
            case ast.keyword(arg=name):
                found += [f"{name}="] if name and forbidden(name) else []
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=name), *_]):
                found += [f"getattr {name}"] if forbidden(name) else []
            case ast.Call(func=ast.Name(id="getattr")):
                found += [ast.unparse(node)]
    return [fault for fault in found if fault not in allowed]


def forbidden(name):
    """Tell whether a name reaches too far, or into the insides of an object."""
    return name in NAMES or name == "*" or (re.fullmatch(r"__\w+__", name) is not None and name not in DUNDERS)


def os_but_environ(node):
    """Tell whether an attribute is one of the module os, other than the environment."""
    return isinstance(node.value, ast.Name) and node.value.id == "os" and node.attr != "environ"


@each_notebook
def test_no_cell_reaches_further_than_it_must(path):
    for cell in code_cells(read(path)):
        if "helper" in tags(cell):
            assert faults(cell.source, HELPER_MODULES, [".urlopen"]) == [], cell.id
        else:
            assert faults(cell.source, MODULES, ALLOWED.get(cell.id, [])) == [], cell.id


def test_the_module_reaches_no_further():
    source = (ROOT / "data_utils.py").read_text(encoding="utf-8")
    assert faults(source, MODULES | {"IPython"}, ["get_ipython", "from IPython import get_ipython"]) == []


def test_what_is_evaluated_are_literals_that_reach_no_further():
    notebook = read(ROOT / "notebooks" / "04-lstm-state-tuples.ipynb")
    cells = {cell.id: cell.source for cell in code_cells(notebook)}
    [assigned] = ast.parse(cells[LINES]).body
    lines = ast.literal_eval(assigned.value)
    assert ast.unparse(assigned.targets[0]) == "lines"
    assert [faults(line) for line in lines] == [[]] * len(lines)
    assert cells[EVAL].startswith("for line in lines:\n")
    assert cells[EVAL].count("eval(") == cells[EVAL].count("eval(line, ") == 1


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "import urllib.request",
        "from http import client",
        "import socket",
        "import tensorflow_datasets as tfds",
        "import keras_hub",
        "from importlib import import_module",
        "import pickle",
        "import marshal",
        "import subprocess",
        "from os import remove",
        "import os as o",
        "x = os; x.remove('a')",
        "getattr(os, 'remove')('a')",
        "getattr(tf.keras.utils, 'get_' + 'file')",
        "plt.importlib.import_module('a')",
        "plt.matplotlib.subprocess.run(['ls'])",
        "typing.sys.modules['a']",
        "np.ctypeslib.ctypes.CDLL(None)",
        "tf.io.write_file('a', 'b')",
        "tf.raw_ops.ReadFile(filename='a')",
        "from numpy import *",
        "from IPython.display import Image",
        "locals()['__builtins__']",
        "os.remove('a')",
        "os.environ; os.system('ls')",
        "tf.keras.utils.get_file('a', 'http://b')",
        "tf.keras.datasets.mnist.load_data()",
        "np.load('a', allow_pickle=True)",
        "reader(allow_pickle=True)",
        "np.loadtxt('http://a')",
        "plt.imread('http://a')",
        "exec('1')",
        "eval('1')",
        "compile('1', '', 'exec')",
        "__import__('os')",
        "open('a')",
        "run = eval",
        "getattr(tf.keras.utils, 'get_file')",
        "().__class__.__base__.__subclasses__()",
        "import tarfile",
        "lzma.decompress(b'')",
        "!ls",
        "%pip install x",
        "x = !ls",
        "%%bash\nls",
        "get_ipython().run_cell('1')",
    ],
)
def test_these_would_be_found(source):
    assert faults(source)


@each_notebook
def test_the_helper_fetches_once_and_compares_before_it_writes(path):
    [cell] = tagged(read(path), "helper")
    tree = ast.parse(cell)
    called = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called.setdefault(ast.unparse(node.func).split(".")[-1], []).append(node.lineno)
    [fetched], [written], [imported] = called["urlopen"], called["write_bytes"], called["insert"]
    [guard] = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "sha256" in ast.unparse(node.test)]
    assert ast.unparse(guard.test) == "hashlib.sha256(fetched).hexdigest() != SHA256"
    assert [type(node) for node in guard.body] == [ast.Raise]
    assert fetched < guard.lineno < written < imported
    assert "importlib" not in cell


ACTIVE = re.compile(
    r"<\s*(script|style|svg|base|iframe|object|embed|link|meta|form)\b|(javascript|java&#\w+;\w*)\s*:|data:text|"
    r"<[^>]*[\s/]on\w+\s*=",
    re.IGNORECASE,
)


@each_notebook
def test_text_and_outputs_are_passive(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            assert not ACTIVE.search(cell.source), cell.id
            assert not cell.get("attachments"), cell.id
        assert not ACTIVE.search(text_of(cell)), cell.id
        for output in cell.get("outputs", []):
            assert set(output.get("data", {})) <= {"text/plain", "image/png"}, cell.id


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", *sorted(ROOT.glob("notebooks/*.md")), ROOT / "tools" / "student_readme.md"],
    ids=lambda path: path.name,
)
def test_guides_are_passive(path):
    assert not ACTIVE.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "<script>1</script>",
        "<SCRIPT src=a>",
        "[a](javascript:b)",
        "[a](java&#115;cript:b)",
        "[a](data:text/html,b)",
        "<img src=a onerror=b>",
        "<img src=a/onerror=b>",
        '<a\nonclick = "b">',
        "<svg/onload=a>",
        "<base href=a>",
        "<style>@import url(http://a)</style>",
    ],
)
def test_active_text_would_be_found(text):
    assert ACTIVE.search(text)
