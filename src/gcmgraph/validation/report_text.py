"""Reports for people: `file:line:column: severity: message` on one line, the hint below it."""

from __future__ import annotations

from gcmgraph.model.terms import IRI, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.paths import path_text
from gcmgraph.translations import data_language
from gcmgraph.translations.messages import Message
from gcmgraph.validation.report import Level, Report, Result

_SEVERITIES = {
    Level.VIOLATION: Message("violation"),
    Level.WARNING: Message("warning"),
    Level.INFO: Message("note"),
}
_COUNTED = {
    Level.VIOLATION: Message("{count} violation", "{count} violations"),
    Level.WARNING: Message("{count} warning", "{count} warnings"),
}
_CONFORMS, _DOES_NOT = Message("Conforms: {counts}."), Message("Does not conform: {counts}.")
_FIRST_ONLY = Message("Listed are the first {listed} of {total} results. All by kind:")
_HINT = Message("Hint: {hint}")
_DID_YOU_MEAN = Message("Did you mean {value}?")
_PUBLISHED = Message("Published is: {values}.")
_LONGEST_VALUE = 80


def report_text(report: Report, addresses: Addresses, language: str = "en") -> str:
    """The report, each result on a line with its hint below, counts of a cut report and a summary at the end.

    A language without texts of reports falls back to English.
    """
    language = data_language(language)
    # one error may violate two constraints of a shape, which have the same message
    problems = dict.fromkeys(_problem(result, addresses, language) for result in report.results)
    counts = ", ".join(message.counted(report.count(level), language) for level, message in _COUNTED.items())
    summary = (_CONFORMS if report.conforms else _DOES_NOT).in_language(language, counts=counts)
    return "\n".join([*problems, *kind_lines(report, addresses, language), summary]) + "\n"


def kind_lines(report: Report, addresses: Addresses, language: str) -> list[str]:
    """Counts of the results by kind, of a report that does not list all; else nothing."""
    if not report.cut:
        return []
    head = _FIRST_ONLY.in_language(language, listed=f"{len(report.results):,}", total=f"{report.total:,}")
    lines = []
    for kind in report.kinds:
        message = kind.messages.best(language) or term_text(kind.component, addresses)
        severity = _SEVERITIES[kind.level].in_language(language)
        lines.append(f"    {severity}: {kind.number:,} × {_one_line(message)}")
    return [head, *lines]


def _problem(result: Result, addresses: Addresses, language: str) -> str:
    place = f"{result.place}: " if result.place else ""
    line = f"{place}{_SEVERITIES[result.level].in_language(language)}: {sentence(result, addresses, language)}"
    hint = advice(result, addresses, language)
    return f"{line}\n    {_HINT.in_language(language, hint=hint)}" if hint else line


def advice(result: Result, addresses: Addresses, language: str) -> str | None:
    """Correction on one line: published values, a suggestion, and the hint of the shape."""
    language = data_language(language)
    parts = []
    if expected := result.expected.best(language):
        parts.append(_PUBLISHED.in_language(language, values=expected))
    if result.nearest:
        near = term_text(result.nearest.term, addresses)
        label = result.nearest.labels.best(language)
        parts.append(_DID_YOU_MEAN.in_language(language, value=f"{label}, {near}" if label else near))
    if hint := result.hints.best(language):
        parts.append(hint)
    return _one_line(" ".join(parts)) or None


def sentence(result: Result, addresses: Addresses, language: str) -> str:
    """The problem on one line: `“GLO.ACT” (practice:glo-act), start: message [value]`."""
    label, term = result.labels.best(language), term_text(result.focus, addresses)
    subject = f"“{label}” ({term})" if label else term
    name = result.names.best(language) or (
        path_text(result.path, lambda iri: term_text(iri, addresses)) if result.path else ""
    )
    value = (
        f" [{term_text(result.value, addresses)}]" if result.value is not None and result.value != result.focus else ""
    )
    message = result.messages.best(language) or addresses.compress(result.component.value) or result.component.value
    return _one_line(f"{subject}{', ' if name else ''}{name}: {message}{value}")


def term_text(term: Term, addresses: Addresses) -> str:
    """A term for people: a CURIE if there is a prefix, long literals shortened."""
    if isinstance(term, IRI):
        return addresses.compress(term.value) or f"<{term.value}>"
    text = str(term)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _one_line(text: str) -> str:
    """Text without line breaks and control characters, with which untrusted text could forge lines of a log."""
    return "".join(char if char.isprintable() else " " for char in text)
