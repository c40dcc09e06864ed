"""An invented guidance page in two languages, and its reading, for the tests of readings."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.documents.document import Document
from gcmreader.documents.reading import parse_document
from gcmreader.readings.places import SearchableText

ENGLISH = """\
STRENGTHEN CERTAINTY AND PREDICTABILITY IN MIGRATION PROCEDURES

Related actions

- a. **Simplify forms** for everyone who applies, in line with the Paris Agreement

Examples of practices

Open Counter

In March 2019 the Government of Ghana opened a counter in Accra that answers 1,200 people a year.

Relevant Sustainable Development Goals

SDG 10: Reduced inequalities

■**10.7:** Facilitate orderly migration
"""

FRENCH = """\
GARANTIR LA CERTITUDE DES PROCÉDURES MIGRATOIRES

Actions connexes

- a. **Simplifier les formulaires** pour toutes les personnes, conformément à l'Accord de Paris

Exemples de pratiques

Guichet ouvert

En mars 2019, le Gouvernement du Ghana a ouvert à Accra un guichet qui répond à 1 200 personnes par an.

Objectifs de développement durable pertinents

ODD 10: Inégalités réduites

■**10.7:** Faciliter une migration ordonnée
"""

#: Texts of the documents by language.
TEXTS = {"en": ENGLISH, "fr": FRENCH}


def document(language: str, text: str | None = None) -> Document:
    """The document of the page in a language."""
    slug = f"objective-12.{language}"
    return parse_document((text or TEXTS[language]).encode(), name=f"{slug}.md", slug=slug)


def place(words: str, language: str = "en") -> str:
    """Where some words stand, as readings write it."""
    locator = SearchableText(document(language)).locate(words)
    assert locator is not None, words
    return str(locator)


def page_yaml(**documents: Document) -> str:
    """The reading of the page; `documents` by language replace the recorded versions."""
    english, french = documents.get("en", document("en")), documents.get("fr", document("fr"))
    return f"""\
objective: 12
reviewed: {{by: Editors of the tests, on: 2026-11-27}}
documents:
  en: {{source: objective-12.en, sha256: {english.sha256}, text_sha256: {english.text_sha256}}}
  fr: {{source: objective-12.fr, sha256: {french.sha256}, text_sha256: {french.text_sha256}}}
title:
  en: {{text: Strengthen certainty and predictability, at: {place("STRENGTHEN CERTAINTY")}}}
  fr: {{text: Garantir la certitude, at: {place("GARANTIR LA CERTITUDE", "fr")}}}
actions:
  - action: a
    label: {{en: Simplify forms, fr: Simplifier les formulaires, es: Simplificar los formularios}}
    en: {place("a. Simplify forms for everyone who applies, in line with the Paris Agreement")}
    fr: {place("a. Simplifier les formulaires", "fr")}
    instruments:
      - instrument: gcm
        en: {place("Paris Agreement")}
goals:
  - goal: 10
    en: {place("SDG 10: Reduced inequalities")}
targets:
  - target: 10.7
    en: {place("10.7: Facilitate orderly migration")}
    fr: {place("10.7: Faciliter", "fr")}
"""


def practice_yaml(country: str = "GHA", extra: str = "", position: int = 1, slug: str = "open-counter") -> str:
    """The reading of the page's practice."""
    return f"""\
# a comment of the editor
practice: {slug}
objective: 12
position: {position}
reviewed: {{by: Editors of the tests, on: 2026-11-27}}
title:
  en: {{text: Open Counter, at: {place("Open Counter")}}}
  fr: {{text: Guichet ouvert, at: {place("Guichet ouvert", "fr")}}}
summary: {{en: A counter for migrants., fr: Un guichet pour les migrants., es: Una ventanilla para migrantes.}}
facts:
  - country: {country}
    en: {place("Ghana")}
    fr: {place("Ghana", "fr")}
  - start: 2019-03
    en: {place("March 2019")}
    fr: {place("mars 2019", "fr")}
  - result: {{value: 1200, bound: exact, unit: {{en: people a year, fr: personnes par an, es: personas al año}}}}
    en: {place("1,200 people")}
{extra}"""


def write_page(folder: Path, practice: str | None = None, page: str | None = None) -> Path:
    """Write the reading into a folder of readings; the page's folder."""
    where = folder / "objective-12"
    where.mkdir(parents=True, exist_ok=True)
    (where / "page.yaml").write_text(page or page_yaml(), "utf-8")
    (where / "open-counter.yaml").write_text(practice or practice_yaml(), "utf-8")
    return where
