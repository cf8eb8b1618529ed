"""The benchmark can be started, its arithmetic is right, and the programs that it compares train alike."""

import subprocess
import sys

import benchmark
import numpy as np
import pytest
from notebook_cells import ROOT, load_model
from peers import WAYS


def test_starts_as_the_readme_says():
    command = [sys.executable, "tests/benchmark.py", "--help"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip install torch jax" in found.stdout
    assert "tests/benchmark.py --figure" in found.stdout


def test_each_round_runs_every_way_once_and_the_slow_ones_once_in_all():
    log = []
    calls = {name: lambda name=name: log.append(name) for name in ("a", "b", "slow")}
    times = benchmark.in_rounds(calls, 3, slow=("slow",))
    assert log == ["a", "b", "slow", "a", "b", "a", "b"]
    assert {name: len(each) for name, each in times.items()} == {"a": 3, "b": 3, "slow": 1}


def test_ratios_are_taken_within_a_round():
    base = benchmark.BASE
    times = {base: [1.0, 2.0, 4.0], "other": [3.0, 4.0, 4.0], "eager": [30.0]}  # medians 2 and 4, their ratio 2
    assert benchmark.ratios(times, base) == {base: [1, 1, 1], "other": [3, 2, 1], "eager": [30]}
    times["other"] = [3.0, 5.0, 4.0]  # ratios 3, 2.5 and 1
    _, _, other, eager, last = benchmark.table({base: 5.0, "other": 0.25, "eager": 1.0}, times)
    assert other.split() == ["other", "0.2", "s", "2.50", "(1.00", "to", "3.00", "in", "3", "rounds)"]
    assert eager.split() == ["eager", "30.00", "(once)"]
    assert last == "The compiled epoch takes 2.000 s here."


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "notebooks")
        return load_model(benchmark.NOTEBOOK, tmp_path_factory.mktemp("cells"))


@pytest.fixture(scope="module")
def small(cells):
    """Return 20 windows of 2 rows and 3 steps, which compile fast, and the notebook's losses in two epochs of them."""
    windows = cells.make_windows(*cells.generate_echo_data(120, 3, 2, rng=2016), 3)
    train = WAYS[benchmark.BASE](cells)
    return windows, [train(*windows) for _ in range(2)]


@pytest.mark.parametrize("name", [name for name in WAYS if name != benchmark.BASE])
def test_every_way_computes_the_losses_of_the_notebook(name, cells, small):
    windows, wanted = small
    try:
        train = WAYS[name](cells)
    except ModuleNotFoundError as missing:
        pytest.skip(f"pip install {missing.name}")
    np.testing.assert_allclose([train(*windows) for _ in range(2)], wanted, rtol=0, atol=1e-5)
    assert np.ptp(wanted) > 0.05  # they do learn something


@pytest.mark.parametrize("fault", [2e-4, -2e-4, np.nan])
def test_other_losses_stop_the_benchmark(fault):
    ways = {
        benchmark.BASE: lambda inputs, targets: np.zeros(len(inputs)),
        "eager": lambda inputs, targets: np.zeros(len(inputs)),
        "another": lambda inputs, targets: np.array([*np.zeros(len(inputs) - 1), fault]),
    }
    with pytest.raises(SystemExit, match=r"^another: its losses are .* from those of the compiled epoch"):
        benchmark.first_calls(ways, np.zeros(30), np.zeros(30))
    del ways["another"]
    assert list(benchmark.first_calls(ways, np.zeros(30), np.zeros(30))) == list(ways)


def test_a_missing_package_is_named(cells, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "WAYS", {name: WAYS[name] for name in WAYS if name.startswith(("PyT", "JAX"))})
    for package in ("torch", "jax"):
        monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    assert benchmark.available_ways(cells) == {}
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("; ")[1] for line in lines] == ["pip install jax", *["pip install torch"] * 2]


def test_the_figure_shows_every_size_that_was_measured(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(benchmark.plt, "close", kept.append)
    sizes = [benchmark.Sizes(**{name: v}) for name, values in benchmark.VARIED.items() for v in values]
    assert sizes.count(benchmark.Sizes()) == len(benchmark.VARIED)  # each panel holds the notebook's sizes
    benchmark.draw_costs({each: (5.0, each.windows / 1e4) for each in sizes}, tmp_path / "cost.png")
    monkeypatch.undo()
    [figure] = kept
    drawn = [list(zip(*ax.lines[0].get_data(), strict=True)) for ax in figure.axes]
    assert [point for panel in drawn for point in panel] == [
        (v, benchmark.Sizes(**{name: v}).windows / 1e4) for name, values in benchmark.VARIED.items() for v in values
    ]
    benchmark.plt.close(figure)
    assert (tmp_path / "cost.png").read_bytes().startswith(b"\x89PNG")
