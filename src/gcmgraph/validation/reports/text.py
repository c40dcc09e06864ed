"""Reports for people: `file:line:column: severity: message` on one line, the hint below it."""

from __future__ import annotations

from gcmgraph.model.terms import IRI, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.paths import path_text
from gcmgraph.validation.report import Level, Report, Result

_SEVERITIES = {
    "en": {Level.VIOLATION: "violation", Level.WARNING: "warning", Level.INFO: "note"},
    "fr": {Level.VIOLATION: "erreur", Level.WARNING: "avertissement", Level.INFO: "remarque"},
}
_SUMMARIES = {
    "en": ("Conforms", "Does not conform"),
    "fr": ("Conforme", "Non conforme"),
}
#: Singular and plural. English counts 0 as several, French as one (https://cldr.unicode.org/index/cldr-spec/plural-rules).
_COUNTED = {
    "en": {Level.VIOLATION: ("violation", "violations"), Level.WARNING: ("warning", "warnings")},
    "fr": {Level.VIOLATION: ("erreur", "erreurs"), Level.WARNING: ("avertissement", "avertissements")},
}
_ONE = {"en": {1}, "fr": {0, 1}}
_HINTS = {"en": "Hint: ", "fr": "Conseil : "}
_DID_YOU_MEAN = {"en": "Did you mean {}?", "fr": "Vouliez-vous dire {} ?"}
_PUBLISHED = {"en": "Published is: {}.", "fr": "Est publié : {}."}
_LONGEST_VALUE = 80


def report_text(report: Report, addresses: Addresses, language: str = "en") -> str:
    """The report, each result on a line with its hint below, a summary at the end.

    `language` is `en` or `fr`; others fall back to English.
    """
    language = language if language in _SEVERITIES else "en"
    # one error may violate two constraints of a shape, which have the same message
    problems = dict.fromkeys(_problem(result, addresses, language) for result in report.results)
    good, bad = _SUMMARIES[language]
    counted = ", ".join(
        f"{(count := report.count(level))} {several if count not in _ONE[language] else one}"
        for level, (one, several) in _COUNTED[language].items()
    )
    return "\n".join([*problems, f"{good if report.conforms else bad}: {counted}."]) + "\n"


def _problem(result: Result, addresses: Addresses, language: str) -> str:
    place = f"{result.place}: " if result.place else ""
    line = f"{place}{_SEVERITIES[language][result.level]}: {sentence(result, addresses, language)}"
    hint = advice(result, addresses, language)
    return f"{line}\n    {_HINTS[language]}{hint}" if hint else line


def advice(result: Result, addresses: Addresses, language: str) -> str | None:
    """How to correct it, on one line: published values, a suggestion, and the hint of the shape."""
    language = language if language in _SEVERITIES else "en"
    parts = []
    if expected := result.expected.best(language):
        parts.append(_PUBLISHED[language].format(expected))
    if result.nearest:
        near = term_text(result.nearest.term, addresses)
        label = result.nearest.labels.best(language)
        parts.append(_DID_YOU_MEAN[language].format(f"{label}, {near}" if label else near))
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
