"""Paragraphs of Word documents and web pages as canonical text: Markdown, each on one line."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Document

SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]")
#: Letter of a list item: `a.`, `b)`, with or without bullet.
LETTER = re.compile(r"(?:[-•■▪]\s*)?(?P<letter>[a-z])[.)]\s+", re.IGNORECASE)
BULLET = re.compile(r"[•■▪◦●‣]\s*")


class ListKind(Enum):
    """Kinds of lists, by the marks of their items."""

    LETTERED = auto()
    NUMBERED = auto()
    BULLETED = auto()

    def mark(self, number: int) -> str:
        """The mark of the item with a number.

        >>> ListKind.LETTERED.mark(3), ListKind.NUMBERED.mark(3), ListKind.BULLETED.mark(3)
        ('c.', '3.', '-')
        """
        if self is ListKind.LETTERED and 1 <= number <= 26:
            return f"{chr(ord('a') + number - 1)}."
        return f"{number}." if self is ListKind.NUMBERED else "-"


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item."""

    runs: tuple[TextRun, ...]
    #: level of a heading, 1 to 6; 0 for other paragraphs
    level: int = 0
    #: the mark of a list item: `-`, or `a.`, `1.` where the list is numbered; empty for other
    #: paragraphs
    mark: str = ""


def document_of(
    paragraphs: Iterable[Paragraph],
    data: bytes,
    *,
    name: str,
    slug: str,
    media_type: str,
    format_name: str,
) -> Document:
    """The document with some paragraphs, which a file of a format has.

    Raises `DocumentError` where they have no text.
    """
    text = markdown(paragraphs)
    if not text:
        raise DocumentError(f"The {format_name} holds no text.", place=Place(name))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest(), media_type)


def markdown(paragraphs: Iterable[Paragraph]) -> str:
    r"""The canonical text of some paragraphs, in NFC; empty ones are left out.

    >>> heading = Paragraph((TextRun("Actions"),), level=2)
    >>> item = Paragraph((TextRun("Train"),), mark="a.")
    >>> markdown([heading, item])
    '## Actions\n\n- a. Train\n'
    """
    lines = [line for paragraph in paragraphs if (line := _line(paragraph))]
    return unicodedata.normalize("NFC", "\n\n".join(lines)) + "\n" if lines else ""


def _line(paragraph: Paragraph) -> str:
    """A paragraph on one line; empty without text."""
    runs = _normalised(paragraph.runs)
    text = "".join(run.text for run in runs)
    if not text.strip():
        return ""
    if paragraph.level:
        return f"{'#' * paragraph.level} {text}"
    if match := LETTER.match(text):
        prefix = f"- {match['letter']}. "
    elif match := BULLET.match(text):
        prefix = "- "
    else:
        prefix = _prefix(paragraph.mark)
    if match:
        runs = list(_without_begin(runs, match.end()))
    return prefix + "".join(map(_emphasised, runs))


def _prefix(mark: str) -> str:
    """The Markdown before a list item with a mark; the one for bullets is written once."""
    if not mark:
        return ""
    return "- " if mark == "-" else f"- {mark} "


def _normalised(runs: Iterable[TextRun]) -> list[TextRun]:
    """The runs with single spaces, neighbours of one weight joined, and no space at either end."""
    joined: list[TextRun] = []
    for run in runs:
        text = SPACES.sub(" ", INVISIBLE.sub("", run.text))
        if not joined or joined[-1].text.endswith(" "):
            text = text.removeprefix(" ")
        if not text:
            continue
        if joined and (joined[-1].bold == run.bold or text == " "):
            joined[-1] = TextRun(joined[-1].text + text, joined[-1].bold)
        else:
            joined.append(TextRun(text, run.bold))
    if joined:
        joined[-1] = TextRun(joined[-1].text.rstrip(), joined[-1].bold)
    return [run for run in joined if run.text]


def _without_begin(runs: Iterable[TextRun], length: int) -> Iterator[TextRun]:
    """The runs without a number of characters at their begin."""
    excess = length
    for run in runs:
        text = run.text[excess:]
        if text:
            yield TextRun(text, run.bold)
        excess = max(excess - len(run.text), 0)


def _emphasised(run: TextRun) -> str:
    """The text of a run, in `**` where it is bold.

    >>> _emphasised(TextRun(" rights ", bold=True))
    ' **rights** '
    """
    bare_text = run.text.strip()
    if not run.bold or not bare_text:
        return run.text
    space_before = " " if run.text.startswith(" ") else ""
    space_after = " " if run.text.endswith(" ") else ""
    return f"{space_before}**{bare_text}**{space_after}"
