from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcmgraph.documents import BlockKind
from gcmgraph.repository.layout import Repository
from gcmreader.documents.parts import Outline
from gcmreader.documents.reading import parse_document, read_document
from gcmreader.documents.segmentation import segment

SOURCES = Repository.find().root / "data" / "sources"


def outline_of(text: str, language: str | None = None) -> Outline:
    return segment(parse_document(text.encode(), name="page.md", slug="objective-09.en"), language)


def test_outline_of_the_committed_page() -> None:
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
def test_label_with_unbalanced_bold(line: str) -> None:
    action = outline_of(f"Objective 9\n\nRelated actions\n\n{line}\n", "en").actions[0]
    assert action.label is not None
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
@given(st.lists(st.sampled_from(PARTS), max_size=14), st.sampled_from(["\n", "\n\n", "\r\n", " \n\t\n"]))
def test_one_block_for_each_line(parts: list[str], gap: str) -> None:
    unique = [part for i, part in enumerate(parts) if not re.match(r"\W*[ab][.)]", part) or part not in parts[:i]]
    text = gap.join(["Related actions", "- c. **Keep** the lists of the office", *unique])
    outline = outline_of(text, "en")
    covered = [0] * len(text)
    for block in outline.blocks:
        for i in range(block.span.start, block.span.end):
            covered[i] += 1
    assert all(covered[i] == 1 for i in range(len(text)) if not text[i].isspace())


def test_title_of_a_practice_without_text() -> None:
    text = (
        "Examples of practices\n\nA first title\n\nThe project of the office was run by IOM in the south.\n\n"
        "## A title alone\n"
    )
    outline = outline_of(text, "en")
    assert [practice.title.shown for practice in outline.practices] == ["A first title"]
    assert [block.kind for block in outline.not_understood] == [BlockKind.NOT_UNDERSTOOD]
