"""The form of /check by steps: a resource, then the relations that it has, then the values of one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask_babel import gettext

from gcmgraph.model.relations import LITERALS, Relation
from gcmgraph.publication.claim_parts import Claim, ClaimReader, UnclearPartError
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.web.templating import Page

#: Longest list of values that is a menu; the values of a longer one are typed.
_MAX_MENU = 300


@dataclass(frozen=True)
class Choice:
    """A choice of a menu: its value in the address, and its label."""

    value: str
    label: Label


@dataclass(frozen=True)
class ClaimForm:
    """The menus for a claim, as far as its parts are given and understood."""

    relations: Sequence[Choice] = ()
    values: Sequence[Choice] = ()
    #: short form of the chosen relation; empty for none
    relation: str = ""
    #: kind of its values, or one of `LITERALS`
    form: str = ""
    #: whether it has a date beside the value
    dated: bool = False
    #: short form of the chosen value
    value: str = ""

    @property
    def has_bound(self) -> bool:
        """Whether its values are numbers or dates."""
        return self.form in {"number", "date", "figure"} or self.dated


def claim_form(page: Page, reader: ClaimReader, claim: Claim) -> ClaimForm:
    """The form for a claim, of which parts may be missing."""
    if not claim.resource.strip():
        return ClaimForm()
    try:
        kind = reader.resource(claim.resource).kind
    except UnclearPartError:
        return ClaimForm()
    relations = reader.relations_of(kind)
    choices = [Choice(item.curie, relation_name(page, item.curie)) for item in relations]
    choices.sort(key=lambda choice: choice.label.text.casefold())
    relation = _relation(reader, claim.relation, kind)
    if relation is None:
        return ClaimForm(choices)
    values = _values(page, reader, relation)
    return ClaimForm(
        choices,
        values,
        relation.curie,
        relation.values[0],
        dated=any("[" in path for path in relation.paths) or relation.values == ("figure",),
        value=_value(reader, claim.value, values, page),
    )


def relation_name(page: Page, curie: str) -> Label:
    """The name of a relation in plain words: of a property, or of a dataset of figures."""
    plain_names = {
        "gcm:participationIn": gettext("party to"),
        "gcm:signatureDate": gettext("signatory of"),
    }
    plain_name = plain_names.get(curie)
    return Label(plain_name, page.language) if plain_name else page.term_label_of(curie)


def _relation(reader: ClaimReader, name: str, kind: str) -> Relation | None:
    """The relation with a name, of resources of a kind; None for none."""
    with suppress(UnclearPartError):
        for relation in reader.named_relations(name):
            if kind in relation.kinds:
                return relation
    return None


def _values(page: Page, reader: ClaimReader, relation: Relation) -> list[Choice]:
    """The menu of the values of a relation; empty for numbers, dates, texts and long lists."""
    if relation.values[0] in LITERALS:
        return []
    entities = reader.possible_values(relation)
    if len(entities) > _MAX_MENU:
        return []
    choices = [Choice(_short(page, entity), page.label(entity.iri)) for entity in entities]
    return sorted(choices, key=lambda choice: choice.label.text.casefold())


def _value(reader: ClaimReader, text: str, values: Sequence[Choice], page: Page) -> str:
    """The short form of the value of a claim, if it is on the menu."""
    offered = {choice.value for choice in values}
    if text in offered or not text.strip():
        return text
    with suppress(UnclearPartError):
        short = _short(page, reader.resource(text))
        return short if short in offered else ""
    return ""


def _short(page: Page, entity: Entity) -> str:
    """The short form of the IRI of an entity."""
    return page.site.addresses.compress(entity.iri.value) or entity.iri.value
