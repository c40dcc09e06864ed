"""Contents of the page of a country: its objectives, treaties and mentions, with those that it lacks.

The brief of a country and the comparison of countries have the same contents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.publication.descriptions import Label
from gcmgraph.rdf.namespaces import DEFAULT_BASE
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.resources.treaty_views import Participation, participations

Row = Mapping[str, Term]

#: Kind of an area of M49 that is neither a Member nor an observer State.
_AREA_KIND = "country-kind/area"

#: Start of the value of a selector of a page (RFC 8118).
_PAGE = "page="

#: Treaties whose parties are recorded, each with the date of the newest row of its list.
_TREATIES_QUERY = f"""
PREFIX gcm: <{DEFAULT_BASE}ontology#>
SELECT ?treaty (MAX(?day) AS ?list_date) WHERE {{
  ?participation gcm:participationIn ?treaty ; gcm:asOf ?day .
}} GROUP BY ?treaty"""

#: Passages of documents from which a statement with a country as its value was read.
_MENTIONS_QUERY = f"""
PREFIX gcm: <{DEFAULT_BASE}ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?country ?subject ?predicate ?document ?language ?page WHERE {{
  ?evidence rdf:object ?country ; rdf:subject ?subject ; rdf:predicate ?predicate ; oa:hasTarget ?passage .
  ?passage oa:hasSource ?document .
  OPTIONAL {{ ?document dct:language ?language }}
  OPTIONAL {{ ?passage oa:hasSelector/rdf:value ?page }}
}}"""


@dataclass(frozen=True)
class ObjectiveInCountry:
    """An objective with the number of its practices in a country."""

    iri: IRI
    code: str
    label: Label
    practices: int


@dataclass(frozen=True)
class TreatyOfCountry:
    """A treaty whose parties are recorded, and the participation of a country; None where the list lacks it."""

    treaty: IRI
    list_date: Literal
    participation: Participation | None
    #: whether the list states since when the country is bound
    bound: bool


@dataclass(frozen=True)
class NamingDocument:
    """A document that names a country, with the numbers of the pages."""

    document: IRI
    pages: tuple[int, ...]


def is_area(page: FactsPage) -> bool:
    """Whether a country is an area of M49 that is neither a Member nor an observer State."""
    kind = IRI(page.site.addresses.resource("concept", _AREA_KIND))
    return kind in page.values("dct:type")


def objectives(page: FactsPage) -> list[ObjectiveInCountry]:
    """All objectives by number, each with the number of its practices in a country."""
    country_practices = page.having("country")
    in_country = []
    for objective in page.sorted(page.snapshot.listings.of("objective").members):
        code = page.local_name(objective)
        practices = page.practices.count(page.having("objective", code) & country_practices)
        label = page.short_label(objective, "skos:altLabel")
        in_country.append(ObjectiveInCountry(objective, code, label, practices))
    return in_country


def treaties(page: FactsPage) -> list[TreatyOfCountry]:
    """All treaties whose parties are recorded, by name, with the participation of a country."""
    binding_date = page.term("gcm:bindingDate")
    own = {page.whole(item.description.iri): item for item in participations(page)}
    of_country = []
    for row in page.select(_TREATIES_QUERY):
        treaty = row["treaty"]
        list_date = row["list_date"]
        if isinstance(treaty, IRI) and isinstance(list_date, Literal):
            participation = own.get(treaty)
            bound = bool(participation and participation.description.texts(binding_date))
            of_country.append(TreatyOfCountry(treaty, list_date, participation, bound))
    return sorted(of_country, key=lambda item: page.order(item.treaty))


def concerns_treaties(page: FactsPage, of_country: Iterable[TreatyOfCountry]) -> bool:
    """Whether lists of parties concern a country: a Member, an observer State, or an area that is in one."""
    return not is_area(page) or any(item.participation for item in of_country)


def naming_documents(page: FactsPage) -> list[NamingDocument]:
    """The documents in which a statement names a country, each statement in the best language."""
    rows_by_statement: dict[tuple[object, object], list[Row]] = {}
    for row in page.select(_MENTIONS_QUERY, country=page.iri):
        key = (row["subject"], row["predicate"])
        rows_by_statement.setdefault(key, []).append(row)
    rank = preference(page.language)
    pages_by_document: dict[IRI, set[int]] = {}
    for rows in rows_by_statement.values():
        best_language = min((_text(row, "language") for row in rows), key=rank)
        for row in rows:
            document = row["document"]
            if isinstance(document, IRI) and _text(row, "language") == best_language:
                page_number = _text(row, "page").removeprefix(_PAGE)
                numbers = {int(page_number)} if page_number.isdecimal() else set()
                pages_by_document.setdefault(document, set()).update(numbers)
    return [
        NamingDocument(document, tuple(sorted(pages_by_document[document])))
        for document in page.sorted(pages_by_document)
    ]


def _text(row: Row, variable: str) -> str:
    return str(getattr(row.get(variable), "value", ""))
