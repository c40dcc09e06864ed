"""The reference data themselves: complete, consistent, sourced, and equal to what they were taken from."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from gcmgraph.linking.sssom import read_linkset
from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import Assembly
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.tables import ReferenceTable, read_table, read_tables
from gcmgraph.translations import DATA_LANGUAGES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "data" / "reference"
SOURCES = ROOT / "data" / "sources" / "sources.csv"
COLLECTED = ROOT.parent / "shared" / "un"
URL_KEYS = ("aboutUrl", "propertyUrl", "valueUrl")
ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
#: The language of a file `unsd-m49-….csv`, and how its name ends.
M49_FILES = {"en": "en", "fr": "fr", "es": "es", "ar": "ar", "zh": "cn", "ru": "ru"}
LANGUAGES = tuple(M49_FILES)

needs_collected = pytest.mark.skipif(not COLLECTED.is_dir(), reason="needs ../shared/un")


@pytest.fixture(scope="module")
def tables() -> dict[str, ReferenceTable]:
    return {table.name: table for table in read_tables(REFERENCE, ADDRESSES)}


@pytest.fixture(scope="module")
def quads(tables: dict[str, ReferenceTable]) -> list[Quad]:
    """Everything that the files of data/reference, data/linksets and data/sources/sources.csv state."""
    links = read_linkset(ROOT / "data" / "linksets" / "un-sdg.sssom.tsv", ADDRESSES)
    documents = read_table(SOURCES, ADDRESSES, graph="provenance")
    return [*(quad for table in tables.values() for quad in table.quads), *links.quads, *documents.quads]


def collected(name: str) -> list[dict[str, str]]:
    with (COLLECTED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ours(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(quads: list[Quad], subject: str, predicate: str) -> set[object]:
    return {quad.object for quad in quads if quad.subject == V(subject) and quad.predicate == V(predicate)}


@pytest.mark.parametrize(
    ("cls", "count"),
    [
        ("gcm:Country", 248),
        ("gcm:SdgGoal", 17),
        ("gcm:SdgTarget", 169),
        ("gcm:Objective", 23),
        ("gcm:Organisation", 158),
        ("gcm:LegalInstrument", 34),
        ("org:Membership", 37),
        ("gcm:TreatyParticipation", 185 + 167 + 152),
        ("skos:ConceptScheme", 19),
        ("gcm:SourceDocument", 1),
    ],
)
def test_things_of_a_class_are_complete(quads: list[Quad], cls: str, count: int) -> None:
    assert len({q.subject for q in quads if q.predicate == V("rdf:type") and q.object == V(cls)}) == count


def test_ten_guiding_principles(quads: list[Quad]) -> None:
    principles = {q.subject for q in quads if q.object == V("concept:principle") and q.predicate == V("skos:inScheme")}
    assert principles == {V(f"concept:principle/{letter}") for letter in "abcdefghij"}


def test_every_thing_that_is_named_exists(quads: list[Quad]) -> None:
    known = {quad.subject for quad in quads}
    things = ADDRESSES.base + "id/"
    missing = {q.object.value for q in quads if isinstance(q.object, IRI) and q.object.value.startswith(things)}
    assert {iri for iri in missing if IRI(iri) not in known} == set()


def test_every_thing_has_a_class(quads: list[Quad]) -> None:
    typed_things = {quad.subject for quad in quads if quad.predicate == V("rdf:type")}
    terms = IRI(ADDRESSES.graph("reference/terms"))  # their vocabularies state what they are
    assert {quad.subject for quad in quads if quad.graph_name != terms} - typed_things == set()


def test_no_blank_nodes(quads: list[Quad]) -> None:
    assert not [term for quad in quads for term in quad if isinstance(term, BlankNode)]


@pytest.mark.parametrize(
    "predicate", ["skos:prefLabel", "dct:title", "skos:definition", "gcm:formalName", "gcm:acronym"]
)
def test_at_most_one_text_per_language(quads: list[Quad], predicate: str) -> None:
    texts: dict[tuple[object, object], set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == V(predicate) and isinstance(quad.object, Literal):
            assert quad.object.language, f"{quad} has no language"
            texts[quad.subject, quad.object.language].add(quad.object.value)
    assert {key: found for key, found in texts.items() if len(found) > 1} == {}


def test_no_name_is_both_preferred_and_another(assembly: Assembly) -> None:
    """https://www.w3.org/TR/skos-reference/#S13, in all of the dataset. Leave the other one out."""
    names: dict[tuple[object, object], set[str]] = defaultdict(set)
    for quad in assembly.quads:
        for label in ("pref", "alt", "hidden"):
            if quad.predicate == V(f"skos:{label}Label"):
                names[quad.subject, quad.object].add(label)
    assert {key: found for key, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize("kind", ["country", "organisation", "objective", "concept/audience", "concept/practice-type"])
def test_no_name_means_two_things_of_a_kind(quads: list[Quad], kind: str) -> None:
    names = {V(f"skos:{label}Label") for label in ("pref", "alt", "hidden")} | {
        V("gcm:acronym"),
        V("gcm:formalName"),
    }
    bearers: dict[tuple[str, object], set[str]] = defaultdict(set)
    for quad in quads:
        thing = getattr(quad.subject, "value", "")
        if quad.predicate in names and thing.startswith(f"{ADDRESSES.base}id/{kind}/"):
            assert isinstance(quad.object, Literal)
            bearers[quad.object.value.casefold(), quad.object.language].add(thing)
    assert {name: things for name, things in bearers.items() if len(things) > 1} == {}


@pytest.mark.parametrize("name", ["Korea", "Corée", "Micronesia", "Micronésie"])
def test_names_that_could_mean_two_countries_are_no_aliases(quads: list[Quad], name: str) -> None:
    assert not [quad for quad in quads if isinstance(quad.object, Literal) and quad.object.value == name
                and quad.predicate == V("skos:altLabel")]  # fmt: skip


def test_congo_alone_is_the_m49_name_of_one_country_only(quads: list[Quad]) -> None:
    assert {q.subject for q in quads if q.object == text("Congo", "fr")} == {V("country:COG")}
    assert {q.predicate for q in quads if q.object == text("Congo", "fr")} == {V("skos:prefLabel")}


@pytest.mark.parametrize(
    ("country", "name", "language"),
    [
        ("IRN", "République islamique d'Iran", "fr"),
        ("IRN", "Iran", "en"),
        ("AFG", "République islamique d'Afghanistan", "fr"),
        ("IRQ", "République d'Iraq", "fr"),
        ("PAK", "République islamique du Pakistan", "fr"),
        ("BOL", "Bolivie", "fr"),
        ("CIV", "Ivory Coast", "en"),
        ("COD", "RDC", "fr"),
        ("CPV", "Cap-Vert", "fr"),
        ("CZE", "République tchèque", "fr"),
        ("GBR", "Royaume-Uni", "fr"),
        ("KOR", "Corée du Sud", "fr"),
        ("LAO", "Laos", "en"),
        ("MDA", "Moldova", "en"),
        ("NLD", "Netherlands", "en"),
        ("RUS", "Russie", "fr"),
        ("SWZ", "Swaziland", "en"),
        ("SYR", "Syria", "en"),
        ("TUR", "Turquie", "fr"),
        ("TZA", "Tanzania", "en"),
        ("USA", "États-Unis", "fr"),
        ("VNM", "Vietnam", "en"),
    ],
)
def test_countries_have_the_names_that_text_uses(quads: list[Quad], country: str, name: str, language: str) -> None:
    assert text(name, language) in values(quads, f"country:{country}", "skos:altLabel")


def test_a_country_says_what_the_model_says(quads: list[Quad]) -> None:
    assert values(quads, "country:AFG", "skos:notation") == {Literal("AFG")}
    assert values(quads, "country:AFG", "gcm:m49") == {Literal("004")}
    assert values(quads, "country:AFG", "gcm:region") == {V("concept:m49/034")}
    assert values(quads, "country:AFG", "gcm:countryGroup") == {
        V("concept:country-group/ldc"),
        V("concept:country-group/lldc"),
    }
    languages = {name.language for name in values(quads, "country:AFG", "skos:prefLabel") if isinstance(name, Literal)}
    assert languages == {"ar", "en", "es", "fr", "ru", "zh"}


def test_only_full_members_are_members(quads: list[Quad]) -> None:
    members = {(quad.subject, quad.object) for quad in quads if quad.predicate == V("org:hasMember")}
    assert len(members) == 11
    assert {organisation for organisation, _ in members} == {V("organisation:rcm")}
    assert (V("organisation:rcm"), V("country:COL")) not in members  # an observer
    assert values(quads, "organisation:rcm#membership-COL", "org:role") == {V("concept:membership-role/observer")}
    assert values(quads, "organisation:aiamp#membership-COL", "org:role") == {
        V("concept:membership-role/country-of-member-institution")
    }


def test_a_participation_says_how_old_it_is(quads: list[Quad]) -> None:
    albania = "instrument:smuggling-protocol#participation-ALB"
    assert values(quads, albania, "gcm:asOf") == {typed("2014-07-10", "date")}
    assert values(quads, albania, "gcm:participationIn") == {V("instrument:smuggling-protocol")}
    assert values(quads, albania, "gcm:participant") == {V("country:ALB")}
    assert values(quads, albania, "gcm:signatureDate") == {typed("2000-12-12", "date")}
    assert values(quads, albania, "gcm:bindingDate") == {typed("2002-08-21", "date")}
    assert values(quads, "instrument:trafficking-protocol#participation-eu", "gcm:participant") == {
        V("organisation:eu")
    }
    dated = {quad.subject for quad in quads if quad.predicate == V("gcm:asOf")}
    kinds = {V("gcm:TreatyParticipation"), V("schema:Observation")}
    assert dated == {quad.subject for quad in quads if quad.object in kinds}


@pytest.mark.parametrize(
    "name", ["participation-smuggling-protocol", "participation-trafficking-protocol", "participation-untoc"]
)
def test_the_treaty_lists_warn_in_two_languages_that_absence_is_no_proof(
    tables: dict[str, ReferenceTable], name: str
) -> None:
    table = tables[name]
    said = {q.object for q in table.provenance(ADDRESSES) if q.subject == table.graph
            and q.predicate == V("dct:description")}  # fmt: skip
    warnings = {text_.language: text_.value for text_ in said if isinstance(text_, Literal)}
    assert "no proof" in warnings["en"]
    assert "n’y prouve pas" in warnings["fr"]
    assert all("2014" in warning for warning in warnings.values())


def test_concepts_have_one_label_in_each_language(quads: list[Quad]) -> None:
    """Titles of objectives only where they were read."""
    members = {(quad.subject, quad.object) for quad in quads if quad.predicate == V("skos:inScheme")}
    schemes = {scheme for _, scheme in members} - {V("concept:objectives")}
    concepts = {concept for concept, scheme in members if scheme in schemes} | schemes
    concepts |= {V("concept:objectives")}
    labels: dict[object, list[str]] = defaultdict(list)
    for quad in quads:
        if quad.predicate == V("skos:prefLabel") and isinstance(quad.object, Literal):
            labels[quad.subject].append(quad.object.language or "")
    for concept in concepts:
        assert sorted(labels[concept]) == sorted(LANGUAGES), concept


def test_objectives_have_titles_and_short_labels_by_the_editors(quads: list[Quad]) -> None:
    for number in range(1, 24):
        for predicate, languages in (("skos:prefLabel", {"ar", "zh", "ru"}), ("skos:altLabel", set(LANGUAGES))):
            texts = values(quads, f"objective:{number}", predicate)
            assert {name.language for name in texts if isinstance(name, Literal)} >= languages, number


def test_titles_of_objectives_are_those_of_the_pages_that_were_read() -> None:
    """One `skos:prefLabel` in each language, in the spelling of the table; the page of objective 13 prints another."""
    printed_otherwise = {
        (13, "en"): "Use migration detention only as a measure of last resort and work towards alternatives"
    }
    titles = {int(row["number"]): row for row in ours("objectives.csv")}
    for path in sorted((ROOT / "data" / "readings").glob("objective-*/page.yaml")):
        number = int(path.parent.name.removeprefix("objective-"))
        for language, title in yaml.safe_load(path.read_text("utf-8"))["title"].items():
            expected = printed_otherwise.get((number, language), titles[number][f"title_{language}"])
            assert title["text"] == expected, path


def test_every_column_has_a_source_and_is_published_with_it(tables: dict[str, ReferenceTable]) -> None:
    for table in [*tables.values(), read_table(SOURCES, ADDRESSES, graph="provenance")]:
        assert table.sources, table.name
        assert all(column.sources and column.descriptions for column in table.metadata.written), table.name
        provenance = list(table.provenance(ADDRESSES))
        stated = {quad.predicate for quad in table.quads}
        for column in table.metadata.written:
            part = IRI(f"{table.graph.value}#{column.name}")
            published = {quad.predicate for quad in provenance if quad.subject == part}
            states = not column.suppressed and column.predicate in stated
            assert (V("dct:source") in published) == states, f"{table.name}: {column.name}"


def test_descriptions_of_columns_are_in_all_languages(tables: dict[str, ReferenceTable]) -> None:
    for table in tables.values():
        for column in table.metadata.columns:
            if not column.suppressed and column.descriptions:
                assert {each.language for each in column.descriptions} == set(DATA_LANGUAGES), column
            told = [source.value for source in column.sources if not column.suppressed]
            assert not [source for source in told if "_source says" in source], column


def test_any_csvw_processor_reads_the_same() -> None:
    """Only prefixes that CSV on the Web knows by itself are used: https://www.w3.org/2011/rdfa-context/rdfa-1.1."""
    for path in [*REFERENCE.glob("*-metadata.json"), *SOURCES.parent.glob("*-metadata.json")]:
        schema = json.loads(path.read_text("utf-8"))["tableSchema"]
        used = [schema["aboutUrl"], *(column.get(key) for column in schema["columns"] for key in URL_KEYS)]
        prefixes = {url.partition(":")[0] for url in used if url and not url.startswith("{")}
        assert prefixes <= {"https", "http", "foaf", "org", "rdf", "skos"}, path.name


def test_titles_are_in_english_and_french(tables: dict[str, ReferenceTable]) -> None:
    for table in tables.values():
        assert [title.language for title in table.metadata.titles] == ["en", "fr"], table.name


def test_the_readme_names_every_file_with_its_rows(tables: dict[str, ReferenceTable]) -> None:
    readme = (REFERENCE / "README.md").read_text("utf-8")
    for table in tables.values():
        assert f"| {table.name}.csv | {table.rows} |" in readme, f"add or mend the row of {table.name}.csv"


def test_every_source_document_is_listed() -> None:
    with SOURCES.open(encoding="utf-8", newline="") as file:
        listed = {row["slug"]: row["file"] for row in csv.DictReader(file)}
    found = {path.name.removesuffix(".md"): path.name for path in SOURCES.parent.glob("objective-*.md")}
    assert listed == found, "every document of data/sources has a row in sources.csv"


def test_nothing_keeps_the_address_of_another_base() -> None:
    for table in read_tables(REFERENCE, Addresses("http://localhost:8080/")):
        stayed = [quad for quad in table.quads if ADDRESSES.base in str(quad)]
        assert stayed == [], table.name


def test_sdg_texts_are_left_to_the_sources(quads: list[Quad]) -> None:
    labels = V("graph:reference/sdg-labels")
    about_sdgs = [q for q in quads if getattr(q.subject, "value", "").startswith(ADDRESSES.thing("sdg", ""))]
    assert {q.predicate for q in about_sdgs if q.graph_name != labels} == {
        V(name) for name in ("rdf:type", "skos:notation", "sdgo:isTargetOf", "skos:exactMatch", "gcm:colour")
    }
    assert {q.predicate for q in quads if q.graph_name == labels} == {V("skos:prefLabel")}


def test_goals_have_our_labels_in_six_languages_and_targets_in_three(quads: list[Quad]) -> None:
    languages: dict[object, list[str]] = defaultdict(list)
    for quad in quads:
        if quad.graph_name == V("graph:reference/sdg-labels") and isinstance(quad.object, Literal):
            assert quad.object.language is not None
            languages[quad.subject].append(quad.object.language)
    goals = {q.subject: ["ar", "en", "es", "fr", "ru", "zh"] for q in quads if q.object == V("gcm:SdgGoal")}
    targets = {q.subject: ["en", "es", "fr"] for q in quads if q.object == V("gcm:SdgTarget")}
    assert {subject: sorted(found) for subject, found in languages.items()} == {**goals, **targets}


@needs_collected
def test_countries_equal_the_collected_list() -> None:
    found = {row["iso3"]: row for row in ours("countries.csv") if row["kind"] != "area"}
    assert found.keys() == {row["iso3"] for row in collected("countries.csv")}
    columns = [
        "iso2",
        "m49",
        "formal_en",
        "formal_fr",
        *(f"name_{lang}" for lang in LANGUAGES),
    ]
    for row in collected("countries.csv"):
        assert {name: found[row["iso3"]][name] for name in columns} == {name: row[name] for name in columns}
        assert [found[row["iso3"]][group] or "0" for group in ("ldc", "lldc", "sids")] == [
            row[group] for group in ("ldc", "lldc", "sids")
        ]
        narrowest = row["intermediate_m49"] or row["subregion_m49"] or row["region_m49"]
        assert found[row["iso3"]]["region"] == narrowest


#: Names of M49 that the collected file lacks; all others equal those of hdx-python-country, too.
M49_NAMES = {("FLK", "en"): "Falkland Islands (Malvinas)"}


@needs_collected
def test_areas_equal_the_list_of_m49() -> None:
    areas = {row["iso3"]: row for row in ours("countries.csv") if row["kind"] == "area"}
    for language, file in M49_FILES.items():
        with (COLLECTED / "m49" / f"unsd-m49-{file}.csv").open(encoding="utf-8-sig", newline="") as lines:
            listed = {row["ISO-alpha3 Code"]: row for row in csv.DictReader(lines)}
        for iso3, row in areas.items():
            theirs = listed[iso3]
            theirs["Country or Area"] = M49_NAMES.get((iso3, language), theirs["Country or Area"])
            assert row[f"name_{language}"] == theirs["Country or Area"]
            assert (row["iso2"], row["m49"]) == (theirs["ISO-alpha2 Code"], theirs["M49 Code"])
            assert row["region"] == (theirs["Intermediate Region Code"] or theirs["Sub-region Code"])


@needs_collected
def test_regions_equal_the_collected_list(quads: list[Quad]) -> None:
    for row in collected("countries.csv"):
        chain = [row[f"{level}_m49"] for level in ("region", "subregion", "intermediate") if row[f"{level}_m49"]]
        for wider, narrower in pairwise(chain):
            assert values(quads, f"concept:m49/{narrower}", "skos:broader") == {V(f"concept:m49/{wider}")}
        for level in ("region", "subregion", "intermediate"):
            if code := row[f"{level}_m49"]:
                names = values(quads, f"concept:m49/{code}", "skos:prefLabel")
                assert text(row[f"{level}_name"], "en") in names


@needs_collected
def test_names_of_regions_are_those_of_m49() -> None:
    """The files name one region in two ways, in Arabic and French; the more frequent way is ours."""
    for language, file in M49_FILES.items():
        names: dict[str, Counter[str]] = defaultdict(Counter)
        with (COLLECTED / "m49" / f"unsd-m49-{file}.csv").open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                for level in ("Region", "Sub-region", "Intermediate Region"):
                    names[row[f"{level} Code"]][row[f"{level} Name"]] += 1
        for row in ours("regions.csv"):
            assert row[f"name_{language}"] == names[row["m49"]].most_common(1)[0][0]


@needs_collected
@pytest.mark.parametrize(
    ("treaty", "name"),
    [
        ("XVIII-12", "participation-untoc.csv"),
        ("XVIII-12-a", "participation-trafficking-protocol.csv"),
        ("XVIII-12-b", "participation-smuggling-protocol.csv"),
    ],
)
def test_treaty_lists_equal_the_collected_list(treaty: str, name: str) -> None:
    columns = ("signature_date", "binding_date", "binding_action")
    theirs = {
        row["iso3"] or "eu": [row[c] for c in columns] for row in collected("treaties.csv") if row["treaty"] == treaty
    }
    assert {row["participant"]: [row[c] for c in columns] for row in ours(name)} == theirs


@needs_collected
def test_treaty_totals_equal_the_collected_status() -> None:
    notations = {row["notation"]: row["slug"] for row in ours("instruments.csv")}
    measures = {"parties": "bindingDate", "signatories": "signatureDate"}
    theirs = {
        (notations[row["treaty"]], measure, row[name], row["status_as_at"])
        for row in collected("treaties_status.csv")
        for name, measure in measures.items()
        if row["status_as_at"]
    }
    assert {
        (row["instrument"], row["measure"], row["count"], row["as_of"]) for row in ours("treaty-status.csv")
    } == theirs


@needs_collected
def test_objectives_and_principles_equal_the_collected_lists() -> None:
    theirs = {row["number"]: row for row in collected("gcm_objectives.csv")}
    adopted = {"13": "Use immigration detention only as a measure of last resort and work towards alternatives"}
    assert [(row["number"], row["title_en"], row["hub_es"]) for row in ours("objectives.csv")] == [
        (number, adopted.get(number, row["title_en"]), row["hub_label_es"]) for number, row in theirs.items()
    ]
    titled = {number: row["title_fr"] for number, row in theirs.items() if row["title_fr"]}
    assert {row["number"]: row["title_fr"] for row in ours("objectives.csv") if row["number"] in titled} == titled
    assert [(row["paragraph"], row["label_en"], row["label_fr"]) for row in ours("principles.csv")] == [
        (row["para"], row["label_en"], row["label_fr"]) for row in collected("gcm_principles.csv")
    ]


@needs_collected
def test_sdgs_equal_the_un_vocabulary(quads: list[Quad]) -> None:
    un = read_quads(COLLECTED / "sdg" / "sdg-kos-goals-targets-indicators.ttl")
    theirs = {
        (quad.object.value.rpartition("/")[2], quad.subject.value.rpartition("/")[2])
        for quad in un
        if quad.predicate == V("sdgo:hasTarget") and isinstance(quad.object, IRI) and isinstance(quad.subject, IRI)
    }
    mine = {
        (quad.subject.value.rpartition("/")[2], quad.object.value.rpartition("/")[2])
        for quad in quads
        if quad.predicate == V("sdgo:isTargetOf") and isinstance(quad.object, IRI) and isinstance(quad.subject, IRI)
    }
    assert mine == theirs
    known = {quad.subject for quad in un}
    matches = {quad.object for quad in quads if quad.predicate == V("skos:exactMatch")}
    assert matches - known == set()


def test_every_goal_has_a_colour_of_its_own(quads: list[Quad]) -> None:
    colours = {q.subject: q.object for q in quads if q.predicate == V("gcm:colour")}
    assert set(colours) == {V(f"sdg:{goal}") for goal in range(1, 18)}
    assert len(set(colours.values())) == 17
