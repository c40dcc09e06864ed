"""The reference data themselves: complete, consistent, sourced, and equal to what they were taken from."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from pathlib import Path

import pytest
import yaml

from collected import UN, needs_un, read_rows, runs_of_words
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.publication.assembly import Assembly
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Vocabulary
from gcmgraph.repository.tables import ReferenceTable, read_table, read_tables
from gcmgraph.translations import DATA_LANGUAGES
from gcmgraph.web.visualisation.world import drawn, read_world

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "data" / "reference"
STATISTICS = ROOT / "data" / "statistics"
SOURCES = ROOT / "data" / "sources" / "sources.csv"
URL_KEYS = ("aboutUrl", "propertyUrl", "valueUrl")
ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
#: The language of a file `unsd-m49-….csv`, and how its name ends.
M49_FILES = {"en": "en", "fr": "fr", "es": "es", "ar": "ar", "zh": "cn", "ru": "ru"}
LANGUAGES = tuple(M49_FILES)


@pytest.fixture(scope="module")
def tables() -> dict[str, ReferenceTable]:
    return {table.name: table for table in read_tables(REFERENCE, ADDRESSES)}


@pytest.fixture(scope="module")
def quads(tables: dict[str, ReferenceTable]) -> list[Quad]:
    """Everything that the files of data/reference, data/linksets and data/sources/sources.csv state."""
    links = read_linkset(ROOT / "data" / "linksets" / "un-sdg.sssom.tsv", ADDRESSES)
    documents = read_table(SOURCES, ADDRESSES, graph="provenance")
    return [
        *(quad for table in tables.values() for quad in table.quads),
        *links.quads,
        *documents.quads,
    ]


def collected(name: str) -> list[dict[str, str]]:
    return read_rows(UN / name)


def ours(name: str) -> list[dict[str, str]]:
    return read_rows(REFERENCE / name)


def several(pairs: Iterable[tuple[Hashable, object]]) -> dict[Hashable, set[object]]:
    """The keys that have several values."""
    found: dict[Hashable, set[object]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return {key: values for key, values in found.items() if len(values) > 1}


def languages(texts: Iterable[object]) -> list[str | None]:
    return sorted(text.language or "" for text in texts if isinstance(text, Literal))


def values(quads: list[Quad], subject: str | IRI, predicate: str) -> set[object]:
    iri = V(subject) if isinstance(subject, str) else subject
    return {quad.object for quad in quads if quad.subject == iri and quad.predicate == V(predicate)}


def test_named_resources_exist_and_have_a_class(quads: list[Quad]) -> None:
    start, terms = (
        f"{ADDRESSES.base}id/",
        IRI(ADDRESSES.graph("reference/terms")),
    )  # their vocabularies have classes
    subjects = {quad.subject for quad in quads}
    named = {
        quad.object
        for quad in quads
        if isinstance(quad.object, IRI) and quad.object.value.startswith(start)
    }
    assert named - subjects == set()
    classified = {quad.subject for quad in quads if quad.predicate == V("rdf:type")}
    assert {quad.subject for quad in quads if quad.graph_name != terms} - classified == set()
    assert not [term for quad in quads for term in quad if isinstance(term, BlankNode)]


def test_at_most_one_text_per_language(quads: list[Quad]) -> None:
    for predicate in (
        "skos:prefLabel",
        "dct:title",
        "skos:definition",
        "gcm:formalName",
        "gcm:acronym",
    ):
        texts = [
            (q.subject, q.object)
            for q in quads
            if q.predicate == V(predicate) and isinstance(q.object, Literal)
        ]
        assert all(words.language for _, words in texts)
        assert several(((subject, words.language), words) for subject, words in texts) == {}


def test_preferred_names_are_no_other_names(assembly: Assembly) -> None:
    """https://www.w3.org/TR/skos-reference/#S13, in all of the dataset. Leave the other one out."""
    labels = {V(f"skos:{label}Label") for label in ("pref", "alt", "hidden")}
    assert (
        several(
            ((q.subject, q.object), q.predicate) for q in assembly.quads if q.predicate in labels
        )
        == {}
    )


def test_names_of_a_kind_are_distinct(quads: list[Quad]) -> None:
    names = {
        *(V(f"skos:{label}Label") for label in ("pref", "alt", "hidden")),
        V("gcm:acronym"),
        V("gcm:formalName"),
    }
    named = [
        (q.subject, q.object)
        for q in quads
        if q.predicate in names and isinstance(q.object, Literal)
    ]
    for kind in (
        "country",
        "organisation",
        "objective",
        "concept/audience",
        "concept/practice-type",
    ):
        start = f"<{ADDRESSES.base}id/{kind}/"
        of_kind = [(subject, name) for subject, name in named if str(subject).startswith(start)]
        assert (
            several(((name.value.casefold(), name.language), subject) for subject, name in of_kind)
            == {}
        )


def test_participations_and_observations_are_dated(quads: list[Quad]) -> None:
    kinds = {V("gcm:TreatyParticipation"), V("schema:Observation"), V("gcm:Evaluation")}
    dated = {quad.subject for quad in quads if quad.predicate == V("gcm:asOf")}
    assert dated == {quad.subject for quad in quads if quad.object in kinds}


def test_treaty_lists_warn_that_absence_is_no_proof(tables: dict[str, ReferenceTable]) -> None:
    for name in ("smuggling-protocol", "trafficking-protocol", "untoc"):
        table = tables[f"participation-{name}"]
        descriptions = values(list(table.provenance(ADDRESSES)), table.graph, "dct:description")
        warnings = {each.language: each.value for each in descriptions if isinstance(each, Literal)}
        assert "no proof" in warnings["en"]
        assert "n’y prouve pas" in warnings["fr"]
        assert all("2014" in warning for warning in warnings.values())


def test_concepts_have_one_label_in_each_language(quads: list[Quad]) -> None:
    """Titles of objectives only where they were read."""
    members = {
        (quad.subject, quad.object) for quad in quads if quad.predicate == V("skos:inScheme")
    }
    schemes = {scheme for _, scheme in members} - {V("concept:objectives")}
    concepts = (
        {concept for concept, scheme in members if scheme in schemes}
        | schemes
        | {V("concept:objectives")}
    )
    labels: dict[object, list[object]] = defaultdict(list)
    for quad in quads:
        if quad.predicate == V("skos:prefLabel"):
            labels[quad.subject].append(quad.object)
    for concept in concepts:
        assert languages(labels[concept]) == sorted(LANGUAGES), concept


def test_objectives_have_titles_and_short_labels_in_their_languages(quads: list[Quad]) -> None:
    for number in range(1, 24):
        for predicate, required in (
            ("skos:prefLabel", {"ar", "zh", "ru"}),
            ("skos:altLabel", set(LANGUAGES)),
        ):
            assert {*languages(values(quads, f"objective:{number}", predicate))} >= required, number


def test_titles_of_objectives_are_those_of_the_table() -> None:
    """One `skos:prefLabel` in each language, in the spelling of the table; the page of objective 13 prints another."""
    printed_otherwise = {
        (
            13,
            "en",
        ): "Use migration detention only as a measure of last resort and work towards alternatives"
    }
    titles = {int(row["number"]): row for row in ours("objectives.csv")}
    for path in sorted((ROOT / "data" / "readings").glob("objective-*/page.yaml")):
        number = int(path.parent.name.removeprefix("objective-"))
        for language, title in yaml.safe_load(path.read_text("utf-8"))["title"].items():
            expected = printed_otherwise.get(
                (number, language), titles[number][f"title_{language}"]
            )
            assert title["text"] == expected, path


def test_every_column_has_a_source(tables: dict[str, ReferenceTable]) -> None:
    for table in [*tables.values(), read_table(SOURCES, ADDRESSES, graph="provenance")]:
        assert table.sources, table.name
        assert all(column.sources and column.descriptions for column in table.metadata.written), (
            table.name
        )
        provenance = list(table.provenance(ADDRESSES))
        stated = {quad.predicate for quad in table.quads}
        for column in table.metadata.written:
            part = IRI(f"{table.graph.value}#{column.name}")
            published = {quad.predicate for quad in provenance if quad.subject == part}
            states = not column.suppressed and column.predicate in stated
            assert (V("dct:source") in published) == states, f"{table.name}: {column.name}"


def test_tables_have_titles_and_descriptions_in_their_languages(
    tables: dict[str, ReferenceTable],
) -> None:
    for table in tables.values():
        assert languages(table.metadata.titles) == ["en", "fr"], table.name
        for column in table.metadata.columns:
            if not column.suppressed and column.descriptions:
                assert languages(column.descriptions) == sorted(DATA_LANGUAGES), column
                assert not [
                    source for source in column.sources if "_source says" in source.value
                ], column


def test_readme_states_the_rows_of_each_table(tables: dict[str, ReferenceTable]) -> None:
    readme = (REFERENCE / "README.md").read_text("utf-8")
    for table in tables.values():
        assert f"| {table.name}.csv | {table.rows} |" in readme, (
            f"add or mend the row of {table.name}.csv"
        )
    listed = {row["slug"]: row["file"] for row in read_rows(SOURCES)}
    found = {
        path.name.removesuffix(".md"): path.name for path in SOURCES.parent.glob("objective-*.md")
    }
    assert listed == found, "every document of data/sources has a row in sources.csv"


def test_goals_and_targets_have_labels_in_six_languages(quads: list[Quad]) -> None:
    found: dict[object, list[object]] = defaultdict(list)
    for quad in quads:
        if quad.graph_name == V("graph:reference/sdg-labels"):
            assert quad.predicate == V("skos:prefLabel")
            found[quad.subject].append(quad.object)
    expected = dict.fromkeys((V("gcm:SdgGoal"), V("gcm:SdgTarget")), sorted(LANGUAGES))
    assert {subject: languages(labels) for subject, labels in found.items()} == {
        quad.subject: expected[quad.object] for quad in quads if quad.object in expected
    }
    colours = {q.subject: q.object for q in quads if q.predicate == V("gcm:colour")}
    assert set(colours) == {V(f"sdg:{goal}") for goal in range(1, 18)}
    assert len(set(colours.values())) == 17


def test_cities_are_in_their_countries() -> None:
    cities = [row for row in ours("places.csv") if row["latitude"]]
    assert len(cities) > 20
    for city in cities:
        x, y = drawn((float(city["longitude"]), float(city["latitude"])))
        left, top, right, bottom = read_world().countries[city["country"]].bounds
        assert left - 2 <= x <= right + 2, city["slug"]  # some are on the coast
        assert top - 2 <= y <= bottom + 2, city["slug"]


@needs_un
def test_countries_equal_the_collected_list() -> None:
    found = {row["iso3"]: row for row in ours("countries.csv") if row["kind"] != "area"}
    assert found.keys() == {row["iso3"] for row in collected("countries.csv")}
    columns = [
        "iso2",
        "m49",
        "formal_en",
        "formal_fr",
        *(f"name_{language}" for language in LANGUAGES),
    ]
    for row in collected("countries.csv"):
        assert {name: found[row["iso3"]][name] for name in columns} == {
            name: row[name] for name in columns
        }
        assert [found[row["iso3"]][group] or "0" for group in ("ldc", "lldc", "sids")] == [
            row[group] for group in ("ldc", "lldc", "sids")
        ]
        narrowest = row["intermediate_m49"] or row["subregion_m49"] or row["region_m49"]
        assert found[row["iso3"]]["region"] == narrowest


#: Names of M49 that the collected file lacks; all others equal those of hdx-python-country, too.
M49_NAMES = {("FLK", "en"): "Falkland Islands (Malvinas)"}


@needs_un
def test_areas_equal_the_list_of_m49() -> None:
    areas = {row["iso3"]: row for row in ours("countries.csv") if row["kind"] == "area"}
    for language, file in M49_FILES.items():
        listed = {row["ISO-alpha3 Code"]: row for row in collected(f"m49/unsd-m49-{file}.csv")}
        for iso3, row in areas.items():
            theirs = listed[iso3]
            theirs["Country or Area"] = M49_NAMES.get((iso3, language), theirs["Country or Area"])
            assert row[f"name_{language}"] == theirs["Country or Area"]
            assert (row["iso2"], row["m49"]) == (theirs["ISO-alpha2 Code"], theirs["M49 Code"])
            assert row["region"] == (
                theirs["Intermediate Region Code"] or theirs["Sub-region Code"]
            )


@needs_un
def test_names_of_regions_are_those_of_m49() -> None:
    """The files name one region in two ways, in Arabic and French; the more frequent way is ours."""
    for language, file in M49_FILES.items():
        names: dict[str, Counter[str]] = defaultdict(Counter)
        for row in collected(f"m49/unsd-m49-{file}.csv"):
            for level in ("Region", "Sub-region", "Intermediate Region"):
                names[row[f"{level} Code"]][row[f"{level} Name"]] += 1
        for row in ours("regions.csv"):
            assert row[f"name_{language}"] == names[row["m49"]].most_common(1)[0][0]


@needs_un
def test_treaty_lists_equal_the_collected_lists() -> None:
    columns = ("signature_date", "binding_date", "binding_action")
    for treaty, name in (
        ("", "untoc"),
        ("-a", "trafficking-protocol"),
        ("-b", "smuggling-protocol"),
    ):
        listed = [row for row in collected("treaties.csv") if row["treaty"] == f"XVIII-12{treaty}"]
        theirs = {row["iso3"] or "eu": [row[c] for c in columns] for row in listed}
        found = ours(f"participation-{name}.csv")
        assert {row["participant"]: [row[c] for c in columns] for row in found} == theirs
    codes = {row["iso2"]: row["iso3"] for row in ours("countries.csv")} | {"TP": "TLS"}
    parties = [row for row in collected("ga/hr_status_icmw.csv") if row["status"] == "state party"]
    assert {row["country"]: row["binding_year"] for row in ours("participation-icrmw.csv")} == {
        codes[row["iso2"]]: row["year ratification or accession"] for row in parties
    }
    notations = {row["notation"]: row["slug"] for row in ours("instruments.csv")}
    measures = {"parties": "bindingDate", "signatories": "signatureDate"}
    assert {
        (row["instrument"], row["measure"], row["count"], row["as_of"])
        for row in ours("treaty-status.csv")
    } == {
        (notations[row["treaty"]], measure, row[name], row["status_as_at"])
        for row in collected("treaties_status.csv")
        for name, measure in measures.items()
        if row["status_as_at"]
    }


@needs_un
def test_summaries_share_no_eight_words_with_the_declaration() -> None:
    text = json.loads((UN / "ga" / "A_RES_76_266.json").read_text("utf-8"))
    runs = {run for element in text for run in runs_of_words(element["text"])}
    for row in read_rows(ROOT / "data" / "curated" / "un-paragraph-summaries.csv"):
        for language in ("en", "fr", "es"):
            assert not runs & set(runs_of_words(row[f"summary_{language}"])), row


@needs_un
def test_summaries_begin_with_the_kind_of_their_paragraph() -> None:
    """The beginning of a paragraph of the Declaration decides the first word of its summary in English."""
    openings = {
        "Progress": ("Progress has been", "Progress has also been", "Progress was"),
        "Commitment:": ("We commit",),
        "Request:": ("We request",),
    }
    elements = json.loads((UN / "ga" / "A_RES_76_266.json").read_text("utf-8"))
    numbered = (element["text"].partition(".\t") for element in elements)
    paragraphs = {number: words for number, _, words in numbered}
    compared = 0
    for row in read_rows(ROOT / "data" / "curated" / "un-paragraph-summaries.csv"):
        for first, beginnings in openings.items():
            if paragraphs[row["number"]].startswith(beginnings):
                assert row["summary_en"].startswith(first), row
                compared += 1
    assert compared >= 20


def test_judged_paragraphs_exist() -> None:
    """Judgements and summaries are of listed paragraphs, and each paragraph with a summary has an objective."""
    known = {(row["document"], row["part"], row["number"]) for row in ours("un-paragraphs.csv")}
    judged, summed = (
        {
            (row["document"], row["part"], row["number"])
            for row in read_rows(ROOT / "data" / "curated" / name)
        }
        for name in ("un-paragraph-objectives.csv", "un-paragraph-summaries.csv")
    )
    assert judged <= known
    assert summed <= judged


@needs_un
def test_objectives_and_principles_equal_the_collected_lists() -> None:
    theirs = {row["number"]: row for row in collected("gcm_objectives.csv")}
    adopted = {
        "13": "Use immigration detention only as a measure of last resort and work towards alternatives"
    }
    assert [(row["number"], row["title_en"], row["hub_es"]) for row in ours("objectives.csv")] == [
        (number, adopted.get(number, row["title_en"]), row["hub_label_es"])
        for number, row in theirs.items()
    ]
    titled = {number: row["title_fr"] for number, row in theirs.items() if row["title_fr"]}
    assert {
        row["number"]: row["title_fr"] for row in ours("objectives.csv") if row["number"] in titled
    } == titled
    assert [
        (row["paragraph"], row["label_en"], row["label_fr"]) for row in ours("principles.csv")
    ] == [
        (row["para"], row["label_en"], row["label_fr"]) for row in collected("gcm_principles.csv")
    ]


@needs_un
def test_sdgs_equal_the_un_vocabulary(quads: list[Quad]) -> None:
    un = read_quads(UN / "sdg" / "sdg-kos-goals-targets-indicators.ttl")

    def pairs(quads: list[Quad], predicate: str) -> set[tuple[str, ...]]:
        found = [quad for quad in quads if quad.predicate == V(predicate)]
        return {
            tuple(str(term).rpartition("/")[2] for term in (quad.subject, quad.object))
            for quad in found
        }

    assert pairs(quads, "sdgo:isTargetOf") == {pair[::-1] for pair in pairs(un, "sdgo:hasTarget")}
    known = {quad.subject for quad in un}
    matches = {quad.object for quad in quads if quad.predicate == V("skos:exactMatch")}
    assert matches - known == set()


def test_prefixes_known_to_every_csvw_processor() -> None:
    """Only prefixes that CSV on the Web knows by itself are used: https://www.w3.org/2011/rdfa-context/rdfa-1.1."""
    for path in [
        file
        for folder in (REFERENCE, SOURCES.parent, STATISTICS)
        for file in folder.glob("*-metadata.json")
    ]:
        schema = json.loads(path.read_text("utf-8"))["tableSchema"]
        used = [
            schema["aboutUrl"],
            *(column.get(key) for column in schema["columns"] for key in URL_KEYS),
        ]
        prefixes = {url.partition(":")[0] for url in used if url and not url.startswith("{")}
        assert prefixes <= {"https", "http", "foaf", "org", "rdf", "skos"}, path.name
