"""Parts of a guidance page and of a text of the Compact, and the headings and marks that begin them.

Both kinds share one outline: a head (objective, title, commitment), lettered actions, and, on a guidance
page, example practices and relevant SDG targets. Each pattern matches a whole line, Markdown taken off. The wordings of
a language are in its lexicon, section `headings`; those of all languages are tried, for a page in one language may hold
a line of another.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, auto

from gcmgraph.documents import Block, BlockKind, Document, Span, View
from gcmreader.lexicon import in_all_languages


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
    title: View | None
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


class Section(Enum):
    """The sections of a document."""

    HEAD = auto()
    ACTIONS = auto()
    PRACTICES = auto()
    GOALS = auto()
    UNKNOWN = auto()


_SECTIONS = {
    section: re.compile(in_all_languages("headings", section.name.lower()), re.IGNORECASE)
    for section in (Section.ACTIONS, Section.PRACTICES, Section.GOALS)
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
TITLE = re.compile(rf"(?:{in_all_languages('headings', 'title')})\s*:\s*(?P<title>\S.*)", re.IGNORECASE)
COMMITMENT = re.compile(rf"(?:\d+\.\s*)?(?:{in_all_languages('headings', 'commitment')})", re.IGNORECASE)
POINTER = re.compile(in_all_languages("headings", "pointer"), re.IGNORECASE)
PAGE_NUMBER = re.compile(
    rf"[\s*_|-]*(?:(?:{in_all_languages('headings', 'page')})\s*)?\d{{1,4}}[\s*_|-]*", re.IGNORECASE
)
#: `a. `, `- (b) `, `**c.** `; `**d.Name` where bold or a capital shows that the letter is none of the word
ACTION_ITEM = re.compile(
    r"\s*(?:[-•*–■▪◦●]\s+)?(?P<bold>\*\*)?\(?(?P<letter>[a-zA-Z])[.)]\)?"
    r"(?:(?:\*\*(?=\s*\S))?\s+(?=\S)|(?<=\.)(?=[A-ZÀ-Ý][a-zà-ÿ]))"
)
#: an action that begins within a line of the one before: `… their rights i) Identify …`
ACTION_WITHIN = re.compile(r"(?<=\s)(?:\*\*)?\(?(?P<letter>[a-z])[.)](?:\*\*)?\s+(?=(?:\*\*)?[A-ZÀ-Ý][a-zà-ÿ])")
ALL_GOALS = re.compile(in_all_languages("headings", "all_goals"), re.IGNORECASE)
GOAL = re.compile(
    rf"(?:(?:{_goal}){_NUMBER_SIGN}(?P<after>\d{{1,2}})\b(?!\.\w)|(?P<before>\d{{1,2}}) (?:{_goal})\b)"
    r"\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE,
)
TARGET = re.compile(
    rf"[\s■▪•●◦*–-]*(?:(?:{_target}|{_goal})\s*)?{_code}(?!\.\d)\)?[\s:.*–—-]*(?P<text>.*)", re.IGNORECASE
)
#: a target that a sentence names: `… contributes to target 10.7`, `SDG 17.14: …`
TARGET_NAMED = re.compile(
    rf"(?<!\w)(?:{_target}|{_goal}) (?P<code>\d{{1,2}}\.(?:\d{{1,2}}|[a-zA-Z]))(?!\w)", re.IGNORECASE
)


def plain(line: str) -> str:
    """A line without Markdown and bullets, for matching headings."""
    return _DECORATION.sub("", line)


def section_of(line: str) -> Section | None:
    """The section that a line announces, or None."""
    heading = unicodedata.normalize("NFC", plain(line))
    return next((section for section, pattern in _SECTIONS.items() if pattern.fullmatch(heading)), None)


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
