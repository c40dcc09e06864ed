"""Content negotiation by regular expressions, for servers without another method (RFC 9110, 12.5.1, 12.5.4).

Formats with `q=1` or without `q` precede those with a lower one; among these, the order is that of the application:
data for programs, pages for browsers, which name HTML. Unlike in the application, two values of `q` below 1 are not
compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcmgraph.translations.languages import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.http.formats import DESCRIPTIONS

#: Beginning and end of an entry of the header.
_BEGIN, _END = r"(?:^|,)\s*", r"\s*(?:,|$)"

#: Parameters other than `q`; `q` of 1; `q` below 1.
_OTHER = r"(?:\s*;\s*(?!q=)[^,;]*)*"
_FULL = r"(?:\s*;\s*q=1(?:\.0*)?)?"
_PART = r"\s*;\s*q=0?\.0*[1-9][0-9]*"

#: Media range of all formats.
_ANY = r"\*/\*"


def accept_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept header, each with the suffix of a format; the first match counts.

    A missing or empty header accepts any format.
    """
    first = DESCRIPTIONS[0].suffix
    yield "^$", first
    for quality in (_FULL, _PART):
        for form in DESCRIPTIONS:
            yield f"{_BEGIN}{re.escape(form.media_type)}{_OTHER}{quality}{_END}", form.suffix
        for whole in ("text", "application"):
            covered = next(form for form in DESCRIPTIONS if form.media_type.startswith(whole))
            yield rf"{_BEGIN}{whole}/\*{_OTHER}{quality}{_END}", covered.suffix
        yield f"{_BEGIN}{_ANY}{_OTHER}{quality}{_END}", first


def language_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept-Language header, each with the language of the page.

    The first supported language in the header counts: clients order them by preference.
    """
    ours = "|".join(LANGUAGES)
    others = rf"(?:(?!(?:{ours})(?:[-;,\s]|$))[^,]*,\s*)*"
    for tag in LANGUAGES:
        if tag != SOURCE_LANGUAGE:
            yield rf"^\s*{others}{tag}(?:[-;,\s]|$)", tag
