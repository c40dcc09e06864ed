"""Paragraphs of formatted text to the canonical text: Markdown, one line a paragraph, one blank line between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]")
#: Letter of a list item: `a.`, `b)`, with or without bullet
_LETTER = re.compile(r"(?:[-•■▪]\s*)?(?P<letter>[a-z])[.)]\s+", re.IGNORECASE)
_BULLET = re.compile(r"[•■▪◦●‣]\s*")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item."""

    runs: tuple[Run, ...]
    #: level of a heading, 1 to 6; 0 for other paragraphs
    level: int = 0
    #: the mark of a list item: `-`, or `a.`, `1.` where the list is numbered; empty for other paragraphs
    mark: str = ""


def markdown(paragraphs: Iterable[Paragraph]) -> str:
    """The canonical text of some paragraphs, in NFC; empty ones are left out."""
    lines = [line for paragraph in paragraphs if (line := _line(paragraph))]
    return unicodedata.normalize("NFC", "\n\n".join(lines)) + "\n" if lines else ""


def _line(paragraph: Paragraph) -> str:
    runs = _joined(paragraph.runs)
    text = "".join(run.text for run in runs)
    if not text.strip():
        return ""
    if paragraph.level:
        return f"{'#' * paragraph.level} {text}"
    mark = f"- {paragraph.mark} " if len(paragraph.mark) > 1 else "- " if paragraph.mark else ""
    if match := _LETTER.match(text):
        runs, mark = _without(runs, match.end()), f"- {match['letter']}. "
    elif match := _BULLET.match(text):
        runs, mark = _without(runs, match.end()), "- "
    return mark + "".join(_emphasised(runs))


def _joined(runs: Iterable[Run]) -> list[Run]:
    """The runs with single spaces, neighbours of one weight joined, and no space at either end."""
    joined: list[Run] = []
    for run in runs:
        text = _SPACE.sub(" ", _INVISIBLE.sub("", run.text))
        if not joined or joined[-1].text.endswith(" "):
            text = text.removeprefix(" ")
        if not text:
            continue
        if joined and (joined[-1].bold == run.bold or text == " "):
            joined[-1] = Run(joined[-1].text + text, joined[-1].bold)
        else:
            joined.append(Run(text, run.bold))
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(), joined[-1].bold)
    return [run for run in joined if run.text]


def _without(runs: Iterable[Run], length: int) -> list[Run]:
    """The runs without their first characters."""
    left = []
    for run in runs:
        if text := run.text[length:]:
            left.append(Run(text, run.bold))
        length = max(length - len(run.text), 0)
    return left


def _emphasised(runs: list[Run]) -> Iterable[str]:
    for run in runs:
        bare = run.text.strip()
        if run.bold and bare:
            before = " " if run.text.startswith(" ") else ""
            after = " " if run.text.endswith(" ") else ""
            yield f"{before}**{bare}**{after}"
        else:
            yield run.text
