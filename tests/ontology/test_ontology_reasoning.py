"""A reasoner (HermiT, in owlready2) finds no contradiction in the ontology, and finds those that we add."""

from __future__ import annotations

import shutil
from pathlib import Path

import owlready2
import pytest
from reasoner import unsatisfiable_classes

from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads

ADDRESSES = Addresses()

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None,
    reason="needs Java: apt-get install default-jre-headless (no reasoner checked the ontology)",
)

#: Resources of every class as docs/model.md describes them.
MODEL = """
objective:9 a gcm:Objective ; gcm:relevantGoal sdg:10 ; gcm:relevantTarget sdg:10.7 ;
    gcm:hasAction action:9a .
action:9a a gcm:Action ; gcm:objective objective:9 ; gcm:instrument instrument:smuggling-protocol .
practice:x a gcm:Practice ; gcm:objective objective:9 ; gcm:leadOrganisation organisation:rcm ;
    gcm:country country:CAN ; gcm:supportsAction action:9a ; gcm:binding false .
organisation:rcm a gcm:Organisation ; org:hasMember country:CAN .
country:CAN a gcm:Country ; gcm:iso3 "CAN" .
sdg:10 a gcm:SdgGoal . sdg:10.7 a gcm:SdgTarget ; sdgo:isTargetOf sdg:10 .
instrument:smuggling-protocol a gcm:LegalInstrument ; gcm:supplements instrument:untoc .
<#participation> a gcm:TreatyParticipation ; gcm:participationIn instrument:smuggling-protocol ;
    gcm:participant country:CAN .
source:d a gcm:SourceDocument . <#passage> a gcm:Passage ; oa:hasSource source:d .
<#evidence> a gcm:Evidence ; oa:hasTarget <#passage> .
<#contribution> a gcm:Contribution .
"""


def reason(ontology: list[Quad], turtle: str, folder: Path) -> list[str]:
    """Return the unsatisfiable classes of the ontology with some triples added."""
    prefixes = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in ADDRESSES.prefixes.items())
    added = parse_quads((prefixes + turtle).encode(), TURTLE, source="test", base_iri=ADDRESSES.base)
    return unsatisfiable_classes([*ontology, *added], folder)


#: Statements, and the classes that can have no members with them.
CONSISTENT = {
    "nothing": ("", []),
    "the model": (MODEL, []),
    "impossible class": (
        "gcm:Impossible a owl:Class ; rdfs:subClassOf gcm:Practice, gcm:Organisation .",
        [ADDRESSES.term("Impossible")],
    ),
}


@pytest.mark.parametrize("case", CONSISTENT.values(), ids=CONSISTENT)
def test_classes_without_members(ontology: list[Quad], tmp_path: Path, case: tuple[str, list[str]]) -> None:
    assert reason(ontology, case[0], tmp_path) == case[1]


#: Statements that contradict the ontology.
CONTRADICTIONS = {
    "two kinds at once": "practice:x a gcm:Practice, gcm:Organisation .",
    "an activity is no entity (PROV-O)": "practice:x a gcm:Practice, prov:Entity .",
    "range": "practice:x a gcm:Practice . objective:9 gcm:hasAction practice:x .",
    "domain": "action:9a a gcm:Action ; gcm:country country:AFG .",
    "a country is no organisation": "practice:x gcm:leadOrganisation country:AFG . country:AFG a gcm:Country .",
    "one code each": 'country:AFG gcm:iso3 "AFG", "AFQ" .',
    "a boolean": 'practice:x gcm:binding "no" .',
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("turtle", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradiction_in_the_data(ontology: list[Quad], tmp_path: Path, turtle: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(ontology, turtle, tmp_path)
