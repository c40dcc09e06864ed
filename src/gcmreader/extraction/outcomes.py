"""Sentences about the outcomes of a practice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcmreader.extraction.clauses import Found, Passage
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.lexicon import Lexicon


def read_outcomes(
    body: Passage, names: OrganisationReader, lexicon: Lexicon, lead_sentence: int | None = None
) -> list[Found[str]]:
    """The sentences about an outcome, without the words that only link them to the one before.

    A sentence is one by its wording, or, after the sentence with the lead, by a figure that something has reached.
    One that only announces outcomes (`various concrete results`) is left out, and one about an organisation's part.
    """
    cue = lexicon.pattern("outcomes", "outcome", re.IGNORECASE)
    figure = lexicon.pattern("outcomes", "outcome_figure", re.IGNORECASE)
    not_own = lexicon.pattern("outcomes", "outcome_not_own", re.IGNORECASE)
    generic = lexicon.pattern("outcomes", "outcome_generic", re.IGNORECASE)
    linking = lexicon.pattern("outcomes", "outcome_lead", re.IGNORECASE)
    after = body.sentences[lead_sentence or 0][1] if body.sentences else 0
    found = []
    for start, end in _statements(body):
        said = cue.search(body.text, start, end)
        if said and said[0].casefold().lstrip("ao nt").startswith("contribu") and names.read_list(start)[0]:
            said = None
        counted = start >= after and figure.search(body.text, start, end) and not not_own.search(body.text, start, end)
        if not (said or counted) or generic.search(body.text, start, end):
            continue
        link = linking.match(body.text[start:end])
        begin, stop = body.trimmed(start + (link.end() if link else 0), end, " ")
        shown = body.view.shown_at(begin, stop)
        shown = re.sub(r"\s+([.])$", r"\1", _without_citation(shown)).strip()
        found.append(body.found(shown[0].upper() + shown[1:], begin, stop))
    return found


def _statements(body: Passage) -> Iterator[tuple[int, int]]:
    """The sentences, those with a semicolon in parts: each part says something of its own."""
    for start, end in body.sentences:
        begin = start
        for match in re.finditer(r"; ", body.text[start:end]):
            yield begin, start + match.start()
            begin = start + match.end()
        yield begin, end


def _without_citation(sentence: str) -> str:
    from gcmreader.extraction.clauses import CITATION  # noqa: PLC0415

    return CITATION.sub("", sentence)


def read_binding(body: Passage, lexicon: Lexicon) -> Found[bool] | None:
    """Whether the text says that the practice is (not) legally binding."""
    for value, name in ((False, "binding_no"), (True, "binding_yes")):
        match = lexicon.pattern("outcomes", name, re.IGNORECASE).search(body.text)
        if match:
            return body.found(value, match.start(), match.end())
    return None
