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
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.lexicon.words import readable_tags
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.readings.files import ReviewedFact, ReviewedPage, ReviewedPractice, read_readings
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables
from gcmreader.documents.reading import read_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.document_facts import DocumentReading, read_outline
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted
from gcmreader.extraction.practices import PracticeReading
from gcmreader.extraction.reference_data import ReferenceData

CORPUS = Path(__file__).parents[2] / "tests" / "reader" / "corpus"

#: Folder of the guidance and its annotations, which are not part of the repository.
GUIDANCE = Path(__file__).parents[3] / "shared" / "guidance"

#: Most letters of a name that is compared as it is.
_ACRONYM = 3

#: Share of the longer of two names that one within the other must have.
_SHARE_WITHIN = 0.3
#: Share of the words of two names that both must have.
_SHARE_OF_WORDS = 0.7

_NUMBER = re.compile(r"[\d.-]+")
_ARTICLE = re.compile(r"^(?:the |la |le |les |l'|association |organisation |ong )")

#: Slugs in the annotations that are others in the reference data.
_SLUGS = {"UNWOMEN": "un-women"}

#: Roles of organisations in readings.
_ROLES = ("lead", "partner", "funder", "involved")


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

    def compare(self, where: str, read: Iterable[str], annotated: Iterable[str]) -> None:
        """Count the values of one resource, which are equal but for case, accents and articles."""
        missed = list(annotated)
        wrong = []
        for value in read:
            match = next((name for name in missed if _plain(name) == _plain(value)), None)
            if match is None:
                wrong.append(value)
            else:
                missed.remove(match)
                self.right += 1
        self._count(where, wrong, missed)

    def accept(
        self,
        where: str,
        read: Iterable[str],
        annotated: Iterable[str],
        optional: Iterable[str] = (),
    ) -> None:
        """Count the values of one resource, each with its spellings (`a|b`).

        The `optional` values count neither way.
        """
        annotated = list(annotated)
        optional = list(optional)
        missed = list(annotated)
        wrong = []
        for value in read:
            match = next((name for name in missed if _have_spelling_in_common(value, name)), None)
            if match is not None:
                missed.remove(match)
                self.right += 1
            elif not _has_spelling_of_any(value, [*annotated, *optional]):
                wrong.append(value)
        self._count(where, wrong, [v for v in missed if not _has_spelling_of_any(v, optional)])

    def _count(self, where: str, wrong: Collection[str], missed: Collection[str]) -> None:
        self.wrong += len(wrong)
        self.missed += len(missed)
        self.notes += [f"{where}: + {value.split('|')[0]}" for value in wrong]
        self.notes += [f"{where}: - {value.split('|')[0]}" for value in missed]


def _has_spelling_of_any(value: str, values: Iterable[str]) -> bool:
    return any(_have_spelling_in_common(value, candidate) for candidate in values)


def _have_spelling_in_common(first: str, second: str) -> bool:
    pairs = product(first.split("|"), second.split("|"))
    return any(_are_same_name(spelling, second_spelling) for spelling, second_spelling in pairs)


def _are_same_name(first: str, second: str) -> bool:
    """Whether two spellings are equal or, if the first is neither number nor acronym, similar."""
    first_plain = _plain(first)
    second_plain = _plain(second)
    if first_plain == second_plain:
        return True
    if _NUMBER.fullmatch(first) or len(first) <= _ACRONYM:
        return False
    if first_plain in second_plain or second_plain in first_plain:
        shorter, longer = sorted((len(first_plain), len(second_plain)))
        return shorter >= _SHARE_WITHIN * longer
    first_words = Counter(first_plain.split())
    second_words = Counter(second_plain.split())
    common = (first_words & second_words).total()
    return 2 * common >= _SHARE_OF_WORDS * (first_words.total() + second_words.total())


def _plain(text: str) -> str:
    without_article = _ARTICLE.sub("", fold(text).casefold())
    return re.sub(r"[^\w.]+", " ", without_article).strip()


class Scores:
    """Scores by kind of fact."""

    def __init__(self) -> None:
        self.by_kind: dict[str, Score] = {}

    def compare(
        self, kind: str, where: str, read: Iterable[object], annotated: Iterable[object]
    ) -> None:
        """See `Score.compare`. None is no value."""
        self._of(kind).compare(
            where,
            [str(value) for value in read if value is not None],
            [str(value) for value in annotated if value is not None],
        )

    def accept(
        self,
        kind: str,
        where: str,
        read: Iterable[str],
        annotated: Iterable[str],
        optional: Iterable[str] = (),
    ) -> None:
        """See `Score.accept`."""
        self._of(kind).accept(where, read, annotated, optional)

    def accept_distinct(
        self,
        kind: str,
        where: str,
        read: Iterable[str],
        annotated: Iterable[str],
        optional: Iterable[str] = (),
    ) -> None:
        """As `accept`, each value once."""
        self.accept(kind, where, dict.fromkeys(read), dict.fromkeys(annotated), optional)

    def _of(self, kind: str) -> Score:
        return self.by_kind.setdefault(kind, Score())


@cache
def reference() -> ReferenceData:
    """The reference data of the repository."""
    addresses = Addresses()
    quads: list[Quad] = []
    for table in read_tables(Repository.find().reference, addresses):
        quads += table.quads
    return ReferenceData.of(quads, addresses)


def score_folder(folder: Path) -> dict[str, Score]:
    """The scores of all pages of a folder, by kind of fact."""
    scores = Scores()
    for annotation_file in sorted(folder.glob("*.gold.json")):
        annotated = json.loads(annotation_file.read_text("utf-8"))
        page = annotation_file.with_name(annotation_file.name.replace(".gold.json", ".md"))
        reading = read_outline(segment(read_document(page)), reference())
        _score_page(scores, page.stem, reading, annotated)
        practices = {_plain(practice.title.value): practice for practice in reading.practices}
        for entry in annotated["practices"]:
            practice = practices.get(_plain(entry["title"]))
            if practice is not None:
                _score_practice(scores, f"{page.stem} «{entry['title'][:30]}»", practice, entry)
    return scores.by_kind


def _score_page(
    scores: Scores, name: str, reading: DocumentReading, annotated: Mapping[str, Any]
) -> None:
    outline = reading.outline
    actions = annotated["actions"]
    compare = scores.compare
    compare("objective", name, [reading.objective.value], [annotated["objective"]])
    compare("language", name, [reading.language], [annotated["language"]])
    compare("not understood", name, [block.span for block in outline.not_understood], [])
    compare(
        "action text",
        name,
        [f"{action.letter} {action.text.value}" for action in reading.actions],
        [f"{action['letter']} {action['text']}" for action in actions],
    )
    compare(
        "action label",
        name,
        [f"{action.letter} {action.label.value}" for action in reading.actions if action.label],
        [f"{action['letter']} {action['label']}" for action in actions if action["label"]],
    )
    compare("goal", name, [goal.number for goal in outline.goals], annotated["sdg"]["goals"])
    compare(
        "target", name, [target.code for target in outline.targets], annotated["sdg"]["targets"]
    )
    compare(
        "title",
        name,
        [practice.title.value for practice in reading.practices],
        [practice["title"] for practice in annotated["practices"]],
    )


def _score_practice(
    scores: Scores, where: str, practice: PracticeReading, annotated: Mapping[str, Any]
) -> None:
    compare = scores.compare
    compare("type", where, [kind.value for kind in practice.kinds], annotated["types"])
    leads = [_SLUGS.get(slug, slug) for slug in annotated["lead"]]
    partners = [_SLUGS.get(slug, slug) for slug in annotated["partners"]]
    scores.accept("lead", where, map(_spellings, practice.leads), leads)
    scores.accept("partner", where, map(_spellings, practice.partners), partners)
    compare("country", where, _codes(practice), annotated["countries"])
    start = practice.period.start
    end = practice.period.end
    compare("start", where, [start.value] if start else [], [annotated["start"]])
    compare("end", where, [end.value] if end else [], [annotated["end"]])
    amount = f"{annotated['amount']} {annotated['currency']}" if annotated["amount"] else None
    compare("amount", where, _amounts(practice), [amount])
    works = [citation.value.text for citation in practice.citations]
    compare("reference", where, works, annotated["references"])


def _codes(practice: PracticeReading) -> list[str]:
    """The codes of the countries of a practice."""
    return [country.value.value.rsplit("/", 1)[1] for country in practice.countries]


def _amounts(practice: PracticeReading) -> list[str]:
    amount = practice.amount
    return [f"{amount.value.value:f} {amount.value.currency}"] if amount else []


def _spellings(extracted: Extracted[Organisation]) -> str:
    """An organisation as scores compare it: its slug, its name as read, its acronym."""
    organisation = extracted.value
    return f"{organisation.slug}|{organisation.name}|{organisation.acronym or organisation.name}"


def report(scores: dict[str, Score], *, notes: Iterable[str] = ()) -> str:
    """A table, and the differences of some kinds."""
    kinds_with_notes = set(notes)
    lines = [f"{'fact':16} {'precision':>9} {'recall':>7} {'right':>6} {'wrong':>6} {'missed':>6}"]
    for kind, score in scores.items():
        shares = f"{score.precision:9.2f} {score.recall:7.2f}"
        lines.append(f"{kind:16} {shares} {score.right:6} {score.wrong:6} {score.missed:6}")
        if not kinds_with_notes.isdisjoint({kind, "all"}):
            lines += [f"    {note}" for note in score.notes]
    return "\n".join(lines)


def page_of(folder: Path, name: str) -> Path | None:
    """The file of a page, `objective-05.fr`, as Markdown or as a PDF; None where there is none."""
    paths = (folder / f"{name}{suffix}" for suffix in (".md", ".pdf"))
    return next((path for path in paths if path.exists()), None)


def _states_of(countries: Iterable[str]) -> list[str]:
    """The governments of countries: a state that acts by itself is its own organisation."""
    return [f"government-{iso3.lower()}" for iso3 in countries]


def score_readings(
    folder: Path, pages: Path, languages: Collection[str], only: Collection[str] = ()
) -> dict[str, Score]:
    """The scores of proposals for pages, in some languages, against readings.

    `only` names documents.

    A fact counts in a language where the reading has a place in it. Facts of parts count for the
    heading above them, but for their dates and amounts, which count neither way, as do the
    countries of corridors.
    """
    scores = Scores()
    for page, language in product(read_readings(folder).pages, languages):
        name = f"objective-{page.objective:02}.{language}"
        path = page_of(pages, name)
        if path is None or (only and name not in only):
            continue
        reading = read_outline(segment(read_document(path)), reference())
        _score_reviewed_page(scores, name, reading, page, language)
        proposals = {_plain(proposal.title.value): proposal for proposal in reading.practices}
        for practice in page.practices:
            title = practice.title.get(language)
            proposal = proposals.get(_plain(title.text)) if title else None
            if title and proposal:
                where = f"{name} «{title.text[:28]}»"
                _score_reviewed_practice(scores, where, proposal, practice, language)
    return scores.by_kind


def _score_reviewed_page(
    scores: Scores, name: str, reading: DocumentReading, page: ReviewedPage, language: str
) -> None:
    outline = reading.outline
    accept = scores.accept_distinct
    accept("objective", name, [str(reading.objective.value)], [str(page.objective)])
    accept(
        "action",
        name,
        [action.letter for action in reading.actions],
        [action.letter for action in page.actions if language in action.places],
    )
    accept(
        "target",
        name,
        [target.code for target in outline.targets],
        [target.code for target in page.targets if language in target.places],
    )
    accept(
        "goal",
        name,
        [str(goal.number) for goal in outline.goals],
        [goal.code for goal in page.goals if language in goal.places],
    )
    accept(
        "title",
        name,
        [practice.title.value for practice in reading.practices],
        [
            practice.title[language].text
            for practice in page.practices
            if language in practice.title
        ],
    )


def _score_reviewed_practice(
    scores: Scores,
    where: str,
    proposal: PracticeReading,
    practice: ReviewedPractice,
    language: str,
) -> None:
    def values(facts: Iterable[ReviewedFact], key: str) -> list[str]:
        return [str(fact.value) for fact in facts if fact.key == key and language in fact.places]

    names = organisation_names()
    accept = scores.accept_distinct
    facts_of_parts = [fact for part in practice.parts for fact in part.facts]
    facts = [*practice.facts, *facts_of_parts]
    leads = list(map(_spellings, proposal.leads))
    partners = list(map(_spellings, (*proposal.partners, *proposal.involved)))
    itself = [organisation.value.value.rsplit("/", 1)[1] for organisation in proposal.itself]
    names_by_role = {
        role: [names.get(slug, slug) for slug in values(facts, role)] for role in _ROLES
    }
    all_names = [name for names_of_role in names_by_role.values() for name in names_of_role]
    accept("lead", where, leads, names_by_role["lead"])
    organisations_of_events = _organisations_of_events(facts, names)
    accept(
        "any organisation", where, [*leads, *partners, *itself], all_names, organisations_of_events
    )
    corridors = [iso3 for corridor in values(facts, "corridor") for iso3 in corridor.split("-")]
    accept("country", where, _codes(proposal), values(facts, "country"), corridors)
    for kind, moment in (("start", proposal.period.start), ("end", proposal.period.end)):
        read = [str(moment.value)] if moment else []
        accept(kind, where, read, values(practice.facts, kind), values(facts_of_parts, kind))
    amounts_of_parts = values(facts_of_parts, "amount")
    accept("amount", where, _amounts(proposal), values(practice.facts, "amount"), amounts_of_parts)


def _organisations_of_events(facts: Iterable[ReviewedFact], names: Mapping[str, str]) -> list[str]:
    """Organisations that held or attended an event within a practice."""
    organisations = []
    for fact in facts:
        if isinstance(fact.value, dict):
            for role in ("organiser", "participant"):
                for slug in _listed(fact.value.get(role)):
                    organisations.append(names.get(slug, slug))
    return organisations


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)] if value else []


@cache
def organisation_names() -> dict[str, str]:
    """The slug of each organisation of the reference data with its names: `iom|International …`."""
    addresses = Addresses()
    start = addresses.resource("organisation", "")
    names: dict[str, dict[str, None]] = {}
    for table in read_tables(Repository.find().reference, addresses):
        for quad in table.quads:
            if not isinstance(quad.subject, IRI) or not quad.subject.value.startswith(start):
                continue
            if isinstance(quad.object, Literal) and quad.object.language:
                slug = quad.subject.value.removeprefix(start)
                names.setdefault(slug, {slug: None})[quad.object.value] = None
    return {slug: "|".join(spellings) for slug, spellings in names.items()}


def main(command: str, *arguments: str) -> None:
    """Print a table of scores."""
    if command != "readings":
        print(report(score_folder(CORPUS / command), notes=arguments))
        return
    folder, pages, *words = arguments
    languages = [word for word in words if word in readable_tags()]
    documents = [word for word in words if "." in word]
    kinds = [word for word in words if word not in {*languages, *documents}]
    scores = score_readings(Path(folder), Path(pages), languages, documents)
    print(report(scores, notes=kinds))


if __name__ == "__main__":
    main(*sys.argv[1:])
