"""Files of a published version that are missing or damaged, replaced by those of a draft of the same version."""

from __future__ import annotations

import filecmp
from pathlib import Path

from gcmgraph.files.manifest import (
    Entries,
    files_below,
    flaw,
    record,
    replacing,
    states_of,
    write_manifest,
)
from gcmgraph.store.versions.recorded import INDEX, entries_of, is_recorded


def renew(target: Path, made: Path, staying: frozenset[str], compared: frozenset[str]) -> None:
    """Replace the files of the version in `target` that are missing or damaged by those that were `made`.

    Files without a record are replaced, except those `staying`; those `compared`, only if they differ. An index is
    replaced as a whole, also where nothing is recorded: after a power failure, it may be in parts. A damaged file that
    was not made is removed. Raises `OSError`.
    """
    record_of, new = entries_of(target), entries_of(made) or {}
    known = record_of or {}
    stale = [path for path in new if _is_stale(target, made, path, known, staying, compared)]
    if any(path.startswith(f"{INDEX}/") for path in (*stale, *_flawed_index(target, known))):
        replace_index(target, made)
        known = entries_of(target) or {}
    files = {path: new[path][0] for path in stale if not path.startswith(f"{INDEX}/")}
    with replacing(target, files):
        for path in files:
            (target / path).parent.mkdir(exist_ok=True)
            (made / path).replace(target / path)
    drop(target, [path for path, states in known.items() if path not in new and flaw(target / path, states)])
    if record_of is None:
        write_manifest(target, states_of(target, files_below(target, is_recorded)))


def drop(folder: Path, paths: list[str]) -> None:
    """Remove files of a version and their records. Raises `OSError`."""
    record(folder, dict.fromkeys(paths, ()))
    for path in paths:
        (folder / path).unlink(missing_ok=True)


def _is_stale(
    target: Path, made: Path, path: str, known: Entries, staying: frozenset[str], compared: frozenset[str]
) -> bool:
    file = target / path
    if path in known:
        return flaw(file, known[path]) is not None
    if path.startswith(f"{INDEX}/"):  # names of its files differ from index to index
        return not known or not (target / INDEX).exists()
    if not file.exists():
        return True
    if path in compared:
        return not filecmp.cmp(file, made / path, shallow=False)
    return path not in staying


def _flawed_index(target: Path, known: Entries) -> list[str]:
    return [path for path in known if path.startswith(f"{INDEX}/") and flaw(target / path, known[path])]


def replace_index(target: Path, made: Path) -> None:
    """Exchange the index of a version for that of a recorded draft. Readers have the files of the old one open.

    Raises `OSError`.
    """
    old, new = entries_of(target) or {}, entries_of(made) or {}
    record(target, {path: () for path in old if path.startswith(f"{INDEX}/")})
    if (target / INDEX).exists():
        (target / INDEX).rename(made / "replaced-index")
    (made / INDEX).rename(target / INDEX)
    record(target, {path: states for path, states in new.items() if path.startswith(f"{INDEX}/")})
