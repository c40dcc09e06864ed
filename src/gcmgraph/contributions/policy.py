"""Policy of contributions: the subjects and terms that they may use.

Shapes say how a resource is described.

Contributors describe resources of some kinds (new ones, or more about published ones) and resources
with addresses outside ours. The ontology, the shapes, the reference data and the statements of
others are changed by issue or pull request only. A refusal is named by its table in
`validation/constraints.toml`, which has its message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from gcmgraph.contributions.own_addresses import is_own_address_misspelt
from gcmgraph.model.kinds import DESCRIBED, KINDS, LONGEST_SLUG, SLUG
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.parsing import NOT_IN_XML
from gcmgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Triple
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Result, extra_result

#: Refusals that concern all statements of a contribution, or all statements about a subject, and
#: are reported once.
_OF_CONTRIBUTION = frozenset(("graph", "circle"))
_OF_SUBJECT = frozenset(("others-thing", "others-class", "law", "document", "no-slug", "withdrawn"))

# ---------------------------------------------------------------------------------------------------------------- rules

#: Classes of our ontology that contributors use: those of the kinds that they describe, of parts of
#: these, and of the evidence of their statements.
CLASSES = (
    *(curie for kind in DESCRIBED for curie in KINDS[kind].classes),
    *("gcm:Corridor", "gcm:SourceDocument", "gcm:Passage", "gcm:Evidence"),
)

#: Predicates that add a resource to a list.
_IN_LIST = frozenset(PREFIXES["skos"] + name for name in ("inScheme", "topConceptOf"))

#: Limits of the statements and blank nodes of one contribution, and of the characters of one
#: literal or IRI.
STATEMENTS, BLANK_NODES, CHARACTERS = 50_000, 2_000, 100_000

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
    circling = _in_circles(statements)
    reported: set[object] = set()
    for quad in statements:
        refusal = "circle" if quad in circling else _refusal(quad, addresses, withdrawn, is_term)
        if refusal is None:
            continue
        mistake = _mistake(quad, refusal, addresses)
        if mistake not in reported:
            reported.add(mistake)
            yield _result(quad, refusal, addresses, statements)


def _mistake(quad: Quad, refusal: str, addresses: Addresses) -> object:
    """The mistake behind a refused statement: equal for statements that one correction allows."""
    if refusal == "misspelt":
        return next(iri for iri in _iris(quad) if is_own_address_misspelt(iri, addresses.base))
    if refusal in _OF_CONTRIBUTION:
        return refusal
    return quad.subject if refusal in _OF_SUBJECT else quad


def _refusal(
    quad: Quad,
    addresses: Addresses,
    withdrawn: Callable[[str], bool],
    is_term: Callable[[IRI], bool],
) -> str | None:
    predicate, value, base = quad.predicate.value, quad.object, addresses.base
    terms = [
        predicate,
        *(
            [value.value]
            if predicate == f"{PREFIXES['rdf']}type" and isinstance(value, IRI)
            else ()
        ),
    ]
    foreign = isinstance(quad.subject, IRI) and not quad.subject.value.startswith(base)
    checks: dict[str, Callable[[], object]] = {  # the first that is true
        "graph": lambda: not isinstance(quad.graph_name, DefaultGraph),
        "too-long": lambda: any(len(text) > CHARACTERS for text in _texts(quad)),
        "control": lambda: isinstance(value, Literal) and NOT_IN_XML.search(value.value),
        "misspelt": lambda: any(is_own_address_misspelt(term, base) for term in _iris(quad)),
        "same-as": lambda: predicate == f"{PREFIXES['owl']}sameAs",
        "schema-statement": lambda: any(
            term.startswith(_SCHEMA) or term in _SCHEMA_TERMS for term in terms
        ),
        "law": lambda: (
            value == IRI(addresses.term("LegalInstrument"))
            and _extends_reference(quad, addresses, is_term)
        ),
        "others-class": lambda: _extends_reference(quad, addresses, is_term),
        "end": lambda: (
            predicate in _INVALIDATION and any(iri.startswith(base) for iri in _iris(quad))
        ),
        "editorial": lambda: predicate in _OF_EDITORS and not foreign,
        "counted": lambda: predicate == addresses.term("countedAs"),
    }
    found = next((name for name, is_refused in checks.items() if is_refused()), None)
    if found is None and isinstance(quad.subject, IRI):
        return _refusal_of_subject(quad.subject.value, addresses, withdrawn)
    return found


def _extends_reference(quad: Quad, addresses: Addresses, is_term: Callable[[IRI], bool]) -> bool:
    """Whether a statement adds a resource to a closed class of ours, or to a list of ours."""
    if not isinstance(quad.object, IRI):
        return False
    if quad.predicate.value == PREFIXES["rdf"] + "type":
        start, _, name = quad.object.value.partition(addresses.ontology)
        return start == "" and f"gcm:{name}" not in CLASSES and is_term(quad.object)
    return quad.predicate.value in _IN_LIST and quad.object.value.startswith(addresses.base)


def _iris(quad: Quad) -> list[str]:
    terms = [term for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, IRI)]
    if isinstance(quad.object, Literal):
        terms.append(quad.object.datatype)
    return [term.value for term in terms]


def _texts(quad: Quad) -> list[str]:
    return [*_iris(quad), quad.object.value] if isinstance(quad.object, Literal) else _iris(quad)


def _in_circles(statements: Iterable[Quad]) -> set[Quad]:
    """The statements between blank nodes that are on circles of such statements, or lead from one circle to another.

    Such are lists without an end, and graphs whose canonicalisation takes too long.
    """
    edges = {
        q
        for q in statements
        if isinstance(q.subject, BlankNode) and isinstance(q.object, BlankNode)
    }
    return _after_circles(_after_circles(edges, "subject", "object"), "object", "subject")


def _after_circles(edges: set[Quad], start: str, end: str) -> set[Quad]:
    """The edges that begin on a circle, or after one."""
    order = TopologicalSorter[object]()
    for edge in edges:
        order.add(getattr(edge, end), getattr(edge, start))
    with suppress(CycleError):  # nodes that are after no circle are returned nonetheless
        order.prepare()
    free: set[object] = set()
    while ready := order.get_ready():
        free.update(ready)
        order.done(*ready)
    return {edge for edge in edges if getattr(edge, start) not in free}


def _refusal_of_subject(
    subject: str, addresses: Addresses, withdrawn: Callable[[str], bool]
) -> str | None:
    if not subject.startswith(addresses.base):
        return None
    kind, _, local = subject.removeprefix(f"{addresses.base}id/").partition("/")
    if kind == "source":
        return "document"
    if kind not in DESCRIBED or not subject.startswith(f"{addresses.base}id/"):
        return "others-thing"
    if len(local) > LONGEST_SLUG or not LOCAL.fullmatch(local):
        return "no-slug"
    return "withdrawn" if withdrawn(subject.partition("#")[0]) else None


def _result(
    quad: Quad, refusal: str, addresses: Addresses, statements: LocatedStatements
) -> Result:
    focus, value = quad.subject, quad.object
    if isinstance(focus, Triple) or isinstance(value, Triple):
        raise TypeError("a triple term, which the parser refuses")
    # a mistake of a subject is not one of its first statement, unless this gives its class
    of_statement = refusal not in _OF_SUBJECT | _OF_CONTRIBUTION or refusal in {
        "others-class",
        "law",
    }
    if refusal == "misspelt":
        of_statement = not isinstance(focus, IRI) or not is_own_address_misspelt(
            focus.value, addresses.base
        )
    predicate, object_ = (quad.predicate, value) if of_statement else (None, None)
    result = extra_result(
        f"contribution-rule.{refusal}", addresses, focus, predicate, object_, words=_LIMITS
    )
    return replace(result, place=statements.place(result))
