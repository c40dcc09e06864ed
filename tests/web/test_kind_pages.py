"""Pages of each kind: the substance first, every statement folded below."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.web.i18n import money

#: More practices than a page has cards.
_PRACTICE = """r:all {{ <practice/p{0:02}> a gcm:Practice ; dct:title "Practice {0}"@en ;
  gcm:objective <objective/9> ; gcm:country <country/NER> . }}
"""


@pytest.fixture(scope="module")
def many(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    graph = Path(__file__).with_name("kinds.trig").read_text("utf-8")
    return client_over(graph + "".join(_PRACTICE.format(number) for number in range(14)))


def page(client: FlaskClient, path: str) -> tuple[str, str]:
    """Return the page in two parts: what is seen first, and the folded statements."""
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert response.status_code == 200
    seen, _, folded = response.text.partition('<details class="statements"')
    return seen, folded


def words(html: str) -> str:
    """Return the text of a page with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_page_of_a_practice(client: FlaskClient) -> None:
    seen, folded = page(client, "/doc/practice/glo-act")
    assert "EUR\u00a012,000,000" in seen
    assert "When 2018 – 2022" in words(seen)
    assert re.search(r"lead organisation .*United Nations Office on Drugs and Crime", words(seen))
    assert "<code>https://w3id.org/gcmgraph/id/practice/glo-act</code>" in folded
    assert "<script>alert" not in seen + folded
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
    rows = [words(row) for row in re.findall(r"<li.*?</li>", seen, re.DOTALL)]
    assert any("9a" in row and "1 practice" in row for row in rows)
    assert any("9b" in row and "no practice yet" in row for row in rows)
    assert "1 of its 2 actions have a practice" in words(seen)


def test_cards_and_pledges_of_an_objective_and_a_country(many: FlaskClient) -> None:
    for path, facet in (("objective/9", "objective=9"), ("country/NER", "country=NER")):
        seen, _ = page(many, f"/doc/{path}?lang=en")
        assert seen.count('<li class="card">') == 12
        assert f'href="/browse/practice?{facet}&amp;lang=en"' in seen
        assert "All 14 practices" in seen
        section = seen.partition('<section aria-labelledby="its-pledge">')[2].partition("</section>")[0]
        assert words(section) == "Pledges Seasonal visas"
        assert 'href="/doc/pledge/visas?lang=en"' in section
    seen, _ = page(many, "/doc/objective/10")
    assert "No practice is recorded here yet" in seen
    assert 'href="/contributions"' in seen


def test_treaties_and_gaps_of_a_country(many: FlaskClient) -> None:
    seen, _ = page(many, "/doc/country/NER")
    text = words(seen)
    assert "Protocol 18 March 2009 ratification 10 July 2014" in text
    assert "Objectives with a practice here: 1 of 2" in text
    assert "/doc/objective/10" in seen.partition('id="gaps"')[2]


def test_amounts_with_currency_codes() -> None:
    assert money("12000000", "EUR", "fr") == "12\u202f000\u202f000\u00a0EUR"
    assert money("0.5", "EUR", "es") == "0,5\u00a0EUR"
    assert money("about five", "EUR", "en") == "EUR\u00a0about five"
