"""The verdict on a contribution, the same for the command line, /validate, forms, spreadsheets and submission."""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.contributions.checking.mistakes import one_by_mistake
from gcmgraph.contributions.policy import refused
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.repository.tables import invalidations
from gcmgraph.spreadsheets.reading import SpreadsheetReading
from gcmgraph.store.port import Store
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Basis, Rules


def judge(
    reading: SpreadsheetReading,
    published: Store,
    rules: Rules,
    *,
    removed: Iterable[Quad] = (),
    basis: Basis = Basis.CONTRIBUTION,
) -> Report:
    """The report on what was read, beside the published graph without the statements `removed`.

    Statements that a contribution may not make are reported alone: they are not validated.
    """
    if basis is Basis.CONTRIBUTION:

        def withdrawn(iri: str) -> bool:
            return next(invalidations(published, rules.addresses, IRI(iri)), None) is not None

        found = list(refused(reading.statements, rules.addresses, withdrawn, lambda term: term in rules.terms))
        if found:
            return reading.report(Report.of(found))
    removed = frozenset(removed)
    report = validate_contribution(reading.statements, published, rules, removed=removed, basis=basis)
    if basis is Basis.CONTRIBUTION:
        stated = frozenset(reading.statements.subjects)

        def exists(iri: IRI) -> bool:
            return iri in stated or any(quad not in removed for quad in published.quads(iri))

        report = one_by_mistake(report, exists)
    return reading.report(report)
