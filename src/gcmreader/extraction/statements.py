"""A reading as quads: facts of the document, their evidence, and their provenance.

Terms are those of `docs/model.md`. Facts are in `graph/source/{document}`, passages and evidence in
`graph/evidence`, the description of the document in `graph/provenance`.
"""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.source_documents import GRAPH_TITLE
from gcmreader.documents.outline import Outline
from gcmreader.extraction.document_reading import DocumentReading, ReferenceData
from gcmreader.extraction.evidence import Evidenced, Preferred
from gcmreader.extraction.practice_statements import PracticeWriter


def reading_quads(
    reading: DocumentReading, reference: ReferenceData, addresses: Addresses, preferred: Preferred
) -> Iterator[Quad]:
    """All quads of a reading, given the names that are preferred already."""
    said = Evidenced(reading.outline, addresses, preferred)
    objective = IRI(addresses.thing("objective", str(reading.objective.value)))
    _state_objective(said, reading, objective)
    _state_actions(said, reading, objective, addresses)
    _state_goals(said, reading.outline, objective, addresses)
    writer = PracticeWriter(said, objective, reference, addresses)
    for practice in reading.practices:
        writer.state(practice)
    yield from said.statements()
    yield from said.evidence()
    yield from _origin(said, addresses)


def document_quads(reading: DocumentReading, addresses: Addresses) -> Iterator[Quad]:
    """Title of a document that `data/sources/sources.csv` does not describe."""
    v = Vocabulary(addresses)
    document = IRI(addresses.thing("source", reading.outline.document.slug))
    title = reading.title.value if reading.title else reading.outline.document.slug
    yield Quad(document, v("rdf:type"), v("gcm:SourceDocument"), IRI(addresses.graph("provenance")))
    yield Quad(document, v("dct:title"), text(title, reading.language), IRI(addresses.graph("provenance")))
    yield Quad(document, v("dct:language"), Literal(reading.language), IRI(addresses.graph("provenance")))


def _origin(said: Evidenced, addresses: Addresses) -> Iterator[Quad]:
    """Description of the document's bytes, and the origin of everything read from it."""
    v, document = said.v, said.outline.document
    about: list[tuple[IRI, str, Term]] = [
        (said.document, "dct:format", Literal("text/markdown")),
        (said.document, "gcm:sha256", Literal(document.sha256)),
        (said.document, "gcm:characterCount", typed(str(len(document.text)), "integer")),
        (said.graph, "prov:wasDerivedFrom", said.document),
    ]
    titles = GRAPH_TITLE.texts(document=document.slug)
    about += [(said.graph, "dct:title", text(words, language)) for language, words in titles.items()]
    about += [(subject, "dct:source", said.document) for subject in said.subjects() if "#" not in subject.value]
    for subject, predicate, obj in about:
        yield Quad(subject, v(predicate), obj, IRI(addresses.graph("provenance")))


def _state_objective(said: Evidenced, reading: DocumentReading, objective: IRI) -> None:
    language, number = reading.language, reading.objective.value
    anchor = reading.objective.span
    said.state(objective, "rdf:type", said.v("gcm:Objective"), anchor)
    said.state(objective, "skos:notation", Literal(str(number)), anchor)
    if reading.title:
        said.state(objective, "skos:prefLabel", text(reading.title.value, language), reading.title.span)
    commitment = reading.outline.head.commitment
    if commitment is not None:
        said.state(objective, "gcm:commitment", text(commitment.shown, language), commitment.span())


def _state_actions(said: Evidenced, reading: DocumentReading, objective: IRI, addresses: Addresses) -> None:
    for action in reading.actions:
        notation = f"{reading.objective.value}{action.letter}"
        iri = IRI(addresses.thing("action", notation))
        said.state(iri, "rdf:type", said.v("gcm:Action"), action.span)
        said.state(iri, "skos:notation", Literal(notation), action.span)
        said.state(iri, "gcm:objective", objective, action.span)
        said.state(iri, "skos:definition", text(action.text.value, reading.language), action.text.span)
        if action.label:
            said.state(iri, "skos:prefLabel", text(action.label.value, reading.language), action.label.span)
        for instrument in action.instruments:
            said.state(iri, "gcm:instrument", instrument.value, instrument.span)


def _state_goals(said: Evidenced, outline: Outline, objective: IRI, addresses: Addresses) -> None:
    """State which goals and targets are relevant; what they are called is never taken from a page."""
    for goal in outline.goals:
        iri = IRI(addresses.thing("sdg", str(goal.number)))
        said.state(objective, "gcm:relevantGoal", iri, goal.span)
    for target in outline.targets:
        iri = IRI(addresses.thing("sdg", target.code))
        said.state(objective, "gcm:relevantTarget", iri, target.span)
