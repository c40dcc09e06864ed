"""Guides: their messages are those of the checks, their links lead somewhere, their pictures are small."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.repository.layout import Repository
from gcmgraph.web.home import GUIDES

ROOT = Repository.find().root
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(("language", "quoted"), [("en", r"“([^”]+)”|\"([^\"]+\.)\""), ("fr", "« ([^»]+\\.) »")])
def test_quoted_messages_of_the_guides(language: str, quoted: str) -> None:
    text = (ROOT / "docs" / GUIDES["officer"][language]).read_text("utf-8").replace("\u00a0", " ")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    messages = ["".join(found) for found in re.findall(quoted, "\n".join(rows))]
    assert len(messages) >= 10
    places = [*ROOT.glob("shapes/*.ttl"), *ROOT.glob(f"src/gcmgraph/translations/{language}/LC_MESSAGES/*.po")]
    places += ROOT.glob("src/gcmgraph/validation/checks/*.py")
    known = " ".join(file.read_text("utf-8") for file in places).replace('"\n"', "").replace("’", "'")
    assert [message for message in messages if message not in known] == []


@pytest.mark.parametrize(
    ("address", "language"),
    [("officer?lang=fr", "fr"), ("officer?lang=en", "en"), ("officer?lang=ar", "en"), ("analyst?lang=ru", "en")],
)
def test_language_and_links_of_a_guide(client: FlaskClient, address: str, language: str) -> None:
    page = client.get(f"/guides/{address}", headers=PAGE)
    assert page.status_code == 200
    guide = page.text.partition('<article class="guide"')[2].partition("</article>")[0]
    assert guide.startswith(f' lang="{language}" dir="ltr"')
    links = {unescape(link) for link in re.findall(r'(?:href|src)="([^"]+)"', guide)}
    assert len(links) >= 5
    for link in links - {f"/contributions/form/practice?lang={language}", "/contributions/form/practice?lang=ar"}:
        assert link.startswith("/"), link  # the form needs shapes, which the small graph has not
        assert client.get(link, headers=PAGE).status_code == 200, link


def test_links_to_queries_in_a_guide(client: FlaskClient) -> None:
    guide = client.get("/guides/analyst?lang=en", headers=PAGE).text
    assert '<a href="/queries/practices-by-region?lang=en"><code>practices-by-region</code></a>' in guide
    assert '<a href="/changes?lang=en">' in guide


def test_links_to_the_guides(client: FlaskClient) -> None:
    for page, guides in (("/contributions", ["officer"]), ("/about", ["officer", "analyst"])):
        text = client.get(f"{page}?lang=fr", headers=PAGE).text
        assert all(f'href="/guides/{guide}?lang=fr"' in text for guide in guides)


@pytest.mark.parametrize("address", ["/guides/none", "/guides/pictures/none.png", "/guides/pictures/..%2Fanalyst.png"])
def test_unknown_guide_returns_404(client: FlaskClient, address: str) -> None:
    assert client.get(address, headers=PAGE).status_code == 404


def test_sizes_of_pictures(client: FlaskClient) -> None:
    files: list[Path] = sorted((ROOT / "docs" / "pictures").glob("officer-*.png"))
    assert len(files) == 8
    assert sum(file.stat().st_size for file in files) < 600_000
    for language in ("en", "fr"):
        page = client.get(f"/guides/officer?lang={language}", headers=PAGE).text
        assert len(re.findall(r'<img src="[^"]+" alt="[^"]{30,}" width="800" height="\d+" loading="lazy"', page)) == 4
