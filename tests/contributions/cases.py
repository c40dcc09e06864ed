"""Contributions by hand with the verdict that they deserve: honest ones, planted mistakes, and files out of bounds."""

from __future__ import annotations

from dataclasses import dataclass

from desk import PREFIXES

from gcmgraph.contributions.content import Content

_MORE = """
@prefix action: <https://w3id.org/gcmgraph/id/action/> .
@prefix audience: <https://w3id.org/gcmgraph/id/concept/audience/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix instrument: <https://w3id.org/gcmgraph/id/instrument/> .
@prefix kind: <https://w3id.org/gcmgraph/id/concept/practice-type/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix passage-kind: <https://w3id.org/gcmgraph/id/concept/passage-kind/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/gcmgraph/id/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <https://example.org/> .
"""
#: A practice of the small repository, as an address.
PUBLISHED = "practice:plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"


@dataclass(frozen=True)
class Case:
    """A contribution, and the names of its violations and of its warnings, each mistake once."""

    name: str
    turtle: str
    violations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: what is wrong with a file that cannot be read
    error: str = ""
    suffix: str = "ttl"

    @property
    def content(self) -> Content:
        """The contribution as a file."""
        return Content((PREFIXES + _MORE + self.turtle).encode(), f"case.{self.suffix}")


def practice(
    more: str = "", *, title: str = '"Mobile desk"@en, "Guichet mobile"@fr', where: str = "country:PHL"
) -> str:
    """A practice that conforms, without a warning."""
    place = f"; gcm:country {where} " if where else ""
    return f"""practice:mobile-desk a gcm:Practice ; dct:title {title} ; dct:description "A desk on wheels."@en ;
        gcm:objective objective:9 ; dct:source x:report {place} {more} ."""


_DOCUMENT = """x:report.pdf a gcm:SourceDocument ; dct:title "Report"@en ; dct:language "en" ; gcm:sha256 "SHA" .
""".replace("SHA", "0" * 64)
_EVIDENCE = """
[] a gcm:Passage ; dct:isPartOf x:report.pdf ; oa:hasSource x:report.pdf ; dct:type passage-kind:paragraph ;
    oa:hasSelector [ a oa:TextQuoteSelector ; oa:exact "a desk on wheels" ] ,
        [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 16 ] .
[] a gcm:Evidence, rdf:Statement ; oa:hasTarget x:report.pdf\\#p1 ; rdf:subject practice:mobile-desk ;
    rdf:predicate gcm:country ; rdf:object country:PHL .
""".replace("[] a gcm:Passage", "x:report.pdf\\#p1 a gcm:Passage")
_BODY = "organisation:mobile-desks a gcm:Organisation ; skos:prefLabel"

HONEST = (
    Case("an agreement of two countries", practice("; dct:type kind:agreement ; gcm:binding true",
         where="country:PHL, country:JPN")),
    Case("a law that the contributor describes", practice("; dct:type kind:law-or-policy ; gcm:instrument x:act")
         + 'x:act a eli:LegalResource ; dct:title "Registration Act"@en ; eli:date_document "2008-02-23"^^xsd:date .'),
    Case("an area of M49 that is no State", practice(where="country:HKG")),
    Case("an area of M49 that no reading names", practice(where="country:REU")),
    Case("a city and its own office", practice("; gcm:leadOrganisation organisation:city-of-x ; schema:startDate"
         ' "2015-01"^^xsd:gYearMonth ; schema:location <http://sws.geonames.org/5128581/>')
         + 'organisation:city-of-x a gcm:Organisation ; skos:prefLabel "City of X"@en .'),
    Case("a grant whose amount is not known", practice("; schema:funding practice:mobile-desk\\#grant")
         + "practice:mobile-desk\\#grant a schema:MonetaryGrant ; schema:funder organisation:ministry-of-x ."
         + 'organisation:ministry-of-x a gcm:Organisation ; skos:prefLabel "Ministry of X"@en .'),
    Case("an amount in another notation", practice("; schema:funding [ a schema:MonetaryGrant ; schema:amount"
         ' [ a schema:MonetaryAmount ; schema:value 5.0E7 ; schema:currency "USD" ] ]'), ("Amount-value",)),
    Case("a practice of nobody and nowhere", practice(where=""), ("Practice-who-or-where",)),
    Case("a practice in Spanish only", practice(title='"Oficina móvil"@es').replace('"A desk on wheels."@en',
         '"Una oficina sobre ruedas."@es'), (), ("Practice-title-english-or-french",)),
    Case("a practice in Arabic only", practice(title='"مكتب متنقل"@ar').replace('"A desk on wheels."@en',
         '"مكتب على عجلات."@ar'), (), ("Practice-title-english-or-french",)),
    Case("a start to the second", practice('; schema:startDate "2020-01-22T09:00:00Z"^^xsd:dateTime'),
         ("Practice-start",)),
    Case("implausible values", practice('; schema:startDate "0001"^^xsd:gYear ; schema:endDate "9999"^^xsd:gYear ;'
         ' schema:funding [ a schema:MonetaryGrant ; schema:amount [ a schema:MonetaryAmount ; schema:value 1 ;'
         ' schema:currency "ZZZ" ] ]', title='"x"@en, "Guichet mobile"@fr'),
         ("Practice-end-year", "Practice-start-year", "currency-code"), ("Practice-title-length",)),
    Case("roles that do not fit", practice("; gcm:leadOrganisation organisation:unodc ; gcm:partnerOrganisation"
         " organisation:unodc"), (), ("Practice-roles",)),
    Case("an action of another objective without its reason", practice("; gcm:supportsAction action:5a"), (),
         ("no-rationale",)),
    Case("a published body under its French name",
         f'{_BODY} "Office des Nations Unies contre la drogue et le crime"@fr .',
         (), ("same-name",)),
    Case("a published body under its French acronym", f'{_BODY} "Bureau de Vienne"@fr ; gcm:acronym "ONUDC"@fr .', (),
         ("same-name",)),
    Case("the successor of an unknown practice", practice("; dct:replaces practice:no-such ; prov:wasInformedBy"
         " practice:no-such"), ("unknown-thing",)),
    Case("an audience and an area of one's own", practice("; gcm:areaOfWork x:desks ; gcm:targetAudience x:villagers")
         + 'x:desks a skos:Concept ; skos:prefLabel "desks"@en . x:villagers a skos:Concept ; skos:prefLabel'
         ' "villagers"@en .'),
    Case("evidence from a document of one's own", practice() + _DOCUMENT + _EVIDENCE),
    Case("evidence from a document that is not described", practice() + _EVIDENCE, ("Passage-part-of",)),
    Case("a judgement with its reason", practice("; gcm:supportsAction action:9a") + "[] a rdf:Statement ; rdf:subject"
         " practice:mobile-desk ; rdf:predicate gcm:supportsAction ; rdf:object action:9a ; gcm:rationale"
         ' "The desk shares what it learns."@en .'),
    Case("an action of another objective with its reason", practice("; gcm:supportsAction action:5a") + "[] a"
         " rdf:Statement ; rdf:subject practice:mobile-desk ; rdf:predicate gcm:supportsAction ; rdf:object action:5a ;"
         ' gcm:rationale "The desk issues permits."@en .'),
)  # fmt: skip

MISTAKES = (
    Case("a language by three letters", practice(title='"Mobile desk"@eng, "Guichet mobile"@fr'), ("language-tag",)),
    Case("the only title in a misspelt language", practice(title='"Mobile desk"@eng'), ("language-tag",)),
    Case("a misspelt property of Dublin Core", practice('; dct:titel "Mobile desk"@es'), ("vocabulary-term",)),
    Case("a misspelt property that is required", practice().replace("dct:title", "dct:titel"), ("vocabulary-term",)),
    Case("a property in small letters", practice('; schema:startdate "2018"^^xsd:gYear'), ("vocabulary-term",)),
    Case("a date as plain text", practice('; schema:endDate "2017"'), ("Practice-end",)),
    Case("British spelling of a property", practice("; schema:organiser organisation:iom"), ("vocabulary-term",)),
    Case("a language by its name", practice('; dct:language "spanish"'), ("language-tag",)),
    Case("a home page as text", practice('; foaf:homepage "www.example.org"'), ("text-for-address",)),
    Case("a type as text", practice('; dct:type "programme"'), ("Practice-type",)),
    Case("a property that no vocabulary has", practice("; schema:qqqqqqq 1"), (), ("unknown-vocabulary-term",)),
    Case("a misspelt class", practice("; schema:funding [ a schema:MonetryGrant ; schema:funder organisation:iom ]"),
         ("vocabulary-term",)),
    Case("a misspelt country", practice(where="country:Phillipines"), ("Practice-country",)),
    Case("a judgement without its reason", practice("; gcm:supportsAction action:9a"), (), ("no-rationale",)),
    Case("a year with a digit too many", practice('; schema:startDate "20188"^^xsd:gYear'), ("Practice-start",)),
)  # fmt: skip

_RULE = ("contribution-rule",)
BOUNDS = (
    Case("a ratification",
         "instrument:smuggling-protocol\\#p a gcm:TreatyParticipation ; gcm:participant country:JPN .",
         _RULE),
    Case("a named graph", f"GRAPH x:g {{ {practice()} }}", _RULE, suffix="trig"),
    Case("capitals in an address", practice().replace("practice:mobile-desk", "practice:Mobile_Desk"), _RULE),
    Case("http for https", practice().replace("practice:mobile-desk", "<http://w3id.org/gcmgraph/id/practice/a>"),
         _RULE),
    Case("a control character", practice('; skos:altLabel "T\\u0001"@en'), _RULE),
    Case("too many blank nodes", practice() + 'x:a dct:relation [] .' * 2001, error="more than 2,000 blank nodes"),
    Case("a circle", practice() + "_:a dct:relation _:b . _:b dct:relation _:a .", _RULE),
    Case("a parent for a published body", "organisation:unodc org:subOrganizationOf organisation:eu .",
         ("of-published",)),
    Case("a home page for a published body",
         'organisation:unodc skos:altLabel "Vienna office"@de ; foaf:homepage x:home .',
         ("of-published",)),
    Case("a second end for a published practice",
         f'{PUBLISHED} gcm:country country:RUS ; schema:endDate "2030"^^xsd:gYear .',
         ("Practice-end-once",)),
    Case("a relative address", "<#x> a gcm:Practice .", error="Write IRIs out in full"),
    Case("a contribution", "<https://w3id.org/gcmgraph/id/contribution/01ABC> a gcm:Contribution ;"
         " prov:wasAssociatedWith x:me .", _RULE),
    Case("a triple term", practice() + "x:a rdfs:seeAlso <<( x:a x:b x:c )>> .", error="A triple term"),
)  # fmt: skip
