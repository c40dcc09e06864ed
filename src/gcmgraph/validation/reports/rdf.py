"""Reports as RDF by the SHACL standard (https://www.w3.org/TR/shacl/#validation-report)."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term, Triple, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import TURTLE, RdfSyntax
from gcmgraph.shapes.paths import Alternative, Modified, Path, Predicate, Sequence
from gcmgraph.shapes.vocabulary import sh
from gcmgraph.validation.report import Report, Result

_RDF = PREFIXES["rdf"]
_TYPE, _FIRST, _REST, _NIL = (IRI(_RDF + name) for name in ("type", "first", "rest", "nil"))


def report_rdf(report: Report, addresses: Addresses, syntax: RdfSyntax = TURTLE) -> bytes:
    """The report in an RDF syntax; equal reports have equal bytes."""
    quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in report_triples(report))
    return serialize_canonical(quads, syntax, addresses.prefixes)


def report_triples(report: Report) -> Iterator[Triple]:
    """The report as triples. Report and results are blank nodes. Comments count results that are not listed."""
    node = BlankNode("report")
    yield Triple(node, _TYPE, sh("ValidationReport"))
    yield Triple(node, sh("conforms"), typed(str(report.shacl_conforms).lower(), "boolean"))
    for comment in _counts(report):
        yield Triple(node, IRI(PREFIXES["rdfs"] + "comment"), Literal(comment, language="en"))
    for number, result in enumerate(report.results):
        found = BlankNode(f"result{number}")
        yield Triple(node, sh("result"), found)
        yield from _result_triples(found, result)


def _counts(report: Report) -> Iterator[str]:
    if report.cut:
        yield f"The first {len(report.results):,} of {report.total:,} results."
        for kind in report.kinds:
            message = kind.messages.best("en") or kind.component.value
            yield f"{kind.number:,} results of {kind.source_shape}: {message}"


def _result_triples(node: BlankNode, result: Result) -> Iterator[Triple]:
    yield Triple(node, _TYPE, sh("ValidationResult"))
    yield Triple(node, sh("focusNode"), result.focus)
    yield Triple(node, sh("resultSeverity"), result.severity)
    yield Triple(node, sh("sourceConstraintComponent"), result.component)
    yield Triple(node, sh("sourceShape"), result.source_shape)
    if result.value is not None:
        yield Triple(node, sh("value"), result.value)
    for language, text in result.messages.pairs:
        yield Triple(node, sh("resultMessage"), Literal(text, language=language) if language else Literal(text))
    if result.path is not None:
        paths = _PathWriter(node.value)
        yield Triple(node, sh("resultPath"), paths.write(result.path))
        yield from paths.triples


class _PathWriter:
    """Writes paths as SHACL describes them, on blank nodes named after a result."""

    def __init__(self, name: str) -> None:
        self.triples: list[Triple] = []
        self._name = name

    def write(self, path: Path) -> IRI | BlankNode:
        match path:
            case Predicate(iri):
                return iri
            case Sequence(steps):
                return self._list(steps)
            case Alternative(choices):
                return self._node("alternativePath", self._list(choices))
            case Modified(operator, inner):
                return self._node(operator, self.write(inner))

    def _fresh(self) -> BlankNode:
        return BlankNode(f"{self._name}p{len(self.triples)}")

    def _node(self, operator: str, value: Term) -> BlankNode:
        node = self._fresh()
        self.triples.append(Triple(node, sh(operator), value))
        return node

    def _list(self, paths: tuple[Path, ...]) -> IRI | BlankNode:
        rest: IRI | BlankNode = _NIL
        for path in reversed(paths):
            first = self.write(path)
            node = self._fresh()
            self.triples += [Triple(node, _FIRST, first), Triple(node, _REST, rest)]
            rest = node
        return rest
