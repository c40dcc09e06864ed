"""Policy of contributions: the subjects and terms that they may use. Shapes say how a resource is described.

Contributors describe practices and organisations (new ones, or more about published ones) and resources with addresses
outside ours. The ontology, the shapes, the reference data and the statements of others are changed by issue or pull
request only.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from urllib.parse import unquote, urlsplit

from gcmgraph.kinds import DESCRIBED, LONGEST_SLUG, SLUG
from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Term, Triple
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.parsing import NOT_IN_XML
from gcmgraph.shapes import VIOLATION, Predicate, Texts
from gcmgraph.text import INVISIBLE
from gcmgraph.translations import Message
from gcmgraph.validation.effect import LocatedStatements
from gcmgraph.validation.report import Result


class Scope(Enum):
    """Extent of a mistake, which is reported once."""

    #: one statement
    STATEMENT = auto()
    #: all statements about a subject
    SUBJECT = auto()
    #: all statements of the contribution
    CONTRIBUTION = auto()


@dataclass(frozen=True)
class Refusal:
    """Reason for refusing a statement, and a hint."""

    message: Message
    hint: Message
    scope: Scope = Scope.STATEMENT


GRAPH = Refusal(
    Message("A contribution may not name a graph; it gets one of its own."),
    Message("Leave the graph out: send Turtle, or take the triples out of GRAPH { … }."),
    Scope.CONTRIBUTION,
)
SAME_AS = Refusal(
    Message("owl:sameAs would make two resources one in all statements about them."),
    Message("State the match by skos:exactMatch, or skos:closeMatch where it is not exact."),
)
SCHEMA_STATEMENT = Refusal(
    Message("A contribution may not say what a term means or how data must look."),
    Message("Leave out statements with terms of owl:, sh: and of the schema terms of rdfs:."),
)
OTHERS_THING = Refusal(
    Message(
        "A contribution may not describe this resource: it belongs to the vocabulary, the rules or the reference data."
    ),
    Message(
        "Describe practices and organisations. A mistake in the reference data is fixed in its file (CONTRIBUTING.md)."
    ),
    Scope.SUBJECT,
)
OTHERS_CLASS = Refusal(
    Message(
        "A contribution may not add a resource of this class, or to this list: it would add to the reference data."
    ),
    Message("Name what is published. Of our classes, contributions use {classes} only."),
    Scope.SUBJECT,
)
LAW = Refusal(
    OTHERS_CLASS.message,
    Message("Describe a law or an agreement of your own at its own web address as an eli:LegalResource with a title."),
    Scope.SUBJECT,
)
DOCUMENT = Refusal(
    Message("Source documents at addresses of ours are registered by the project."),
    Message(
        "Describe a document of your own at its web address, or as a blank node, with its title, language and SHA-256"
        " (gcm:sha256)."
    ),
    Scope.SUBJECT,
)
END = Refusal(
    Message("A contribution may not say that something of ours is withdrawn or no longer valid."),
    Message("Leave this statement out; to take back what you contributed, withdraw that contribution instead."),
)
EDITORIAL = Refusal(
    Message("A contribution may not state when editors reviewed something, nor write a note of the editors."),
    Message("Leave this statement out; what you have to say to the editors goes into the comment of the contribution."),
)
COUNTED = Refusal(
    Message("A contribution may not state as which practice a practice is counted."),
    Message("Leave this statement out: it follows from dct:isPartOf, which names the practice that it is a part of."),
)
NO_SLUG = Refusal(
    Message("This address cannot be given to a resource."),
    Message(
        "The last part is made of small letters a-z, digits and single hyphens, such as …/id/practice/one-stop-shop."
    ),
    Scope.SUBJECT,
)
WITHDRAWN = Refusal(
    Message("This address belonged to a resource that was withdrawn, and is never used again."),
    Message("Give the resource another address."),
    Scope.SUBJECT,
)
TOO_LONG = Refusal(
    Message("A text or address has more than {characters} characters."),
    Message("Shorten it, and name the document that holds the whole by dct:source."),
)
CONTROL = Refusal(
    Message("A text holds a control character, such as NUL."),
    Message("Remove it; it often comes from copying out of another program."),
)
MISSPELT = Refusal(
    Message("This is an address of ours in a spelling that is not ours."),
    Message("Write it as it is published: the same letters, large and small, and the same 'https'."),
)
CIRCLE = Refusal(
    Message("Blank nodes lead back to themselves, such as in a list without an end."),
    Message("Give one of them an address, or end the list with rdf:nil."),
    Scope.CONTRIBUTION,
)


# ---------------------------------------------------------------------------------------------------------------- rules

#: Classes of our ontology that contributors use: those of these kinds, and of the evidence of their statements.
CLASSES = ("Practice", "Organisation", "Corridor", "SourceDocument", "Passage", "Evidence")
_OPEN = ", ".join(f"gcm:{name}" for name in CLASSES)

#: Predicates that add a resource to a list.
_IN_LIST = frozenset(PREFIXES["skos"] + name for name in ("inScheme", "topConceptOf"))

#: Limits of the statements and blank nodes of one contribution, and of the characters of one literal or IRI.
STATEMENTS, BLANK_NODES, CHARACTERS = 50_000, 2_000, 100_000

#: Last part of the address of a resource of ours, and of a part of it.
LOCAL = re.compile(f"{SLUG}(?:#{SLUG})?")

#: Vocabularies that define terms or constrain data; contributions use none of them, as property or as class.
_SCHEMA = (PREFIXES["sh"], PREFIXES["owl"])
_SCHEMA_TERMS = frozenset(
    [
        *(PREFIXES["rdfs"] + name for name in ("subClassOf", "subPropertyOf", "domain", "range", "Class", "Datatype")),
        PREFIXES["rdf"] + "Property",
    ]
)

#: Predicates of invalidation (https://www.w3.org/TR/prov-o/); of our resources only the project uses them.
_INVALIDATION = frozenset(
    PREFIXES["prov"] + name
    for name in ("invalidated", "invalidatedAtTime", "qualifiedInvalidation", "wasInvalidatedBy")
)

#: Predicates that only editors use of our resources.
_OF_EDITORS = frozenset((PREFIXES["dct"] + "dateAccepted", PREFIXES["skos"] + "editorialNote"))

#: The name of this check, in place of a SHACL constraint component.
COMPONENT = "shapes#contribution-rule"

#: Values in the texts of refusals.
_LIMITS = {"classes": _OPEN, "characters": f"{CHARACTERS:,}"}

#: Default ports (RFC 9110, 4.2).
_PORTS = {80, 443, None}


def refused(
    statements: LocatedStatements,
    addresses: Addresses,
    withdrawn: Callable[[str], bool] = lambda _: False,
    is_term: Callable[[IRI], bool] = lambda _: True,
) -> Iterator[Result]:
    """The mistakes of statements that a contribution may not make, each reported once (`Scope`).

    `withdrawn` returns whether an IRI of ours was withdrawn.

    A class that `is_term` does not find in our ontology is left to validation, which suggests the nearest.
    """
    circling = _in_circles(statements)
    reported: set[object] = set()
    for quad in statements:
        refusal = CIRCLE if quad in circling else _refusal(quad, addresses, withdrawn, is_term)
        if refusal is None:
            continue
        mistake = _mistake(quad, refusal, addresses)
        if mistake not in reported:
            reported.add(mistake)
            yield _result(quad, refusal, addresses, statements)


def _mistake(quad: Quad, refusal: Refusal, addresses: Addresses) -> object:
    """The mistake behind a refused statement: equal for statements that one correction allows."""
    if refusal is MISSPELT:
        return next(iri for iri in _iris(quad) if _is_ours_misspelt(iri, addresses.base))
    if refusal.scope is Scope.CONTRIBUTION:
        return refusal.message
    return quad.subject if refusal.scope is Scope.SUBJECT else quad


def _refusal(
    quad: Quad, addresses: Addresses, withdrawn: Callable[[str], bool], is_term: Callable[[IRI], bool]
) -> Refusal | None:
    if not isinstance(quad.graph_name, DefaultGraph):
        return GRAPH
    if any(len(text) > CHARACTERS for text in _texts(quad)):
        return TOO_LONG
    if isinstance(quad.object, Literal) and NOT_IN_XML.search(quad.object.value):
        return CONTROL
    if any(_is_ours_misspelt(term, addresses.base) for term in _iris(quad)):
        return MISSPELT
    terms = [quad.predicate.value]
    if quad.predicate.value == PREFIXES["rdf"] + "type" and isinstance(quad.object, IRI):
        terms.append(quad.object.value)
    if quad.predicate.value == PREFIXES["owl"] + "sameAs":
        return SAME_AS
    if any(term.startswith(_SCHEMA) or term in _SCHEMA_TERMS for term in terms):
        return SCHEMA_STATEMENT
    if _extends_reference(quad, addresses, is_term):
        return LAW if quad.object == IRI(addresses.term("LegalInstrument")) else OTHERS_CLASS
    if quad.predicate.value in _INVALIDATION and any(iri.startswith(addresses.base) for iri in _iris(quad)):
        return END
    if quad.predicate.value in _OF_EDITORS and not _is_foreign(quad, addresses):
        return EDITORIAL
    if quad.predicate.value == addresses.term("countedAs"):
        return COUNTED
    return _refusal_of_subject(quad.subject.value, addresses, withdrawn) if isinstance(quad.subject, IRI) else None


def _is_foreign(quad: Quad, addresses: Addresses) -> bool:
    return isinstance(quad.subject, IRI) and not quad.subject.value.startswith(addresses.base)


def _extends_reference(quad: Quad, addresses: Addresses, is_term: Callable[[IRI], bool]) -> bool:
    """Whether a statement adds a resource to a closed class of ours, or to a list of ours."""
    if not isinstance(quad.object, IRI):
        return False
    if quad.predicate.value == PREFIXES["rdf"] + "type":
        start, _, name = quad.object.value.partition(addresses.ontology)
        return start == "" and name not in CLASSES and is_term(quad.object)
    return quad.predicate.value in _IN_LIST and quad.object.value.startswith(addresses.base)


def _iris(quad: Quad) -> list[str]:
    terms = [term for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, IRI)]
    if isinstance(quad.object, Literal):
        terms.append(quad.object.datatype)
    return [term.value for term in terms]


def _texts(quad: Quad) -> list[str]:
    return [*_iris(quad), quad.object.value] if isinstance(quad.object, Literal) else _iris(quad)


def _is_ours_misspelt(iri: str, base: str) -> bool:
    """Whether an IRI differs from one below `base` only in spelling (RFC 3986, 6.2), which RDF takes for another.

    That is: `http` for `https`, another spelling of the host, a default port, percent-encoding, or dots in the path.
    """
    if iri.startswith(base):
        return False
    ours = urlsplit(base)
    if "%" not in iri[:2000] and iri.isascii() and ours.netloc.lower() not in iri[:2000].lower():
        return False
    try:
        parts = urlsplit(iri)
        same_port = parts.port == ours.port or {parts.port, ours.port} <= _PORTS
        same = same_port and _plain_host(parts.hostname or "") == _plain_host(ours.hostname or "")
    except ValueError:  # a port that is no number
        return False
    path = posixpath.normpath(unquote(parts.path) or "/")
    below = path.casefold() + "/" if path != "/" else "/"
    return same and parts.scheme in {"http", "https"} and below.startswith(ours.path.casefold())


@lru_cache(1_000)
def _plain_host(host: str) -> str:
    """A host as browsers read it (https://www.unicode.org/reports/tr46/): plain letters, without what is invisible."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", unquote(host))).casefold()
    return plain.replace("\u3002", ".").rstrip(".")


def _in_circles(statements: Iterable[Quad]) -> set[Quad]:
    """The statements between blank nodes that are on circles of such statements, or lead from one circle to another.

    Such are lists without an end, and graphs whose canonicalisation takes too long.
    """
    edges = {q for q in statements if isinstance(q.subject, BlankNode) and isinstance(q.object, BlankNode)}
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


def _refusal_of_subject(subject: str, addresses: Addresses, withdrawn: Callable[[str], bool]) -> Refusal | None:
    if not subject.startswith(addresses.base):
        return None
    kind, _, local = subject.removeprefix(f"{addresses.base}id/").partition("/")
    if kind == "source":
        return DOCUMENT
    if kind not in DESCRIBED or not subject.startswith(f"{addresses.base}id/"):
        return OTHERS_THING
    if len(local) > LONGEST_SLUG or not LOCAL.fullmatch(local):
        return NO_SLUG
    return WITHDRAWN if withdrawn(subject.partition("#")[0]) else None


def _result(quad: Quad, refusal: Refusal, addresses: Addresses, statements: LocatedStatements) -> Result:
    focus, value = quad.subject, quad.object
    if isinstance(focus, Triple) or isinstance(value, Triple):
        raise TypeError("a triple term, which the parser refuses")
    # a mistake of a subject is not one of its first statement, unless this gives its class
    of_statement = refusal.scope is Scope.STATEMENT or refusal in {OTHERS_CLASS, LAW}
    if refusal is MISSPELT:
        of_statement = not isinstance(focus, IRI) or not _is_ours_misspelt(focus.value, addresses.base)
    result = Result(
        focus=focus,
        path=Predicate(quad.predicate) if of_statement else None,
        value=value if of_statement else None,
        component=IRI(addresses.base + COMPONENT),
        severity=VIOLATION,
        source_shape=IRI(addresses.base + COMPONENT),
        messages=Texts.of_message(refusal.message, **_LIMITS),
        hints=Texts.of_message(refusal.hint, **_LIMITS),
    )
    return replace(result, place=statements.place(result))


def unnamed(statements: Iterable[Quad], identifier: str, addresses: Addresses) -> list[Quad]:
    """The statements of a contribution as they were sent: in no graph, with blank nodes. The inverse of `named`."""
    start = f"{addresses.thing('contribution', identifier)}#b"

    def name(term: Term) -> Term:
        part = term.value.removeprefix(start) if isinstance(term, IRI) and term.value.startswith(start) else ""
        return BlankNode(f"b{part}") if part.isdecimal() else term

    return [Quad(name(quad.subject), quad.predicate, name(quad.object)) for quad in statements]  # type: ignore[arg-type]


def named(statements: Iterable[Quad], identifier: str, addresses: Addresses) -> list[Quad]:
    """The statements in the graph of a contribution; its blank nodes become parts of it, numbered by first occurrence.

    Our graphs hold no blank nodes (docs/decisions/0001).
    """
    graph = IRI(addresses.graph(f"contribution/{identifier}"))
    names: dict[BlankNode, IRI] = {}

    def name(term: Term) -> Term:
        if not isinstance(term, BlankNode):
            return term
        part = f"{addresses.thing('contribution', identifier)}#b{len(names) + 1}"
        return names.setdefault(term, IRI(part))

    return [Quad(name(quad.subject), quad.predicate, name(quad.object), graph) for quad in statements]  # type: ignore[arg-type]
