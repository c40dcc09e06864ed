"""Headers and parameters of queries: what is read, and where and why something is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DataError
from gcmgraph.queries.description import read_examples
from gcmgraph.queries.library import (
    NamedQuery,
    UnknownQueryError,
    find_query,
    read_queries,
    read_query,
)
from gcmgraph.queries.parameters import MAX_LENGTH, ParameterError, QueryParameter, substitutions
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import QueryRefusedError

GOOD = """\
# title: Practices in a country
# title@fr: Pratiques dans un pays
# description: What is carried out
#   in a country.
# description@fr: Ce qui est mis en œuvre
# parameter: country country AFG "Country" "Pays"
# parameter: from gYear * "From year" "À partir de l'année"
# parameter: word text "of work" "Word" "Mot"
# parameter: language language ! "Language" "Langue"

# an ordinary comment: not a field
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
SELECT ?country ?from ?word ?language (COUNT(?other) AS ?n)
WHERE { ?practice gcm:country ?country , ?other }
GROUP BY ?country ?from ?word ?language
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sample.rq"
    path.write_text(text, "utf-8", errors="surrogateescape")
    return path


def test_parsed_header(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, GOOD), Addresses())
    assert query.name == "sample"
    assert query.title == {"en": "Practices in a country", "fr": "Pratiques dans un pays"}
    assert query.description["en"] == "What is carried out in a country."
    assert [(p.name, p.type, p.default, p.required) for p in query.parameters] == [
        ("country", "country", "AFG", False),
        ("from", "gYear", None, False),
        ("word", "text", "of work", False),
        ("language", "language", None, True),
    ]
    assert query.parameters[1].labels == {"en": "From year", "fr": "À partir de l'année"}
    assert query.variables == ("country", "from", "word", "language", "n")


def test_header_texts_in_other_languages(tmp_path: Path) -> None:
    wide = "# description@zh: 一国的做法，\n#   及其期间，见 SPARQL\n#   端点。\n"
    more = GOOD.replace(
        "# parameter: from", f"# title@es: Prácticas en un país\n{wide}# parameter: from", 1
    )
    more = more.replace('"Word" "Mot"', '"Word" "Mot" "Palabra"@es "词"@zh')
    query = read_query(write(tmp_path, more), Addresses())
    assert query.title["es"] == "Prácticas en un país"
    assert query.description.keys() == {"en", "fr", "zh"}
    assert query.description["zh"] == "一国的做法，及其期间，见 SPARQL 端点。"
    assert query.parameters[2].labels == {"en": "Word", "fr": "Mot", "es": "Palabra", "zh": "词"}


def test_all_texts_in_the_languages_of_the_un() -> None:
    queries = read_queries(Repository.find(), Addresses()).values()
    texts = [
        *((query.name, named) for query in queries for named in (query.title, query.description)),
        *((query.name, parameter.labels) for query in queries for parameter in query.parameters),
        *((example.query, example.titles) for example in read_examples()),
    ]
    assert not [name for name, named in texts if not {"ar", "es", "fr", "ru", "zh"} <= named.keys()]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("# title@fr: Pratiques dans un pays\n", "", 1, "no 'title@fr'"),
        ("# title: Practices in a country", "# title:", 1, "'title' is empty"),
        ("# title@fr:", "# titel@fr:", 2, "Did you mean 'title@fr'?"),
        ("# title@fr:", "# title:", 2, "says 'title' twice"),
        ("# title@fr: Pratiques", "# Pratiques", 2, "no field"),
        ("country country AFG", "country country", 6, "cannot be read"),
        ("country country AFG", "country contry AFG", 6, "Did you mean 'country'?"),
        ("country country AFG", "country country Afghanistan", 6, "default of 'country' is wrong"),
        ("country country AFG", "state country AFG", 6, "not in the SELECT clause"),
        ("country country AFG", "other country AFG", 6, "not in the SELECT clause"),
        ('"Country" "Pays"', '"Country"', 6, "cannot be read"),
        ('"Country" "Pays"', '"Country" "Pays" "Land"@xx', 6, "cannot be read"),
        ('"Country" "Pays"', '"Country" "Pays" "Pays"@fr', 6, "cannot be read"),
        ("# title@fr:", "# title@xx:", 2, "no header field 'title@xx'"),
        ("from gYear", "country gYear", 7, "declared twice"),
        ("# title@fr:", "# group: practises\n# title@fr:", 2, "no group 'practises'"),
        ("# title@fr:", "# of: practise\n# title@fr:", 2, "no kind 'practise'"),
        ("# title@fr:", "# counts: n\n# title@fr:", 2, "cannot be read"),
        ("# title@fr:", "# counts: n practice country\n# title@fr:", 2, "cannot be read"),
    ],
)
def test_file_and_line_of_a_malformed_header(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataError) as caught:
        read_query(path, Addresses())
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "SELECT ?country ?from ?word ?language (COUNT(?other) AS ?n)",
            "SELECT *",
            "names no columns",
        ),
        (
            "GROUP BY ?country ?from ?word ?language",
            "LIMIT 5",
            "sample.rq:15: A query of the library has no LIMIT",
        ),
        ("from gYear", "page gYear", "No parameter may be called 'page'"),
        ("SELECT", "CONSTRUCT", "SELECT query"),
        (
            "# title@fr:",
            "# counts: m practice country=?country\n# title@fr:",
            "names .m, which is not selected",
        ),
        ("# title@fr:", "# of: practice\n# title@fr:", "names .practice, which is not selected"),
        ("œ", "\udcff", "UTF-8"),
    ],
)
def test_invalid_queries_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(DataError, match=message):
        read_query(write(tmp_path, GOOD.replace(old, new)), Addresses())


@pytest.mark.parametrize(
    ("counted", "message"),
    [
        ("queries/simple country=?country", "the unknown query 'simple'"),
        ("queries/sample contry=?country", "'contry', which the query 'sample' does not have"),
    ],
)
def test_count_of_an_unknown_answer_is_refused(tmp_path: Path, counted: str, message: str) -> None:
    (tmp_path / "queries").mkdir()
    line = f"# counts: n {counted}\n# title@fr:"
    write(tmp_path / "queries", GOOD.replace("# title@fr:", line, 1))
    with pytest.raises(DataError, match=message):
        read_queries(Repository(tmp_path), Addresses())


ASKING = """\
# title: Elsewhere
# title@fr: Ailleurs
# description: What another endpoint knows.
# description@fr: Ce que sait un autre point d'accès.
# parameter: thing iri * "Thing" "Chose"
# parameter: endpoint endpoint http://127.0.0.1:7878/query "Endpoint" "Point d'accès"

SELECT ?thing ?s
WHERE {
  { ?thing ?p ?s }
  OPTIONAL { SERVICE SILENT ?endpoint { ?s ?q ?thing } }
}
"""


def test_query_of_another_endpoint_is_written_out(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, ASKING), Addresses())
    given = {"endpoint": "http://un.example/sparql", "thing": "http://x.example/"}
    text = query.written_out(query.substitutions(given, Addresses()))
    assert text.startswith(
        "SELECT (<http://x.example/> AS ?thing) ?s\nWHERE {\n  { <http://x.example/> ?p ?s }\n"
    )
    assert (
        "OPTIONAL { SERVICE SILENT <http://un.example/sparql> { ?s ?q <http://x.example/> } }"
        in text
    )
    of_both = query.written_out(query.substitutions({}, Addresses()), "https://gcm.example/sparql")
    assert "  SERVICE <https://gcm.example/sparql> { ?thing ?p ?s }\n" in of_both
    assert "SERVICE SILENT <http://127.0.0.1:7878/query> {" in of_both


def test_query_of_another_endpoint_is_not_run(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, ASKING), Addresses())
    with pytest.raises(QueryRefusedError, match="nothing here asks others"):
        query.require_local()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SILENT ", "", "SERVICE must name"),
        ("SILENT ?endpoint", "SILENT ?s", "SERVICE must name"),
        ("endpoint endpoint http", "endpoint iri http", "is not in the SELECT clause"),
        ("http://127.0.0.1:7878/query", "*", "The parameter 'endpoint' has no default"),
        ("{ ?thing ?p ?s }", "?thing ?p ?s", "a group of their own"),
    ],
)
def test_invalid_query_of_another_endpoint_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in ASKING
    with pytest.raises(DataError, match=message):
        read_query(write(tmp_path, ASKING.replace(old, new)), Addresses())


BASE = "https://w3id.org/gcmgraph/"
AFG = IRI(f"{BASE}id/country/AFG")


def parameter(
    type_name: str, default: str | None = None, *, required: bool = False
) -> QueryParameter:
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


def test_texts_of_the_wrong_type() -> None:
    for type_name, texts in INVALID.items():
        for text in texts:
            with pytest.raises(
                ParameterError, match=r"The parameter 'value' cannot be .* It is an? "
            ):
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
        assert term.value.startswith(f"{BASE}id/{kind}/")
    assert len(message.splitlines()) <= 1


def test_resources_under_another_base() -> None:
    addresses = Addresses("http://localhost:8080/")
    here = IRI("http://localhost:8080/id/country/AFG")
    for text in ("AFG", "country:AFG", here.value, AFG.value):
        assert parameter("country").term(text, addresses) == here


def test_defaults_free_and_required_parameters() -> None:
    with_default, free = parameter("country", "AFG"), parameter("country")
    assert substitutions("q", (with_default,), {}, Addresses()) == {"value": AFG}
    assert substitutions("q", (with_default,), {"value": " "}, Addresses()) == {"value": AFG}
    assert substitutions("q", (free,), {}, Addresses()) == {}
    with pytest.raises(ParameterError, match=r"needs the parameter 'value'\. It is a country"):
        substitutions("q", (parameter("country", required=True),), {}, Addresses())


def test_period_that_ends_before_it_begins(queries: dict[str, NamedQuery]) -> None:
    query, addresses = queries["practices-by-period"], Addresses(BASE)
    assert query.substitutions({"from": "2018", "to": "2018"}, addresses)["to"] == typed(
        "2018", "gYear"
    )
    with pytest.raises(
        ParameterError, match=r"'from' \(2022\) must not be after the year 'to' \(2018\)"
    ):
        query.substitutions({"from": "2022", "to": "2018"}, addresses)


def test_nearest_parameter_of_an_unknown_one(queries: dict[str, NamedQuery]) -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'contry'\. Did you mean 'country'\?"):
        queries["practices-by-country"].substitutions({"contry": "AFG"}, Addresses())
    with pytest.raises(ParameterError, match="It takes none"):
        queries["statements-per-graph"].substitutions({"x": "1"}, Addresses())


def test_nearest_query_of_an_unknown_one(queries: dict[str, NamedQuery]) -> None:
    assert find_query(queries, "outcomes").name == "outcomes"
    with pytest.raises(UnknownQueryError, match="Did you mean 'practices-by-country'"):
        find_query(queries, "practice-by-country")


def test_parameter_with_a_scheme_takes_its_concepts_only(tmp_path: Path) -> None:
    header = GOOD.replace("country country AFG", "country concept/m49 m49/142")
    (region, *_) = read_query(write(tmp_path, header), Addresses()).parameters
    assert (region.type, region.scheme) == ("concept", "m49")
    assert region.term("m49/011", Addresses()) == IRI(
        "https://w3id.org/gcmgraph/id/concept/m49/011"
    )
    with pytest.raises(ParameterError, match="cannot be 'audience/women'") as refused:
        region.term("audience/women", Addresses())
    assert refused.value.hint == "It is a concept of the scheme m49 (m49/…), such as m49/142."


@pytest.mark.parametrize("text", ["last year", "2018-13", "2018-02-30", ""])
def test_text_that_is_no_date_is_refused_as_one(text: str) -> None:
    day = QueryParameter("day", "date", None, required=False, labels={"en": "Day"})
    with pytest.raises(ParameterError, match="cannot be"):
        day.term(text, Addresses())
