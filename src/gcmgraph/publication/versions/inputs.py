"""Inputs of a build, each as a short text, so that the versions of two servers can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from gcmgraph import __version__
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import FOLDERS, Repository

#: Names of the inputs in sentences.
NAMES = {
    "release": "release of gcmgraph",
    "engine": "release of pyoxigraph",
    "base": "setting 'base'",
    "address": "setting 'public_url'",
    "repository": "files of the repository",
    "imports": "imported tables",
    "sources": "fetched documents and data files",
    "loaded": "files that 'gcmgraph load' added",
}

#: Digits of a digest.
_DIGITS = 16


def inputs_of(
    repository: Repository,
    addresses: Addresses,
    endpoint: str,
    imports: Path,
    sources: Mapping[str, Path],
) -> dict[str, str]:
    """The inputs of a build, by the keys of `NAMES`.

    `sources` are the fetched files by name; the repository has the digest of each.
    """
    records = sorted(imports.glob("*/import.json")) if imports.is_dir() else []
    return {
        "release": __version__,
        "engine": version("pyoxigraph"),
        "base": addresses.base,
        "address": endpoint,
        "repository": _digest_of_files(repository.root, _files(repository)),
        "imports": _digest_of_files(imports, records),
        "sources": _digest(sorted(sources)),
    }


def _files(repository: Repository) -> list[Path]:
    paths = (path for folder in FOLDERS for path in (repository.root / folder).rglob("*"))
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


def _digest_of_files(folder: Path, paths: Iterable[Path]) -> str:
    """A digest of the names of files below a folder, and of their contents."""
    lines = (
        f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in paths
    )
    return _digest(lines)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_DIGITS]
