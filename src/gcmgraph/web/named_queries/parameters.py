"""Terms for the parameter values of named queries, and suggestions for invalid values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import RESERVED, NamedQuery
from gcmgraph.queries.parameters import ENDPOINT, TYPES, Parameter, ParameterError, shown
from gcmgraph.text.nearest import nearest_value
from gcmgraph.translations.languages import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.http.problems import ProblemError
from gcmgraph.web.named_queries.request import parameter_problem
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot


def bound_terms(site: Site, snapshot: Snapshot, query: NamedQuery, given: Mapping[str, str]) -> dict[str, Term]:
    """The terms to bind for the values of a request.

    Raises `ProblemError` (400) for a parameter that is unknown, missing or of the wrong type, and for a resource that
    is not in the graph: empty results would read as a statement about it.
    """
    if query.endpoint and site.endpoints and not given.get(query.endpoint, "").strip():
        given = {**given, query.endpoint: site.endpoints[0]}
    try:
        terms = query.substitutions(given, site.addresses)
    except ParameterError as error:
        raise _problem(site, snapshot, query, given, error) from None
    for parameter in query.parameters:
        term = terms.get(parameter.name)
        if parameter.type == ENDPOINT and isinstance(term, IRI) and term.value not in site.endpoints:
            foreign = ParameterError(
                f"This server does not ask {shown(term.value)}: it is not in its list of endpoints.",
                parameter.name,
                parameter.type,
                hint=f"It asks {', '.join(site.endpoints) or 'none; its operator has set none'}.",
            )
            raise _problem(site, snapshot, query, given, foreign)
        text = given.get(parameter.name, "")
        listed = is_listed(parameter.type) and bool(text.strip())
        if listed and isinstance(term, IRI) and not snapshot.catalogue.holds(parameter.type, term):
            unknown = ParameterError(
                f"There is no {parameter.type} {shown(text)} in this graph, for the parameter '{parameter.name}'.",
                parameter.name,
                parameter.type,
            )
            raise _problem(site, snapshot, query, given, unknown)
    return terms


def is_listed(type_name: str) -> bool:
    """Whether the values of a type are resources of a kind whose list is complete."""
    return type_name in KINDS and not KINDS[type_name].open


def local_name(addresses: Addresses, iri: IRI, kind: str) -> str:
    """The value of a resource for a parameter of its kind: `AFG`, `practice-type/plan`."""
    return iri.value.removeprefix(addresses.thing(kind, ""))


def _problem(
    site: Site, snapshot: Snapshot, query: NamedQuery, given: Mapping[str, str], error: ParameterError
) -> ProblemError:
    members: dict[str, object] = {}
    if error.type is None:
        members["parameters"] = [*(parameter.name for parameter in query.parameters), *RESERVED]
        hint = error.hint
    else:
        members["expected"] = TYPES[error.type].wanted
        hint = error.hint or f"It is {TYPES[error.type].wanted}."
        parameter = next(p for p in query.parameters if p.name == error.parameter)
        text = given.get(error.parameter, "").strip()
        if (value := _suggestion(site, snapshot, parameter, text)) and value != text:
            members["nearest"] = value
            hint = f"{hint} Did you mean '{value}'?"
    return parameter_problem(error.message, error.parameter, language=SOURCE_LANGUAGE, **members, hint=hint)


def _suggestion(site: Site, snapshot: Snapshot, parameter: Parameter, text: str) -> str | None:
    """The valid value nearest to an invalid one by code, name or address; None where none is similar."""
    text = text.strip()[:200]
    match parameter.type:
        case "integer":
            digits = re.sub(r"[\s,.'’_]", "", text) if re.fullmatch(r"[+-]?\d{1,3}([\s,.'’_]\d{3})+", text) else ""
            whole = re.match(r"[+-]?\d{1,18}(?=[.,]\d*$)", text, re.ASCII)
            return digits or (whole[0] if whole else None)
        case "gYear":
            year = re.search(r"(?<!\d)\d{4}(?!\d)", text, re.ASCII)
            return year[0] if year else None
        case "endpoint":
            names = {endpoint: endpoint for endpoint in site.endpoints}
        case "language":
            names = {n: tag for tag, name in LANGUAGES.items() for n in (name, str(Locale.parse(tag).english_name))}
        case kind if kind in KINDS:
            names = _names(site, snapshot, kind)
        case _:
            return None
    by_name = {name.casefold(): value for name, value in names.items()}
    folded = text.casefold()
    return nearest_value(folded, by_name) or nearest_value(re.split(r"\W", folded, maxsplit=1)[0], by_name)


def _names(site: Site, snapshot: Snapshot, kind: str) -> dict[str, str]:
    """Labels, notations and local names of a kind, each with the parameter value."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for entry in snapshot.catalogue.entries(kind, language):
            local = local_name(site.addresses, entry.iri, kind)
            names |= {name: local for name in (entry.label.text, entry.notation, local) if name}
    return names
