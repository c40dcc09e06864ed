"""Headings and marks that begin the parts of a document.

Each pattern matches a whole line, Markdown taken off. The wordings of a language are in its lexicon,
section `headings`; those of all languages are tried, for a page in one language may hold a line of
another.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto

from gcmreader.lexicon import in_all_languages

_DECORATION = re.compile(r"^[\s#*_■▪•●\-–]+|[\s#*_:.]+$")
_BULLET = re.compile(r"[\s*_]*[■▪•●◦]")
_NUMBER_SIGN = r"\s*(?:n\s?[°ºo]\.?\s*)?"
_GOAL_WORD = in_all_languages("headings", "goal")
_TARGET_WORD = in_all_languages("headings", "target")
#: The code of a target; some pages print `17:18`.
_TARGET_CODE = r"(?P<code>\d{1,2}(?:\.(?:\d{1,2}|[a-zA-Z])|:(?:\d{1,2}|[a-zA-Z])(?=\**\s*:)))\b"

OBJECTIVE_NUMBER = re.compile(
    rf"(?:{in_all_languages('headings', 'objective')}){_NUMBER_SIGN}(?P<number>\d{{1,2}})\b"
    r"\s*[:.–—-]*\s*(?P<title>.*)",
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
#: `a. `, `- (b) `, `**c.** `; `**d.Name` where bold or a capital shows that the letter is not one of
#: the word.
ACTION_ITEM = re.compile(
    r"\s*(?:[-•*–■▪◦●]\s+)?(?P<bold>\*\*)?\(?(?P<letter>[a-zA-Z])[.)]\)?"
    r"(?:(?:\*\*(?=\s*\S))?\s+(?=\S)|(?<=\.)(?=[A-ZÀ-Ý][a-zà-ÿ]))"
)
#: An action that begins within a line of the one before: `… their rights i) Identify …`
ACTION_WITHIN = re.compile(
    r"(?<=\s)(?:\*\*)?\(?(?P<letter>[a-z])[.)](?:\*\*)?\s+(?=(?:\*\*)?[A-ZÀ-Ý][a-zà-ÿ])"
)
ALL_GOALS = re.compile(in_all_languages("headings", "all_goals"), re.IGNORECASE)
GOAL = re.compile(
    rf"(?:(?:{_GOAL_WORD}){_NUMBER_SIGN}(?P<after>\d{{1,2}})\b(?!\.\w)"
    rf"|(?P<before>\d{{1,2}}) (?:{_GOAL_WORD})\b)"
    r"\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE,
)
TARGET = re.compile(
    rf"[\s■▪•●◦*–-]*(?:(?:{_TARGET_WORD}|{_GOAL_WORD})\s*)?{_TARGET_CODE}"
    r"(?!\.\d)\)?[\s:.*–—-]*(?P<text>.*)",
    re.IGNORECASE,
)
#: A target that a sentence names: `… contributes to target 10.7`, `SDG 17.14: …`
TARGET_NAMED = re.compile(
    rf"(?<!\w)(?:{_TARGET_WORD}|{_GOAL_WORD}) (?P<code>\d{{1,2}}\.(?:\d{{1,2}}|[a-zA-Z]))(?!\w)",
    re.IGNORECASE,
)


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


def plain(line: str) -> str:
    """A line without Markdown and bullets, for matching headings."""
    return _DECORATION.sub("", line)


def section_of(line: str) -> DocumentSection | None:
    """The section that a line announces, or None."""
    heading = unicodedata.normalize("NFC", plain(line))
    for section, pattern in _SECTIONS.items():
        if pattern.fullmatch(heading):
            return section
    return None


def is_marked_heading(line: str) -> bool:
    """Whether Markdown makes a line a heading.

    That is `# …`, or a line that is bold as a whole and neither a bullet nor the lead of one.

    >>> [is_marked_heading(line) for line in ("# Actions", "**Actions**", "**Actions:**", "Actions")]
    [True, True, False, False]
    """
    stripped = line.strip()
    if stripped.startswith("#"):
        return True
    if len(stripped) <= 4 or not (stripped.startswith("**") and stripped.endswith("**")):
        return False
    words = stripped[2:-2]
    is_lead = words.rstrip().endswith((":", ",", ";"))
    return "**" not in words and not is_lead and not _BULLET.match(stripped)
