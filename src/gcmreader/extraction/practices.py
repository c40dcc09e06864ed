"""All facts of one practice, read from its title and its text.

Its type: the head noun of the title decides, unless it says little (`school`, `map`); then what the
text says outright (`X is a programme`, `this tool`), then that weak word of the title, then the
words by which the text refers to the practice. The values are slugs of the concept scheme
`practice-type`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.sources.source_texts import Document
from gcmreader.documents.parts import PracticeText
from gcmreader.extraction.budgets import Amount, read_amount
from gcmreader.extraction.citations import CitedWork, read_citations
from gcmreader.extraction.organisation_names import OrganisationReader
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.extraction.periods import Period, PeriodReader
from gcmreader.extraction.places import PlaceReader
from gcmreader.extraction.roles import RoleReader, Roles
from gcmreader.lexicon import Lexicon


@dataclass(frozen=True)
class _Word:
    kind: str
    passage: ReadPassage
    start: int
    end: int

    @property
    def found(self) -> Extracted[str]:
        return self.passage.extracted(self.kind, self.start, self.end)


def read_kinds(title: ReadPassage, body: ReadPassage, lexicon: Lexicon) -> list[Extracted[str]]:
    """The types of a practice, at most one, with the word that says it."""
    weak = lexicon.pattern("kinds_reference", "weak", re.IGNORECASE)
    in_title = list(_words(title, "kinds", "", lexicon))
    head = _head_noun(title, in_title, lexicon)
    said = _first(
        _words(body, "kinds_in_text", lexicon.fragment("kinds_reference", "outright"), lexicon)
    )
    referred = _first(
        _words(body, "kinds_in_text", lexicon.fragment("kinds_reference", "reference"), lexicon)
    )
    sure = head if head and not weak.fullmatch(title.text, head.start, head.end) else None
    best = sure or said or head or referred
    return [best.found] if best else []


def _words(passage: ReadPassage, section: str, before: str, lexicon: Lexicon) -> Iterator[_Word]:
    for kind, words in lexicon.table(section).items():
        pattern = lexicon.compiled(rf"(?<!\w){before}(?P<word>(?:{words}))\b", re.IGNORECASE)
        for match in pattern.finditer(passage.text):
            yield _Word(kind, passage, match.start("word"), match.end("word"))


def _first(words: Iterator[_Word]) -> _Word | None:
    return min(words, key=lambda word: (word.start, -word.end), default=None)


def _head_noun(title: ReadPassage, words: list[_Word], lexicon: Lexicon) -> _Word | None:
    """The head noun among the type words of a title: the last before a preposition in English, the first in French."""
    cut = lexicon.pattern("kinds_reference", "head_end").search(title.text)
    leading = [word for word in words if cut is None or word.start < cut.start()]
    last_first = lexicon.fragment("kinds_reference", "head") == "last"
    order = (lambda w: (-w.end, w.start)) if last_first else (lambda w: (w.start, -w.end))
    return min(leading or words, key=order, default=None)


_SHORT_NAME = re.compile(
    r"\((?P<name>[A-Z][\w.&/-]{2,14}(?: [A-ZÀ-Ý][\w'-]+(?: (?:et|and|y) [A-ZÀ-Ý][\w'-]+)?)?)\)"
)


@dataclass(frozen=True)
class PracticeReading:
    """Facts of one practice."""

    title: Extracted[str]
    description: Extracted[str]
    kinds: tuple[Extracted[str], ...]
    #: the organisation that the practice itself is (a network)
    itself: tuple[Extracted[IRI], ...]
    leads: tuple[Extracted[Organisation], ...]
    partners: tuple[Extracted[Organisation], ...]
    #: known organisations that the text names without a role
    involved: tuple[Extracted[Organisation], ...]
    countries: tuple[Extracted[IRI], ...]
    period: Period
    amount: Extracted[Amount] | None
    citations: tuple[Extracted[CitedWork], ...]


def read_practice(
    practice: PracticeText, document: Document, reference: ReferenceData, lexicon: Lexicon
) -> PracticeReading:
    """Read one practice of a document.

    Raises `ExtractionError` where its text contradicts itself.
    """
    title, body = ReadPassage(practice.title), ReadPassage(practice.body)
    names = OrganisationReader(body.text, body.view.shown, reference.names, lexicon, title.text)
    places = PlaceReader(title, body, names, reference.places, lexicon)
    roles = RoleReader(title, body, names, lexicon).read()
    itself = _own_names(title, reference.names)
    short = _short_name(title, body, reference.names)
    kinds = read_kinds(title, body, lexicon)
    # only a practice that is called a meeting is over with its date
    named = frozenset(
        kind.value
        for kind in kinds
        if kind.value != "meeting" or kind.span in practice.title.span()
    )
    period = PeriodReader(title, body, lexicon, named, roles.lead_sentence or 0, document).read()
    if "agreement" in {kind.value for kind in kinds} and not roles.leads:
        for (
            party
        ) in places.parties():  # the states that have an agreement lead it, where no other does
            name = body.view.shown[slice(*party.range)]
            roles.add_lead(
                Extracted(Organisation(None, name, state=party.found.value), party.found.span),
            )
    countries = places.countries(roles)
    _involve_cities(body, roles, places, reference.cities, lexicon)
    return PracticeReading(
        title=Extracted(practice.title.shown, practice.title.span()),
        description=Extracted(practice.body.shown, practice.body.span()),
        kinds=tuple(kinds),
        itself=tuple(Extracted(iri, practice.title.span()) for iri in sorted(itself, key=str)),
        leads=_others(roles.leads, itself, short, title) or _others(roles.leads, set(), None, None),
        partners=_others(roles.partners, itself, short, title),
        involved=_others(roles.involved, itself, short, title),
        countries=tuple(countries),
        period=period,
        amount=read_amount(
            body, lexicon, [found.value.value.rsplit("/", 1)[1] for found in countries]
        ),
        citations=tuple(read_citations(body, reference.names)),
    )


def _involve_cities(
    body: ReadPassage, roles: Roles, places: PlaceReader, cities: Gazetteer, lexicon: Lexicon
) -> None:
    """Give the cities that act as organisations a part where the text lists their towns as the practice's.

    The lead where nobody else has it and the list is the subject of its verb: `Four cities (A, B
    and C) have opened …`.
    """
    lead_verb = lexicon.pattern("roles", "lead_verb", re.IGNORECASE)
    led = bool(roles.leads)
    for group in places.towns_listed():
        leads = not led and lead_verb.match(
            body.text, group.end + body.text.startswith(")", group.end)
        )
        for town in group.mentions:
            name = body.view.shown_at(town.start, town.end)
            city = cities.lookup(name)
            if city is not None:
                found = body.extracted(Organisation(city, name), town.start, town.end)
                if leads:
                    roles.add_lead(found)
                else:
                    roles.add_involved(found)


def _own_names(title: ReadPassage, gazetteer: Gazetteer) -> set[IRI]:
    """The organisation that the practice itself is: its name is most of the title (a network)."""
    return {
        mention.iri
        for mention in gazetteer.mentions(title.text)
        if mention.is_organisation and mention.end - mention.start > 0.6 * len(title.text)
    }


def _others(
    found: list[Extracted[Organisation]],
    itself: set[IRI],
    short: str | None,
    title: ReadPassage | None,
) -> tuple[Extracted[Organisation], ...]:
    """The organisations that are not the practice under its own name; without a title, the known ones of them."""
    return tuple(
        f
        for f in found
        if f.value.iri not in itself
        and f.value.name != short
        and not (title is None and f.value.iri is None)
        and not (
            title
            and f.value.iri is None
            and re.match(re.escape(f.value.name) + r" ?(?:$|[:(-])", title.text)
        )
    )


def _short_name(title: ReadPassage, body: ReadPassage, gazetteer: Gazetteer) -> str | None:
    """The short name in brackets in the title, or after the practice's name where the text begins with it."""
    for passage, limit in (
        (title, len(title.text)),
        (body, min(len(body.text), len(title.text) + 60)),
    ):
        match = _SHORT_NAME.search(passage.text, 0, limit + 40)
        if match and match.start() <= limit and not gazetteer.is_country_name(match["name"]):
            return passage.view.shown_at(*match.span("name"))
    return None


@dataclass(frozen=True)
class ReferenceData:
    """Prior knowledge of the reader, all of it from the reference data."""

    names: Gazetteer
    #: places within countries, each as a name of its country
    places: Gazetteer
    #: cities that act as organisations, by the names of their towns
    cities: Gazetteer
    instruments: Gazetteer
    #: titles of objectives by number: as written, with language
    titles: tuple[tuple[int, Literal], ...]
    targets: frozenset[str]
    #: the documents that the reference data describes
    documents: frozenset[IRI] = frozenset()
    #: the United Nations' texts of SDG targets by code and language, where they were imported
    target_texts: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[Quad], addresses: Addresses) -> ReferenceData:
        """The reference data in a graph."""
        quads = list(quads)
        v = Vocabulary(addresses)
        objective, sdg = addresses.resource("objective", ""), addresses.resource("sdg", "")
        labels = {v("skos:prefLabel"), v("skos:altLabel")}
        known = [
            (quad.subject, quad.predicate, quad.object)
            for quad in quads
            if isinstance(quad.subject, IRI)
        ]
        texts = [
            (subject.value, predicate, text)
            for subject, predicate, text in known
            if isinstance(text, Literal)
        ]
        return cls(
            Gazetteer.from_quads(quads, v, ("gcm:Organisation", "gcm:Country")),
            Gazetteer.of_places(quads, v),
            Gazetteer.of_cities(quads, v),
            Gazetteer.from_quads(quads, v, ("gcm:LegalInstrument",)),
            tuple(
                (int(subject.removeprefix(objective)), label)
                for subject, predicate, label in texts
                if predicate in labels and subject.startswith(objective)
            ),
            frozenset(
                subject.value.removeprefix(sdg)
                for subject, _, kind in known
                if kind == v("gcm:SdgTarget")
            ),
            frozenset(subject for subject, _, kind in known if kind == v("gcm:SourceDocument")),
            {
                (subject.removeprefix(sdg), definition.language): definition.value
                for subject, predicate, definition in texts
                if predicate == v("skos:definition")
                and subject.startswith(sdg)
                and definition.language
            },
        )
