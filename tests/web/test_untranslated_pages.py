"""A reader of Arabic or Chinese meets no English on a page, except names and sources, each marked with its language."""

from __future__ import annotations

import pytest
from answers import HTML, html
from flask.testing import FlaskClient

from untranslated import untranslated

#: A contribution with a text in the wrong language, an unknown country, an unknown term and no objective.
FAULTY = """@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ; dct:title "A"@en , "Un titre pour les gens dans la rue"@en ;
  gcm:country <https://w3id.org/gcmgraph/id/country/XXX> ; gcm:contry 5 ."""

PATHS = (
    "/", "/about", "/map", "/network", "/matrix", "/queries", "/sparql", "/shapes", "/dataset", "/changes",
    "/contributions", "/contributions/form/practice", "/validate", "/linksets", "/coverage", "/resolve", "/nowhere",
    "/check", "/check?resource=AFG&relation=M49&value=005", "/check?resource=xyzzy&relation=M49&value=005",
    "/search?q=smuggling", "/search?q=xyzzy", "/browse/practice", "/browse/practice?objective=24", "/browse/country",
    "/browse/practice?state=ended&country=AFG&q=xyzzy", "/doc/practice/glo-act", "/doc/country/AFG", "/doc/action/9a",
    "/doc/objective/9", "/doc/organisation/unodc", "/doc/sdg/10.7", "/queries/practices-of-objective?objective=24",
    "/queries/budgets-by-organisation", "/sparql?query=SELECT", "/graph/reference/countries",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "language"),
    [
        pytest.param(path, language, marks=pytest.mark.exhaustive if number % 2 == (language == "ar") else [])
        for number, path in enumerate(PATHS)
        for language in ("ar", "zh")
    ],
)
def test_unmarked_languages_on_pages(client: FlaskClient, path: str, language: str) -> None:
    """Each path in one of the languages; in both before a release."""
    response = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=HTML)
    assert response.mimetype == "text/html"
    assert untranslated(response.text, language) == []


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025", "ar"),
        ("/doc/organisation/unodc", "zh"),
        ("/doc/action/9a", "ar"),
        ("/browse/practice", "zh"),
        ("/brief/country/USA", "ar"),
    ],
)
def test_unmarked_languages_on_pages_of_the_real_graph(real_client: FlaskClient, path: str, language: str) -> None:
    assert untranslated(html(real_client, f"{path}?lang={language}"), language) == []


@pytest.mark.parametrize(("language", "data"), [("ar", FAULTY), ("zh", "@prefix")])
def test_language_of_a_report(client: FlaskClient, language: str, data: str) -> None:
    page = client.post(f"/validate?lang={language}", data=data, content_type="text/turtle", headers=HTML)
    assert page.mimetype == "text/html"
    assert untranslated(page.text, language) == []


def test_texts_in_latin_letters() -> None:
    page = (
        '<html lang="ar"><title>Data</title><p title="More">نص curl <b>Some words</b><i lang="en">Name</i>'
        "<code>select</code> UNODC 9a https://example.org/page</p></html>"
    )
    assert untranslated(page, "ar") == ["Data", "More", "Some words"]
