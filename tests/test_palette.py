"""The colours of the figures: enough contrast on white, and apart from one another for colour-blind readers too."""

import importlib.util
import re
from itertools import combinations

import matplotlib.colors
import numpy as np
import pytest
from notebook_cells import PATHS, ROOT, code_cells, read

from data_utils import INPUT, NOTE, PREDICTION, STYLE, TARGET

LINES = STYLE["axes.prop_cycle"].by_key()["color"]
FAINT, EMPTY = "#888888", "#cccccc"  # axes and grounds; places of a heat map that have no value
VISION = ["normal", "protanomaly", "deuteranomaly", "tritanomaly"]


def contrast_on_white(colour):
    """Return the contrast ratio of WCAG 2.1 with white, 1 to 21."""
    rgb = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)


def test_figures_use_the_palette_only():
    code = [cell.source for path in PATHS for cell in code_cells(read(path))]
    code.append((ROOT / "data_utils.py").read_text(encoding="utf-8"))
    used = {colour for source in code for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", source)}
    assert used == {*LINES, NOTE, FAINT, EMPTY}
    named = {name for source in code for name in re.findall(r"color=\"([a-z:]+)\"", source)}
    assert named <= {"black", "white"}


def test_contrast():
    assert contrast_on_white("black") == pytest.approx(21)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)  # a value known from the standard's examples
    assert contrast_on_white(NOTE) >= 4.5  # text
    for colour in [*LINES, FAINT]:
        assert contrast_on_white(colour) >= 3, colour  # lines and bars


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_apart(vision):
    """In CAM02-UCS, seen through the model of Machado, Oliveira and Fernandes (2009) at full severity."""
    if not importlib.util.find_spec("colorspacious"):
        pytest.skip("needs colorspacious: pip install -r tests/requirements.txt")
    from colorspacious import cspace_convert, deltaE

    assert {INPUT, TARGET, PREDICTION} <= set(LINES)
    seen = np.array([matplotlib.colors.to_rgb(colour) for colour in LINES])
    if vision != "normal":
        space = {"name": "sRGB1+CVD", "cvd_type": vision, "severity": 100}
        seen = np.clip(cspace_convert(seen, space, "sRGB1"), 0, 1)
    for first, second in combinations(range(len(LINES)), 2):
        distance = float(deltaE(seen[first], seen[second], input_space="sRGB1"))
        assert distance >= 20, (LINES[first], LINES[second], round(distance, 1))
