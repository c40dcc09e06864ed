"""Property paths of SHACL and SPARQL (https://www.w3.org/TR/shacl/#property-paths)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gcmgraph.rdf.terms import IRI

#: Operators by SHACL property: what SPARQL writes before and after the path.
OPERATORS = {
    "inversePath": ("^", ""),
    "zeroOrMorePath": ("", "*"),
    "oneOrMorePath": ("", "+"),
    "zeroOrOnePath": ("", "?"),
}


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


def path_text(path: Path, name: Callable[[IRI], str] = str) -> str:
    """The path in SPARQL's syntax (https://www.w3.org/TR/sparql11-query/#propertypaths).

    >>> path_text(Sequence((Predicate(IRI("http://e/a")), Modified("inversePath", Predicate(IRI("http://e/b"))))))
    '<http://e/a>/(^<http://e/b>)'
    """
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
    """The properties of a path of one step: one, or several to choose from.

    None for a path of more steps.
    """
    match path:
        case Predicate(iri):
            return (iri,)
        case Alternative(paths):
            properties: list[IRI] = []
            for choice in paths:
                properties_of_choice = choices(choice)
                if properties_of_choice is None:
                    return None
                properties += properties_of_choice
            return tuple(properties)
    return None


def join(beginning: Path | None, continuation: Path) -> Path:
    """One path after another; None is the path without steps."""
    return continuation if beginning is None else Sequence((beginning, continuation))
