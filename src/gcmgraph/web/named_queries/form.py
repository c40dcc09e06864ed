"""The form of a named query: a field for each parameter, with choices where there are few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.publication.naming.labels import Label
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.parameters import ENDPOINT, Parameter
from gcmgraph.web.i18n.languages import LANGUAGES, best_text
from gcmgraph.web.named_queries.parameters import local_name
from gcmgraph.web.services import Site, Snapshot

#: As many things are offered in a list; a longer one is no help.
MAX_CHOICES = 300


@dataclass(frozen=True)
class Choice:
    """An option of a list: the value sent, and what people read."""

    value: str
    text: str


@dataclass(frozen=True)
class Field:
    """A parameter as a form shows it: a list where there are `choices`, else an input."""

    name: str
    type: str
    label: Label
    value: str
    required: bool
    #: whether leaving it out means anything at all
    free: bool
    choices: tuple[Choice, ...]
    wrong: bool


def fields(
    site: Site, snapshot: Snapshot, query: NamedQuery, given: Mapping[str, str], language: str, wrong: str | None
) -> list[Field]:
    """The fields of a query's form, filled with what was given; `wrong` names the parameter that was refused."""
    return [
        Field(
            parameter.name,
            parameter.type,
            best_text(parameter.labels, language),
            given.get(parameter.name, "").strip() or _default(site, parameter),
            parameter.required,
            parameter.default is None and not parameter.required and parameter.type != ENDPOINT,
            _choices(site, snapshot, parameter, given.get(parameter.name, "").strip(), language),
            parameter.name == wrong,
        )
        for parameter in query.parameters
        if site.endpoints or parameter.type != ENDPOINT
    ]


def _default(site: Site, parameter: Parameter) -> str:
    return site.endpoints[0] if parameter.type == ENDPOINT else parameter.default or ""


def _choices(site: Site, snapshot: Snapshot, parameter: Parameter, value: str, language: str) -> tuple[Choice, ...]:
    if parameter.type == "language":
        offered = [Choice(tag, name) for tag, name in LANGUAGES.items()]
    elif parameter.type == ENDPOINT:
        offered = [Choice(endpoint, endpoint) for endpoint in site.endpoints]
    elif parameter.type in KIND_CLASSES:
        offered = _things(site, snapshot, parameter, language)
    else:
        return ()
    if value and offered and all(choice.value != value for choice in offered):
        offered.insert(0, Choice(value, value))  # what was given stays visible, right or wrong
    return tuple(offered)


def _things(site: Site, snapshot: Snapshot, parameter: Parameter, language: str) -> list[Choice]:
    """The things of a parameter's kind: concepts of the default's scheme, SDG goals where the default is a goal."""
    kind, default = parameter.type, parameter.default or ""
    offered = []
    for entry in snapshot.catalogue.entries(kind, language):
        local = local_name(site.addresses, entry.iri, kind)
        if kind == "concept" and "/" in default and local.rpartition("/")[0] != default.rpartition("/")[0]:
            continue
        if kind == "sdg" and default and "." not in default and "." in local:
            continue
        code = entry.notation if entry.notation not in {None, entry.label.text} and kind != "country" else None
        offered.append(Choice(local, f"{code} – {entry.label.text}" if code else entry.label.text))
    return offered if len(offered) <= MAX_CHOICES else []
