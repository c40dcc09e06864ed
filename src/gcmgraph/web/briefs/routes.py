"""/brief/{kind}/{local}: two pages on a country or an objective, to print or as a Word document (DOCX, ECMA-376)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.platform.controls import CONTROLS
from gcmgraph.platform.text import natural
from gcmgraph.rdf.terms import IRI, typed
from gcmgraph.web.briefs.contents import LIMITS, Sources, country_brief, objective_brief, ranges
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DOCX, HTML
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import direction
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.responses.negotiated import cached_document, last_modified, suggest
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page, address_at

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

#: Controls that XML does not have, and those of direction, whose work marks of the document do.
_NOT_IN_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|{CONTROLS.pattern}")

#: Time of creation in every document, so that equal contents are equal bytes.
_EPOCH = datetime(2000, 1, 1)

#: Width of the text of a page in millimetres; letters for which a column of a table has room, at
#: least and at most.
_TEXT_WIDTH, _COLUMN = 178, (15, 40)

_COLOUR, _QUIET = "0A5487", "465766"


@dataclass(frozen=True)
class Run:
    """A text in one language and one style."""

    text: str
    language: str
    #: a web address
    address: str | None = None
    strong: bool = False
    quiet: bool = False


#: Styles of paragraphs by element.
_STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "li": "List Bullet", "p": "Normal"}

#: Elements of the page that a document does not have: links to its other forms, tags of languages.
_NOT_PRINTED = frozenset({"tools", "tag"})


def brief_docx(article: str, title: str, language: str) -> bytes:
    """A brief as DOCX, from the text of its page, `article`."""
    return _Writer(title, language).write(ET.fromstring(_clean(article)))  # noqa: S314 - made by us


class _Writer:
    """Writer of one brief."""

    def __init__(self, title: str, language: str) -> None:
        import docx  # noqa: PLC0415 - a third of a second

        self._title, self._language = title, language
        self._rtl = direction(language) == "rtl"
        self._document: Document = docx.Document()

    def write(self, article: ET.Element) -> bytes:
        from docx.shared import Mm, Pt  # noqa: PLC0415

        document = self._document
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(14)
        section.left_margin = section.right_margin = Mm(16)
        if self._rtl:
            _child(section._sectPr, "w:bidi", before="w:docGrid")
        for style, size, before, after in (
            ("Normal", 9, 0, 2), ("List Bullet", 9, 0, 1), ("Title", 18, 0, 2), ("Heading 1", 12, 6, 2),
            ("Heading 2", 9.5, 3, 1),
        ):  # fmt: skip
            chosen: Any = document.styles[style]
            chosen.font.size = Pt(size)
            chosen.paragraph_format.space_before, chosen.paragraph_format.space_after = (
                Pt(before),
                Pt(after),
            )
            fonts = chosen.element.get_or_add_rPr().get_or_add_rFonts()
            for name, font in {
                "ascii": "Calibri",
                "hAnsi": "Calibri",
                "cs": "Arial",
                "eastAsia": "SimSun",
            }.items():
                fonts.set(_qualified(f"w:{name}"), font)
            arabic = chosen.element.rPr.find(
                _qualified("w:szCs")
            )  # the size of Arabic letters, in half points
            (arabic if arabic is not None else _child(chosen.element.rPr, "w:szCs")).set(
                _qualified("w:val"), str(int(size * 2))
            )
        self._blocks(article)
        properties = document.core_properties
        properties.title = _clean(self._title)
        properties.author, properties.comments, properties.language = (
            "GCM Graph",
            "",
            self._language,
        )
        properties.created = properties.modified = _EPOCH
        return self._bytes()

    def _blocks(self, element: ET.Element) -> None:
        """Write the paragraphs and tables of an element."""
        for block in element:
            if block.tag in _STYLES and block.get("class") not in _NOT_PRINTED:
                self._fill(
                    self._document.add_paragraph(style=_STYLES[block.tag]), self._runs(block)
                )
            elif block.tag == "table":
                self._table([[self._runs(cell) for cell in row] for row in block.iter("tr")])
            elif block.tag not in _STYLES:
                self._blocks(block)

    def _runs(self, block: ET.Element) -> list[Run]:
        """The texts of a paragraph, without the line breaks and indents of the page."""
        style = Run("", self._language, strong=block.tag == "th" or block.get("class") == "numbers")
        found: list[Run] = []
        for run in _texts(block, replace(style, quiet=block.get("class") == "kicker")):
            text = re.sub(r"[ \t\n]+", " ", run.text)
            text = text.lstrip(" ") if not found or found[-1].text.endswith(" ") else text
            found += [replace(run, text=text)] if text else []
        if found:
            found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
        return found

    def _table(self, rows: Sequence[Sequence[Sequence[Run]]]) -> None:
        from docx.shared import Mm  # noqa: PLC0415

        made = self._document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
        if self._rtl:
            _child(made._tblPr, "w:bidiVisual", before="w:tblW")
        for row in rows:
            for cell, runs in zip(made.add_row().cells, row, strict=True):
                self._fill(cell.paragraphs[0], runs)
        letters = [
            max(sum(len(run.text) for run in runs) for runs in column)
            for column in zip(*rows, strict=True)
        ]
        shares = [min(max(count, _COLUMN[0]), _COLUMN[1]) for count in letters]
        for column, share in zip(made.columns, shares, strict=True):
            column.width = Mm(_TEXT_WIDTH * share / sum(shares))
            for cell in column.cells:
                cell.width = column.width
        header = made.rows[0]._tr.get_or_add_trPr()
        _child(header, "w:tblHeader")

    def _fill(self, paragraph: Paragraph, runs: Iterable[Run]) -> None:
        if self._rtl:
            _child(paragraph._p.get_or_add_pPr(), "w:bidi")
        for run in runs:
            self._run(paragraph, run)

    def _run(self, paragraph: Paragraph, run: Run) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
        from docx.shared import RGBColor  # noqa: PLC0415

        made = paragraph.add_run(run.text)
        made.bold = made.font.cs_bold = run.strong or None
        colour = _COLOUR if run.address else _QUIET if run.quiet else None
        if colour:
            made.font.color.rgb = RGBColor.from_string(colour)
        properties = made._r.get_or_add_rPr()
        if direction(run.language) == "rtl":
            made.font.rtl = True
            _child(properties, "w:lang", bidi=run.language)
        else:
            _child(
                properties,
                "w:lang",
                **{"eastAsia" if run.language == "zh" else "val": run.language},
            )
        if run.address:
            relation = paragraph.part.relate_to(
                run.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            link = _child(paragraph._p, "w:hyperlink")
            link.set(_qualified("r:id"), relation)
            link.append(made._r)

    def _bytes(self) -> bytes:
        written, steady = io.BytesIO(), io.BytesIO()
        self._document.save(written)
        with (
            zipfile.ZipFile(written) as parts,
            zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for info in parts.infolist():
                archive.writestr(
                    zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), parts.read(info), 8
                )
        return steady.getvalue()


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


def _child(parent: Any, name: str, *, before: str = "", **attributes: str) -> Any:
    """A new child, the last one or before another; the schema has an order."""
    from docx.oxml import OxmlElement  # noqa: PLC0415

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(_qualified(f"w:{key}"), value)
    later = parent.find(_qualified(before)) if before else None
    parent.append(made) if later is None else later.addprevious(made)
    return made


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415

    return qn(name)


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
    api.Parameter(
        "local", "ISO code of the country, or number of the objective.", api.text(), "AFG"
    ),
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

        response = cached_document(snapshot, body, form, language=language)
        if form is DOCX:
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{kind}-{local}-{language}.docx"'
            )
        return response


def _subject(page: Page, kind: str, local: str) -> IRI:
    """The resource of a brief. Raises 404 with a sentence that names what there is."""
    if kind not in BRIEFS:
        detail = gettext(
            "Briefs exist of countries and objectives: /brief/country/NER, /brief/objective/9."
        )
        raise not_found(request.path, detail=detail)
    members = page.snapshot.listings.of(kind).members
    iri = next(
        (iri for iri in members if iri.value == page.site.addresses.resource(kind, local)), None
    )
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
        "There is no country with the code %(code)s here; countries have three letters, such as NER.",
        code=local[:60],
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
        "about": [*filter(None, (gettext("GCM Graph"), version, day))],
    }
