"""Other readings of a text in a table than as a name.

`SDG 10.7` is the code 10.7, `U.N.H.C.R.` is UNHCR, `UNODC, Vienna` is UNODC, and `World Health
Organization (WHO)` is either part if both name the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import fold_words

#: The words for a kind before a code: `SDG target 10.7`, `ODD n° 10`.
_WORDS_AND_CODE = re.compile(
    r"(?P<words>[^\W\d][^\d]{0,40}?)[\s.:#]*(?:n[o°º]\.?\s*)?(?P<code>\d{1,2}(?:[.,]?[0-9a-z]{1,2})?)"
)
_DECIMAL_COMMA = re.compile(r"\d{1,2},\d{1,2}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?")
#: An acronym, and an addition such as a seat.
_ACRONYM_AND_ADDITION = re.compile(r"(?P<acronym>[A-Z][A-Z-]{2,11})\s*(?:[,/]|\s[-–]\s)\s*.+")
_NAME_IN_BRACKETS = re.compile(r"(?P<outer>[^()]+)\((?P<inner>[^()]+)\)")


@dataclass(frozen=True)
class NameReading:
    """Texts that must name one resource, of some kinds; of any where there are none."""

    texts: tuple[str, ...]
    kinds: tuple[str, ...] = ()


def readings(text: str, kinds: Collection[str]) -> Iterator[NameReading]:
    """The other readings of a text, for resources of some kinds or of any.

    >>> list(readings("UNODC, Vienna", ()))
    [NameReading(texts=('UNODC',), kinds=('organisation',))]
    """
    text = text.strip()
    kind_and_code = _kind_and_code(text, kinds)
    if kind_and_code is not None:
        yield kind_and_code
    if _DECIMAL_COMMA.fullmatch(text) and _permits(kinds, "sdg"):
        yield NameReading((text.replace(",", "."),), ("sdg",))
    if _INITIALS.fullmatch(text):
        yield NameReading((re.sub(r"[.\s]", "", text).upper(),), tuple(kinds))
    addition = _ACRONYM_AND_ADDITION.fullmatch(text)
    if addition is not None and _permits(kinds, "organisation"):
        yield NameReading((addition["acronym"],), ("organisation",))
    brackets = _NAME_IN_BRACKETS.fullmatch(text)
    if brackets is not None:
        yield NameReading((brackets["outer"].rstrip(), brackets["inner"]), tuple(kinds))


def _kind_and_code(text: str, kinds: Collection[str]) -> NameReading | None:
    """The reading of words for a kind and a code: `Objective 9`."""
    match = _WORDS_AND_CODE.fullmatch(text)
    if match is None:
        return None
    words = fold_words(match["words"])
    for kind, row in KINDS.items():
        if words in row.code_words and _permits(kinds, kind):
            return NameReading((match["code"].replace(",", "."),), (kind,))
    return None


def _permits(kinds: Collection[str], kind: str) -> bool:
    """Whether a kind is among some kinds; no kinds are all."""
    return not kinds or kind in kinds
