"""Frames on other sites: what may be framed, its description by oEmbed, and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from answers import html
from flask.testing import FlaskClient

PUBLIC = "https://example.org/gcm/"
GRAPH = Path(__file__).with_name("graph.trig")


@pytest.fixture(scope="module")
def framed(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    return client_over(GRAPH, public_url=PUBLIC)


def oembed(client: FlaskClient, url: str, **more: str) -> tuple[int, dict[str, object]]:
    response = client.get("/oembed", query_string={"url": url, **more})
    return response.status_code, response.get_json()


@pytest.mark.parametrize("path", ["/embed/map", "/embed/coverage", "/embed/network"])
def test_picture_may_be_framed_and_leads_to_its_page(framed: FlaskClient, path: str) -> None:
    response = framed.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    (picture,) = re.findall(r'<img src="([^"]+)"', response.text)
    assert framed.get(picture.replace("&amp;", "&")).mimetype == "image/svg+xml"
    assert f'href="{path.removeprefix("/embed")}"' in response.text


def test_page_itself_may_not_be_framed(framed: FlaskClient) -> None:
    response = framed.get("/map", headers={"Accept": "text/html"})
    assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_card_of_a_practice_has_its_title(framed: FlaskClient) -> None:
    page = html(framed, "/embed/doc/practice/glo-act", Accept_Language="en")
    assert "Action mondiale (GLO.ACT)</span>" in page.partition("<h1>")[2].partition("</h1>")[0]
    assert "<script>" not in page
    assert 'href="/doc/practice/glo-act"' in page


@pytest.mark.parametrize(
    "path",
    ["/embed/doc/country/AFG", "/embed/doc/practice/none", "/embed/contributions", "/embed/map/x"],
)
def test_other_pages_are_refused_in_frames(framed: FlaskClient, path: str) -> None:
    response = framed.get(path, headers={"Accept": "application/problem+json"})
    assert response.status_code == 404
    assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "may be shown in a frame" in response.get_json()["detail"]


def test_description_of_a_frame_embeds_the_page_that_it_names(framed: FlaskClient) -> None:
    status, described = oembed(framed, f"{PUBLIC}map?region=002")
    assert status == 200
    assert (described["version"], described["type"]) == ("1.0", "rich")
    (source,) = re.findall(r'src="([^"]+)"', str(described["html"]))
    assert source == f"{PUBLIC}embed/map?region=002"


def test_frame_is_no_larger_than_the_limits_of_the_request(framed: FlaskClient) -> None:
    _, described = oembed(framed, f"{PUBLIC}map", maxwidth="300", maxheight="5000")
    assert (described["width"], described["height"]) == (300, 600)


@pytest.mark.parametrize(
    ("url", "more", "status", "words"),
    [
        ("https://elsewhere.example/map", {}, 404, "nothing at"),
        (f"{PUBLIC}contributions", {}, 404, "may be shown in a frame"),
        ("", {}, 404, "may be shown in a frame"),
        ("http://[", {}, 404, "may be shown in a frame"),
        (f"{PUBLIC}map", {"format": "xml"}, 400, "format=json"),
        (f"{PUBLIC}map", {"maxwidth": "wide"}, 400, "maxwidth must be a whole number"),
        (f"{PUBLIC}map", {"maxheight": "5"}, 400, "at least 100"),
    ],
)
def test_invalid_request_for_a_description_is_refused(
    framed: FlaskClient, url: str, more: dict[str, str], status: int, words: str
) -> None:
    answer_status, problem = oembed(framed, url, **more)
    assert answer_status == status
    assert words in str(problem["detail"])


def test_markup_in_a_query_is_escaped_in_the_line_to_copy(framed: FlaskClient) -> None:
    _, described = oembed(framed, f'{PUBLIC}map?region=002&x="><script>')
    assert "<script>" not in str(described["html"])


@pytest.mark.parametrize("path", ["/map", "/coverage", "/network", "/doc/practice/glo-act"])
def test_page_names_its_description_and_the_line_to_copy(framed: FlaskClient, path: str) -> None:
    page = html(framed, path, Accept_Language="en")
    (address,) = re.findall(r'application/json\+oembed" href="([^"]+)"', page)
    assert address == f"{PUBLIC}oembed?url={quote(PUBLIC + path[1:], safe='')}"
    assert f"{PUBLIC}embed{path}" in unquote(page)
    response = framed.get(f"/{address.removeprefix(PUBLIC)}")
    assert response.status_code == 200
