"""Controls of the direction of text (Unicode Standard Annex 9), with which a text can disguise itself or others."""

from __future__ import annotations

import re

#: Embeddings, overrides and their end, and isolates and their end.
_EMBEDDING = "\u202a-\u202e"
_ISOLATES = "\u2066-\u2068"
_END = "\u2069"

CONTROLS = re.compile(f"[{_EMBEDDING}{_ISOLATES}{_END}]")

_ISOLATION = re.compile(f"[{_ISOLATES}{_END}]")


def isolated(text: str) -> str:
    """A text whose controls act on nothing after it: isolates without an end, and ends without a start, are visible."""
    if text.isascii() or not _ISOLATION.search(text):
        return text
    open_at: list[int] = []
    unpaired = set()
    for match in _ISOLATION.finditer(text):
        if match[0] != _END:
            open_at.append(match.start())
        elif open_at:
            open_at.pop()
        else:
            unpaired.add(match.start())
    unpaired.update(open_at)
    return (
        "".join(visible(letter) if at in unpaired else letter for at, letter in enumerate(text)) if unpaired else text
    )


def visible(control: str) -> str:
    """A control as its number: `[U+202E]`."""
    return f"[U+{ord(control):04X}]"


#: Embeddings and overrides in UTF-8. No page of ours has them but from data.
_ENCODED = re.compile(b"\xe2\x80[\xaa-\xae]")


def without_overrides(page: bytes) -> bytes:
    """A page in UTF-8 with visible embeddings and overrides, which isolation alone does not make honest."""
    return _ENCODED.sub(lambda match: visible(match[0].decode()).encode(), page)
