"""Practices by country and organisation, and collaboration: the list file gives the same as the statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.synthetic import Synthetic
from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import Assembly
from gcmgraph.publication.lists.build import MAX_ORGANISATIONS, make_lists
from gcmgraph.publication.lists.file import ListFile, NameCache
from gcmgraph.publication.lists.index import KindIndex, Listings
from gcmgraph.publication.network.collaboration import Collaboration, Network, Tie
from gcmgraph.publication.network.relations import FEW, ORGANISATIONS, TIES, Practices, Relations
from gcmgraph.publication.versions.files import write_files, write_indexes
from gcmgraph.queries.library import read_queries
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.repository.layout import Repository
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import DUMP, StoreFolder, version_name
from gcmgraph.store.versions.incremental import change_version

A = Addresses()
V = Vocabulary(A)
G = IRI(A.graph("contribution/one"))
IN_PRACTICE = ("gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation")
IN_EVENT = ("schema:organizer", "schema:contributor")


class Found:
    """The same results, computed from all statements in memory."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        stated = {(q.subject, q.predicate, q.object) for q in quads}
        start = A.thing("practice", "")
        practices = {s for s, p, o in stated if (p, o) == (V("rdf:type"), V("gcm:Practice")) and isinstance(s, IRI)}
        self.practices = sorted((p for p in practices if p.value.startswith(start) and "#" not in p.value), key=str)
        self.part_of = {s: whole for s, p, whole in stated if p == V("gcm:countedAs") and whole in self.practices}
        whole = {(part, s) for s, p, part in stated if p == V("dct:hasPart")}
        roles, of_events = set(map(V, (*IN_PRACTICE, *IN_EVENT))), set(map(V, IN_EVENT))
        parts = {part: {s for p, s in whole if p == part} for part, _ in whole}
        taking = {(s, o) for s, p, o in stated if p in roles}
        taking |= {(s, o) for part, p, o in stated if p in of_events for s in parts.get(part, ())}
        self.organisations = self._by_practice(taking)
        self.countries = self._by_practice((s, o) for s, p, o in stated if p == V("gcm:country"))
        self.naming = self._by_practice((s, o) for s, _, o in stated)
        self.shared: dict[tuple[IRI, IRI], list[IRI]] = {}
        for practice, organisations in self.organisations.items():
            if len(organisations) <= MAX_ORGANISATIONS:
                for pair in combinations(organisations, 2):
                    self.shared.setdefault(pair, []).append(practice)
        self.shared = {pair: self.wholes(practices) for pair, practices in self.shared.items()}
        ties = (Tie(*pair, len(practices)) for pair, practices in self.shared.items())
        self.ties = sorted(ties, key=lambda tie: (-tie.weight, tie.one.value, tie.other.value))
        self.places = {tie.ends: place for place, tie in enumerate(self.ties)}
        self.ties_of: dict[IRI, list[Tie]] = {}
        for tie in self.ties:
            for end in tie.ends:
                self.ties_of.setdefault(end, []).append(tie)

    def _by_practice(self, pairs: Iterable[tuple[object, object]]) -> dict[IRI, list[IRI]]:
        found: dict[object, set[IRI]] = {}
        for practice, value in pairs:
            if isinstance(value, IRI):
                found.setdefault(practice, set()).add(value)
        return {p: sorted(found[p], key=lambda iri: iri.value) for p in self.practices if p in found}

    def those(self, having: dict[IRI, list[IRI]], value: IRI) -> list[IRI]:
        """Return the practices that have a value."""
        return [practice for practice in self.practices if value in having.get(practice, ())]

    def countries_among(self, practices: Iterable[IRI]) -> frozenset[IRI]:
        """Return the countries of practices."""
        return frozenset(country for practice in practices for country in self.countries.get(practice, ()))

    def wholes(self, practices: Iterable[IRI]) -> list[IRI]:
        """Return practices with each part replaced by its whole."""
        wholes = {self.part_of.get(practice, practice) for practice in practices}
        return [practice for practice in self.practices if practice in wholes]

    def strongest(self, organisations: int, ties: int) -> Network:
        """As `Collaboration.strongest`."""
        weights: Counter[IRI] = Counter()
        for tie in self.ties:
            for end in tie.ends:
                weights[end] += tie.weight
        ranked = sorted(weights, key=lambda iri: (-weights[iri], iri.value))[:organisations]
        among = self._between(ranked)[:ties]
        return Network(kept(ranked, among), tuple(among), len(weights), len(self.ties))

    def around(self, organisation: IRI, others: int, ties: int) -> Network | None:
        """As `Collaboration.around`."""
        own = self.ties_of.get(organisation)
        if not own:
            return None
        partners = [(set(tie.ends) - {organisation}).pop() for tie in own[:others]]
        drawn = [*own[:others], *self._between(partners)]
        among = drawn[: max(ties, len(partners))]
        return Network(kept([organisation, *partners], among), tuple(among), len(own) + 1, len(drawn))

    def _between(self, organisations: Iterable[IRI]) -> list[Tie]:
        """Return the ties both of whose ends are among these, in order."""
        pairs = combinations(sorted(set(organisations), key=lambda iri: iri.value), 2)
        return [self.ties[place] for place in sorted(self.places[pair] for pair in pairs if pair in self.places)]


def kept(organisations: list[IRI], ties: list[Tie]) -> tuple[IRI, ...]:
    return tuple(iri for iri in organisations if any(iri in tie.ends for tie in ties))


def few(practices: list[IRI]) -> Practices:
    return Practices(len(practices), tuple(practices[:FEW]))


def relations(file: ListFile) -> Relations:
    return Relations(file, KindIndex(file, A, NameCache(file, A), "practice"))


def assert_same(told: Relations, found: Found, things: Iterable[IRI] = ()) -> None:
    """Compare both results."""
    countries = {country for those in found.countries.values() for country in those}
    by_country = {country: found.wholes(found.those(found.countries, country)) for country in countries}
    assert told.counts() == {country: len(practices) for country, practices in by_country.items()}
    assert told.by_country() == {country: few(practices) for country, practices in by_country.items()}
    organisations = {organisation for those in found.organisations.values() for organisation in those}
    for organisation in organisations:
        practices = found.those(found.organisations, organisation)
        assert told.practices_of(organisation) == len(found.wholes(practices))
        assert told.countries_of(organisation) == found.countries_among(practices)
        for bounds in ((3, 2), (4, 5), (20, 80)):
            assert told.collaboration.around(organisation, *bounds) == found.around(organisation, *bounds)
    for bounds in ((3, 2), (ORGANISATIONS, TIES), (10_000, 1_000_000)):
        assert told.collaboration.strongest(*bounds) == found.strongest(*bounds)
    for tie in found.ties[:500]:
        assert told.shared(tie) == few(found.shared[tie.ends])
    for thing in things:
        assert told.countries_naming(thing) == found.countries_among(found.those(found.naming, thing))
    assert told.too_large == sum(len(those) > MAX_ORGANISATIONS for those in found.organisations.values())
    nobody = IRI("https://example.org/nobody")
    assert told.practices_of(nobody) == 0
    assert told.countries_of(nobody) == told.countries_naming(nobody) == frozenset()
    assert told.collaboration.around(nobody, 3, 3) is None


def test_of_the_dataset(small_or_whole: Assembly) -> None:
    quads = small_or_whole.quads
    things = {
        quad.object
        for quad in quads
        if isinstance(quad.object, IRI)
        and quad.object.value.startswith(tuple(A.thing(kind, "") for kind in ("objective", "action", "sdg", "concept")))
        and not quad.object.value.startswith(A.thing("concept", "m49/"))  # a map of a region has its own countries
    }
    found = Found(quads)
    assert found.ties
    assert_same(relations(make_lists(EmbeddedStore.in_memory(quads), A)), found, things)


def test_of_a_synthetic_dataset(repository: Repository) -> None:
    quads = list(Synthetic(400, 3, repository, A).quads())
    assert_same(relations(make_lists(EmbeddedStore.in_memory(quads), A)), Found(quads))


def test_ties_are_what_the_library_says(graph: EmbeddedStore, repository: Repository) -> None:
    query = read_queries(repository, A)["who-works-with-whom"]
    rows = graph.select(query.text, substitutions=query.substitutions({}, A)).rows
    said = {(row["organisation"], row["other"], int(row["practices"].value)) for row in rows}
    ties = Collaboration(make_lists(graph, A)).strongest(10_000, 1_000_000).ties
    assert said == {(*ends, tie.weight) for tie in ties for ends in (tie.ends, tie.ends[::-1])}


def pool() -> list[Quad]:
    """Statements of which every subset is a dataset."""
    crowd = [f"organisation:c{number}" for number in range(MAX_ORGANISATIONS - 1)]
    found: list[tuple[str, str, str]] = [("practice:p0", "gcm:partnerOrganisation", name) for name in crowd]
    for number in range(6):
        practice, event = f"practice:p{number}", f"practice:p{number}#event-1"
        found += [
            (practice, "rdf:type", "gcm:Practice"),
            (practice, "gcm:country", f"country:C{number % 3}"),
            (practice, "gcm:country", "country:C9"),
            (practice, "gcm:supportsAction", f"action:a{number % 2}"),
            (practice, "gcm:leadOrganisation", f"organisation:o{number % 4}"),
            (practice, "gcm:involvesOrganisation", f"organisation:o{number % 4}"),
            (practice, "gcm:partnerOrganisation", f"organisation:o{(number + 1) % 4}"),
            (practice, "gcm:partnerOrganisation", "organisation:o0"),
            (practice, "gcm:partnerOrganisation", "schema:abroad"),  # of no kind of ours
            (practice, "gcm:countedAs", f"practice:p{number // 2}"),  # the first as itself
            (practice, "dct:hasPart", event),
            (event, "schema:organizer", f"organisation:o{number % 3}"),
            (event, "schema:contributor", "organisation:o5"),
        ]
    quads = [Quad(V(subject), V(predicate), V(value), G) for subject, predicate, value in found]
    again = IRI(A.graph("contribution/two"))
    return quads + [Quad(q.subject, q.predicate, q.object, again) for q in quads[::7]]


POOL = pool()
#: The crowd comes and goes as one, so that it is whole often enough.
CROWD = frozenset(quad for quad in POOL if "/c" in str(quad.object) and "partner" in str(quad.predicate))
OTHERS = sorted(set(POOL) - CROWD, key=str)
STATEMENTS = st.builds(
    lambda some, crowd: some | CROWD if crowd else some,
    st.frozensets(st.sampled_from(OTHERS), max_size=len(OTHERS)),
    st.booleans(),
)
ACTIONS = [V("action:a0"), V("action:a1")]


@pytest.mark.exhaustive
@settings(max_examples=60)
@given(STATEMENTS)
def test_relations_of_random_statements(quads: frozenset[Quad]) -> None:
    assert_same(relations(make_lists(EmbeddedStore.in_memory(quads), A)), Found(quads), ACTIONS)


def test_a_changed_version_tells_its_own_and_the_old_one_stays(tmp_path: Path) -> None:
    store, dump = StoreFolder(tmp_path), serialize_canonical(POOL)
    store.publish(version_name(sha256(dump)), POOL, {DUMP: dump}, lambda made: write_indexes(made, A))
    old = store.current_folder()
    gone = frozenset(quad for quad in POOL if quad.subject == V("practice:p1"))
    change_version(store, lambda _: Change(removed=gone), lambda made: write_files(made, A))
    for folder, quads in ((old, set(POOL)), (store.current_folder(), set(POOL) - gone)):
        listings = Listings(EmbeddedStore.in_memory(), A, folder)  # only the file has anything
        assert_same(Relations(listings.file(), listings.of("practice")), Found(quads), ACTIONS)
