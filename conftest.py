"""Options of tests/ and checks/, order of the cells of a notebook, and what the checks have measured."""

import os
import platform
from importlib.metadata import distributions
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "agg")  # no window; the notebooks' pictures must be inline all the same
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # two kernels at a time on two cores: with a thread each they
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")  # take a sixth less time, and the numbers are the same


def pytest_addoption(parser):
    default = Path(__file__).parent / "tests" / "reference_2016"
    text = "folder with reference runs (*.npz) for the parity tests; the file name says the network"
    parser.addoption("--reference-dir", type=Path, default=default, help=text)


def pytest_report_header():
    names = ("tensorflow", "tensorflow_cpu", "keras", "numpy", "matplotlib", "ipykernel")
    found = {package.name: package.version for package in distributions() if package.name.replace("-", "_") in names}
    return f"{platform.platform()}, {found}"


def pytest_generate_tests(metafunc):
    if "reference_file" in metafunc.fixturenames:
        folder = metafunc.config.getoption("reference_dir")
        files = sorted(folder.glob("*.npz"))
        if not files:
            raise pytest.UsageError(f"--reference-dir {folder}: no *.npz file there")
        metafunc.parametrize("reference_file", files, ids=[file.stem for file in files])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the later notebooks first, which take longest, and the cells of each in order, whatever shuffled them."""
    cells = [item for item in items if hasattr(item, "cell_num")]
    cells.sort(key=lambda cell: cell.cell_num)
    cells.sort(key=lambda cell: cell.path, reverse=True)
    items[:] = cells + [item for item in items if not hasattr(item, "cell_num")]


def pytest_terminal_summary(terminalreporter):
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    measured = [line for report in reports for line in report.user_properties]
    if measured:
        terminalreporter.section("measured")
    for name, value in measured:
        terminalreporter.write_line(f"{name}: {value}")
