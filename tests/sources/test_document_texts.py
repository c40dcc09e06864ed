"""The files with the texts of documents: what was written is read, and anything else counts as no text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcmgraph.readings.records import PresentDocuments
from gcmgraph.sources.source_texts import (
    Block,
    BlockKind,
    Document,
    DocumentText,
    ObjectiveText,
    Span,
)
from gcmgraph.sources.text_files import read_texts, text_path, write_texts

TEXT = DocumentText(
    Document("", "objective-05.en", "A title\n\nÉtats", "ab", "application/pdf", (0, 9)),
    "en",
    (Block(BlockKind.TITLE, Span(0, 7)), Block(BlockKind.ACTION, Span(9, 14))),
    (ObjectiveText(5, Span(0, 7), None, (("a", Span(9, 14)),)),),
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "objective-05.en.pdf"
    path.write_bytes(b"%PDF-")
    write_texts(path, [TEXT])
    return path


def test_round_trip(source: Path) -> None:
    (text,) = read_texts(source)
    assert text_path(source).name == "objective-05.en.text.json"
    assert text.document.name == str(source)
    assert (text.document.text, text.document.pages) == (TEXT.document.text, TEXT.document.pages)
    assert (text.language, text.blocks, text.objectives) == (
        TEXT.language,
        TEXT.blocks,
        TEXT.objectives,
    )


def test_text_of_a_changed_document_is_not_used(source: Path) -> None:
    source.write_bytes(b"%PDF-1.7")
    assert read_texts(source) == ()


def test_damaged_and_incomplete_files_are_not_used(source: Path) -> None:
    whole = json.loads(text_path(source).read_text("utf-8"))
    incomplete = []
    for key in ("slug", "text", "blocks", "pages", "language"):
        document = {name: value for name, value in whole["documents"][0].items() if name != key}
        incomplete.append(json.dumps({**whole, "documents": [document]}))
    invalid = ("", "{", "[]", "null", '{"format": 0}', '{"format": 1, "sha256": 1}', "[" * 100_000)
    for content in (*invalid, *incomplete):
        text_path(source).write_text(content, "utf-8")
        assert read_texts(source) == ()


def test_documents_without_text_are_named_with_the_remedy(source: Path) -> None:
    files = {f"objective-{number:02}.en": source.with_name("missing.pdf") for number in range(1, 9)}
    present = PresentDocuments({**files, "objective-05.en": source})
    assert [slug for slug in files if present.get(slug)] == ["objective-05.en"]
    (warning,) = present.warnings()
    assert "objective-01.en, objective-02.en, objective-03.en, objective-04.en" in warning
    assert "and 1 more. Run `gcmreader text`" in warning


def test_documents_that_are_not_requested_are_not_read(source: Path) -> None:
    present = PresentDocuments(
        {"objective-05.en": source, "objective-06.en": source.with_name("missing.pdf")}
    )
    assert present.get("objective-13.en") is None
    assert present.get("objective-05.en") is not None
    assert list(present.warnings()) == []
