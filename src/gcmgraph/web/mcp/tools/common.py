"""Services of all tools, and reasons of empty answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.contributions.checking.port import Verdict
from gcmgraph.contributions.content import Content
from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.queries.library import NamedQuery
from gcmgraph.translations.languages import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.mcp.toolbox import ToolArgument
from gcmgraph.web.resources.resolve import Links
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot

#: Validates a content: the content, the format of the report, its language.
Check = Callable[[Content, str, str], Verdict]


@dataclass(frozen=True)
class ToolServices:
    """Services of all tools. `check` is None where the server takes no contributions."""

    site: Site
    library: Mapping[str, NamedQuery]
    indexes: PerVersion[SearchIndex]
    links: PerVersion[Links]
    check: Check | None = None

    def iri(self, curie: str) -> IRI:
        """The IRI of a CURIE of this software."""
        return Vocabulary(self.site.addresses)(curie)

    def short(self, iri: IRI) -> str:
        """An IRI in short form."""
        return self.site.addresses.short_form(iri.value)

    def named(self, snapshot: Snapshot, iri: IRI, language: str) -> str:
        """A resource by its label and short form."""
        label = snapshot.labels.of(iri, language)
        short = self.short(iri)
        return short if label.language is None else f"“{one_line(label.text)}” ({short})"


class Reason(StrEnum):
    """Reason why an answer is empty."""

    NOT_IN_GRAPH = "not in this graph"
    NOT_READ = "document not read"
    NOT_STATED = "source does not say"


def not_known(reason: Reason, explanation: str) -> str:
    """An empty answer, with its reason."""
    return f"Not known here: {reason}. {explanation} State this reason; it is no evidence of absence."


#: The language of labels and texts.
LANGUAGE = ToolArgument(
    "language",
    "Language of labels and texts; where a text is missing in it, another is given.",
    default=SOURCE_LANGUAGE,
    values=tuple(LANGUAGES),
)


def one_line(text: str) -> str:
    """A text of the dataset on one line, without control characters, which could forge lines of an answer."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def value_text(services: ToolServices, snapshot: Snapshot, term: Term, language: str) -> str:
    """A value for people and models: label and short form, or the text with its language or special datatype."""
    if isinstance(term, IRI):
        return services.named(snapshot, term, language)
    if isinstance(term, BlankNode):
        return "(a resource without IRI)"
    special = not term.datatype.value.startswith("http://www.w3.org/")
    mark = term.language or (services.short(term.datatype) if special else None)
    return f"{one_line(term.value)} [{mark}]" if mark else one_line(term.value)


def documents_read(services: ToolServices, snapshot: Snapshot) -> int:
    """Number of source documents of the dataset."""
    return snapshot.figures.classes.get(services.site.addresses.term("SourceDocument"), 0)


def sources_of(services: ToolServices, snapshot: Snapshot, iri: IRI) -> list[IRI]:
    """The documents that a resource, or the whole that it is a part of, was read from."""
    whole, source = IRI(iri.value.partition("#")[0]), services.iri("dct:source")
    found = {triple.object for triple in snapshot.store.triples(whole, source)}
    return sorted((document for document in found if isinstance(document, IRI)), key=lambda document: document.value)


def languages_of(services: ToolServices, snapshot: Snapshot, documents: Iterable[IRI]) -> set[str]:
    """The languages of documents."""
    language = services.iri("dct:language")
    tags = (triple.object for document in documents for triple in snapshot.store.triples(document, language))
    return {tag.value for tag in tags if isinstance(tag, Literal)}
