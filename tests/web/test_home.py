"""The home page: its counts, links and example; guides: their messages are those of the checks, their links exist."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from answers import html, rows
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.web.guides import GUIDES
from serving import Application


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_quotation_and_language_of_the_example(real_client: FlaskClient, language: str) -> None:
    home = real_client.get(f"/?lang={language}").text
    sample = home.partition('<section class="sample"')[2].partition("</section>")[0]
    assert re.search(r'href="/doc/practice/[^"]+"', sample)
    if language == "fr":
        words = unescape(
            sample.partition("<blockquote")[2].partition("<p>")[2].partition("</p>")[0]
        )
        assert len(words) > 10
        sources = (Repository.find().root / "data" / "sources").glob("*.md")
        assert any(words in source.read_text("utf-8") for source in sources)
    else:  # the language of the document, and its page
        assert f"({language})" in sample
        assert 'class="on-page" href="' in sample


def test_links_of_the_home_page(real_client: FlaskClient) -> None:
    home = html(real_client, "/", Accept_Language="en")
    assert {f"/doc/objective/{number}" for number in range(1, 24)} <= set(
        re.findall(r'href="([^"]+)"', home)
    )
    ways = home.partition('<ul class="ways">')[2].partition("</section>")[0]
    links = re.findall(
        r'href="([^"]+)"', ways + re.findall(r'<p class="links">.*?</p>', home, re.DOTALL)[0]
    )
    assert {
        "/browse/practice",
        "/queries",
        "/shapes",
        "/contributions",
        "/dataset",
        "/resolve",
    } <= set(links)
    for link in links:
        assert real_client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


def test_links_of_the_footer(real_client: FlaskClient) -> None:
    page = real_client.get("/dataset?lang=fr", headers={"Accept": "text/html"}).text
    links = [
        unescape(link)
        for link in re.findall(r'href="([^"]+)"', page.partition('<footer class="site">')[2])
    ]
    assert {"/map?lang=fr", "/sparql?lang=fr", "/linksets?lang=fr", "/reconcile?lang=fr"} <= {
        *links
    }
    assert links[-2:] == ["/about?lang=fr", "/feedback?page=/dataset&lang=fr"]


def test_counts_on_the_home_page_and_of_coverage(real_app: Flask, real_client: FlaskClient) -> None:
    home, about = (html(real_client, path, Accept_Language="en") for path in ("/", "/about"))
    listings = real_app.extensions["gcmgraph"].dataset.snapshot().listings
    practices, of_actions = listings.of("practice"), listings.of("action")
    in_all = practices.count(practices.everything)  # parts are counted apart
    counts = dict(re.findall(r'href="/browse/(\w+)"><strong>(\d+)</strong>', home))
    assert counts == {kind: str(len(listings.of(kind))) for kind in counts} | {
        "practice": str(in_all)
    }
    assert {"practice", "organisation", "country", "objective"} <= counts.keys()
    for count, name in (
        (f"{len(practices.postings('objective'))} of 23", "objectives"),
        (in_all, "practices"),
        (len(practices.postings("country")), "countries"),
        (len(listings.of("source")), "documents read"),
    ):
        assert f">{count} {name}</a></li>" in about
    actions, supported = len(of_actions), practices.postings("action")
    assert f"{len(supported)} of {actions} actions have a practice" in home
    assert home.count('class="level-0"') == actions - len(supported)
    for without, total, number in re.findall(
        r"(\d+) of (\d+) actions under objective (\d+) have no practice", home
    ):
        found = [
            iri.value.rpartition("/")[2]
            for iri in of_actions.iris(of_actions.postings("objective")[number])
        ]
        assert (without, total) == (
            str(sum(action not in supported for action in found)),
            str(len(found)),
        )
    assert len(re.findall(r'<th scope="row"><a href="/doc/objective/', about)) == 23


def test_operator_and_contact_by_settings(store_folder: Path, application: Application) -> None:
    given = {
        "operator": "A <b>ministry</b>",
        "contact": "gcm@example.org",
        "source_code": "https://example.org/code",
    }
    for settings, links in (
        (given, True),
        ({"contact": "javascript:alert(1)", "source_code": "no address"}, False),
    ):
        app = application(store_folder, **settings)  # type: ignore[arg-type]
        about = app.test_client().get("/about", headers={"Accept-Language": "en"}).text
        foot = (
            app.test_client()
            .get("/browse/practice?lang=en")
            .text.partition('<footer class="site">')[2]
        )
        assert ("A &lt;b&gt;ministry&lt;/b&gt;" in about) is links
        assert ('href="mailto:gcm@example.org"' in foot) is links
        assert ('href="https://example.org/code"' in foot) is links
        assert 'href="javascript' not in about + foot


def test_home_page_of_an_empty_graph(tmp_path: Path, application: Application) -> None:
    StoreFolder(tmp_path / "store").publish("v1", [], {})
    empty = (
        application(tmp_path / "store").test_client().get("/", headers={"Accept-Language": "en"})
    )
    assert (empty.status_code, 'class="sample"' in empty.text) == (200, False)


def test_link_of_a_topic_page_to_its_passages(real_client: FlaskClient) -> None:
    page = real_client.get(
        "/doc/concept/topic/child-detention", headers={"Accept": "text/html"}
    ).text
    address = re.search(r'href="(/queries/passages-on-topic\?topic=[^"]+)"', page)
    rows = real_client.get(
        address[1], headers={"Accept": "application/sparql-results+json"}
    ).get_json()["results"]
    assert "action/13h" in {
        row["resource"]["value"].partition("/id/")[2] for row in rows["bindings"]
    }


ROOT = Repository.find().root
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("language", "quoted"), [("en", r"“([^”]+)”|\"([^\"]+\.)\""), ("fr", "« ([^»]+\\.) »")]
)
def test_quoted_messages_of_the_guides(language: str, quoted: str) -> None:
    text = (ROOT / "docs" / GUIDES["officer"][language]).read_text("utf-8").replace("\u00a0", " ")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    messages = ["".join(found) for found in re.findall(quoted, "\n".join(rows))]
    assert len(messages) >= 10
    places = [
        *ROOT.glob("shapes/*.ttl"),
        *ROOT.glob(f"src/gcmgraph/translations/{language}/LC_MESSAGES/*.po"),
    ]
    places += ROOT.glob("src/gcmgraph/validation/checks/*.py")
    known = (
        " ".join(file.read_text("utf-8") for file in places).replace('"\n"', "").replace("’", "'")
    )
    assert [message for message in messages if message not in known] == []


@pytest.mark.parametrize(
    ("address", "language"),
    [("officer?lang=fr", "fr"), ("officer?lang=ar", "en"), ("analyst?lang=en", "en")],
)
def test_language_and_links_of_a_guide(client: FlaskClient, address: str, language: str) -> None:
    page = client.get(f"/guides/{address}", headers=PAGE)
    guide = page.text.partition('<article class="guide"')[2].partition("</article>")[0]
    assert guide.startswith(f' lang="{language}" dir="ltr"')
    links = {unescape(link) for link in re.findall(r'(?:href|src)="([^"]+)"', guide)}
    assert len(links) >= 5
    if "analyst" in address:
        assert {"/queries/practices-by-region?lang=en", "/changes?lang=en"} <= links
    for link in links:
        assert link.startswith("/"), link  # the form needs shapes, which the small graph has not
        if "/contributions/form" not in link:
            assert client.get(link, headers=PAGE).status_code == 200, link


def test_links_to_the_guides_and_their_pictures(client: FlaskClient) -> None:
    for page, guides in (("/contributions", ["officer"]), ("/about", ["officer", "analyst"])):
        text = client.get(f"{page}?lang=fr", headers=PAGE).text
        assert all(f'href="/guides/{guide}?lang=fr"' in text for guide in guides)
    for address in (
        "/guides/none",
        "/guides/pictures/none.png",
        "/guides/pictures/..%2Fanalyst.png",
    ):
        assert client.get(address, headers=PAGE).status_code == 404

    sizes = [file.stat().st_size for file in (ROOT / "docs" / "pictures").glob("officer-*.png")]
    assert (len(sizes), sum(sizes) < 600_000) == (8, True)
    page = client.get("/guides/officer?lang=fr", headers=PAGE).text
    assert (
        len(
            re.findall(
                r'<img src="[^"]+" alt="[^"]{30,}" width="800" height="\d+" loading="lazy"', page
            )
        )
        == 4
    )


#: The questions of docs/analyst.md with the values that it names, and whether the data have an
#: answer.
QUESTIONS: list[tuple[str, dict[str, str], bool]] = [
    ("practices-by-region", {"region": "m49/202"}, True),
    ("targets-without-practice", {}, True),
    ("leaders-by-budget", {"minimum": "5000000", "currency": "EUR"}, True),
    ("practices-reviewed-since", {"since": "2026-01-01"}, True),
    ("practices-by-state", {"day": "2026-11-27"}, True),
    ("actions-without-practice", {"objective": "9"}, True),
    ("instruments-of-actions", {"objective": "9"}, True),
    ("practices-per-region-and-year", {}, True),
    ("funders-of-objective", {"objective": "9"}, False),  # no source names one
    ("principles-named", {"principle": "principle/g"}, True),
]


def test_answers_to_the_questions_of_analysts(real_client: FlaskClient) -> None:
    guide = html(real_client, "/guides/analyst?lang=en")
    for name, values, answered in QUESTIONS:
        assert f'href="/queries/{name}?lang=en"' in guide
        assert bool(rows(real_client.get(f"/queries/{name}", query_string=values))) is answered, (
            name
        )
