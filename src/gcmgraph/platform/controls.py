"""Controls of direction and invisible characters, with which a text can disguise itself or others.

Controls of direction are those of Unicode Standard Annex 9 (https://www.unicode.org/reports/tr9/).
"""

from __future__ import annotations

import re

#: Embeddings, overrides and their end, and isolates and their end.
_EMBEDDING = "\u202a-\u202e"
_ISOLATES = "\u2066-\u2068"
_END = "\u2069"

DIRECTION_CONTROLS = re.compile(f"[{_EMBEDDING}{_ISOLATES}{_END}]")

#: Characters that are not drawn (Default_Ignorable_Code_Point of the Unicode Character Database)
#: without controls of direction, joiners and variation selectors, which texts require; and the
#: blank pattern of Braille.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)

_ISOLATION = re.compile(f"[{_ISOLATES}{_END}]")

#: Embeddings and overrides in UTF-8. No page of ours has them but from data.
_ENCODED = re.compile(b"\xe2\x80[\xaa-\xae]")


def isolated(text: str) -> str:
    r"""A text whose controls act on nothing after it.

    Isolates without an end, and ends without a start, are visible.

    >>> isolated("a\u2067b")
    'a[U+2067]b'
    """
    if text.isascii() or not _ISOLATION.search(text):
        return text
    unpaired = _unpaired_isolates(text)
    if not unpaired:
        return text
    return "".join(
        visible(character) if offset in unpaired else character
        for offset, character in enumerate(text)
    )


def _unpaired_isolates(text: str) -> set[int]:
    """The offsets of isolates without an end, and of ends without a start."""
    open_isolates: list[int] = []
    unpaired_ends = set()
    for match in _ISOLATION.finditer(text):
        if match[0] != _END:
            open_isolates.append(match.start())
        elif open_isolates:
            open_isolates.pop()
        else:
            unpaired_ends.add(match.start())
    return unpaired_ends.union(open_isolates)


def visible(control: str) -> str:
    r"""A control as its number.

    >>> visible("\u202e")
    '[U+202E]'
    """
    return f"[U+{ord(control):04X}]"


def without_overrides(page: bytes) -> bytes:
    """A page in UTF-8 with visible embeddings and overrides.

    Isolation alone does not make them honest.
    """
    return _ENCODED.sub(lambda match: visible(match[0].decode()).encode(), page)
