"""Every query of the library runs, finds something, and answers a question of the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Literal, Quad, Term, rebase_quad
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery, read_queries
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import Row

ROOT = Path(__file__).parents[2]
NAMES = [path.stem for path in Repository(ROOT).queries]
#: Those that need no other endpoint; `tests/web/test_queries_un.py` has one for the others.
ALONE = [name for name in NAMES if not name.startswith("un-") or name == "un-identifiers"]
ADDRESSES = Addresses()
GCM, SKOS, DCT = (ADDRESSES.expand(f"{prefix}:") for prefix in ("gcm", "skos", "dct"))
#: Those that take a language.
IN_LANGUAGES = [
    name
    for name, query in read_queries(Repository(ROOT), ADDRESSES).items()
    if "language" in {parameter.name for parameter in query.parameters}
]
Library = dict[str, NamedQuery]


def run(store: EmbeddedStore, query: NamedQuery, **given: str) -> list[dict[str, str]]:
    """Return the rows of a query with values as short as they can be."""
    bound = query.substitutions(given, ADDRESSES)
    rows = store.select(query.text, substitutions=bound).rows
    return [{name: short(term) for name, term in row.items()} for row in rows]


def short(term: Term) -> str:
    return (ADDRESSES.compress(term.value) or term.value) if isinstance(term, IRI) else term.value


@pytest.mark.parametrize("name", NAMES)
def test_every_query_finds_something_by_default(sample: EmbeddedStore, queries: Library, name: str) -> None:
    assert run(sample, queries[name])


@pytest.mark.parametrize("name", ALONE)
def test_every_parameter_restricts_the_answer(sample: EmbeddedStore, queries: Library, name: str) -> None:
    """A value that fits nothing empties the answer, or at least the column that depends on it."""
    for parameter in queries[name].parameters:
        if parameter.type in {"integer", "gYear", "language"}:
            continue  # tested one by one below
        nothing = Literal("no such text") if parameter.type == "text" else IRI("https://example.org/nothing")
        bound = queries[name].substitutions({}, ADDRESSES)
        usual = sample.select(queries[name].text, substitutions=bound).rows
        rows = sample.select(queries[name].text, substitutions={**bound, parameter.name: nothing}).rows
        assert answer(rows, parameter.name) != answer(usual, parameter.name)


@pytest.mark.parametrize("name", NAMES)
def test_another_language_gives_no_more_and_no_fewer_things(sample: EmbeddedStore, queries: Library, name: str) -> None:
    """A thing without a text in the language asked for shows one in another."""
    if "language" not in {parameter.name for parameter in queries[name].parameters}:
        return
    found = []
    for language in ("en", "fr"):
        rows = sample.select(
            queries[name].text, substitutions=queries[name].substitutions({"language": language}, ADDRESSES)
        ).rows
        found.append({frozenset(str(t) for t in row.values() if isinstance(t, IRI)) for row in rows})
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("name", "language", "column", "text"),
    [
        ("actions-of-objective", "en", "label", "Promote the Protocol"),
        ("actions-of-objective", "fr", "label", "Promouvoir le Protocole"),
        ("actions-of-objective", "en", "label", "Échanger des informations"),  # there is no other
        ("practices-per-country", "fr", "name", "Afghanistan"),
        ("organisation-identifiers", "fr", "acronym", "ONUDC"),
    ],
)
def test_texts_come_in_the_language_asked_for_where_there_are_any(
    sample: EmbeddedStore, queries: Library, name: str, language: str, column: str, text: str
) -> None:
    rows = run(sample, queries[name], language=language)
    assert text in {row.get(column) for row in rows}


def test_what_has_no_label_is_not_left_out(sample: EmbeddedStore, queries: Library) -> None:
    """The shapes only warn of an action or an objective without one."""
    kinds = ", ".join(f"<{GCM}{kind}>" for kind in ("Action", "Objective"))
    labelled = {row["thing"] for row in sample.select(f"SELECT ?thing {{ ?thing a ?k FILTER(?k IN ({kinds})) }}").rows}
    bare = EmbeddedStore.in_memory(
        quad for quad in sample.quads() if quad.subject not in labelled or quad.predicate.value != f"{SKOS}prefLabel"
    )
    for name in set(NAMES) - {"texts-in-two-languages"}:
        bound = queries[name].substitutions({}, ADDRESSES)
        usual, found = (store.select(queries[name].text, substitutions=bound).rows for store in (sample, bare))
        assert things(found) == things(usual), name


def things(rows: Sequence[Row]) -> set[frozenset[str]]:
    return {frozenset(str(term) for term in row.values() if isinstance(term, IRI)) for row in rows}


#: What the queries that take a language show in one: of each thing there is one, but for the acronyms and outcomes.
IN_A_LANGUAGE = {
    *(f"{SKOS}prefLabel", f"{DCT}title", f"{SKOS}definition", f"{GCM}outcome", f"{GCM}acronym"),
    "https://schema.org/unitText",
}


@pytest.mark.parametrize(
    ("tags", "shown"),
    [("zh fr es en ar", "es"), ("zh fr en ar", "en"), ("zh fr ar", "fr"), ("zh ru ar", "ar"), ("zh", "zh")],
)
@pytest.mark.parametrize("name", IN_LANGUAGES)
def test_texts_come_in_one_language(sample: EmbeddedStore, queries: Library, name: str, tags: str, shown: str) -> None:
    """In the one asked for, else in English, else in French, else in that of the smallest tag; all that are in it."""
    spoken = EmbeddedStore.in_memory(
        Quad(quad.subject, quad.predicate, term, quad.graph_name)
        for quad in sample.quads()
        for term in (translated(quad.object, tags) if quad.predicate.value in IN_A_LANGUAGE else [quad.object])
    )
    bound = queries[name].substitutions({"language": "es"}, ADDRESSES)
    rows = spoken.select(queries[name].text, substitutions=bound).rows
    texts = [term for row in rows for term in row.values() if isinstance(term, Literal) and term.language]
    ours = {(text.language, text.value[-2:]) for text in texts if text.value[-2:] in {" 1", " 2"}}
    elsewhere = {"terms": shown != "es", "texts-without-translation": shown == "es"}  # no rows, or no such texts
    assert ours == (set() if elsewhere.get(name) else {(shown, " 1"), (shown, " 2")})


def translated(term: Term, tags: str) -> list[Term]:
    """Two texts in each of the languages."""
    assert isinstance(term, Literal)
    return [Literal(f"{term.value} {number}", language=tag) for tag in tags.split() for number in (1, 2)]


def answer(rows: Sequence[Row], parameter: str) -> list[dict[str, str]]:
    """Return the rows without the column that only repeats the parameter."""
    return [{name: str(term) for name, term in row.items() if name != parameter} for row in rows]


@pytest.mark.parametrize("name", ALONE)
def test_every_query_binds_the_variables_it_promises(sample: EmbeddedStore, queries: Library, name: str) -> None:
    rows = run(sample, queries[name])
    variables = sample.select(queries[name].text, substitutions=queries[name].substitutions({}, ADDRESSES)).variables
    unfilled = [variable for variable in variables if not any(variable in row for row in rows)]
    assert [
        variable for variable in unfilled if not variable.lower().endswith("partof")
    ] == []  # the real graph has all


def test_parties_are_counted_beside_the_total_of_the_depositary(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["treaty-status"])
    assert (row["listed"], row["listAsOf"], row["total"], row["totalAsOf"]) == ("1", "2014-07-10", "2", "2024-04-26")


@pytest.mark.parametrize(
    ("country", "other", "found"),
    [
        ("IRQ", "AFG", {("gcm:originCountry", "initiative"), ("gcm:connectsCountry", "reseau-frontalier")}),
        ("AFG", "IRQ", {("gcm:destinationCountry", "initiative"), ("gcm:connectsCountry", "reseau-frontalier")}),
        ("CAN", "IRQ", set()),
    ],
)
def test_corridors_from_both_ends_with_stated_roles_only(
    sample: EmbeddedStore, queries: Library, country: str, other: str, found: set[tuple[str, str]]
) -> None:
    rows = run(sample, queries["practices-by-corridor"], country=country, otherCountry=other)
    assert {(row["role"], row["practice"].removeprefix("practice:")) for row in rows} == found


def test_countries_by_role_with_involved_ones_without_another_role(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["countries-by-role"], practice="reseau-frontalier")
    assert {(row["country"], row["role"]) for row in rows} == {
        ("country:AFG", "gcm:involvesCountry"),
        ("country:IRQ", "gcm:involvesCountry"),
    }


def test_practices_by_region_with_a_stated_region(sample: EmbeddedStore, queries: Library) -> None:
    rows = [row for row in run(sample, queries["practices-by-region"], region="m49/142") if "country" not in row]
    assert [(row["practice"], row["name"]) for row in rows] == [("practice:reseau-frontalier", "Southern Asia")]


def test_outputs_of_iom_are_those_of_the_objective(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["outputs-of-iom"], objective="9")
    assert (row["notation"], row["title"]) == ("1a11", "Kites")
    assert run(sample, queries["outputs-of-iom"], objective="10") == []


def test_evidence_is_the_quotation_and_its_offsets(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["evidence-of-statement"], subject="action:9a", predicate="gcm:instrument")
    assert row["object"] == "instrument:smuggling-protocol"
    assert (row["document"], row["start"], row["end"]) == ("source:sample.fr", "0", "23")
    assert row["quotation"] == "Promouvoir le Protocole"


def test_evidence_for_a_thing_covers_its_parts(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["evidence-of-thing"], thing="practice:initiative")
    assert row["subject"] == "practice:initiative#funding-amount"


def test_an_organisation_has_all_identifiers_and_how_close_each_is(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["organisation-identifiers"], organisation="unodc")
    wikidata = "http://www.wikidata.org/entity/Q636107"
    assert [(row["match"], row["identifier"], row.get("sameAs")) for row in rows] == [
        ("skos:closeMatch", "http://eurovoc.europa.eu/1", None),
        ("skos:exactMatch", wikidata, wikidata),
        ("org:identifier", "XM-DAC-41128", None),
    ]


def test_what_is_nearly_the_same_is_found_by_its_identifier(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["by-un-identifier"], identifier="http://eurovoc.europa.eu/1")
    assert {row["thing"] for row in rows} == {"organisation:unodc"}


def test_only_those_whom_the_list_does_not_bind_are_not_party(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["countries-not-party"])
    assert (row["country"], row["listAsOf"], row["signed"]) == ("country:AFG", "2014-07-10", "2000-12-12")


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2010", "2017", []),
        ("2010", "2018", ["Initiative conjointe", "Réseau", "Réseau"]),
        ("2019", "2019", ["Initiative conjointe", "Plan de travail"]),
        ("2023", "2030", ["Plan de travail"]),
        ("2026", "2030", []),  # a meeting of 2018 without an end does not go on
    ],
)
def test_periods_overlap_by_whole_years(
    sample: EmbeddedStore, queries: Library, first: str, last: str, found: list[str]
) -> None:
    rows = run(sample, queries["practices-by-period"], **{"from": first, "to": last})
    assert sorted(row["title"] for row in rows) == found


@pytest.mark.parametrize(("minimum", "found"), [("12000000", ["12000000"]), ("12000001", [])])
def test_budgets_are_at_least_the_minimum(
    sample: EmbeddedStore, queries: Library, minimum: str, found: list[str]
) -> None:
    assert [row["value"] for row in run(sample, queries["practices-by-budget"], minimum=minimum)] == found


def test_countries_through_membership_are_not_stated_ones(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["countries-through-membership"])
    assert (row["practice"], row["country"], row["stated"]) == ("practice:plan", "country:CAN", "false")


def test_those_who_share_an_event_work_together(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["who-works-with-whom"], organisation="unodc")
    assert {row["other"]: row["otherName"] for row in rows} == {
        "organisation:eu": "European Union",
        "organisation:iom": "International Organization for Migration",
        "organisation:inconnue": "Association inconnue",
    }


def test_coverage_counts_actions_without_practices_too(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["coverage-of-actions"])
    found = {row["notation"]: (row["practices"], sorted(row.get("titles", "").split(" | "))) for row in rows}
    assert found == {"9a": ("0", [""]), "9b": ("2", ["Initiative conjointe", "Plan de travail"])}


def test_leads_and_partners_are_counted_apart(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["organisations-by-practices"])
    assert {row["organisation"]: (row["practices"], row["leads"], row["partner"]) for row in rows} == {
        "organisation:eu": ("1", "1", "0"),
        "organisation:unodc": ("1", "1", "0"),
        "organisation:rcm": ("1", "1", "0"),
        "organisation:iom": ("1", "0", "1"),
        "organisation:processus": ("1", "0", "0"),
    }


def test_a_un_identifier_leads_to_those_who_name_its_thing(sample: EmbeddedStore, queries: Library) -> None:
    (row,) = run(sample, queries["by-un-identifier"], identifier="http://metadata.un.org/sdg/10.7")
    assert (row["thing"], row["user"]) == ("sdg:10.7", "objective:9")


@pytest.mark.parametrize(
    ("identifier", "thing"),
    [("http://eurovoc.europa.eu/2", "country:CAN"), ("http://metadata.un.org/sdg/16.3", "sdg:16.3")],
)
def test_a_thing_that_nobody_names_is_found_by_its_identifier(
    sample: EmbeddedStore, queries: Library, identifier: str, thing: str
) -> None:
    (row,) = run(sample, queries["by-un-identifier"], identifier=identifier)
    assert row == {"identifier": identifier, "language": "en", "thing": thing}


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_of_the_answer_is_that_slice(sample: EmbeddedStore, queries: Library, name: str) -> None:
    query = queries[name]
    bound = query.substitutions({}, ADDRESSES)
    whole = sample.select(query.in_stable_order(), substitutions=bound).rows
    assert {frozenset(row.items()) for row in whole} == {
        frozenset(row.items()) for row in sample.select(query.text, substitutions=bound).rows
    }
    pieces = [
        row for n in range(len(whole)) for row in sample.select(query.in_stable_order(1, n), substitutions=bound).rows
    ]
    assert pieces == list(whole)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_written_out_answers_the_same(sample: EmbeddedStore, queries: Library, name: str) -> None:
    query = queries[name]
    bound = query.substitutions({}, ADDRESSES)
    expected = sample.select(query.text, substitutions=bound).rows
    assert parts(sample.select(query.written_out(bound)).rows) == parts(expected)


def parts(rows: Sequence[Row]) -> list[dict[str, list[str]]]:
    """Return the rows with concatenated texts taken apart: SPARQL gives them in any order."""
    return [{name: sorted(re.split(r"[| ]+", term.value)) for name, term in row.items()} for row in rows]  # type: ignore[union-attr]


def test_what_an_editor_linked_is_not_without_practice(sample: EmbeddedStore, queries: Library) -> None:
    assert {row["notation"] for row in run(sample, queries["actions-without-practice"])} == {"9a"}
    assert {row["notation"] for row in run(sample, queries["targets-without-practice"])} == {"10.7"}


def test_targets_that_a_practice_states_are_separate_from_those_of_its_objective(
    sample: EmbeddedStore, queries: Library
) -> None:
    rows = run(sample, queries["practices-by-goal"], goal="16")
    assert {(row["notation"], row["stated"]) for row in rows if row["practice"].endswith("initiative")} == {
        ("16.2", "true")
    }
    inherited = run(sample, queries["practices-by-goal"], goal="10")
    assert {row["stated"] for row in inherited} == {"false"}


def test_a_term_has_its_definition_else_the_comment_on_it(sample: EmbeddedStore, queries: Library) -> None:
    rows = run(sample, queries["terms"])
    assert len({(row["term"], row["kind"]) for row in rows}) == len(rows)
    defined = {row["term"]: row.get("definition") for row in rows if row["kind"] == "class"}
    assert (defined["gcm:Practice"], defined["gcm:Action"]) == ("Something done.", "A comment.")


def test_values_are_bound_as_terms_never_as_text(sample: EmbeddedStore, queries: Library) -> None:
    assert run(sample, queries["things-by-name"], text='x") } DROP ALL #') == []


def test_the_library_works_under_another_base(checkout: Repository) -> None:
    addresses = Addresses("http://localhost:8080/")
    quads = read_quads(Path(__file__).parent / "graph.trig")
    store = EmbeddedStore.in_memory(rebase_quad(quad, addresses) for quad in quads)
    for query in read_queries(checkout, addresses).values():
        assert store.select(query.text, substitutions=query.substitutions({}, addresses)).rows, query.name


def test_every_question_of_the_page_has_its_query_and_every_query_its_question() -> None:
    page = (ROOT / "docs" / "competency-questions.md").read_text("utf-8")
    assert sorted(re.findall(r"\]\(\.\./queries/([\w-]+)\.rq\)", page)) == sorted(NAMES)


def test_the_page_says_what_the_queries_say(queries: Library) -> None:
    page = (ROOT / "docs" / "competency-questions.md").read_text("utf-8")
    for query in queries.values():
        for text in (query.title["en"], query.title["fr"]):
            assert text in page, f"queries/{query.name}.rq has a title that the page lacks"
