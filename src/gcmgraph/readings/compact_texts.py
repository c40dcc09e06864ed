"""Texts of the Compact, one a language, and wordings that differ.

Documents state the texts of the Compact in the order of precedence: as adopted (A/RES/73/195), as
printed in the guidance, as negotiated by 13 July 2018. The first is the `skos:definition`
(`gcm:commitment`, `skos:prefLabel`); a document that differs has a `gcm:Wording`. The adopted and
the negotiated text are taken apart by their letters, where they are present, and need no reading of
an editor. Each statement has its passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, text
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.sources.register import Source
from gcmgraph.sources.source_texts import DocumentText, ObjectiveText, Span
from gcmgraph.sources.text_views import View, plain_typography

#: Names in the register of the text as negotiated and as adopted.
COMPACT = "compact"
RESOLUTION = "a-res-73-195.en"

#: Concepts of the editions of the Compact's text, by slug.
ADOPTED = "adopted"
GUIDANCE = "guidance"
NEGOTIATED = "negotiated"

#: Language of the adopted and the negotiated text.
_LANGUAGE = "en"
#: Names of the properties in the addresses of wordings.
_NAMES = {"skos:definition": "text", "gcm:commitment": "commitment", "skos:prefLabel": "title"}


class Wordings:
    """The texts that were stated so far, by resource, property and language."""

    def __init__(self, addresses: Addresses, titles: Iterable[Quad] = ()) -> None:
        """`titles` are the adopted titles of objectives, which the reference data has."""
        self._addresses = addresses
        #: the first text by resource, property and language
        self._first_texts: dict[tuple[IRI, str, str], str] = {}
        start = addresses.resource("objective", "")
        label = addresses.expand("skos:prefLabel")
        for quad in titles:
            subject = quad.subject
            title = quad.object
            if quad.predicate.value != label or not isinstance(title, Literal):
                continue
            is_objective = isinstance(subject, IRI) and subject.value.startswith(start)
            if isinstance(subject, IRI) and is_objective and title.language == "en":
                self._first_texts[subject, "skos:prefLabel", "en"] = title.value

    def state(
        self,
        statements: Statements,
        edition: str,
        subject: IRI,
        predicate: str,
        words: str,
        places: Places,
    ) -> None:
        """State a text of an edition at its places in the document of one language.

        A text that differs from the first in spaces, quotation marks or dashes only is the same
        wording.
        """
        (language,) = places
        first_text = self._first_texts.setdefault((subject, predicate, language), words)
        if _folded(first_text) == _folded(words):
            statements.state(subject, predicate, text(first_text, language), places)
            return
        node = IRI(f"{subject.value}#{_NAMES[predicate]}-{edition}-{language}")
        edition_concept = IRI(self._addresses.resource("concept", f"edition/{edition}"))
        statements.state(subject, "gcm:wording", node, places)
        statements.state(node, "rdf:type", statements.v("gcm:Wording"), places)
        statements.state(node, "gcm:wordingOf", statements.v(predicate), places)
        statements.state(node, "rdf:value", text(words, language), places)
        statements.state(node, "gcm:edition", edition_concept, places)
        statements.state(node, "dct:source", statements.source(language), places)


def whole_text(words: str) -> str:
    """The text of an action without the mark at its end, which differs between documents.

    >>> whole_text("Keep the lists; ")
    'Keep the lists'
    """
    return words.rstrip(" .;")


def _folded(words: str) -> str:
    return "".join(plain_typography(words).split())


def resolution_quads(
    adopted: DocumentText,
    source: Source,
    letters: Mapping[int, str],
    wordings: Wordings,
    addresses: Addresses,
) -> tuple[Quad, ...]:
    """The quads of the adopted text. `letters` are the letters of the actions of each objective.

    Raises `DocumentError` where an action or a commitment is missing, or an action too many.
    """
    title = "Global Compact for Safe, Orderly and Regular Migration, as adopted (A/RES/73/195)"
    objectives = {objective.number: objective for objective in adopted.objectives}
    for number, expected_letters in letters.items():
        objective = objectives.get(number, ObjectiveText(number, None, None, ()))
        _require_actions(objective, expected_letters, adopted.document.name)
    return tuple(_document_quads(adopted, title, ADOPTED, source, wordings, addresses))


def compact_quads(
    texts: Iterable[DocumentText], source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of the negotiated text, which is a document an objective."""
    for number, negotiated in enumerate(texts, start=1):
        title = f"Objective {number} of the Global Compact, as negotiated by 13 July 2018"
        yield from _document_quads(negotiated, title, NEGOTIATED, source, wordings, addresses)


def _require_actions(objective: ObjectiveText, expected_letters: str, name: str) -> None:
    """Raise `DocumentError` where actions are not those expected, or the commitment is missing."""
    letters = "".join(letter for letter, _ in objective.actions)
    for letter in sorted({*expected_letters, *letters}):
        count = letters.count(letter)
        if count != expected_letters.count(letter):
            problem = "is missing in" if count == 0 else "is too many in"
            raise DocumentError(
                f"Action {objective.number}{letter} {problem} the text of A/RES/73/195.",
                place=Place(name),
                hint=f"'gcmgraph fetch {RESOLUTION}' brings the registered file.",
            )
    if objective.commitment is None:
        raise DocumentError(f"Objective {objective.number} has no commitment.", place=Place(name))


def _document_quads(
    document_text: DocumentText,
    title: str,
    edition: str,
    source: Source,
    wordings: Wordings,
    addresses: Addresses,
) -> Iterator[Quad]:
    """The quads of one document and its objectives."""
    document = document_text.document
    version = DocumentVersion(document.slug, document.sha256, document.text_sha256)
    statements = Statements(addresses, {_LANGUAGE: version}, {_LANGUAGE: document_text})

    def state(iri: str, predicate: str, span: Span, words: str) -> None:
        places = {_LANGUAGE: (Locator.of(document, span.start, span.end),)}
        wordings.state(statements, edition, IRI(iri), predicate, words, places)

    for objective in document_text.objectives:
        iri = addresses.resource("objective", str(objective.number))
        if objective.title is not None:
            title_words = View.of(document, [objective.title]).shown
            state(iri, "skos:prefLabel", objective.title, title_words)
        if objective.commitment is not None:
            commitment = View.of(document, [objective.commitment]).shown
            state(iri, "gcm:commitment", objective.commitment, commitment)
        for letter, span in objective.actions:
            action = addresses.resource("action", f"{objective.number}{letter}")
            words = whole_text(View.of(document, [span]).shown)
            state(action, "skos:definition", span, words)
    yield from statements.quads()
    yield from statements.document_quads(_LANGUAGE, title, edition, source)
