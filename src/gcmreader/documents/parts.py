"""Parts of a guidance page and of a text of the Compact, the headings and marks that begin them, and its practices.

Both kinds share one outline: a head (objective, title, commitment), lettered actions, and, on a
guidance page, example practices and relevant SDG targets. Each pattern matches a whole line,
Markdown taken off. The wordings of a language are in its lexicon, section `headings`; those of all
languages are tried, for a page in one language may hold a line of another.

In the section of example practices, a title has no mark of its own in the real documents. Its
signs: it is short, does not end like a sentence, a blank line goes before it, the paragraph before
it is complete, and a paragraph follows it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from gcmgraph.sources.source_texts import Block, BlockKind, Document, Span
from gcmgraph.sources.text_views import View
from gcmreader.lexicon import in_all_languages, sentence_bounds


class Line(NamedTuple):
    """A non-blank line: where its text stands, and whether a blank line goes before it."""

    span: Span
    text: str
    after_blank: bool


@dataclass(frozen=True)
class ObjectiveHead:
    """The head of a document: what it says of its objective."""

    number: int | None
    #: the passages that name the number (empty where none does) and the title, in reading order
    number_spans: tuple[Span, ...]
    titles: tuple[View, ...]
    commitment: View | None


@dataclass(frozen=True)
class ActionItem:
    """One lettered action: its label (the bold lead; None where nothing is bold) and its full text."""

    letter: str
    label: View | None
    text: View
    span: Span


@dataclass(frozen=True)
class PracticeText:
    """One example practice: its title and its paragraphs as one text."""

    title: View
    body: View


@dataclass(frozen=True)
class GoalHeading:
    """A heading that names an SDG goal."""

    number: int
    span: Span


@dataclass(frozen=True)
class TargetLine:
    """A line that names an SDG target and gives its text."""

    code: str
    text: View | None
    span: Span


@dataclass(frozen=True)
class Misprint:
    """A mark of the page that was read as another: the letter of an action."""

    printed: str
    read: str
    span: Span


@dataclass(frozen=True)
class Outline:
    """A document, taken apart. Every non-blank line lies in exactly one block."""

    document: Document
    language: str
    head: ObjectiveHead
    actions: tuple[ActionItem, ...]
    practices: tuple[PracticeText, ...]
    goals: tuple[GoalHeading, ...]
    targets: tuple[TargetLine, ...]
    blocks: tuple[Block, ...] = field(repr=False)
    misprints: tuple[Misprint, ...] = ()

    @property
    def not_understood(self) -> tuple[Block, ...]:
        """The blocks that nothing was read from; empty for a document that was understood whole."""
        return tuple(block for block in self.blocks if block.kind is BlockKind.NOT_UNDERSTOOD)


class DocumentSection(Enum):
    """The sections of a document."""

    HEAD = auto()
    ACTIONS = auto()
    PRACTICES = auto()
    GOALS = auto()


_SECTIONS = {
    section: re.compile(in_all_languages("headings", section.name.lower()), re.IGNORECASE)
    for section in (DocumentSection.ACTIONS, DocumentSection.PRACTICES, DocumentSection.GOALS)
}

_DECORATION = re.compile(r"^[\s#*_■▪•●\-–]+|[\s#*_:.]+$")
_BULLET = re.compile(r"[\s*_]*[■▪•●◦]")
_NUMBER_SIGN = r"\s*(?:n\s?[°ºo]\.?\s*)?"
_goal = in_all_languages("headings", "goal")
_target = in_all_languages("headings", "target")
#: the code of a target; some pages print `17:18`
_code = r"(?P<code>\d{1,2}(?:\.(?:\d{1,2}|[a-zA-Z])|:(?:\d{1,2}|[a-zA-Z])(?=\**\s*:)))\b"

OBJECTIVE_NUMBER = re.compile(
    rf"(?:{in_all_languages('headings', 'objective')}){_NUMBER_SIGN}(?P<number>\d{{1,2}})\b\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE,
)
TITLE = re.compile(
    rf"(?:{in_all_languages('headings', 'title')})\s*:\s*(?P<title>\S.*)", re.IGNORECASE
)
COMMITMENT = re.compile(
    rf"(?:\d+\.\s*)?(?:{in_all_languages('headings', 'commitment')})", re.IGNORECASE
)
POINTER = re.compile(in_all_languages("headings", "pointer"), re.IGNORECASE)
PAGE_NUMBER = re.compile(
    rf"[\s*_|-]*(?:(?:{in_all_languages('headings', 'page')})\s*)?\d{{1,4}}[\s*_|-]*", re.IGNORECASE
)
#: `a. `, `- (b) `, `**c.** `; `**d.Name` where bold or a capital shows that the letter is none of
#: the word
ACTION_ITEM = re.compile(
    r"\s*(?:[-•*–■▪◦●]\s+)?(?P<bold>\*\*)?\(?(?P<letter>[a-zA-Z])[.)]\)?"
    r"(?:(?:\*\*(?=\s*\S))?\s+(?=\S)|(?<=\.)(?=[A-ZÀ-Ý][a-zà-ÿ]))"
)
#: an action that begins within a line of the one before: `… their rights i) Identify …`
ACTION_WITHIN = re.compile(
    r"(?<=\s)(?:\*\*)?\(?(?P<letter>[a-z])[.)](?:\*\*)?\s+(?=(?:\*\*)?[A-ZÀ-Ý][a-zà-ÿ])"
)
ALL_GOALS = re.compile(in_all_languages("headings", "all_goals"), re.IGNORECASE)
GOAL = re.compile(
    rf"(?:(?:{_goal}){_NUMBER_SIGN}(?P<after>\d{{1,2}})\b(?!\.\w)|(?P<before>\d{{1,2}}) (?:{_goal})\b)"
    r"\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE,
)
TARGET = re.compile(
    rf"[\s■▪•●◦*–-]*(?:(?:{_target}|{_goal})\s*)?{_code}(?!\.\d)\)?[\s:.*–—-]*(?P<text>.*)",
    re.IGNORECASE,
)
#: a target that a sentence names: `… contributes to target 10.7`, `SDG 17.14: …`
TARGET_NAMED = re.compile(
    rf"(?<!\w)(?:{_target}|{_goal}) (?P<code>\d{{1,2}}\.(?:\d{{1,2}}|[a-zA-Z]))(?!\w)",
    re.IGNORECASE,
)


def plain(line: str) -> str:
    """A line without Markdown and bullets, for matching headings."""
    return _DECORATION.sub("", line)


def section_of(line: str) -> DocumentSection | None:
    """The section that a line announces, or None."""
    heading = unicodedata.normalize("NFC", plain(line))
    return next(
        (section for section, pattern in _SECTIONS.items() if pattern.fullmatch(heading)), None
    )


def is_marked_heading(line: str) -> bool:
    """Whether Markdown makes a line a heading: `# …`, or all of it bold and neither a bullet nor the lead of one."""
    stripped = line.strip()
    if stripped.startswith("#"):
        return True
    return (
        len(stripped) > 4
        and stripped.startswith("**")
        and stripped.endswith("**")
        and "**" not in stripped[2:-2]
        and not _BULLET.match(stripped)
        and not stripped[2:-2].rstrip().endswith((":", ",", ";"))
    )


#: Longest title, in characters. The longest in the known pages has 103.
MAX_TITLE = 220

#: `!` and `?` within a title, which end no sentence there: `Tous à l'école ! Accueillir les enfants
#: migrants`
_ASIDE = re.compile(r"\s?[!?]+(?=\s)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*$|[.;:,]$")
#: A text counts as wrapped where this share of its lines follows another at once, none wider than
#: this.
_WRAPPED_SHARE, _WRAPPED_WIDTH = 0.3, 130
_LIST_MARK = re.compile(r"\s*(?:\*\*)?(?:[-•*–■▪◦●]\s|\(?(?:\d{1,2}|[ivx]+|[a-z])[.)]\s)")


@dataclass
class _Draft:
    title: Span
    paragraphs: list[Span] = field(default_factory=list)


def segment_practices(
    document: Document, lines: list[Line]
) -> tuple[tuple[PracticeText, ...], list[Block]]:
    """The practices of a section, and the blocks of all its lines."""
    blocks: list[Block] = []
    drafts: list[_Draft] = []
    lines = _unwrapped(document, lines)
    for index, (span, text, after_blank) in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        draft = drafts[-1] if drafts else None
        if POINTER.match(plain(text)) and not (draft and draft.paragraphs):
            blocks.append(Block(BlockKind.POINTER, span))
        elif _is_title(document, text, after_blank or index == 0, following, draft):
            if (
                draft and not draft.paragraphs
            ):  # two titles in a row: the first is over a group of practices
                blocks[-1] = Block(BlockKind.HEADING, blocks[-1].span)
                drafts.pop()
            drafts.append(_Draft(span))
            blocks.append(Block(BlockKind.PRACTICE_TITLE, span))
        elif draft is None:
            blocks.append(Block(BlockKind.NOT_UNDERSTOOD, span))
        elif draft.paragraphs and not _complete(document, draft):
            draft.paragraphs[-1] = Span(draft.paragraphs[-1].start, span.end)
            blocks[-1] = Block(BlockKind.PARAGRAPH, draft.paragraphs[-1])
        else:
            draft.paragraphs.append(span)
            blocks.append(Block(BlockKind.PARAGRAPH, span))
    if drafts and not drafts[-1].paragraphs:  # a title that nothing follows
        at = blocks.index(Block(BlockKind.PRACTICE_TITLE, drafts.pop().title))
        blocks[at] = Block(BlockKind.NOT_UNDERSTOOD, blocks[at].span)
    views = (
        (View.of(document, [draft.title]), View.of(document, draft.paragraphs)) for draft in drafts
    )
    return tuple(PracticeText(title, body) for title, body in views), blocks


def _unwrapped(document: Document, lines: list[Line]) -> list[Line]:
    """The lines, those of a paragraph wrapped at a fixed width joined; all set apart where blank lines are not used."""
    adjacent = [line for line in lines[1:] if not line.after_blank]
    if not lines or len(adjacent) == len(lines) - 1:
        return [line._replace(after_blank=True) for line in lines]
    if (
        len(adjacent) < _WRAPPED_SHARE * len(lines)
        or max(len(line.text) for line in lines) > _WRAPPED_WIDTH
    ):
        return lines
    joined: list[Line] = []
    for line in lines:
        previous = joined[-1] if joined else line
        # a dash begins an item only after a line that is complete
        item = _LIST_MARK.match(line.text) and not (
            line.text[0] in "–—" and previous.text[-1] not in ".:;"
        )
        if not joined or line.after_blank or item or is_marked_heading(previous.text):
            joined.append(line)
        else:
            whole = Span(previous.span.start, line.span.end)
            joined[-1] = Line(
                whole,
                " ".join(document.text[whole.start : whole.end].split()),
                previous.after_blank,
            )
    return joined


def _is_title(
    document: Document, text: str, after_blank: bool, following: Line | None, draft: _Draft | None
) -> bool:
    if is_marked_heading(text):
        return True
    bare = plain(text)
    if (
        following is None
        or len(text) > MAX_TITLE
        or _LIST_MARK.match(text)
        or _in_lower_case(bare)
        or text.startswith("**")  # bold, yet no heading: the lead of a bullet
        or (_SENTENCE_END.search(text) and not re.search(r"[?!][»\"”]?$", text))
        or len(sentence_bounds(_ASIDE.sub(",", text))) > 1
    ):
        return False
    if _in_lower_case(following.text) or is_marked_heading(following.text):
        return False
    if draft is None:
        return True
    if not draft.paragraphs:  # a second title line: only where a paragraph still follows
        return len(following.text) > MAX_TITLE or bool(_SENTENCE_END.search(following.text))
    return after_blank and _complete(document, draft)


def _in_lower_case(text: str) -> bool:
    """Whether a text begins in lower case, other than as a product does: `iPortal`."""
    return text[:1].islower() and not text[1:2].isupper()


def _complete(document: Document, draft: _Draft) -> bool:
    """Whether the last paragraph ends like one."""
    last = draft.paragraphs[-1]
    return bool(
        re.search(r"[.!?…:;][\"'”’»)\]*_]*$|[)\]]$", document.text[last.start : last.end].rstrip())
    )
