"""Generated contributions: practices of good, doubtful and refused parts, as Turtle and as a row of a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from desk import PREFIXES
from hypothesis import strategies as st

_MORE = """
@prefix action: <https://w3id.org/gcmgraph/id/action/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

#: Values by column: text of a cell, and of Turtle. A value `None` is absent.
_COLUMNS: dict[str, tuple[tuple[str, str] | None, ...]] = {
    "dct:title@en": (("Mobile desk", '"Mobile desk"@en'), ("x", '"x"@en'), None),
    "dct:title@fr": (("Guichet mobile", '"Guichet mobile"@fr'), None),
    "dct:description@en": (
        ("A desk that visits villages.", '"A desk that visits villages."@en'),
        None,
    ),
    "gcm:objective": (("9", "objective:9"), ("9", "objective:9"), ("99", '"99"'), None),
    "gcm:country": (("PHL", "country:PHL"), ("Phillipines", '"Phillipines"'), None),
    "gcm:leadOrganisation": (("UNODC", "organisation:unodc"), None),
    "gcm:partnerOrganisation": (
        ("UNODC", "organisation:unodc"),
        ("Nobody at all", '"Nobody at all"'),
        None,
    ),
    "gcm:supportsAction": (("9a", "action:9a"), ("10a", "action:10a"), None),
    "schema:startDate": (
        ("2018", '"2018"^^xsd:gYear'),
        ("1018", '"1018"^^xsd:gYear'),
        ("soon", '"soon"'),
        None,
    ),
    "schema:endDate": (
        ("2017-05", '"2017-05"^^xsd:gYearMonth'),
        ("2030", '"2030"^^xsd:gYear'),
        None,
    ),
    "dct:source": (("https://example.org/report", "<https://example.org/report>"), None),
}

#: Statements that a row cannot make; `P` is the practice.
_STATEMENTS = (
    "P owl:sameAs <https://example.org/x> .",
    "P prov:wasInvalidatedBy <https://example.org/x> .",
    'P dct:titel "Mobile desk"@en .',
    'P foaf:homepage "www.example.org" .',
    'P gcm:titel "Mobile desk"@en .',
    "P dct:replaces <https://w3id.org/gcmgraph/id/practice/nothing-there> .",
    'country:PHL skos:altLabel "Filipinas"@es .',
    "organisation:unodc org:subOrganizationOf organisation:iom .",
    'gcm:Practice skos:note "A note"@en .',
    'P dct:description "Un bureau."@fra .',
    "_:a dct:relation _:b . _:b dct:relation _:a .",
    'P dct:description "A\\u0001"@en .',
    "<#relative> dct:relation P .",
    'P dct:description "' + "x" * 100_001 + '"@fr .',
    "GRAPH <https://example.org/g> { P a gcm:Practice }",
    '<https://example.org/c> a gcm:Country ; skos:prefLabel "Freedonia"@en .',
    "<https://example.org/law> a <http://data.europa.eu/eli/ontology#LegalResource> . P gcm:instrument"
    " <https://example.org/law> .",
)


@dataclass(frozen=True)
class Generated:
    """A contribution of one practice."""

    row: dict[str, tuple[str, str]]
    statements: tuple[str, ...] = ()

    @property
    def turtle(self) -> bytes:
        """All of it; TriG where a statement names a graph."""
        values = [f"{name.partition('@')[0]} {term}" for name, (_, term) in self.row.items()]
        practice = f"P a gcm:Practice ; {' ; '.join(values)} ." if values else "P a gcm:Practice ."
        text = "\n".join((practice, *self.statements)).replace("P ", "practice:mobile-desk ")
        return (PREFIXES + _MORE + text.replace(" P}", " practice:mobile-desk }")).encode()

    @property
    def suffix(self) -> str:
        """The suffix of its file."""
        return "trig" if any(one.startswith("GRAPH") for one in self.statements) else "ttl"

    @property
    def csv(self) -> bytes:
        """The row as CSV."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([self.row, [cell for cell, _ in self.row.values()]])
        return text.getvalue().encode()


def contributions(statements: bool = True) -> st.SearchStrategy[Generated]:
    """Contributions of values by chance, with some statements that a row cannot make, or without."""
    rows = st.fixed_dictionaries(
        {name: st.sampled_from(values) for name, values in _COLUMNS.items()}
    )
    filled = rows.map(lambda row: {name: value for name, value in row.items() if value is not None})
    more = (
        st.lists(st.sampled_from(_STATEMENTS), max_size=2, unique=True).map(tuple)
        if statements
        else st.just(())
    )
    return st.builds(Generated, filled.filter(bool), more)
