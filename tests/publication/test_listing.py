"""Lists: filters, counts, order, and the same by counting without an index."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import FACETS, PRACTICES_OF
from gcmgraph.publication.lists.index import Filters, KindIndex, Listings
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.port import Store
from gcmgraph.text import Moment

A = Addresses()
V = Vocabulary(A)


def listings(store: Store) -> Listings:
    return Listings(store, A)


@pytest.fixture(scope="module")
def index() -> KindIndex:
    quads = read_quads(Path(__file__).parent / "practices.trig")
    return listings(Store.in_memory(quads)).of("practice")


def found(index: KindIndex, filters: Filters, sort: str = "title", language: str = "en") -> list[str]:
    selected = index.select(filters)
    return [item.iri.value.rpartition("/")[2] for item in index.ordered(selected, sort, language, 0, 100)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["three", "two", "five", "four", "one"]),
        (Filters({"country": ("AFG",)}), ["two", "one"]),
        (Filters({"country": ("AFG", "CIV")}), ["three", "two", "one"]),
        (Filters({"country": ("AFG",), "type": ("plan",)}), ["two"]),
        (Filters({"organisation": ("unodc",)}), ["two", "one"]),
        (Filters({"lead": ("unodc",)}), ["one"]),
        (Filters({"target": ("10.7",)}), ["two", "one"]),  # through the objective
        (Filters({"target": ("16.2",)}), ["one"]),  # through the action
        (Filters({"goal": ("16",)}), ["one"]),
        (Filters({"action": ("9a",)}), ["one"]),
        (Filters({"country": ("XXX",)}), []),
        (Filters(first_year=2021), ["two", "one"]),  # no end is stated of one of them
        (Filters(last_year=2012), ["three", "five"]),  # no start is stated of one of them
        (Filters(first_year=2012, last_year=2012), ["three", "five"]),
        (Filters(first_year=2016, last_year=2017), []),
    ],
)
def test_filters_combine(index: KindIndex, filters: Filters, expected: list[str]) -> None:
    assert found(index, filters) == expected


def test_list_of_certain_resources(index: KindIndex) -> None:
    things = [V("practice:four"), V("country:AFG"), V("practice:none"), IRI("https://example.org/four")]
    assert found(index, Filters(only=index.rows(things))) == ["four"]
    assert found(index, Filters(only=index.rows([]))) == []


def test_order_by_start(index: KindIndex) -> None:
    assert found(index, Filters(), "start") == ["three", "one", "two", "five", "four"]
    assert found(index, Filters(), "-start") == ["two", "one", "three", "five", "four"]


def test_order_by_title_without_accents(index: KindIndex) -> None:
    # Bridge, Eagle, Élan, Ended, Undated: what has no French title goes by its English one
    assert found(index, Filters(), language="fr") == ["three", "two", "one", "five", "four"]


def test_counts_of_values(index: KindIndex) -> None:
    counts = index.counts(Filters({"country": ("AFG",)}))
    assert counts["country"] == {"AFG": 2, "IRQ": 2, "CIV": 1}  # as if nothing were chosen: values add up
    assert counts["type"] == {"plan": 1, "programme": 1}
    assert counts["lead"] == {"unodc": 1, "eu": 1}


def test_practices_by_year(index: KindIndex) -> None:
    years = index.years(index.everything)
    assert list(years) == list(range(2012, 2023))
    assert (years[2012], years[2013], years[2015], years[2016], years[2018], years[2020]) == (2, 1, 1, 0, 1, 2)


def test_values_of_listed_resources(index: KindIndex) -> None:
    (item,) = index.listed(index.rows([V("practice:one")]))
    assert item.values["country"] == ("AFG", "IRQ")
    assert item.values["organisation"] == ("eu", "iom", "unodc")
    assert item.values["target"] == ("10.7", "16.2")
    assert item.period.start == Moment(2018)


def test_targets_stated_for_a_practice_are_separate_from_those_of_its_objective() -> None:
    practices = read_quads(Path(__file__).parent / "practices.trig")
    stated = Quad(V("practice:one"), V("gcm:relevantTarget"), V("sdg:16.2"))
    index = listings(Store.in_memory([*practices, stated])).of("practice")
    (item,) = index.listed(index.rows([V("practice:one")]))
    assert item.values["stated-target"] == ("16.2",)
    assert item.values["inherited-target"] == ("10.7", "16.2")  # the action that it supports has 16.2, too
    assert found(index, Filters({"stated-target": ("10.7",)})) == []


def test_region_of_countries() -> None:
    practices = read_quads(Path(__file__).parent / "practices.trig")
    west, africa = V("concept:m49/011"), V("concept:m49/202")
    known = [Quad(V("country:CIV"), V("gcm:region"), west), Quad(west, V("skos:broader"), africa)]
    index = listings(Store.in_memory([*practices, *known])).of("practice")
    civ = found(index, Filters({"country": ("CIV",)}))
    assert civ == found(index, Filters({"region": ("011",)})) == found(index, Filters({"region": ("202",)})) != []
    assert index.counts(Filters())["region"] == {"011": len(civ), "202": len(civ)}


def test_facets_of_every_kind() -> None:
    assert set(FACETS) == set(KINDS)
    names = {facet.name for facet in FACETS["practice"]}
    assert {name for several in PRACTICES_OF.values() for name in several} <= names


@pytest.mark.parametrize("kind", list(KINDS))
def test_values_of_facets_of_the_real_graph_have_names(graph: Store, kind: str) -> None:
    made = listings(graph)
    index = made.of(kind)
    assert [item.iri for item in index.ordered(index.everything, "title", "fr", 0, 1000)] or kind in {
        "contribution",
        "pledge",
    }
    for facet in FACETS[kind]:
        for key in index.postings(facet.name):
            value = facet.value(key, A)
            assert facet.key(value, A) == key
            assert facet.stem is None or made.labels.names(IRI(value)), f"{kind} by {facet.name}: {value}"


YEARS = st.integers(2000, 2012)
PRACTICES = st.lists(
    st.tuples(st.frozensets(st.sampled_from("ABC")), st.none() | YEARS, st.none() | YEARS, st.sampled_from("XY")),
    max_size=12,
)


@settings(max_examples=60)
@given(PRACTICES, st.frozensets(st.sampled_from("ABCD")), st.none() | YEARS, st.none() | YEARS)
def test_index_equals_a_scan_of_practices(
    practices: list[tuple[frozenset[str], int | None, int | None, str]],
    countries: frozenset[str],
    first: int | None,
    last: int | None,
) -> None:
    quads = []
    for number, (where, start, end, kind) in enumerate(practices):
        iri = V(f"practice:p{number:02}")
        quads += [Quad(iri, V("rdf:type"), V("gcm:Practice")), Quad(iri, V("dct:title"), text(f"{number:02}", "en"))]
        quads += [Quad(iri, V("gcm:country"), V(f"country:{code}")) for code in where]
        quads.append(Quad(iri, V("dct:type"), V(f"concept:practice-type/{kind}")))
        dates: list[tuple[str, int | None]] = [("schema:startDate", start), ("schema:endDate", end)]
        quads += [Quad(iri, V(p), typed(str(year), "gYear")) for p, year in dates if year is not None]

    def fits(practice: tuple[frozenset[str], int | None, int | None, str], by_country: bool = True) -> bool:
        where, start, end, _ = practice
        if by_country and countries and not where & countries:
            return False
        if first is None and last is None:
            return True
        return (
            (start is not None or end is not None)
            and (last is None or start is None or start <= last)
            and (first is None or end is None or end >= first)
        )

    index = listings(Store.in_memory(quads)).of("practice")
    chosen = {"country": tuple(countries)} if countries else {}
    filters = Filters(chosen, first, last)
    assert found(index, filters) == [f"p{n:02}" for n, practice in enumerate(practices) if fits(practice)]
    counted = {code: sum(code in p[0] and fits(p, by_country=False) for p in practices) for code in "ABC"}
    assert index.counts(filters)["country"] == {code: count for code, count in counted.items() if count}


def test_literal_facet_ignores_iris() -> None:
    source = V("source:s")
    quads = [
        Quad(source, V("rdf:type"), V("gcm:SourceDocument")),
        Quad(source, V("dct:language"), Literal("fr")),
        Quad(source, V("dct:language"), IRI("https://example.org/fr")),
    ]
    assert set(listings(Store.in_memory(quads)).of("source").postings("language")) == {"fr"}
