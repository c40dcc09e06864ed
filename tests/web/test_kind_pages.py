"""Pages of each kind: the substance first, every statement folded below."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.web.i18n import money
from serving import Application

#: More practices than a page has cards, a treaty, and targets that are stated or inherited.
_MANY = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <https://w3id.org/gcmgraph/id/> .
@prefix r: <https://w3id.org/gcmgraph/graph/reference/> .
r:all {
  <https://w3id.org/gcmgraph/id/country/NER> a gcm:Country ; skos:notation "NER" ; skos:prefLabel "Niger"@en .
  <https://w3id.org/gcmgraph/id/objective/9> a gcm:Objective ; skos:notation "9" ; skos:prefLabel "Smuggling"@en ;
    gcm:relevantTarget <https://w3id.org/gcmgraph/id/sdg/10.7> .
  <https://w3id.org/gcmgraph/id/objective/10> a gcm:Objective ; skos:notation "10" ; skos:prefLabel "Trafficking"@en .
  <https://w3id.org/gcmgraph/id/sdg/10> a gcm:SdgGoal ; skos:notation "10" .
  <https://w3id.org/gcmgraph/id/sdg/10.7> a gcm:SdgTarget ; skos:notation "10.7" ; sdgo:isTargetOf
    <https://w3id.org/gcmgraph/id/sdg/10> .
  <https://w3id.org/gcmgraph/id/sdg/16.2> a gcm:SdgTarget ; skos:notation "16.2" .
  <https://w3id.org/gcmgraph/id/instrument/protocol> a gcm:LegalInstrument ; dct:title "Protocol"@en .
  <https://w3id.org/gcmgraph/id/instrument/protocol#participation-NER> a gcm:TreatyParticipation ;
    gcm:participant <https://w3id.org/gcmgraph/id/country/NER> ; gcm:bindingDate "2009-03-18"^^xsd:date ;
    gcm:participationIn <https://w3id.org/gcmgraph/id/instrument/protocol> ;
    gcm:bindingAction "ratification (no flag in source)" ; gcm:asOf "2014-07-10"^^xsd:date .
  <https://w3id.org/gcmgraph/id/practice/p00> gcm:relevantTarget <https://w3id.org/gcmgraph/id/sdg/16.2> ;
    schema:startDate "2018-06"^^xsd:gYearMonth .
  <https://w3id.org/gcmgraph/id/pledge/visas> a gcm:Pledge ; dct:title "Seasonal visas"@en ;
    gcm:pledgedBy <https://w3id.org/gcmgraph/id/country/NER> ;
    gcm:objective <https://w3id.org/gcmgraph/id/objective/9> .
}
"""
_PRACTICE = """r:all {{ <https://w3id.org/gcmgraph/id/practice/p{0:02}> a gcm:Practice ; dct:title "Practice {0}"@en ;
  gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; gcm:country <https://w3id.org/gcmgraph/id/country/NER> . }}
"""


@pytest.fixture(scope="module")
def many(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path, str, Path], None], application: Application
) -> FlaskClient:
    folder = tmp_path_factory.mktemp("many")
    graph = folder / "graph.trig"
    graph.write_text(_MANY + "".join(_PRACTICE.format(number) for number in range(14)), "utf-8")
    build(folder / "store", "v1", graph)
    return application(folder / "store").test_client()


def page(client: FlaskClient, path: str) -> tuple[str, str]:
    """Return the page in two parts: what is seen first, and the folded statements."""
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert response.status_code == 200
    seen, _, folded = response.text.partition('<details class="statements"')
    return seen, folded


def words(html: str) -> str:
    """Return the text of a page with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_money_dates_and_roles_of_a_practice(client: FlaskClient) -> None:
    seen, folded = page(client, "/doc/practice/glo-act")
    text = words(seen)
    assert "EUR\u00a012,000,000" in seen
    assert "When 2018 – 2022" in text
    assert re.search(r"lead organisation .*United Nations Office on Drugs and Crime", text)
    assert "<code>https://w3id.org/gcmgraph/id/practice/glo-act</code>" in folded
    assert "<script>alert" not in seen + folded


def test_folded_list_of_all_statements(client: FlaskClient) -> None:
    seen, folded = page(client, "/doc/practice/glo-act")
    for address in ("/doc/country/AFG", "/doc/country/IRQ", "/doc/organisation/unodc", "/doc/action/9a"):
        assert f'href="{address}"' in seen
        assert f'href="{address}"' in folded
    assert folded.count('<details class="proof') >= seen.count('<details class="proof')


def test_stated_and_inherited_targets(many: FlaskClient) -> None:
    seen, _ = page(many, "/doc/practice/p00")
    before, _, inherited = seen.partition('<details class="inherited"')
    assert "/doc/sdg/16.2" in before
    assert "/doc/sdg/10.7" not in before
    assert "/doc/sdg/10.7" in inherited
    target, _ = page(many, "/doc/sdg/16.2")
    assert "/doc/practice/p00" in target
    through, _ = page(many, "/doc/sdg/10.7")
    assert "No practice states it." in through
    assert 'href="/browse/practice?inherited-target=10.7"' in through


def test_counts_of_practices_by_action(client: FlaskClient) -> None:
    seen, _ = page(client, "/doc/objective/9")
    rows = {
        code: words(row) for row in re.findall(r"<li.*?</li>", seen, re.DOTALL) for code in re.findall("9[ab]", row)
    }
    assert "1 practice" in rows["9a"]
    assert "no practice yet" in rows["9b"]
    assert "1 of its 2 actions have a practice" in words(seen)


def test_limit_on_cards_with_link_to_all(many: FlaskClient) -> None:
    for path, facet in (("objective/9", "objective=9"), ("country/NER", "country=NER")):
        seen, _ = page(many, f"/doc/{path}?lang=en")
        assert seen.count('<li class="card">') == 12
        assert f'href="/browse/practice?{facet}&amp;lang=en"' in seen
        assert "All 14 practices" in seen


def test_treaties_and_gaps_of_a_country(many: FlaskClient) -> None:
    seen, _ = page(many, "/doc/country/NER")
    text = words(seen)
    assert "Protocol 18 March 2009 ratification 10 July 2014" in text
    assert "Objectives with a practice here: 1 of 2" in text
    assert "/doc/objective/10" in seen.partition('id="gaps"')[2]


@pytest.mark.parametrize("path", ["objective/10", "sdg/16.2", "instrument/protocol"])
def test_page_without_practices(many: FlaskClient, path: str) -> None:
    seen, _ = page(many, f"/doc/{path}")
    if path != "sdg/16.2":
        assert "No practice is recorded here yet" in seen
        assert 'href="/contributions"' in seen
    assert "<h1>" in seen


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("12000000", "en", "EUR\u00a012,000,000"),
        ("12000000", "fr", "12\u202f000\u202f000\u00a0EUR"),
        ("0.5", "es", "0,5\u00a0EUR"),
        ("about five", "en", "EUR\u00a0about five"),
    ],
)
def test_amounts_with_currency_codes(value: str, language: str, expected: str) -> None:
    assert money(value, "EUR", language) == expected


@pytest.mark.parametrize("path", ["/doc/country/NER", "/doc/objective/9"])
def test_pledges_of_a_country_and_of_an_objective(many: FlaskClient, path: str) -> None:
    seen, _ = page(many, path)
    section = seen.partition('<section aria-labelledby="its-pledge">')[2].partition("</section>")[0]
    assert words(section) == "Pledges Seasonal visas"
    assert 'href="/doc/pledge/visas"' in section
