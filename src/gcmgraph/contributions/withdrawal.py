"""Effects of removing a published contribution: others that need it, and addresses that end with it."""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.contributions.stored_statements import StoredStatements
from gcmgraph.contributions.submission_check import Checker, DecidedLines, Request
from gcmgraph.platform.errors import ConflictError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.store.port import Change, Store


def require_not_needed(statements: StoredStatements, checker: Checker, decided: Change) -> None:
    """Raise `ConflictError` where the graph would not conform without the statements of a contribution.

    The graph is the published one after the change that was `decided`.
    """
    request = Request(replaced=statements, has_priority=True, decided=DecidedLines.of(decided))
    verdict = checker.check(request)
    if verdict.conforms:
        return
    resources = sorted({result["focusNode"]["value"] for result in verdict.results})
    message = (
        f"Contribution {statements.contribution} cannot be withdrawn: others' statements need it"
    )
    raise ConflictError(
        f"{message} (on {', '.join(resources[:3])}).",
        hint="Withdraw those first, or send what takes its place.",
    )


def ended_resources(
    identifier: str,
    statements: Iterable[Quad],
    successors: Iterable[Quad],
    published: Store,
    addresses: Addresses,
) -> tuple[str, ...]:
    """Our resources that only a contribution describes, by its statements, and that its `successors` do not describe.

    Parts of resources (IRIs with a fragment) are left out. Sorted IRIs.
    """
    graphs = {IRI(addresses.graph(f"contribution/{identifier}")), IRI(addresses.graph("inferred"))}
    subjects = {quad.subject for quad in statements} - {quad.subject for quad in successors}
    start = f"{addresses.base}id/"
    ended = []
    for subject in subjects:
        if not isinstance(subject, IRI) or not subject.value.startswith(start):
            continue
        is_part = "#" in subject.value
        if not is_part and all(quad.graph_name in graphs for quad in published.quads(subject)):
            ended.append(subject.value)
    return tuple(sorted(ended))
