"""A kernel that is stopped while it trains, and machines on which something is missing.

    pytest -m faults tests/test_faults.py

The part without this mark runs notebook 01 with everything missing at once.
"""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_output, output_from_msg
from notebook_cells import PATHS, ROOT, code_cells, errors, printed, problems, read, text_of
from slide_types import tags

CELL = 300  # seconds for a cell

# ---- a kernel that is stopped

EARLY = 0.5  # seconds after the start of a cell, while its program is traced or compiled
AGAIN = 3  # seconds after which a cell that still runs is stopped once more, as a reader would
STOPPED = ("KeyboardInterrupt", "SystemError")  # the second where an interrupt meets compiled code of TensorFlow
TRAINING = {
    "02-vanilla-rnn": ("speed-run", "full-run-code", "ablation-code", "starts-run", "stuck-longer"),
    "03-rnn-api": ("train-keras", "train-by-hand"),
    "04-lstm-state-tuples": ("full-run-code", "seeds-run"),
    "05-vanishing-gradients": ("wall-run", "latch-run", "latch-controls-run", "clip-run"),
    "06-forget-gate": ("train-run-epochs", "sixteen-run", "control-train", "leak-train", "rnn-train"),
    "07-deep-lstm": ("full-run-code", "depth-train", "post6-train", "wide"),
    "08-character-model": ("ngram-train", "watch-run", "worth-train", "on-train"),
}
OUTPUTS = ("stream", "display_data", "execute_result", "error")


@contextmanager
def kernel():
    """Start a kernel in the folder of the notebooks; give a function that runs a cell and returns a copy of it.

    The copy has the outputs of this run. With `stop_after` the kernel is interrupted after so many seconds.
    """
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT / "notebooks"))

    def run(cell, stop_after=None):
        copy = new_code_cell(cell.source, id=cell.id)

        def keep(message):
            if message["msg_type"] in OUTPUTS:
                copy.outputs.append(output_from_msg(message))

        ended = Event()

        def stop():  # more than once if need be: Python drops an interrupt that arrives inside some callbacks
            for seconds in (stop_after or CELL, AGAIN, AGAIN):
                if not ended.wait(seconds):
                    manager.interrupt_kernel()

        Thread(target=stop, daemon=True).start()
        try:
            client.execute_interactive(cell.source, output_hook=keep, allow_stdin=False, timeout=CELL + 60)
        finally:
            ended.set()
        return copy

    try:
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def pictures(cell):
    return sum("image/png" in out.get("data", {}) for out in cell.outputs)


def differences(stored, cell):
    """Return in what a cell differs from the stored one: error, stderr, printed text, number of pictures."""
    found = [f"{cell.id}: {problem}" for problem in problems(cell)]
    if errors(cell):
        return found
    text = printed(cell)
    if text != text_of(stored) and "nbval-ignore-output" not in tags(stored):
        found.append(f"{cell.id}: printed\n{text}instead of\n{text_of(stored)}")
    if pictures(cell) != pictures(stored):
        found.append(f"{cell.id}: {pictures(cell)} pictures instead of {pictures(stored)}")
    return found


@pytest.mark.faults
@pytest.mark.parametrize("stem", TRAINING)
def test_a_training_cell_that_was_stopped_runs_again_and_shows_what_is_stored(stem, record_property):
    notebook, problems = read(ROOT / "notebooks" / f"{stem}.ipynb"), []
    code = code_cells(notebook)
    assert set(TRAINING[stem]) <= {cell.id for cell in code}
    with kernel() as run:
        for number, cell in enumerate(code):
            if cell.id in TRAINING[stem]:
                stopped = [run(cell, stop_after=EARLY)]
                begin = time.monotonic()
                found = differences(cell, run(cell))
                seconds = time.monotonic() - begin
                found += differences(code[number + 1], run(code[number + 1]))  # it reads the result, and may change it
                stopped.append(run(cell, stop_after=seconds / 2))
                for when, trial in zip(("early", "half way"), stopped, strict=True):
                    error = "".join(errors(trial))
                    if not error.startswith(STOPPED):
                        found.append(f"{cell.id}: not stopped {when}: {error or 'it had ended'}")
                    if pictures(trial) > pictures(cell):
                        found.append(f"{cell.id}: stopped {when}, it shows {pictures(trial)} pictures")
                problems += found
                outcome = "fails" if found else "runs again"
                record_property(f"{stem}, {cell.id}", f"stopped early and half way, {outcome}")
            problems += differences(cell, run(cell))
    assert not problems, "\n".join(problems)


# ---- a machine on which something is missing


class Fault(NamedTuple):
    """What is taken away: by environment variables (None removes one), and an expression that shows that it is gone."""

    environment: dict
    proof: str


FAULTS = {
    "no network": Fault({"FAULTS": "network"}, "'no network' in refused(socket.create_connection, ('192.0.2.1', 80))"),
    "read-only folder": Fault({}, "not os.access('.', os.W_OK)"),
    "no display": Fault(dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")), "'DISPLAY' not in os.environ"),
    "no widgets": Fault({"FAULTS": "widgets"}, "refused(importlib.import_module, 'ipywidgets') != ''"),
    "path with spaces and non-ASCII letters": Fault({}, "not os.getcwd().isascii() and ' ' in os.getcwd()"),
    "locale C": Fault(
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "codecs.lookup(locale.getpreferredencoding(False)).name == 'ascii'",
    ),
}
REFUSED = """\
import codecs, importlib, locale, os, socket

def refused(function, *arguments):
    try:
        function(*arguments)
    except (ImportError, OSError) as error:
        return str(error)
    return ""
"""


def series(folder, stem, faults):
    """Put one notebook and its helper into a folder; a last cell prints True for each fault that it meets."""
    notebook = read(ROOT / "notebooks" / f"{stem}.ipynb")
    proof = new_code_cell("\n".join([REFUSED, *(f"print({FAULTS[name].proof})" for name in faults)]))
    proof.execution_count, proof.outputs = 1, [new_output("stream", name="stdout", text="True\n" * len(faults))]
    notebook.cells.append(proof)
    (folder / "notebooks").mkdir(parents=True)
    nbformat.write(notebook, folder / "notebooks" / f"{stem}.ipynb")
    shutil.copy(ROOT / "data_utils.py", folder)
    return folder / "notebooks" / f"{stem}.ipynb"


def environment(home, faults):
    """Return the environment variables of a process with these faults and a new home."""
    changes = [FAULTS[name].environment for name in faults]
    merged = {key: value for change in changes for key, value in change.items()}
    merged["FAULTS"] = " ".join(change["FAULTS"] for change in changes if "FAULTS" in change)
    merged |= {"HOME": str(home), "PYTHONPATH": str(Path(__file__).parent / "faults")}
    return {key: value for key, value in (os.environ | merged).items() if value is not None}


def check_outputs(stem, faults, tmp_path):
    """Run strict nbval on a copy of a notebook with these faults; return the last line of its report."""
    if os.name != "posix":
        pytest.skip("takes away what a POSIX system has: locale, permissions")
    folder = tmp_path / ("Réseaux récurrents 循环" if "path with spaces and non-ASCII letters" in faults else "series")
    home = tmp_path / "home"
    home.mkdir()
    path = series(folder, stem, faults)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL}"]
    command += ["-p", "no:cacheprovider", path.name]
    if "read-only folder" in faults:
        for each in (path, path.parent, folder, folder / "data_utils.py"):
            each.chmod(each.stat().st_mode & ~0o222)
        if os.geteuid() == 0:  # whom permissions do not bind, unless without this capability
            if not shutil.which("setpriv"):
                pytest.skip("root may write into a read-only folder: install setpriv (util-linux) or be another user")
            command = ["setpriv", "--bounding-set=-dac_override", *command]
    options = {"cwd": path.parent, "env": environment(home, faults), "capture_output": True, "check": False}
    done = subprocess.run(command, timeout=900, **options)
    report = done.stdout.decode("utf-8", errors="replace") + done.stderr.decode("utf-8", errors="replace")
    assert done.returncode == 0, report
    return report.splitlines()[-1]


EACH = [pytest.param(path.stem, marks=[pytest.mark.faults] if path != PATHS[0] else []) for path in PATHS]


@pytest.mark.parametrize("stem", EACH)
def test_outputs_hold_with_everything_missing_at_once(stem, tmp_path, record_property):
    record_property(f"{stem}, {', '.join(FAULTS)}", check_outputs(stem, FAULTS, tmp_path))


@pytest.mark.faults
@pytest.mark.parametrize("fault", FAULTS)
def test_outputs_hold_with_one_thing_missing(fault, tmp_path, record_property):
    record_property(f"{PATHS[0].stem}, {fault}", check_outputs(PATHS[0].stem, [fault], tmp_path))
