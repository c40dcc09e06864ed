"""A query file says what it answers and what it takes, or the reader says where it fails to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.description import read_examples
from gcmgraph.queries.library import read_queries, read_query
from gcmgraph.repository.layout import Repository

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
    more = GOOD.replace("# parameter: from", "# title@es: Prácticas en un país\n# parameter: from", 1)
    more = more.replace('"Word" "Mot"', '"Word" "Mot" "Palabra"@es "词"@zh')
    query = read_query(write(tmp_path, more), Addresses())
    assert query.title["es"] == "Prácticas en un país"
    assert query.description.keys() == {"en", "fr"}
    assert query.parameters[2].labels == {"en": "Word", "fr": "Mot", "es": "Palabra", "zh": "词"}


def test_continued_text_of_wide_characters(tmp_path: Path) -> None:
    more = "# description@zh: 一国的做法，\n#   及其期间，见 SPARQL\n#   端点。\n# parameter: from"
    query = read_query(write(tmp_path, GOOD.replace("# parameter: from", more, 1)), Addresses())
    assert query.description["zh"] == "一国的做法，及其期间，见 SPARQL 端点。"


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
def test_all_texts_in_the_languages_of_the_un(language: str) -> None:
    queries = read_queries(Repository.find(), Addresses()).values()
    texts = [
        *((query.name, named) for query in queries for named in (query.title, query.description)),
        *((query.name, parameter.labels) for query in queries for parameter in query.parameters),
        *((example.query, example.titles) for example in read_examples()),
    ]
    assert not [name for name, named in texts if not named.get(language)]


def test_query_under_another_base(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, GOOD), Addresses("http://localhost:8080/"))
    assert "<http://localhost:8080/ontology#>" in query.text
    assert "w3id.org" not in query.text


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
    ],
)
def test_file_and_line_of_a_malformed_header(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataError) as caught:
        read_query(path, Addresses())
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SELECT ?country ?from ?word ?language (COUNT(?other) AS ?n)", "SELECT *", "names no columns"),
        ("GROUP BY ?country ?from ?word ?language", "LIMIT 5", "sample.rq:15: A query of the library has no LIMIT"),
        ("from gYear", "page gYear", "No parameter may be called 'page'"),
        ("SELECT", "CONSTRUCT", "SELECT query"),
        ("œ", "\udcff", "UTF-8"),
    ],
)
def test_invalid_queries_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(DataError, match=message):
        read_query(write(tmp_path, GOOD.replace(old, new)), Addresses())


ASKING = """\
# title: Elsewhere
# title@fr: Ailleurs
# description: What another endpoint knows.
# description@fr: Ce que sait un autre point d'accès.
# parameter: endpoint endpoint * "Endpoint" "Point d'accès"

SELECT ?endpoint ?s
WHERE {
  OPTIONAL { SERVICE SILENT ?endpoint { ?s ?p ?o } }
}
"""


def test_endpoint_of_a_query(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, ASKING), Addresses())
    assert query.endpoint == "endpoint"
    assert query.services({}) == {"endpoint": None}
    terms = query.substitutions({"endpoint": "http://un.example/sparql"}, Addresses())
    assert query.services(terms) == {"endpoint": "http://un.example/sparql"}
    assert "SERVICE SILENT <http://un.example/sparql> {" in query.written_out(terms)


@pytest.mark.parametrize(
    ("old", "new"), [("SILENT ", ""), ("SILENT ?endpoint", "SILENT ?s"), ("endpoint endpoint *", "endpoint iri *")]
)
def test_endpoint_after_service_is_declared(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(DataError, match="after SERVICE"):
        read_query(write(tmp_path, ASKING.replace(old, new)), Addresses())
