"""Relative links in exported pages, so that the files work at any address."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from gcmgraph.web.export.paths import SiteAddress, resolve_link

#: A start tag; templates escape `<`, `>` and quotes in values, so that none occurs within a tag.
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")

#: An attribute that holds a link.
_LINK = re.compile(r'(\s(?:href|src|action)=")([^"]*)"')


def relative_links(
    page: str, source: SiteAddress, target_of: Callable[[SiteAddress], SiteAddress], *, rooted: bool = False
) -> str:
    """A page with relative links to the site, or with links from the root of the host where `rooted`.

    `target_of` maps each linked address to the one to link to.
    """
    file = source.file

    def link(match: re.Match[str]) -> str:
        found = resolve_link(unescape(match[2]), source)
        if found is None:
            return match[0]
        there = target_of(found)
        return f'{match[1]}{escape("/" + there.relative_to("") if rooted else there.relative_to(file))}"'

    return _TAG.sub(lambda tag: _LINK.sub(link, tag[0]), page)
