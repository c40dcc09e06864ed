"""Resources as Markdown, with links to their evidence, for assistants and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gcmgraph.model.properties import PROPERTIES, SUMMARIES
from gcmgraph.publication.descriptions import Description, Evidence, Fact, Labels, choose
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term

#: Signs of Markdown in texts (https://spec.commonmark.org/0.31.2/#backslash-escapes), also at the
#: beginning of a line.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~&]|^(?:[-+]|\d+[.)])(?=\s)")

#: Properties that the heading of a resource in Markdown has, or that are for programs.
_IN_HEADING = frozenset({"skos:prefLabel", "dct:title", *SUMMARIES, "rdf:type", "gcm:textSha256"})


def resource_markdown(
    description: Description, labels: Labels, addresses: Addresses, language: str
) -> str:
    """A resource as Markdown: its name and summary, and its statements with their passages.

    Texts are in the language, else in the next best one; inferred statements are left out.
    """
    writer = _MarkdownWriter(labels, addresses, language)
    blocks = [writer.heading(description.iri, "#"), f"<{description.iri.value}>"]
    for curie in SUMMARIES:
        summary = choose(description.texts(IRI(addresses.expand(curie))), language)
        if summary:
            blocks.append(markdown_text(summary.value))
            break
    blocks += writer.lists(description.facts)
    for part, facts in description.parts.items():
        lists = list(writer.lists(facts))
        if lists:
            blocks += [writer.heading(part, "##"), *lists]
    return "\n\n".join(blocks) + "\n"


class _MarkdownWriter:
    """Writes statements as lists of Markdown, in one language."""

    def __init__(self, labels: Labels, addresses: Addresses, language: str) -> None:
        self._labels = labels
        self._language = language
        self._rank = {addresses.expand(row.curie): rank for rank, row in enumerate(PROPERTIES)}
        self._left_out = {addresses.expand(curie) for curie in _IN_HEADING}

    def heading(self, iri: IRI, sign: str) -> str:
        """The name of a resource as a heading."""
        return f"{sign} {markdown_text(self._name(iri))}"

    def lists(self, facts: Iterable[Fact]) -> Iterator[str]:
        """A list for each property, in reading order."""
        facts_of: dict[IRI, list[Fact]] = {}
        for fact in facts:
            is_left_out = fact.inferred or fact.predicate.value in self._left_out
            if not is_left_out and not isinstance(fact.object, BlankNode):
                facts_of.setdefault(fact.predicate, []).append(fact)
        for predicate in sorted(facts_of, key=self._position):
            lines = "\n".join(map(self._item, self._in_one_language(facts_of[predicate])))
            yield f"**{markdown_text(self._name(predicate))}**\n\n{lines}"

    def _position(self, predicate: IRI) -> int:
        """The position of a property in reading order."""
        return self._rank.get(predicate.value, len(self._rank))

    def _in_one_language(self, facts: list[Fact]) -> list[Fact]:
        """The facts without texts in other languages than the best."""
        texts = [fact.object for fact in facts if isinstance(fact.object, Literal)]
        best = choose((text for text in texts if text.language), self._language)
        languages = {None, best.language if best else None}
        return [
            fact
            for fact in facts
            if not isinstance(fact.object, Literal) or fact.object.language in languages
        ]

    def _item(self, fact: Fact) -> str:
        """A statement as an item of a list, with its sources."""
        sources = "; ".join(map(self._source, fact.evidence))
        value = self._value(fact.object)
        return f"- {value} ({sources})" if sources else f"- {value}"

    def _name(self, iri: IRI) -> str:
        return self._labels.of(iri, self._language).text

    def _value(self, term: Term) -> str:
        if isinstance(term, IRI):
            return f"[{markdown_text(self._name(term))}](<{term.value}>)"
        return markdown_text(str(getattr(term, "value", term)))

    def _source(self, evidence: Evidence) -> str:
        passage = evidence.passage
        name = self._name(passage.source) if passage.source else passage.name
        page = f", {passage.page}" if passage.page else ""
        return f"[{markdown_text(name)}{page}](<{passage.iri.value}>)"


def markdown_text(text: str) -> str:
    """A text as one line of Markdown that shows it as it is."""
    return _MARKDOWN.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", " ".join(text.split()))
