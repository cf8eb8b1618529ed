"""Stamp the public address of a copy of this series into every place that needs it.

    python tools/publish.py OWNER/NAME TAG      write the address of this GitHub repository at this tag
    python tools/publish.py --clear             take the address out again

The places: the launch badges of the README and of each notebook, the links in the README's table, the cell with which a
notebook opened alone fetches `data_utils.py`, the citation, and the link for a class in `notebooks/JUPYTERHUB.md`.
It says which files it has changed, and what to do next.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

try:
    import nbformat
except ModuleNotFoundError:
    sys.exit(
        f"{sys.executable} has no nbformat: run this with the Python of the README's environment, .venv/bin/python."
    )

ROOT = Path(__file__).parents[1]
BADGES = "[![Open in Colab]"
NO_TAGS = ("TAG", "main", "master", "HEAD")  # a placeholder, and branches also where there is no git
NO_REPOSITORY = "OWNER/NAME"  # stands where there is no address
# A row of the README's table: its first cell, and the links at the end of that cell once there is an address.
ROW = re.compile(r"(?m)^(\| \[([\w-]+)\]\(notebooks/\2\.ipynb\):[^|(]*?)(?: \(\[Colab\][^|]*\))? \|")
# The lines of the `helper` cell of each notebook without an address, and with one: then it fetches the module.
FIND = """\
if not ours:
    raise ImportError(f"No data_utils.py of this series in {Path.cwd()} or above it: put a copy beside this notebook.")
"""
FETCH = """\
if not ours:
    from tempfile import mkdtemp
    from urllib.request import urlretrieve

    ours = [mkdtemp()]
    try:
        urlretrieve("{url}", f"{{ours[0]}}/data_utils.py")
    except OSError as error:
        here = f"in {{Path.cwd()}} or above it, and it could not be fetched ({{error}})"
        raise ImportError(f"No data_utils.py of this series {{here}}: put a copy beside this notebook.") from None
"""


class Address(NamedTuple):
    """A GitHub repository, as OWNER/NAME, and a tag of it."""

    repository: str
    tag: str

    @property
    def helper(self):
        """Return the URL of the file `data_utils.py` at the tag."""
        return f"https://raw.githubusercontent.com/{self.repository}/{self.tag}/data_utils.py"

    def launchers(self, stem):
        """Return the URLs that open one notebook on Colab and on Binder."""
        colab = f"https://colab.research.google.com/github/{self.repository}/blob/{self.tag}/notebooks/{stem}.ipynb"
        path = quote(f"lab/tree/notebooks/{stem}.ipynb", safe="")
        return colab, f"https://mybinder.org/v2/gh/{self.repository}/{quote(self.tag, safe='')}?urlpath={path}"

    def badges(self, stem):
        """Return a line of Markdown with two badges that open one notebook."""
        colab, binder = self.launchers(stem)
        return (
            f"{BADGES}(https://colab.research.google.com/assets/colab-badge.svg)]({colab}) "
            f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})"
        )


def branches(root):
    """Return the names of the branches of a git repository; none where there is no git."""
    command = ["git", "-C", str(root), "for-each-ref", "--format=%(refname:lstrip=-1)", "refs/heads", "refs/remotes"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    except FileNotFoundError:
        return []


def checked(repository, tag):
    """Return an Address, or raise a ValueError that says what is wrong with one of its parts."""
    if not re.fullmatch(r"[\w-]+/[\w.-]+", repository, flags=re.A) or repository == NO_REPOSITORY:
        raise ValueError(f"repository={repository!r}: expected OWNER/NAME of your copy, as in its address")
    if not re.fullmatch(r"[\w.-]+", tag, flags=re.A) or tag in (*NO_TAGS, *branches(ROOT)):
        raise ValueError(f"tag={tag!r}: expected a tag such as v1.0, not a branch: what it names must never change")
    return Address(repository, tag)


def with_badges(text, badges):
    """Return a Markdown text whose title is followed by this line of badges and no other, or by none."""
    title, *rest = [block for block in text.split("\n\n") if not block.startswith(BADGES)]
    return "\n\n".join([title, *([badges] if badges else []), *rest])


def with_links(text, address):
    """Return the README with links that open each notebook of its table, or with none."""

    def row(match):
        start, stem = match.groups()
        links = " ([Colab]({}), [Binder]({}))".format(*address.launchers(stem)) if address else ""
        return f"{start}{links} |"

    return ROW.sub(row, text)


def set_helper(notebook, url):
    """Write into a notebook from where it fetches `data_utils.py` when it is opened alone; None for nowhere."""
    [cell] = [cell for cell in notebook.cells if "helper" in cell.metadata.get("tags", [])]
    start, end = cell.source.index("if not ours:"), cell.source.index("sys.path.insert")
    cell.source = cell.source[:start] + (FETCH.format(url=url) if url else FIND) + cell.source[end:]


def cited(text, address):
    """Return the citation file with the address in it, or with none."""
    lines = [line for line in text.splitlines() if not line.startswith(("repository-code:", "version:"))]
    if address:
        lines += [f'repository-code: "https://github.com/{address.repository}"', f'version: "{address.tag}"']
    return "\n".join(lines) + "\n"


def read_address(root):
    """Return the Address that the README of a series carries, or None."""
    text = (root / "README.md").read_text(encoding="utf-8")
    found = re.search(r"colab\.research\.google\.com/github/([^/]+/[^/]+)/blob/([^/]+)/", text)
    return Address(*found.groups()) if found else None


def stamp(root, address):
    """Write an Address into the series in a folder, or take it out if it is None; return the files that changed."""
    notebooks = sorted(root.glob("notebooks/*.ipynb"))
    files = [*notebooks, root / "README.md", root / "notebooks" / "JUPYTERHUB.md", root / "CITATION.cff"]
    before = [path.read_bytes() for path in files]
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        title = notebook.cells[0]
        title.source = with_badges(title.source, address and address.badges(path.stem))
        set_helper(notebook, address and address.helper)
        nbformat.write(notebook, path)
    badges = address and address.badges("01-echo-data")
    rewrite(root / "README.md", lambda text: with_links(with_badges(text, badges), address))
    repository = address.repository if address else NO_REPOSITORY
    line = f"REPO=https://github.com/{repository}"
    rewrite(root / "notebooks" / "JUPYTERHUB.md", lambda text: re.sub(r"(?m)^REPO=.*$", line, text))
    rewrite(root / "CITATION.cff", lambda text: cited(text, address))
    return [path for path, old in zip(files, before, strict=True) if path.read_bytes() != old]


def rewrite(path, change):
    """Put a text file through a function."""
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", metavar="OWNER/NAME", nargs="?")
    parser.add_argument("tag", metavar="TAG", nargs="?")
    parser.add_argument("--clear", action="store_true", help="take the address out")
    wanted = parser.parse_args()
    if wanted.clear == bool(wanted.repository and wanted.tag):
        parser.error("give OWNER/NAME and TAG, or --clear")
    try:
        address = None if wanted.clear else checked(wanted.repository, wanted.tag)
    except ValueError as error:
        parser.error(str(error))
    changed = stamp(ROOT, address)
    print(*(f"changed: {path.relative_to(ROOT)}" for path in changed), sep="\n")
    print(f"{len(changed)} files changed.")
    if address:
        print("The links lead somewhere once these commands have run:")
        print(f'    git commit --all --message "Stamp the address of {address.tag}"')
        print(f"    git tag {address.tag}")
        print(f"    git push --atomic https://github.com/{address.repository} HEAD {address.tag}")
