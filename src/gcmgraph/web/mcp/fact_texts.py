"""Facts as text, each with the quotation or the page that supports it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from gcmgraph.model.properties import PROPERTIES
from gcmgraph.publication.descriptions import Description, Fact, choose
from gcmgraph.publication.provenance import OriginKind, StatementEvidence, StatementOrigin
from gcmgraph.rdf.terms import IRI, BlankNode, Literal
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.mcp import search
from gcmgraph.web.mcp.absence import property_not_known
from gcmgraph.web.mcp.graph_reader import GraphReader, one_line
from gcmgraph.web.mcp.properties import NamedProperty, find_property, values_of_relation
from gcmgraph.web.mcp.tools import TEXTS

#: Values of one property, passages of one statement, and resources that refer to the described
#: one, each at most.
MAX_VALUES = 25
MAX_EVIDENCE = 3
MAX_REFERRING = 40

#: Indent up to which parts of parts are included, in characters.
MAX_INDENT = 24

#: Lengths of a value, of a quotation and of an answer, in characters, each at most.
MAX_VALUE_LENGTH = 1_500
MAX_QUOTATION_LENGTH = 600
MAX_ANSWER_LENGTH = 20_000

#: Properties that are shown although they are inferred: the resource itself does not state them.
_SHOWN_IF_INFERRED = ("gcm:voteOnCompact",)

#: Properties that are left out: the classes are in the heading.
_LEFT_OUT = frozenset({"rdf:type", "gcm:textSha256"})


class FactTexts:
    """The description of resources of one version in one language."""

    def __init__(self, graph: GraphReader, *, exact: bool) -> None:
        """`exact`: whether texts of a requested property are in the language of the call alone."""
        self._graph = graph
        self._exact = exact
        self._rank_of_property = {
            graph.term(row.curie): rank for rank, row in enumerate(PROPERTIES)
        }
        #: numbers of sources by their texts, in the order of the facts
        self._source_numbers: dict[str, int] = {}
        self._left_out = {graph.term(curie) for curie in _LEFT_OUT}
        self._shown_if_inferred = {graph.term(curie) for curie in _SHOWN_IF_INFERRED}

    def of(self, iri: IRI, property_name: str) -> str:
        """The facts about a resource, or about the property of a name."""
        description = self._graph.snapshot.describer.describe(iri)
        if description is None:
            return search.resource_not_known(self._graph, iri.value)
        if property_name:
            return self._of_property(description, property_name)
        facts = list(self._facts(description.facts, None))
        lines = [*self._heading(description), ""]
        lines += self._properties(facts, description.parts)
        lines += self._referring(description.inbound, description.inbound_left_out)
        return self._cut(lines)

    def _of_property(self, description: Description, name: str) -> str:
        """The values of one property, of the resource, its parts, and by other statements.

        Or the reason why there is none.
        """
        predicates = _predicates(description)
        named = find_property(self._graph.snapshot, name, description.iri, predicates)
        facts = list(self._facts(description.facts, named.iri))
        part_lines = list(self._parts(description, named.iri))
        inbound = [fact for fact in description.inbound if fact.predicate == named.iri]
        in_other_language = self._exact and any(
            fact.predicate == named.iri for fact in description.facts
        )
        is_stated = bool(facts or part_lines or inbound or in_other_language)
        further_lines: list[str] = []
        if not (is_stated and named.is_term):
            further_lines = list(self._by_other_statements(description.iri, named))
        lines = [*self._heading(description), ""]
        is_known = is_stated or further_lines
        if not facts and (in_other_language or not is_known):
            language = self._graph.language if self._exact else None
            reason = property_not_known(self._graph, description, named.iri, language)
            lines = [reason, "", *lines]
        lines += self._properties(facts, description.parts)
        lines += part_lines
        lines += further_lines
        lines += self._referring(inbound, 0)
        return self._cut(lines)

    def _by_other_statements(self, iri: IRI, named: NamedProperty) -> Iterator[str]:
        """The statements by which a resource has values of a relation, besides its own."""
        if named.relation is None:
            return
        values = values_of_relation(self._graph.snapshot, iri, named.relation)
        chains = [
            triples
            for triples in values.values()
            if len(triples) > 1 or triples[0].predicate != named.iri
        ]
        triples = dict.fromkeys(chain.from_iterable(chains[:MAX_VALUES]))
        describer = self._graph.snapshot.describer
        facts = []
        for triple in triples:
            is_own = triple.subject == iri and triple.predicate == named.iri  # shown before
            if not is_own:
                facts.append(describer.fact(triple))
        if facts:
            yield f"By other statements, {self._property(named.iri)}:"
            yield from self._statement_lines(facts)

    def statements(self, lines: list[str], facts: Iterable[Fact]) -> str:
        """Some lines, then statements of any resources, and their sources."""
        return self._cut([*lines, *self._statement_lines(facts)])

    def _statement_lines(self, facts: Iterable[Fact]) -> Iterator[str]:
        for fact in facts:
            yield f"- {self._graph.named(fact.subject)}, {self._property(fact.predicate)}:"
            yield from self._value(fact, {})

    def _parts(self, description: Description, predicate: IRI) -> Iterator[str]:
        """The values of a property of the parts of a resource."""
        shown_with_values = {
            fact.object for fact in description.facts if fact.predicate == predicate
        }
        for part, part_facts in description.parts.items():
            if part in shown_with_values:
                continue
            facts = list(self._facts(part_facts, predicate))
            if facts:
                yield f"Of its part {self._graph.named(part)}:"
                yield from self._properties(facts, description.parts, "    ")

    def _heading(self, description: Description) -> Iterator[str]:
        name = self._graph.named(description.iri)
        types = [
            self._graph.short(fact.object)
            for fact in description.facts
            if fact.predicate == self._graph.term("rdf:type")
            and isinstance(fact.object, IRI)
            and not fact.inferred
        ]
        yield f"{name}: {', '.join(types)}" if types else name
        yield f"IRI: {description.iri.value}"

    def _facts(self, facts: Iterable[Fact], predicate: IRI | None) -> Iterator[Fact]:
        """Stated facts in reading order; those of one property also if they are inferred only."""
        for fact in sorted(facts, key=self._reading_order):
            if isinstance(fact.object, BlankNode):
                continue
            if predicate:
                is_included = fact.predicate == predicate and not self._is_excluded_text(fact)
            else:
                is_stated = not fact.inferred or fact.predicate in self._shown_if_inferred
                is_included = is_stated and fact.predicate not in self._left_out
            if is_included:
                yield fact

    def _is_excluded_text(self, fact: Fact) -> bool:
        """Whether the value is a text in another language than the only one that is requested."""
        tag = fact.object.language if isinstance(fact.object, Literal) else None
        return self._exact and tag is not None and tag.partition("-")[0] != self._graph.language

    def _reading_order(self, fact: Fact) -> tuple[int, str, bool, str]:
        value = fact.object
        is_foreign = isinstance(value, Literal) and value.language not in (
            None,
            self._graph.language,
        )
        rank = self._rank_of_property.get(fact.predicate, len(self._rank_of_property))
        return rank, fact.predicate.value, is_foreign, str(value)

    def _properties(
        self, facts: list[Fact], parts: Mapping[IRI, tuple[Fact, ...]], indent: str = ""
    ) -> Iterator[str]:
        """Facts as lines below their properties; of several properties, texts in one language."""
        facts_by_property: dict[IRI, list[Fact]] = {}
        for fact in facts:
            facts_by_property.setdefault(fact.predicate, []).append(fact)
        for predicate, property_facts in facts_by_property.items():
            listed_facts = property_facts
            further_languages: list[str] = []
            if len(facts_by_property) > 1:
                listed_facts, further_languages = self._in_best_language(property_facts)
            also = f" (also in {', '.join(further_languages)})" if further_languages else ""
            yield f"{indent}- {self._property(predicate)}{also}:"
            for fact in listed_facts[:MAX_VALUES]:
                yield from self._value(fact, parts, f"{indent}  ")
            if len(listed_facts) > MAX_VALUES:
                count = len(listed_facts) - MAX_VALUES
                yield f"{indent}  - … {count:,} more; ask for this property by `sparql`."

    def _property(self, iri: IRI) -> str:
        return self._graph.property_name(iri, self._graph.language)

    def _in_best_language(self, facts: list[Fact]) -> tuple[list[Fact], list[str]]:
        """The values without a language or in the best one, and the other languages."""
        tags = {
            fact.object.language
            for fact in facts
            if isinstance(fact.object, Literal) and fact.object.language
        }
        best = min(tags, key=preference(self._graph.language), default=None)
        best_facts = [
            fact
            for fact in facts
            if not isinstance(fact.object, Literal) or fact.object.language in (None, best)
        ]
        return best_facts, sorted(tag for tag in tags if tag != best)

    def _value(
        self, fact: Fact, parts: Mapping[IRI, tuple[Fact, ...]], indent: str = "  "
    ) -> Iterator[str]:
        """The value of a fact with the numbers of its sources, and below it the facts of a part."""
        text = _shortened(self._graph.value_text(fact.object), MAX_VALUE_LENGTH)
        sources = [self._source_number(source) for source in self._sources(fact)]
        self._graph.data.setdefault("facts", []).append(
            {
                "subject": self._graph.short(fact.subject),
                "property": self._graph.short(fact.predicate),
                "value": text,
                "sources": sources,
            }
        )
        inferred = " (inferred)" if fact.inferred else ""
        numbers = f" — sources {', '.join(map(str, sources))}" if sources else ""
        yield f"{indent}- {text}{inferred}{numbers}"
        part_facts = parts.get(fact.object) if isinstance(fact.object, IRI) else None
        if part_facts and len(indent) < MAX_INDENT:
            yield from self._properties(list(self._facts(part_facts, None)), parts, f"{indent}    ")

    def _source_number(self, source: str) -> int:
        return self._source_numbers.setdefault(source, len(self._source_numbers) + 1)

    def _sources(self, fact: Fact) -> list[str]:
        """The sources of a statement: passages; else, or beside them, lists and judgements."""
        sources: list[str] = []
        for origin in self._graph.evidence.of(fact):
            sources += [self._passage(evidence) for evidence in origin.evidence[:MAX_EVIDENCE]]
            further_count = len(origin.evidence) - MAX_EVIDENCE
            if further_count > 0:
                sources.append(f"{further_count:,} more passages of the documents")
            has_evidence_elsewhere = origin.kind is OriginKind.SOURCE and fact.evidence
            if not origin.evidence and not has_evidence_elsewhere:
                sources.append(self._origin(origin))
        return sources

    def _origin(self, origin: StatementOrigin) -> str:
        """A list, judgement or other graph that states a fact, with its reasons."""
        reasons = []
        for account in origin.accounts:
            reason = choose(account.reasons, self._graph.language)
            if reason is not None:
                reasons.append(one_line(reason.value))
        because = f": {_shortened('; '.join(reasons), MAX_QUOTATION_LENGTH)}" if reasons else ""
        kind = TEXTS["origins"].get(origin.kind, "another graph")
        return f"{kind}, {self._graph.named(origin.of or origin.graph)}{because}"

    def _passage(self, evidence: StatementEvidence) -> str:
        """A passage with its document, page, quotation and published address."""
        passage = evidence.evidence.passage
        document = self._graph.named(passage.source) if passage.source else "a document"
        position = f"characters {passage.start}–{passage.end}"
        if passage.page:
            position = f"page {passage.page}"
        quotation = ""
        if passage.exact:
            words = _shortened(one_line(passage.exact), MAX_QUOTATION_LENGTH)
            quotation = f", “{words}”"
        address = self._graph.evidence.published(passage)
        link = f" <{address}>" if address else ""
        reader = TEXTS["readers"][evidence.reader]
        return f"{document}, {position}{quotation}{link}; read by {reader}"

    def _cut(self, lines: list[str]) -> str:
        """The lines that fit into an answer, and the sources that they name."""
        text = "\n".join(lines)
        if len(text) > MAX_ANSWER_LENGTH:
            text = text[:MAX_ANSWER_LENGTH].rpartition("\n")[0]
            text += f"\n… cut at {MAX_ANSWER_LENGTH:,} characters; ask for one property."
        sources = [f"{number}. {source}" for source, number in self._source_numbers.items()]
        self._graph.data["sources"] = sources
        source_text = "\n".join(sources)
        if len(source_text) > MAX_ANSWER_LENGTH:
            source_text = source_text[:MAX_ANSWER_LENGTH].rpartition("\n")[0]
        return f"{text}\n\nSources:\n{source_text}" if source_text else text

    def _referring(self, inbound: Iterable[Fact], left_out: int) -> Iterator[str]:
        """Resources that refer to the described one, by stated facts."""
        facts = [fact for fact in inbound if not fact.inferred]
        if not facts:
            return
        yield ""
        yield "Resources that refer to it:"
        for fact in facts[:MAX_REFERRING]:
            subject = self._graph.named(fact.subject)
            yield f"- {subject} {self._property(fact.predicate)}"
        further_count = len(facts[MAX_REFERRING:]) + left_out
        if further_count > 0:
            yield f"- … {further_count:,} more; list them by a query."


def _predicates(description: Description) -> Iterator[IRI]:
    """The properties of a resource, of its parts, and of references to it, with repetitions."""
    for facts in (description.facts, description.inbound, *description.parts.values()):
        yield from (fact.predicate for fact in facts)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
