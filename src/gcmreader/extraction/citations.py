"""Works cited: in brackets, `(IOM, 2019)`, `(CRM, 2019 ; ICMPD, 2020)`, and in the sentence, `a survey of X (2019)`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.names import Gazetteer
from gcmreader.extraction.clauses import CITATION, WORK_YEAR, Found, Passage

_WORK = re.compile(rf"\s*(?P<author>[^;]+?),\s?(?P<year>{WORK_YEAR})\s*$")
#: an author in the sentence, after a word that says it is one: `according to Michael Clemens (2015)`
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


def read_citations(body: Passage, gazetteer: Gazetteer) -> list[Found[CitedWork]]:
    """The works cited, in order, each once."""
    found: dict[str, Found[CitedWork]] = {}
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
            found.setdefault(shown, body.found(citation, start, end))
    for match in _NARRATIVE.finditer(body.view.text):
        before = body.view.text[max(0, match.start() - _BEFORE) : match.start("author")]
        if _CITING.search(before) and not _ACT.search(match["author"]):
            start, end = match.span("work")
            shown = body.view.shown_at(start, end)
            citation = CitedWork(shown, gazetteer.lookup(match["author"]), match["year"][:4])
            found.setdefault(shown, body.found(citation, start, end))
    return list(found.values())
