"""The teacher's guide: its links, its clocks and its minutes agree with the notebooks."""

import re

import pytest
from notebook_cells import PATHS, ROOT, anchor, read, times

GUIDE = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^## (\d\d) [^\n]*\n(.*?)(?=^## |\Z)", GUIDE))


def headings(notebook):
    """Return the headings of a notebook as JupyterLab writes them in links."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return {anchor(heading) for heading in re.findall(r"(?m)^#+ (.*)", text)}


def test_every_notebook_has_a_section():
    assert list(SECTIONS) == [path.name[:2] for path in PATHS]
    for number, section in SECTIONS.items():
        for part in ("**Questions**", "**Objectives.**", "**Prerequisites.**", "**Minutes.**", "**Key points.**"):
            assert part in section, (number, part)
        assert "**Predictions to put to the class**" in section, number
        assert "**Stop and draw.**" in section, number
        assert "**In the exercises.**" in section, number


def test_links_resolve():
    links = re.findall(r"\]\(([^)\s]+)\)", GUIDE)
    assert len(links) > 30
    found = {path.name: headings(read(path)) for path in PATHS}
    for link in links:
        file, _, section = link.partition("#")
        assert (ROOT / "notebooks" / file).exists(), link
        assert not section or section in found[file], link


def test_clocks_add_up():
    tables = re.findall(r"(?m)^\| Clock \|.*\n\| ---.*\n((?:\| \d:\d\d .*\n)+)", GUIDE)
    assert len(tables) == 5  # one class, four sessions
    for table in tables:
        rows = [row.split("|")[1:3] for row in table.splitlines()]
        now = 0
        for clock, minutes in rows[:-1]:
            hours, rest = clock.strip().split(":")
            assert 60 * int(hours) + int(rest) == now, clock
            now += int(minutes)
        assert [cell.strip() for cell in rows[-1]] == ["1:30", "90"]
        assert now == 90


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_minutes_are_those_of_the_notebook(path):
    found = re.search(r"Teaching (\d+), exercises (\d+); it runs in (\d+) s", SECTIONS[path.name[:2]]).groups()
    assert found == times(read(path))
