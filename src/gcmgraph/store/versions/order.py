"""Order in which the versions of a store folder were made, whatever the clock showed.

    STORE/order    names of versions, the oldest first

Versions of a folder without this file, and those that are not in it, are ordered by the times of their folders.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gcmgraph.files.atomic import write_file


def newest_first(versions: Path, names: Iterable[str]) -> list[str]:
    """Names of versions below a folder, the newest first; those that are missing are left out."""
    rank = {name: number for number, name in enumerate(_read(versions))}
    found = []
    for name in names:
        with suppress(OSError):  # removed meanwhile
            found.append((-rank.get(name, -1), -(versions / name).stat().st_mtime, name))
    return [name for *_, name in sorted(found)]


def add(versions: Path, name: str) -> None:
    """Add a new version as the newest one. To be used while the store is locked for writing. Raises `OSError`."""
    known = _read(versions)
    if name in known:
        return
    others = [
        folder.name for folder in versions.iterdir() if folder.is_dir() and not folder.name.startswith("building")
    ]
    earlier = [other for other in reversed(newest_first(versions, others)) if other not in known]
    write_file(versions.parent / "order", "".join(f"{one}\n" for one in (*earlier, *known, name)).encode())


def _read(versions: Path) -> list[str]:
    try:
        return (versions.parent / "order").read_text("utf-8", "replace").split()
    except OSError:
        return []
