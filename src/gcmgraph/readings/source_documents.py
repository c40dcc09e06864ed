"""Source documents as resources: what each is, whose it is, where it is published, and its passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gcmgraph.documents.document import Document
from gcmgraph.documents.texts import DocumentText
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import passage_quads
from gcmgraph.readings.model import DocumentVersion, Locator
from gcmgraph.sources.register import Source
from gcmgraph.translations.messages import Message

_UNVERIFIED = {
    "en": "The copy present at the build has another text than the one that was read: places were not verified.",
    "fr": "L’exemplaire présent lors de la construction a un autre texte que celui qui a été lu : lieux non vérifiés.",
    "es": "El ejemplar presente en la construcción tiene otro texto que el que se leyó: los lugares no se verificaron.",
}
#: Title of the graph with the statements of a document.
GRAPH_TITLE = Message("Facts stated by the document {document}")


def version_quads(
    version: DocumentVersion,
    source: Source | None,
    titles: Mapping[str, str],
    language: str,
    document: Document | None,
    addresses: Addresses,
    edition: str,
    *,
    described: bool = False,
) -> Iterator[Quad]:
    """A source document in graph/provenance. `source` is its row in the register, `document` its text if present.

    `edition` is the edition of the Compact's text that it has (`readings.wordings`).

    `described`: the table of the repository's own documents states what it is and under which rights.
    """
    v, provenance = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    iri = IRI(addresses.thing("source", version.slug))
    graph = IRI(addresses.graph(f"source/{version.slug}"))
    about: list[tuple[IRI, str, Term]] = [
        (iri, "gcm:sha256", Literal(version.sha256)),
        (iri, "gcm:textSha256", Literal(version.text_sha256)),
        (iri, "gcm:edition", IRI(addresses.thing("concept", f"edition/{edition}"))),
        (graph, "prov:wasDerivedFrom", iri),
        *((graph, "dct:title", text(words, code)) for code, words in GRAPH_TITLE.texts(document=version.slug).items()),
    ]
    if not described:
        about += [(iri, "rdf:type", v("gcm:SourceDocument")), (iri, "dct:language", Literal(language))]
        about += [(iri, "dct:title", text(title, code)) for code, title in titles.items()]
    if document is not None:
        about.append((iri, "gcm:characterCount", typed(str(len(document.text)), "integer")))
    if source is not None:
        about += [(iri, "dct:format", Literal(source.media_type)), (iri, "foaf:page", IRI(source.landing_page))]
        if not described:
            about += [
                (iri, "dct:rightsHolder", IRI(addresses.thing("organisation", source.rights_holder))),
                (iri, "dct:rights", text(source.rights, "en")),
            ]
        if isinstance(source.published, str):
            about.append((iri, "dcat:downloadURL", IRI(source.published)))
    for subject, predicate, obj in about:
        yield Quad(subject, v(predicate), obj, provenance)


def unverified_quads(version: DocumentVersion, addresses: Addresses) -> Iterator[Quad]:
    """The note that a document is present with another text than the one that was read, in graph/provenance."""
    v, provenance = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for language, words in _UNVERIFIED.items():
        iri = IRI(addresses.thing("source", version.slug))
        yield Quad(iri, v("skos:editorialNote"), text(words, language), provenance)


def block_quads(text: DocumentText, language: str, addresses: Addresses) -> Iterator[Quad]:
    """Every block of a document that is present, as a passage with its words."""
    source = IRI(addresses.thing("source", text.document.slug))
    for block in text.blocks:
        locator = Locator.of(text.document, block.span.start, block.span.end)
        yield from passage_quads(addresses, source, locator, block.kind, source, language, text.document)
