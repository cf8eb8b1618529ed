"""How the environment of each check is made, and what runs in it. `pip install nox`, then:

    nox -l                           what there is
    nox                              the README's tests on each Python and TensorFlow of WHEELS
    nox -s 'tests(py3.12-tf2.18)'    one of them
    nox -s seeds -- 8                every measured line of the notebooks, from 8 other seeds
    nox -s processors -- SSE4_2      every stored output as another processor would compute it

What follows `--` goes to the check. A Python that is not installed is skipped with a warning, unless you say
`--error-on-missing-interpreters`. Bounds of packages: requirements.txt, checks/requirements.txt, site/requirements.txt.
"""

import platform
import shutil
from pathlib import Path

import nox

nox.options.sessions = ["tests"]
nox.options.reuse_venv = "yes"

# The oldest and the newest TensorFlow that has wheels for each Python, and one between.
WHEELS = {
    "3.10": ["2.16", "2.18", "2.21"],
    "3.11": ["2.16", "2.21"],
    "3.12": ["2.16", "2.18", "2.21"],
    "3.13": ["2.20", "2.21"],
}
MATRIX = [(python, tensorflow) for python in WHEELS for tensorflow in WHEELS[python]]
PROCESSORS = {name: {"XLA_FLAGS": f"--xla_cpu_max_isa={name}"} for name in ("SSE4_2", "AVX", "AVX2")}
PROCESSORS["one-thread"] = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
PROCESSORS["two-threads"] = {"TF_NUM_INTRAOP_THREADS": "2", "TF_NUM_INTEROP_THREADS": "2"}
PROCESSORS["oneDNN"] = {"TF_ENABLE_ONEDNN_OPTS": "1"}
README_TESTS = ("notebooks", "tests", "checks/test_quiet.py")  # the last: pictures and stderr, which nbval cannot see


def check(session, *arguments, packages=()):
    """Install what the notebooks need, and more packages; run pytest with these arguments and those after `--`."""
    session.install("-r", "requirements.txt", *packages, "-c", "checks/requirements.txt")
    session.run("python", "-m", "pytest", *arguments, *session.posargs)


@nox.session
@nox.parametrize("python, tensorflow", MATRIX, ids=[f"py{python}-tf{tensorflow}" for python, tensorflow in MATRIX])
def tests(session, tensorflow):
    """The README's tests, and pictures and stderr of each notebook, on one Python and TensorFlow."""
    constraints = Path(session.virtualenv.location) / "constraints.txt"  # requirements.txt takes one of the two
    constraints.write_text(f"tensorflow=={tensorflow}.*\ntensorflow-cpu=={tensorflow}.*\n", encoding="utf-8")
    check(session, *README_TESTS, packages=["colorspacious", "-c", str(constraints)])


@nox.session
def prerelease(session):
    """The same on the newest pre-release of TensorFlow, which requirements.txt does not admit yet."""
    session.install("-r", "requirements.txt")
    package = "tensorflow" if platform.machine() in ("arm64", "aarch64") else "tensorflow-cpu"  # as requirements.txt
    session.install("--upgrade", "--pre", package, "keras")
    session.run("python", "-m", "pytest", *README_TESTS, *session.posargs)


@nox.session
def processors(session):
    """Every stored output under each of PROCESSORS, or those named after `--`."""
    session.install("-r", "requirements.txt")
    failed = []
    for name in session.posargs or PROCESSORS:
        session.log(f"{name}: {PROCESSORS[name]}")
        try:
            session.run("python", "-m", "pytest", "notebooks", env=PROCESSORS[name])
        except nox.command.CommandFailed:
            failed.append(name)
    if failed:
        session.error(f"outputs differ under {', '.join(failed)}")


@nox.session
def seeds(session):
    """Every measured line of the notebooks, from 32 other seeds, or as many as stand after `--`."""
    number = [] if session.posargs else ["32"]
    check(session, "--dist=load", "checks/test_seeds.py", "--seeds", *number)


@nox.session
def misuse(session):
    """Cells run twice, alone, from other folders, with other sizes."""
    check(session, "--dist=load", "checks/test_misuse.py")


@nox.session
def faults(session):
    """Training that is stopped and run again; no network, display, widgets, locale or right to write."""
    check(session, "--dist=load", "checks/test_faults.py")


@nox.session
def browser(session):
    """Each notebook alone, run in JupyterLab in Chromium. `--screenshots DIR` keeps the pictures."""
    check(session, "-n0", "checks/test_browser.py", packages=["playwright"])


@nox.session
def site(session):
    """The web site and the slides, opened in Chromium with the network off. Needs npm and Python 3.11 or newer."""
    shutil.rmtree("build", ignore_errors=True)
    session.install("-r", "site/requirements.txt", "pytest", "playwright", "-c", "checks/requirements.txt")
    npm = ["npm", "install", "--prefix=build", "--no-save", "--ignore-scripts"]
    session.run(*npm, "mathjax@3.2.2", "reveal.js@5.2.1", external=True)
    session.run("sphinx-build", "-n", "-W", "--keep-going", "-c", "site", "-d", "build/doctrees", ".", "build/site")
    session.run("python", "site/slides.py", "build/site")
    session.run("python", "-m", "pytest", "--override-ini=addopts=", "checks/test_site.py", *session.posargs)


@nox.session
def links(session):
    """Every link of the site that leads out of it. Needs a network."""
    session.install("-r", "site/requirements.txt", "-c", "checks/requirements.txt")
    session.run("sphinx-build", "-b", "linkcheck", "-c", "site", "-d", "build/linkcheck", ".", "build/links")


@nox.session
def hub(session):
    """A class on JupyterHub. Needs configurable-http-proxy on the PATH; `--hub-users N` sets how many students."""
    more = ["jupyterhub", "nbgitpuller", "psutil", "requests", "websocket-client"]
    check(session, "-n0", "checks/test_hub.py", packages=more)


@nox.session
def speed(session):
    """What the reader waits for: the compiled epoch and Keras's as a ratio in one run, and each notebook."""
    session.install("-r", "requirements.txt")
    session.run("python", "checks/speed.py", *session.posargs)


@nox.session
def locks(session):
    """Known vulnerabilities of what .ci/requirements.txt pins, and whether Binder reads its files."""
    session.install("pip-audit", "jupyter-repo2docker", "-c", "checks/requirements.txt")
    session.run("pip-audit", "--require-hashes", "--disable-pip", "-r", ".ci/requirements.txt")
    session.run("jupyter-repo2docker", "--no-build", "--debug", ".")


@nox.session
def style(session):
    """Ruff, on code and notebooks."""
    session.install("ruff", "-c", "checks/requirements.txt")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
