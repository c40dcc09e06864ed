"""The same page in the forms that real files take gives the same reading."""

from __future__ import annotations

import re
import textwrap
import unicodedata

import pytest

from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables
from gcmreader.documents.reading import parse_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.practices import ReferenceData
from gcmreader.extraction.statements import DocumentReading, read_outline

REPOSITORY = Repository.find()
PAGE = (REPOSITORY.root / "data" / "sources" / "objective-09.fr.md").read_text("utf-8")
HEADING = re.compile(
    "^(Actions connexes|Exemples de pratiques|Objectifs de développement durable pertinents)$", re.MULTILINE
)


@pytest.fixture(scope="module")
def reference() -> ReferenceData:
    addresses = Addresses()
    tables = read_tables(REPOSITORY.reference, addresses)
    return ReferenceData.of((quad for table in tables for quad in table.quads), addresses)


def read(text: str, reference: ReferenceData) -> DocumentReading:
    return read_outline(segment(parse_document(text.encode(), name="page.md", slug="objective-09.fr")), reference)


def facts(reading: DocumentReading) -> list[object]:
    """What was read, typography aside."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFC", text.replace("’", "'"))

    return [
        reading.objective.value,
        [(a.letter, plain(a.label.value) if a.label else None, plain(a.text.value)) for a in reading.actions],
        [
            (
                plain(p.title.value),
                plain(p.description.value),
                [o.value.iri for o in (*p.leads, *p.partners)],
                [c.value for c in p.countries],
                str(p.period.start and p.period.start.value),
                p.amount and p.amount.value,
                [plain(c.value.text) for c in p.citations],
            )
            for p in reading.practices
        ],
        [goal.number for goal in reading.outline.goals],
        [(target.code, plain(target.text.shown)) for target in reading.outline.targets if target.text],
        len(reading.outline.not_understood),
    ]


def wrapped(width: int) -> str:
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)) if line.strip() else line
        for line in PAGE.split("\n")
    )


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(PAGE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param("\ufeff" + PAGE, id="byte order mark"),
        pytest.param(wrapped(80), id="wrapped at 80"),
        pytest.param(wrapped(100), id="wrapped at 100"),
        pytest.param(unicodedata.normalize("NFD", PAGE), id="decomposed accents"),
        pytest.param(PAGE.replace("'", "’"), id="curly apostrophes"),
        pytest.param(PAGE.replace("’", "'"), id="straight apostrophes"),
        pytest.param(re.sub(r"\n{2,}", "\n\n", PAGE), id="single blank lines"),
        pytest.param(re.sub(r"\n{2,}", "\n", PAGE), id="no blank lines"),
        pytest.param(HEADING.sub(r"## \1", PAGE), id="Markdown headings"),
        pytest.param(HEADING.sub(r"**\1**", PAGE), id="bold headings"),
        pytest.param(PAGE.replace(" :", "\u00a0:").replace("12 millions", "12\u00a0millions"), id="no-break spaces"),
        pytest.param(re.sub("(?m)$", "  ", PAGE), id="trailing spaces"),
        pytest.param(re.sub("(?m)^- ", "\t-\t", PAGE), id="tabs"),
        pytest.param(PAGE.replace("Exemples de pratiques", "12\n\nExemples de pratiques"), id="page number"),
    ],
)
def test_facts_of_another_form(form: str, reference: ReferenceData) -> None:
    assert facts(read(form, reference)) == facts(read(PAGE, reference))
