"""A kernel that is stopped while it trains, and machines on which something is missing."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import nbformat
import pytest
from cells import ROOT, code_cells, each_notebook, errors, masked, pictures, problems, read, tagged, tags, text_of
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_output, output_from_msg

CELL = 300  # seconds for a cell

# ---- a kernel that is stopped

EARLY = 0.5  # seconds after the start of a cell, while its program is traced or compiled
AGAIN = 3  # seconds after which a cell that still runs is stopped once more, as a reader would
STOPPED = ("KeyboardInterrupt", "SystemError")  # the second where an interrupt meets code of TensorFlow
TRIALS = 3  # for a cell that went on to its end because its interrupt was dropped


@contextmanager
def kernel():
    """Start a kernel in the folder of the notebooks; give a function that runs a cell and returns a copy of it.

    The copy has the outputs of this run. With `stop_after` the kernel is interrupted after so many seconds.
    """
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT / "notebooks"))

    def run(cell, stop_after=None):
        copy = new_code_cell(cell.source, id=cell.id)

        def keep(message):
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
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


def stopped(run, cell, seconds):
    """Run a cell and stop it after so many seconds; return the copy whose error says that it was stopped."""
    for _ in range(TRIALS):
        trial = run(cell, stop_after=seconds)
        if errors(trial):
            break
    return trial


def differences(stored, cell):
    """Return in what a cell differs from the stored one: error, stderr, printed text, number of pictures."""
    found = [f"{cell.id}: {problem}" for problem in problems(cell)]
    if not found and masked(text_of(cell)) != masked(text_of(stored)) and "nbval-ignore-output" not in tags(stored):
        found.append(f"{cell.id}: printed\n{text_of(cell)}instead of\n{text_of(stored)}")
    if not found and pictures(cell) != pictures(stored):
        found.append(f"{cell.id}: {pictures(cell)} pictures instead of {pictures(stored)}")
    return found


@each_notebook
def test_a_slow_cell_that_was_stopped_runs_again_and_shows_what_is_stored(path, record_property):
    notebook, faults = read(path), []
    cells = code_cells(notebook)
    if not tagged(notebook, "slow"):
        pytest.skip(f"{path.stem} has no slow cell")
    with kernel() as run:
        for number, cell in enumerate(cells):
            if "slow" in tags(cell):
                early = stopped(run, cell, EARLY)
                begin = time.monotonic()
                found = differences(cell, run(cell))
                seconds = time.monotonic() - begin
                for reader in cells[number + 1 : number + 2]:  # the cell below reads the result
                    found += differences(reader, run(reader))
                half_way = stopped(run, cell, seconds / 2)
                for when, trial in (("early", early), ("half way", half_way)):
                    error = "".join(errors(trial))
                    if not any(name in error for name in STOPPED):
                        found.append(f"{cell.id}: not stopped {when}: {error or 'it had ended'}")
                    if pictures(trial) > pictures(cell):
                        found.append(f"{cell.id}: stopped {when}, it shows {pictures(trial)} pictures")
                outcome = "fails" if found else "runs again"
                record_property(f"{path.stem}, {cell.id}", f"stopped early and half way, {outcome}")
                faults += found
            faults += differences(cell, run(cell))
    assert not faults, "\n".join(faults)


# ---- a machine on which something is missing

HERE = Path(__file__).parent
GONE = {  # by environment variables; None removes one
    **{"FAULTS": "network widgets", "PYTHONPATH": str(HERE / "faults")},  # faults/sitecustomize.py takes these away
    **{"DISPLAY": None, "WAYLAND_DISPLAY": None, "MPLBACKEND": None},
    **{"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
PROOF = """\
import codecs, importlib, locale, os, socket

def refused(function, *arguments):
    try:
        function(*arguments)
    except (ImportError, OSError) as error:
        return str(error)
    return ""

assert 'no network' in refused(socket.create_connection, ('192.0.2.1', 80))
assert refused(importlib.import_module, 'ipywidgets')
assert 'DISPLAY' not in os.environ
assert not os.access('.', os.W_OK)
assert ' ' in os.getcwd() and not os.getcwd().isascii()
assert codecs.lookup(locale.getpreferredencoding(False)).name == 'ascii'
print('all of it is gone')
"""


@pytest.mark.skipif(os.name != "posix", reason="takes away what a POSIX system has: locale, permissions")
@each_notebook
def test_outputs_hold_without_network_display_widgets_locale_and_right_to_write(path, tmp_path):
    folder = tmp_path / "Réseaux récurrents 循环" / "notebooks"
    folder.mkdir(parents=True)
    notebook = read(path)
    printed = new_output("stream", name="stdout", text="all of it is gone\n")
    notebook.cells.append(new_code_cell(PROOF, execution_count=1, outputs=[printed]))
    copy = folder / path.name
    nbformat.write(notebook, copy)
    shutil.copy(ROOT / "data_utils.py", folder.parent)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL}"]
    command += [f"--nbval-sanitize-with={ROOT / 'tests' / 'sanitize.cfg'}", "-p", "no:cacheprovider", copy.name]
    for each in (copy, folder, folder.parent, folder.parent / "data_utils.py"):
        each.chmod(each.stat().st_mode & ~0o222)
    if os.geteuid() == 0:  # whom permissions do not bind, unless without this capability
        command = ["setpriv", "--bounding-set=-dac_override", *command]
    merged = {**os.environ, "HOME": str(tmp_path), **GONE}
    env = {name: value for name, value in merged.items() if value is not None}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=900)
    assert done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", errors="replace")
