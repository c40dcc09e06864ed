"""Attribution of a work of others in the language of a page: a line for pages and pictures, columns for tables.

A response whose format has no room for it (results of queries as CSV and TSV) has it in Link
headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask_babel import gettext

from gcmgraph.publication.attribution import Attribution, attribution, licence_name
from gcmgraph.publication.metadata.citations import terms_of
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http.links import header_iri
from gcmgraph.web.i18n import readable
from gcmgraph.web.templating import Page

SEPARATOR = " · "


@dataclass(frozen=True)
class SourceTexts:
    """Producer, edition, unit and licence of a work; empty where they are not known."""

    work: IRI
    title: str
    producer: str
    #: language of the producer's name, where it is not that of the page
    language: str | None
    #: day or year as people write it, and as programs read it
    edition: str
    edition_code: str
    unit: str
    #: short name of the licence, or a sentence on rights; last in a line
    licence: str
    licence_iri: IRI | None

    @property
    def line_without_licence(self) -> str:
        """Producer, edition and unit in a line."""
        unit = gettext("Unit: %(unit)s", unit=self.unit) if self.unit else ""
        return SEPARATOR.join(filter(None, (self.producer, self.edition, unit)))

    @property
    def line(self) -> str:
        """All in a line, the licence last."""
        return SEPARATOR.join(filter(None, (self.line_without_licence, self.licence)))

    @property
    def short_line(self) -> str:
        """The line without the unit, for briefs, which have it at each amount."""
        return SEPARATOR.join(filter(None, (self.producer, self.edition, self.licence)))

    @property
    def cells(self) -> list[str]:
        """Cells of the columns of `headings`."""
        return [self.unit, self.producer, self.edition_code, self.licence]


def headings() -> list[str]:
    """Headings of the columns of figures for unit, producer, edition and licence."""
    return [gettext("Unit"), gettext("Producer"), gettext("Edition"), gettext("Licence")]


def source_texts(page: Page, iri: IRI) -> SourceTexts | None:
    """The attribution of a resource in the language of a page; None for what the editors made."""
    source = attribution(page.snapshot.store, page.site.addresses, iri)
    if source is None:
        return None
    producers = [page.label(producer) for producer in source.producers]
    return SourceTexts(
        work=source.work,
        title=page.label(source.work).text,
        producer=", ".join(producer.text for producer in producers),
        language=page.other_language(producers[0]) if producers else None,
        edition=readable(source.edition, page.language) if source.edition else "",
        edition_code=source.edition.value if source.edition else "",
        unit=page.label(source.unit).text if source.unit else "",
        licence=_licence_text(source, page.language),
        licence_iri=source.licence,
    )


def _licence_text(source: Attribution, language: str) -> str:
    """The short name of a licence, else the sentence on rights; empty where neither is known."""
    return licence_name(source.licence) if source.licence else terms_of(source, language)


def source_links(sources: Iterable[SourceTexts]) -> list[str]:
    """Link headers to works, and to their licences.

    A work has the relation `via` (RFC 4287), and its attribution as title (RFC 8288).
    """
    links = []
    for source in sources:
        title = quote(f"{source.title}. {source.line}")
        links.append(f"<{header_iri(source.work.value)}>; rel=\"via\"; title*=UTF-8''{title}")
        if source.licence_iri:
            links.append(f'<{header_iri(source.licence_iri.value)}>; rel="license"')
    return list(dict.fromkeys(links))
