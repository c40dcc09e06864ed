"""Canonical text of a PDF: Markdown, each block on one line, blank lines between.

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

from gcmreader.documents.pdf.blocks import Part, PdfBlock, note_number, target_number
from gcmreader.documents.pdf.lines import PdfLine, PdfRun

PREFIXES = {
    Part.TITLE: "# ",
    Part.HEADING: "## ",
    Part.SUBHEADING: "### ",
    Part.ACTION: "- ",
    Part.ITEM: "- ",
    Part.PARAGRAPH: "",
    Part.TARGET: "- ",
}
UNEMPHASISED = frozenset({Part.TITLE, Part.HEADING, Part.SUBHEADING, Part.NOTE})
#: No broken word is longer, in characters.
LONGEST_WORD = 60
SOFT_HYPHEN = "\u00ad"

CONJUNCTION = re.compile(r"(?:and|or|et|ou|y|e|o|u)\b")
HYPHENATED = re.compile(r"(?P<letters>[^\W\d_]+)[-‐\u00ad]$")
DASH_END = re.compile(r"\w[–—]$")
WORD = re.compile(r"[^\W\d_]+")


def canonical_text(blocks: Sequence[PdfBlock], page_count: int) -> tuple[str, tuple[int, ...]]:
    """The text of some blocks, and for each page the offset of its first block or first words."""
    printed_text = " ".join(line.text for block in blocks for line in block.lines)
    writer = _TextWriter(printed_text.casefold())
    for block in blocks:
        writer.add(block)
    text = unicodedata.normalize("NFC", writer.text) + "\n"
    return text, _page_offsets(writer.page_starts, page_count, len(writer.text))


def _page_offsets(
    page_starts: dict[int, int], page_count: int, text_length: int
) -> tuple[int, ...]:
    """The offset of each page; a page without text begins where the next one does.

    >>> _page_offsets({1: 0, 3: 40}, 4, 90)
    (0, 40, 40, 90)
    """
    offsets = []
    offset = text_length
    for page in range(page_count, 1, -1):
        offset = min(page_starts.get(page, offset), offset)
        offsets.append(offset)
    return (0, *reversed(offsets))


class _TextWriter:
    """Text while blocks are added."""

    def __init__(self, printed_text: str) -> None:
        self.text = ""
        #: offset at which each page with text begins
        self.page_starts: dict[int, int] = {}
        #: all lines as printed, casefolded: shows how a word is written that a line breaks
        self._printed_text = printed_text
        #: offset at which the open block begins, after its prefix
        self._begin = 0
        self._is_bold = False
        #: what separates the next run: a space or nothing
        self._joint = ""

    def add(self, block: PdfBlock) -> None:
        """Add a block; a blank line goes before it."""
        if self.text:
            self.text += "\n\n"
        # before the prefix, which is on the page, too
        self.page_starts.setdefault(block.lines[0].page, len(self.text))
        self.text += _prefix(block)
        self._begin = len(self.text)
        for index, line in enumerate(block.lines):
            self._joint = " " if index == 0 else self._joint_before(line)
            for run in _shown_runs(block, index):
                self._add_run(run, line.page, run.bold and block.part not in UNEMPHASISED)
        self._end_bold()

    def _add_run(self, run: PdfRun, page: int, bold: bool) -> None:
        is_first = len(self.text) == self._begin
        if not run.text.strip():
            if not is_first:
                self._joint = " "
            return
        if not bold:
            self._end_bold()
        if not is_first:
            self.text += self._joint or _space(run.text[0])
        self.page_starts.setdefault(page, len(self.text))
        if bold and not self._is_bold:
            self.text += "**"
        self.text += run.text.strip()
        self._is_bold = bold
        self._joint = _space(run.text[-1])

    def _end_bold(self) -> None:
        if self._is_bold:
            self.text += "**"
        self._is_bold = False

    def _joint_before(self, line: PdfLine) -> str:
        """A space or nothing to join a line to the text; a hyphen that only breaks a word goes.

        A hyphen remains before a conjunction (`pre- and post-departure`), and in a word that is
        printed with it elsewhere and nowhere without.
        """
        line_text = line.text.lstrip()
        bare_text = self.text.rstrip("*")
        hyphenated = HYPHENATED.search(bare_text, max(len(bare_text) - LONGEST_WORD, 0))
        if hyphenated is None or not line_text[:1].isalpha():
            return "" if DASH_END.search(bare_text[-2:]) else " "
        if CONJUNCTION.match(line_text):
            return " "
        if bare_text.endswith(SOFT_HYPHEN) or self._breaks_word(hyphenated["letters"], line_text):
            emphasis = self.text[len(bare_text) :]
            self.text = bare_text[:-1] + emphasis
        return ""

    def _breaks_word(self, word_begin: str, line_text: str) -> bool:
        """Whether a hyphen between letters and a line is no part of the word."""
        match = WORD.match(line_text)
        word_end = match[0] if match else ""
        with_hyphen = f"{word_begin}-{word_end}".casefold()
        without_hyphen = f"{word_begin}{word_end}".casefold()
        return with_hyphen not in self._printed_text or without_hyphen in self._printed_text


def _space(character: str) -> str:
    """The character where it is a space, else nothing."""
    return " " if character == " " else ""


def _prefix(block: PdfBlock) -> str:
    """The Markdown before the words of a block."""
    if block.part is Part.NOTE:
        return f"[^{note_number(block.lines[0].text) or '*'}]: "
    return PREFIXES[block.part]


def _shown_runs(block: PdfBlock, index: int) -> Sequence[PdfRun]:
    """The runs of a line of a block as they are shown."""
    line = block.lines[index]
    if index == 0 and block.part in RUNS_OF_FIRST_LINES:
        return RUNS_OF_FIRST_LINES[block.part](line)
    return line.runs


def _action_runs(line: PdfLine) -> Sequence[PdfRun]:
    """The letter of an action before its bold lead."""
    first_run, *other_runs = line.runs
    mark = "." if "." in first_run.text[:3] else ")"
    letter, _, lead = first_run.text.partition(mark)
    return (
        PdfRun(f"{letter.strip()}. ", False),
        PdfRun(lead.lstrip(), first_run.bold),
        *other_runs,
    )


def _target_runs(line: PdfLine) -> Sequence[PdfRun]:
    """The number of a target in bold, whatever the source has, and the words of the target."""
    number = target_number(line.text)
    if number is None:
        return line.runs
    words = line.text.lstrip()[len(number) :].lstrip(" :.–-")
    return (PdfRun(f"{number}: ", True), PdfRun(words, False))


def _note_runs(line: PdfLine) -> Sequence[PdfRun]:
    """The words of a note without its number, which is in the prefix."""
    number = note_number(line.text)
    if number is None:
        return line.runs
    words = line.text.strip()[len(number) :].lstrip(". ")
    return (PdfRun(words, False),)


#: Kinds of blocks whose first line is shown in another way than printed.
RUNS_OF_FIRST_LINES = {
    Part.ACTION: _action_runs,
    Part.TARGET: _target_runs,
    Part.NOTE: _note_runs,
}
