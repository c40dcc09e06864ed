"""Lists: filters, counts and order, compared with a scan without an index; related resources."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import Moment
from gcmgraph.publication.lists import related as related_module
from gcmgraph.publication.lists.facets import (
    BUDGET,
    FACETS,
    PRACTICES_OF,
    STATE,
    band_of,
    budgets,
    states,
)
from gcmgraph.publication.lists.index import (
    Filters,
    KindIndex,
    Listings,
)
from gcmgraph.publication.lists.related import (
    FacetValue,
    Related,
    SharedValues,
    related,
    similar_practices,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, text, typed
from gcmgraph.store.port import Store

A = Addresses()
V = Vocabulary(A)


@pytest.fixture(scope="module")
def practice_quads() -> list[Quad]:
    return list(read_quads(Path(__file__).parent / "practices.trig"))


@pytest.fixture(scope="module")
def listings(practice_quads: list[Quad]) -> Listings:
    return Listings(Store.in_memory(practice_quads), A)


@pytest.fixture(scope="module")
def index(listings: Listings) -> KindIndex:
    return listings.of("practice")


def slugs(
    index: KindIndex, filters: Filters, sort: str = "title", language: str = "en"
) -> list[str]:
    selected = index.select(filters)
    return [
        item.iri.value.rpartition("/")[2]
        for item in index.ordered(selected, sort, language, 0, 100)
    ]


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
    assert slugs(index, filters) == expected


def test_practices_are_ordered_by_start_or_by_title_without_accents(index: KindIndex) -> None:
    assert slugs(index, Filters(), "start") == ["three", "one", "two", "five", "four"]
    assert slugs(index, Filters(), "-start") == ["two", "one", "three", "five", "four"]
    # Bridge, Eagle, Élan, Ended, Undated: what has no French title goes by its English one
    assert slugs(index, Filters(), language="fr") == ["three", "two", "one", "five", "four"]


def test_listed_resource_has_its_values_by_facet(index: KindIndex) -> None:
    (item,) = index.listed(index.rows([V("practice:one")]))
    assert item.values["country"] == ("AFG", "IRQ")
    assert item.values["organisation"] == ("eu", "iom", "unodc")
    assert item.values["target"] == ("10.7", "16.2")
    assert item.period.start == Moment(2018)


def test_targets_stated_for_a_practice_are_separate_from_those_of_its_objective(
    practice_quads: list[Quad],
) -> None:
    stated = Quad(V("practice:one"), V("gcm:relevantTarget"), V("sdg:16.2"))
    index = Listings(Store.in_memory([*practice_quads, stated]), A).of("practice")
    (item,) = index.listed(index.rows([V("practice:one")]))
    assert item.values["stated-target"] == ("16.2",)
    assert item.values["inherited-target"] == (
        "10.7",
        "16.2",
    )  # the action that it supports has 16.2, too
    assert slugs(index, Filters({"stated-target": ("10.7",)})) == []


def test_region_finds_the_practices_of_its_countries(practice_quads: list[Quad]) -> None:
    west, africa = V("concept:m49/011"), V("concept:m49/202")
    known = [Quad(V("country:CIV"), V("gcm:region"), west), Quad(west, V("skos:broader"), africa)]
    index = Listings(Store.in_memory([*practice_quads, *known]), A).of("practice")
    civ = slugs(index, Filters({"country": ("CIV",)}))
    assert (
        civ
        == slugs(index, Filters({"region": ("011",)}))
        == slugs(index, Filters({"region": ("202",)}))
        != []
    )
    assert index.counts(Filters())["region"] == {"011": len(civ), "202": len(civ)}


def test_values_of_facets_of_the_real_graph_have_names(graph: Store) -> None:
    assert set(FACETS) == set(KINDS)
    assert {name for several in PRACTICES_OF.values() for name in several} <= {
        f.name for f in FACETS["practice"]
    }
    listings = Listings(graph, A)
    for kind in KINDS:
        index = listings.of(kind)
        assert index.everything or kind in {"contribution", "pledge"}
        for facet in FACETS[kind]:
            for key in index.postings(facet.name):
                value = facet.value(key, A)
                assert facet.key(value, A) == key
                assert facet.stem is None or listings.labels.names(IRI(value)), (
                    f"{kind} by {facet.name}: {value}"
                )


YEARS = st.integers(2000, 2012)
PRACTICES = st.lists(
    st.tuples(
        st.frozensets(st.sampled_from("ABC")),
        st.none() | YEARS,
        st.none() | YEARS,
        st.sampled_from("XY"),
    ),
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
        quads += [
            Quad(iri, V("rdf:type"), V("gcm:Practice")),
            Quad(iri, V("dct:title"), text(f"{number:02}", "en")),
        ]
        quads += [Quad(iri, V("gcm:country"), V(f"country:{code}")) for code in where]
        quads.append(Quad(iri, V("dct:type"), V(f"concept:practice-type/{kind}")))
        dates: list[tuple[str, int | None]] = [("schema:startDate", start), ("schema:endDate", end)]
        quads += [
            Quad(iri, V(p), typed(str(year), "gYear")) for p, year in dates if year is not None
        ]

    def fits(
        practice: tuple[frozenset[str], int | None, int | None, str], by_country: bool = True
    ) -> bool:
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

    index = Listings(Store.in_memory(quads), A).of("practice")
    chosen = {"country": tuple(countries)} if countries else {}
    filters = Filters(chosen, first, last)
    assert slugs(index, filters) == [
        f"p{n:02}" for n, practice in enumerate(practices) if fits(practice)
    ]
    counted = {
        code: sum(code in p[0] and fits(p, by_country=False) for p in practices) for code in "ABC"
    }
    assert index.counts(filters)["country"] == {
        code: count for code, count in counted.items() if count
    }


def test_similar_practices_have_their_shared_values(listings: Listings) -> None:
    practices = related(listings, "practice", V("practice:one")).similar_practices
    assert [practice.iri for practice in practices] == [
        V("practice:two"),
        V("practice:three"),
        V("practice:four"),
    ]
    most_similar, _, least_similar = practices
    assert {values.facet: values.keys for values in most_similar.shared} == {
        "organisation": ("unodc",), "country": ("AFG",), "objective": ("9",)
    }  # fmt: skip
    assert most_similar.shared[0].facet == "organisation"  # the rarest value
    assert least_similar.shared == (SharedValues("country", ("IRQ",)),)


def test_common_values_add_no_candidates_above_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    quads = []
    for number in range(10):
        iri = V(f"practice:p{number}")
        quads.append(Quad(iri, V("rdf:type"), V("gcm:Practice")))
        if number < 8:
            quads.append(Quad(iri, V("gcm:country"), V("country:AFG")))
        if number in {0, 5}:
            quads.append(Quad(iri, V("gcm:leadOrganisation"), V("organisation:iom")))
    index = Listings(Store.in_memory(quads), A).of("practice")
    assert [practice.iri for practice in similar_practices(index, V("practice:p0"), limit=2)] == [
        V("practice:p5"),
        V("practice:p1"),
    ]
    monkeypatch.setattr(related_module, "MAX_CANDIDATES", 4)
    (practice,) = similar_practices(index, V("practice:p0"), limit=2)
    assert practice.iri == V("practice:p5")
    assert {values.facet: values.keys for values in practice.shared} == {
        "organisation": ("iom",), "country": ("AFG",)
    }  # fmt: skip


def test_value_of_all_practices_makes_none_similar() -> None:
    quads = []
    for number in range(8):
        iri = V(f"practice:p{number}")
        quads.append(Quad(iri, V("rdf:type"), V("gcm:Practice")))
        quads.append(Quad(iri, V("gcm:country"), V("country:AFG")))
    index = Listings(Store.in_memory(quads), A).of("practice")
    assert similar_practices(index, V("practice:p0")) == ()


def test_practices_of_a_country_have_values_in_common(listings: Listings) -> None:
    country = related(listings, "country", V("country:AFG"))
    assert country.listed_by == FacetValue("country", "AFG")
    assert len(country.practices) == 2
    values = [(v.facet, v.key, v.practices) for v in country.facet_values_in_common]
    assert values == [
        ("country", "IRQ", 1), ("organisation", "unodc", 2), ("organisation", "eu", 1), ("organisation", "iom", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "curie", "listed_by", "practices"),
    [
        ("organisation", "organisation:iom", FacetValue("organisation", "iom"), 2),
        ("action", "action:9a", FacetValue("action", "9a"), 1),
        ("sdg", "sdg:10", FacetValue("goal", "10"), 2),
        ("sdg", "sdg:16.2", FacetValue("target", "16.2"), 1),
        ("concept", "concept:practice-type/plan", FacetValue("type", "plan"), 2),
    ],
)
def test_resources_list_their_practices_by_a_facet(
    listings: Listings, kind: str, curie: str, listed_by: FacetValue, practices: int
) -> None:
    resource = related(listings, kind, V(curie))
    assert (resource.listed_by, len(resource.practices)) == (listed_by, practices)
    assert related(listings, kind, IRI(f"{A.base}id/{kind}/none")) == Related()


@pytest.mark.parametrize("event", [False, True])
@pytest.mark.parametrize(
    ("start", "end", "day", "state", "state_of_event"),
    [
        ("2019", None, "2026-11-27", "running", "ended"),
        ("2019", "2025", "2026-11-27", "ended", "ended"),
        ("2019", "2026", "2026-11-27", "running", "running"),
        ("2019", "2026-11", "2026-11-27", "running", "running"),
        ("2019", "2026-10", "2026-11-27", "ended", "ended"),
        ("2019", "2026-11-27", "2026-11-27", "running", "running"),
        ("2019", "2026-11-26", "2026-11-27", "ended", "ended"),
        ("2026-12", None, "2026-11-27", "planned", "planned"),
        (None, "2030", "2026-11-27", "running", "running"),
        (None, "2001-05", "2026-11-27", "ended", "ended"),
        ("2019-11", None, "2019-11-30", "running", "running"),
        ("2019-11", None, "2019-12-01", "running", "ended"),
    ],
)
def test_state_follows_from_start_end_and_day(
    start: str | None, end: str | None, day: str, state: str, state_of_event: str, event: bool
) -> None:
    starts, ends = ({Moment.parse(date): BitMap([1])} if date else {} for date in (start, end))
    events = BitMap([1] if event else [])
    postings = states(starts, ends, BitMap([1]), events, Moment.parse(day))  # type: ignore[arg-type]
    assert [name for name, rows in postings.items() if rows] == [state_of_event if event else state]


FACET = {facet.name: facet for facet in FACETS["practice"]}


def test_amounts_are_in_the_band_of_their_currency() -> None:
    amounts = {
        "125000000 USD": BitMap([1]),
        "75000000 USD": BitMap([1, 2]),
        "99999.99 EUR": BitMap([2]),
        "100000 EUR": BitMap([3]),
        "1000000 EUR": BitMap([4]),
        "1e30 EUR": BitMap([5]),
        "-5 EUR": BitMap([6]),
        "many EUR": BitMap([6]),
        "NaN EUR": BitMap([6]),
    }
    assert {key: list(rows) for key, rows in budgets(amounts, BitMap(range(1, 8))).items()} == {
        "EUR-0": [2],
        "EUR-100000": [3],
        "EUR-1000000": [4],
        "EUR-1000000000000000": [5],
        "USD-10000000": [2],
        "USD-100000000": [1],
        "unstated": [6, 7],
    }


def test_key_of_a_band_is_read_or_refused() -> None:
    assert band_of("EUR-0") == ("EUR", 0, 100_000)
    assert band_of("EUR-1000000000000000") == ("EUR", 10**15, None)
    assert band_of("unstated") is None
    assert all(
        FACET[BUDGET].is_key(key)
        for key in ("EUR-0", "USD-100000", "unstated", "EUR-1000000000000000")
    )
    assert not any(
        FACET[BUDGET].is_key(key)
        for key in ("EUR", "EUR-5", "eur-0", "EUR-10", "EUR-1000000\n", "")
    )
    assert FACET[STATE].is_key("ended")
    assert not FACET[STATE].is_key("finished")
    assert not FACET["country"].is_key("AFG")
