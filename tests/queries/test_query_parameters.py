"""What users type becomes RDF terms, or a sentence that says what was wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery, UnknownQueryError, find_query
from gcmgraph.queries.parameters import MAX_LENGTH, Parameter, ParameterError, substitutions

BASE = "https://w3id.org/gcmgraph/"
AFG = IRI(f"{BASE}id/country/AFG")


def parameter(type_name: str, default: str | None = None, *, required: bool = False) -> Parameter:
    return Parameter("value", type_name, default, required, {"en": "Value", "fr": "Valeur"})


@pytest.mark.parametrize(
    ("type_name", "text", "term"),
    [
        ("country", "AFG", AFG),
        ("country", "country:AFG", AFG),
        ("country", f"{BASE}id/country/AFG", AFG),
        ("country", " AFG ", AFG),
        ("objective", "9", IRI(f"{BASE}id/objective/9")),
        ("action", "9a", IRI(f"{BASE}id/action/9a")),
        ("sdg", "10", IRI(f"{BASE}id/sdg/10")),
        ("sdg", "sdg:10.7", IRI(f"{BASE}id/sdg/10.7")),
        ("organisation", "unodc", IRI(f"{BASE}id/organisation/unodc")),
        ("concept", "country-group/ldc", IRI(f"{BASE}id/concept/country-group/ldc")),
        ("source", "objective-09.fr", IRI(f"{BASE}id/source/objective-09.fr")),
        ("iri", "skos:prefLabel", IRI("http://www.w3.org/2004/02/skos/core#prefLabel")),
        ("iri", "practice:x#funding", IRI(f"{BASE}id/practice/x#funding")),
        ("iri", "https://example.org/a%20b", IRI("https://example.org/a%20b")),
        ("integer", "-12", typed("-12", "integer")),
        ("gYear", "2018", typed("2018", "gYear")),
        ("text", "l'aide \"?x } DROP ALL", Literal("l'aide \"?x } DROP ALL")),
        ("language", "FR", Literal("fr")),
        ("language", "zh-Hans", Literal("zh-hans")),
    ],
)
def test_a_text_stands_for_a_term(type_name: str, text: str, term: IRI | Literal) -> None:
    assert parameter(type_name).term(text, Addresses()) == term


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("country", "Afghanistan"),
        ("country", "afg"),
        ("country", "organisation:unodc"),
        ("country", "https://example.org/id/country/AFG"),
        ("country", "AFG> . DROP ALL"),
        ("country", "AFG\nAFG"),
        ("objective", "0"),
        ("action", "9"),
        ("sdg", "10.7.1.1"),
        ("organisation", "../country/AFG"),
        ("concept", "x/../y"),
        ("iri", "AFG"),
        ("iri", "unknown:x"),
        ("iri", "https://example.org/> . DROP"),
        ("iri", "javascript:alert(1)"),
        ("integer", "1.5"),
        ("integer", "1e9"),
        ("integer", "٣"),
        ("gYear", "18"),
        ("gYear", "2018-05"),
        ("language", "french language"),
        ("text", " "),
        ("text", "a\0b"),
        ("text", "\ufffe"),
    ],
)
def test_a_text_of_the_wrong_type_is_refused(type_name: str, text: str) -> None:
    with pytest.raises(ParameterError, match=r"The parameter 'value' cannot be .* It is an? "):
        parameter(type_name).term(text, Addresses())


def test_a_very_long_text_is_refused() -> None:
    assert parameter("text").term("x" * MAX_LENGTH, Addresses()) == Literal("x" * MAX_LENGTH)
    with pytest.raises(ParameterError, match="more than"):
        parameter("text").term("x" * (MAX_LENGTH + 1), Addresses())


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_a_thing_is_of_its_kind_or_refused_in_one_line(kind: str, text: str) -> None:
    try:
        term = parameter(kind).term(text, Addresses())
    except ParameterError as error:
        message = str(error)
    else:
        message = ""
        assert isinstance(term, IRI)
        assert term.value.startswith(f"{BASE}id/{kind}/")
    assert len(message.splitlines()) <= 1


def test_things_stand_under_the_base_in_use() -> None:
    addresses = Addresses("http://localhost:8080/")
    here = IRI("http://localhost:8080/id/country/AFG")
    for text in ("AFG", "country:AFG", here.value, AFG.value):
        assert parameter("country").term(text, addresses) == here


def test_what_is_not_given_is_the_default_or_stays_free() -> None:
    with_default, free = parameter("country", "AFG"), parameter("country")
    assert substitutions("q", (with_default,), {}, Addresses()) == {"value": AFG}
    assert substitutions("q", (with_default,), {"value": " "}, Addresses()) == {"value": AFG}
    assert substitutions("q", (free,), {}, Addresses()) == {}


def test_a_period_does_not_end_before_it_begins(queries: dict[str, NamedQuery]) -> None:
    query, addresses = queries["practices-by-period"], Addresses(BASE)
    assert query.substitutions({"from": "2018", "to": "2018"}, addresses)["to"] == typed("2018", "gYear")
    with pytest.raises(ParameterError, match=r"'from' \(2022\) must not be after the year 'to' \(2018\)"):
        query.substitutions({"from": "2022", "to": "2018"}, addresses)


def test_what_is_required_must_be_given() -> None:
    with pytest.raises(ParameterError, match=r"needs the parameter 'value'\. It is a country"):
        substitutions("q", (parameter("country", required=True),), {}, Addresses())


def test_an_unknown_parameter_is_named_with_the_nearest_one(queries: dict[str, NamedQuery]) -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'contry'\. Did you mean 'country'\?"):
        queries["practices-by-country"].substitutions({"contry": "AFG"}, Addresses())
    with pytest.raises(ParameterError, match="It takes none"):
        queries["statements-per-graph"].substitutions({"x": "1"}, Addresses())


def test_an_unknown_query_is_named_with_the_nearest_one(queries: dict[str, NamedQuery]) -> None:
    assert find_query(queries, "outcomes").name == "outcomes"
    with pytest.raises(UnknownQueryError, match="Did you mean 'practices-by-country'"):
        find_query(queries, "practice-by-country")
