"""What a practice led to: the sentences that say so."""

from __future__ import annotations

import re

from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.lexicon import Lexicon


def read_outcomes(body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    """The sentences that tell an outcome, without the words that only link them to the one before.

    A sentence that only announces outcomes (`various concrete results`) is left out.
    """
    cue = re.compile(lexicon.fragment("topics", "outcome"), re.IGNORECASE)
    generic = re.compile(lexicon.fragment("topics", "outcome_generic"), re.IGNORECASE)
    linking = re.compile(lexicon.fragment("topics", "outcome_lead"), re.IGNORECASE)
    found = []
    for start, end in body.sentences:
        if not cue.search(body.text, start, end) or generic.search(body.text, start, end):
            continue
        link = linking.match(body.text[start:end])
        begin, stop = body.trimmed(start + (link.end() if link else 0), end, " ")
        shown = body.view.shown_at(begin, stop)
        shown = re.sub(r"\s+([.])$", r"\1", _without_citation(shown)).strip()
        found.append(body.found(shown[0].upper() + shown[1:], begin, stop))
    return found


def _without_citation(sentence: str) -> str:
    from gcmgraph.extraction.clauses import CITATION  # noqa: PLC0415

    return CITATION.sub("", sentence)


def read_binding(body: Passage, lexicon: Lexicon) -> Found[bool] | None:
    """Whether the text says that the practice is (not) legally binding."""
    for value, name in ((False, "binding_no"), (True, "binding_yes")):
        match = re.search(lexicon.fragment("topics", name), body.text, re.IGNORECASE)
        if match:
            return body.found(value, match.start(), match.end())
    return None
