"""Drafts that ended processes left, and files that others than their owner can read: removed and tightened at a start.

A writer locks its draft (flock(2)) until it has its final name; the system releases the lock with the process. So an
unlocked draft belongs to no process, whatever its process identifier.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

#: Names of drafts (`atomic`).
_DRAFT = re.compile(r"\..+\.[0-9]+-[0-9a-f]{8}")

#: Permissions of others than the owner.
_OTHERS = 0o077


def remove_drafts(folder: Path) -> int:
    """Remove the drafts below a folder that no process writes; return their number."""
    removed = 0
    for path, folders, names in os.walk(folder):
        drafts = [name for name in (*folders, *names) if _DRAFT.fullmatch(name)]
        folders[:] = [name for name in folders if name not in drafts]
        for name in drafts:
            removed += _removed(Path(path, name))
    return removed


def _removed(draft: Path) -> bool:
    if draft.is_symlink():  # written and renamed at once; it cannot be locked
        with suppress(OSError):
            draft.unlink()
        return True
    try:
        opened = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:  # it has its final name
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)
    except OSError:  # locked: in use
        return False
    finally:
        os.close(opened)
    return True


def tighten(folder: Path) -> int:
    """Let only the owner read the files below a folder, and itself; return the number of those that were changed.

    Files of other owners are left as they are.
    """
    changed = 0
    for path, _, names in os.walk(folder):
        for place in (path, *(f"{path}/{name}" for name in names)):
            with suppress(OSError):
                state = os.lstat(place)
                if state.st_mode & _OTHERS and state.st_uid == os.geteuid() and not os.path.islink(place):  # noqa: PTH114
                    os.chmod(place, state.st_mode & 0o7700)  # noqa: PTH101 - by path of many files
                    changed += 1
    return changed
