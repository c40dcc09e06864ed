"""Blocks: the lines of a document joined to titles, headings, actions, paragraphs and targets.

A page is set in one column. A new block begins where the style changes, a line begins with a letter or a
bullet, a band is behind it, or the line before is further away than the next line would be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from gcmreader.documents.pdf.lines import PdfLine
from gcmreader.documents.pdf.styles import Style

#: A gap from baseline to baseline beyond which a paragraph ends, in ems of the body. Lines are 1.2 ems apart.
_PARAGRAPH_GAP = 1.55
#: A last line that ends this far before the longest line of its block, in ems, ends a paragraph.
_SHORT_LINE = 2.0

_LETTER = re.compile(r"[a-z][.)](?!\w[.)])", re.IGNORECASE)
_TARGET = re.compile(r"\d{1,2}[.:](?:\d{1,2}|[a-z])\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]]*\s*$")
_NOTE_NUMBER = re.compile(r"(?P<number>\d{1,2})\.?\s+(?=\D)")


class Part(Enum):
    """The kinds of blocks."""

    TITLE = auto()
    HEADING = auto()
    SUBHEADING = auto()
    ACTION = auto()
    ITEM = auto()
    PARAGRAPH = auto()
    TARGET = auto()
    NOTE = auto()


@dataclass(slots=True)
class PdfBlock:
    """A block and its lines in reading order."""

    part: Part
    lines: list[PdfLine] = field(default_factory=list)


def blocks(lines: Sequence[tuple[Style, PdfLine]], *, bold_letters: bool) -> list[PdfBlock]:
    """The blocks of a document: a note belongs to the block that is open at the end of the note's page.

    `bold_letters` says that the letters of its actions are bold, so that another letter begins none.
    """
    found: list[PdfBlock] = []
    notes: list[tuple[PdfBlock, int]] = []
    headings = 0
    for style, line in lines:
        if style is Style.NOTE:
            _add_note(notes, line, len(found) - 1)
            continue
        open_block = found[-1] if found else None
        if style is Style.HEADING and (open_block is None or open_block.part is not Part.HEADING):
            headings += 1
        part = _part(style, line, headings, open_block, bold_letters)
        if part is None and open_block is not None:
            open_block.lines.append(line)
        else:
            found.append(PdfBlock(part or Part.PARAGRAPH, [line]))
    for note, index in reversed(notes):
        found.insert(index + _stands_after(note, found[index]) if index >= 0 else 0, note)
    return found


def _part(style: Style, line: PdfLine, headings: int, before: PdfBlock | None, bold_letters: bool) -> Part | None:
    """The kind of block that a line begins, or None where it goes on with the block before."""
    if style in (Style.TITLE, Style.HEADING):
        part = Part.TITLE if style is Style.TITLE else Part.HEADING
        return None if before is not None and before.part is part else part
    text = line.text
    letter = _LETTER.match(text)
    if headings == 1 and letter and (line.runs[0].bold or not bold_letters):
        return Part.ACTION
    if headings >= 3 and (line.bullet or line.runs[0].bold) and _TARGET.match(text):
        return Part.TARGET
    if line.bold and line.band is not None and not line.bullet:
        return None if before is not None and _goes_on(before, line) else Part.SUBHEADING
    if line.bullet:
        return Part.ITEM
    if before is None or before.part in (Part.TITLE, Part.HEADING):
        return Part.SUBHEADING if line.bold and headings >= 2 else Part.PARAGRAPH
    return _continued(line, headings, before)


def _continued(line: PdfLine, headings: int, before: PdfBlock) -> Part | None:
    last = before.lines[-1]
    if before.part is Part.SUBHEADING:
        return None if _goes_on(before, line) else Part.PARAGRAPH
    if line.bold and not _open_bold(before) and (headings != 1 or not _follows(last, line)):
        return Part.SUBHEADING
    if last.page != line.page:
        return Part.PARAGRAPH if _ends(before) and not line.text[:1].islower() else None
    return None if _follows(last, line) else Part.PARAGRAPH


def _goes_on(heading: PdfBlock, line: PdfLine) -> bool:
    """Whether a line goes on with a heading: bold, right below it, and on no band of its own."""
    last = heading.lines[-1]
    return heading.part is Part.SUBHEADING and line.bold and _follows(last, line) and line.band in (None, last.band)


def _open_bold(block: PdfBlock) -> bool:
    """Whether the bold lead of a block may still go on."""
    return block.part in (Part.ACTION, Part.ITEM) and all(line.bold for line in block.lines)


def _follows(last: PdfLine, line: PdfLine) -> bool:
    """Whether a line stands where the next line of a paragraph does."""
    return last.page == line.page and line.y - last.y < _PARAGRAPH_GAP * line.size


def _ends(block: PdfBlock) -> bool:
    """Whether a paragraph may end with its last line: it ends a sentence, before the margin."""
    last = block.lines[-1]
    right = max(line.right for line in block.lines if line.page == last.page)
    return bool(_SENTENCE_END.search(last.text)) and last.right < right - _SHORT_LINE * last.size


def _add_note(notes: list[tuple[PdfBlock, int]], line: PdfLine, index: int) -> None:
    """Add a line to the notes, each with the index of the block that is open there."""
    if notes and _follows(notes[-1][0].lines[-1], line) and not _begins_note(line, notes[-1][0]):
        notes[-1][0].lines.append(line)
    else:
        notes.append((PdfBlock(Part.NOTE, [line]), index))


def _stands_after(note: PdfBlock, block: PdfBlock) -> bool:
    """Whether a note stands after the block open at its place, so that it stands among the text of its page."""
    page = note.lines[0].page
    return block.lines[0].page != page == block.lines[-1].page


def _begins_note(line: PdfLine, before: PdfBlock) -> bool:
    """Whether a line begins the note after another: it has the next number."""
    number, last = note_number(line.text), note_number(before.lines[0].text)
    return number is not None and last is not None and int(number) == int(last) + 1


def note_number(text: str) -> str | None:
    """The number that a note begins with, or None."""
    match = _NOTE_NUMBER.match(text)
    return match["number"] if match else None


def target_number(text: str) -> str | None:
    """The number of the SDG target that a line begins with, as printed, or None."""
    match = _TARGET.match(text.lstrip())
    return match[0] if match else None
