"""A country with more of everything than a brief shows, with long names."""

from __future__ import annotations

#: Practices, each with a leading organisation of its own; treaties; SDG targets.
PRACTICES, TREATIES, TARGETS = 60, 20, 30

_PREFIXES = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix r: <https://w3id.org/gcmgraph/graph/reference/> .
"""
_ID = "https://w3id.org/gcmgraph/id"
_LONG = "Comprehensive programme of the administration for the protection of people on the move and their families"


def _objective(number: int) -> str:
    return f"""<{_ID}/objective/{number}> a gcm:Objective ; skos:notation "{number}" ; skos:prefLabel "{_LONG}"@en ;
  skos:altLabel "Short name of objective {number}"@en .
"""


def _practice(number: int) -> str:
    odd = r"<b>bold</b> \u0007 \u202E " if number == 0 else ""
    return f"""<{_ID}/practice/p{number:02}> a gcm:Practice ; dct:title "{number:02} {odd}{_LONG}"@en ;
  gcm:objective <{_ID}/objective/{1 + number % 14}> ; gcm:country <{_ID}/country/NER> ;
  schema:startDate "2018-06"^^xsd:gYearMonth ;
  gcm:leadOrganisation <{_ID}/organisation/o{number:02}> ; gcm:relevantTarget <{_ID}/sdg/10.{number % TARGETS}> ;
  dct:source "Report {number} of the Ministry on {_LONG}"@en .
<{_ID}/organisation/o{number:02}> a gcm:Organisation ; skos:prefLabel "Organisation {number} for {_LONG}"@en .
"""


def _treaty(number: int) -> str:
    iri = f"{_ID}/instrument/t{number}"
    return f"""<{iri}> a gcm:LegalInstrument ; dct:title "{number} {_LONG}"@en .
<{iri}#participation-NER> a gcm:TreatyParticipation ; gcm:participant <{_ID}/country/NER> ;
  gcm:participationIn <{iri}> ; gcm:bindingDate "2009-03-18"^^xsd:date ; gcm:bindingAction "ratification" ;
  gcm:asOf "2014-07-10"^^xsd:date .
"""


def _target(number: int) -> str:
    return f"""<{_ID}/sdg/10.{number}> a gcm:SdgTarget ; skos:notation "10.{number}" ; skos:prefLabel "{_LONG}"@en .
"""


#: TriG.
LONG_LISTS = (
    f'{_PREFIXES} r:all {{ <{_ID}/country/NER> a gcm:Country ; skos:notation "NER" ; skos:prefLabel "Niger"@en .\n'
    + "".join(_objective(number) for number in range(1, 24))
    + "".join(_practice(number) for number in range(PRACTICES))
    + "".join(_treaty(number) for number in range(TREATIES))
    + "".join(_target(number) for number in range(TARGETS))
    + "}"
)
