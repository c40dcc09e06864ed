"""The script of the editor page: built from `frontend/` by npm, so it may be missing; the plain form then serves."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_STATIC = Path(__file__).parent / "static"


@cache
def editor_bundle() -> str | None:
    """A digest that names the built script, so that browsers notice a new one; None where it was not built."""
    script = _STATIC / "editor.js"
    return hashlib.sha256(script.read_bytes()).hexdigest()[:12] if script.is_file() else None
