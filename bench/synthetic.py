"""Practices in our model (`docs/model.md`), generated from a seed.

    python -m bench.synthetic --practices 10000 --out FILE.nq [--with-reference]

A practice depends on the seed and its number alone, so a larger graph begins with the smaller one.
There are about 20 triples to a practice, no blank node, and no triple is in two graphs (engines
differ in whether a union shows such a triple once). Practices refer to the reference data of the
repository, which must be loaded, too.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from gcmgraph.publication.assembly import read_known
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.repository.layout import Repository, read_graph

#: The seed of the figures in `docs/performance.md`.
SEED = 20181219

#: English and French. English titles are plain ASCII, so that every engine sorts them alike.
_SCOPES = (
    ("Regional", "régional"),
    ("National", "national"),
    ("Joint", "conjoint"),
    ("Local", "local"),
)
_TYPES = (
    ("plan", "Plan"),
    ("programme", "Programme"),
    ("project", "Projet"),
    ("network", "Réseau"),
    ("tool", "Outil"),
    ("service", "Service"),
)
TOPICS = (
    ("fair recruitment", "le recrutement équitable"),
    ("border management", "la gestion des frontières"),
    ("legal identity", "l’identité juridique"),
    ("consular protection", "la protection consulaire"),
    ("smuggling of migrants", "le trafic illicite de migrants"),
    ("trafficking in persons", "la traite des personnes"),
    ("alternatives to detention", "les solutions de substitution à la détention"),
    ("access to health care", "l’accès aux soins"),
    ("skills recognition", "la reconnaissance des compétences"),
    ("remittances", "les envois de fonds"),
    ("safe return", "le retour en sécurité"),
    ("migration data", "les données sur la migration"),
)
_CURRENCIES = ("EUR", "USD", "CHF")
_OBJECTIVES = 23
_ORGANISATIONS = 200


@dataclass(frozen=True)
class Practice:
    """One practice: its address, its title, and all its triples."""

    iri: IRI
    title: str
    quads: tuple[Quad, ...]


class Synthetic:
    """A graph of `practices` practices, with organisations and areas of work of these practices."""

    def __init__(
        self, practices: int, seed: int, repository: Repository, addresses: Addresses
    ) -> None:
        self.practices = practices
        self._seed = seed
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        self._graph = IRI(addresses.graph("source/synthetic"))
        self._provenance = IRI(addresses.graph("provenance"))
        self._source = self._resource("source", "synthetic")
        tables = repository.reference
        self.countries = [
            self._resource("country", row["iso3"]) for row in _rows(tables, "countries")
        ]
        self.audiences = [
            self._resource("concept", f"audience/{row['slug']}")
            for row in _rows(tables, "audiences")
        ]
        self._known_organisations = [
            self._resource("organisation", row["slug"]) for row in _rows(tables, "organisations")
        ]

    def quads(self) -> Iterator[Quad]:
        """Every quad: the source, the organisations, the areas of work, then practice by practice."""
        yield from self._describe_source()
        for number in range(_ORGANISATIONS):
            iri = self._organisation(number)
            yield self._quad(iri, "rdf:type", self._term("gcm:Organisation"))
            yield self._quad(iri, "skos:prefLabel", text(f"Synthetic organisation {number}", "en"))
            yield self._quad(
                iri, "skos:prefLabel", text(f"Organisation synthétique {number}", "fr")
            )
        for english, french in TOPICS:
            iri = self._area(english)
            yield self._quad(iri, "rdf:type", self._term("skos:Concept"))
            yield self._quad(iri, "skos:inScheme", self._resource("concept", "area-of-work"))
            yield self._quad(iri, "skos:prefLabel", text(english, "en"))
            yield self._quad(iri, "skos:prefLabel", text(french, "fr"))
        for number in range(self.practices):
            yield from self.practice(number).quads

    def practice(self, number: int) -> Practice:
        """The practice of a number, from 0."""
        draw = random.Random(f"{self._seed}/{number}")
        scope, kind, topic = draw.choice(_SCOPES), draw.choice(_TYPES), draw.choice(TOPICS)
        title = f"{scope[0]} {kind[0]} on {topic[0]} {number:07}"
        iri = self._resource("practice", _slug(title))
        statements: list[tuple[str, Term]] = [
            ("rdf:type", self._term("gcm:Practice")),
            ("dct:title", text(title, "en")),
            ("dct:title", text(f"{kind[1]} {scope[1]} sur {topic[1]} {number:07}", "fr")),
            ("dct:description", text(_english(draw, topic[0]), "en")),
            ("dct:description", text(_french(draw, topic[1]), "fr")),
            ("dct:type", self._resource("concept", f"practice-type/{kind[0]}")),
            ("gcm:objective", self._resource("objective", str(draw.randint(1, _OBJECTIVES)))),
            ("gcm:areaOfWork", self._area(topic[0])),
            *(
                ("gcm:targetAudience", audience)
                for audience in draw.sample(self.audiences, draw.randint(1, 2))
            ),
            *(
                ("gcm:country", country)
                for country in draw.sample(self.countries, draw.randint(1, 3))
            ),
            *self._organisations(draw),
            *_period(draw),
        ]
        if draw.random() < 0.5:
            statements.append(
                ("gcm:outcome", text(f"{draw.randint(20, 900)} people were trained.", "en"))
            )
        quads = [self._quad(iri, predicate, value) for predicate, value in statements]
        if draw.random() < 0.6:
            quads += self._funding(draw, iri)
        quads.append(Quad(iri, self._term("dct:source"), self._source, self._provenance))
        return Practice(iri, title, tuple(quads))

    def organisations(self) -> list[IRI]:
        """Every organisation that may carry out a practice."""
        return [*self._known_organisations, *map(self._organisation, range(_ORGANISATIONS))]

    def _describe_source(self) -> Iterator[Quad]:
        statements: tuple[tuple[str, Term], ...] = (
            ("rdf:type", self._term("gcm:SourceDocument")),
            ("dct:title", text("Synthetic practices", "en")),
            ("dct:title", text("Pratiques synthétiques", "fr")),
            ("dct:language", Literal("en")),
        )
        for predicate, value in statements:
            yield Quad(self._source, self._term(predicate), value, self._provenance)

    def _organisations(self, draw: random.Random) -> Iterator[tuple[str, IRI]]:
        """One or two that lead, up to two partners; one in three is an organisation of the reference data."""
        count = draw.randint(1, 4)
        lead_count = draw.randint(1, 2)
        organisations: dict[IRI, None] = {}
        while len(organisations) < count:
            is_known = draw.random() < 0.33
            organisation = self._organisation(draw.randrange(_ORGANISATIONS))
            if is_known:
                organisation = draw.choice(self._known_organisations)
            organisations[organisation] = None
        for position, organisation in enumerate(organisations):
            is_lead = position < lead_count
            yield ("gcm:leadOrganisation" if is_lead else "gcm:partnerOrganisation"), organisation

    def _funding(self, draw: random.Random, practice: IRI) -> Iterator[Quad]:
        grant = IRI(f"{practice.value}#funding")
        amount = IRI(f"{practice.value}#funding-amount")
        yield self._quad(practice, "schema:funding", grant)
        yield self._quad(grant, "rdf:type", self._term("schema:MonetaryGrant"))
        yield self._quad(grant, "schema:amount", amount)
        yield self._quad(amount, "rdf:type", self._term("schema:MonetaryAmount"))
        yield self._quad(
            amount, "schema:value", typed(str(draw.randint(10, 12_000) * 1_000), "integer")
        )
        yield self._quad(amount, "schema:currency", Literal(draw.choice(_CURRENCIES)))

    def _organisation(self, number: int) -> IRI:
        return self._resource("organisation", f"synthetic-{number}")

    def _area(self, topic: str) -> IRI:
        return self._resource("concept", f"area-of-work/synthetic-{_slug(topic)}")

    def _resource(self, kind: str, local: str) -> IRI:
        return IRI(self._addresses.resource(kind, local))

    def _quad(self, subject: IRI, predicate: str, value: Term) -> Quad:
        return Quad(subject, self._term(predicate), value, self._graph)


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _slug(words: str) -> str:
    return words.lower().replace(" ", "-")


def _period(draw: random.Random) -> Iterator[tuple[str, Literal]]:
    """A start as precise as in sources, and in seven of ten an end, equally precise, not before it."""
    first = draw.randint(2005, 2022)
    last = first + draw.randint(1, 5)
    precision = draw.choice(("gYear", "gYear", "gYearMonth", "date"))
    month_and_day = {
        "gYear": "",
        "gYearMonth": f"-{draw.randint(1, 12):02}",
        "date": f"-{draw.randint(1, 12):02}-15",
    }
    yield "schema:startDate", typed(f"{first}{month_and_day[precision]}", precision)
    if draw.random() < 0.7:
        yield "schema:endDate", typed(f"{last}{month_and_day[precision]}", precision)


def _english(draw: random.Random, topic: str) -> str:
    return (
        f"Authorities and partners work together on {topic}. They trained {draw.randint(20, 900)} officials in "
        f"{draw.randint(2, 12)} workshops, agreed on common procedures, and published guidance for practitioners."
    )


def _french(draw: random.Random, topic: str) -> str:
    return (
        f"Les autorités et leurs partenaires coopèrent sur {topic}. Ils ont formé {draw.randint(20, 900)} agents au "
        f"cours de {draw.randint(2, 12)} ateliers, adopté des procédures communes et publié des lignes directrices."
    )


def beside(repository: Repository, addresses: Addresses) -> Iterator[Quad]:
    """Ontology and reference data, to which synthetic practices refer; each triple in one graph only."""
    seen = set()
    ontology = read_graph(repository.ontology, IRI(addresses.graph("ontology")), addresses)
    for quad in chain(ontology, read_known(repository, addresses)):
        if quad.triple not in seen:
            seen.add(quad.triple)
            yield quad


def write_quads(quads: Iterable[Quad], out: BinaryIO) -> int:
    """Write N-Quads, one line a quad, in the given order. Returns their number."""
    count = 0
    for count, quad in enumerate(quads, start=1):  # noqa: B007 - the last number is the count
        out.write(f"{quad} .\n".encode())
    return count


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--practices", type=int, default=10_000)
    parser.add_argument(
        "--with-reference", action="store_true", help="add the ontology and the reference data"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    repository, addresses = Repository.find(), Addresses()
    quads = Synthetic(options.practices, SEED, repository, addresses).quads()
    if options.with_reference:
        quads = chain(beside(repository, addresses), quads)
    with options.out.open("wb") as out:
        count = write_quads(quads, out)
    print(f"{count:,} quads in {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
