"""Resources that end with a contribution, where it is withdrawn or superseded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gcmgraph.contributions.checking.port import Checker, Request
from gcmgraph.contributions.errors import ConflictError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store


def require_not_needed(identifier: str, statements: Sequence[Quad], checker: Checker) -> None:
    """Raise `ConflictError` where the published graph would not conform without the statements of a contribution."""
    verdict = checker.check(Request(None, tuple(statements), first=True))
    if not verdict.conforms:
        things = sorted({result["focusNode"]["value"] for result in verdict.results})
        raise ConflictError(
            f"Contribution {identifier} cannot be withdrawn: others' statements need it (on {', '.join(things[:3])}).",
            hint="Withdraw those first, or send what takes its place.",
        )


def ended_resources(
    identifier: str, statements: Iterable[Quad], instead: Iterable[Quad], published: Store, addresses: Addresses
) -> tuple[str, ...]:
    """Our resources that only a contribution describes, by its statements, and that `instead` does not describe."""
    graphs = {IRI(addresses.graph(f"contribution/{identifier}")), IRI(addresses.graph("inferred"))}
    described = {quad.subject for quad in instead}
    resources = {
        quad.subject
        for quad in statements
        if isinstance(quad.subject, IRI)
        and quad.subject.value.startswith(f"{addresses.base}id/")
        and "#" not in quad.subject.value
    }
    return tuple(
        sorted(
            resource.value
            for resource in resources - described
            if all(quad.graph_name in graphs for quad in published.quads(subject=resource))
        )
    )
