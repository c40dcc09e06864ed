"""Results of the checks beside SHACL, their suggestions, published values and columns."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from gcmgraph.platform.text import is_language
from gcmgraph.publication.assembly import read_known
from gcmgraph.rdf.json_ld import published_context, versions
from gcmgraph.rdf.media import JSON_LD, TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.literals import language_meant, language_of
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import CONSTRAINTS, Report, Result
from gcmgraph.validation.report_formats import FORMATS, report_json, report_text
from gcmgraph.validation.rules import Rules, RuleSet
from gcmgraph.validation.validate import validate_contribution

ADDRESSES = Addresses()
PREFIXES = (
    "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in ADDRESSES.prefixes.items()) + "\n"
)
WHOLE = """practice:{name} a gcm:Practice ; dct:title "{title}"@en , "{title} (fr)"@fr ; dct:description "d"@en ;
    gcm:objective objective:9 ; gcm:country country:PHL ; dct:source <https://example.org/> ;
    schema:startDate "{start}"^^xsd:gYear .
"""
PUBLISHED = WHOLE.format(name="ship", title="Ship", start=2018) + (
    "practice:ship skos:exactMatch <https://example.org/ship> ."
)
NEW = WHOLE.format(name="new", title="New", start=2019)
OTHER = WHOLE.format(name="other", title="Other", start=2018)
WARNINGS = {
    *("misspelt-term", "same-title-and-period", "same-identifier", "bidirectional-control"),
    *("invisible-character", "mixed-scripts", "look-alike"),
}

Validated = Callable[..., Report]


def quads(text: str) -> list[Quad]:
    return list(parse_quads((PREFIXES + text).encode(), TURTLE, source="test"))


@pytest.fixture(scope="module")
def published(small_repository: Repository) -> Store:
    return Store.in_memory([*read_known(small_repository, ADDRESSES), *quads(PUBLISHED)])


@pytest.fixture
def validated(rules: Rules, published: Store) -> Validated:
    def of(text: str, removed: str = "") -> Report:
        added = LocatedStatements.parse((PREFIXES + text).encode(), TURTLE, source="new.ttl")
        return validate_contribution(
            added, published, rules, removed=quads(removed) if removed else ()
        )

    return of


def name(result: Result) -> str:
    return result.component.value.rpartition("#")[2]


def names(report: Report) -> list[str]:
    return list(map(name, report.results))


def suggestion(result: Result) -> str | None:
    return result.nearest and ADDRESSES.compress(result.nearest.term.value)


#: Statements, the components of their results, and the suggestion of the first result.
CASES = [
    (NEW, [], None),
    (NEW + "practice:new gcm:country country:Phillipines .", ["ClassConstraintComponent"], "country:PHL"),

    (NEW + "practice:new gcm:country country:phl .", ["ClassConstraintComponent"], "country:PHL"),

    (NEW + "practice:new gcm:relevantTarget sdg:16.99 .", ["ClassConstraintComponent"], "sdg:16.9"),
    (NEW + "practice:new gcm:contry country:PHL .", ["unknown-term"], "gcm:country"),
    (NEW + "practice:new dct:relation country:Phl .", ["unknown-thing"], "country:PHL"),
    # a class of the address
    ("practice:ship rdfs:label 'Published already'@en .", [], None),
    ("practice:ship\\#funding rdfs:label 'A part'@en .", [], None),
    ("organisation:new a gcm:Organisation, schema:Organization ; skos:prefLabel 'New'@en .", [], None),
    # other spellings of an address
    ('practice:ship <http://schema.org/startDate> "2019"^^xsd:gYear .', ["misspelt-term"], "schema:startDate"),
    ("practice:ship a <http://schema.org/Event> .", ["misspelt-term"], "schema:Event"),
    ('practice:ship <https://www.purl.org/dc/terms#title> "x"@en .', ["misspelt-term"], "dct:title"),
    # addresses of resources as classes
    ("<https://example.org/x> a practice: .", ["thing-as-term"], "gcm:Practice"),
    ("<https://example.org/x> a country: .", ["thing-as-term"], "gcm:Country"),
    ("<https://example.org/x> a country:PHL .", ["thing-as-term"], None),
    # properties of other classes
    ('practice:ship gcm:countryGroup "here" ; gcm:supplements instrument:untoc ; gcm:commitment "x"@en .',
     ["misplaced-term"] * 3, None),
    ("practice:ship gcm:relevantGoal sdg:10 .", [], None),
    ('organisation:iom gcm:outcome "x"@en .', ["misplaced-term"], None),
    # values and resources that are published
    ('practice:ship dct:title "Navire"@fr .', ["UniqueLangConstraintComponent"], None),
    ('practice:ship schema:startDate "2019"^^xsd:gYear .', ["MaxCountConstraintComponent"], None),
    (WHOLE.format(name="other", title="Ship", start=2018), ["same-title-and-period"] * 2, None),
    (WHOLE.format(name="other", title="Ship", start=2021), [], None),
    (OTHER + "practice:other skos:exactMatch <https://example.org/ship> .", ["same-identifier"], None),
    (OTHER + "practice:other skos:exactMatch <https://example.org/boat> .", [], None),
    *((WHOLE.format(name="new", title=f"New{control}", start=2019).replace(" (fr)", ""),
       ["bidirectional-control"] * 2, None) for control in "\u202e\u2066"),
    # names that look like others
    *((WHOLE.format(name="new", title=f"Ne{char}w", start=2019), ["invisible-character"] * 2, None)
      for char in "\u200b\u00ad\u3164\u2800\U000e0041"),
    *((WHOLE.format(name="new", title=title, start=2019), ["mixed-scripts"] * 2, None)
      for title in ("P\u0430trol", "The \u0420\u0410\u0422 \u039f", "\uff30atrol")),
    *((WHOLE.format(name="new", title=title, start=2019), ["mixed-scripts"] * 2, None)
      for title in ("ꓲOM desk", "P\ua4eetrol")),
    *((WHOLE.format(name="new", title=title, start=2019), ["look-alike"] * 2, None)
      for title in ("P\u0251trol", "Bri\u0261ade", "lOM desk", "UNlCEF", "A UN0DC desk", "lnternational", "0ffice")),
    *((WHOLE.format(name="new", title=title, start=2019), [], None)
      for title in ("Équipe 2°", "中国UN计划", "All El Al", "COVID19 H1N1 G20", "llegada l'accès 10th", "Ɛʋegbe")),
    # circles
    ("practice:ship dct:isPartOf practice:ship .", ["circle"], None),
    ("organisation:iom org:subOrganizationOf organisation:unodc . "
     "organisation:unodc org:subOrganizationOf organisation:iom .", ["circle"] * 2, None),
    (OTHER + "practice:other dct:replaces practice:ship .", [], None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "components", "suggested"), CASES)
def test_mistake_is_reported_by_its_constraint_with_a_suggestion(
    validated: Validated, text: str, components: list[str], suggested: str | None
) -> None:
    report = validated(text)
    assert names(report) == components
    assert next(map(suggestion, report.results), None) == suggested
    assert report.conforms is (set(components) <= WARNINGS)


def test_name_without_visible_letter_is_refused(validated: Validated) -> None:
    for blank in ("\u200b", "\u3164", "\u2800 .", "\U000e0041", "…"):
        text = WHOLE.format(name="new", title=blank, start=2019)
        report = validated(text.replace(f"{blank} (fr)", f"{blank}\u200c"))
        assert names(report).count("name-without-letter") == 2
        assert not report.conforms


#: A component, statements, the value of its only result, and the suggestion.
AMONG_OTHERS = [
    ("class-of-kind", 'practice:untyped rdfs:label "Only a label"@en .', "", "gcm:Practice"),
    ("class-of-kind", "organisation:untyped gcm:acronym 'X'@en .", "", "gcm:Organisation"),
    ("class-of-kind", "practice:other a gcm:Organisation ; skos:prefLabel 'A'@en .", "Organisation", "gcm:Practice"),
    ("class-of-kind", "practice:ship a gcm:Organisation ; skos:prefLabel 'A'@en .", "Organisation", "gcm:Practice"),
    ("class-of-kind", "practice:ship a gcm:Passage .", "Passage", "gcm:Practice"),
    ("class-of-kind", "practice:far a <https://w3id.org/gcm/ontology#Practice> .", "Practice", "gcm:Practice"),
    *(("name-of-another-kind", f'organisation:new a gcm:Organisation ; skos:prefLabel "{label}"@en .', label,
       "country:PHL") for label in ("Philippines", "PHILIPPINES", "Phi\u2066lippines\u2069", "الفلبين")),
]  # fmt: skip


@pytest.mark.parametrize(("component", "text", "value", "suggested"), AMONG_OTHERS)
def test_mistake_is_reported_with_its_value_place_and_level(
    validated: Validated, component: str, text: str, value: str, suggested: str
) -> None:
    (result,) = (result for result in validated(text).results if name(result) == component)
    assert suggestion(result) == suggested
    assert result.value.value.endswith(value) if value else result.value is None  # type: ignore[union-attr]
    assert result.place is not None
    assert result.level.name == ("VIOLATION" if component == "class-of-kind" else "WARNING")


def test_terms_that_fit_are_not_reported_as_misplaced(validated: Validated) -> None:
    label = 'skos:prefLabel "Bank of the Philippines"@en , "PHL"@fr'
    for component, text in (
        ("misplaced-term", 'practice:ship a gcm:Country ; gcm:iso2 "XX" .'),
        (
            "misplaced-term",
            "gcm:Ship rdfs:subClassOf gcm:Practice . practice:boat a gcm:Ship ; gcm:binding true .",
        ),
        ("name-of-another-kind", f"organisation:new a gcm:Organisation ; {label} ."),
    ):
        assert component not in names(validated(text))


#: A practice with the context's short names, some of which are prefixes of resources.
SHORT = (
    """{"@context": %s, "id": "practice:ship", "type": "Practice", "%s": {"id": "country:PHL"}}"""
)


def test_resource_in_place_of_a_property_suggests_the_property(
    rules: Rules, published: Store
) -> None:
    context = json.dumps(published_context(versions()[-1], ADDRESSES.prefixes))
    for short, right in (
        ("country", "gcm:country"),
        ("source", "dct:source"),
        ("country:AFG", None),
        ("sdg", None),
    ):
        added = LocatedStatements.parse(
            (SHORT % (context, short)).encode(), JSON_LD, source="x.jsonld"
        )
        report = validate_contribution(added, published, rules)
        assert [(name(result), suggestion(result)) for result in report.results] == [
            ("thing-as-term", right)
        ]
        assert not report.conforms


def test_concept_of_another_list_suggests_one_of_the_right_list(validated: Validated) -> None:
    for line, right in (
        ("gcm:targetAudience concept:practice-type\\/plan", None),
        ("gcm:targetAudience concept:practice-type\\/women", "concept:audience/women"),
        ("dct:type concept:audience\\/plan", "concept:practice-type/plan"),
    ):
        report = validated(f"practice:ship {line} .")
        (result,) = (
            result for result in report.results if "#Practice-" in str(result.source_shape)
        )
        assert suggestion(result) == right


def test_report_has_names_and_hints_in_the_language_of_its_reader(validated: Validated) -> None:
    report = validated("practice:ship gcm:country\n    country:Phillipines .")
    english, french = (
        report_text(report, ADDRESSES, language).splitlines() for language in ("en", "fr")
    )
    assert english[0] == (
        "new.ttl:3:5: violation: “Ship” (practice:ship), country: There is no such country in this graph."
        " [country:Phillipines]"
    )
    assert english[1].startswith(
        "    Hint: Did you mean Philippines, country:PHL? Name the country by"
    )
    assert french[0].startswith(
        "new.ttl:3:5: erreur: “Ship (fr)” (practice:ship), pays: Ce pays n'existe pas"
    )
    assert french[1].startswith(
        "    Conseil : Vouliez-vous dire Philippines, country:PHL ? Nommez le pays"
    )
    (result,) = json.loads(report_json(report))["results"]
    assert result["nearest"]["value"] == ADDRESSES.resource("country", "PHL")
    assert result["page"] == "https://w3id.org/gcmgraph/shapes#Practice-country"
    for form in ("github", "sarif"):
        assert "Did you mean Philippines, country:PHL?" in FORMATS[form](report, ADDRESSES, "en")
    english, french = (
        report_text(
            validated("<https://example.org/x> a country:PHL ."), ADDRESSES, language
        ).splitlines()
        for language in ("en", "fr")
    )
    assert english[0].endswith("used as a property or a class. [country:PHL]")
    assert french[0].endswith("employée comme propriété ou comme classe. [country:PHL]")


def test_result_names_the_published_value_unless_that_is_removed(validated: Validated) -> None:
    navire, same = (
        'practice:ship dct:title "Navire"@fr .',
        WHOLE.format(name="other", title="Ship", start=2018),
    )
    for text, language, expected in (
        (navire, "fr", "“Ship (fr)”"),
        ('practice:ship schema:startDate "2019"^^xsd:gYear .', "en", "“2018”"),
        (same, "en", "<https://w3id.org/gcmgraph/id/practice/ship>"),
    ):
        report = validated(text)
        assert expected in str(report.results[0].expected.best(language))
        assert "Published is: " in report_text(report, ADDRESSES, "en")
    assert names(validated(navire, removed='practice:ship dct:title "Ship (fr)"@fr .')) == []


def test_published_faults_are_not_reported(rules: Rules, small_repository: Repository) -> None:
    faulty = quads('practice:ship a gcm:Practice ; gcm:contry country:PHL ; dct:title "Ship"@en .')
    store = Store.in_memory([*read_known(small_repository, ADDRESSES), *faulty])
    report = validate_contribution(
        LocatedStatements.of(quads('practice:ship dct:description "d"@en .')), store, rules
    )
    assert names(report) == []


def test_result_has_the_column_of_its_value_and_shows_invisible_characters(
    validated: Validated,
) -> None:
    for line, at in (
        ('practice:ship dct:title "Navire"@fr .', '"Navire"'),
        ("practice:ship dct:title 'Navire'@fr .", "'Navire'"),
        ("practice:ship gcm:objective <https://w3id.org/gcmgraph/id/objective/99> .", "<https"),
        ("practice:ship gcm:objective objective:99 .", "objective:99"),
    ):
        place = validated(line).results[0].place
        assert (place.line, place.column) == (2, line.index(at) + 1)
    text = report_text(validated(NEW.replace('"New"', '"New\u202e"')), ADDRESSES)
    assert "invisible: [U+202E]" in text
    assert "\u202e" not in text


def test_rules_are_loaded_without_pyshacl(repository: Repository) -> None:
    run = (
        "import sys; from pathlib import Path; from gcmgraph.rdf.namespaces import Addresses\n"
        "from gcmgraph.repository.layout import Repository; from gcmgraph.validation.rules import load_rules\n"
        "import gcmgraph.validation.validate, gcmgraph.validation.report_formats\n"
        "load_rules(Repository(Path(sys.argv[1])), Addresses()); print({'pyshacl', 'rdflib'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", run, str(repository.root)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"


def test_every_named_constraint_is_in_use_and_the_reverse(repository: Repository) -> None:
    package = repository.root / "src" / "gcmgraph"
    files = [
        path for room in ("validation", "spreadsheets") for path in (package / room).rglob("*.py")
    ]
    code = "".join(
        path.read_text("utf-8") for path in (*files, package / "contributions" / "policy.py")
    )
    used = set(re.findall(r'(?:effect\.result|extra_result|self\._report)\(\s*"([a-z-]+)"', code))
    assert len(used) > 20
    assert used <= CONSTRAINTS.keys()
    names = [constraint.removeprefix("contribution-rule.") for constraint in CONSTRAINTS]
    assert [name for name in names if f'"{name}"' not in code] == []


ENDED = "practice:other schema:endDate '2016'^^xsd:gYear ."


def test_near_duplicate_of_a_published_practice_is_reported(rules: Rules, published: Store) -> None:
    near = WHOLE.format(name="other", title="A ship", start=2019)
    for text, found in (
        (near, True),
        (near.replace("A ship", "A bus"), False),
        (near.replace("PHL", "FRA"), False),
        (near.replace("objective:9", "objective:3"), False),
        (WHOLE.format(name="other", title="A ship", start=2015) + ENDED, False),
        (near + "practice:other dct:relation practice:ship .", False),
        (WHOLE.format(name="other", title="Ship", start=2018), False),  # as `same-title-and-period`
    ):
        added = LocatedStatements.parse((PREFIXES + text).encode(), TURTLE, source="new.ttl")
        report = validate_contribution(added, published, rules, rule_set=RuleSet.CONTRIBUTION)
        suggested = [
            suggestion(result) for result in report.results if name(result) == "near-duplicate"
        ]
        assert suggested == (["practice:ship"] if found else [])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Un bureau dans la capitale qui répond aux questions.", "fr"),
        ("An office that answers questions in the capital.", "en"),
        ("Una oficina en la capital que responde a las preguntas.", "es"), ("مكتب متنقل على عجلات", "ar"),
        ("一辆走访村庄的巴士", "zh"), ("Передвижной пункт", "ru"), ("Guichet unique", None), ("", None),
        ("Coalición LAC, second phase", None), ("School of Law de l'Université de Genève", None), ("12 000", None),
        ("The ministry, known in China as 中华人民共和国外交部, with the support of its partners in the north", "en"),
    ],
)  # fmt: skip
def test_language_of_a_text_is_recognised_by_function_words_and_script(
    text: str, language: str | None
) -> None:
    assert language_of(text) == language


def test_invalid_language_tag_suggests_the_language_that_is_meant() -> None:
    assert all(map(is_language, ("en", "fr-CA", "zh-Hans", "EN", "quc", "yue", "sr-Latn")))
    meant = {
        "eng": "en",
        "spanish": "es",
        "Español": "es",
        "xx": None,
        "english-uk": None,
        "": None,
    }
    assert not any(map(is_language, meant))
    assert {tag: language_meant(tag) for tag in meant} == meant
