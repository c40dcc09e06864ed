"""Pages of one practice, for tests of what is read from it."""

from __future__ import annotations

from collections.abc import Callable

from gcmreader.extraction.practices import PracticeReading

ReadPractice = Callable[..., PracticeReading]

PAGES = {
    "en": "Objective 9\n\nExamples of practices\n\n{title}\n\n{body}\n",
    "es": "Objetivo 9\n\nEjemplos de prácticas\n\n{title}\n\n{body}\n",
    "fr": "Objectif 9\n\nExemples de pratiques\n\n{title}\n\n{body}\n",
}
