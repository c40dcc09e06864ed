"""JSON schemas of response bodies (https://json-schema.org/draft/2020-12). Later versions may add members."""

from __future__ import annotations

from gcmgraph.contributions.contribution import State, Verb
from gcmgraph.contributions.feedback.remark import RemarkState
from gcmgraph.kinds import KINDS
from gcmgraph.publication.lists.index import SORTS
from gcmgraph.publication.search.query import FITS
from gcmgraph.queries.parameters import TYPES
from gcmgraph.validation.report import Level
from gcmgraph.web.openapi.builders import Json, many, one_of, record, ref, table, text, whole
from gcmgraph.web.reconciliation.requests import (
    LIMIT,
    MAX_IDS,
    MAX_LIMIT,
    MAX_PROPERTIES,
    MAX_QUERIES,
    MAX_TEXT,
    MAX_VALUES,
    STRICTNESS,
)

_IRI = text(format="iri")
_MAYBE: Json = {"type": ["string", "null"]}
_TIME = text(format="date-time")
_YES_OR_NO: Json = {"type": "boolean"}
_QUANTIFIER = one_of(["any", "all", "none"])
_COUNT = whole(0)
_BY_LANGUAGE = table(text())
_LABEL = record({"text": text(), "language": _MAYBE})
_LINK = record({"href": text()}, {"title": text(), "language": _MAYBE, "type": text()})

#: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
_TERM = record({"type": one_of(("uri", "literal", "bnode")), "value": text()}, {"xml:lang": text(), "datatype": _IRI})

_SHARED: Json = {
    "Problem": record(
        {"title": text(), "status": whole(400, 599), "detail": text()},
        {
            "hint": text(),
            "parameter": text(),
            "expected": text(),
            "nearest": text(),
            "parameters": many(text()),
            "alternatives": many({}),
            "suggestions": many(_LINK),
            "near": many(record({"iri": _IRI, "href": text(), "label": text()})),
            "line": {"type": ["integer", "null"]},
            "column": {"type": ["integer", "null"]},
            "report": {"type": "object"},
            "successor": _IRI,
        },
        description="Problem details (RFC 9457): the error in one sentence, and a hint for its correction.",
    ),
    "Term": _TERM,
    "SparqlResults": record(
        {"head": record({}, {"vars": many(text()), "link": many(text())})},
        {"boolean": _YES_OR_NO, "results": record({"bindings": many(table(ref("Term")))})},
        description="https://www.w3.org/TR/sparql11-results-json/",
    ),
    "Health": record(
        {
            "status": text(),
            "version": text(),
            "quads": _COUNT,
            "software": text(),
            "integrity": record({"checked": _MAYBE, "damaged": {"type": ["integer", "null"]}}),
        }
    ),
}

_FINDING: Json = {
    "Hit": record(
        {
            "iri": _IRI,
            "href": text(),
            "kind": one_of(KINDS),
            "kind_name": text(),
            "notation": _MAYBE,
            "label": _LABEL,
            "match": record({"text": text(), "language": _MAYBE, "fit": one_of((*FITS, "text"))}),
        }
    ),
    "Hits": record(
        {
            "query": text(),
            "total": _COUNT,
            "offset": _COUNT,
            "limit": _COUNT,
            "results": many(ref("Hit")),
            "kinds": {"type": "object", "additionalProperties": _COUNT},
            "in_texts": _COUNT,
        }
    ),
    "Suggestions": record({"query": text(), "results": many(ref("Hit"))}),
    "Things": record(
        {
            "kind": one_of(KINDS),
            "filters": {"type": "object"},
            "sort": one_of(SORTS),
            "total": _COUNT,
            "page": whole(1),
            "pages": whole(1),
            "items": many(record({"iri": _IRI, "href": text(), "notation": _MAYBE, "label": _LABEL})),
            "counts": table(table(_COUNT)),
        },
        description="Page of a list. Each item has its values by filter name.",
    ),
    "Queries": many(
        record(
            {
                "name": text(),
                "iri": _IRI,
                "path": text(),
                "urlTemplate": text(),
                "title": _BY_LANGUAGE,
                "description": _BY_LANGUAGE,
                "parameters": many(
                    record(
                        {
                            "name": text(),
                            "type": one_of(TYPES),
                            "default": _MAYBE,
                            "required": _YES_OR_NO,
                            "label": _BY_LANGUAGE,
                        }
                    )
                ),
                "columns": many(text()),
                "group": _MAYBE,
            }
        )
    ),
}

_FILE = record({"iri": _IRI, "mediaType": text(), "byteSize": _COUNT, "sha256": text()}, {"compression": _MAYBE})
_CHANGED = record({"added": _COUNT, "removed": _COUNT})

_VERSIONS: Json = {
    "Version": record(
        {
            "version": text(),
            "iri": _IRI,
            "published": _TIME,
            "previous": _MAYBE,
            "statements": {"anyOf": [_CHANGED, {"type": "null"}]},
            "graphs": table(_CHANGED),
            "things": {"type": "object"},
            "downloads": many(_FILE),
            "patches": many(_FILE),
        }
    ),
    "Versions": record({"current": text(), "versions": many(ref("Version"))}),
    "Downloads": record(
        {"current": text(), "versions": table(many({"allOf": [_FILE, record({"href": text(), "made": _TIME})]}))}
    ),
}

_CONTRIBUTING: Json = {
    "Report": record(
        {
            "conforms": _YES_OR_NO,
            "violations": _COUNT,
            "warnings": _COUNT,
            "total": _COUNT,
            "kinds": many(
                record(
                    {
                        "level": one_of(level.name.lower() for level in Level),
                        "component": text(),
                        "sourceShape": ref("Term"),
                        "message": _BY_LANGUAGE,
                        "count": _COUNT,
                    }
                )
            ),
            "results": many(
                record(
                    {
                        "level": one_of(level.name.lower() for level in Level),
                        "focusNode": ref("Term"),
                        "path": _MAYBE,
                        "value": {"anyOf": [ref("Term"), {"type": "null"}]},
                        "message": _BY_LANGUAGE,
                        "hint": _BY_LANGUAGE,
                    }
                )
            ),
        }
    ),
    "Contribution": record(
        {
            "id": text(),
            "href": text(),
            "state": one_of(State),
            "title": record({"text": text(), "language": text()}),
            "sender": record({"name": text(), "iri": text()}),
            "sent": _TIME,
            "file": record({"name": text(), "mediaType": text(), "sha256": text()}),
            "supersedes": _MAYBE,
        },
        {
            "content": text(),
            "history": many(
                record(
                    {
                        "event": one_of(Verb),
                        "by": text(),
                        "at": _TIME,
                        "reason": _MAYBE,
                        "successor": _MAYBE,
                        "returned": many(record({"statement": text(), "reason": text()})),
                    },
                )
            ),
        },
    ),
    "ReviewedContribution": {
        "allOf": [
            ref("Contribution"),
            record({"statements": many(record({"key": text(), "statement": text(description="Line of N-Quads.")}))}),
        ]
    },
    "Contributions": record(
        {"contributions": many(ref("Contribution"))},
        {"damaged": many(text(description="Contribution that cannot be read, and the reason, for curators."))},
    ),
}

_REMARKS: Json = {
    "Remark": record(
        {
            "id": text(),
            "href": text(),
            "state": one_of(RemarkState),
            "sent": _TIME,
            "page": _MAYBE,
            "statement": {
                "anyOf": [
                    record({"subject": text(), "predicate": text(), "object": ref("Term"), "graph": text()}),
                    {"type": "null"},
                ]
            },
            "reason": text(),
            "correction": text(),
            "source": text(),
            "answer": {"anyOf": [record({"at": _TIME, "reason": text()}, {"by": text()}), {"type": "null"}]},
        },
        {"email": text(description="E-mail address of the sender, for curators only.")},
    ),
    "Remarks": record({"remarks": many(ref("Remark"))}),
}

_NAMED = record({"id": text(), "name": text()}, {"description": text()})
_TYPES: Json = {"anyOf": [text(), many(text())]}
_GIVEN = record({"pid": text(), "v": {"description": "Value or list of values."}})
_WISH = record({"id": text()}, {"settings": record({}, {"limit": whole(0), "language": text()})})

#: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
_RECONCILIATION: Json = {
    "ReconciliationManifest": record(
        {"versions": many(text()), "name": text(), "identifierSpace": _IRI, "schemaSpace": _IRI}
    ),
    "ReconciliationQuery": record(
        {},
        {
            "query": text(description=f"Name or code. A text of more than {MAX_TEXT:,} characters has no candidates."),
            "type": _TYPES,
            "limit": whole(1, default=LIMIT)
            | {"description": f"Maximum number of candidates; larger values than {MAX_LIMIT} count as {MAX_LIMIT}."},
            "properties": many(
                _GIVEN, MAX_PROPERTIES, description=f"Values of properties; at most {MAX_VALUES} values each."
            ),
            "type_strict": one_of(STRICTNESS),
        },
        additionalProperties=False,
    ),
    "ReconciliationQueries": table(ref("ReconciliationQuery")) | {"maxProperties": MAX_QUERIES},
    "ReconciliationCandidates": record(
        {
            "result": many(
                record(
                    {"id": text(), "name": text(), "type": many(_NAMED), "score": {"type": "number"}},
                    {"match": _YES_OR_NO, "description": text(), "features": many(record({"id": text(), "value": {}}))},
                )
            )
        }
    ),
    "ReconciliationResults": table(ref("ReconciliationCandidates")),
    "ReconciliationExtension": record(
        {"ids": many(text(), MAX_IDS), "properties": many(_WISH, MAX_PROPERTIES)},
    ),
    "ReconciliationValues": record(
        {"meta": many(_NAMED), "rows": table(table(many({"type": "object"})))},
    ),
    "ReconciliationDraftManifest": record({"versions": many(text()), "name": text(), "view": record({"url": text()})}),
    "ReconciliationDraftQueries": record(
        {
            "queries": many(
                record(
                    {
                        "conditions": many(
                            record(
                                {"matchType": one_of(["name", "property"]), "propertyValue": {}},
                                {"propertyId": text(), "required": _YES_OR_NO, "matchQuantifier": _QUANTIFIER},
                            ),
                            minItems=1,
                        )
                    },
                    {"type": text(), "limit": whole(1, default=LIMIT), "lang": text()},
                ),
                MAX_QUERIES,
            )
        }
    ),
    "ReconciliationDraftResults": record({"results": many(record({"candidates": many(_NAMED)}))}),
    "ReconciliationDraftExtension": ref("ReconciliationExtension"),
    "ReconciliationDraftValues": record(
        {"meta": many(_NAMED), "rows": many(record({"id": text(), "properties": many({"type": "object"})}))}
    ),
    "ReconciliationSuggestions": record({"result": many(_NAMED)}),
    "ReconciliationFlyout": record({"id": text(), "html": text()}),
    "ReconciliationProperties": record({"properties": many(_NAMED)}, {"type": text(), "limit": whole(1)}),
}

SCHEMAS: Json = {**_SHARED, **_FINDING, **_VERSIONS, **_CONTRIBUTING, **_REMARKS, **_RECONCILIATION}
