"""What takes long to make and is only read: made once for all processes of a run of pytest."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from gcmgraph.repository.layout import Repository

ROOT = Path(__file__).parents[1]


#: Folders of a repository.
_FOLDERS = ("ontology", "data", "shapes", "queries")

#: Pages and link sets of a small repository: a page without and one with its document, link sets of
#: three kinds.
_SMALL = {
    "readings": ("objective-05", "objective-09"),
    "linksets": ("ror.", "un-sdg.", "un-treaties.", "README", "checks"),
}

#: Rows of figures of a small repository, and of the largest tables of reference data.
_OF_SMALL = re.compile(r"\b(?:NER|MAR|FRA|central-mediterranean)\b")
_OF_REFERENCE = {
    "evaluations.csv": re.compile(r"^[a-z0-9-]+-1999,"),
    "evaluation-values.csv": re.compile(r"^[a-z0-9-]+-1999,"),
    "participation-*.csv": re.compile(r"^(?:AFG|ALB|FRA|KEN|MAR|NER|PHL|eu),"),
}

#: Judgements on actions of other pages than those of a small repository, and lists of judgements
#: that are empty then.
_OTHER_ACTION = re.compile(r"^( *)- action: (?!(?:5|9)[a-z])\d+[a-z]\n(?:\1 .*\n)+", re.MULTILINE)
_NO_ACTION = re.compile(r"^ *supports:\n(?! *- action)", re.MULTILINE)


def copy_repository(to: Path, *, small: bool = False) -> Repository:
    """Copy what a build reads.

    A small copy builds in a fifth of the time: it has two of the 23 guidance pages.
    """

    def left_out(folder: str, names: list[str]) -> list[str]:
        first = _SMALL.get(Path(folder).name, ()) if small else ()
        return [name for name in names if first and not name.startswith(first)]

    for name in _FOLDERS:
        shutil.copytree(ROOT / name, to / name, ignore=left_out)
    if small:
        reference, statistics = to / "data" / "reference", to / "data" / "statistics"
        tables = dict.fromkeys(statistics.glob("*.csv"), _OF_SMALL)
        for pattern, of_small in _OF_REFERENCE.items():
            tables |= dict.fromkeys(reference.glob(pattern), of_small)
        for file, of_small in tables.items():
            header, *rows = file.read_text("utf-8").splitlines(keepends=True)
            file.write_text("".join([header, *filter(of_small.search, rows)]), "utf-8")
        for file in (to / "data" / "readings").glob("*/*.yaml"):
            judged = _OTHER_ACTION.sub("", file.read_text("utf-8"))
            file.write_text(_NO_ACTION.sub("", judged), "utf-8")
    return Repository(to)


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first process to ask for it makes; the others wait until it is whole.

    With TEST_STORES=FOLDER it stays there for later runs, by the digest of what it is made of.
    """
    base = factory.getbasetemp()
    if kept := os.environ.get("TEST_STORES"):
        base = Path(kept) / _inputs()
        base.mkdir(parents=True, exist_ok=True)
    elif (
        "PYTEST_XDIST_WORKER" in os.environ
    ):  # each worker has a folder of its own in that of the run
        base = base.parent
    folder = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = base / f"{name}.making-{os.getpid()}"
            make(making)
            making.rename(folder)
    return folder


def copy_store(folder: Path, to: Path) -> None:
    """Copy a store folder by hard links: a store never writes into a file of a version again.

    The file that a writer locks is left out: linked, it would lock every copy.
    """
    shutil.copytree(
        folder, to, symlinks=True, copy_function=os.link, ignore=shutil.ignore_patterns("lock")
    )


@cache
def _inputs() -> str:
    """The digest of the data, the rules, and the code that makes a store of them."""
    files = [
        file
        for part in ("data", "ontology", "shapes", "queries", "src")
        for file in (ROOT / part).rglob("*.*")
    ]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted(files):
        if (
            file.suffix != ".pyc"
            and not {"web", "node_modules"} & set(file.parts)
            and file.is_file()
        ):
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]
