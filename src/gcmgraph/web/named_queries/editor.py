"""The script of the editor page: built from `frontend/` by npm, so it may be missing; the plain form then serves."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_STATIC = Path(__file__).parents[1] / "static"


@cache
def editor_bundle() -> str | None:
    """A digest that names the built script and style, so that browsers notice new ones; None where one is missing."""
    built = [_STATIC / name for name in ("editor.js", "editor.css")]
    if not all(file.is_file() for file in built):
        return None
    return hashlib.sha256(b"".join(file.read_bytes() for file in built)).hexdigest()[:12]
