"""Checks of texts: directional controls, and names of resources of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.text.bidi import CONTROLS, visible
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result
from gcmgraph.validation.suggestions import NAMES, labels

BIDIRECTIONAL = ExtraConstraint(
    "bidirectional-control",
    Message("The text has characters that change the direction of writing, which are invisible: {value}"),
    Message("Remove them; they often come from copying out of another program."),
    WARNING,
)
OTHER_KIND = ExtraConstraint(
    "name-of-another-kind",
    Message("“{value}” is the name of a published resource of another class."),
    Message("If that resource is meant, name its address; else make the name distinct."),
    WARNING,
)

#: Classes whose names no organisation should have.
_APART = ("gcm:Country", "dct:Location", "gcm:LegalInstrument")


def directions(checked: CheckedContribution) -> Iterator[Result]:
    """Texts with characters that change the direction of writing."""
    for subject, predicate, value in checked.new:
        if isinstance(value, Literal) and not value.value.isascii() and (found := CONTROLS.findall(value.value)):
            shown = Literal(" ".join(visible(control) for control in dict.fromkeys(found)))
            yield BIDIRECTIONAL.result(checked.addresses, subject, predicate, shown)


def names_of_other_kinds(checked: CheckedContribution) -> Iterator[Result]:
    """Organisations with the name of a country, a place or a legal instrument."""
    term = Vocabulary(checked.addresses)
    classes = [term(name) for name in _APART]
    named = {*NAMES, term("foaf:name"), term("schema:name")} - {term("skos:notation")}
    for subject, predicate, value in checked.new:
        if predicate in named and isinstance(value, Literal) and _is_organisation(subject, checked):
            other = checked.valid.same_name(value.value, classes)
            if other is not None and other != subject:
                nearest = Nearest(other, labels(checked.before, other))
                yield OTHER_KIND.result(checked.addresses, subject, predicate, value, nearest=nearest)


def _is_organisation(subject: object, checked: CheckedContribution) -> bool:
    return isinstance(subject, IRI) and checked.kind(subject) == "organisation"


CHECKS = (directions, names_of_other_kinds)
