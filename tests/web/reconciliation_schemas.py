"""What the answers of a reconciliation service must look like, as JSON Schema.

Written from the text of the Reconciliation Service API 0.2, and stricter than it: members that it
does not name fail. https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
WEB: Schema = {"type": "string", "pattern": "^https?://"}
PATH: Schema = {"type": "string", "pattern": "^/"}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
    }


def _list(items: Schema, **more: object) -> Schema:
    return {"type": "array", "items": items, **more}


def _template(placeholder: str) -> Schema:
    return {"type": "string", "pattern": rf"^https?://.*{placeholder}"}


NAMED = _object({"id": TEXT, "name": TEXT}, {"description": TEXT})

#: section 5.1
SUGGEST_METADATA = _object(
    {"service_url": WEB, "service_path": PATH},
    {
        "flyout_service_url": WEB,
        "flyout_service_path": {"type": "string", "pattern": r"^/.*\$\{id\}"},
    },
)

#: section 6.1
_SETTING: Schema = {"name": TEXT, "label": TEXT}
_CHOICES = _list(_object({"value": TEXT, "name": TEXT}))
PROPERTY_SETTING: Schema = {
    "oneOf": [
        _object(
            _SETTING | {"type": {"const": "number"}},
            {"default": {"type": "number"}, "help_text": TEXT},
        ),
        _object(
            _SETTING | {"type": {"const": "select"}, "choices": _CHOICES},
            {"default": TEXT, "help_text": TEXT},
        ),
    ]
}

#: section 3.1
MANIFEST = _object(
    {
        "versions": _list(TEXT, contains={"const": "0.2"}),
        "name": TEXT,
        "identifierSpace": WEB,
        "schemaSpace": WEB,
    },
    {
        "defaultTypes": _list(NAMED, uniqueItems=True),
        "documentation": WEB,
        "logo": WEB,
        "serviceVersion": TEXT,
        "view": _object({"url": _template(r"\{\{id\}\}")}),
        "preview": _object(
            {
                "url": _template(r"\{\{id\}\}"),
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            }
        ),
        "suggest": _object({}, dict.fromkeys(("entity", "property", "type"), SUGGEST_METADATA)),
        "extend": _object(
            {},
            {
                "propose_properties": _object({"service_url": WEB, "service_path": PATH}),
                "property_settings": _list(PROPERTY_SETTING),
            },
        ),
        "batchSize": {"type": "integer", "minimum": 1},
    },
)

#: section 4.2
CANDIDATE = _object(
    {
        "id": TEXT,
        "name": TEXT,
        "type": _list(NAMED),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
    },
    {
        "description": TEXT,
        "match": {"type": "boolean"},
        "features": _list(
            _object({"id": TEXT, "value": {"type": ["number", "boolean"]}}), uniqueItems=True
        ),
    },
)
RESULT = _object({"result": _list(CANDIDATE)})
RESULT_BATCH: Schema = {"type": "object", "additionalProperties": RESULT}

#: section 5.3
SUGGESTED_ENTITIES = _object(
    {"result": _list(_object(NAMED["properties"] | {}, {"notable": _list(NAMED)}))}
)
SUGGESTED_ENTITIES["properties"]["result"]["items"]["required"] = ["id", "name"]
SUGGESTED = _object({"result": _list(NAMED)})

#: section 5.5
FLYOUT = _object({"id": TEXT, "html": TEXT})

#: section 6.2
PROPOSED = _object({"properties": _list(NAMED)}, {"type": TEXT, "limit": {"type": "integer"}})

#: section 6.4
_VALUE: Schema = {"oneOf": [_object({}), NAMED, _object({"str": {"type": "string"}})]}
EXTENSION = _object(
    {
        "meta": _list(_object({"id": TEXT, "name": TEXT}, {"type": NAMED, "service": WEB})),
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _list(_VALUE)},
        },
    }
)


def check(answer: object, schema: Schema) -> None:
    """Raises `jsonschema.ValidationError` where an answer is not as the specification wants it."""
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer)
