"""Options of the tests, one test per reference run that --reference-dir finds, and what the tests have measured."""

from pathlib import Path

import pytest


def pytest_addoption(parser):
    default = Path(__file__).parent / "reference_2016"
    text = "folder with reference runs (*.npz) for the parity tests; the file name says the network"
    parser.addoption("--reference-dir", type=Path, default=default, help=text)
    text = "folder for the screenshots of the browser test; a temporary folder unless given"
    parser.addoption("--screenshots", type=Path, help=text)
    parser.addoption("--hub-users", type=int, default=10, help="number of students in the test of JupyterHub")
    text = "notebook that they run, without .ipynb"
    parser.addoption("--hub-notebook", default="04-lstm-state-tuples", help=text)
    text = "how many seeds the sweeps of test_seeds.py take; a test with a slow training has a cap of its own"
    parser.addoption("--seeds", type=int, default=32, help=text)


def pytest_generate_tests(metafunc):
    if "reference_file" in metafunc.fixturenames:
        folder = metafunc.config.getoption("reference_dir")
        files = sorted(folder.glob("*.npz"))
        if not files:
            raise pytest.UsageError(f"--reference-dir {folder}: no *.npz file there")
        metafunc.parametrize("reference_file", files, ids=[file.stem for file in files])


def pytest_terminal_summary(terminalreporter):
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    measured = [line for report in reports for line in report.user_properties]
    if measured:
        terminalreporter.section("measured")
    for name, value in measured:
        terminalreporter.write_line(f"{name}: {value}")
