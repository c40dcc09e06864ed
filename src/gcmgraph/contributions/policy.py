"""What a contribution may state: about whom, and in which terms. Shapes say how a thing is described; this, by whom.

Contributors describe practices and organisations (new ones, or more about published ones) and things with addresses
of their own. The ontology, the shapes, the reference data and what others stated stay as they are; who wants to change
those opens an issue or a pull request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from gcmgraph.contributions.circles import in_circles
from gcmgraph.contributions.spelling import is_ours_misspelt
from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Term, Triple
from gcmgraph.namespaces import LONGEST_SLUG, PREFIXES, SLUG, Addresses
from gcmgraph.rdfio.fit_for_xml import NOT_IN_XML
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION
from gcmgraph.translations.messages import Message
from gcmgraph.validation.locations.statements import LocatedStatements
from gcmgraph.validation.report import Result

#: Kinds of our things that contributors describe.
KINDS = ("practice", "organisation")

#: The classes of our ontology that contributors use: those of these kinds, and what proves their statements.
CLASSES = ("Practice", "Organisation", "Corridor", "Passage", "Evidence")
_OPEN = ", ".join(f"gcm:{name}" for name in CLASSES)

#: What puts a thing into a list.
_IN_LIST = frozenset(PREFIXES["skos"] + name for name in ("inScheme", "topConceptOf"))

#: Most statements and blank nodes of one contribution, and most characters of one literal or IRI.
STATEMENTS, BLANK_NODES, CHARACTERS = 50_000, 2_000, 100_000

#: The last part of the address of a thing of ours, and of a part of it.
LOCAL = re.compile(f"{SLUG}(?:#{SLUG})?")

#: Vocabularies that say what terms mean or what data must look like. Not for contributions, as property or as class.
_SCHEMA = (PREFIXES["sh"], PREFIXES["owl"])
_SCHEMA_TERMS = frozenset(
    [
        *(PREFIXES["rdfs"] + name for name in ("subClassOf", "subPropertyOf", "domain", "range", "Class", "Datatype")),
        PREFIXES["rdf"] + "Property",
    ]
)

#: What says that something is no more (https://www.w3.org/TR/prov-o/); of our things only the project says so.
_INVALIDATION = frozenset(
    PREFIXES["prov"] + name
    for name in ("invalidated", "invalidatedAtTime", "qualifiedInvalidation", "wasInvalidatedBy")
)

#: What editors alone state of our things.
_OF_EDITORS = frozenset((PREFIXES["dct"] + "dateAccepted", PREFIXES["skos"] + "editorialNote"))

#: The name of this check, in place of a SHACL constraint component.
COMPONENT = "shapes#contribution-rule"


#: Values in the messages below.
_LIMITS = {"classes": _OPEN, "characters": f"{CHARACTERS:,}"}


@dataclass(frozen=True)
class Refusal:
    """Why a statement is refused, and what to do."""

    message: Message
    hint: Message


_GRAPH = Refusal(
    Message("A contribution may not name a graph; it gets one of its own."),
    Message("Leave the graph out: send Turtle, or take the triples out of GRAPH { … }."),
)
_SCHEMA_STATEMENT = Refusal(
    Message("A contribution may not say what a term means or how data must look."),
    Message("Leave out statements with terms of owl:, sh: and of the schema terms of rdfs:."),
)
_OTHERS_THING = Refusal(
    Message(
        "A contribution may not describe this thing: it belongs to the vocabulary, the rules or the reference data."
    ),
    Message(
        "Describe practices and organisations. A mistake in the reference data is mended in its file (CONTRIBUTING.md)."
    ),
)
_OTHERS_CLASS = Refusal(
    Message("A contribution may not add a thing of this class, or to this list: it would add to the reference data."),
    Message("Name what is published. Of our classes, contributions use {classes} only."),
)
_END = Refusal(
    Message("A contribution may not say that something of ours is withdrawn or no longer valid."),
    Message("Leave this statement out; to take back what you contributed, withdraw that contribution instead."),
)
_EDITORIAL = Refusal(
    Message("A contribution may not state when editors reviewed something, nor write a note of the editors."),
    Message("Leave this statement out; what you have to say to the editors goes into the comment of the contribution."),
)
_NO_SLUG = Refusal(
    Message("This address cannot be given to a thing."),
    Message(
        "The last part is made of small letters a-z, digits and single hyphens, such as …/id/practice/one-stop-shop."
    ),
)
_WITHDRAWN = Refusal(
    Message("This address belonged to a thing that was withdrawn, and is never used again."),
    Message("Give the thing another address."),
)
_TOO_LONG = Refusal(
    Message("A text or address has more than {characters} characters."),
    Message("Shorten it, and name the document that holds the whole by dct:source."),
)
_CONTROL = Refusal(
    Message("A text holds a control character, such as NUL."),
    Message("Remove it; it often comes from copying out of another program."),
)
_MISSPELT = Refusal(
    Message("This is an address of ours in a spelling that is not ours."),
    Message("Write it as it is published: the same letters, large and small, and the same 'https'."),
)
_CIRCLE = Refusal(
    Message("Blank nodes lead back to themselves, such as in a list without an end."),
    Message("Give one of them an address, or end the list with rdf:nil."),
)


def refused(
    statements: LocatedStatements,
    addresses: Addresses,
    withdrawn: Callable[[str], bool] = lambda _: False,
    is_term: Callable[[IRI], bool] = lambda _: True,
) -> Iterator[Result]:
    """The statements that a contribution may not make. `withdrawn` tells whether an IRI of ours was given up.

    A class that `is_term` says our ontology does not have is left to validation, which names the nearest that it has.
    """
    circling = in_circles(statements)
    for quad in statements:
        refusal = _CIRCLE if quad in circling else _refusal(quad, addresses, withdrawn, is_term)
        if refusal is not None:
            yield _result(quad, refusal, addresses, statements)


def _refusal(
    quad: Quad, addresses: Addresses, withdrawn: Callable[[str], bool], is_term: Callable[[IRI], bool]
) -> Refusal | None:
    if not isinstance(quad.graph_name, DefaultGraph):
        return _GRAPH
    if any(len(text) > CHARACTERS for text in _texts(quad)):
        return _TOO_LONG
    if isinstance(quad.object, Literal) and NOT_IN_XML.search(quad.object.value):
        return _CONTROL
    if any(is_ours_misspelt(term, addresses.base) for term in _iris(quad)):
        return _MISSPELT
    terms = [quad.predicate.value]
    if quad.predicate.value == PREFIXES["rdf"] + "type" and isinstance(quad.object, IRI):
        terms.append(quad.object.value)
    if any(term.startswith(_SCHEMA) or term in _SCHEMA_TERMS for term in terms):
        return _SCHEMA_STATEMENT
    if _extends_reference(quad, addresses, is_term):
        return _OTHERS_CLASS
    if quad.predicate.value in _INVALIDATION and any(iri.startswith(addresses.base) for iri in _iris(quad)):
        return _END
    if quad.predicate.value in _OF_EDITORS and not _is_foreign(quad, addresses):
        return _EDITORIAL
    return _refusal_of_subject(quad.subject.value, addresses, withdrawn) if isinstance(quad.subject, IRI) else None


def _is_foreign(quad: Quad, addresses: Addresses) -> bool:
    return isinstance(quad.subject, IRI) and not quad.subject.value.startswith(addresses.base)


def _extends_reference(quad: Quad, addresses: Addresses, is_term: Callable[[IRI], bool]) -> bool:
    """Whether a statement makes something a thing of a class of ours that is not open, or of a list of ours."""
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


def _refusal_of_subject(subject: str, addresses: Addresses, withdrawn: Callable[[str], bool]) -> Refusal | None:
    if not subject.startswith(addresses.base):
        return None
    kind, _, local = subject.removeprefix(f"{addresses.base}id/").partition("/")
    if kind not in KINDS or not subject.startswith(f"{addresses.base}id/"):
        return _OTHERS_THING
    if len(local) > LONGEST_SLUG or not LOCAL.fullmatch(local):
        return _NO_SLUG
    return _WITHDRAWN if withdrawn(subject.partition("#")[0]) else None


def _result(quad: Quad, refusal: Refusal, addresses: Addresses, statements: LocatedStatements) -> Result:
    focus, value = quad.subject, quad.object
    if isinstance(focus, Triple) or isinstance(value, Triple):
        raise TypeError("a triple term, which the parser refuses")
    result = Result(
        focus=focus,
        path=Predicate(quad.predicate),
        value=value,
        component=IRI(addresses.base + COMPONENT),
        severity=VIOLATION,
        source_shape=IRI(addresses.base + COMPONENT),
        messages=Texts.of_message(refusal.message, **_LIMITS),
        hints=Texts.of_message(refusal.hint, **_LIMITS),
    )
    return replace(result, place=statements.place(result))


def named(statements: Iterable[Quad], identifier: str, addresses: Addresses) -> list[Quad]:
    """The statements in the graph of a contribution; its blank nodes become parts of it, in their first order.

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
