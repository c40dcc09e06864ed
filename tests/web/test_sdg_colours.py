"""The SDG goals in their colours: the style sheet says what the data say, and every number can be read."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"\.sdg-(\d+) \{ background: (#[0-9a-f]{6}); color: #(000|fff); \}")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.fixture(scope="module")
def rules() -> dict[str, tuple[str, str]]:
    sheet = (ROOT / "src" / "gcmgraph" / "web" / "static" / "style.css").read_text("utf-8")
    return {number: (background, text) for number, background, text in RULE.findall(sheet)}


def test_the_style_sheet_has_the_colours_of_the_data(rules: dict[str, tuple[str, str]]) -> None:
    with (ROOT / "data" / "reference" / "sdg-colours.csv").open(encoding="utf-8", newline="") as file:
        told = {row["goal"]: row["colour"] for row in csv.DictReader(file)}
    assert {number: background for number, (background, _) in rules.items()} == told
    assert len(told) == 17


@pytest.mark.parametrize("goal", [str(number) for number in range(1, 18)])
def test_the_number_on_a_colour_can_be_read(rules: dict[str, tuple[str, str]], goal: str) -> None:
    background, text = rules[goal]
    light = 1.0 if text == "fff" else 0.0
    lighter, darker = sorted((light, luminance(background)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_target_is_shown_in_the_colour_of_its_goal_with_its_number(client: FlaskClient) -> None:
    body = client.get("/doc/objective/9?lang=en", headers={"Accept": "text/html"}).text
    assert '<span class="code sdg sdg-10">10.7</span>' in body
