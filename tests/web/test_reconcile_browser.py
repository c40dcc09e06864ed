"""/reconcile from a page of another site, as that of OpenRefine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from browsing import complaints, needs_chromium, wait
from gcmgraph.web.reconciliation_api.manifest import PREVIEW_HEIGHT, PREVIEW_WIDTH
from serving import served_here

#: A page without anything.
EMPTY = "<!doctype html><title>A table</title><link rel=icon href='data:,'><body></body>"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of an empty page of another origin."""
    other = Flask("elsewhere")
    other.add_url_rule("/", view_func=lambda: EMPTY)
    with served_here(other) as address:
        yield f"{address}/"


@needs_chromium
def test_batch_by_fetch_and_manifest_by_a_script_tag(
    site: str, elsewhere: str, browser: Chrome
) -> None:
    browser.get(elsewhere)
    body = """
    const [address, done] = arguments;
    const queries = JSON.stringify({q0: {query: "Côte d'Ivoire", type: "country", type_strict: "should", limit: 3}});
    const body = new URLSearchParams({queries});
    fetch(address, {method: "POST", body}).then(a => a.json()).then(done, e => done("" + e));
    """
    found = browser.execute_async_script(body, f"{site}/reconcile")  # type: ignore[no-untyped-call]
    assert (found["q0"]["result"][0]["id"], found["q0"]["result"][0]["match"]) == (
        "country/CIV",
        True,
    )
    body = """
    const [address, done] = arguments;
    window.jQuery1_2 = manifest => done(JSON.stringify(manifest));
    const script = document.createElement("script");
    script.src = address + "?callback=jQuery1_2&_=3";
    document.head.append(script);
    """
    manifest = json.loads(browser.execute_async_script(body, f"{site}/reconcile"))  # type: ignore[no-untyped-call]
    assert manifest["preview"]["url"].startswith(site)


@needs_chromium
def test_frame_of_a_preview_only(site: str, elsewhere: str, browser: Chrome) -> None:
    manifest_size = (PREVIEW_WIDTH, PREVIEW_HEIGHT)
    browser.get(elsewhere)
    script = """
    const frame = document.createElement("iframe");
    [frame.src, frame.width, frame.height] = arguments;
    document.body.replaceChildren(frame);
    """
    address = f"{site}/reconcile/preview?id=country%2FKEN"
    browser.execute_script(script, address, *manifest_size)  # type: ignore[no-untyped-call]
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    heading = wait(browser).until(lambda page: page.find_element(By.TAG_NAME, "h1"))
    assert heading.text == "Kenya"
    root = "const root = document.documentElement; return "
    assert browser.execute_script(f"{root} root.scrollWidth <= root.clientWidth")  # type: ignore[no-untyped-call]
    assert browser.execute_script(f"{root} root.scrollHeight <= root.clientHeight")  # type: ignore[no-untyped-call]
    style = "return getComputedStyle(document.querySelector('dl')).display"
    assert browser.execute_script(style) == "grid"  # type: ignore[no-untyped-call]
    browser.switch_to.default_content()
    assert complaints(browser) == []
    browser.execute_script(script, f"{site}/doc/country/KEN", *manifest_size)  # type: ignore[no-untyped-call]
    wait(browser).until(lambda page: any("frame-ancestors" in line for line in complaints(page)))
