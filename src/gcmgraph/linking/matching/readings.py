"""Other readings of a text in a table: a code with a word before it, initials with full stops, a name with an addition.

`SDG 10.7` is the code 10.7, `U.N.H.C.R.` is UNHCR, `UNODC, Vienna` is UNODC, and
`World Health Organization (WHO)` is either part if both name the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gcmgraph.kinds import KINDS
from gcmgraph.text import fold_words

_CODED = re.compile(r"(?P<words>[^\W\d][^\d]{0,40}?)[\s.:#]*(?:n[o°º]\.?\s*)?(?P<code>\d{1,2}(?:[.,]?[0-9a-z]{1,2})?)")
_DECIMAL_COMMA = re.compile(r"\d{1,2},\d{1,2}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?")
_ADDITION = re.compile(r"(?P<name>[A-Z][A-Z-]{2,11})\s*(?:[,/]|\s[-–]\s)\s*(?P<more>.+)")
_IN_BRACKETS = re.compile(r"(?P<one>[^()]+?)\s*\((?P<other>[^()]+)\)")


@dataclass(frozen=True)
class Reading:
    """Texts that must name one resource, of some kinds; of any where there are none."""

    texts: tuple[str, ...]
    kinds: tuple[str, ...] = ()


def readings(text: str, kinds: Collection[str]) -> Iterator[Reading]:
    """The other readings of a text, for resources of some kinds or of any."""
    text = text.strip()
    if (coded := _CODED.fullmatch(text)) is not None:
        words, code = fold_words(coded["words"]), coded["code"].replace(",", ".")
        for kind, row in KINDS.items():
            if words in row.code_words and (not kinds or kind in kinds):
                yield Reading((code,), (kind,))
                break
    if _DECIMAL_COMMA.fullmatch(text) and (not kinds or "sdg" in kinds):
        yield Reading((text.replace(",", "."),), ("sdg",))
    if _INITIALS.fullmatch(text):
        yield Reading((re.sub(r"[.\s]", "", text).upper(),), tuple(kinds))
    if (added := _ADDITION.fullmatch(text)) is not None and (not kinds or "organisation" in kinds):
        yield Reading((added["name"],), ("organisation",))
    if (both := _IN_BRACKETS.fullmatch(text)) is not None:
        yield Reading((both["one"], both["other"]), tuple(kinds))
