"""/check: a structured claim, the verdict on it, and the statements with their sources, as a page or JSON."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request

from gcmgraph.publication.claim_notes import EditorsNote
from gcmgraph.publication.claim_parts import MAX_LENGTH, Claim
from gcmgraph.publication.claim_ranges import BOUNDS
from gcmgraph.publication.claim_sentences import Proposal, SentenceAnswer, SentenceChecker
from gcmgraph.publication.claims import ClaimChecker, ClaimVerdict, VerdictKind
from gcmgraph.publication.descriptions import DocumentPassage, Fact
from gcmgraph.publication.provenance import StatementEvidence, StatementOrigin
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.web.http import api
from gcmgraph.web.http.api import Json
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.negotiation import JSON_OR_PAGE, chosen_format
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import bad_request
from gcmgraph.web.resources.claim_form import claim_form, relation_name
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.responses.negotiated import cached_document, cached_page
from gcmgraph.web.services import Site, Snapshot, per_version, reconciler_of

#: Sentences that the page offers, by language.
_EXAMPLES = {
    "en": "Niger ratified the Migrant Workers Convention",
    "fr": "La France a voté pour le Pacte",
    "es": "México votó a favor del Pacto",
}
#: Reasons of verdicts for which a request for JSON is refused.
_REFUSED_REASONS = ("missing", "long", "bound", "unit", "day")

_PARAMETERS = (
    api.Parameter("resource", "Name, code or IRI of a resource.", api.text(MAX_LENGTH), "UNODC"),
    api.Parameter(
        "relation",
        "Name or prefixed term of a property.",
        api.text(MAX_LENGTH),
        "part of",
    ),
    api.Parameter(
        "value",
        "Name, code or IRI; number; date.",
        api.text(MAX_LENGTH),
        "United Nations",
    ),
    api.Parameter("unit", "Unit or currency of a number.", api.text(MAX_LENGTH)),
    api.Parameter("bound", "Bound of a number or a date.", api.one_of(BOUNDS)),
    api.Parameter(
        "date",
        "Day on which a State became a party or signatory; year of a figure.",
        api.text(MAX_LENGTH),
    ),
    api.Parameter(
        "sentence",
        "A statement in English, French or Spanish, in place of the other parts.",
        api.text(MAX_LENGTH),
    ),
    api.format_of(JSON_OR_PAGE.by_name),
    api.LANG,
)
#: JSON Schema of verdicts and statements.
SCHEMAS: Json = tomllib.loads((files("gcmgraph.web.resources") / "verdict.toml").read_text("utf-8"))
_ANSWER = api.answer("Verdict on a claim.", {JSON.media_type: SCHEMAS["verdict"]}, HTML)


@per_version
def claim_checker(snapshot: Snapshot) -> ClaimChecker:
    """The check of claims against a version."""
    return ClaimChecker(
        snapshot.store,
        snapshot.addresses,
        snapshot.describer,
        snapshot.labels,
        reconciler_of(snapshot),
    )


@per_version
def sentence_checker(snapshot: Snapshot) -> SentenceChecker:
    """The check of sentences against a version."""
    return SentenceChecker(claim_checker(snapshot))


def add_routes(app: Flask, site: Site) -> None:
    """/check."""

    @app.get("/check")
    @api.operation("check", _ANSWER, _PARAMETERS)
    def check() -> Response:
        """Check a structured claim: supported, stated of a part, disputed, contradicted, not stated, not understood.

        A resource, a relation and a value; or a sentence, which is read by tables of words. Its
        `proposals` are the claims that it may make. "Stated of a part" is not
        confirmed of the whole. "Disputed": the editors dispute what the document states; `notes`
        has their words. A claim is contradicted only where a property has at most one value, or a
        list is complete. "Not stated here" is no evidence that a claim is wrong.
        """
        require_utf8(request)
        form = chosen_format(JSON_OR_PAGE)
        claim = Claim(**{part: request.args.get(part, "") for part in Claim.__dataclass_fields__})
        sentence = request.args.get("sentence", "").strip()
        page = EvidencePage.requested(site)
        snapshot = page.snapshot

        def document() -> str:
            if sentence:
                return _sentence_document(page, sentence)
            verdict = claim_checker(snapshot).check(claim, page.language)
            if verdict.reason in _REFUSED_REASONS:
                raise bad_request(verdict.explained(page.language), part=verdict.part)
            return json.dumps(verdict_json(page, verdict, request.script_root), ensure_ascii=False)

        if form is HTML:
            return cached_page(snapshot, lambda: _html(page, claim, sentence))
        return cached_document(snapshot, document, JSON.media_type)


def _html(page: EvidencePage, claim: Claim, sentence: str) -> str:
    """The forms, with the verdict on a claim; a claim without a value is a step of the form."""
    checker = claim_checker(page.snapshot)
    verdict: ClaimVerdict | None = None
    proposals: list[Proposal] = []
    if sentence:
        answer = _sentence_answer(page, sentence)
        verdict = answer.verdict
        proposals = answer.proposals
        claim = proposals[0].claim if proposals else claim
    elif claim.value.strip():
        verdict = checker.check(claim, page.language)
    elif claim.resource.strip():
        verdict = checker.unclear_resource(claim.resource)
    return render_template(
        "check.html",
        page=page,
        claim=claim,
        form=claim_form(page, checker.reader, claim),
        sentence=sentence,
        verdict=verdict,
        proposals=proposals,
        address=claim_address,
        relation_name=relation_name,
        longest=MAX_LENGTH,
        EXAMPLES=_EXAMPLES,
    )


def _sentence_answer(page: EvidencePage, sentence: str) -> SentenceAnswer:
    """The verdict on a sentence, with the claims that it makes or may make."""
    if len(sentence) > MAX_LENGTH:
        return SentenceAnswer(ClaimVerdict(VerdictKind.NOT_UNDERSTOOD, "long", "sentence"), [])
    return sentence_checker(page.snapshot).answer(sentence, page.language)


def _sentence_document(page: EvidencePage, sentence: str) -> str:
    """The verdict on a sentence as JSON, with the claims that it may make."""
    answer = _sentence_answer(page, sentence)
    claims = [
        {**vars(proposal.claim), "verdict": proposal.verdict.kind.value}
        for proposal in answer.proposals
    ]
    verdict = verdict_json(page, answer.verdict, request.script_root)
    return json.dumps({**verdict, "proposals": claims}, ensure_ascii=False)


def claim_address(claim: Claim, part: str = "", text: str = "") -> str:
    """The path of the check of a claim, with another text for one of its parts."""
    if part:
        claim = replace(claim, **{part: text})
    given = {name: value for name, value in vars(claim).items() if value}
    return f"/check?{urlencode(given)}"


def verdict_json(page: EvidencePage, verdict: ClaimVerdict, root: str = "") -> Json:
    """A verdict as JSON (`SCHEMA`); `root` is the path at which the site is mounted."""
    return {
        "verdict": verdict.kind.value,
        "reason": verdict.reason,
        "explanation": verdict.explained(page.language),
        "part": verdict.part or None,
        "candidates": _terms_json(page, verdict.candidates),
        "resource": _optional_term_json(page, verdict.resource),
        "relation": _optional_term_json(page, verdict.relation),
        "value": _optional_term_json(page, verdict.value),
        "stated_of": _optional_term_json(page, verdict.stated_of),
        "statements": [statement_json(page, fact, root) for fact in verdict.statements],
        "notes": [note_json(page, note) for note in verdict.notes],
        "version": page.snapshot.version,
    }


def note_json(page: EvidencePage, note: EditorsNote) -> Json:
    """A note of the editors."""
    return {
        "about": term_json(page, note.about),
        "text": note.text.value,
        "language": note.text.language,
        "disputes": note.disputes,
    }


def term_json(page: EvidencePage, term: Term) -> Json:
    """A term with its name."""
    if not isinstance(term, IRI):
        return {"iri": None, "name": term.value}
    is_property = page.snapshot.figures.properties.get(term.value)
    label = page.term_label(term) if is_property else page.label(term)
    return {"iri": term.value, "name": label.text}


def _optional_term_json(page: EvidencePage, term: Term | None) -> Json | None:
    return term_json(page, term) if term else None


def _terms_json(page: EvidencePage, terms: Iterable[Term]) -> list[Json]:
    return [term_json(page, term) for term in terms]


def statement_json(page: EvidencePage, fact: Fact, root: str = "") -> Json:
    """A statement with who says it and where: passages; where there is none, a list, judgement or contribution."""
    sources: list[Json] = []
    for origin in page.evidence.of(fact):
        passages = [_passage_json(page, origin, support, root) for support in origin.evidence]
        sources += passages or [_origin_json(page, origin, root)]
    return {
        "subject": term_json(page, fact.subject),
        "property": term_json(page, fact.predicate),
        "value": term_json(page, fact.object),
        "sources": sources,
    }


def _passage_json(
    page: EvidencePage, origin: StatementOrigin, support: StatementEvidence, root: str
) -> Json:
    """A passage that supports a statement, as one of its sources."""
    passage = support.evidence.passage
    link = page.evidence.link(support.evidence)
    return {
        **_source_json(page, origin, passage),
        "page": passage.page,
        "characters": [passage.start, passage.end],
        "language": passage.language,
        "quotation": passage.exact,
        "read_by": support.reader.value,
        "evidence": root + link if link else None,
        "published": page.evidence.published(passage),
    }


def _origin_json(page: EvidencePage, origin: StatementOrigin, root: str) -> Json:
    """An origin of a statement without a passage, as one of its sources."""
    link = page.link(origin.graph)
    return {
        **_source_json(page, origin),
        "page": None,
        "characters": None,
        "language": None,
        "quotation": None,
        "read_by": None,
        "evidence": root + link if link else None,
        "published": None,
    }


def _source_json(
    page: EvidencePage, origin: StatementOrigin, passage: DocumentPassage | None = None
) -> Json:
    """Members of every source: document, edition, agents and their reasons."""
    document = (passage.source if passage else None) or origin.of or origin.graph
    values = page.stated(document)
    editions = values.iris("gcm:edition")
    agents = list(origin.note.by)
    reasons: list[str] = []
    for account in origin.accounts:
        agents += account.by
        reasons += [text.value for text in page.in_language(account.reasons)]
    return {
        "kind": origin.kind.value,
        "document": term_json(page, document),
        "edition": page.label(editions[0]).text if editions else None,
        "by": _terms_json(page, agents or values.values("dct:rightsHolder")),
        "reasons": reasons,
    }
