"""Sort keys of text."""

from __future__ import annotations

import re


def natural(code: str) -> list[tuple[int, str]]:
    """A sort key in which 10 follows 9 and 9b follows 9a. Numbers may have any length: `int` refuses long ones."""
    parts = [(part, part.lstrip("0")) for part in re.findall(r"\d+|\D+", code)]
    return [(len(digits) + 1, digits) if part.isdecimal() else (0, part) for part, digits in parts]
