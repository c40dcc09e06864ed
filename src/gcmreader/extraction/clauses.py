"""A text made ready for reading: its sentences known, citations set aside; and the works that it cites.

A work is cited in brackets, `(IOM, 2019)`, `(CRM, 2019 ; ICMPD, 2020)`, or in the sentence, `a
survey of X (2019)`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.rdf.terms import IRI
from gcmgraph.sources.source_texts import Span, View
from gcmreader.lexicon import sentence_bounds

T = TypeVar("T")

#: the year of a cited work, or that it has none, with a letter that tells works apart: `2019a`,
#: `n.d. b`, `s.f.`
WORK_YEAR = r"(?:(?:19|20)\d\d[a-z]?|[sn]\. ?[df]\.(?: ?[a-z]\b)?)"
#: `(IOM, 2019)`, `(ONUDC, s.d.)`, `(CRM, 2019 ; ICMPD, 2020)`, `(Service of the North (SN), 2018)`
CITATION = re.compile(
    rf"\(+(?P<works>(?:[^()]|\([^()]{{1,20}}\)){{1,160}}?,\s?{WORK_YEAR}(?:\s?;[^()]*)?)\s?\)"
)


@dataclass(frozen=True)
class Extracted(Generic[T]):
    """A value read from a document, and the stretch that says it."""

    value: T
    span: Span


@dataclass(frozen=True)
class ReadPassage:
    """A cleaned text to read facts from."""

    view: View

    @cached_property
    def text(self) -> str:
        """The text with citations blanked out, character by character, so that ranges stay true."""
        return CITATION.sub(lambda match: " " * len(match[0]), self.view.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The ranges of the sentences."""
        return sentence_bounds(self.text)

    def sentence_of(self, position: int) -> tuple[int, int]:
        """The range of the sentence that a position lies in."""
        following = bisect_right(self.sentences, position, key=lambda bounds: bounds[0])
        if following and position < self.sentences[following - 1][1]:
            return self.sentences[following - 1]
        return 0, len(self.text)

    def extracted(self, value: T, start: int, end: int) -> Extracted[T]:
        """A value with the stretch behind `text[start:end]`, white space and commas at its ends left out."""
        start, end = self.view.trimmed(start, end, " ,;:")
        return Extracted(value, self.view.span(start, end))


_WORK = re.compile(rf"\s*(?P<author>[^;]+?),\s?(?P<year>{WORK_YEAR})\s*$")
#: an author in the sentence, after a word that says it is one: `according to Michael Clemens
#: (2015)`
_NARRATIVE = re.compile(
    r"\b(?:[Aa]ccording to|by|of|from|[Ss]elon|[Dd]'après|[Ss]egún|par|por|del|de|du|des|d')"
    r"(?: the | la | les | los | el | l'| )?"
    r"(?P<work>(?P<author>[A-ZÀ-Ý][\w'.-]+"
    r"(?:(?: of the| of| for| and| et| y| de la| del| de l'| du| des| de| d'| &)? ?[A-ZÀ-Ý][\w'.-]+){0,6})"
    r" \((?P<year>(?:19|20)\d\d[a-z]?)\))"
)
_CITING = re.compile(
    r"\b(?:stud(?:y|ies)|survey|report|review|research|analysis|paper|work|model|evaluation|put forward|[Aa]ccording|"
    r"described|developed|estimat\w+|enquêtes?|études?|rapports?|travaux|recherches?|analyse|modèle|évaluation|[Ss]elon|[Dd]'après|estudios?|encuestas?|informes?|investigaci(?:ón|ones)|análisis|"
    r"modelo|evaluación|[Ss]egún)\b"
)
_ACT = re.compile(
    r"Act|Law|Code|Convention|Covenant|Protocol|Declaration|Plan|Agenda|Loi|Pacte|Déclaration|Protocole|Programme|Ley|Convenio|Pacto|Declaración|Protocolo|Programa"
)
#: Distance before an author within which a word marks it as one, in characters.
_BEFORE = 60


@dataclass(frozen=True)
class CitedWork:
    """A cited work: its text, the author where known to the reference data, the year where given."""

    text: str
    creator: IRI | None
    year: str | None


def read_citations(body: ReadPassage, gazetteer: Gazetteer) -> list[Extracted[CitedWork]]:
    """The works cited, in order, each once."""
    found: dict[str, Extracted[CitedWork]] = {}
    for match in CITATION.finditer(body.view.text):
        position = match.start("works")
        for part in re.finditer(r"[^;]+", match["works"]):
            work = _WORK.fullmatch(part[0])
            if work is None:
                continue
            start, end = body.view.trimmed(position + part.start(), position + part.end(), " ")
            shown = body.view.shown_at(start, end)
            year = work["year"][:4] if work["year"][0].isdigit() else None
            citation = CitedWork(shown, gazetteer.lookup(work["author"].strip()), year)
            found.setdefault(shown, body.extracted(citation, start, end))
    for match in _NARRATIVE.finditer(body.view.text):
        before = body.view.text[max(0, match.start() - _BEFORE) : match.start("author")]
        if _CITING.search(before) and not _ACT.search(match["author"]):
            start, end = match.span("work")
            shown = body.view.shown_at(start, end)
            citation = CitedWork(shown, gazetteer.lookup(match["author"]), match["year"][:4])
            found.setdefault(shown, body.extracted(citation, start, end))
    return list(found.values())
