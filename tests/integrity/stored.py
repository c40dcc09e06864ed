"""Everything that a server stores, as the tests of its integrity damage it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.integrity.verification import Folders
from gcmgraph.linking.imports import import_table
from gcmgraph.publication.versions.dataset import complete_dumps
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.rules import Rules
from shared import copy_store
from tests.contributions.desk import open_desk, practice

ADDRESSES = Addresses()

#: File with the token of a curator.
READER = "reader"

_METADATA = {
    "dc:title": "Kites",
    "dc:source": "an invented table",
    "dc:license": "none",
    "tableSchema": {
        "aboutUrl": "https://example.org/kite/{number}",
        "columns": [{"name": "number", "propertyUrl": "skos:notation", "datatype": "integer"}],
    },
}

#: The files of a table that is imported.
TABLE = {"kites.csv": "number\n1\n", "kites.csv-metadata.json": json.dumps(_METADATA)}


@dataclass(frozen=True)
class Stored:
    """A store of two versions, a ledger and imports."""

    folder: Path

    @property
    def folders(self) -> Folders:
        """What is verified."""
        return Folders(
            self.folder / "store", Database(self.folder / "ledger"), self.folder / "imports"
        )

    @property
    def store(self) -> StoreFolder:
        """The store."""
        return StoreFolder(self.folder / "store")

    @property
    def reader(self) -> str:
        """The token of a curator."""
        return (self.folder / READER).read_text()

    def copied(self, to: Path) -> Stored:
        """A copy, whose files are linked: a damage replaces a file, and does not write into it."""
        to.mkdir()
        copy_store(self.folder / "store", to / "store")
        for name in ("ledger", "imports"):
            shutil.copytree(self.folder / name, to / name)
        shutil.copyfile(self.folder / READER, to / READER)
        return Stored(to)

    def files(self) -> dict[str, Path]:
        """One file of each kind: its path, with names that differ from run to run left out."""
        kinds: dict[str, Path] = {}
        current = self.store.current_version() or ""
        for file in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            path = str(file.relative_to(self.folder))
            kind = path.replace(f"versions/{current}", "versions/current")
            for pattern, instead in _NAMES:
                kind = re.sub(pattern, instead, kind)
            if not _NO_DAMAGE.search(kind):
                kinds.setdefault(kind, file)
        return kinds


_NAMES = [
    (r"versions/[0-9a-f]{16}", "versions/older"), (r"[0-9a-f]{64}", "DIGEST"),
    (r"index/[0-9]+", "index/N"), (r"-[0-9]{6}$", "-N"),
]  # fmt: skip

#: Files without content, or that are written anew each time they are required, the order of
#: versions, and the record of decisions in a version: damaged, it counts as none, and every
#: decision is applied again.
_NO_DAMAGE = re.compile(
    r"reader$|lock$|/LOCK$|/LOG|answers/done|integrity\.|\.begun|/order$|/derivation\.json$|^ledger/"
)


def _change(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    _replace(file, bytes(data))


def _replace(file: Path, data: bytes) -> None:
    file.unlink()
    file.write_bytes(data)


#: Damages of a file, by name.
DAMAGES: dict[str, Callable[[Path], None]] = {
    "truncated": lambda file: _replace(file, file.read_bytes()[:-1]),
    "emptied": lambda file: _replace(file, b""),
    "changed": _change,
    "removed": Path.unlink,
}


def make_stored(folder: Path, small_store: Path, repository: Repository, rules: Rules) -> None:
    """Make everything in a folder."""
    folder.mkdir(parents=True)
    copy_store(small_store, folder / "store")
    desk = open_desk(folder, rules, repository)
    (folder / READER).write_text(
        Tokens(desk.ledger.database).create(Role.CURATOR, "Reader", "https://e.org/reader")[1]
    )
    desk.accepted(practice("one", "The practice one"))
    desk.service.comment(
        desk.sent(practice("two", "The practice two")).id, desk.curator, "Which office?"
    )
    complete_dumps(desk.store.current_folder(), ADDRESSES)
    for name, content in TABLE.items():
        (folder / name).write_text(content, "utf-8")
    import_table(folder / "imports", folder / "kites.csv", "2026-11-24", repository, ADDRESSES)
    for name in TABLE:
        (folder / name).unlink()
