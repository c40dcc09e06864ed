"""The folder of an export, replaced by renaming, and its software components (CycloneDX)."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gcmgraph.platform.errors import Place, StoreError, faults_of_files
from gcmgraph.platform.file_states import Recorded, write_manifest
from gcmgraph.platform.files import locked

#: File that marks an export, with its version; only a folder with it is replaced.
MARKER = "gcmgraph-export.json"

#: AT_FDCWD of fcntl.h and RENAME_EXCHANGE of linux/fs.h.
_HERE, _EXCHANGE = -100, 2


class ExportFolder:
    """A folder under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes = 0
        self._states: dict[str, Recorded] = {}

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file; its name is relative to the folder."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with file.open("wb") as out:
            for piece in pieces:
                digest.update(piece)
                size += out.write(piece)
        self.bytes += size
        self._states[name] = Recorded(size, digest.hexdigest())

    def write_manifest(self) -> None:
        """Write the manifest of all files that were written."""
        write_manifest(self.path, self._states)


@contextmanager
def replacing(target: Path, marker: Mapping[str, object]) -> Iterator[ExportFolder]:
    """A folder to write to; it replaces `target` at the end of the block, and is deleted after an error.

    Raises `StoreError` for a target that is neither empty nor an export, where it cannot be
    written, and where another export writes to the same parent folder.
    """
    _require_ours(target)
    with faults_of_files(StoreError, "The export cannot be written", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _writing_alone(target.parent), _draft(target) as folder:
            yield folder
            folder.write(MARKER, [json.dumps(marker, indent=1).encode(), b"\n"])
            folder.write_manifest()


@contextmanager
def _writing_alone(parent: Path) -> Iterator[None]:
    """Lock a folder, so that any draft in it was left by an export that was killed."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        if not locked(descriptor):
            raise StoreError(
                "Another export is writing into this folder.",
                place=Place(str(parent)),
                hint="Try again when it has ended.",
            )
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _draft(target: Path) -> Iterator[ExportFolder]:
    draft, old = target.with_name(f".{target.name}.draft"), target.with_name(f".{target.name}.old")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        yield ExportFolder(draft)
        _require_ours(target)  # again, at the end of the export
        if not target.exists():
            draft.rename(target)
        elif not _exchange(draft, target):
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)  # after the exchange, the former export
        if old.exists() and not target.exists():  # the second rename failed
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders atomically; False where the system cannot.

    Linux can on most file systems, by renameat2(2).
    """
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0


def _require_ours(target: Path) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise StoreError("This is no folder.", place=Place(str(target)), hint="Name a new folder.")
    if any(target.iterdir()) and not (target / MARKER).is_file():
        raise StoreError(
            "The folder is not empty, and no earlier export.",
            place=Place(str(target)),
            hint="Name a new or empty folder; an export replaces what is there.",
        )


#: Packages of the query editor, which is part of the installation as one built file.
EDITOR_LOCK = Path(__file__).parents[1] / "frontend" / "package-lock.json"

_PACKAGE = "gcmgraph"


def bill_of_materials(editor_lock: Path = EDITOR_LOCK) -> bytes:
    """A CycloneDX 1.6 document in JSON: this package, the Python packages it needs, and npm packages of the editor.

    Equal installations give equal bytes. `editor_lock` may be missing, as where only the built
    editor is installed.
    """
    every = _needed(_PACKAGE)
    purls = {name: _python_purl(package) for name, package in every.items()}
    components = [_python_component(every[name]) for name in sorted(every) if name != _PACKAGE]
    if editor_lock.is_file():
        components += _npm_components(editor_lock)
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_python_component(every[_PACKAGE]), "type": "application"}},
        "components": components,
        "dependencies": [
            {
                "ref": purls[name],
                "dependsOn": sorted({purls[needed] for needed in _requirements(package)}),
            }
            for name, package in sorted(every.items())
        ],
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return json.dumps(
        {"serialNumber": f"urn:uuid:{serial}", **content}, indent=2, ensure_ascii=False
    ).encode()


def _needed(name: str) -> dict[str, Distribution]:
    """Installed distributions that one needs, itself included, by normalized name."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting += _requirements(found[name])
    return found


def _requirements(package: Distribution) -> Iterator[str]:
    """Normalized names of what a distribution requires here; other optional parts than the server are left out."""
    for line in package.requires or ():
        requirement = Requirement(line)
        extra = "server" if package.metadata["Name"] == _PACKAGE else ""
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield canonicalize_name(requirement.name)


def _python_purl(package: Distribution) -> str:
    return _purl("pypi", canonicalize_name(package.metadata["Name"]), package.version)


def _python_component(package: Distribution) -> dict[str, Any]:
    name = canonicalize_name(package.metadata["Name"])
    expression = next(iter(package.metadata.get_all("License-Expression") or ()), None)
    licences = {"licenses": [{"expression": expression}]} if expression else {}
    return _component(_python_purl(package), name, package.version) | licences


def _npm_components(lock: Path) -> list[dict[str, Any]]:
    """Components of an npm lock file (version 2 or 3) that are not for development only, with their SHA-512."""
    found = []
    for path, entry in sorted(json.loads(lock.read_text("utf-8"))["packages"].items()):
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        component = _component(_purl("npm", name, entry["version"]), name, entry["version"])
        algorithm, _, digest = entry.get("integrity", "").partition("-")
        if algorithm == "sha512":
            component["hashes"] = [{"alg": "SHA-512", "content": b64decode(digest).hex()}]
        if "license" in entry:
            component["licenses"] = [{"expression": entry["license"]}]
        found.append(component)
    return found


def _component(purl: str, name: str, version: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _purl(kind: str, name: str, version: str) -> str:
    return f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"
