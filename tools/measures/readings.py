"""Precision and recall of what is read from documents, against what an annotator says they say.

The pages of `tests/reader/corpus/dev` were at hand while the reader was written. Those of
`tests/reader/corpus/heldout-*` were written apart, and the reader was measured on them before any
of them was read. Of the guidance itself, eleven pages were annotated for development
(`../shared/guidance/dev_gold.json`, outside the repository), and `data/readings` says what all
pages say.

    python -m tools.measures.readings dev                   the invented pages of a folder, as a table
    python -m tools.measures.readings heldout-c lead all    and each difference
    python -m tools.measures.readings readings READINGS PAGES en fr objective-05.fr lead
                                                            proposals for pages in some languages (or some documents)
                                                            against readings
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.lexicon.words import readable_tags
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.readings.files import ReviewedFact, ReviewedPractice, read_readings
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables
from gcmreader.documents.reading import read_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.document_facts import read_outline
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted
from gcmreader.extraction.practices import PracticeReading
from gcmreader.extraction.reference_data import ReferenceData

CORPUS = Path(__file__).parents[2] / "tests" / "reader" / "corpus"


#: Most letters of a name that is compared as it is.
_ACRONYM = 3


@dataclass
class Score:
    """Counts for one kind of fact."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right of all that was read."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Right of all there was to read."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def compare(
        self, where: str, got: Iterable[str], gold: Iterable[str], *, loose: bool = False
    ) -> None:
        """Count the values of one resource."""
        rest, unmatched = list(gold), []
        for value in got:
            match = next((g for g in rest if _same(value, g, loose)), None)
            if match is None:
                unmatched.append(value)
            else:
                rest.remove(match)
                self.right += 1
        self.wrong += len(unmatched)
        self.missed += len(rest)
        self._note(where, unmatched, rest)

    def _note(self, where: str, unmatched: Iterable[str], rest: Iterable[str]) -> None:
        for sign, values in (("+", unmatched), ("-", rest)):
            self.notes += [f"{where}: {sign} {value.split('|')[0]}" for value in values]

    def accept(
        self, where: str, got: Iterable[str], gold: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        """Count the values of one resource, each with its spellings (`a|b`), leaving out what counts neither way."""
        rest, unmatched = list(gold), []
        for value in got:
            match = next((g for g in rest if _any_same(value, g)), None)
            if match is not None:
                rest.remove(match)
                self.right += 1
            elif not any(_any_same(value, o) for o in (*gold, *optional)):
                unmatched.append(value)
        rest = [g for g in rest if not any(_any_same(g, o) for o in optional)]
        self.wrong += len(unmatched)
        self.missed += len(rest)
        self._note(where, unmatched, rest)


def _any_same(one: str, other: str) -> bool:
    return any(
        _same(a, b, loose=not re.fullmatch(r"[\d.-]+", a) and len(a) > 3)
        for a in one.split("|")
        for b in other.split("|")
    )


def _same(one: str, other: str, loose: bool) -> bool:
    a, b = _plain(one), _plain(other)
    if a == b:
        return True
    if not loose:
        return False
    if a in b or b in a:
        return min(len(a), len(b)) >= 0.3 * max(len(a), len(b))
    mine, theirs = Counter(a.split()), Counter(b.split())
    return 2 * (mine & theirs).total() >= 0.7 * (mine.total() + theirs.total())


def _plain(text: str) -> str:
    text = re.sub(
        r"^(?:the |la |le |les |l'|association |organisation |ong )", "", fold(text).casefold()
    )
    return re.sub(r"[^\w.]+", " ", text).strip()


@cache
def reference() -> ReferenceData:
    addresses = Addresses()
    quads = [
        q for table in read_tables(Repository.find().reference, addresses) for q in table.quads
    ]
    return ReferenceData.of(quads, addresses)


def score_folder(folder: Path) -> dict[str, Score]:
    """The scores of all pages of a folder, by kind of fact."""
    known = reference()
    scores: dict[str, Score] = {}

    def compare(
        kind: str, where: str, got: Iterable[object], gold: Iterable[object], *, loose: bool = False
    ) -> None:
        score = scores.setdefault(kind, Score())
        score.compare(
            where,
            [str(g) for g in got if g is not None],
            [str(g) for g in gold if g is not None],
            loose=loose,
        )

    def accept(kind: str, where: str, got: Iterable[str], gold: Iterable[str]) -> None:
        scores.setdefault(kind, Score()).accept(where, got, gold)

    for gold_file in sorted(folder.glob("*.gold.json")):
        gold = json.loads(gold_file.read_text("utf-8"))
        page = gold_file.with_name(gold_file.name.replace(".gold.json", ".md"))
        reading = read_outline(segment(read_document(page)), known)
        name = page.stem
        compare("objective", name, [reading.objective.value], [gold["objective"]])
        compare("language", name, [reading.language], [gold["language"]])
        compare("not understood", name, [b.span for b in reading.outline.not_understood], [])
        compare("action text", name, [f"{a.letter} {a.text.value}" for a in reading.actions],
                [f"{a['letter']} {a['text']}" for a in gold["actions"]])  # fmt: skip
        compare("action label", name, [f"{a.letter} {a.label.value}" for a in reading.actions if a.label],
                [f"{a['letter']} {a['label']}" for a in gold["actions"] if a["label"]])  # fmt: skip
        compare("goal", name, [g.number for g in reading.outline.goals], gold["sdg"]["goals"])
        compare("target", name, [t.code for t in reading.outline.targets], gold["sdg"]["targets"])
        practices = {_plain(p.title.value): p for p in reading.practices}
        compare(
            "title",
            name,
            [p.title.value for p in reading.practices],
            [p["title"] for p in gold["practices"]],
        )
        for entry in gold["practices"]:
            practice = practices.get(_plain(entry["title"]))
            if practice is not None:
                _score_practice(compare, accept, f"{name} «{entry['title'][:30]}»", practice, entry)
    return scores


def _score_practice(compare, accept, where: str, practice: PracticeReading, gold: dict) -> None:  # type: ignore[no-untyped-def,type-arg]
    orgs = {"UNWOMEN": "un-women"}
    compare("type", where, [k.value for k in practice.kinds], gold["types"])
    for kind, got, names in (
        ("lead", practice.leads, gold["lead"]),
        ("partner", practice.partners, gold["partners"]),
    ):
        accept(kind, where, map(_spellings, got), [orgs.get(n, n) for n in names])
    compare(
        "country",
        where,
        [c.value.value.rsplit("/", 1)[1] for c in practice.countries],
        gold["countries"],
    )
    start, end = practice.period.start, practice.period.end
    compare("start", where, [start.value] if start else [], [gold["start"]])
    compare("end", where, [end.value] if end else [], [gold["end"]])
    amount = practice.amount
    compare("amount", where, [f"{amount.value.value:f} {amount.value.currency}"] if amount else [],
            [f"{gold['amount']} {gold['currency']}" if gold["amount"] else None])  # fmt: skip

    compare("reference", where, [c.value.text for c in practice.citations], gold["references"])


def _spellings(found: Extracted[Organisation]) -> str:
    """An organisation as scores compare it: its slug, its name as read, its acronym."""
    organisation = found.value
    return f"{organisation.slug}|{organisation.name}|{organisation.acronym or organisation.name}"


def report(scores: dict[str, Score], *, notes: Iterable[str] = ()) -> str:
    """A table, and the differences of some kinds."""
    wanted = set(notes)
    lines = [f"{'fact':16} {'precision':>9} {'recall':>7} {'right':>6} {'wrong':>6} {'missed':>6}"]
    for kind, s in scores.items():
        lines.append(
            f"{kind:16} {s.precision:9.2f} {s.recall:7.2f} {s.right:6} {s.wrong:6} {s.missed:6}"
        )
        if kind in wanted or "all" in wanted:
            lines += [f"    {note}" for note in s.notes]
    return "\n".join(lines)


#: Folder of the guidance and its annotations, which are not part of the repository.
GUIDANCE = Path(__file__).parents[3] / "shared" / "guidance"


def page_of(folder: Path, name: str) -> Path | None:
    """The file of a page, `objective-05.fr`, as Markdown or as a PDF; None where there is none."""
    return next(
        (path for suffix in (".md", ".pdf") if (path := folder / f"{name}{suffix}").exists()), None
    )


def _states_of(countries: Iterable[str]) -> list[str]:
    """The governments of countries: a state that acts by itself is its own organisation."""
    return [f"government-{iso3.lower()}" for iso3 in countries]


#: Roles of organisations in readings.
_ROLES = ("lead", "partner", "funder", "involved")


def score_readings(
    folder: Path, pages: Path, languages: Iterable[str], only: Iterable[str] = ()
) -> dict[str, Score]:
    """The scores of proposals for pages, in some languages, against readings.

    `only` names documents.

    A fact counts in a language where the reading has a place in it. Facts of parts count for the
    heading above them, but for their dates and amounts, which count neither way, as do the
    countries of corridors.
    """
    known, names, scores = reference(), organisation_names(), {}  # type: ignore[var-annotated]
    wanted = set(only)

    def compare(
        kind: str, where: str, got: Iterable[str], gold: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        scores.setdefault(kind, Score()).accept(
            where, dict.fromkeys(got), dict.fromkeys(gold), optional
        )

    for page in read_readings(folder).pages:
        for language in languages:
            name = f"objective-{page.objective:02}.{language}"
            path = page_of(pages, name)
            if path is None or (wanted and name not in wanted):
                continue
            reading = read_outline(segment(read_document(path)), known)
            compare("objective", name, [str(reading.objective.value)], [str(page.objective)])
            compare("action", name, [a.letter for a in reading.actions],
                    [a.letter for a in page.actions if language in a.places])  # fmt: skip
            compare("target", name, [t.code for t in reading.outline.targets],
                    [t.code for t in page.targets if language in t.places])  # fmt: skip
            compare("goal", name, [str(g.number) for g in reading.outline.goals],
                    [g.code for g in page.goals if language in g.places])  # fmt: skip
            compare("title", name, [p.title.value for p in reading.practices],
                    [p.title[language].text for p in page.practices if language in p.title])  # fmt: skip
            proposals = {_plain(p.title.value): p for p in reading.practices}
            for practice in page.practices:
                title = practice.title.get(language)
                if title and (proposal := proposals.get(_plain(title.text))):
                    _score_reading(
                        compare, f"{name} «{title.text[:28]}»", proposal, practice, language, names
                    )
    return scores


def _score_reading(
    compare, where, proposal: PracticeReading, practice: ReviewedPractice, language: str, names
) -> None:  # type: ignore[no-untyped-def]
    def values(facts: Iterable[ReviewedFact], *keys: str) -> list[str]:
        return [str(fact.value) for fact in facts if fact.key in keys and language in fact.places]

    of_parts = [fact for part in practice.parts for fact in part.facts]
    told = [*practice.facts, *of_parts]
    leads, others = map(_all_spellings, (proposal.leads, (*proposal.partners, *proposal.involved)))
    itself = [found.value.value.rsplit("/", 1)[1] for found in proposal.itself]
    roles = {role: [names.get(slug, slug) for slug in values(told, role)] for role in _ROLES}
    every = [name for role in _ROLES for name in roles[role]]
    compare("lead", where, leads, roles["lead"])
    compare("any organisation", where, [*leads, *others, *itself], every, _of_events(told, names))
    corridors = [iso3 for corridor in values(told, "corridor") for iso3 in corridor.split("-")]
    countries = [c.value.value.rsplit("/", 1)[1] for c in proposal.countries]
    compare("country", where, countries, values(told, "country"), corridors)
    for kind, moment in (("start", proposal.period.start), ("end", proposal.period.end)):
        compare(
            kind,
            where,
            [str(moment.value)] if moment else [],
            values(practice.facts, kind),
            values(of_parts, kind),
        )
    amount = proposal.amount and proposal.amount.value
    read = [f"{amount.value:f} {amount.currency}"] if amount else []
    compare("amount", where, read, values(practice.facts, "amount"), values(of_parts, "amount"))


def _all_spellings(found: Iterable[Extracted[Organisation]]) -> list[str]:
    return [_spellings(one) for one in found]


def _of_events(facts: Iterable[ReviewedFact], names: Mapping[str, str]) -> list[str]:
    """Organisations that held or attended an event within a practice."""
    events = [fact.value for fact in facts if isinstance(fact.value, dict)]
    named = [
        value
        for event in events
        for key in ("organiser", "participant")
        for value in _listed(event.get(key))
    ]
    return [names.get(slug, slug) for slug in named]


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


@cache
def organisation_names() -> dict[str, str]:
    """The slug of each organisation of the reference data, with all its names: `iom|International Organization …`."""
    addresses = Addresses()
    base = addresses.resource("organisation", "")
    names: dict[str, dict[str, None]] = {}
    for table in read_tables(Repository.find().reference, addresses):
        for quad in table.quads:
            if (
                isinstance(quad.subject, IRI)
                and quad.subject.value.startswith(base)
                and isinstance(quad.object, Literal)
            ):
                slug = quad.subject.value[len(base) :]
                if quad.object.language:
                    names.setdefault(slug, {slug: None})[quad.object.value] = None
    return {slug: "|".join(spellings) for slug, spellings in names.items()}


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "readings":
        tongues = [word for word in rest[2:] if word in readable_tags()]
        pages_named = [word for word in rest[2:] if "." in word]
        facts = [word for word in rest[2:] if word not in {*tongues, *pages_named}]
        print(
            report(score_readings(Path(rest[0]), Path(rest[1]), tongues, pages_named), notes=facts)
        )
    else:
        print(report(score_folder(CORPUS / command), notes=rest))
