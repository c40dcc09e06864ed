"""What a contribution may change of published resources: every row of the table, for each class, in both directions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import ADDRESSES

from gcmgraph.contributions.submission_check import judge
from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.publication.descriptions import LABEL_PROPERTIES
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.property_paths import Predicate
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.published import (
    NAME,
    Decision,
    Direction,
    PublishedPropertyRule,
    rules_for_published,
)
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.rules import Rules

PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in ADDRESSES.prefixes.items())
TERM = Vocabulary(ADDRESSES)
CHANGES = rules_for_published(ADDRESSES)
#: Constraints of the table.
OF_TABLE = {"of-published", "place-of-published", "changes-published", "named-otherwise"}

#: A published resource of each kind that contributors describe, beside those of the repository.
PUBLISHED = """
practice:ship a gcm:Practice ; dct:title "Ship"@en ; dct:description "d"@en ; gcm:objective objective:9 ;
    gcm:country country:PHL ; dct:source <https://example.org/> .
organisation:harbour a gcm:Organisation ; skos:prefLabel "Harbour"@en ;
    skos:exactMatch <http://www.wikidata.org/entity/Q90000001> .
organisation:office a gcm:Organisation ; skos:prefLabel "Office"@en ; org:subOrganizationOf organisation:harbour .
evaluation:ship a gcm:Evaluation ; dct:title "Evaluation of the ship"@en ; schema:datePublished "2025"^^xsd:gYear ;
    dct:source <https://example.org/evaluation> .
pledge:ship a gcm:Pledge ; dct:title "More ships"@en ; dct:description "d"@en ; gcm:pledgedBy country:PHL ;
    gcm:objective objective:9 ; dct:source <https://example.org/pledge> .
"""
#: The identifier of a published country.
THAILAND = "country:THA skos:exactMatch <http://www.wikidata.org/entity/Q869> ."
#: A new resource of each of these kinds that conforms.
NEW = (
    PUBLISHED.replace(":ship", ":new").replace(":harbour", ":new").replace("Q90000001", "Q90000002")
)
NEW = (
    NEW.replace("Harbour", "New quay")
    .replace("organisation:office", "organisation:other")
    .replace("Office", "Other")
)
NEW = NEW.replace('"Ship"', '"Train"').replace("country:PHL", "country:KEN")

Judged = Callable[[str], Report]


def quads(text: str) -> list[Quad]:
    return list(parse_quads((PREFIXES + text).encode(), TURTLE, source="test"))


@pytest.fixture(scope="module")
def published(small_graph: Store) -> Store:
    return Store.in_memory([*small_graph.quads(), *quads(PUBLISHED + THAILAND)])


@pytest.fixture(scope="module")
def judged(rules: Rules, published: Store) -> Judged:
    """The verdict on a contribution in Turtle."""

    def of(turtle: str) -> Report:
        statements = LocatedStatements.parse((PREFIXES + turtle).encode(), TURTLE, source="new.ttl")
        return judge(statements, published, rules)

    return of


def name(result: Result) -> str:
    return result.component.value.rpartition("#")[2]


def level(report: Report, focus: str, change: PublishedPropertyRule) -> Level | None:
    """The worst level of the results about a property of a resource; None without any."""
    paths = Predicate(change.property)
    levels = [
        result.level
        for result in report.results
        if result.focus == IRI(focus) and result.path == paths
    ]
    return min(levels, key=lambda level: level.value, default=None)


def value_of(change: PublishedPropertyRule) -> str:
    """A new value of a property, as Turtle."""
    if change.aspect in {NAME, "other name"}:
        return '"Nonesuch"@de'
    return (
        '"X-9"'
        if change.aspect == "code"
        else f"<https://example.org/{list(CHANGES).index(change.property)}>"
    )


def test_new_resources_of_the_tests_conform(judged: Judged) -> None:
    assert [str(result) for result in judged(NEW).results if result.level is Level.VIOLATION] == []


#: `owl:sameAs` is refused before the table is read.
ROWS = [change for change in CHANGES.values() if change.property != TERM("owl:sameAs")]


@pytest.mark.parametrize("kind", DESCRIBED)
def test_statement_about_a_published_resource_has_the_decision_of_the_table(
    judged: Judged, kind: str
) -> None:
    subject = ADDRESSES.resource(kind, "harbour" if kind == "organisation" else "ship")
    naming = TERM("skos:prefLabel" if kind == "organisation" else "dct:title")
    report = judged(
        "".join(f"<{subject}> {change.property} {value_of(change)} .\n" for change in ROWS)
    )
    for change in ROWS:
        decision = Decision.WARNED if change.property == naming else change.of_subject
        expected = (
            {Level.VIOLATION} if decision is Decision.REFUSED else {Level.VIOLATION, Level.WARNING}
        )
        assert level(report, subject, change) in expected, change


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in DESCRIBED])
def test_statement_about_a_resource_of_the_reference_data_is_refused(
    judged: Judged, published: Store, kind: str
) -> None:
    subject = next(iter(of_kind(published, kind)), ADDRESSES.resource(kind, "x"))
    for change in ROWS:
        report = judged(f"<{subject}> {change.property} {value_of(change)} .")
        assert [name(result) for result in report.results] == ["contribution-rule"]


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in {"statistics", "contribution"}]
)
def test_statement_that_names_a_published_resource_has_the_decision_of_the_table(
    judged: Judged, published: Store, kind: str
) -> None:
    value = sorted(of_kind(published, kind))[0]
    rows = [change for change in ROWS if change.aspect not in {NAME, "other name", "code"}]
    statements = "".join(f"organisation:new {change.property} <{value}> .\n" for change in rows)
    report = judged(NEW + statements)
    subject = ADDRESSES.resource("organisation", "new")
    for change in rows:
        found = level(report, subject, change)
        if change.of_object is Decision.REFUSED:
            assert found is Level.VIOLATION, change
        elif change.of_object is Decision.WARNED:
            assert found in {Level.VIOLATION, Level.WARNING}, change
        else:
            path = Predicate(change.property)
            assert [
                name(result)
                for result in report.results
                if result.path == path and name(result) in OF_TABLE
            ] == []


def of_kind(store: Store, kind: str) -> list[str]:
    """The addresses of the published resources of a kind."""
    classes = (TERM(curie) for curie in KINDS[kind].classes)
    typed = (
        quad.subject
        for type_ in classes
        for quad in store.quads(predicate=TERM("rdf:type"), object=type_)
    )
    return [
        iri.value for iri in typed if isinstance(iri, IRI) and ADDRESSES.kind_of(iri.value) == kind
    ]


#: Attempts to change what is another's, with the constraint that refuses or reports each.
ATTEMPTS = [
    ('practice:ship skos:prefLabel "X"@en .', "named-otherwise"),
    ('practice:ship skos:prefLabel "X"@fr .', "named-otherwise"),
    ('practice:ship rdfs:label "X"@en .', "named-otherwise"),
    ('evaluation:ship skos:prefLabel "X"@en .', "named-otherwise"),
    ('organisation:harbour schema:name "X"@en .', "named-otherwise"),
    ('pledge:ship foaf:name "X"@en .', "named-otherwise"),
    (NEW + 'practice:new skos:prefLabel "X"@fr .', "named-otherwise"),
    ('practice:ship dct:title "Navire"@fr ; skos:prefLabel "Navire"@fr .', "named-otherwise"),
    ('practice:ship dct:title "Navire"@fr .', "changes-published"),
    ('organisation:harbour skos:altLabel "X"@en .', "changes-published"),
    (
        NEW + "organisation:new skos:exactMatch <http://www.wikidata.org/entity/Q869> .",
        "identifier-of-another-kind",
    ),
    (
        NEW + "organisation:new skos:exactMatch <https://www.wikidata.org/wiki/Q869> .",
        "identifier-of-another-kind",
    ),
    (
        NEW + "organisation:new schema:sameAs <https://www.wikidata.org/entity/Q869/> .",
        "identifier-of-another-kind",
    ),
    (
        NEW + "organisation:new skos:exactMatch <http://www.wikidata.org/entity/q869> .",
        "identifier-of-another-kind",
    ),
    (
        NEW + "organisation:new skos:exactMatch <http://www.wikidata.org/entity/%51869> .",
        "identifier-of-another-kind",
    ),
    (
        NEW
        + "organisation:new skos:exactMatch <https://www.wikidata.org/wiki/Special:EntityData/Q869> .",
        "identifier-of-another-kind",
    ),
    (
        NEW + "organisation:new skos:exactMatch <http://www.wikidata.org/entity/Q90000001> .",
        "same-identifier",
    ),
    (
        '<http://www.wikidata.org/entity/Q869> a gcm:Organisation ; skos:prefLabel "X"@en .',
        "identifier-of-another-kind",
    ),
    (NEW + 'organisation:new skos:notation "THA" .', "code-of-another-kind"),
    (NEW + "organisation:new skos:exactMatch country:THA .", "place-of-published"),
    (NEW + "practice:new skos:exactMatch practice:ship .", "place-of-published"),
    ("organisation:office skos:exactMatch organisation:harbour .", "place-of-published"),
    (NEW + "practice:new dct:hasPart practice:ship .", "place-of-published"),
    ("practice:ship dct:isPartOf practice:new ." + NEW, "of-published"),
    (NEW + "practice:new dct:replaces practice:ship .", "changes-published"),
    (NEW + "practice:ship dct:isReplacedBy practice:new .", "changes-published"),
    (NEW + "organisation:new org:hasSubOrganization organisation:harbour .", "place-of-published"),
    (NEW + "organisation:new org:hasUnit organisation:harbour .", "place-of-published"),
    (NEW + "organisation:harbour org:unitOf organisation:new .", "of-published"),
    (
        NEW + "organisation:harbour org:transitiveSubOrganizationOf organisation:new .",
        "of-published",
    ),
    (NEW + "organisation:harbour org:memberOf organisation:new .", "changes-published"),
    ("<https://example.org/x> gcm:hasPractice practice:ship .", "changes-published"),
    ("<https://example.org/x> skos:narrower country:THA .", "place-of-published"),
]


@pytest.mark.parametrize(("turtle", "constraint"), ATTEMPTS)
def test_attempt_to_change_a_resource_of_others_is_reported(
    judged: Judged, turtle: str, constraint: str
) -> None:
    report = judged(turtle)
    assert constraint in [name(result) for result in report.results]
    assert report.conforms is (
        constraint in {"changes-published", "same-identifier", "code-of-another-kind"}
    )


def test_address_of_others_with_several_statements_is_reported_once(judged: Judged) -> None:
    report = judged(
        '<http://www.wikidata.org/entity/Q869> a gcm:Organisation ; skos:prefLabel "X"@en .'
    )
    constraints = [name(result) for result in report.results]
    assert constraints.count("identifier-of-another-kind") == 1


#: Contributions that name published resources in an ordinary way.
ORDINARY = [
    NEW,
    NEW + "practice:new dct:isPartOf practice:ship .",
    NEW + "organisation:new org:subOrganizationOf organisation:harbour .",
    NEW + "organisation:new org:hasMember country:THA , organisation:harbour .",
    NEW + "organisation:new org:memberOf organisation:harbour .",
    NEW + "organisation:new skos:relatedMatch <http://www.wikidata.org/entity/Q869> .",
    NEW + 'practice:new rdfs:label "Train" .',
    "practice:ship gcm:country country:RUS .",
    "<https://example.org/thailand> skos:exactMatch <http://www.wikidata.org/entity/Q869> .",
]


@pytest.mark.parametrize("turtle", ORDINARY)
def test_ordinary_contribution_has_no_result_of_the_table(judged: Judged, turtle: str) -> None:
    report = judged(turtle)
    assert report.conforms
    assert OF_TABLE.isdisjoint(name(result) for result in report.results)


def test_warning_has_what_the_new_value_displaces(judged: Judged) -> None:
    expected = {
        'practice:ship dct:title "Navire"@fr .': "“Ship”",
        "organisation:harbour skos:closeMatch <https://example.org/q> .": "<http://www.wikidata.org/entity/Q90000001>",
        NEW + "organisation:new org:hasUnit organisation:office .": (
            "Harbour <https://w3id.org/gcmgraph/id/organisation/harbour>"
        ),
    }
    for turtle, text in expected.items():
        (result,) = (result for result in judged(turtle).results if name(result) in OF_TABLE)
        assert result.expected.best("en") == text


def test_correction_by_the_same_sender_may_change_names_and_relations(
    rules: Rules, published: Store
) -> None:
    removed = quads("organisation:harbour a gcm:Organisation ; skos:prefLabel 'Harbour'@en .")
    corrected = """organisation:harbour a gcm:Organisation ; skos:prefLabel "Port"@en ;
            foaf:homepage <https://example.org/> .
        organisation:top a gcm:Organisation ; skos:prefLabel "Top"@en .
        organisation:harbour org:subOrganizationOf organisation:top ."""
    statements = LocatedStatements.of(quads(corrected))
    assert [
        name(result) for result in judge(statements, published, rules, removed=removed).results
    ] == []


# ---------------------------------------------------------------------------------------------------------- the table


def test_names_of_the_table_are_in_the_order_of_pages() -> None:
    assert [change.property for change in CHANGES.values() if change.aspect == NAME] == list(
        map(TERM, LABEL_PROPERTIES)
    )


def test_decision_is_the_same_in_both_spellings_of_a_relation() -> None:
    for relation in {change.aspect for change in CHANGES.values() if change.direction}:
        rows = [change for change in CHANGES.values() if change.aspect == relation]
        lower = {
            change.of_subject if change.direction is Direction.UP else change.of_object
            for change in rows
        }
        assert (Decision.REFUSED in lower) is (lower == {Decision.REFUSED}), relation


def test_table_has_inverse_properties_of_the_ontology_in_opposite_directions(
    repository: Repository,
) -> None:
    inverse = TERM("owl:inverseOf")
    pairs = [
        (quad.subject, quad.object)
        for path in repository.ontology
        for quad in read_quads(path)
        if quad.predicate == inverse
    ]
    assert len(pairs) > 3
    for one, other in pairs:
        rows = [CHANGES.get(one), CHANGES.get(other)]  # type: ignore[arg-type]
        assert None not in rows, (one, other)
        assert {row.direction for row in rows if row} == set(Direction)
        assert len({row.aspect for row in rows if row}) == 1


#: A relation up and one down by other properties, for each two spellings of one relation.
SPELLINGS = [
    (first, second)
    for first in CHANGES.values()
    for second in CHANGES.values()
    if first.direction and first.aspect == second.aspect
]


def relation(change: PublishedPropertyRule, lower: str, upper: str) -> str:
    """A statement that a resource is below another."""
    subject, value = (lower, upper) if change.direction is Direction.UP else (upper, lower)
    return f"{subject} {change.property} {value} ."


def test_circle_of_three_by_any_two_spellings_of_a_relation_is_refused(judged: Judged) -> None:
    """Resources a, b and c, each below the next, where a and b are related by one property, and the rest by another."""
    circles = []
    chains = []
    for number, (first, second) in enumerate(SPELLINGS):
        a, b, c = (f"<https://example.org/{number}{letter}>" for letter in "abc")
        chain = relation(first, a, b) + relation(second, b, c)
        chains.append(chain)
        circles.append(chain + relation(second, c, a))
    assert len(circles) > 100
    report = judged("\n".join(circles))
    refused = {result.focus.value for result in report.results if name(result) == "circle"}  # type: ignore[union-attr]
    numbers = {int("".join(filter(str.isdigit, address.rpartition("/")[2]))) for address in refused}
    assert numbers == set(range(len(SPELLINGS)))
    assert [
        result for result in judged("\n".join(chains)).results if name(result) == "circle"
    ] == []
