"""The texts of the Compact, where they are present: as adopted (A/RES/73/195), and as negotiated by 13 July 2018.

They are taken apart by their letters and need no reading of an editor. Each statement has its passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.documents.texts import DocumentText, ObjectiveText
from gcmgraph.documents.views import Span, View
from gcmgraph.errors import DocumentError, Place
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements, whole_text
from gcmgraph.readings.model import DocumentVersion, Locator
from gcmgraph.readings.source_documents import block_quads, version_quads
from gcmgraph.readings.wordings import ADOPTED, NEGOTIATED, Wordings
from gcmgraph.sources.register import Source

#: Names in the register of the text as negotiated and as adopted.
COMPACT = "compact"
RESOLUTION = "a-res-73-195.en"

_LANGUAGE = "en"


def resolution_quads(
    text: DocumentText, source: Source, letters: Mapping[int, str], wordings: Wordings, addresses: Addresses
) -> tuple[Quad, ...]:
    """The quads of the adopted text. `letters` are the letters of the actions of each objective.

    Raises `DocumentError` where an action or a commitment is missing, or an action too many.
    """
    title = "Global Compact for Safe, Orderly and Regular Migration, as adopted (A/RES/73/195)"
    objectives = {objective.number: objective for objective in text.objectives}
    for number, expected in letters.items():
        _require(objectives.get(number, ObjectiveText(number, None, None, ())), expected, text.document.name)
    return tuple(_document_quads(text, title, ADOPTED, source, wordings, addresses))


def compact_quads(
    texts: Iterable[DocumentText], source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of the negotiated text, which is a document an objective."""
    for number, text in enumerate(texts, start=1):
        title = f"Objective {number} of the Global Compact, as negotiated by 13 July 2018"
        yield from _document_quads(text, title, NEGOTIATED, source, wordings, addresses)


def _require(objective: ObjectiveText, expected: str, name: str) -> None:
    """Raise `DocumentError` where the actions are not those expected, or the commitment is missing."""
    letters = "".join(letter for letter, _ in objective.actions)
    for letter in sorted({*expected, *letters}):
        count = letters.count(letter)
        if count != expected.count(letter):
            what = "is missing in" if count == 0 else "is too many in"
            raise DocumentError(
                f"Action {objective.number}{letter} {what} the text of A/RES/73/195.",
                place=Place(name),
                hint=f"'gcmgraph fetch {RESOLUTION}' brings the registered file.",
            )
    if objective.commitment is None:
        raise DocumentError(f"Objective {objective.number} has no commitment.", place=Place(name))


def _document_quads(
    text: DocumentText, title: str, edition: str, source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of one document and its objectives."""
    document = text.document
    version = DocumentVersion(document.slug, document.sha256, document.text_sha256)
    statements = Statements(addresses, {_LANGUAGE: version}, {_LANGUAGE: text})

    def state(kind: str, local: str, predicate: str, span: Span, *, whole: bool = False) -> None:
        words = View.of(document, [span]).shown
        places = {_LANGUAGE: (Locator.of(document, span.start, span.end),)}
        iri = IRI(addresses.thing(kind, local))
        wordings.state(statements, edition, iri, predicate, whole_text(words) if whole else words, places)

    for objective in text.objectives:
        number = str(objective.number)
        if objective.title is not None:
            state("objective", number, "skos:prefLabel", objective.title)
        if objective.commitment is not None:
            state("objective", number, "gcm:commitment", objective.commitment)
        for letter, span in objective.actions:
            state("action", f"{number}{letter}", "skos:definition", span, whole=True)
    yield from statements.quads()
    yield from version_quads(version, source, {_LANGUAGE: title}, _LANGUAGE, document, addresses, edition)
    yield from block_quads(text, _LANGUAGE, addresses)
