"""Terms of SHACL."""

from __future__ import annotations

from functools import cache

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import PREFIXES

SH = PREFIXES["sh"]


@cache
def sh(name: str) -> IRI:
    """The term of SHACL with this local name."""
    return IRI(SH + name)


VIOLATION, WARNING = sh("Violation"), sh("Warning")

#: Parameters that constrain (https://www.w3.org/TR/shacl/#core-components, #sparql-constraints).
CONSTRAINING = frozenset(
    sh(name)
    for name in (
        "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength"
        " maxLength pattern languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node"
        " property qualifiedValueShape closed hasValue in sparql"
    ).split()
)

#: Parameters that only the literal `true` switches on. pySHACL also takes `"1"^^xsd:boolean`, the standard does not.
SWITCHES = frozenset(map(sh, ("closed", "deactivated", "qualifiedValueShapesDisjoint", "uniqueLang")))

#: Properties of shapes that do not take part in validation (https://www.w3.org/TR/shacl/#nonValidation).
DESCRIPTIVE = frozenset(
    [
        *map(sh, ("description", "group", "name", "order")),
        *(IRI(PREFIXES["rdfs"] + name) for name in ("comment", "label", "seeAlso")),
    ]
)
