"""Policy of contributions: the subjects and terms that they may use.

Contributors describe resources of some kinds (new ones, or more about published ones) and resources
with addresses outside ours. The ontology, the shapes, the reference data and the statements of
others are changed by issue or pull request only. A refusal has the name of the table with its
message in `validation/constraints.toml`. Shapes state how a resource is described.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from gcmgraph.contributions.own_addresses import is_own_address_misspelt
from gcmgraph.model.kinds import DESCRIBED, KINDS, LONGEST_SLUG, SLUG
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.parsing import NOT_IN_XML
from gcmgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Triple
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Result, extra_result

#: Refusals of all statements of a contribution, which are reported once.
_OF_CONTRIBUTION = frozenset(("graph", "circle"))

#: Refusals of all statements about a subject, which are reported once for the subject.
_OF_SUBJECT = frozenset(("others-thing", "others-class", "law", "document", "no-slug", "withdrawn"))

#: Refusals whose property and value are reported though they are of a contribution or a subject:
#: the statement gives the class of the subject.
_WITH_CLASS = frozenset(("others-class", "law"))

#: Classes of our ontology that contributors use: those of the kinds that they describe, of parts of
#: these, and of the evidence of their statements.
CLASSES = (
    *(curie for kind in DESCRIBED for curie in KINDS[kind].classes),
    *("gcm:Corridor", "gcm:SourceDocument", "gcm:Passage", "gcm:Evidence"),
)

_TYPE = PREFIXES["rdf"] + "type"
_SAME_AS = PREFIXES["owl"] + "sameAs"

#: Predicates that add a resource to a list.
_IN_LIST = frozenset(PREFIXES["skos"] + name for name in ("inScheme", "topConceptOf"))

#: Limit of the statements of one contribution.
STATEMENTS = 50_000

#: Limit of the blank nodes of one contribution.
BLANK_NODES = 2_000

#: Limit of the characters of one literal or IRI.
CHARACTERS = 100_000

#: Last part of the address of a resource of ours, and of a part of it.
LOCAL = re.compile(f"{SLUG}(?:#{SLUG})?")

#: Vocabularies that define terms or constrain data; contributions use none of them, as property or
#: as class.
_SCHEMA = (PREFIXES["sh"], PREFIXES["owl"])
_RDFS = ("subClassOf", "subPropertyOf", "domain", "range", "Class", "Datatype")
_SCHEMA_TERMS = frozenset(
    (*(PREFIXES["rdfs"] + name for name in _RDFS), PREFIXES["rdf"] + "Property")
)

#: Predicates of invalidation (https://www.w3.org/TR/prov-o/); of our resources only the project
#: uses them.
_ENDS = ("invalidated", "invalidatedAtTime", "qualifiedInvalidation", "wasInvalidatedBy")
_INVALIDATION = frozenset(PREFIXES["prov"] + name for name in _ENDS)

#: Predicates that only editors use of our resources.
_OF_EDITORS = frozenset((PREFIXES["dct"] + "dateAccepted", PREFIXES["skos"] + "editorialNote"))

#: Values in the texts of refusals.
_LIMITS = {"classes": ", ".join(CLASSES), "characters": f"{CHARACTERS:,}"}


def refused(
    statements: LocatedStatements,
    addresses: Addresses,
    withdrawn: Callable[[str], bool] = lambda _: False,
    is_term: Callable[[IRI], bool] = lambda _: True,
) -> Iterator[Result]:
    """The mistakes of statements that a contribution may not make, each reported once.

    `withdrawn` returns whether an IRI of ours was withdrawn.

    A class that `is_term` does not find in our ontology is left to validation, which suggests the
    nearest.
    """
    policy = _Policy(addresses, withdrawn, is_term)
    circular_statements = _in_circles(statements)
    reported: set[object] = set()
    for quad in statements:
        refusal = "circle" if quad in circular_statements else policy.refusal(quad)
        if refusal is None:
            continue
        mistake = _key_of_mistake(quad, refusal, addresses)
        if mistake not in reported:
            reported.add(mistake)
            yield _result(quad, refusal, addresses, statements)


@dataclass(frozen=True)
class _Policy:
    """The policy of one installation. A method for each refusal states whether a quad has it."""

    addresses: Addresses
    withdrawn: Callable[[str], bool]
    is_term: Callable[[IRI], bool]

    def refusal(self, quad: Quad) -> str | None:
        """The first refusal of a statement, or None."""
        for refusal, applies in _STATEMENT_REFUSALS.items():
            if applies(self, quad):
                return refusal
        if isinstance(quad.subject, IRI):
            return self._refusal_of_subject(quad.subject.value)
        return None

    def is_in_graph(self, quad: Quad) -> bool:
        return not isinstance(quad.graph_name, DefaultGraph)

    def is_too_long(self, quad: Quad) -> bool:
        texts = _iris(quad)
        if isinstance(quad.object, Literal):
            texts.append(quad.object.value)
        return any(len(text) > CHARACTERS for text in texts)

    def has_control_character(self, quad: Quad) -> bool:
        if not isinstance(quad.object, Literal):
            return False
        return NOT_IN_XML.search(quad.object.value) is not None

    def is_misspelt(self, quad: Quad) -> bool:
        base = self.addresses.base
        return any(is_own_address_misspelt(iri, base) for iri in _iris(quad))

    def is_same_as(self, quad: Quad) -> bool:
        return quad.predicate.value == _SAME_AS

    def defines_a_schema(self, quad: Quad) -> bool:
        terms = [quad.predicate.value]
        if quad.predicate.value == _TYPE and isinstance(quad.object, IRI):
            terms.append(quad.object.value)
        return any(term.startswith(_SCHEMA) or term in _SCHEMA_TERMS for term in terms)

    def adds_a_law(self, quad: Quad) -> bool:
        law = IRI(self.addresses.term("LegalInstrument"))
        return quad.object == law and self.extends_reference(quad)

    def extends_reference(self, quad: Quad) -> bool:
        """Whether a statement adds a resource to a closed class of ours, or to a list of ours."""
        if not isinstance(quad.object, IRI):
            return False
        if quad.predicate.value == _TYPE:
            start, _, name = quad.object.value.partition(self.addresses.ontology)
            return start == "" and f"gcm:{name}" not in CLASSES and self.is_term(quad.object)
        is_in_list = quad.predicate.value in _IN_LIST
        return is_in_list and quad.object.value.startswith(self.addresses.base)

    def ends_a_resource(self, quad: Quad) -> bool:
        if quad.predicate.value not in _INVALIDATION:
            return False
        return any(iri.startswith(self.addresses.base) for iri in _iris(quad))

    def is_editorial(self, quad: Quad) -> bool:
        if quad.predicate.value not in _OF_EDITORS:
            return False
        subject = quad.subject
        return not isinstance(subject, IRI) or subject.value.startswith(self.addresses.base)

    def states_a_count(self, quad: Quad) -> bool:
        return quad.predicate.value == self.addresses.term("countedAs")

    def _refusal_of_subject(self, subject: str) -> str | None:
        base = self.addresses.base
        if not subject.startswith(base):
            return None
        kind, _, local = subject.removeprefix(f"{base}id/").partition("/")
        if kind == "source":
            return "document"
        if kind not in DESCRIBED or not subject.startswith(f"{base}id/"):
            return "others-thing"
        if len(local) > LONGEST_SLUG or not LOCAL.fullmatch(local):
            return "no-slug"
        return "withdrawn" if self.withdrawn(subject.partition("#")[0]) else None


#: Refusals of a statement, in the order of their checks.
_STATEMENT_REFUSALS: dict[str, Callable[[_Policy, Quad], bool]] = {
    "graph": _Policy.is_in_graph,
    "too-long": _Policy.is_too_long,
    "control": _Policy.has_control_character,
    "misspelt": _Policy.is_misspelt,
    "same-as": _Policy.is_same_as,
    "schema-statement": _Policy.defines_a_schema,
    "law": _Policy.adds_a_law,
    "others-class": _Policy.extends_reference,
    "end": _Policy.ends_a_resource,
    "editorial": _Policy.is_editorial,
    "counted": _Policy.states_a_count,
}


def _iris(quad: Quad) -> list[str]:
    terms = [term for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, IRI)]
    if isinstance(quad.object, Literal):
        terms.append(quad.object.datatype)
    return [term.value for term in terms]


def _key_of_mistake(quad: Quad, refusal: str, addresses: Addresses) -> object:
    """A key of the mistake behind a refused statement.

    Refused statements with equal keys are reported once: one correction settles them all.
    """
    if refusal == "misspelt":
        return next(iri for iri in _iris(quad) if is_own_address_misspelt(iri, addresses.base))
    if refusal in _OF_CONTRIBUTION:
        return refusal
    return quad.subject if refusal in _OF_SUBJECT else quad


def _in_circles(statements: Iterable[Quad]) -> set[Quad]:
    """The statements between blank nodes on circles, or from one circle to another.

    Such are lists without an end, and graphs whose canonicalisation takes too long.

    Example. Of `_:a :p _:b`, `_:b :p _:a` and `_:b :p _:c`, the first two are on a circle. The
    third begins on the circle and leads to no other, so it is not returned.
    """
    edges = set()
    for quad in statements:
        if isinstance(quad.subject, BlankNode) and isinstance(quad.object, BlankNode):
            edges.add(quad)
    edges_from_circles = _after_circles(edges, "subject", "object")
    return _after_circles(edges_from_circles, "object", "subject")


def _after_circles(edges: set[Quad], start: str, end: str) -> set[Quad]:
    """The edges that begin on a circle, or after one.

    `start` and `end` are the attributes of a quad with the two nodes of its edge.
    """
    order = TopologicalSorter[object]()
    for edge in edges:
        order.add(getattr(edge, end), getattr(edge, start))
    with suppress(CycleError):  # nodes that are after no circle are returned nonetheless
        order.prepare()
    nodes_after_no_circle: set[object] = set()
    while ready := order.get_ready():
        nodes_after_no_circle.update(ready)
        order.done(*ready)
    return {edge for edge in edges if getattr(edge, start) not in nodes_after_no_circle}


def _result(
    quad: Quad, refusal: str, addresses: Addresses, statements: LocatedStatements
) -> Result:
    focus = quad.subject
    value = quad.object
    if isinstance(focus, Triple) or isinstance(value, Triple):
        raise TypeError("a triple term, which the parser refuses")
    predicate: IRI | None = None
    object_: IRI | BlankNode | Literal | None = None
    if _is_of_statement(quad, refusal, addresses):
        predicate = quad.predicate
        object_ = value
    result = extra_result(
        f"contribution-rule.{refusal}", addresses, focus, predicate, object_, words=_LIMITS
    )
    return replace(result, place=statements.place(result))


def _is_of_statement(quad: Quad, refusal: str, addresses: Addresses) -> bool:
    """Whether a refusal is reported with the property and value of its first statement."""
    if refusal == "misspelt":
        subject = quad.subject
        is_subject_misspelt = isinstance(subject, IRI) and is_own_address_misspelt(
            subject.value, addresses.base
        )
        return not is_subject_misspelt
    return refusal in _WITH_CLASS or refusal not in _OF_SUBJECT | _OF_CONTRIBUTION
