"""Checks of contributions only: published resources of others, judgements, and resources under another name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.text.folding import fold_name
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.duplicates import named
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.dependencies import TYPE
from gcmgraph.validation.report import ExtraConstraint, Result

OF_PUBLISHED = ExtraConstraint(
    "of-published",
    Message("A contribution may not set this of a resource that is already published."),
    Message("Leave it out, and report a mistake in what is published by /feedback."),
)
NO_RATIONALE = ExtraConstraint(
    "no-rationale",
    Message("That the practice supports this action is a judgement, and its reason is not stated."),
    Message(
        "Say in the description how the practice supports the action; in RDF, add an rdf:Statement about it with"
        " gcm:rationale."
    ),
    WARNING,
)
SAME_NAME = ExtraConstraint(
    "same-name",
    Message("A published organisation has this name or acronym."),
    Message("If it is the same, use its address and do not describe it again."),
    WARNING,
)

#: Limit on the published organisations that are compared by name.
_MOST = 20_000


def set_of_published(checked: CheckedContribution) -> Iterator[Result]:
    """Home pages and parents of published resources."""
    term = Vocabulary(checked.addresses)
    predicates = {term("foaf:homepage"), term("org:subOrganizationOf")}
    for subject, predicate, value in checked.new:
        if predicate in predicates and isinstance(subject, IRI) and any(checked.remaining(subject, TYPE)):
            yield OF_PUBLISHED.result(checked.addresses, subject, predicate, value)


def actions(checked: CheckedContribution) -> Iterator[Result]:
    """Judgements without a reason. A practice may support an action of any objective."""
    term = Vocabulary(checked.addresses)
    supports, objective = term("gcm:supportsAction"), term("gcm:objective")
    for subject, predicate, action in checked.new:
        if (
            predicate == supports
            and any(checked.after.objects(action, objective))
            and not _has_rationale(subject, supports, action, checked)
        ):
            yield NO_RATIONALE.result(checked.addresses, subject, predicate, action)


def _has_rationale(practice: Term, supports: IRI, action: Term, checked: CheckedContribution) -> bool:
    term = Vocabulary(checked.addresses)
    return any(
        supports in checked.after.objects(node, term("rdf:predicate"))
        and action in checked.after.objects(node, term("rdf:object"))
        and checked.after.objects(node, term("gcm:rationale"))
        for node in checked.after.subjects(term("rdf:subject"), practice)
    )


def same_names(checked: CheckedContribution) -> Iterator[Result]:
    """New organisations with a name or acronym of a published one, in any language; each once."""
    term = Vocabulary(checked.addresses)
    organisation = term("gcm:Organisation")
    naming = [term(name) for name in ("skos:prefLabel", "skos:altLabel", "gcm:acronym")]

    @cache
    def published() -> dict[str, Term]:
        found: dict[str, Term] = {}
        for quad in islice(checked.published.quads(predicate=TYPE, object=organisation), _MOST):
            for predicate in naming:
                for value in checked.before.objects(quad.subject, predicate):  # type: ignore[arg-type]
                    if isinstance(value, Literal):
                        found.setdefault(fold_name(value.value), quad.subject)  # type: ignore[arg-type]
        return found

    for subject, said in checked.new_values.items():
        if organisation not in said.get(TYPE, ()) or any(checked.remaining(subject, TYPE)):  # type: ignore[arg-type]
            continue
        for predicate, value in ((p, v) for p in naming for v in said.get(p, ()) if isinstance(v, Literal)):
            other = published().get(fold_name(value.value))
            if isinstance(other, IRI | BlankNode) and other != subject and checked.before.objects(other, TYPE):
                expected = named(other, checked)
                yield SAME_NAME.result(checked.addresses, subject, predicate, value, expected=expected)
                break


CHECKS = (set_of_published, actions, same_names)
