"""Identifiers as people have them, in the form in which the dataset has them.

- codes with their standard (`urn:iso:std:iso:3166:-1:AF`, `ISO 3166-1:AFG`), and the page of ISO
  (https://www.iso.org/obp/ui/#iso:code:3166:AF)
- keys of registers without an address: Wikidata (https://www.wikidata.org/wiki/Wikidata:Identifiers)
  and ROR (https://ror.readme.io/docs/identifier)
- addresses without a scheme
- numbers of M49 without leading zeros
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Number of digits of a code of M49.
_DIGITS_OF_M49 = 3


@dataclass(frozen=True)
class TextForm:
    """A form of identifiers as text, and the identifier in the dataset."""

    pattern: re.Pattern[str]
    identifier: str


_FORMS = (
    TextForm(
        re.compile(
            r"(?:urn:iso:std:|https?://www\.iso\.org/obp/ui/(?:\w\w/)?#)?"
            r"iso(?::code)?[ :-]*3166(?:[ :]*-1)?[ :]+([a-z]{2,3}|\d{3})",
            re.IGNORECASE,
        ),
        r"\1",
    ),
    TextForm(
        re.compile(r"(?:wd:|wikidata:)?Q([1-9]\d*)", re.IGNORECASE),
        r"http://www.wikidata.org/entity/Q\1",
    ),
    TextForm(re.compile(r"(?:ror:)?(0[a-z0-9]{6}\d\d)"), r"https://ror.org/\1"),
    TextForm(re.compile(r"((?:[a-z0-9-]+\.)+[a-z]{2,}/\S+)", re.IGNORECASE), r"https://\1"),
)


def identifier_of(text: str) -> str:
    r"""The identifier in the dataset for a text; the text itself where it has no other form.

    >>> identifier_of("Q889")
    'http://www.wikidata.org/entity/Q889'
    >>> identifier_of("urn:iso:std:iso:3166:-1:AF")
    'AF'
    """
    for form in _FORMS:
        if form.pattern.fullmatch(text):
            return form.pattern.sub(form.identifier, text)
    return text


def codes_of(text: str) -> tuple[str, ...]:
    """A text as codes: itself, and for a short number that of M49.

    >>> codes_of("4")
    ('4', '004')
    """
    code = text.zfill(_DIGITS_OF_M49)
    return (text, code) if text.isdecimal() and code != text else (text,)
