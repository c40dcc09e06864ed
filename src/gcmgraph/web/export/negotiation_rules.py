"""Content negotiation by regular expressions, for servers that have nothing better (RFC 9110, 12.5.1, 12.5.4).

What a client takes without reservation (no `q`, or `q=1`) goes before what it takes with one; among equals the order is
that of the application: data for programs, pages for browsers, which name HTML. Unlike the application, two forms with
different reservations are not weighed against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcmgraph.web.http.negotiation import REPRESENTATIONS
from gcmgraph.web.i18n.languages import LANGUAGES, SOURCE_LANGUAGE

#: An entry of the header begins, and ends.
_BEGIN, _END = r"(?:^|,)\s*", r"\s*(?:,|$)"

#: Parameters other than `q`, and `q` with nothing held back, with something, and with everything.
_OTHER = r"(?:\s*;\s*(?!q=)[^,;]*)*"
_FULL = r"(?:\s*;\s*q=1(?:\.0*)?)?"
_PART = r"\s*;\s*q=0?\.0*[1-9][0-9]*"

#: Ranges that cover each form, beside its own media type.
_ANY = r"\*/\*"


def accept_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions on the Accept header, each with the suffix of what to answer; the first that matches counts.

    No header, or an empty one, takes anything.
    """
    first = REPRESENTATIONS[0].suffix
    yield "^$", first
    for quality in (_FULL, _PART):
        for form in REPRESENTATIONS:
            yield f"{_BEGIN}{re.escape(form.media_type)}{_OTHER}{quality}{_END}", form.suffix
        for whole in ("text", "application"):
            covered = next(form for form in REPRESENTATIONS if form.media_type.startswith(whole))
            yield rf"{_BEGIN}{whole}/\*{_OTHER}{quality}{_END}", covered.suffix
        yield f"{_BEGIN}{_ANY}{_OTHER}{quality}{_END}", first


def language_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions on the Accept-Language header, each with the language of the page to answer.

    The first language of ours that the header names counts: clients list them by preference.
    """
    ours = "|".join(LANGUAGES)
    others = rf"(?:(?!(?:{ours})(?:[-;,\s]|$))[^,]*,\s*)*"
    for tag in LANGUAGES:
        if tag != SOURCE_LANGUAGE:
            yield rf"^\s*{others}{tag}(?:[-;,\s]|$)", tag
