"""Verification of imported files."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from gcmgraph.files.manifest import MANIFEST, files_below, states_of, write_manifest
from gcmgraph.integrity.findings import REPAIR, Findings
from gcmgraph.integrity.folders import manifest_of, verify_files
from gcmgraph.linking.imports.stored import RESTORE


def verify_imports(folder: Path, found: Findings) -> None:
    """Verify the files of all imports, whose names are their SHA-256."""
    if not folder.is_dir():
        return
    entries = manifest_of(folder, found)
    if entries is not None:
        verify_files(folder, entries, found, lambda _: RESTORE, _is_imported)
    elif (folder / MANIFEST).exists():
        return  # it is damaged
    elif any(_record(file).get("recorded") for file in folder.glob("*/import.json")):
        found.add(folder, MANIFEST, "is missing", REPAIR)
    elif found.whole:
        record_imports(folder, found)


def record_imports(folder: Path, found: Findings) -> None:
    """Write the manifest of the files that are in order; the others are added to `found`."""
    states = states_of(folder, files_below(folder, _is_imported))
    for path in list(states):
        stem = Path(path).stem
        sound = bool(_record(folder / path)) if stem == "import" else stem == states[path][0].sha256
        if not sound:
            found.add(folder, path, "is damaged", RESTORE)
            del states[path]
    try:
        write_manifest(folder, states)
    except OSError as error:
        found.add(folder, MANIFEST, f"cannot be written: {error.strerror}", REPAIR)
        return
    found.note_taken_over(folder, len(states))


def _is_imported(path: str) -> bool:
    return path.count("/") == 1


def _record(file: Path) -> dict[str, object]:
    """The record of an import; empty where it cannot be read."""
    with suppress(OSError, ValueError):
        record = json.loads(file.read_bytes())
        return record if isinstance(record, dict) else {}
    return {}
