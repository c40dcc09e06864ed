"""Works that a text cites: in brackets, `(IOM, 2019)`, or in a sentence, `a survey of X (2019)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.rdf.terms import IRI
from gcmreader.extraction.passages import CITATION, WORK_YEAR, Extracted, ReadPassage

#: Distance before an author within which a word marks the author as one, in characters.
CITING_CONTEXT = 60

_WORK = re.compile(rf"\s*(?P<author>[^;]+?),\s?(?P<year>{WORK_YEAR})\s*$")
_WORKS = re.compile(r"[^;]+")
#: an author in the sentence, after a word that marks one: `according to Michael Clemens (2015)`
_NARRATIVE = re.compile(
    r"\b(?:[Aa]ccording to|by|of|from|[Ss]elon|[Dd]'après|[Ss]egún|par|por|del|de|du|des|d')"
    r"(?: the | la | les | los | el | l'| )?"
    r"(?P<work>(?P<author>[A-ZÀ-Ý][\w'.-]+"
    r"(?:(?: of the| of| for| and| et| y| de la| del| de l'| du| des| de| d'| &)?"
    r" ?[A-ZÀ-Ý][\w'.-]+){0,6})"
    r" \((?P<year>(?:19|20)\d\d[a-z]?)\))"
)
_CITING = re.compile(
    r"\b(?:stud(?:y|ies)|survey|report|review|research|analysis|paper|work|model|evaluation"
    r"|put forward|[Aa]ccording|described|developed|estimat\w+"
    r"|enquêtes?|études?|rapports?|travaux|recherches?|analyse|modèle|évaluation"
    r"|[Ss]elon|[Dd]'après"
    r"|estudios?|encuestas?|informes?|investigaci(?:ón|ones)|análisis|modelo|evaluación|[Ss]egún)\b"
)
_ACT = re.compile(
    r"Act|Law|Code|Convention|Covenant|Protocol|Declaration|Plan|Agenda"
    r"|Loi|Pacte|Déclaration|Protocole|Programme"
    r"|Ley|Convenio|Pacto|Declaración|Protocolo|Programa"
)


@dataclass(frozen=True)
class CitedWork:
    """A cited work: its text, its author if known to the reference data, its year if given."""

    text: str
    creator: IRI | None
    year: str | None


def read_citations(body: ReadPassage, gazetteer: Gazetteer) -> list[Extracted[CitedWork]]:
    """The works cited, those in brackets first, each once."""
    works: dict[str, Extracted[CitedWork]] = {}
    for work in (*_works_in_brackets(body, gazetteer), *_works_in_sentences(body, gazetteer)):
        works.setdefault(work.value.text, work)
    return list(works.values())


def _works_in_brackets(body: ReadPassage, gazetteer: Gazetteer) -> Iterator[Extracted[CitedWork]]:
    for citation in CITATION.finditer(body.view.text):
        position = citation.start("works")
        for part in _WORKS.finditer(citation["works"]):
            work = _WORK.fullmatch(part[0])
            if work is None:
                continue
            start, end = body.view.trimmed(position + part.start(), position + part.end(), " ")
            creator = gazetteer.lookup(work["author"].strip())
            year = work["year"][:4] if work["year"][0].isdigit() else None
            cited_work = CitedWork(body.view.shown_at(start, end), creator, year)
            yield body.extracted(cited_work, start, end)


def _works_in_sentences(body: ReadPassage, gazetteer: Gazetteer) -> Iterator[Extracted[CitedWork]]:
    text = body.view.text
    for match in _NARRATIVE.finditer(text):
        before = text[max(0, match.start() - CITING_CONTEXT) : match.start("author")]
        if _CITING.search(before) and not _ACT.search(match["author"]):
            start, end = match.span("work")
            creator = gazetteer.lookup(match["author"])
            cited_work = CitedWork(body.view.shown_at(start, end), creator, match["year"][:4])
            yield body.extracted(cited_work, start, end)
