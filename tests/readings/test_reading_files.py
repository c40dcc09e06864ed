"""Files of readings: what they say as values, and one sentence with the line for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from invented_page import document, page_yaml, place, practice_yaml, write_page

from gcmgraph.platform.errors import DataError
from gcmgraph.readings.files import read_page, read_practice, read_readings
from gcmgraph.readings.yaml_values import parse_yaml
from gcmreader.readings.drafts import LEADING_WORDS, NEW_SLUG, new_slug

READINGS = Path(__file__).parents[2] / "data" / "readings"


def test_reading_has_facts_with_their_places(tmp_path: Path) -> None:
    write_page(tmp_path)
    readings = read_readings(tmp_path)
    assert readings.problems == ()
    (page,), (practice,) = readings.pages, readings.practices
    assert (page.objective, [action.letter for action in page.actions]) == (12, ["a"])
    assert [target.code for target in page.targets] == ["10.7"]
    assert [(fact.key, str(fact.value)) for fact in practice.facts[:2]] == [
        ("country", "GHA"),
        ("start", "2019-03"),
    ]
    locator = practice.facts[0].places["fr"][0]
    assert locator.holds_in(document("fr"))
    assert document("fr").text[locator.start : locator.end] == "Ghana"


def test_scalars_stay_text() -> None:
    top = parse_yaml("target: 17.10\ncountry: NO\nday: 2018-09-01\nyes: true\n", "x.yaml").top
    assert dict(top) == {"target": "17.10", "country": "NO", "day": "2018-09-01", "yes": "true"}


def test_yaml_that_is_no_plain_tree_is_refused() -> None:
    for text, message, line in (
        ("a: 1\na: 2\n", "given twice", 2), ("a: &x 1\nb: *x\n", "Anchors and aliases", 1),
        ("a: [1\n", "not valid YAML", 2), ("- a\n", "no mapping", 1), ("a: \x01\n", "not valid YAML", None),
    ):  # fmt: skip
        with pytest.raises(DataError, match=message) as caught:
            parse_yaml(text, "x.yaml")
        assert caught.value.place.line == line


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("country: GHA", "country: Ghana", "'Ghana' is not an ISO 3166 alpha-3 code"),
        ("country: GHA", "land: GHA", "The fact 'land' is not known"),
        ("start: 2019-03", "start: 1019-03", "is not a year, a month or a day"),
        ("bound: exact", "bound: nearly", "'nearly' is not one of exact"),
        ("position: 1", "position: first", "'first' is not a number from 1 to 99"),
        (
            "practice: open-counter",
            "practice: other",
            "The file must have the name of the practice",
        ),
        ("on: 2026-11-27", "on: yesterday", "'yesterday' is not a day"),
        ("objective: 12\n", "", "The key 'objective' is missing"),
        ("facts:", "deeds:", "not known here|is missing"),
        (
            f"en: {place('March 2019')}",
            'en: "March 2019"',
            "'March 2019' is not a place in a document",
        ),
        (f"en: {place('March 2019')}", "de: p1 1-2 0123456789abcdef", "no document in 'de'"),
        (f"en: {place('March 2019')}", "en: 9-9 0123456789abcdef", "is empty"),
        ("es: Una ventanilla para migrantes.", "de: Ein Schalter.", "A text in each of en, fr, es"),
        ("country: GHA", "corridor: GHA", "'GHA' is not two countries"),
        ("country: GHA", "corridor: GHA-GHA", "'GHA-GHA' is not two countries"),
        ("country: GHA", "region: West Africa", "'West Africa' is not a code of M49"),
        ("facts:", "declined: [fr land PHL]\nfacts:", "'fr land PHL' is not a declined statement"),
        ("facts:", "declined: [[fr country PHL]]\nfacts:", "is not a declined statement"),
    ],
)
def test_mistake_in_a_reading_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = practice_yaml()
    assert old in text
    folder = write_page(tmp_path, text.replace(old, new, 1))
    page = read_page(folder / "page.yaml")
    with pytest.raises(DataError, match=message) as caught:
        read_practice(folder / "open-counter.yaml", page.documents)
    assert caught.value.place.line is not None


def test_declined_statements_are_read_with_and_without_a_reason(tmp_path: Path) -> None:
    extra = 'declined:\n  - fr country PHL\n  - en involved iom: "Cited as the source only."\n'
    write_page(tmp_path, practice_yaml(extra=extra))
    (practice,) = read_readings(tmp_path).practices
    assert practice.declined == {
        "fr country PHL": "",
        "en involved iom": "Cited as the source only.",
    }


TEXTS = "{en: a, fr: b, es: c}"
PART = f"parts:\n  - {{part: open-counter, title: {TEXTS}, summary: {TEXTS}, facts: []}}\n"
#: A file beside that of the practice, and the problem with it.
FAULTY = {
    "broken": ("practice: [\n", "broken.yaml"),
    "same-position": (practice_yaml(slug="same-position"), "Position 1 of objective 12 is read in"),
    "same-slug": (
        practice_yaml(slug="same-slug", position=2, extra=PART),
        "The slug 'open-counter' is used in",
    ),
}


def test_practice_is_read_beside_a_faulty_file(tmp_path: Path) -> None:
    for name, (text, problem) in FAULTY.items():
        file = write_page(tmp_path) / f"{name}.yaml"
        file.write_text(text, "utf-8")
        readings = read_readings(tmp_path)
        assert [practice.slug for practice in readings.practices] == ["open-counter"]
        assert problem in str(readings.problems[0])
        file.unlink()


def test_page_with_an_invalid_hash_is_refused(tmp_path: Path) -> None:
    folder = write_page(tmp_path, page=page_yaml().replace(document("en").sha256, "abc"))
    with pytest.raises(DataError, match="'abc' is not a SHA-256"):
        read_page(folder / "page.yaml")


def test_part_in_a_declined_country_is_refused(tmp_path: Path) -> None:
    head = f"parts:\n  - part: desk\n    title: {TEXTS}\n    summary: {TEXTS}\n"
    part = f"{head}    facts:\n      - country: TGO\n        en: {place('Ghana')}\n"
    folder = write_page(tmp_path, practice_yaml(extra=f"{part}declined: [fr country TGO]\n"))
    page = read_page(folder / "page.yaml")
    with pytest.raises(
        DataError, match="The part 'desk' states the country TGO, which 'declined' denies"
    ) as caught:
        read_practice(folder / "open-counter.yaml", page.documents)
    lines = (folder / "open-counter.yaml").read_text().splitlines()
    assert lines[(caught.value.place.line or 0) - 1].strip() == "- country: TGO"


#: Slugs that are older than the rule of docs/readings.md; published addresses do not change.
OLDER = {
    "action-mondiale-contre-la-traite-des-personnes-et-le-trafic-illicite-de-migrants-asie-et-moyen-orient",
    "cross-regional-peer-learning-platform-on-alternatives-to",
    "hong-kong-s-program-to-house-vulnerable-individuals-in-the",
    "model-of-consular-protection-of-migrant-girls-boys-and",
    "plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025",
    "reseau-ibero-americain-de-procureurs-specialises-dans-la-lutte-contre-la-traite-des-personnes-redtram",
}


def test_slugs_follow_the_rule_for_new_ones() -> None:
    readings = [
        yaml.safe_load(file.read_text("utf-8")) for file in READINGS.glob("objective-*/*.yaml")
    ]
    practices = [reading for reading in readings if "practice" in reading]
    slugs = {reading["practice"] for reading in practices}
    slugs |= {part["part"] for reading in practices for part in reading.get("parts", ())}
    assert len(slugs) > len(OLDER)
    assert {
        slug for slug in slugs if len(slug) > NEW_SLUG or slug.split("-")[-1] in LEADING_WORDS
    } == OLDER


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Model of consular protection of migrant girls, boys and unaccompanied adolescents",
      "model-of-consular-protection-of-migrant-girls-boys"), ("Blue Dots", "blue-dots"), ("…", "")],
)  # fmt: skip
def test_title_gives_a_new_slug(title: str, slug: str) -> None:
    assert new_slug(title) == slug
