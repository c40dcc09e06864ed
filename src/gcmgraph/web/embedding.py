"""/embed and /oembed: pictures and cards of practices in frames of other sites (https://oembed.com/).

Only these pages may be framed; an address within `/embed` is that of its page, such as
`/embed/map?region=002` for `/map?region=002`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlsplit

from flask import Flask, Response, render_template, request
from flask_babel import gettext, lazy_gettext

from gcmgraph.model.kinds import SLUG
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http import api
from gcmgraph.web.http.headers import framed_anywhere
from gcmgraph.web.http.links import url_parts
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.resources.withdrawn_resources import Withdrawals, refuse_withdrawn
from gcmgraph.web.responses.negotiated import cached_page
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: Pixels of a frame, where the other site states no limit.
WIDTH = 800
_PICTURE_HEIGHT = 600
_CARD_HEIGHT = 260

#: Least pixels of a frame that a site may ask for.
_MIN_PIXELS = 100

#: Seconds for which other sites may keep a response of `/oembed`.
_CACHE_AGE = 86_400

#: Titles of the pages with a picture that may be framed, by the last part of their address.
_TITLES = {
    "map": lazy_gettext("Where practices are carried out"),
    "coverage": lazy_gettext("How much of the Compact has practices"),
    "network": lazy_gettext("Who works with whom"),
}

#: Paths of the pages that may be framed.
_PICTURE = re.compile(f"/({'|'.join(_TITLES)})")
_DATASET = re.compile(f"/doc/statistics/({SLUG})")
_PRACTICE = re.compile(f"/doc/practice/({SLUG})")

_NUMBER = re.compile("[0-9]{1,5}")

_PATH = api.Parameter("path", "Path of the page, without its first slash.", api.text(), "map")
_PARAMETER_URL = api.Parameter(
    "url", "Address of a page of this site, or its path.", api.text(), "/map", required=True
)
_PARAMETER_FORMAT = api.Parameter("format", "Format of the response.", api.text(), "json")
_MAX_WIDTH = api.Parameter("maxwidth", "Greatest width of the frame, in pixels.", api.whole(1))
_MAX_HEIGHT = api.Parameter("maxheight", "Greatest height of the frame, in pixels.", api.whole(1))
_OEMBED = api.answer("Description of the frame (oEmbed 1.0, type `rich`).", "application/json")


@dataclass(frozen=True)
class Embed:
    """A page that may be framed."""

    #: path of the page, with its query
    path: str
    title: str
    #: the path of its picture; empty for a card
    picture: str
    #: the resource that the page is about; None for none
    resource: IRI | None = None

    @property
    def height(self) -> int:
        """The pixels of its frame, where the other site states no limit."""
        return _PICTURE_HEIGHT if self.picture else _CARD_HEIGHT


class EmbeddingPages:
    """Views of what other sites frame, and its description."""

    def __init__(self, site: Site, withdrawals: Withdrawals) -> None:
        self._site = site
        self._withdrawals = withdrawals

    @api.operation("embed", parameters=(_PATH, api.LANG), problems=(410,))
    def embed(self, path: str) -> Response:
        """Return a picture, or the card of a practice, for a frame of another site."""
        page = Page.requested(self._site)
        query = request.query_string.decode("ascii", "ignore")
        embed = self._embed(page, f"/{path}", query)

        def body() -> str:
            return render_template("embed.html", page=page, embed=embed)

        return framed_anywhere(cached_page(page.snapshot, body))

    @api.operation(
        "oembed",
        _OEMBED,
        (_PARAMETER_URL, _PARAMETER_FORMAT, _MAX_WIDTH, _MAX_HEIGHT),
        (404, 410),
        cached=False,
    )
    def oembed(self) -> Response:
        """Describe the frame of a page."""
        if request.args.get("format", "json") != "json":
            detail = gettext("Descriptions of frames are JSON only; write format=json.")
            raise bad_request(detail, parameter="format")
        page = Page.requested(self._site)
        address = url_parts(request.args.get("url", ""))
        own = urlsplit(self._site.public_base)
        origin = (address.scheme, address.netloc)
        if origin not in {(own.scheme, own.netloc), ("", "")}:
            raise not_found(request.args.get("url", ""))
        path = address.path.removeprefix(own.path.rstrip("/")) if address.netloc else address.path
        embed = self._embed(page, path, address.query)
        width = _pixels("maxwidth", WIDTH)
        height = _pixels("maxheight", embed.height)
        document = {
            "version": "1.0",
            "type": "rich",
            "title": embed.title,
            "provider_name": "GCM Graph",
            "provider_url": self._site.public_base,
            "cache_age": _CACHE_AGE,
            "width": width,
            "height": height,
            "html": frame(self._site.public_base, embed.path, embed.title, width, height),
        }
        return Response(json.dumps(document, ensure_ascii=False), mimetype="application/json")

    def _embed(self, page: Page, path: str, query: str) -> Embed:
        """The frame of a page. 404 for a page that may not be framed, 410 for a withdrawn practice."""
        practice = _PRACTICE.fullmatch(path)
        if practice:
            refuse_withdrawn(self._withdrawals, self._site, "practice", practice[1])
            iri = IRI(self._site.addresses.resource("practice", practice[1]))
            if page.snapshot.describer.knows(iri):
                return Embed(path, page.label(iri).text, "", iri)
        picture = _PICTURE.fullmatch(path)
        if picture:
            whole_path = f"{path}?{query}" if query else path
            title = str(_TITLES[picture[1]])
            return Embed(whole_path, title, f"{path}.svg?{query}")
        dataset = _DATASET.fullmatch(path)
        if dataset:
            iri = IRI(self._site.addresses.resource("statistics", dataset[1]))
            if page.snapshot.describer.knows(iri):
                figure = f"/statistics/{dataset[1]}?format=svg&{query}"
                return Embed(path, page.label(iri).text, figure, iri)
        raise not_found(
            path,
            detail=gettext(
                "Only the map, the coverage, the network, datasets of figures and practices may be shown in a frame."
            ),
        )


def frame(public_base: str, path: str, title: str, width: int, height: int) -> str:
    """The line of HTML by which a site frames a page.

    >>> frame("https://example.org/", "/map", "Map", 800, 600)
    '<iframe src="https://example.org/embed/map" title="Map" width="800" height="600" loading="lazy"></iframe>'
    """
    return (
        f'<iframe src="{escape(f"{public_base}embed{path}")}" title="{escape(title)}" '
        f'width="{width}" height="{height}" loading="lazy"></iframe>'
    )


@dataclass(frozen=True)
class EmbedLine:
    """The line of HTML that frames a page, and the address of its description."""

    html: str
    oembed: str


def embed_line(page: Page, path: str, title: str) -> EmbedLine | None:
    """The line that frames a page, for templates; None for a page that may not be framed."""
    address = path.partition("?")[0]
    is_picture = bool(_PICTURE.fullmatch(address) or _DATASET.fullmatch(address))
    if not is_picture and not _PRACTICE.fullmatch(address):
        return None
    height = _PICTURE_HEIGHT if is_picture else _CARD_HEIGHT
    public_base = page.site.public_base
    url = quote(f"{public_base.rstrip('/')}{path}", safe="")
    return EmbedLine(
        frame(public_base, path, title, WIDTH, height), f"{public_base}oembed?url={url}"
    )


def _pixels(name: str, default: int) -> int:
    """A limit on the pixels of a frame, at most `default`. 400 for what is no such number."""
    text = request.args.get(name, str(default))
    if not _NUMBER.fullmatch(text) or int(text) < _MIN_PIXELS:
        detail = gettext(
            "%(name)s must be a whole number of pixels, at least %(least)s.",
            name=name,
            least=_MIN_PIXELS,
        )
        raise bad_request(detail, parameter=name)
    return min(int(text), default)


def add_routes(app: Flask, site: Site, withdrawals: Withdrawals) -> None:
    """/embed/… and /oembed."""
    pages = EmbeddingPages(site, withdrawals)
    app.add_url_rule("/embed/<path:path>", "embed", pages.embed)
    app.add_url_rule("/oembed", "oembed", pages.oembed)
