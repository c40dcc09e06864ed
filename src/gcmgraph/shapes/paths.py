"""Property paths (https://www.w3.org/TR/shacl/#property-paths) as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI


@dataclass(frozen=True)
class Predicate:
    """One step along a property."""

    iri: IRI


@dataclass(frozen=True)
class Sequence:
    """One path after another."""

    steps: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """A choice of paths."""

    choices: tuple[Path, ...]


@dataclass(frozen=True)
class Modified:
    """A path with an operator of `OPERATORS`, named by its SHACL property (`inversePath`, …)."""

    operator: str
    path: Path


Path = Predicate | Sequence | Alternative | Modified

#: Operators by SHACL property: what SPARQL writes before and after the path.
OPERATORS = {
    "inversePath": ("^", ""),
    "zeroOrMorePath": ("", "*"),
    "oneOrMorePath": ("", "+"),
    "zeroOrOnePath": ("", "?"),
}


def path_text(path: Path, name: Callable[[IRI], str] = str) -> str:
    """The path in SPARQL's syntax (https://www.w3.org/TR/sparql11-query/#propertypaths)."""
    match path:
        case Predicate(iri):
            return name(iri)
        case Sequence(steps):
            return "/".join(_part(step, name) for step in steps)
        case Alternative(choices):
            return "|".join(_part(choice, name) for choice in choices)
        case Modified(operator, inner):
            before, after = OPERATORS[operator]
            return f"{before}{_part(inner, name)}{after}"


def _part(path: Path, name: Callable[[IRI], str]) -> str:
    text = path_text(path, name)
    return text if isinstance(path, Predicate) else f"({text})"


def predicates(path: Path) -> tuple[IRI, ...]:
    """The properties in a path, in order."""
    match path:
        case Predicate(iri):
            return (iri,)
        case Sequence(parts) | Alternative(parts):
            return tuple(iri for part in parts for iri in predicates(part))
        case Modified(_, inner):
            return predicates(inner)


def choices(path: Path | None) -> tuple[IRI, ...] | None:
    """The properties of a path of one step: one, or several to choose from. None for a path of more steps."""
    match path:
        case Predicate(iri):
            return (iri,)
        case Alternative(paths):
            found = [choices(one) for one in paths]
            return None if None in found else tuple(iri for some in found if some for iri in some)
    return None


def join(first: Path | None, second: Path) -> Path:
    """One path after another; None is the path without steps."""
    return second if first is None else Sequence((first, second))
