"""The teacher's guide and the glossary: links, clocks and minutes agree with the notebooks."""

import re

import pytest
from notebook_cells import PATHS, ROOT, read, sections, text_of, times

GUIDE = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^## (\d\d) [^\n]*\n(.*?)(?=^## |\Z)", GUIDE))


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
    found = {path.name: sections(read(path)) for path in PATHS}
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


# ---- the glossary

GLOSSARY = (ROOT / "notebooks" / "GLOSSARY.md").read_text(encoding="utf-8")
TERMS = re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \| \[[^]]+\]\(([^)#]+)#([^)]+)\) \|$", GLOSSARY)
IN_OTHER_WORDS = {
    "Glorot start": "Glorot",
    "critical symbol": "critical",
    "held-out text": "held out",
    "one-hot vector": "one-hot",
    "orthogonal start": "orthogonal",
    "state tuple": "LSTMStateTuple",
    "stateful layer": "stateful=True",
}


def test_glossary_is_in_order_and_complete():
    names = [term for term, _, _ in TERMS]
    assert len(names) == len(GLOSSARY.splitlines()) - 6  # every row was understood
    assert names == sorted(set(names), key=str.casefold)
    assert {"hidden state", "cell state", "window", "readout", "logits"} <= set(names)


@pytest.mark.parametrize(("term", "file", "wanted"), TERMS, ids=[term for term, _, _ in TERMS])
def test_glossary_leads_to_where_a_term_first_acts(term, file, wanted):
    words = re.escape(IN_OTHER_WORDS.get(term, term)).replace(r"\ ", r"\s+")
    defined = rf"(?i)(?<!\*)\*{words}s?\*(?!\*)"  # a term is in italics where it is explained
    for path in PATHS:
        for name, cells in sections(read(path)).items():
            text = "\n".join(cell.source for cell in cells)
            if (path.name, name) == (file, wanted):
                assert re.search(words, text, flags=re.I)
                assert any(text_of(cell) or cell.get("outputs") for cell in cells)  # something runs there
                return
            assert not re.search(defined, text), f"already explained in {path.name}#{name}"
    raise AssertionError(f"{file}#{wanted} leads nowhere")
