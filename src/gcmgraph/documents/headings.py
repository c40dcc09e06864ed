"""How the parts of a document announce themselves, in English and French.

Each pattern matches a whole line, Markdown taken off. New wordings are added here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto


class Section(Enum):
    """The sections of a document."""

    HEAD = auto()
    ACTIONS = auto()
    PRACTICES = auto()
    GOALS = auto()
    UNKNOWN = auto()


_SECTION_HEADINGS = {
    Section.ACTIONS: r"(?:(?:related|associated|relevant|key) )?actions"
    r"|actions (?:connexes|associées|correspondantes|pertinentes)|mesures (?:connexes|associées)",
    Section.PRACTICES: r"(?:examples? of (?:good |promising |relevant )?practices?"
    r"|(?:good |promising )?practice examples|example practices|(?:good |promising )?practices"
    r"|exemples? de (?:bonnes )?pratiques?|(?:bonnes )?pratiques|exemples de bonnes pratiques)",
    Section.GOALS: r"(?:relevant|related|associated) (?:sustainable development goals|sdgs?)"
    r"(?: \(sdgs?\))?(?: and targets)?"
    r"|(?:sustainable development goals|sdgs)"
    r"|objectifs de développement durable(?: \(odd\))?(?: pertinents| connexes| associés)?(?: \(odd\))?"
    r"|odd(?: pertinents| connexes| associés)?",
}
_SECTIONS = {section: re.compile(pattern, re.IGNORECASE) for section, pattern in _SECTION_HEADINGS.items()}

_DECORATION = re.compile(r"^[\s#*_■▪•●\-–]+|[\s#*_:.]+$")

OBJECTIVE_NUMBER = re.compile(
    r"(?:objective|objectif)\s*(?:n\s?[°ºo]\.?\s*)?(?P<number>\d{1,2})\b\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE,
)
TITLE = re.compile(r"(?:title|titre)\s*:\s*(?P<title>\S.*)", re.IGNORECASE)
COMMITMENT = re.compile(r"(?:\d+\.\s*)?(?:we (?:also |further )?commit\b|nous nous engageons\b)", re.IGNORECASE)
POINTER = re.compile(
    r"to reali[sz]e this commitment\b|pour (?:réaliser|honorer|respecter|concrétiser|tenir) cet engagement\b"
    r"|(?:for|to (?:find|see)) (?:more|further|other|additional) (?:example )?practices\b"
    r"|pour (?:plus|davantage|d['’]autres)\b.{0,12}\bpratiques\b|.{0,80}\bnetwork hub\b.{0,60}$",
    re.IGNORECASE,
)
ACTION_ITEM = re.compile(
    r"\s*(?:[-•*–■▪◦●]\s+)?(?P<bold>\*\*)?\(?(?P<letter>[a-zA-Z])[.)]\)?(?:\*\*(?=\s*\S))?\s+(?=\S)"
)
GOAL = re.compile(
    r"(?:odd|sdg|goal|sustainable development goal|objectif de développement durable)\s*(?:n\s?[°ºo]\.?\s*)?"
    r"(?P<number>\d{1,2})\b(?!\.\w)\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE,
)
TARGET = re.compile(
    r"[\s■▪•●◦*–-]*(?:(?:target|cible|sdg target|cible odd)\s*)?(?P<code>\d{1,2}\.(?:\d{1,2}|[a-zA-Z]))\b(?!\.\d)"
    r"[\s:.*–—-]*(?P<text>.*)",
    re.IGNORECASE,
)


def plain(line: str) -> str:
    """A line without Markdown and bullets, for matching headings."""
    return _DECORATION.sub("", line)


def section_of(line: str) -> Section | None:
    """The section that a line announces, or None."""
    heading = unicodedata.normalize("NFC", plain(line))
    return next((section for section, pattern in _SECTIONS.items() if pattern.fullmatch(heading)), None)


def is_marked_heading(line: str) -> bool:
    """Whether Markdown makes a line a heading: `# …`, or all of it bold."""
    stripped = line.strip()
    if stripped.startswith("#"):
        return True
    return len(stripped) > 4 and stripped.startswith("**") and stripped.endswith("**") and "**" not in stripped[2:-2]
