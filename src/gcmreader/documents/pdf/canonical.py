"""The lines of a PDF to blocks, and these to the canonical text: Markdown, each block on one line, blank lines between.

A page is set in one column. A new block begins where the style changes, a line begins with a letter or a bullet, a
band is behind it, or the line before is further away than the next line would be.

# Title
## Section heading
- a. **lead of the action** rest of the action
### Title of a practice, heading of a goal
- item of a list
- **10.7:** text of a target
[^1]: note at the foot of a page
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from gcmreader.documents.pdf.lines import PdfLine, PdfRun, Style

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


_PREFIX = {
    Part.TITLE: "# ",
    Part.HEADING: "## ",
    Part.SUBHEADING: "### ",
    Part.ACTION: "- ",
    Part.ITEM: "- ",
    Part.PARAGRAPH: "",
    Part.TARGET: "- ",
    Part.NOTE: "",
}
_UNEMPHASISED = frozenset({Part.TITLE, Part.HEADING, Part.SUBHEADING, Part.NOTE})
_CONJUNCTION = re.compile(r"(?:and|or|et|ou|y|e|o|u)\b")
_HYPHEN_END = re.compile(r"(?P<before>[^\W\d_]+)[-‐\u00ad]$")
#: No broken word is longer, in characters.
_LONGEST_WORD = 60
_WORD = re.compile(r"[^\W\d_]+")


def canonical_text(found: Sequence[PdfBlock], pages: int) -> tuple[str, tuple[int, ...]]:
    """The text of some blocks, and for each page the offset of its first block or first words."""
    words = " ".join(line.text for block in found for line in block.lines).casefold()
    starts: dict[int, int] = {}
    text = ""
    for block in found:
        prefix = _PREFIX[block.part]
        if block.part is Part.NOTE:
            number = note_number(block.lines[0].text)
            prefix = f"[^{number or '*'}]: "
        text += "\n\n" if text else ""
        starts.setdefault(block.lines[0].page, len(text))  # before the prefix, which is on the page, too
        text = _append(text + prefix, block, words, starts)
    ends = len(text)
    offsets: list[int] = []
    for page in range(pages, 0, -1):
        ends = min(starts.get(page, ends), ends)
        offsets.append(ends)
    offsets.reverse()
    offsets[:1] = [0] if offsets else []
    return unicodedata.normalize("NFC", text) + "\n", tuple(offsets)


def _append(text: str, block: PdfBlock, words: str, starts: dict[int, int]) -> str:
    """The text with a block added; adds to `starts` where a page begins."""
    begin = len(text)
    bold = False
    for index, line in enumerate(block.lines):
        runs = _runs(line, block, index)
        joint = " "
        if index:
            text, joint = _joint(text, line.text, words)
        for run in runs:
            content = run.text
            if not content.strip():
                joint = joint or (" " if len(text) > begin else "")
                continue
            space = " " if content[0] == " " else ""
            glue = "" if len(text) == begin else joint or space
            emphasised = run.bold and block.part not in _UNEMPHASISED
            if bold and not emphasised:
                text += "**"
            text += glue
            starts.setdefault(line.page, len(text))
            text += ("**" if emphasised and not bold else "") + content.strip()
            bold = emphasised
            joint = " " if content[-1] == " " else ""
    return f"{text}**" if bold else text


def _runs(line: PdfLine, block: PdfBlock, index: int) -> Sequence[PdfRun]:
    """The runs of a line as they are shown.

    The letter of an action is before its bold lead; the number of a target is bold, whatever the source has.
    """
    if index == 0 and block.part is Part.ACTION:
        head, *rest = line.runs
        letter, _, lead = head.text.partition("." if "." in head.text[:3] else ")")
        return (PdfRun(f"{letter.strip()}. ", False), PdfRun(lead.lstrip(), head.bold), *rest)
    if index == 0 and block.part is Part.TARGET and (number := target_number(line.text)):
        return (PdfRun(f"{number}: ", True), PdfRun(line.text.lstrip()[len(number) :].lstrip(" :.–-"), False))
    if index == 0 and block.part is Part.NOTE and (number := note_number(line.text)):
        text = line.text.strip()[len(number) :].lstrip(". ")
        return (PdfRun(text, False),)
    return line.runs


def _joint(text: str, following: str, words: str) -> tuple[str, str]:
    """The text, its hyphen taken off where that only breaks a word, and what joins the next line to it."""
    bare = text.rstrip("*")
    following = following.lstrip()
    match = _HYPHEN_END.search(bare, max(len(bare) - _LONGEST_WORD, 0))
    if match and following[:1].isalpha():
        after = _WORD.match(following)
        whole = (match["before"] + after[0]).casefold() if after else ""
        parts = f"{match['before']}-{after[0]}".casefold() if after else ""
        if _CONJUNCTION.match(following):
            return text, " "
        if bare[-1] == "\u00ad" or parts not in words or whole in words:
            marks = text[len(bare) :]
            return bare[:-1] + marks, ""
        return text, ""
    if re.search(r"\w[–—]$", bare[-2:]):
        return text, ""
    return text, " "
