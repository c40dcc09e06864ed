"""Documents that cannot be read, and outlines of those that can, also in other forms of the same text."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcmgraph.platform.errors import DocumentError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables
from gcmgraph.sources.source_texts import BlockKind
from gcmreader.documents.outline import Outline
from gcmreader.documents.reading import parse_document, read_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.document_facts import DocumentReading, read_outline
from gcmreader.extraction.reference_data import ReferenceData

SHORT_PAGE = "Objective 9\n\nRelated actions\n\na. **Promote** the ratification of the protocol and its use.\n"


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "empty", None),
        (b" \n\t\r\n", "empty", None),
        ("Objectif 9\nRéunion".encode("latin-1"), "not UTF-8", 2),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "binary", None),
        (b"Objective 9\n\x07\n", "control character U+0007", 2),
    ],
)
def test_file_that_is_no_text_is_refused(data: bytes, message: str, line: int | None) -> None:
    with pytest.raises(DocumentError, match=message.replace("+", r"\+")) as caught:
        parse_document(data, name="page.md", slug="page")
    assert caught.value.place.source == "page.md"
    assert caught.value.place.line == line


def test_large_and_missing_files_are_refused(tmp_path: Path) -> None:
    page = tmp_path / "big.md"
    with page.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(DocumentError, match="larger than 2 MB"):
        read_document(page)
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(tmp_path / "none.md")


def test_text_that_is_no_guidance_page_is_refused() -> None:
    note = "This is a note on the use of the office and of the kitchen. It is for all of us to read and to keep."
    portuguese = "Objetivo 9\n\nUma resposta dos Estados ao tráfico, para que não sejam mais uma das vítimas."
    twice = f"{SHORT_PAGE}b. **Use** the channels of the courts.\nb. **Share** the lists of all of them.\n"
    for text, message, line in (
        (note, "neither a guidance page.*Related actions", None),
        (portuguese, "language that cannot be read yet.*English, Spanish, French", None),
        (twice, "more than one action 'b'", 7),
    ):
        with pytest.raises(DocumentError, match=message) as caught:
            segment(parse_document(text.encode(), name="page.md", slug="page"))
        assert caught.value.place.line == line


SOURCES = Repository.find().root / "data" / "sources"


def outline_of(text: str, language: str | None = None) -> Outline:
    return segment(parse_document(text.encode(), name="page.md", slug="objective-09.en"), language)


def test_committed_page_has_its_actions_practices_and_goals() -> None:
    outline = segment(read_document(SOURCES / "objective-09.fr.md"))
    assert "".join(action.letter for action in outline.actions) == "abcdef"
    assert all(action.label for action in outline.actions)
    assert [goal.number for goal in outline.goals] == [10, 16, 17]
    assert (len(outline.practices), len(outline.targets), outline.not_understood) == (3, 7, ())
    # sentences that are broken over a blank line
    assert "afin de prévenir et de combattre" in outline.actions[2].text.shown
    assert "mise en œuvre en partenariat" in outline.practices[1].body.shown


@pytest.mark.parametrize(
    "line",
    [
        "a. **Promote the ratification of the protocol**, and its use by all",
        "a. **Promote the ratification of the protocol, and its use by all",
        "a. Promote the ratification of the protocol**, and its use by all",
    ],
)
def test_label_with_unbalanced_bold_ends_at_its_words(line: str) -> None:
    action = outline_of(f"Objective 9\n\nRelated actions\n\n{line}\n", "en").actions[0]
    assert action.label.shown == "Promote the ratification of the protocol"
    assert action.text.shown == "Promote the ratification of the protocol, and its use by all"


PARTS = [
    "OBJECTIVE 9: STRENGTHEN THE RESPONSE",
    "We commit to intensify joint efforts.",
    "Related actions",
    "- a. **Promote** the ratification of it",
    "(b) Use the channels**, all of them",
    "and a line that goes on",
    "Examples of practices",
    "For more practices, visit the hub",
    "A network of the south",
    "The network was set up in 2018 by IOM and holds a meeting every year.",
    "It goes on over a broken",
    "# Relevant Sustainable Development Goals",
    "SDG 10: Reduced inequalities",
    "■**10.7:** Facilitate orderly migration",
    "Something of no kind at all",
    "<!-- a note\nover two lines -->",
    "12",
    "***",
]


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(PARTS), max_size=14),
    st.sampled_from(["\n", "\n\n", "\r\n", " \n\t\n"]),
)
def test_each_line_is_one_block(parts: list[str], gap: str) -> None:
    unique = [
        part
        for i, part in enumerate(parts)
        if not re.match(r"\W*[ab][.)]", part) or part not in parts[:i]
    ]
    text = gap.join(["Related actions", "- c. **Keep** the lists of the office", *unique])
    outline = outline_of(text, "en")
    covered = [0] * len(text)
    for block in outline.blocks:
        for i in range(block.span.start, block.span.end):
            covered[i] += 1
    assert all(covered[i] == 1 for i in range(len(text)) if not text[i].isspace())


def test_title_without_text_is_no_practice() -> None:
    text = (
        "Examples of practices\n\nA first title\n\nThe project of the office was run by IOM in the south.\n\n"
        "## A title alone\n"
    )
    outline = outline_of(text, "en")
    assert [practice.title.shown for practice in outline.practices] == ["A first title"]
    assert [block.kind for block in outline.not_understood] == [BlockKind.NOT_UNDERSTOOD]


REPOSITORY = Repository.find()
PAGE = (REPOSITORY.root / "data" / "sources" / "objective-09.fr.md").read_text("utf-8")
HEADING = re.compile(
    "^(Actions connexes|Exemples de pratiques|Objectifs de développement durable pertinents)$",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def reference() -> ReferenceData:
    addresses = Addresses()
    tables = read_tables(REPOSITORY.reference, addresses)
    return ReferenceData.of((quad for table in tables for quad in table.quads), addresses)


def read(text: str, reference: ReferenceData) -> DocumentReading:
    return read_outline(
        segment(parse_document(text.encode(), name="page.md", slug="objective-09.fr")), reference
    )


def facts(reading: DocumentReading) -> list[object]:
    """What was read, typography aside."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFC", text.replace("’", "'"))

    return [
        reading.objective.value,
        [
            (a.letter, plain(a.label.value) if a.label else None, plain(a.text.value))
            for a in reading.actions
        ],
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
        [
            (target.code, plain(target.text.shown))
            for target in reading.outline.targets
            if target.text
        ],
        len(reading.outline.not_understood),
    ]


def wrapped(width: int) -> str:
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        if line.strip()
        else line
        for line in PAGE.split("\n")
    )


def test_page_of_another_form_has_the_same_facts(reference: ReferenceData) -> None:
    expected = facts(read(PAGE, reference))
    for form, text in {
        "byte order mark and CRLF": "\ufeff" + PAGE.replace("\n", "\r\n"),
        "wrapped": wrapped(80),
        "decomposed accents": unicodedata.normalize("NFD", PAGE),
        "curly apostrophes": PAGE.replace("'", "’"),
        "straight apostrophes, single blank lines": re.sub(
            r"\n{2,}", "\n\n", PAGE.replace("’", "'")
        ),
        "no blank lines": re.sub(r"\n{2,}", "\n", PAGE),
        "Markdown headings": HEADING.sub(r"## \1", PAGE),
        "bold headings, trailing spaces": re.sub("(?m)$", "  ", HEADING.sub(r"**\1**", PAGE)),
        "no-break spaces, tabs": re.sub(
            "(?m)^- ", "\t-\t", PAGE.replace("12 millions", "12\u00a0millions")
        ),
        "page number": PAGE.replace("Exemples de pratiques", "12\n\nExemples de pratiques"),
    }.items():
        assert facts(read(text, reference)) == expected, form
