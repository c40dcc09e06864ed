"""The texts of the Compact: one a language, the adopted one where it is present, and the wordings that differ."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collected import ROOT, UN, needs_un
from gcmgraph.platform.errors import DocumentError
from gcmgraph.publication.assembly import Assembly, assemble
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Vocabulary, text
from gcmgraph.readings.compact_texts import RESOLUTION
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import read_resolution, write_all

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)

#: Actions of each objective (A/RES/73/195): 187 in all.
ACTIONS = (11, 12, 5, 7, 10, 12, 12, 6, 6, 10, 7, 5, 8, 6, 6, 9, 7, 12, 10, 9, 9, 3, 5)

Edit = Callable[[list[dict[str, object]]], None]


def letters(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[: ACTIONS[number - 1]]


def adopted(folder: Path, edit: Edit = lambda _: None) -> Path:
    """An invented resolution with nine objectives."""
    elements = [
        element("title", "73/195.\tGlobal Compact"),
        element("heading", "Objectives and commitments", level=1),
    ]
    for number in range(1, 10):
        elements.append(element("heading", f"Objective {number}:\tTitle\xa0{number}", level=2))
        elements.append(
            element("paragraph", f"We commit to goal {number}.", prefix=f"{16 + number}.")
        )
        elements.append(
            element(
                "paragraph", "To realize this commitment, we will draw from the following actions:"
            )
        )
        elements += [
            element("paragraph", f"Adopt {number}{x} – all;", prefix=f"({x})")
            for x in letters(number)
        ]
    elements.append(element("heading", "Implementation", level=1))
    elements.append(element("paragraph", "A mechanism;", prefix="(a)"))
    edit(elements)
    path = folder / f"{RESOLUTION}.json"
    path.write_text(json.dumps(elements), "utf-8")
    assert list(write_all([path])) == [path]
    return path


def element(
    kind: str, words: str, prefix: str | None = None, level: int | None = None
) -> dict[str, object]:
    return {
        "type": kind,
        "heading_level": level,
        "prefix": prefix,
        "text": words,
        "mandates": ["not read"],
    }


def negotiated(folder: Path) -> Path:
    """An invented text of nine objectives: the words of 9a and 9b are other ones, those of 9c are spaced otherwise."""
    parts = []
    for number in range(1, 10):
        actions = "".join(f"- {x}. Adopt {number}{x} - all.\n" for x in letters(number))
        parts.append(f"# Objective {number}\n## Title: Title {number}\nWe commit to goal {number}.\n"
                     f"## Associated actions\n{actions}")  # fmt: skip
    words = "\n".join(parts).replace("Adopt 9a", "Accept 9a").replace("Adopt 9b", "Accept 9b")
    path = folder / "compact.md"
    path.write_text(words.replace("Adopt 9c - all", "Adopt 9c  -all"), "utf-8")
    assert list(write_all([path])) == [path]
    return path


def values(
    quads: tuple[Quad, ...], subject: str, predicate: str, language: str | None = None
) -> set[Term]:
    return {
        quad.object
        for quad in quads
        if (quad.subject, quad.predicate) == (V(subject), V(predicate))
        and (
            language is None
            or (isinstance(quad.object, Literal) and quad.object.language == language)
        )
    }


@pytest.fixture(scope="module")
def both(small_repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    folder = tmp_path_factory.mktemp("texts")
    return assemble(
        small_repository,
        ADDRESSES,
        files={RESOLUTION: adopted(folder), "compact": negotiated(folder)},
    )


def test_definition_is_the_adopted_text(both: Assembly) -> None:
    assert values(both.quads, "action:9a", "skos:definition", "en") == {
        text("Adopt 9a – all", "en")
    }
    assert values(both.quads, "objective:9", "gcm:commitment") == {
        text("We commit to goal 9.", "en")
    }
    assert both.readings.problems == ()
    assert values(both.quads, "action:9c", "gcm:wording") == set()  # it differs in typography only
    graphs = {q.graph_name.value for q in both.quads if q.object == text("Adopt 9c – all", "en")}
    assert {
        ADDRESSES.graph("source/a-res-73-195.en"),
        ADDRESSES.graph("source/compact-09.en"),
    } <= graphs
    titles = {
        IRI(f"{V('objective:9').value}#title-{edition}-en") for edition in ("adopted", "negotiated")
    }
    assert titles <= values(both.quads, "objective:9", "gcm:wording")


def test_text_of_another_edition_is_a_wording_with_evidence(both: Assembly) -> None:
    node = IRI(f"{V('action:9a').value}#text-negotiated-en")
    assert values(both.quads, "action:9a", "gcm:wording") == {node}
    stated = {quad.predicate: quad.object for quad in both.quads if quad.subject == node}
    assert stated == {
        V("rdf:type"): V("gcm:Wording"),
        V("gcm:wordingOf"): V("skos:definition"),
        V("rdf:value"): text("Accept 9a - all", "en"),
        V("gcm:edition"): V("concept:edition/negotiated"),
        V("dct:source"): V("source:compact-09.en"),
    }
    supported = {
        q.subject for q in both.quads if (q.predicate, q.object) == (V("rdf:subject"), node)
    }
    targets = [
        q.object for q in both.quads if q.subject in supported and q.predicate == V("oa:hasTarget")
    ]
    assert len(supported) == len(stated)
    assert all(
        isinstance(t, IRI) and t.value.startswith(V("source:compact-09.en").value) for t in targets
    )


def without(words: str) -> Edit:
    def edit(elements: list[dict[str, object]]) -> None:
        elements[:] = [e for e in elements if not str(e["text"]).startswith(words)]

    return edit


def with_another(prefix: str, after: str) -> Edit:
    def edit(elements: list[dict[str, object]]) -> None:
        place = next(
            i for i, e in enumerate(elements) if str(e["text"]).startswith(f"Adopt {after}")
        )
        elements.insert(place + 1, element("paragraph", "One more;", prefix=prefix))

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (without("Adopt 9c"), "Action 9c is missing in the text of A/RES/73/195"),
        (with_another("(b)", "5b"), "Action 5b is too many in"),
        (without("We commit to goal 9."), "Objective 9 has no commitment"),
    ],
)
def test_resolution_with_other_actions_is_reported_and_not_read(
    small_repository: Repository, tmp_path: Path, edit: Edit, message: str
) -> None:
    files = {RESOLUTION: adopted(tmp_path, edit), "compact": negotiated(tmp_path)}
    read = assemble(small_repository, ADDRESSES, files=files)
    (problem,) = read.readings.problems
    assert message in str(problem)
    assert values(read.quads, "action:9a", "skos:definition", "en") == {
        text("Accept 9a - all", "en")
    }
    assert values(read.quads, "action:9a", "gcm:wording") == set()
    assert values(read.quads, "source:a-res-73-195.en", "rdf:type") == set()


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"a": 1}', '[{"text": "x"}]', "[1]", "[" * 100_000]
)
def test_invalid_resolution_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / f"{RESOLUTION}.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DocumentError, match="not the text of A/RES/73/195"):
        read_resolution(path)


@pytest.mark.exhaustive
@needs_un
def test_adopted_texts_of_187_actions(tmp_path: Path) -> None:
    """Compares the definitions with the elements of the file, without the mark that ends them."""
    path = UN / "ga" / "A_RES_73_195.json"
    expected: dict[str, str] = {}
    number = 0
    for one in json.loads(path.read_text("utf-8")):
        if one["type"] == "heading":
            words = one["text"].split()
            number = (
                int(words[1].strip(":"))
                if words[0] == "Objective"
                else number
                if one["heading_level"] == 2
                else 0
            )
        elif number and (one["prefix"] or "").startswith("("):
            expected[f"{number}{one['prefix'][1]}"] = " ".join(one["text"].split()).rstrip(" .;")
    copy = tmp_path / f"{RESOLUTION}.json"
    shutil.copy(path, copy)
    assert list(write_all([copy])) == [copy]
    quads = assemble(Repository(ROOT), ADDRESSES, files={RESOLUTION: copy}).quads
    assert len(expected) == 187
    for code, words in expected.items():
        assert values(quads, f"action:{code}", "skos:definition", "en") == {text(words, "en")}
