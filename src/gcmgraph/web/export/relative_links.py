"""The links of a page, made relative, so that the files work under any address."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from gcmgraph.web.export.paths import Place, place_of

#: A start tag of our pages: templates escape `<`, `>` and quotes in values, so none stands inside one.
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")

#: An attribute that holds a link.
_LINK = re.compile(r'(\s(?:href|src|action)=")([^"]*)"')


def relative_links(page: str, place: Place, resolved: Callable[[Place], Place], *, rooted: bool = False) -> str:
    """A page with its links to the site relative to its file, or from the root of the host where `rooted`.

    `resolved` says where each leads in the end.
    """
    file = place.file

    def link(match: re.Match[str]) -> str:
        found = place_of(unescape(match[2]), place)
        if found is None:
            return match[0]
        there = resolved(found)
        return f'{match[1]}{escape("/" + there.seen_from("") if rooted else there.seen_from(file))}"'

    return _TAG.sub(lambda tag: _LINK.sub(link, tag[0]), page)
