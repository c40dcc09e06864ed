"""/check: a structured claim, the verdict on it, and the statements with their sources, as a page or JSON."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files

from flask import Flask, Response, render_template, request

from gcmgraph.model.relations import relations
from gcmgraph.publication.claims import (
    BOUNDS,
    LONGEST,
    Claim,
    ClaimChecker,
    ClaimVerdict,
    EditorsNote,
)
from gcmgraph.publication.descriptions import Fact
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.web.http import api
from gcmgraph.web.http.api import Json
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.negotiation import JSON_OR_PAGE, chosen_format
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import bad_request
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.responses.negotiated import cached_document, cached_page
from gcmgraph.web.services import Site, Snapshot, per_version, reconciler_of

#: Reasons for which a request for JSON is refused.
_REFUSED = ("missing", "long", "bound", "unit", "day")

_PARAMETERS = (
    api.Parameter(
        "resource", "Name, code or IRI of a resource.", api.text(LONGEST), "UNODC", required=True
    ),
    api.Parameter(
        "relation",
        "Name or prefixed term of a property.",
        api.text(LONGEST),
        "part of",
        required=True,
    ),
    api.Parameter(
        "value",
        "Name, code or IRI; number; date.",
        api.text(LONGEST),
        "United Nations",
        required=True,
    ),
    api.Parameter("unit", "Unit or currency of a number.", api.text(LONGEST)),
    api.Parameter("bound", "Bound of a number or a date.", api.one_of(BOUNDS)),
    api.Parameter("date", "Day on which a State became a party or signatory.", api.text(LONGEST)),
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


def add_routes(app: Flask, site: Site) -> None:
    """/check."""

    @app.get("/check")
    @api.operation("check", _ANSWER, _PARAMETERS)
    def check() -> Response:
        """Check a structured claim: supported, stated of a part, disputed, contradicted, not stated, not understood.

        A resource, a relation and a value. Sentences are not parsed. "Stated of a part" is not
        confirmed of the whole. "Disputed": the editors dispute what the document states; `notes`
        has their words. A claim is contradicted only where a property has at most one value, or a
        list is complete. "Not stated here" is no evidence that a claim is wrong.
        """
        require_utf8(request)
        form = chosen_format(JSON_OR_PAGE)
        claim = Claim(**{part: request.args.get(part, "") for part in Claim.__dataclass_fields__})
        page = EvidencePage.requested(site)
        snapshot, language = page.snapshot, page.language

        def verdict() -> ClaimVerdict:
            return claim_checker(snapshot).check(claim, language)

        def document() -> str:
            if (found := verdict()).reason in _REFUSED:
                raise bad_request(found.explained(language), part=found.part)
            return json.dumps(verdict_json(page, found, request.script_root), ensure_ascii=False)

        if form is not HTML:
            return cached_document(snapshot, document, JSON.media_type)

        def body() -> str:
            names = sorted(
                {page.term_label_of(relation.curie).text for relation in relations()},
                key=str.casefold,
            )
            asked = any(vars(claim).values())
            return render_template(
                "check.html",
                page=page,
                claim=claim,
                verdict=verdict() if asked else None,
                relations=names,
                longest=LONGEST,
            )

        return cached_page(snapshot, body)


def verdict_json(page: EvidencePage, verdict: ClaimVerdict, root: str = "") -> Json:
    """A verdict as JSON (`SCHEMA`); `root` is the path at which the site is mounted."""
    named = {"resource": verdict.resource, "relation": verdict.relation, "value": verdict.value}
    return {
        "verdict": verdict.kind.value,
        "reason": verdict.reason,
        "explanation": verdict.explained(page.language),
        "part": verdict.part or None,
        "candidates": [term_json(page, one) for one in verdict.candidates],
        **{part: term_json(page, term) if term else None for part, term in named.items()},
        "stated_of": term_json(page, verdict.stated_of) if verdict.stated_of else None,
        "statements": [statement_json(page, fact, root) for fact in verdict.statements],
        "notes": [note_json(page, note) for note in verdict.notes],
        "version": page.snapshot.version,
    }


def note_json(page: EvidencePage, note: EditorsNote) -> Json:
    """A note of the editors."""
    about = term_json(page, note.about)
    return {
        "about": about,
        "text": note.text.value,
        "language": note.text.language,
        "disputes": note.disputes,
    }


def term_json(page: EvidencePage, term: Term) -> Json:
    """A term with its name."""
    if not isinstance(term, IRI):
        return {"iri": None, "name": term.value}
    is_property = page.snapshot.figures.properties.get(term.value)
    return {
        "iri": term.value,
        "name": (page.term_label(term) if is_property else page.label(term)).text,
    }


def statement_json(page: EvidencePage, fact: Fact, root: str = "") -> Json:
    """A statement with who says it and where: passages; where there is none, a list, judgement or contribution."""
    sources = []
    for origin in page.evidence.of(fact):
        for proof in origin.evidence or (None,):
            passage = proof.evidence.passage if proof else None
            source = (passage.source if passage else None) or origin.of or origin.graph
            stated = page.stated(source)
            agents = (
                *origin.note.by,
                *(agent for account in origin.accounts for agent in account.by),
            )
            link = page.evidence.link(proof.evidence) if proof else page.link(origin.graph)
            sources.append(
                {
                    "kind": origin.kind.value,
                    "document": term_json(page, source),
                    "edition": next(
                        (page.label(one).text for one in stated.iris("gcm:edition")), None
                    ),
                    "by": [
                        term_json(page, one) for one in agents or stated.values("dct:rightsHolder")
                    ],
                    "reasons": [
                        text.value
                        for account in origin.accounts
                        for text in page.in_language(account.reasons)
                    ],
                    "page": passage.page if passage else None,
                    "characters": [passage.start, passage.end] if passage else None,
                    "language": passage.language if passage else None,
                    "quotation": passage.exact if passage else None,
                    "read_by": proof.reader.value if proof else None,
                    "evidence": root + link if link else None,
                    "published": page.evidence.published(passage) if passage else None,
                }
            )
    terms = {"subject": fact.subject, "property": fact.predicate, "value": fact.object}
    return {part: term_json(page, term) for part, term in terms.items()} | {"sources": sources}
