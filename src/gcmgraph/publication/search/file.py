"""The search file of a dataset version: an SQLite database with an FTS5 index (https://www.sqlite.org/fts5.html).

Its contents are the names, codes, texts and related resources of a store:

- `name`: names and codes of resources. `folded` has the words of `fold_words`, `compact` these without spaces
- `text`: longer texts, for excerpts
- `document`: a resource and a language, or none: `number` is the row of `word`
- `word`: the tokens (`search.words`) of the names, texts and related names of a document
- `vocabulary`: all tokens, with the number of documents that have them
- `about`: the resources and topics that a resource is about, a topic with its share
- `passage`, `passage_word`: passages of the documents whose text the store has, in an index of their own, so that the
  order of resources does not depend on the documents that are present

In `word`, stems stand for the words; `…_written` have the words whose stems are others, for exact
and beginning words.
"""

from __future__ import annotations

import math
import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import PROPERTIES
from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.descriptions import resources_of_kind
from gcmgraph.publication.search.words import tokens
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.sources.source_texts import MARKUP
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES

#: Properties whose values are codes. Codes rank above names.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values are names, preferred ones first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")

#: Properties whose values are longer texts, of resources and of their parts (`#`).
TEXTS = tuple(row.curie for row in PROPERTIES if row.searched)
PART_TEXTS = ("dct:title", "dct:description", "gcm:rationale", "schema:unitText")

#: Properties of an amount: its number, and its currency.
_NUMBER, _CURRENCY = "schema:value", "schema:currency"

#: Properties by which a resource is about another, whose names find it, too.
RELATED = (
    "gcm:country", "gcm:originCountry", "gcm:involvesCountry", "gcm:region", "dct:spatial", "schema:containedInPlace",
    "gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation", "org:subOrganizationOf",
    "gcm:targetAudience", "gcm:objective", "gcm:instrument", "dct:type", "sdgo:isTargetOf", "skos:broader",
)  # fmt: skip


#: The rows of a query with its values.
Execute = Callable[..., Iterable[Any]]

#: Kinds of passages that are searched; the others are parts of these, or headings.
_PASSAGE_KINDS = frozenset(
    f"concept/passage-kind/{kind}"
    for kind in ("action", "commitment", "note", "paragraph", "practice-title")
)


@dataclass(frozen=True, slots=True)
class SearchName:
    """A name or code of a resource."""

    text: str
    language: str | None
    #: whether it is a code
    code: bool
    #: index of its property in `NAMES`; 0 for codes
    rank: int


@dataclass(slots=True)
class Contents:
    """The names and texts of a resource, and the resources that it is about, by address after `{base}id/`."""

    names: list[SearchName] = field(default_factory=list)
    texts: dict[Literal, None] = field(default_factory=dict)
    related: dict[str, None] = field(default_factory=dict)
    #: the topics that its passages name, with their shares: those of an objective are those of its
    #: actions
    topics: dict[str, float] = field(default_factory=dict)


class Passage(NamedTuple):
    """A passage of a document."""

    #: address after `{base}id/`: source/objective-05.en/117-505
    address: str
    text: str
    language: str
    #: number of the page on which it begins; empty for a text without pages
    page: str
    #: address of the resource that it is about, after `{base}id/`; empty if none is stated
    about: str


def base_language(language: str | None) -> str:
    """The primary subtag of a language tag; empty for None."""
    return (language or "").split("-", 1)[0]


_NONE = Literal("")


class _ContentsReader:
    """Reader of a store, each property once."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        found = (
            iri.value.removeprefix(self._start)
            for kind in KINDS
            for iri in resources_of_kind(store, addresses, kind)
        )
        self.found = {resource: Contents() for resource in sorted(found)}

    def contents(self) -> dict[str, Contents]:
        """The contents of all resources."""
        self.read_names()
        self.read_texts()
        self.read_amounts()
        self.read_related()
        self.read_topics()
        return self.found

    def read_names(self) -> None:
        """Add names and codes.

        A text with two naming properties is a name once, with the preferred one.
        """
        named: set[tuple[str, Literal, bool]] = set()
        for rank, curie in [*((0, curie) for curie in CODES), *enumerate(NAMES)]:
            code = curie in CODES
            for resource, text in self._texts(curie):
                if resource in self.found and (resource, text, code) not in named:
                    named.add((resource, text, code))
                    self.found[resource].names.append(
                        SearchName(text.value, text.language, code, rank)
                    )

    def read_texts(self) -> None:
        """Add longer texts, also those of parts."""
        for curie in dict.fromkeys((*TEXTS, *PART_TEXTS)):
            for resource, text in self._texts(curie):
                whole, part, _ = resource.partition("#")
                if whole in self.found and curie in (PART_TEXTS if part else TEXTS):
                    self.found[whole].texts[text] = None

    def read_amounts(self) -> None:
        """Add the amounts of parts as texts: USD 425."""
        currencies = dict(self._texts(_CURRENCY))
        for resource, number in self._texts(_NUMBER):
            whole = resource.partition("#")[0]
            if whole in self.found and resource in currencies:
                self.found[whole].texts[Literal(f"{currencies[resource].value} {number.value}")] = (
                    None
                )

    def read_related(self) -> None:
        """Add the resources that resources are about."""
        for curie in RELATED:
            for resource, value in self._resources(curie):
                if resource in self.found:
                    self.found[resource].related[value] = None

    def read_topics(self) -> None:
        """Add the topics that passages name to the resources that these are about, and to the objectives of actions."""
        about = dict(self._resources("schema:about"))
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for annotation, topic in self._resources("oa:hasBody"):
            resource = about.get(annotation.partition("#")[0], "")
            counts[resource][topic] += 1
            for one in self.found[resource].related if resource in self.found else ():
                if resource.startswith("action/") and one.startswith("objective/"):
                    counts[one][topic] += 1
        for resource in counts.keys() & self.found.keys():
            length = math.hypot(*counts[resource].values())
            self.found[resource].topics = {
                topic: count / length for topic, count in counts[resource].items()
            }

    def passages(self) -> Iterator[Passage]:
        """The passages whose text the store has."""
        kinds, about = dict(self._resources("dct:type")), dict(self._resources("schema:about"))
        languages, pages = dict(self._texts("dct:language")), dict(self._texts("rdf:value"))
        for selector, text in self._texts("oa:exact"):
            passage = selector.partition("#")[0]
            if kinds.get(passage) in _PASSAGE_KINDS:
                page = pages.get(f"{passage}#page", _NONE).value.removeprefix("page=")
                yield Passage(
                    passage,
                    text.value,
                    languages.get(passage, _NONE).value,
                    page,
                    about.get(passage, ""),
                )

    def _resources(self, curie: str) -> Iterator[tuple[str, str]]:
        """The resources with a property, and its values that are resources."""
        for resource, value in self._values(curie):
            if isinstance(value, IRI) and value.value.startswith(self._start):
                yield resource, value.value.removeprefix(self._start)

    def _texts(self, curie: str) -> Iterator[tuple[str, Literal]]:
        return (
            (resource, value)
            for resource, value in self._values(curie)
            if isinstance(value, Literal)
        )

    def _values(self, curie: str) -> Iterator[tuple[str, IRI | Literal]]:
        """The resources with a property, and its values."""
        for triple in self._store.triples(predicate=self._v(curie)):
            subject, value = triple.subject, triple.object
            if (
                isinstance(subject, IRI)
                and isinstance(value, IRI | Literal)
                and subject.value.startswith(self._start)
            ):
                yield subject.value.removeprefix(self._start), value


#: A token of a text: the stem of a word, and the folded word.
Token = tuple[str, str]

#: The tables and modules that determine the contents of the file. A file that others wrote is
#: ignored.
_OWN = ("file.py", "function_words.toml", "tables.sql", "words.py")
_MODULES = (
    "model/kinds.csv",
    "model/properties.csv",
    "publication/descriptions.py",
    *(f"publication/search/{name}" for name in _OWN),
)
_RULES = b"".join((Path(__file__).parents[2] / name).read_bytes() for name in _MODULES)

#: File beside the index of a version. A build of equal content replaces no file, so each set of
#: rules has a name.
FILE = f"search-{zlib.crc32(_RULES):08x}.sqlite"

_TABLES = Path(__file__).with_name("tables.sql").read_text("utf-8")
_INSERT_WORDS = """INSERT INTO word (rowid, names, texts, related, names_written, texts_written)
    VALUES (?, ?, ?, ?, ?, ?)"""


def write_search(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the search file of the version in a folder.

    Raises `StoreError` if it cannot be written.
    """
    path = folder / FILE
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # without a journal: a file that was not finished is discarded
            database.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            )
            make_tables(database, store, addresses)
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The search index {path} cannot be written: {error}.",
            hint="See whether the disk is full and whether this SQLite has FTS5 (Python's own has).",
        ) from error


def make_tables(database: sqlite3.Connection, store: Store, addresses: Addresses) -> None:
    """Make the tables of a search file in an empty database."""
    database.executescript(f"{_TABLES} BEGIN;")
    reader = _ContentsReader(store, addresses)
    found = reader.contents()
    for resource, own in found.items():
        _put(database, resource, own, [found[one] for one in own.related if one in found])
    _write_passages(database, reader.passages())
    database.execute("COMMIT")
    database.execute("INSERT INTO word (word) VALUES ('optimize')")


def _put(
    database: sqlite3.Connection, resource: str, own: Contents, related: list[Contents]
) -> None:
    for name in own.names:
        folded = fold_words(name.text)
        row = (
            resource,
            name.text,
            name.language,
            name.code,
            name.rank,
            folded,
            folded.replace(" ", ""),
        )
        database.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    texts = [(resource, text.value, text.language) for text in own.texts]
    database.executemany(
        "INSERT INTO text VALUES (?, ?, ?, ?)", [(*row, fold_words(row[1])) for row in texts]
    )
    shown = [
        name
        for one in related
        for name in one.names
        if name.rank == 0 and (not name.code or name.language)
    ]
    fields = (
        _by_language((name.text, name.language) for name in own.names),
        _by_language((text, tag) for _, text, tag in texts),
        _by_language((name.text, name.language) for name in shown),
    )
    for language in dict.fromkeys(language for texts_of in fields for language in texts_of):
        _index(database, resource, *(texts_of.get(language, []) for texts_of in fields))
    about = dict.fromkeys(own.related) | own.topics
    database.executemany(
        "INSERT INTO about VALUES (?, ?, ?)", [(resource, *pair) for pair in about.items()]
    )


def _index(database: sqlite3.Connection, resource: str, *fields: Sequence[Token]) -> None:
    """Index a document by the tokens of its names, texts and related names."""
    number = database.execute("INSERT INTO document (resource) VALUES (?)", (resource,)).lastrowid
    stems = [" ".join([stem for stem, _ in found]) for found in fields]
    written = [" ".join([word for stem, word in found if word != stem]) for found in fields[:2]]
    database.execute(_INSERT_WORDS, (number, *stems, *written))


def _by_language(texts: Iterable[tuple[str, str | None]]) -> dict[str, list[Token]]:
    """The tokens of texts by language; those of another language than `LANGUAGES` or of none by ""."""
    found: dict[str, list[Token]] = {}
    for text, tag in texts:
        language = base_language(tag)
        language = language if language in LANGUAGES else ""
        found.setdefault(language, []).extend(_tokens(text, language))
    return found


@lru_cache(20_000)
def _tokens(text: str, language: str) -> tuple[Token, ...]:
    """The tokens of a text. Most resources share the names of the resources that they are about."""
    return tuple(tokens(text, language))


#: Least share of the words of a query that a passage has; number of passages that are compared.
_LEAST, _COMPARED = 2 / 3, 50

_FIND = """SELECT passage.* FROM passage_word JOIN passage ON passage.rowid = passage_word.rowid
    WHERE passage_word MATCH ? ORDER BY bm25(passage_word) LIMIT ?"""


def _write_passages(database: sqlite3.Connection, passages: Iterable[Passage]) -> None:
    """Index passages, without the signs of Markdown."""
    for passage in passages:
        text = MARKUP.sub("", passage.text)
        row = (*passage._replace(text=text), f" {fold_words(text)} ")
        number = database.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid
        words = " ".join(
            dict.fromkeys(form for token in tokens(text, passage.language) for form in token)
        )
        database.execute("INSERT INTO passage_word (rowid, words) VALUES (?, ?)", (number, words))


def find_passages(
    execute: Execute, words: Sequence[Collection[str]], phrases: Iterable[str], limit: int
) -> list[Passage]:
    """The best passages with most of the words, each given as its tokens, and all phrases; one a subject."""
    expression = " OR ".join(f'"{token}"' for forms in words for token in forms)
    found: dict[str, Passage] = {}
    for *row, folded in execute(_FIND, (expression, _COMPARED)) if expression else ():
        passage = Passage(*row)
        count = sum(any(token in folded for token in forms) for forms in words)
        if count >= _LEAST * len(words) and all(f" {phrase} " in folded for phrase in phrases):
            found.setdefault(passage.about or passage.address, passage)
    return list(found.values())[:limit]
