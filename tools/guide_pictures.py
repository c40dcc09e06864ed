"""Make the pictures of the README and of the guides for officers from our own pages, by Chromium.

    python -m tools.guide_pictures http://127.0.0.1:8080 [TOKEN]

Without a token: that of the README. The server must accept contributions of the token's owner; one
contribution is sent for each language. The dataset must be built without fetched documents, whose
words must not be in a picture. Pictures are stored in `docs/pictures`, with 32 colours.
"""

from __future__ import annotations

import base64
import io
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

from openpyxl import load_workbook
from PIL import Image
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import presence_of_element_located
from selenium.webdriver.support.ui import WebDriverWait

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"

#: Width and most height of a picture in pixels.
WIDTH, README_WIDTH, HEIGHT = 800, 1100, 660

#: Headers by language: title, title in the other language, description, objective, country, source,
#: start.
HEADERS = {
    "en": (
        "title [en]",
        "title [fr]",
        "description [en]",
        "objective",
        "country",
        "source",
        "start",
    ),
    "fr": ("titre [fr]", "titre [en]", "description [fr]", "objectif", "pays", "source", "début"),
}
ROWS = {
    "en": (
        "One-stop shop",
        "Guichet unique",
        "An office in the capital that answers questions of migrants.",
    ),
    "fr": (
        "Guichet unique",
        "One-stop shop",
        "Un bureau dans la capitale qui répond aux questions des migrants.",
    ),
}
_SOURCE = "https://example.org/report"


def main() -> None:
    """Make all pictures."""
    server, token = sys.argv[1].rstrip("/"), next(iter(sys.argv[2:]), "")
    PICTURES.mkdir(exist_ok=True)
    options = ChromeOptions()
    width = WIDTH if token else README_WIDTH
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--hide-scrollbars",
        f"--window-size={width},1400",
    ):
        options.add_argument(flag)
    service = ChromeService(shutil.which("chromedriver"))
    with tempfile.TemporaryDirectory() as folder, Chrome(options, service) as browser:
        if not token:
            browser.get(server)
            _picture(
                browser,
                "home",
                ".brand",
                ".hero",
                browser.execute_script("return document.body.clientWidth"),
            )
        for language in HEADERS if token else ():
            _make(browser, server, token, language, Path(folder))


def _make(browser: Chrome, server: str, token: str, language: str, folder: Path) -> None:
    title, other, description = ROWS[language]
    right = [(title, other, description, "9", "NER", _SOURCE, "2018-09")]
    good = _filled(server, language, folder / f"practices-{language}.xlsx", right)
    wrong = _filled(
        server, language, folder / f"wrong-{language}.xlsx",
        [
            (title, other, description, "9", "Phillipines", _SOURCE, "2018"),
            (f"{title} 2", f"{other} 2", description, "9", "NER", _SOURCE, "21/09/2018"),
        ],
    )  # fmt: skip
    browser.get(f"{server}/contributions?lang={language}")
    _picture(browser, f"officer-steps.{language}", "h1", ".steps")
    browser.get(f"{server}/validate?lang={language}")
    browser.find_element(By.CSS_SELECTOR, "main input[type=file]").send_keys(str(wrong))
    browser.find_element(By.CSS_SELECTOR, "main button[type=submit]").click()
    _picture(browser, f"officer-report.{language}", "main h1, main h2", ".findings")
    browser.get(f"{server}/contributions?lang={language}")
    browser.find_element(By.ID, "title").send_keys(title)
    browser.find_element(By.ID, "file").send_keys(str(good))
    browser.find_element(By.ID, "token").send_keys(token)
    _picture(browser, f"officer-send.{language}", "#send", "#send .run")
    browser.find_element(By.CSS_SELECTOR, "#send button[type=submit]").click()
    _picture(
        browser,
        f"officer-sent.{language}",
        "main h1",
        'main > p > a[href^="/contributions/status/"]',
    )


def _filled(server: str, language: str, file: Path, rows: list[tuple[str, ...]]) -> Path:
    """The template with some rows."""
    with urlopen(f"{server}/contributions/template.xlsx?language={language}") as answer:
        book = load_workbook(io.BytesIO(answer.read()))
    sheet = book.worksheets[2]
    columns = {
        str(cell.value).removesuffix(" *").removesuffix(" (*)"): cell.column for cell in sheet[1]
    }
    for number, row in enumerate(rows):
        values: Mapping[str, str] = dict(zip(HEADERS[language], row, strict=True))
        for header, value in values.items():
            sheet.cell(number + 2, columns[header], value)
    book.save(file)
    return file


def _picture(browser: Chrome, name: str, first: str, last: str, width: int = WIDTH) -> None:
    """Store the part of the page from one element to another."""
    WebDriverWait(browser, 60).until(presence_of_element_located((By.CSS_SELECTOR, last)))
    top = browser.find_element(By.CSS_SELECTOR, first).rect["y"]
    end = browser.find_element(By.CSS_SELECTOR, last).rect
    height = min(HEIGHT, end["y"] + end["height"] - top + 22)
    clip = {"x": 0, "y": max(0, top - 10), "width": width, "height": height, "scale": 1}
    answer = browser.execute_cdp_cmd(
        "Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True}
    )
    drawn = Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB").quantize(32)
    drawn.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
