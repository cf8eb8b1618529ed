"""Run the tests on every supported Python and TensorFlow, and as other processors would.

    pip install nox
    nox                                   the README's tests on each Python and TensorFlow of WHEELS
    nox -s tests -p 3.12                  those of one Python
    nox -s 'tests(py3.12-tf2.18)'         one of them
    nox -s processors                     every stored output, under other instruction sets and numbers of threads
    nox -s processors -- SSE4_2           one of them
    nox -s prerelease                     the README's tests on the newest pre-release of TensorFlow

To these come the generated arguments of test_properties.py. What needs a browser, Binder's or JupyterHub's software is
left out.

A Python that is not installed is skipped with a warning, unless you say `--error-on-missing-interpreters`.
"""

import platform
from pathlib import Path

import nox

nox.options.sessions = ["tests"]
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "venv"

# The oldest and the newest TensorFlow that has wheels for each Python, and one between.
WHEELS = {
    "3.10": ["2.16", "2.18", "2.21"],
    "3.11": ["2.16", "2.21"],
    "3.12": ["2.16", "2.18", "2.21"],
    "3.13": ["2.20", "2.21"],
}
PACKAGES = ("-r", "requirements.txt", "hypothesis", "-c", "tests/requirements.txt")
MATRIX = [(python, tensorflow) for python in WHEELS for tensorflow in WHEELS[python]]
PROCESSORS = {
    "SSE4_2": {"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2"},
    "AVX": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX"},
    "AVX2": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX2"},
    "one-thread": {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"},
    "two-threads": {"TF_NUM_INTRAOP_THREADS": "2", "TF_NUM_INTEROP_THREADS": "2"},
    "oneDNN": {},  # in copies of the notebooks, whose setup cell switches it off
}
OFF, ON = r"TF_ENABLE_ONEDNN_OPTS=\"0\"", r"TF_ENABLE_ONEDNN_OPTS=\"1\""


def run_tests(session, *arguments, **options):
    """Print which versions are tested, then run pytest."""
    code = "import platform, keras, numpy, tensorflow as tf; print(platform.platform(), platform.python_version(), "
    code += "tf.__version__, keras.__version__, numpy.__version__)"
    session.run("python", "-c", code, env={"TF_CPP_MIN_LOG_LEVEL": "2"})
    session.run("python", "-m", "pytest", *arguments, **options)


@nox.session
@nox.parametrize("python, tensorflow", MATRIX, ids=[f"py{python}-tf{tensorflow}" for python, tensorflow in MATRIX])
def tests(session, tensorflow):
    """Run the tests on one Python and TensorFlow. What follows `--` goes to pytest."""
    constraints = Path(session.virtualenv.location) / "constraints.txt"  # requirements.txt takes one of the two
    constraints.write_text(f"tensorflow=={tensorflow}.*\ntensorflow-cpu=={tensorflow}.*\n", encoding="utf-8")
    session.install(*PACKAGES, "-c", str(constraints))
    run_tests(session, *session.posargs)


@nox.session
def prerelease(session):
    """Run the tests on the newest pre-release of TensorFlow, which requirements.txt does not admit yet."""
    session.install(*PACKAGES)
    small = {("Linux", "x86_64"), ("Windows", "AMD64")}  # for which requirements.txt takes the smaller wheel
    package = "tensorflow-cpu" if (platform.system(), platform.machine()) in small else "tensorflow"
    session.install("--upgrade", "--pre", package, "keras")
    run_tests(session, *session.posargs)


@nox.session
def processors(session):
    """Compare every stored output under each of PROCESSORS, or those named after `--`."""
    session.install("-r", "requirements.txt")
    failed = []
    for name in session.posargs or PROCESSORS:
        folder = with_one_dnn(Path(session.virtualenv.location)) if name == "oneDNN" else "notebooks"
        session.log(f"{name}: {PROCESSORS[name]}")
        try:
            run_tests(session, str(folder), env=PROCESSORS[name])
        except nox.command.CommandFailed:
            failed.append(name)
    if failed:
        session.error(f"outputs differ under {', '.join(failed)}")


def with_one_dnn(parent):
    """Write copies of the notebooks whose setup cells switch oneDNN on into a folder, and return it."""
    folder = parent / "notebooks"
    folder.mkdir(exist_ok=True)
    for path in Path(__file__).parent.glob("notebooks/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        if text.count(OFF) != 1:
            raise ValueError(f"{path}: expected its setup cell to hold {OFF}")
        (folder / path.name).write_text(text.replace(OFF, ON), encoding="utf-8")
    return folder
