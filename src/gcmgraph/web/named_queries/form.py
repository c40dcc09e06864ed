"""Fields of the form of a named query: one for each parameter, with choices where there are few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.kinds import KINDS
from gcmgraph.publication.naming.labels import Label
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.parameters import ENDPOINT, Parameter
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.i18n import best_text
from gcmgraph.web.named_queries.request import local_name
from gcmgraph.web.services import Site, Snapshot

#: Maximum number of choices of a list; a parameter with more is a text field.
MAX_CHOICES = 300


@dataclass(frozen=True)
class ParameterChoice:
    """An option of a list: its value and its text."""

    value: str
    text: str
    #: of a name in words
    language: str | None = None


@dataclass(frozen=True)
class ParameterField:
    """A parameter in a form: a list where there are `choices`, else an input."""

    name: str
    type: str
    label: Label
    value: str
    required: bool
    #: whether it may be empty, for any value
    free: bool
    choices: tuple[ParameterChoice, ...]
    wrong: bool


def fields(
    site: Site, snapshot: Snapshot, query: NamedQuery, given: Mapping[str, str], language: str, wrong: str | None
) -> list[ParameterField]:
    """The fields with the values in `given`; `wrong` is the name of the invalid parameter."""
    return [
        ParameterField(
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


def _choices(
    site: Site, snapshot: Snapshot, parameter: Parameter, value: str, language: str
) -> tuple[ParameterChoice, ...]:
    if parameter.type == "language":
        offered = [ParameterChoice(tag, name, tag) for tag, name in LANGUAGES.items()]
    elif parameter.type == ENDPOINT:
        offered = [ParameterChoice(endpoint, endpoint) for endpoint in site.endpoints]
    elif parameter.type in KINDS:
        offered = _resources(site, snapshot, parameter, language)
    else:
        return ()
    if value and offered and all(choice.value != value for choice in offered):
        offered.insert(0, ParameterChoice(value, value))  # a given value stays visible, even an invalid one
    return tuple(offered)


def _resources(site: Site, snapshot: Snapshot, parameter: Parameter, language: str) -> list[ParameterChoice]:
    """Resources of a parameter's kind: concepts of the default's scheme, only goals where the default is a goal."""
    kind, default = parameter.type, parameter.default or ""
    offered = []
    for entry in snapshot.catalogue.entries(kind, language):
        local = local_name(site.addresses, entry.iri, kind)
        if kind == "concept" and "/" in default and local.rpartition("/")[0] != default.rpartition("/")[0]:
            continue
        if kind == "sdg" and default and "." not in default and "." in local:
            continue
        code = entry.notation if entry.notation not in {None, entry.label.text} and kind != "country" else None
        name = f"{code} – {entry.label.text}" if code else entry.label.text
        offered.append(ParameterChoice(local, name, entry.label.language))
    return offered if len(offered) <= MAX_CHOICES else []
