"""Matches of names with entities, and of the names of a column in a table.

Property values of a table are evidence for a candidate. The score of a candidate is that of its
name (`linking.matching`). Given properties for which the graph has values count for 40 of 100: the
share that agrees. A candidate that disagrees in one is never a match. An agreeing code makes a name
a match that would be ambiguous alone: Congo with COD.

Of a column in a file or workbook, each distinct name gets an answer, and rows get values. Cells
stay the texts of the file: codes such as 004 lose no zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import PurePath

from gcmgraph.linking.matching import (
    SAME_LETTERS,
    MatchCandidate,
    MatchIndex,
    Name,
)
from gcmgraph.linking.name_forms import says_nothing
from gcmgraph.linking.name_readings import readings
from gcmgraph.platform.errors import GcmGraphError, Place
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.reconciliation.entities import (
    ADDRESS,
    SAME_AS,
    Entities,
    Entity,
    EntityProperty,
    Properties,
    plain_iri,
    same_value,
)
from gcmgraph.publication.search.contents import CODES
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.rdf.terms import IRI
from gcmgraph.spreadsheets.grids import csv_records, read_xlsx

#: Kinds whose names people shorten to the name of another entity.
SHORTENED_KINDS = frozenset({"country"})

#: Properties that identify an entity of a kind.
KEYS = frozenset({*CODES, "iri", SAME_AS})

#: Points of properties, of 100.
_EVIDENCE = 40

#: Minimum score of a name that an agreeing code makes a match.
_ALIKE = 65

#: Score of a name that is found by another reading of the text.
READ = 96.0

#: Minimum number of candidates that are scored.
_WEIGHED = 20


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property with its values in a table: texts, numbers, identifiers of entities."""

    property: EntityProperty
    values: tuple[str, ...]

    def is_key(self) -> bool:
        """Whether the values identify an entity."""
        return self.property.id.partition("@")[0] in KEYS


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """A reconciliation query: a name, or property values, or both; for some kinds or any."""

    text: str
    kinds: tuple[str, ...] = ()
    limit: int = 5
    given: tuple[PropertyValue, ...] = ()


@dataclass(frozen=True)
class ScoredCandidate:
    """A candidate."""

    entity: Entity
    #: 0 to 100
    score: float
    #: score of the name alone; None for a query without a name
    name_score: float | None
    #: closest of its names
    name: str | None
    #: whether name or code are equal
    same: bool
    #: whether it can be accepted without review
    match: bool
    #: identifier of a property to whether it agrees; properties without values in the graph are
    #: left out
    agree: dict[str, bool] = field(default_factory=dict)


class Reconciler:
    """Reconciliation with the entities of one dataset version."""

    def __init__(self, entities: Entities, properties: Properties, labels: SearchIndex) -> None:
        self.entities = entities
        self.properties = properties
        self.labels = labels
        names = (
            Name(
                row.resource,
                row.kind,
                row.text,
                row.language,
                row.code,
                main=not row.code and row.rank == 0,
            )
            for row in labels.names
        )
        self.index = MatchIndex(names, SHORTENED_KINDS, self._areas())

    def _areas(self) -> frozenset[str]:
        """Areas that are no States.

        Their names do not make that of a State ambiguous: Samoa, American Samoa.
        """
        kind = self.properties.get("dct:type")
        return frozenset(
            entity.id
            for entity in self.entities
            if entity.kind == "country" and kind is not None and self.properties.terms(entity, kind)
        )

    def candidates(self, query: CandidateQuery) -> list[ScoredCandidate]:
        """The candidates for a query, best first; at most one of them is a match."""
        if identified := self._identified(query):
            return identified
        by_name = self._by_name(query, max(query.limit, _WEIGHED if query.given else 0))
        found = {candidate.resource: candidate for candidate in by_name}
        entities = {thing: self.entities.get(thing) for thing in found}
        for entity in self._by_keys(query):
            entities.setdefault(entity.id, entity)
        weighed = [
            self._weigh(query, entity, found.get(thing))
            for thing, entity in entities.items()
            if entity
        ]
        if not query.given:
            return weighed
        ranked = sorted(
            (one for one in weighed if one.score > 0), key=lambda one: (-one.score, one.entity.id)
        )
        return self._decided(query, ranked)[: query.limit]

    def _identified(self, query: CandidateQuery) -> list[ScoredCandidate]:
        """The entities whose identifier or IRI is the text of the query."""
        text = query.text.strip()
        own = self.entities.get(text) if "/" in text else None
        found = [own] if own else self.entities.of_others(text) if "://" in text else []
        found = [entity for entity in found if not query.kinds or entity.kind in query.kinds]
        weighed = [
            ScoredCandidate(entity, 100.0, 100.0, text, same=True, match=len(found) == 1)
            for entity in found
        ]
        agreeing = [replace(one, agree=self._agreement(query, one.entity)) for one in weighed]
        return [replace(one, match=one.match and all(one.agree.values())) for one in agreeing][
            : query.limit
        ]

    def _by_name(self, query: CandidateQuery, limit: int) -> list[MatchCandidate]:
        """The candidates for the text, or for another reading of it that names one resource."""
        found = self.index.candidates(query.text, query.kinds, limit, errors=True)
        if not any(candidate.same for candidate in found):
            for reading in readings(query.text, query.kinds):
                named = [self._named(text, reading.kinds or query.kinds) for text in reading.texts]
                if named[0] is not None and all(
                    one is not None and one.resource == named[0].resource for one in named
                ):
                    read = replace(named[0], score=READ)
                    return [read, *(one for one in found if one.resource != read.resource)][:limit]
        return found

    def _named(self, text: str, kinds: tuple[str, ...]) -> MatchCandidate | None:
        """The resource that has a name or code alone, if there is one."""
        return next((one for one in self.index.candidates(text, kinds, 3) if one.safe), None)

    def _by_keys(self, query: CandidateQuery) -> Iterable[Entity]:
        """The entities whose codes are among the given values."""
        for given in query.given:
            if not given.is_key():
                continue
            for value in given.values:
                padded = value.strip().zfill(3) if given.property.id == "gcm:m49" else value
                names = self.index.of_code(padded, query.kinds)
                own = self.entities.get(value)
                of_codes = (self.entities.get(name.resource) for name in names)
                for entity in (*of_codes, own, *self.entities.of_others(value)):
                    if entity and (not query.kinds or entity.kind in query.kinds):
                        yield entity

    def _agreement(self, query: CandidateQuery, entity: Entity) -> dict[str, bool]:
        agree: dict[str, bool] = {}
        for given in query.given:
            known = [self._texts(term) for term in self.properties.terms(entity, given.property)]
            if known:
                agrees = any(
                    self._agrees(value, texts) for value in given.values for texts in known
                )
                agree[given.property.id] = agree.get(given.property.id, True) and agrees
        return agree

    def _texts(self, term: object) -> tuple[Entity | None, str]:
        value = str(getattr(term, "value", term))
        return (self.entities.get(value) if isinstance(term, IRI) else None), value

    def _agrees(self, given: str, known: tuple[Entity | None, str]) -> bool:
        """Whether a value of a table is that of the graph: a text, a code, an entity, an IRI or its last part."""
        entity, text = known
        if entity is None:
            if "://" not in text:
                return same_value(given, text)
            plain = plain_iri(text)
            return (
                plain_iri(given) == plain
                or given.strip() == plain.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
            )
        if self.entities.get(given) == entity or entity in self.entities.of_others(given):
            return True
        near = self.index.candidates(given, (entity.kind,), 3)
        return any(one.resource == entity.id and one.score >= SAME_LETTERS for one in near)

    def _weigh(
        self, query: CandidateQuery, entity: Entity, candidate: MatchCandidate | None
    ) -> ScoredCandidate:
        agree = self._agreement(query, entity)
        share = sum(agree.values()) / len(agree) if agree else None
        named = None if not query.text.strip() else candidate.score if candidate else 0.0
        if named is None:
            score = 100 * (share or 0.0)
        elif share is None:
            score = named
        else:
            score = named * (100 - _EVIDENCE) / 100 + _EVIDENCE * share
        text = candidate.name.text if candidate else None
        same = candidate is not None and candidate.same
        safe = candidate is not None and candidate.safe
        return ScoredCandidate(entity, round(score, 1), named, text, same, safe, agree)

    def _decided(
        self, query: CandidateQuery, weighed: list[ScoredCandidate]
    ) -> list[ScoredCandidate]:
        """The candidates, with `match` set on the only one that can be accepted without review, if any."""
        keys = {given.property.id for given in query.given if given.is_key()}

        def safe(one: ScoredCandidate) -> bool:
            if not all(one.agree.values()) or says_nothing(query.text):
                return False
            coded = any(one.agree.get(key) for key in keys)
            if one.name_score is None:
                return coded
            others = (
                other
                for other in weighed
                if other.entity != one.entity and all(other.agree.values())
            )
            rivals = any((other.name_score or 0) >= _ALIKE for other in others)
            distinct = one.same and any(one.agree.values()) and not rivals
            return one.match or (coded and one.name_score >= _ALIKE) or distinct

        matches = [one.entity for one in weighed if safe(one)]
        return [
            replace(one, match=len(matches) == 1 and one.entity == matches[0]) for one in weighed
        ]


#: Limits on the bytes of a file, on its rows, and on the column names that an error lists.
MAX_BYTES, MAX_ROWS, _LISTED = 100 * 1024 * 1024, 1_000_000, 20


class ColumnFileError(GcmGraphError):
    """A file without the column, or one that is no table."""


@dataclass(frozen=True)
class ColumnNames:
    """Different names of a column in the order of their first rows, without surplus spaces; `count` is that of all."""

    names: list[str]
    count: int


@dataclass(frozen=True)
class ColumnFile:
    """Headings of a table, and the cells of its rows by the index of their column; most empty ones are absent."""

    source: str
    headings: list[str]
    rows: list[Mapping[int, str]]

    def names(self, heading: str | None, most: int) -> ColumnNames:
        """The first `most` different names of a column, found as by `column`."""
        column = self.column(heading)
        texts = (" ".join(row.get(column, "").split()) for row in self.rows)
        found = list(dict.fromkeys(filter(None, texts)))
        return ColumnNames(found[:most], len(found))

    def column(self, name: str | None) -> int:
        """The index of a column by its heading, or of the only one. Raises `ColumnFileError`."""
        if name is None:
            if len(self.headings) == 1:
                return 0
            raise ColumnFileError(
                f"The table has {len(self.headings):,} columns.",
                place=Place(self.source),
                hint=f"Name the one that holds the names: {self._listed()}.",
            )
        if name in self.headings:
            return self.headings.index(name)
        alike = [
            i for i, heading in enumerate(self.headings) if fold_name(heading) == fold_name(name)
        ]
        if len(alike) == 1:
            return alike[0]
        raise ColumnFileError(
            f"There is no column '{name}'.",
            place=Place(self.source),
            hint=f"Columns: {self._listed()}.",
        )

    def _listed(self) -> str:
        named = [f"'{heading}'" for heading in self.headings if heading]
        return ", ".join([*named[:_LISTED], *(["…"] if len(named) > _LISTED else [])])


def read_column_file(data: bytes, source: str) -> ColumnFile:
    """The table of a CSV file in UTF-8, or of the first sheet of an XLSX workbook; the first row has the headings.

    Raises `ColumnFileError`, or `RdfSyntaxError` for another encoding, a damaged workbook, or
    invalid CSV.
    """
    if len(data) > MAX_BYTES:
        raise ColumnFileError(
            f"The file has more than {MAX_BYTES:,} bytes.",
            place=Place(source),
            hint="Send it in parts.",
        )
    workbook = data.startswith(b"PK") or PurePath(source).suffix.lower() in {
        ".xlsx",
        ".xls",
        ".xlsm",
    }
    rows = _xlsx_rows(data, source) if workbook else _csv_rows(data, source)
    if not rows or not any(cell.strip() for cell in rows[0].values()):
        raise ColumnFileError(
            "The table has no headings.",
            place=Place(source, 1),
            hint="Write the names of the columns in the first row.",
        )
    headings = [rows[0].get(index, "").strip() for index in range(max(rows[0]) + 1)]
    return ColumnFile(source, headings, rows[1:])


def _csv_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    rows: list[Mapping[int, str]] = []
    for _, record in csv_records(data, source):
        if record:
            rows.append(dict(enumerate(record)))
        if len(rows) > MAX_ROWS:
            raise ColumnFileError(
                f"The file has more than {MAX_ROWS:,} rows.",
                place=Place(source),
                hint="Send it in parts.",
            )
    return rows


def _xlsx_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    grid = next((grid for grid in read_xlsx(data, source) if grid.rows), None)
    return (
        [{column - 1: cell.text for column, cell in row.cells.items()} for row in grid.rows]
        if grid
        else []
    )


#: Short names of properties that are often added, for people who do not know the prefixes.
SHORT_NAMES = {
    "iri": ADDRESS,
    "code": "skos:notation",
    "iso2": "gcm:iso2",
    "iso3": "gcm:iso3",
    "m49": "gcm:m49",
    "un": "skos:exactMatch@metadata.un.org",
    "wikidata": "skos:exactMatch@www.wikidata.org",
}

#: Candidates of a doubtful name.
CANDIDATES = 5

#: Characters of a name at most; a longer text has no candidates.
_LONGEST = 1_000


class MatchStatus(StrEnum):
    """State of a name: one resource is meant, several may be, or none is known."""

    MATCHED = "matched"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The answer for one name. The only option of a matched name is the resource."""

    status: MatchStatus
    options: tuple[ScoredCandidate, ...] = ()

    @property
    def resource(self) -> ScoredCandidate | None:
        """The resource that a matched name means."""
        return self.options[0] if self.status is MatchStatus.MATCHED else None

    def chosen(self, identifier: str) -> NameMatch:
        """The match after a person has chosen one of the options; "" stands for none of them."""
        kept = tuple(option for option in self.options if option.entity.id == identifier)
        return NameMatch(MatchStatus.MATCHED if kept else MatchStatus.NONE, kept)


class ColumnMatcher:
    """Answers for names of a column, and values of properties of the answers.

    Equal names are compared once.
    """

    def __init__(self, reconciler: Reconciler, kinds: Sequence[str], added: Iterable[str]) -> None:
        """`added`: short names or identifiers of the properties.

        Raises `GcmGraphError` for unknown ones.
        """
        self._reconciler = reconciler
        self._kinds = tuple(kinds)
        #: headings of the values
        self.added = list(added)
        self._properties = [self._property(name) for name in self.added]
        self._matched, self.values = cache(self._match), cache(self._values)

    def _property(self, name: str) -> EntityProperty:
        found = self._reconciler.properties.get(SHORT_NAMES.get(name.lower(), name))
        if found is None:
            raise GcmGraphError(
                f"The property '{name}' is unknown.",
                hint=f"Use {', '.join(SHORT_NAMES)}, or a property of the graph such as skos:prefLabel@fr.",
            )
        return found

    def match(self, name: str) -> NameMatch:
        """The answer for a name."""
        return self._matched(name.strip())

    def _match(self, name: str) -> NameMatch:
        if not name or len(name) > _LONGEST:
            return NameMatch(MatchStatus.NONE)
        found = self._reconciler.candidates(CandidateQuery(name, self._kinds, CANDIDATES))
        if matched := tuple(one for one in found if one.match):
            return NameMatch(MatchStatus.MATCHED, matched)
        return NameMatch(MatchStatus.DOUBTFUL if found else MatchStatus.NONE, tuple(found))

    def _values(self, entity: Entity) -> list[str]:
        """The values of each property of an entity as the text of a cell; several are separated by "; ".

        Addresses at Wikidata are shortened to their identifiers, such as Q889.
        """
        terms = (self._reconciler.properties.terms(entity, one) for one in self._properties)
        return ["; ".join(dict.fromkeys(map(self._text, found))) for found in terms]

    def name(self, entity: Entity, language: str) -> str:
        """The name of an entity in a language or the next best."""
        return self._reconciler.entities.name(entity, language)

    @staticmethod
    def _text(term: object) -> str:
        value = str(getattr(term, "value", term))
        if isinstance(term, IRI) and "://www.wikidata.org/entity/" in value:
            return value.rsplit("/", 1)[-1]
        return value
