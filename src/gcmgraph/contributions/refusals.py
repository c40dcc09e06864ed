"""Reasons for refusing statements of contributions, with hints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from gcmgraph.translations.messages import Message


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
