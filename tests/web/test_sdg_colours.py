"""The SDG goals in their colours: the style sheet says what the data say, and every number can be read."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from answers import html
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"\.sdg-(\d+) \{ background: (#[0-9a-f]{6}); color: #(000|fff); \}")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_of_the_data_with_readable_numbers(client: FlaskClient) -> None:
    sheet = (ROOT / "src" / "gcmgraph" / "web" / "static" / "style.css").read_text("utf-8")
    rules = RULE.findall(sheet)
    with (ROOT / "data" / "reference" / "sdg-colours.csv").open(encoding="utf-8", newline="") as file:
        told = {row["goal"]: row["colour"] for row in csv.DictReader(file)}
    assert {number: background for number, background, _ in rules} == told
    assert len(told) == 17
    for goal, background, text in rules:
        light = 1.0 if text == "fff" else 0.0
        lighter, darker = sorted((light, luminance(background)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, goal
    assert '<span class="code sdg sdg-10">10.7</span>' in html(client, "/doc/objective/9?lang=en")
