"""The texts of the Compact: one of an action or a commitment in each language, and the wordings that differ from it.

Documents state texts in the order of precedence: the text as adopted (A/RES/73/195), as printed in the guidance, as
negotiated by 13 July 2018. The first is the `skos:definition` (`gcm:commitment`, `skos:prefLabel`); a document that
differs has a `gcm:Wording`. The adopted and the negotiated text are taken apart by their letters, where they are
present, and need no reading of an editor. Each statement has its passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.documents import DocumentText, ObjectiveText, Span, View, plain_typography
from gcmgraph.errors import DocumentError, Place
from gcmgraph.model.terms import IRI, Literal, Quad, text
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements, whole_text
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.forms import Locator, Places
from gcmgraph.sources.register import Source

#: Names in the register of the text as negotiated and as adopted.
COMPACT = "compact"
RESOLUTION = "a-res-73-195.en"

_LANGUAGE = "en"
#: Concepts of the editions of the Compact's text, by slug.
ADOPTED, GUIDANCE, NEGOTIATED = "adopted", "guidance", "negotiated"

#: Names of the properties in the addresses of wordings.
_NAMES = {"skos:definition": "text", "gcm:commitment": "commitment", "skos:prefLabel": "title"}


class Wordings:
    """The texts that were stated so far, by resource, property and language."""

    def __init__(self, addresses: Addresses, titles: Iterable[Quad] = ()) -> None:
        """`titles` are the adopted titles of objectives, which the reference data has."""
        self._addresses = addresses
        self._first: dict[tuple[IRI, str, str], str] = {}
        start = addresses.thing("objective", "")
        for quad in titles:
            subject, title = quad.subject, quad.object
            if quad.predicate.value != addresses.expand("skos:prefLabel") or not isinstance(title, Literal):
                continue
            if isinstance(subject, IRI) and subject.value.startswith(start) and title.language == "en":
                self._first[subject, "skos:prefLabel", "en"] = title.value

    def state(
        self, statements: Statements, edition: str, subject: IRI, predicate: str, words: str, places: Places
    ) -> None:
        """State a text of an edition at its places in the document of one language.

        A text that differs from the first in spaces, quotation marks or dashes only is the same wording.
        """
        (language,) = places
        first = self._first.setdefault((subject, predicate, language), words)
        if _folded(first) == _folded(words):
            statements.state(subject, predicate, text(first, language), places)
            return
        node = IRI(f"{subject.value}#{_NAMES[predicate]}-{edition}-{language}")
        v = statements.v
        statements.state(subject, "gcm:wording", node, places)
        statements.state(node, "rdf:type", v("gcm:Wording"), places)
        statements.state(node, "gcm:wordingOf", v(predicate), places)
        statements.state(node, "rdf:value", text(words, language), places)
        statements.state(node, "gcm:edition", IRI(self._addresses.thing("concept", f"edition/{edition}")), places)
        statements.state(node, "dct:source", statements.source(language), places)


def _folded(words: str) -> str:
    return "".join(plain_typography(words).split())


def resolution_quads(
    adopted: DocumentText, source: Source, letters: Mapping[int, str], wordings: Wordings, addresses: Addresses
) -> tuple[Quad, ...]:
    """The quads of the adopted text. `letters` are the letters of the actions of each objective.

    Raises `DocumentError` where an action or a commitment is missing, or an action too many.
    """
    title = "Global Compact for Safe, Orderly and Regular Migration, as adopted (A/RES/73/195)"
    objectives = {objective.number: objective for objective in adopted.objectives}
    for number, expected in letters.items():
        _require(objectives.get(number, ObjectiveText(number, None, None, ())), expected, adopted.document.name)
    return tuple(_document_quads(adopted, title, ADOPTED, source, wordings, addresses))


def compact_quads(
    texts: Iterable[DocumentText], source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of the negotiated text, which is a document an objective."""
    for number, negotiated in enumerate(texts, start=1):
        title = f"Objective {number} of the Global Compact, as negotiated by 13 July 2018"
        yield from _document_quads(negotiated, title, NEGOTIATED, source, wordings, addresses)


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
    entire: DocumentText, title: str, edition: str, source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of one document and its objectives."""
    document = entire.document
    version = DocumentVersion(document.slug, document.sha256, document.text_sha256)
    statements = Statements(addresses, {_LANGUAGE: version}, {_LANGUAGE: entire})

    def state(kind: str, local: str, predicate: str, span: Span, *, whole: bool = False) -> None:
        words = View.of(document, [span]).shown
        places = {_LANGUAGE: (Locator.of(document, span.start, span.end),)}
        iri = IRI(addresses.thing(kind, local))
        wordings.state(statements, edition, iri, predicate, whole_text(words) if whole else words, places)

    for objective in entire.objectives:
        number = str(objective.number)
        if objective.title is not None:
            state("objective", number, "skos:prefLabel", objective.title)
        if objective.commitment is not None:
            state("objective", number, "gcm:commitment", objective.commitment)
        for letter, span in objective.actions:
            state("action", f"{number}{letter}", "skos:definition", span, whole=True)
    yield from statements.quads()
    yield from statements.document_quads(_LANGUAGE, title, edition, source)
