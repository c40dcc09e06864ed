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

#: Things as docs/model.md describes them, of every class.
THINGS = """
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


def test_it_is_consistent_and_every_class_can_have_members(ontology: list[Quad], tmp_path: Path) -> None:
    assert reason(ontology, "", tmp_path) == []


def test_things_as_the_model_describes_them_are_consistent_with_it(ontology: list[Quad], tmp_path: Path) -> None:
    assert reason(ontology, THINGS, tmp_path) == []


def test_a_class_that_can_have_no_members_is_found(ontology: list[Quad], tmp_path: Path) -> None:
    turtle = "gcm:Impossible a owl:Class ; rdfs:subClassOf gcm:Practice, gcm:Organisation ."
    assert reason(ontology, turtle, tmp_path) == [ADDRESSES.term("Impossible")]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "turtle",
    [
        pytest.param("practice:x a gcm:Practice, gcm:Organisation .", id="two kinds at once"),
        pytest.param("practice:x a gcm:Practice, prov:Entity .", id="PROV-O: an activity is no entity"),
        pytest.param("practice:x a gcm:Practice . objective:9 gcm:hasAction practice:x .", id="range"),
        pytest.param("action:9a a gcm:Action ; gcm:country country:AFG .", id="domain"),
        pytest.param(
            "practice:x gcm:leadOrganisation country:AFG . country:AFG a gcm:Country .",
            id="a country is no organisation",
        ),
        pytest.param('country:AFG gcm:iso3 "AFG", "AFQ" .', id="one code each"),
        pytest.param('practice:x gcm:binding "no" .', id="a boolean"),
    ],
)
def test_a_contradiction_in_the_data_is_found(ontology: list[Quad], tmp_path: Path, turtle: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(ontology, turtle, tmp_path)
