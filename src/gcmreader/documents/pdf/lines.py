"""Lines of text of a PDF with their styles, their blocks, and the canonical text.

Lines have the characters of a page, and those recovered from outlines, in reading order. The
guidance pages of the UN Network on Migration are set in two families, and each part has its own
font and size. On other pages the sizes decide: the most frequent one is the body's, a larger one a
heading's.

The canonical text is Markdown, each block on one line, blank lines between. A page is set in one
column. A new block begins where the style changes, a line begins with a letter or a bullet, a band
is behind it, or the line before is further away than the next line would be.

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
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from itertools import dropwhile, groupby
from operator import itemgetter

from gcmreader.documents.pdf.content import Character, PdfPage, Rectangle, bands, squares


class Style(Enum):
    """Parts of a page that a font can mark."""

    TITLE = auto()
    HEADING = auto()
    BODY = auto()
    NOTE = auto()
    #: running feet, side marks, the line that invites to the Network's site, marks of notes, text
    #: hidden below the feet
    MARGIN = auto()


#: Beginning of the font's name, least and greatest size in points, what it sets. The first that
#: fits counts.
_NETWORK_STYLES = (
    ("SemplicitaPro-Bold", 13.0, 18.0, Style.TITLE),
    ("SemplicitaPro-Bold", 11.8, 13.0, Style.HEADING),
    ("Calibri-Italic", 0.0, 10.5, Style.MARGIN),
    ("Calibri-LightItalic", 0.0, 10.5, Style.MARGIN),
    ("Calibri-Bold", 9.5, 10.5, Style.NOTE),
    ("Calibri", 8.5, 9.5, Style.NOTE),
    ("Calibri", 10.6, 14.0, Style.BODY),
    ("Arial-BoldMT", 10.6, 14.0, Style.BODY),
)
#: The family that only the Network's pages are set in.
_NETWORK_FAMILY = "SemplicitaPro"
#: Sizes of title and headings on other pages, in sizes of the body.
_TITLE_SIZE, _HEADING_SIZE = 1.3, 1.1
#: Height of the margins at head and foot of other pages, in heights of the page.
_MARGIN = 1 / 10

StyleOf = Callable[[Character], Style]


def is_network_page(pages: Sequence[PdfPage]) -> bool:
    """Whether a document is set as the Network sets its guidance pages."""
    return any(
        character.font.startswith(_NETWORK_FAMILY)
        for page in pages
        for character in page.characters
    )


def network_style(character: Character) -> Style:
    """The style of a character of a page of the UN Network on Migration."""
    if character.upright:
        for name, least, most, style in _NETWORK_STYLES:
            if character.font.startswith(name) and least <= character.size <= most:
                return style
    return Style.MARGIN


def size_styles(pages: Sequence[PdfPage]) -> dict[int, StyleOf]:
    """The styles of other documents by page: by size, without the lines that several pages repeat in their margins."""
    sizes = Counter(
        round(c.size * 2) / 2 for page in pages for c in page.characters if c.text.isalpha()
    )
    body = sizes.most_common(1)[0][0] if sizes else 12.0
    repeated = _repeated_lines(pages)

    def styles_of(page: PdfPage) -> StyleOf:
        margins = {round(y) for text, y in _margin_lines(page) if text in repeated}

        def style(character: Character) -> Style:
            if not character.upright or round(character.y) in margins:
                return Style.MARGIN
            if character.size >= _TITLE_SIZE * body:
                return Style.TITLE
            return Style.HEADING if character.size >= _HEADING_SIZE * body else Style.BODY

        return style

    return {page.number: styles_of(page) for page in pages}


def _margin_lines(page: PdfPage) -> list[tuple[str, float]]:
    """The lines in the margins of a page, digits taken off, with their baselines."""
    lines: dict[int, list[Character]] = {}
    for character in page.characters:
        if not page.height * _MARGIN < character.y < page.height * (1 - _MARGIN):
            lines.setdefault(round(character.y), []).append(character)
    return [
        (
            re.sub(r"[\d\s]+", "", "".join(c.text for c in sorted(line, key=lambda c: c.x0))),
            line[0].y,
        )
        for line in lines.values()
    ]


def _repeated_lines(pages: Sequence[PdfPage]) -> set[str]:
    counts = Counter(text for page in pages for text in {text for text, _ in _margin_lines(page)})
    return {text for text, count in counts.items() if count > 1}


#: Baselines that are this close, in points, are the same; those of parts of one line are within the
#: second.
_SAME_BASELINE, _SAME_LINE = 0.7, 5.0
#: A gap between two characters that is a space, in ems.
_SPACE = 0.14

_BULLET = re.compile(r"[▪■•●◦‣⁃]")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
}


@dataclass(frozen=True, slots=True)
class PdfRun:
    """A stretch of a line in one weight."""

    text: str
    bold: bool


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page."""

    page: int
    left: float
    right: float
    #: baseline, in points from the top of the page
    y: float
    size: float
    font: str
    runs: tuple[PdfRun, ...]
    #: whether a square or another bullet goes before it
    bullet: bool
    #: number of the filled band behind it, or None
    band: int | None

    @property
    def text(self) -> str:
        """Its text without weights."""
        return "".join(run.text for run in self.runs)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(run.bold or not run.text.strip() for run in self.runs)


def page_lines(page: PdfPage, characters: Iterable[Character]) -> list[PdfLine]:
    """The lines that some characters of a page form, from top to bottom."""
    marks = list(squares(page))
    behind = list(bands(page))
    return [
        line
        for row in _rows(_distinct(characters))
        if (line := _line(page, row, marks, behind)) is not None
    ]


def _distinct(characters: Iterable[Character]) -> list[Character]:
    """The characters without those painted twice at the same place."""
    seen: dict[tuple[str, int, int], Character] = {}
    for character in characters:
        if character.upright:
            seen.setdefault((character.text, round(character.x0), round(character.y)), character)
    return list(seen.values())


def _rows(characters: list[Character]) -> Iterable[list[Character]]:
    """The characters by line.

    A letter `b.` set a little off its line joins the line that is nearest.
    """
    rows: list[list[Character]] = []
    for character in sorted(characters, key=lambda character: (character.y, character.x0)):
        if rows and character.y - rows[-1][-1].y < _SAME_BASELINE:
            rows[-1].append(character)
        else:
            rows.append([character])
    for row in sorted(rows, key=len):
        others = [
            other for other in rows if other is not row and abs(other[0].y - row[0].y) < _SAME_LINE
        ]
        if others:
            nearest = min(others, key=lambda other: abs(other[0].y - row[0].y))
            nearest.extend(row)
            rows = [other for other in rows if other is not row]
    return (sorted(row, key=lambda character: character.x0) for row in rows)


def _line(
    page: PdfPage, row: Sequence[Character], marks: Sequence[Rectangle], behind: Sequence[Rectangle]
) -> PdfLine | None:
    ink = [character for character in row if not character.text.isspace()]
    letters = list(dropwhile(lambda character: _BULLET.fullmatch(character.text), ink))
    bullet, ink = len(letters) < len(ink), letters
    if not ink:
        return None
    words = _words(row[row.index(ink[0]) :])
    weights = [
        (bold, " ".join(text for text, _ in group)) for bold, group in groupby(words, itemgetter(1))
    ]
    runs = [PdfRun(f"{text} ", bold) for bold, text in weights[:-1]]
    runs += [PdfRun(text, bold) for bold, text in weights[-1:]]
    first, last = ink[0], ink[-1]
    y = sorted(character.y for character in ink)[len(ink) // 2]
    bullet = bullet or any(
        first.x0 - 14 < left
        and right < first.x0 + 2
        and y - first.size * 0.8 < top
        and bottom < y + 1
        for left, top, right, bottom in marks
    )
    middle = y - 0.3 * first.size
    band = next(
        (
            number
            for number, (left, top, right, bottom) in enumerate(behind)
            if top < middle < bottom and left < first.x1 and first.x0 < right
        ),
        None,
    )
    return PdfLine(
        page.number, first.x0, last.x1, y, first.size, first.font, tuple(runs), bullet, band
    )


def _words(row: Sequence[Character]) -> list[tuple[str, bool]]:
    """The words of a row, each bold where most of its letters are."""
    words: list[tuple[str, int, int]] = []
    before: Character | None = None
    for character in row:
        if character.text.isspace():
            before = None
            continue
        text = _LIGATURES.get(character.text, character.text)
        bold = is_bold(character.font)
        if before is None or character.x0 - before.x1 > _SPACE * character.size:
            words.append((text, int(bold), 1))
        else:
            word, bolds, letters = words[-1]
            words[-1] = (word + text, bolds + bold, letters + 1)
        before = character
    return [(word, 2 * bolds > letters) for word, bolds, letters in words]


@cache
def is_bold(font: str) -> bool:
    """Whether a font is bold, by its name."""
    return bool(re.search(r"bold|black|heavy", font, re.IGNORECASE))


#: A gap from baseline to baseline beyond which a paragraph ends, in ems of the body. Lines are 1.2
#: ems apart.
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

    `bold_letters` says that the letters of its actions are bold, so that another letter begins
    none.
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


def _part(
    style: Style, line: PdfLine, headings: int, before: PdfBlock | None, bold_letters: bool
) -> Part | None:
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
    return (
        heading.part is Part.SUBHEADING
        and line.bold
        and _follows(last, line)
        and line.band in (None, last.band)
    )


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
    return match["number"] if (match := _NOTE_NUMBER.match(text)) else None


def target_number(text: str) -> str | None:
    """The number of the SDG target that a line begins with, as printed, or None."""
    return match[0] if (match := _TARGET.match(text.lstrip())) else None


_PREFIX = {
    Part.TITLE: "# ",
    Part.HEADING: "## ",
    Part.SUBHEADING: "### ",
    Part.ACTION: "- ",
    Part.ITEM: "- ",
    Part.PARAGRAPH: "",
    Part.TARGET: "- ",
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
        note = note_number(block.lines[0].text) or "*"
        prefix = f"[^{note}]: " if block.part is Part.NOTE else _PREFIX[block.part]
        text += "\n\n" if text else ""
        starts.setdefault(
            block.lines[0].page, len(text)
        )  # before the prefix, which is on the page, too
        text = _append(text + prefix, block, words, starts)
    offsets = [len(text)]
    for page in range(pages, 1, -1):
        offsets.insert(0, min(starts.get(page, offsets[0]), offsets[0]))
    offsets = [0, *offsets[:-1]]
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

    The letter of an action is before its bold lead; the number of a target is bold, whatever the
    source has.
    """
    if index == 0 and block.part is Part.ACTION:
        head, *rest = line.runs
        letter, _, lead = head.text.partition("." if "." in head.text[:3] else ")")
        return (PdfRun(f"{letter.strip()}. ", False), PdfRun(lead.lstrip(), head.bold), *rest)
    if index == 0 and block.part is Part.TARGET and (number := target_number(line.text)):
        return (
            PdfRun(f"{number}: ", True),
            PdfRun(line.text.lstrip()[len(number) :].lstrip(" :.–-"), False),
        )
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
        whole, parts = (
            f"{match['before']}{hyphen}{after[0] if after else ''}".casefold()
            for hyphen in ("", "-")
        )
        if _CONJUNCTION.match(following):
            return text, " "
        if bare[-1] == "\u00ad" or parts not in words or whole in words:
            return bare[:-1] + text[len(bare) :], ""
        return text, ""
    return text, "" if re.search(r"\w[–—]$", bare[-2:]) else " "
