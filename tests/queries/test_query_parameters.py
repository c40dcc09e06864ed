"""What users type becomes RDF terms, or a sentence that says what was wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import (
    MAX_LENGTH,
    NamedQuery,
    ParameterError,
    QueryParameter,
    UnknownQueryError,
    find_query,
    substitutions,
)

BASE = "https://w3id.org/gcmgraph/"
AFG = IRI(f"{BASE}id/country/AFG")


def parameter(type_name: str, default: str | None = None, *, required: bool = False) -> QueryParameter:
    return QueryParameter("value", type_name, default, required, {"en": "Value", "fr": "Valeur"})


def resource(path: str) -> IRI:
    return IRI(f"{BASE}id/{path}")


#: Terms by type and text.
TERMS: dict[tuple[str, str], IRI | Literal] = {
    **{("country", text): AFG for text in ("AFG", "country:AFG", AFG.value, " AFG ")},
    ("objective", "9"): resource("objective/9"), ("action", "9a"): resource("action/9a"),
    ("sdg", "10"): resource("sdg/10"), ("sdg", "sdg:10.7"): resource("sdg/10.7"),
    ("organisation", "unodc"): resource("organisation/unodc"),
    ("concept", "country-group/ldc"): resource("concept/country-group/ldc"),
    ("source", "objective-09.fr"): resource("source/objective-09.fr"),
    ("iri", "skos:prefLabel"): IRI("http://www.w3.org/2004/02/skos/core#prefLabel"),
    ("iri", "practice:x#funding"): resource("practice/x#funding"),
    ("iri", "https://example.org/a%20b"): IRI("https://example.org/a%20b"),
    ("integer", "-12"): typed("-12", "integer"), ("gYear", "2018"): typed("2018", "gYear"),
    ("text", "l'aide \"?x } DROP ALL"): Literal("l'aide \"?x } DROP ALL"),
    ("language", "FR"): Literal("fr"), ("language", "zh-Hans"): Literal("zh-hans"),
}  # fmt: skip

#: Texts that are not of a type.
INVALID = {
    "country": (
        *("Afghanistan", "afg", "organisation:unodc", "https://example.org/id/country/AFG"),
        *("AFG> . DROP ALL", "AFG\nAFG"),
    ),
    "objective": ("0",),
    "action": ("9",),
    "sdg": ("10.7.1.1",),
    "organisation": ("../country/AFG",),
    "concept": ("x/../y",),
    "iri": ("AFG", "unknown:x", "https://example.org/> . DROP", "javascript:alert(1)"),
    "integer": ("1.5", "1e9", "٣"),
    "gYear": ("18", "2018-05"),
    "language": ("french language",),
    "text": (" ", "a\0b", "\ufffe"),
}


@pytest.mark.parametrize(("type_name", "text"), TERMS)
def test_terms_of_texts(type_name: str, text: str) -> None:
    assert parameter(type_name).term(text, Addresses()) == TERMS[type_name, text]


@pytest.mark.parametrize(("type_name", "text"), [(name, text) for name, texts in INVALID.items() for text in texts])
def test_texts_of_the_wrong_type(type_name: str, text: str) -> None:
    with pytest.raises(ParameterError, match=r"The parameter 'value' cannot be .* It is an? "):
        parameter(type_name).term(text, Addresses())


def test_limit_on_texts() -> None:
    assert parameter("text").term("x" * MAX_LENGTH, Addresses()) == Literal("x" * MAX_LENGTH)
    with pytest.raises(ParameterError, match="more than"):
        parameter("text").term("x" * (MAX_LENGTH + 1), Addresses())


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_any_text_is_of_its_kind_or_refused(kind: str, text: str) -> None:
    try:
        term = parameter(kind).term(text, Addresses())
    except ParameterError as error:
        message = str(error)
    else:
        message = ""
        assert isinstance(term, IRI)
        assert term.value.startswith(f"{BASE}id/{kind}/")
    assert len(message.splitlines()) <= 1


def test_resources_under_another_base() -> None:
    addresses = Addresses("http://localhost:8080/")
    here = IRI("http://localhost:8080/id/country/AFG")
    for text in ("AFG", "country:AFG", here.value, AFG.value):
        assert parameter("country").term(text, addresses) == here


def test_defaults_and_free_parameters() -> None:
    with_default, free = parameter("country", "AFG"), parameter("country")
    assert substitutions("q", (with_default,), {}, Addresses()) == {"value": AFG}
    assert substitutions("q", (with_default,), {"value": " "}, Addresses()) == {"value": AFG}
    assert substitutions("q", (free,), {}, Addresses()) == {}


def test_period_that_ends_before_it_begins(queries: dict[str, NamedQuery]) -> None:
    query, addresses = queries["practices-by-period"], Addresses(BASE)
    assert query.substitutions({"from": "2018", "to": "2018"}, addresses)["to"] == typed("2018", "gYear")
    with pytest.raises(ParameterError, match=r"'from' \(2022\) must not be after the year 'to' \(2018\)"):
        query.substitutions({"from": "2022", "to": "2018"}, addresses)


def test_missing_required_parameter() -> None:
    with pytest.raises(ParameterError, match=r"needs the parameter 'value'\. It is a country"):
        substitutions("q", (parameter("country", required=True),), {}, Addresses())


def test_nearest_parameter_of_an_unknown_one(queries: dict[str, NamedQuery]) -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'contry'\. Did you mean 'country'\?"):
        queries["practices-by-country"].substitutions({"contry": "AFG"}, Addresses())
    with pytest.raises(ParameterError, match="It takes none"):
        queries["statements-per-graph"].substitutions({"x": "1"}, Addresses())


def test_nearest_query_of_an_unknown_one(queries: dict[str, NamedQuery]) -> None:
    assert find_query(queries, "outcomes").name == "outcomes"
    with pytest.raises(UnknownQueryError, match="Did you mean 'practices-by-country'"):
        find_query(queries, "practice-by-country")
