"""Blocks of a PDF: its lines joined to headings, paragraphs, actions, items, targets and notes.

A new block begins where the style changes, a line begins with a letter or a bullet, a band is
behind it, or the line before is further away than the next line would be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from gcmreader.documents.pdf.lines import PdfLine
from gcmreader.documents.pdf.styles import Style

#: A gap from baseline to baseline beyond which a paragraph ends, in ems of the body. Lines are 1.2
#: ems apart.
PARAGRAPH_GAP = 1.55
#: A last line that ends this far before the longest line of its block, in ems, ends a paragraph.
SHORT_LINE = 2.0
#: Section headings of a guidance page, counted up to a line: actions follow the first, example
#: practices the second, SDG targets the third.
ACTIONS = 1
PRACTICES = 2
TARGETS = 3

ACTION_LETTER = re.compile(r"[a-z][.)](?!\w[.)])", re.IGNORECASE)
TARGET_NUMBER = re.compile(r"\d{1,2}[.:](?:\d{1,2}|[a-z])\b", re.IGNORECASE)
NOTE_NUMBER = re.compile(r"(?P<number>\d{1,2})\.?\s+(?=\D)")
SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]]*\s*$")


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


#: Styles that one kind of block has.
PARTS_OF_STYLES = {Style.TITLE: Part.TITLE, Style.HEADING: Part.HEADING}


@dataclass(frozen=True, slots=True)
class StyledLine:
    """A line and the part of the page that its font sets."""

    style: Style
    line: PdfLine


@dataclass(slots=True)
class PdfBlock:
    """A block and its lines in reading order."""

    part: Part
    lines: list[PdfLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Footnote:
    """A note, and the index of the block that is open where the note begins; -1 before the first."""

    block: PdfBlock
    open_index: int


def blocks(lines: Iterable[StyledLine], *, bold_letters: bool) -> list[PdfBlock]:
    """The blocks of a document. A note follows the block that is open at the end of its page.

    `bold_letters` says that the letters of the actions are bold, so that another letter begins no
    action.
    """
    builder = _BlockBuilder(bold_letters)
    for styled in lines:
        if styled.style is Style.NOTE:
            builder.add_note_line(styled.line)
        else:
            builder.add_line(styled.style, styled.line)
    return builder.blocks_with_notes()


@dataclass(slots=True)
class _BlockBuilder:
    """Blocks and notes while the lines of a document are added."""

    bold_letters: bool
    blocks: list[PdfBlock] = field(default_factory=list)
    footnotes: list[_Footnote] = field(default_factory=list)
    #: number of section headings so far
    section: int = 0

    @property
    def open_block(self) -> PdfBlock | None:
        """The block that the next line may continue."""
        return self.blocks[-1] if self.blocks else None

    def add_line(self, style: Style, line: PdfLine) -> None:
        """Continue the open block with a line, or begin another."""
        open_block = self.open_block
        in_heading = open_block is not None and open_block.part is Part.HEADING
        if style is Style.HEADING and not in_heading:
            self.section += 1
        part = self._part_of(style, line)
        if part is None and open_block is not None:
            open_block.lines.append(line)
        else:
            self.blocks.append(PdfBlock(part or Part.PARAGRAPH, [line]))

    def add_note_line(self, line: PdfLine) -> None:
        """Continue the last note with a line, or begin another."""
        if self.footnotes:
            last_note = self.footnotes[-1].block
            if _follows(last_note.lines[-1], line) and not _has_next_number(line, last_note):
                last_note.lines.append(line)
                return
        self.footnotes.append(_Footnote(PdfBlock(Part.NOTE, [line]), len(self.blocks) - 1))

    def blocks_with_notes(self) -> list[PdfBlock]:
        """All blocks, the notes among them."""
        for footnote in reversed(self.footnotes):
            index = max(footnote.open_index, 0)
            if footnote.open_index >= 0 and _goes_after(footnote.block, self.blocks[index]):
                index += 1
            self.blocks.insert(index, footnote.block)
        return self.blocks

    def _part_of(self, style: Style, line: PdfLine) -> Part | None:
        """The kind of block that a line begins, or None where it continues the open block."""
        if style in PARTS_OF_STYLES:
            part = PARTS_OF_STYLES[style]
            return None if self.open_block is not None and self.open_block.part is part else part
        if self._begins_action(line):
            return Part.ACTION
        if self._begins_target(line):
            return Part.TARGET
        if line.bullet:
            return Part.ITEM
        return self._part_of_unmarked(line)

    def _begins_action(self, line: PdfLine) -> bool:
        has_weight_of_letter = line.runs[0].bold or not self.bold_letters
        is_lettered = ACTION_LETTER.match(line.text) is not None
        return self.section == ACTIONS and is_lettered and has_weight_of_letter

    def _begins_target(self, line: PdfLine) -> bool:
        is_marked = line.bullet or line.runs[0].bold
        is_numbered = TARGET_NUMBER.match(line.text) is not None
        return self.section >= TARGETS and is_numbered and is_marked

    def _part_of_unmarked(self, line: PdfLine) -> Part | None:
        """The kind of block that a line without letter, number and bullet begins, or None."""
        open_block = self.open_block
        if line.bold and line.band is not None:
            continues = open_block is not None and _continues_subheading(open_block, line)
            return None if continues else Part.SUBHEADING
        if open_block is None or open_block.part in PARTS_OF_STYLES.values():
            is_subheading = line.bold and self.section >= PRACTICES
            return Part.SUBHEADING if is_subheading else Part.PARAGRAPH
        if open_block.part is Part.SUBHEADING:
            return None if _continues_subheading(open_block, line) else Part.PARAGRAPH
        return self._part_after(open_block, line)

    def _part_after(self, block: PdfBlock, line: PdfLine) -> Part | None:
        """The kind of block that an unmarked line begins after a paragraph or item, or None."""
        last_line = block.lines[-1]
        follows = _follows(last_line, line)
        if line.bold and not _has_bold_lead(block) and not (self.section == ACTIONS and follows):
            return Part.SUBHEADING
        if last_line.page == line.page:
            return None if follows else Part.PARAGRAPH
        begins_sentence = not line.text[:1].islower()
        return Part.PARAGRAPH if begins_sentence and _may_end(block) else None


def _continues_subheading(block: PdfBlock, line: PdfLine) -> bool:
    """Whether a line goes on with a subheading: bold, right below it, on no band of its own."""
    last_line = block.lines[-1]
    return (
        block.part is Part.SUBHEADING
        and line.bold
        and _follows(last_line, line)
        and line.band in (None, last_line.band)
    )


def _has_bold_lead(block: PdfBlock) -> bool:
    """Whether a block is an action or item whose bold lead may still go on."""
    return block.part in (Part.ACTION, Part.ITEM) and all(line.bold for line in block.lines)


def _follows(previous: PdfLine, line: PdfLine) -> bool:
    """Whether a line is where the next line of a paragraph is."""
    gap = line.baseline - previous.baseline
    return previous.page == line.page and gap < PARAGRAPH_GAP * line.size


def _may_end(block: PdfBlock) -> bool:
    """Whether a paragraph may end with its last line: it ends a sentence, before the margin."""
    last_line = block.lines[-1]
    right_margin = max(line.right for line in block.lines if line.page == last_line.page)
    is_short = last_line.right < right_margin - SHORT_LINE * last_line.size
    return is_short and SENTENCE_END.search(last_line.text) is not None


def _goes_after(note: PdfBlock, block: PdfBlock) -> bool:
    """Whether a note goes after the block open at its position, to be among the text of its page."""
    page = note.lines[0].page
    return block.lines[0].page != page == block.lines[-1].page


def _has_next_number(line: PdfLine, note: PdfBlock) -> bool:
    """Whether a line begins the note after another: it has the next number."""
    number = note_number(line.text)
    last_number = note_number(note.lines[0].text)
    if number is None or last_number is None:
        return False
    return int(number) == int(last_number) + 1


def note_number(text: str) -> str | None:
    """The number that a note begins with, or None.

    >>> note_number("12. See the report."), note_number("See the report of 2021.")
    ('12', None)
    """
    match = NOTE_NUMBER.match(text)
    return match["number"] if match else None


def target_number(text: str) -> str | None:
    """The number of the SDG target that a line begins with, as printed, or None.

    >>> target_number("10.7: Facilitate migration"), target_number("17:18 Data")
    ('10.7', '17:18')
    """
    match = TARGET_NUMBER.match(text.lstrip())
    return match[0] if match else None
