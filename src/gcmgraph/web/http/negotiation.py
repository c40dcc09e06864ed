"""Content negotiation (RFC 9110, section 12): one table of what a description can be had as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MIMEAccept

from gcmgraph.rdfio.media import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, RdfSyntax
from gcmgraph.store.port import JSON_RESULTS, XML_RESULTS


@dataclass(frozen=True)
class Representation:
    """A form of a description: its name for people, suffix, media type; and its syntax where it is RDF."""

    name: str
    suffix: str
    media_type: str
    syntax: RdfSyntax | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


HTML = Representation("HTML", "html", "text/html")

RDF = tuple(Representation(s.name, s.suffix, s.media_type, s) for s in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES))

#: In order of preference where a client takes anything: browsers always name HTML, programs get Turtle.
REPRESENTATIONS = (*RDF, HTML)

#: Other names under which clients ask for a syntax of results.
ALSO = {"application/json": JSON_RESULTS, "application/xml": XML_RESULTS, "text/xml": XML_RESULTS}

#: How a thing or the dataset is cited. Neither type is registered; these are what reference managers and DOI servers
#: use (https://citation.doi.org/docs.html).
BIBTEX = Representation("BibTeX", "bib", "application/x-bibtex")
RIS = Representation("RIS", "ris", "application/x-research-info-systems")
CITATIONS = (BIBTEX, RIS)

BY_SUFFIX = {representation.suffix: representation for representation in REPRESENTATIONS}

CSV = Representation("CSV", "csv", "text/csv")

#: What the documents about things can be had as: a table, too.
DOCUMENTS = (*RDF, CSV, HTML)

DOCUMENTS_BY_SUFFIX = {representation.suffix: representation for representation in DOCUMENTS}


def best_media_type(accept: MIMEAccept, offered: Iterable[str]) -> str | None:
    """The offered media type that an Accept header likes best; the first where it has none; None for 406.

    Parameters (`profile=…`, `charset=…`) are left aside: they ask for variants of one type.
    """
    offers = list(offered)
    if not accept:
        return offers[0]
    plain = MIMEAccept([(media_type.split(";", 1)[0], quality) for media_type, quality in accept])
    return plain.best_match(offers)


def best_representation(
    accept: MIMEAccept, offered: Sequence[Representation] = REPRESENTATIONS
) -> Representation | None:
    """The representation of a description that an Accept header likes best, or None for 406."""
    media_type = best_media_type(accept, (r.media_type for r in offered))
    return next((r for r in offered if r.media_type == media_type), None)
