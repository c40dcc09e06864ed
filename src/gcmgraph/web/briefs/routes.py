"""/brief/{kind}/{local}: two pages on a country or an objective, to print or as a Word document (DOCX, ECMA-376)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext

from gcmgraph.model.terms import IRI, typed
from gcmgraph.text import CONTROLS, natural
from gcmgraph.web.briefs.contents import LIMITS, Sources, country_brief, objective_brief, ranges
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DOCX, HTML
from gcmgraph.web.http.requests import Offer, chosen_format
from gcmgraph.web.http.responses import not_found, require_utf8
from gcmgraph.web.resources import views
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.responses.documents import cached_document, last_modified, suggest
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page, address_at

#: Controls that XML does not have, and those of direction, whose work marks of the document do.
_NOT_IN_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|{CONTROLS.pattern}")

#: Width of the text of a page in twentieths of a point; letters for which a column has room, at least and at most.
_TEXT_WIDTH, _COLUMN = 10_092, (15, 40)


#: Parts of a document, each with the macro of `briefs/word.xml` that writes it.
_PARTS = {
    "[Content_Types].xml": "content_types",
    "_rels/.rels": "package",
    "docProps/core.xml": "properties",
    "word/document.xml": "document",
    "word/_rels/document.xml.rels": "relations",
    "word/styles.xml": "styles",
    "word/numbering.xml": "bullets",
}

#: Styles of paragraphs by element, and that of tables.
_STYLES = {"h1": "Title", "h2": "Heading1", "h3": "Heading2", "li": "ListBullet", "p": "Normal"}
_TABLE = "TableGrid"

#: Elements of the page that a document does not have: links to its other forms, tags of languages.
_NOT_PRINTED = frozenset({"tools", "tag"})


@dataclass(frozen=True)
class Run:
    """A text in one language and one style."""

    text: str
    language: str
    #: a web address
    address: str | None = None
    strong: bool = False
    quiet: bool = False


def brief_docx(article: str, title: str, language: str) -> bytes:
    """A brief as DOCX, from the text of its page, `article`."""
    blocks = list(_blocks(ET.fromstring(_clean(article)), Run("", language)))  # noqa: S314 - made by us
    rows = (row for style, found in blocks for row in (found if style == _TABLE else [[found]]))
    links = dict.fromkeys(run.address for row in rows for runs in row for run in runs if run.address)
    values = {"title": title, "language": language, "blocks": blocks, "links": list(links), "widths_of": _widths}
    macros = current_app.jinja_env.get_template("briefs/word.xml").make_module(values)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, macro in _PARTS.items():  # without the time, so that equal contents are equal bytes
            part = _clean(getattr(macros, macro)().strip())
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _blocks(element: ET.Element, style: Run) -> Iterator[tuple[str, Any]]:
    """The paragraphs and tables of an element: a style with its texts, and those of the cells of its rows."""
    for block in element:
        if block.tag in _STYLES and block.get("class") not in _NOT_PRINTED:
            yield _STYLES[block.tag], _runs(block, style)
        elif block.tag == "table":
            yield _TABLE, [[_runs(cell, style) for cell in row] for row in block.iter("tr")]
        elif block.tag not in _STYLES:
            yield from _blocks(block, style)


def _runs(block: ET.Element, style: Run) -> list[Run]:
    """The texts of a paragraph, without the line breaks and indents of the page."""
    kind = block.get("class")
    style = replace(style, strong=block.tag == "th" or kind == "numbers", quiet=kind == "kicker")
    found: list[Run] = []
    for run in _texts(block, style):
        text = re.sub(r"[ \t\n]+", " ", run.text)
        text = text.lstrip(" ") if not found or found[-1].text.endswith(" ") else text
        found += [replace(run, text=text)] if text else []
    if found:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
    return found


def _texts(element: ET.Element, style: Run) -> Iterator[Run]:
    """The texts of an element in the style of what they are in."""
    style = replace(
        style,
        language=element.get("lang", style.language),
        address=element.get("href", style.address),
        strong=style.strong or element.tag == "strong",
        quiet=style.quiet or element.get("class") == "note",
    )
    yield replace(style, text=element.text or "")
    for inner in element:
        if inner.get("class") not in _NOT_PRINTED:
            yield from _texts(inner, style)
        yield replace(style, text=inner.tail or "")


def _widths(rows: Sequence[Sequence[Sequence[Run]]]) -> list[int]:
    """The widths of the columns of a table, by the letters of their longest cells."""
    letters = [max(sum(len(run.text) for run in runs) for runs in column) for column in zip(*rows, strict=True)]
    shares = [min(max(count, _COLUMN[0]), _COLUMN[1]) for count in letters]
    return [round(_TEXT_WIDTH * share / sum(shares)) for share in shares]


def _clean(text: str) -> str:
    return _NOT_IN_TEXT.sub("", text)


#: Makers of briefs by kind of resource.
BRIEFS: Mapping[str, Callable[[FactsPage], Mapping[str, Any]]] = {
    "country": country_brief,
    "objective": objective_brief,
}

OFFER = Offer.of((HTML, DOCX))

_ANSWER = api.answer("Brief in the requested format.", OFFER)
_PARAMETERS = (
    api.Parameter("kind", "Kind of the resource.", api.one_of(BRIEFS), "country"),
    api.Parameter("local", "ISO code of the country, or number of the objective.", api.text(), "AFG"),
    api.format_of(OFFER.by_name),
    api.LANG,
)


def add_routes(app: Flask, site: Site) -> None:
    """/brief/{kind}/{local}."""

    @app.get("/brief/<kind>/<local>")
    @api.operation("brief", _ANSWER, _PARAMETERS)
    def brief(kind: str, local: str) -> Response:
        """Return the brief of a country or an objective, which prints on two A4 pages."""
        require_utf8(request)
        requested = Page.requested(site)
        snapshot, language = requested.snapshot, requested.language
        iri = _subject(requested, kind, local)
        path = f"/brief/{kind}/{local}"
        form = chosen_format(OFFER)

        def body() -> bytes | str:
            description = snapshot.describer.describe(iri, with_inbound=False)
            if description is None:
                raise not_found(request.path)
            page = FactsPage(site, snapshot, language, description)
            values = {**_frame(page, kind, path), **BRIEFS[kind](page)}
            if form is HTML:
                return render_template("brief.html", **values)
            at = partial(address_at, site.public_base[:-1], f"lang={language}")
            article = render_template("briefs/article.html", **values, at=at)
            return brief_docx(article, str(values["title"]), language)

        response = cached_document(snapshot, body, form.content_type, language=language)
        if form is DOCX:
            response.headers["Content-Disposition"] = f'attachment; filename="{kind}-{local}-{language}.docx"'
        return response


def _subject(page: Page, kind: str, local: str) -> IRI:
    """The resource of a brief. Raises 404 with a sentence that names what there is."""
    if kind not in BRIEFS:
        detail = gettext("Briefs exist of countries and objectives: /brief/country/NER, /brief/objective/9.")
        raise not_found(request.path, detail=detail)
    members = page.snapshot.listings.of(kind).members
    iri = next((iri for iri in members if iri.value == page.site.addresses.thing(kind, local)), None)
    if iri is not None:
        return iri
    if kind == "objective":
        codes = sorted((page.notation(iri) or "" for iri in members), key=natural)
        first, last = (codes[0], codes[-1]) if codes else ("", "")
        detail = gettext(
            "There is no objective %(number)s; objectives have the numbers %(first)s to %(last)s.",
            number=local[:60],
            first=first,
            last=last,
        )
        raise not_found(request.path, detail=detail)
    similar = suggest(page, kind, local)
    near = [{**each, "href": each["href"].replace("/doc/", "/brief/", 1)} for each in similar]
    detail = gettext(
        "There is no country with the code %(code)s here; countries have three letters, such as NER.", code=local[:60]
    )
    raise not_found(request.path, near, detail)


def _frame(page: FactsPage, kind: str, path: str) -> dict[str, object]:
    """Values for the template of every brief: its addresses, limits, version and date."""
    modified = last_modified(page.snapshot)
    day = page.readable(typed(modified.date().isoformat(), "date")) if modified else ""
    version = gettext("Version %(version)s", version=page.snapshot.version[:12])
    code, name = page.notation(page.iri), page.label(page.iri).text
    return {
        "page": page,
        "kind": kind,
        "title": f"{code} {name}" if code and kind == "objective" else name,
        "path": path,
        "subject": page.link(page.iri) or path,
        "most": LIMITS,
        "sources": Sources(),
        "ranges": ranges,
        "views": views,
        "about": [*filter(None, (gettext("GCM Graph"), version, day))],
    }
