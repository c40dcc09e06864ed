"""Desk of curators and remarks of readers in a real browser: axe-core, a phone, returning a value without a script."""

from __future__ import annotations

import json

import pytest
from desk_over_http import Served
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_accessibility import _UNFOLD, axe, needs_axe, problems
from test_desk import FUNDED, send

from browsing import needs_chromium, set_width, wait

#: A fixture.
__all__ = ["axe"]

pytestmark = [needs_chromium, needs_axe]

PHONE, DESKTOP = 375, 1280


@pytest.fixture(scope="module")
def pages(desk: Served) -> dict[str, str]:
    """Paths of the pages: of a new practice, and of one that replaces a published one."""
    first = send(desk, "shown")
    assert desk.decide(first, "accept").status == 200
    changed = FUNDED.replace("The practice SLUG", "A new title").replace("75000000", "50000000")
    body = changed.replace("SLUG", "shown").encode()
    path = f"/contributions?title=Again&supersedes={first}"
    second = desk.ask(path, body, desk.contributor, Content_Type="text/turtle").json["id"]
    note = {"reason": "The name is wrong.", "email": "reader@example.org", "page": "/doc/practice/shown"}
    remark = desk.ask("/feedback", json.dumps(note).encode(), Content_Type="application/json").json["href"]
    return {
        "new": f"/contributions/{send(desk, 'fresh')}",
        "successor": f"/contributions/{second}",
        "preview": f"/contributions/{second}/preview",
        "queue": "/contributions/review",
        "remarks": "/feedback/review",
        "remark": str(remark),
        "form": "/feedback?page=/doc/practice/shown",
        "token": "/contributions/token",
    }


@pytest.fixture(scope="module", autouse=True)
def _signed_in(browser: Chrome, desk: Served) -> None:
    """The curator's token, written into the field of the page that requires it."""
    browser.get(f"{desk.base}/contributions/review?lang=en")
    browser.find_element(By.ID, "token").send_keys(desk.curator + Keys.ENTER)
    wait(browser).until(lambda _: browser.find_element(By.TAG_NAME, "h1").text == "Waiting for review")


def _open(browser: Chrome, desk: Served, path: str, language: str, width: int) -> None:
    set_width(browser, width)
    browser.get(f"{desk.base}{path}{'&' if '?' in path else '?'}lang={language}")


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(
    ("language", "width"), [pytest.param("en", DESKTOP, marks=pytest.mark.exhaustive), ("ar", PHONE)]
)
@pytest.mark.parametrize("name", ["new", "successor", "preview", "queue", "remarks", "remark", "form", "token"])
def test_accessibility_and_width_of_desk_pages(
    browser: Chrome, desk: Served, pages: dict[str, str], name: str, language: str, width: int
) -> None:
    _open(browser, desk, pages[name], language, width)
    browser.execute_script(_UNFOLD)
    assert problems(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_return_of_a_value(browser: Chrome, desk: Served, pages: dict[str, str]) -> None:
    identifier = send(desk, "clicked")
    _open(browser, desk, f"/contributions/{identifier}", "en", DESKTOP)
    value = next(item for item in browser.find_elements(By.CSS_SELECTOR, "li.added") if "Kazakhstan" in item.text)
    value.find_element(By.CSS_SELECTOR, "details.return > summary").click()
    value.find_element(By.CSS_SELECTOR, "details.return input").send_keys("Not in the report.")
    browser.find_element(By.ID, "reason").send_keys("The rest is right.")
    browser.find_element(By.CSS_SELECTOR, '#decide button[value="accept"]').click()
    wait(browser).until(lambda _: "Not in the report." in browser.find_element(By.ID, "content").text)
    history = desk.ask(f"/contributions/{identifier}", token=desk.curator).json["history"]
    assert [one["reason"] for one in history[0]["returned"]] == ["Not in the report."]  # type: ignore[index]
