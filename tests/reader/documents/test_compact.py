"""The Compact's text is taken apart into objectives, each with its commitment and all of its actions."""

from __future__ import annotations

from hashlib import sha256

import pytest

from gcmgraph.platform.errors import DocumentError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.sources.register import present_sources, read_register, select
from gcmgraph.sources.source_texts import BlockKind, Document
from gcmreader.documents.reading import parse_document, read_compact, segment_compact, split_compact

REPOSITORY = Repository.find()

#: Actions of each objective (A/RES/73/195): 187 in all.
ACTIONS = (11, 12, 5, 7, 10, 12, 12, 6, 6, 10, 7, 5, 8, 6, 6, 9, 7, 12, 10, 9, 9, 3, 5)

INVENTED = """\
# Objective 3
## Title: Plant trees along all roads
We commit to plant trees in every town, and to care for them.
To realize this commitment, we will draw from the following actions:
## Associated actions
- a. Choose trees that suit the place, with gardeners
and neighbours.
- b. Water them in summer,
Storms, and what they leave behind:
- c. Remove fallen trees.

# Objective 4
## Title: Count the birds
We commit to count the birds of each park. We further commit to publish the counts.
## Associated actions
- a. Count them in spring.
"""


@pytest.fixture(scope="module")
def compact() -> tuple[Document, ...]:
    """The real text, where it was fetched."""
    source = select(read_register(REPOSITORY, Addresses()), ["compact"])
    present = present_sources(REPOSITORY.root / "var" / "sources", source)
    if not present:
        pytest.skip("needs the text of the Compact: gcmgraph fetch compact")
    return read_compact(present["compact"])


def invented(text: str = INVENTED) -> tuple[Document, ...]:
    return split_compact(parse_document(text.encode(), name="compact.md", slug="compact"))


def test_each_objective_is_a_document_of_its_own() -> None:
    third, fourth = invented()
    assert (third.slug, fourth.slug) == ("compact-03.en", "compact-04.en")
    assert third.text + fourth.text == INVENTED
    assert fourth.sha256 == sha256(fourth.text.encode()).hexdigest()


def test_commitment_and_actions_are_read_in_full() -> None:
    third, fourth = segment_compact(invented())
    assert (
        third.head.commitment.shown
        == "We commit to plant trees in every town, and to care for them."
    )
    assert [title.shown for title in third.head.titles] == ["Plant trees along all roads"]
    assert {action.letter: action.text.shown for action in third.actions} == {
        "a": "Choose trees that suit the place, with gardeners and neighbours.",
        "b": "Water them in summer,",
        "c": "Remove fallen trees.",
    }
    assert [action.letter for action in fourth.actions] == ["a"]
    found = [block.span for block in third.blocks if block.kind is BlockKind.HEADING]
    assert (
        third.document.text[found[-1].start : found[-1].end]
        == "Storms, and what they leave behind:"
    )


def test_another_text_is_refused() -> None:
    for old, new, message in (
        ("# Objective 3\n", "An introduction.\n# Objective 3\n", "does not begin with the heading"),
        ("# Objective 4", "# Objective 5", "Objective 5 is here, and objective 4 was expected"),
        ("We commit to count", "We like to count", "has no commitment"),
        ("- c. Remove", "- d. Remove", "without a gap: 'abd'"),
    ):
        with pytest.raises(DocumentError, match=message):
            segment_compact(invented(INVENTED.replace(old, new)))


def test_the_compact_has_23_objectives_and_187_actions(compact: tuple[Document, ...]) -> None:
    outlines = segment_compact(compact)
    assert tuple(len(outline.actions) for outline in outlines) == ACTIONS
    assert sum(ACTIONS) == 187
    assert [outline.head.number for outline in outlines] == list(range(1, 24))
    assert [document.slug for document in compact] == [
        f"compact-{number:02}.en" for number in range(1, 24)
    ]
    assert [outline.document.name for outline in outlines if outline.not_understood] == []
