"""The canonical text of a document: Markdown with one blank line between blocks, each block on one line.

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
