"""The checks besides SHACL, and what a person is told: nearest values, what is published, columns."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import read_known
from gcmgraph.rdfio.json_ld import published_context, versions
from gcmgraph.rdfio.media import JSON_LD, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.documents import read_graph
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.report_formats import FORMATS, report_json
from gcmgraph.validation.report_text import report_text
from gcmgraph.validation.rules import Rules

ADDRESSES = Addresses()
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in ADDRESSES.prefixes.items()) + "\n"
WHOLE = """practice:{name} a gcm:Practice ; dct:title "{title}"@en , "{title} (fr)"@fr ; dct:description "d"@en ;
    gcm:objective objective:9 ; gcm:country country:PHL ; dct:source <https://example.org/> ;
    schema:startDate "{start}"^^xsd:gYear .
"""
PUBLISHED = WHOLE.format(name="ship", title="Ship", start=2018) + (
    "practice:ship skos:exactMatch <https://example.org/ship> ."
)


@pytest.fixture(scope="module")
def published(repository: Repository) -> EmbeddedStore:
    return EmbeddedStore.in_memory([*read_known(repository, ADDRESSES), *quads(PUBLISHED)])


def ontology() -> Iterator[Quad]:
    return read_graph(Repository.find().ontology, IRI(ADDRESSES.graph("ontology")), ADDRESSES)


def quads(text: str) -> list[Quad]:
    return list(parse_quads((PREFIXES + text).encode(), TURTLE, source="test"))


@pytest.fixture
def told(rules: Rules, published: EmbeddedStore):  # type: ignore[no-untyped-def]
    def of(text: str, removed: str = "") -> Report:
        added = LocatedStatements.parse((PREFIXES + text).encode(), TURTLE, source="new.ttl")
        return validate_contribution(added, published, rules, removed=quads(removed) if removed else ())

    return of


def names(report: Report) -> list[str]:
    return [result.component.value.rpartition("#")[2] for result in report.results]


def near(result: Result) -> str:
    assert result.nearest is not None
    return ADDRESSES.compress(result.nearest.term.value) or ""


def test_a_whole_practice_is_in_order(told) -> None:  # type: ignore[no-untyped-def]
    assert names(told(WHOLE.format(name="new", title="New", start=2019))) == []


@pytest.mark.parametrize(
    ("line", "component", "value"),
    [
        ("gcm:country country:Phillipines", "ClassConstraintComponent", "country:PHL"),
        ('gcm:country "Phillipines"', "ClassConstraintComponent", "country:PHL"),
        ("gcm:country country:phl", "ClassConstraintComponent", "country:PHL"),
        ("gcm:relevantTarget sdg:16.99", "ClassConstraintComponent", "sdg:16.9"),
        ("gcm:contry country:PHL", "unknown-term", "gcm:country"),
        ("dct:relation country:Phl", "unknown-thing", "country:PHL"),
    ],
)
def test_the_nearest_right_value(told, line: str, component: str, value: str) -> None:  # type: ignore[no-untyped-def]
    report = told(WHOLE.format(name="new", title="New", start=2019) + f"practice:new {line} .")
    (result,) = report.results
    assert (names(report), near(result)) == ([component], value)
    assert not report.conforms


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        ('practice:untyped rdfs:label "Only a label"@en .', None, "gcm:Practice"),
        ("organisation:untyped gcm:acronym 'X'@en .", None, "gcm:Organisation"),
        ("practice:other a gcm:Organisation ; skos:prefLabel 'A'@en .", "gcm:Organisation", "gcm:Practice"),
        ("practice:ship a gcm:Organisation ; skos:prefLabel 'A'@en .", "gcm:Organisation", "gcm:Practice"),
        ("practice:ship a gcm:Passage .", "gcm:Passage", "gcm:Practice"),
        ("practice:far a <https://w3id.org/gcm/ontology#Practice> .", "Practice", "gcm:Practice"),
    ],
)
def test_a_thing_has_the_class_of_its_address(told, text: str, value: str | None, right: str) -> None:  # type: ignore[no-untyped-def]
    report = told(text)
    (result,) = (result for result in report.results if result.component.value.endswith("#class-of-kind"))
    assert near(result) == right
    assert not report.conforms
    assert (result.value is None) == (value is None)
    assert value is None or result.value.value.endswith(value.removeprefix("gcm:"))
    assert result.place is not None


@pytest.mark.parametrize(
    "text",
    [
        "practice:ship rdfs:label 'Published already'@en .",
        "practice:ship\\#funding rdfs:label 'A part'@en .",
        "organisation:new a gcm:Organisation, schema:Organization ; skos:prefLabel 'New'@en .",
    ],
)
def test_what_has_the_class_of_its_address_is_in_order(told, text: str) -> None:  # type: ignore[no-untyped-def]
    assert names(told(text)) == []


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ('<http://schema.org/startDate> "2019"^^xsd:gYear', "schema:startDate"),
        ("a <http://schema.org/Event>", "schema:Event"),
        ('<https://www.purl.org/dc/terms#title> "x"@en', "dct:title"),
    ],
)
def test_a_misspelt_namespace_is_told_and_does_not_block(told, line: str, right: str) -> None:  # type: ignore[no-untyped-def]
    report = told(f"practice:ship {line} .")
    assert (names(report), near(report.results[0])) == (["misspelt-term"], right)
    assert report.conforms


#: A practice as one writes it by hand with the context's short names, some of which are prefixes of things.
SHORT = """{"@context": %s, "id": "practice:ship", "type": "Practice", "%s": {"id": "country:PHL"}}"""


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("country", "gcm:country"),
        ("objective", "gcm:objective"),
        ("instrument", "gcm:instrument"),
        ("source", "dct:source"),
        ("country:AFG", None),
        ("sdg", None),
    ],
)
def test_a_thing_as_a_property_is_told(rules: Rules, published: EmbeddedStore, name: str, right: str | None) -> None:
    context = json.dumps(published_context(versions()[-1], ADDRESSES.prefixes))
    data = (SHORT % (context, name)).encode()
    report = validate_contribution(LocatedStatements.parse(data, JSON_LD, source="x.jsonld"), published, rules)
    (result,) = report.results
    assert names(report) == ["thing-as-term"]
    assert (near(result) if right else result.nearest) == right
    assert not report.conforms


def test_a_thing_as_a_class_is_told(told) -> None:  # type: ignore[no-untyped-def]
    for named, right in (("practice:", "gcm:Practice"), ("country:", "gcm:Country"), ("country:PHL", None)):
        report = told(f"<https://example.org/x> a {named} .")
        assert names(report) == ["thing-as-term"]
        assert (near(report.results[0]) if right else report.results[0].nearest) == right
    english, french = (report_text(report, ADDRESSES, language).splitlines()[0] for language in ("en", "fr"))
    assert english.endswith("used as a property or a class. [country:PHL]")
    assert french.endswith("employée comme propriété ou comme classe. [country:PHL]")


def test_our_properties_are_for_the_classes_that_the_ontology_names(told) -> None:  # type: ignore[no-untyped-def]
    report = told(
        'practice:ship gcm:countryGroup "here" ; gcm:supplements instrument:untoc ; gcm:commitment "x"@en ; '
        "gcm:relevantGoal sdg:10 ."
    )
    assert names(report) == ["misplaced-term"] * 3
    assert not report.conforms
    assert names(told('organisation:iom gcm:outcome "x"@en .')) == ["misplaced-term"]


def test_one_class_of_several_is_enough_and_so_is_one_below(told) -> None:  # type: ignore[no-untyped-def]
    assert "misplaced-term" not in names(told('practice:ship a gcm:Country ; gcm:iso2 "XX" .'))
    below = "gcm:Ship rdfs:subClassOf gcm:Practice . practice:boat a gcm:Ship ; gcm:binding true ."
    assert "misplaced-term" not in names(told(below))


def test_far_from_everything_nothing_is_proposed(told) -> None:  # type: ignore[no-untyped-def]
    (result,) = told("practice:ship gcm:country country:Xanadu .").results
    assert result.nearest is None


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("gcm:targetAudience concept:practice-type\\/plan", None),
        ("gcm:targetAudience concept:practice-type\\/women", "concept:audience/women"),
        ("dct:type concept:audience\\/plan", "concept:practice-type/plan"),
        ("dct:type concept:audience\\/women", None),
    ],
)
def test_neither_the_refused_value_nor_one_of_another_list_is_proposed(told, line: str, right: str | None) -> None:  # type: ignore[no-untyped-def]
    (result,) = (
        result for result in told(f"practice:ship {line} .").results if "#Practice-" in str(result.source_shape)
    )
    assert (result.nearest and near(result)) == right


def test_people_are_told_in_their_language(told) -> None:  # type: ignore[no-untyped-def]
    report = told("practice:ship gcm:country\n    country:Phillipines .")
    english, french = (report_text(report, ADDRESSES, language).splitlines() for language in ("en", "fr"))
    assert english[0] == (
        "new.ttl:3:5: violation: “Ship” (practice:ship), country: There is no such country in this graph."
        " [country:Phillipines]"
    )
    assert english[1].startswith("    Hint: Did you mean Philippines, country:PHL? Name the country by")
    assert french[0].startswith("new.ttl:3:5: erreur: “Ship (fr)” (practice:ship), pays: Ce pays n'existe pas")
    assert french[1].startswith("    Conseil : Vouliez-vous dire Philippines, country:PHL ? Nommez le pays")
    (result,) = json.loads(report_json(report))["results"]
    assert result["nearest"]["value"] == ADDRESSES.thing("country", "PHL")
    assert result["page"] == "https://w3id.org/gcmgraph/shapes#Practice-country"
    for name in ("github", "sarif"):
        assert "Did you mean Philippines, country:PHL?" in FORMATS[name](report, ADDRESSES, "en")


def test_a_second_french_title_for_a_published_practice(told) -> None:  # type: ignore[no-untyped-def]
    report = told('practice:ship dct:title "Navire"@fr .')
    assert names(report) == ["UniqueLangConstraintComponent"]
    assert report.results[0].expected.best("fr") == "“Ship (fr)”"
    assert "Published is: “Ship (fr)”." in report_text(report, ADDRESSES, "en")


def test_in_place_of_the_first_one_it_is_in_order(told) -> None:  # type: ignore[no-untyped-def]
    assert (
        names(told('practice:ship dct:title "Navire"@fr .', removed='practice:ship dct:title "Ship (fr)"@fr .')) == []
    )


def test_another_start_than_the_published_one(told) -> None:  # type: ignore[no-untyped-def]
    report = told('practice:ship schema:startDate "2019"^^xsd:gYear .')
    assert names(report) == ["MaxCountConstraintComponent"]
    assert report.results[0].expected.best("en") == "“2018”"


def test_the_same_title_and_period(told) -> None:  # type: ignore[no-untyped-def]
    report = told(WHOLE.format(name="other", title="Ship", start=2018))
    assert names(report) == ["same-title-and-period"] * 2  # in English and in French
    assert "<https://w3id.org/gcmgraph/id/practice/ship>" in str(report.results[0].expected.best("en"))
    assert report.conforms, "a curator decides; it does not block"
    assert names(told(WHOLE.format(name="other", title="Ship", start=2021))) == []


def test_the_same_identifier_elsewhere(told) -> None:  # type: ignore[no-untyped-def]
    text = WHOLE.format(name="other", title="Other", start=2018)
    assert names(told(text + "practice:other skos:exactMatch <https://example.org/ship> .")) == ["same-identifier"]
    assert names(told(text + "practice:other skos:exactMatch <https://example.org/boat> .")) == []


def test_without_a_source(told) -> None:  # type: ignore[no-untyped-def]
    text = WHOLE.format(name="new", title="New", start=2019).replace("dct:source <https://example.org/> ;", "")
    (result,) = told(text).results
    assert result.source_shape.value.endswith("#Practice-source-present")


def test_published_faults_are_not_the_contributors(rules: Rules, repository: Repository) -> None:
    faulty = quads('practice:ship a gcm:Practice ; gcm:contry country:PHL ; dct:title "Ship"@en .')
    store = EmbeddedStore.in_memory([*read_known(repository, ADDRESSES), *faulty])
    report = validate_contribution(LocatedStatements.of(quads('practice:ship dct:description "d"@en .')), store, rules)
    assert names(report) == []


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ('practice:ship dct:title "Navire"@fr .', '"Navire"'),
        ("practice:ship dct:title 'Navire'@fr .", "'Navire'"),
        ('practice:ship gcm:binding "true" .', '"true"'),
        ("practice:ship gcm:objective <https://w3id.org/gcmgraph/id/objective/99> .", "<https"),
        ("practice:ship gcm:objective objective:99 .", "objective:99"),
    ],
)
def test_the_column_is_that_of_the_value(told, line: str, at: str) -> None:  # type: ignore[no-untyped-def]
    place = told(line).results[0].place
    assert (place.line, place.column) == (2, line.index(at) + 1)


def test_the_server_can_hold_the_rules_without_loading_the_engine(repository: Repository) -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    run = (
        "import sys; from pathlib import Path; from gcmgraph.namespaces import Addresses\n"
        "from gcmgraph.repository.layout import Repository; from gcmgraph.validation.rules import load_rules\n"
        "import gcmgraph.validation.contribution, gcmgraph.validation.report_formats\n"
        "load_rules(Repository(Path(sys.argv[1])), Addresses()); print({'pyshacl', 'rdflib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", run, str(repository.root)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("control", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_characters_that_change_the_direction_are_reported(told, control: str) -> None:  # type: ignore[no-untyped-def]
    report = told(WHOLE.format(name="new", title=f"New{control}", start=2019).replace(" (fr)", ""))
    assert names(report) == ["bidirectional-control"] * 2
    assert report.conforms
    assert f"invisible: [U+{ord(control):04X}]" in report_text(report, ADDRESSES)
    assert control not in report_text(report, ADDRESSES)


@pytest.mark.parametrize("name", ["Philippines", "PHILIPPINES", "Phi\u2066lippines\u2069", "الفلبين"])
def test_an_organisation_with_the_name_of_a_country_is_reported(told, name: str) -> None:  # type: ignore[no-untyped-def]
    report = told(f'organisation:new a gcm:Organisation ; skos:prefLabel "{name}"@en .')
    (result,) = [one for one in report.results if one.component.value.endswith("#name-of-another-kind")]
    assert near(result) == "country:PHL"
    assert result.level.name == "WARNING"


def test_the_name_of_a_country_is_fine_within_another(told) -> None:  # type: ignore[no-untyped-def]
    text = 'organisation:new a gcm:Organisation ; skos:prefLabel "Bank of the Philippines"@en , "PHL"@fr .'
    assert "name-of-another-kind" not in names(told(text))
