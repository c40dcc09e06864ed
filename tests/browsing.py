"""Pages in a real browser: Chromium, how to wait for it, and what its console says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    WebDriverException,
)
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Chromium: apt-get install chromium chromium-driver"
)

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--window-size=1280,1000",
)  # fmt: skip


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """Yield a headless Chromium with a profile folder of its own."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options, ChromeService(DRIVER))
    try:
        yield browser
    finally:
        browser.quit()


T = TypeVar("T")


class _Waiting(WebDriverWait[Chrome]):
    """A wait for which an element that goes away while it is asked about has gone away, in whatever words that is told.

    Chromedriver has words of its own for one whose document is just being replaced.
    """

    def until(self, method: Callable[[Chrome], Literal[False] | T], message: str = "") -> T:
        return super().until(lambda browser: _stale_for_unknown(method, browser), message)


def _stale_for_unknown(
    method: Callable[[Chrome], Literal[False] | T], browser: Chrome
) -> Literal[False] | T:
    try:
        return method(browser)
    except WebDriverException as error:
        if "does not belong to the document" in (error.msg or ""):
            raise StaleElementReferenceException(error.msg) from error
        raise


def wait(browser: Chrome, seconds: float = 10, every: float = 0.02) -> WebDriverWait[Chrome]:
    """Return what waits until something is so; an element that goes away with its page meanwhile is looked for again.

    It looks again after `every` seconds; Selenium's own would after half a second.
    """
    ignored = [NoSuchElementException, StaleElementReferenceException]
    return _Waiting(browser, seconds, poll_frequency=every, ignored_exceptions=ignored)


def complaints(browser: Chrome) -> list[str]:
    """Return what the console says since it was last asked: errors of scripts, of the network, of the policy."""
    return [entry["message"] for entry in browser.get_log("browser")]


@contextmanager
def without_scripts(browser: Chrome) -> Iterator[None]:
    """Run no script of a page within the block."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def set_width(browser: Chrome, width: int, height: int = 900) -> None:
    """Lay pages out at a width in CSS pixels (a window of Chromium is at least 500 wide)."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


#: Functions of `web/checks.js`.
CHECKS = Path(__file__).with_name("web").joinpath("checks.js").read_text("utf-8")


def run(browser: Chrome, check: str) -> Any:
    """Return what a function of `web/checks.js` returns of the open page."""
    return browser.execute_script(f"{CHECKS} return {check}();")


_PASTE = """
const data = new DataTransfer();
data.setData("text/plain", arguments[1]);
arguments[0].dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
"""


def paste(browser: Chrome, editor: WebElement, text: str) -> None:
    """Paste a text into the query editor, which would close brackets of a typed one."""
    browser.execute_script(_PASTE, editor, text)
