"""Readings as frozen values, each field with its form, and their files in `data/readings/`.

A folder holds one guidance page: `page.yaml`, and one file for each practice. A file that is not in
order raises a `DataError` with its line; `read_readings` collects these, so that the other readings
are published.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from gcmgraph.platform.errors import DataError, GcmGraphError
from gcmgraph.readings import forms
from gcmgraph.readings.forms import (
    FormError,
    Texts,
    keyed,
    listed,
    matching,
    placed,
    record,
)
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.readings.yaml_values import YamlFile, YamlMap, YamlValue, read_yaml

#: Name of the file of a page.
PAGE = "page.yaml"

_country = matching("[A-Z]{3}", "an ISO 3166 alpha-3 code")
#: `AUT-TUR` connects two countries; `VEN>COL` leads from the first to the second.
_corridor = matching(
    r"([A-Z]{3})(?:>|-(?!\1))[A-Z]{3}",
    "two countries, such as AUT-TUR, or VEN>COL where the page states the direction",
)
_moment = matching(
    r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?",
    "a year, a month or a day (YYYY, YYYY-MM, YYYY-MM-DD) from 1900 on",
)
_money = matching(r"\d+(?:\.\d+)? [A-Z]{3}", "an amount with a currency, such as 12000000 EUR")
_result = keyed(
    {"value": matching(r"\d+(?:\.\d+)?", "a number"), "unit": forms.texts},
    {"bound": matching("exact|at-least|about|at-most", "one of exact, at-least, about, at-most")},
)
_slugs = forms.one_or_more(forms.slug)
_event = keyed(
    {"title": forms.texts},
    {"start": _moment, "end": _moment, "organiser": _slugs, "participant": _slugs},
)
_target = matching(r"\d{1,2}\.[0-9a-z]{1,2}", "an SDG target")


@dataclass(frozen=True)
class Link:
    """The property of a fact whose value is one resource, and the kind and path of the resource."""

    curie: str
    kind: str
    path: str = ""


@dataclass(frozen=True)
class FactKind:
    """The form of a fact's value, and those of its optional fields.

    Facts without a link are stated by `records`.
    """

    form: forms.Form[Any]
    fields: Mapping[str, forms.Form[Any]] = field(default_factory=dict)
    link: Link | None = None


def _linked(form: forms.Form[str], curie: str, kind: str, path: str = "") -> FactKind:
    return FactKind(form, link=Link(curie, kind, path))


#: The facts that a reading may state of a practice (docs/readings.md).
FACT_KINDS: Mapping[str, FactKind] = {
    "type": _linked(forms.slug, "dct:type", "concept", "practice-type/"),
    "lead": _linked(forms.slug, "gcm:leadOrganisation", "organisation"),
    "partner": _linked(forms.slug, "gcm:partnerOrganisation", "organisation"),
    "involved": _linked(forms.slug, "gcm:involvesOrganisation", "organisation"),
    "funder": FactKind(forms.slug, {"amount": _money}),
    "country": _linked(_country, "gcm:country", "country"),
    "origin": _linked(_country, "gcm:originCountry", "country"),
    "destination": _linked(_country, "gcm:destinationCountry", "country"),
    "donor": _linked(_country, "gcm:donorCountry", "country"),
    "corridor": FactKind(_corridor),
    "place": _linked(forms.slug, "dct:spatial", "place"),
    "region": _linked(
        matching(r"\d{3}", "a code of M49 such as 011"), "gcm:region", "concept", "m49/"
    ),
    **dict.fromkeys(("start", "end"), FactKind(_moment)),
    "amount": FactKind(_money),
    "cost": FactKind(_money, {"what": forms.texts}),
    **dict.fromkeys(("result", "planned"), FactKind(_result)),
    "outcome": FactKind(forms.texts),
    "instrument": FactKind(
        forms.slug, {"role": matching("legal-basis", "'legal-basis', the only role")}
    ),
    "audience": _linked(forms.slug, "gcm:targetAudience", "concept", "audience/"),
    "area": _linked(forms.slug, "gcm:areaOfWork", "concept", "area-of-work/"),
    "target": _linked(_target, "gcm:relevantTarget", "sdg"),
    "principle": _linked(
        matching("[a-j]", "the letter of a guiding principle"),
        "gcm:principle",
        "concept",
        "principle/",
    ),
    "predecessor": FactKind(forms.texts, {"start": _moment, "end": _moment}),
    "event": FactKind(_event),
    "binding": FactKind(matching("true|false", "true or false")),
    "citation": FactKind(
        forms.text,
        {
            "text": forms.by_language(forms.text),
            "creator": forms.slug,
            "year": matching(r"\d{4}", "a year"),
        },
    ),
}
_DECLINED = re.compile(
    rf"[a-z]{{2}} (?:{'|'.join((*FACT_KINDS, 'action', 'goal', 'practice'))}) \S.*"
)


@dataclass(frozen=True)
class ReviewedFact:
    """A fact: its key in `FACT_KINDS`, value and fields of the forms there, places by language."""

    key: str
    value: Any
    fields: Mapping[str, Any]
    places: Places
    line: int


def _fact(value: YamlValue) -> ReviewedFact:
    keys = list(forms.mapping(value))
    key = next((key for key in keys if key in FACT_KINDS), None)
    if key is None:
        first_key = keys[0] if keys else ""
        raise FormError(
            value,
            f"The fact '{first_key}' is not known.",
            f"Known facts: {', '.join(FACT_KINDS)}.",
        )
    kind = FACT_KINDS[key]
    values = placed({key: kind.form}, kind.fields)(value)
    fact_value = values.pop(key)
    places = values.pop("places")
    return ReviewedFact(key, fact_value, fields=values, places=places, line=value.line)


def _facts_of(kind: str) -> forms.Form[tuple[ReviewedFact, ...]]:
    def read(value: YamlValue) -> ReviewedFact:
        fact = _fact(value)
        if fact.key != kind:
            raise FormError(value, f"Facts with the key '{kind}' are required.")
        return fact

    return listed(read)


def _declined(value: YamlValue) -> Mapping[str, str]:
    """The declined statements with their reasons.

    Entries `fr country PHL`, or `fr country PHL: reason`.
    """
    return dict(listed(_declined_entry)(value))


def _declined_entry(value: YamlValue) -> tuple[str, str]:
    name: object = value
    reason: object = ""
    is_explained = isinstance(value, YamlMap) and len(value) == 1
    if isinstance(value, YamlMap) and is_explained:
        name, reason = next(iter(value.items()))
    is_statement = isinstance(name, str) and _DECLINED.fullmatch(name)
    is_reason = isinstance(reason, str) and (reason.strip() or not is_explained)
    if not is_statement or not is_reason:
        raise FormError(
            value,
            f"'{name}' is not a declined statement.",
            "Write language, kind of fact and value, as `gcmgraph read --check` lists them, then a "
            'colon and the reason: `- fr country PHL: "The country is cited only."`.',
        )
    return str(name), str(reason)


@dataclass(frozen=True)
class PlacedText:
    """A text of the document in one language, and its places."""

    text: Annotated[str, forms.text]
    places: Annotated[tuple[Locator, ...], forms.locators, "at"]


def places_of(texts: Mapping[str, PlacedText]) -> Places:
    """The places of a text by language."""
    return {language: placed_text.places for language, placed_text in texts.items()}


#: Texts of the documents, and of the editors in some languages and in all of theirs.
PlacedTexts: TypeAlias = Annotated[Mapping[str, PlacedText], forms.by_language(record(PlacedText))]
Note: TypeAlias = Annotated[Texts, forms.by_language(forms.text)]
OwnTexts: TypeAlias = Annotated[Texts, forms.texts]
Facts: TypeAlias = Annotated[tuple[ReviewedFact, ...], listed(_fact)]
Sha256: TypeAlias = Annotated[str, matching("[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits")]


@dataclass(frozen=True)
class SupportedAction:
    """An editor's judgement that a practice supports an action, with its rationale by language."""

    line: int
    action: Annotated[str, matching(r"\d{1,2}[a-z]", "an action such as 9a")]
    rationale: OwnTexts
    #: day of the judgement (YYYY-MM-DD); None: that of the review
    on: Annotated[str | None, forms.day] = None


Supports: TypeAlias = Annotated[tuple[SupportedAction, ...], listed(record(SupportedAction))]


@dataclass(frozen=True)
class Review:
    """Reviewer of a reading, and the date (YYYY-MM-DD)."""

    by: Annotated[str, forms.text]
    on: Annotated[str, forms.day]


@dataclass(frozen=True)
class ReviewedPart:
    """A practice described under the heading of another one.

    Title and summary are the editors' words.
    """

    line: int
    slug: Annotated[str, forms.slug, "part"]
    title: OwnTexts
    summary: OwnTexts
    facts: Facts
    supports: Supports = ()
    note: Note = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Keys that pages and practices share."""

    #: path of the file
    file: str = ""
    objective: Annotated[int, forms.number(23)]
    title: PlacedTexts
    review: Annotated[Review | None, record(Review), "reviewed"] = None
    note: Note = field(default_factory=dict)
    #: statements that the editor declined, as `read --check` names them, each with its reason,
    #: which may be empty
    declined: Annotated[Mapping[str, str], _declined] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReviewedPractice(Reading):
    """One example practice of a guidance page. The summary is in the editors' words."""

    slug: Annotated[str, forms.slug, "practice"]
    position: Annotated[int, forms.number(99)]
    short_names: Annotated[PlacedTexts, "short_name"] = field(default_factory=dict)
    summary: OwnTexts
    facts: Facts
    parts: Annotated[tuple[ReviewedPart, ...], listed(record(ReviewedPart))] = ()
    supports: Supports = ()

    @property
    def all_facts(self) -> tuple[ReviewedFact, ...]:
        """The facts of the practice, then those of its parts."""
        facts_of_parts = (fact for part in self.parts for fact in part.facts)
        return (*self.facts, *facts_of_parts)

    @property
    def slugs(self) -> tuple[str, ...]:
        """The slugs of the practice and its parts."""
        return (self.slug, *(part.slug for part in self.parts))


@dataclass(frozen=True)
class ReviewedAction:
    """One lettered action: our short label, its places, instruments and principles, a note."""

    places: Places
    line: int
    letter: Annotated[str, matching("[a-z]", "the letter of an action"), "action"]
    label: OwnTexts
    instruments: Annotated[tuple[ReviewedFact, ...], _facts_of("instrument")] = ()
    principles: Annotated[tuple[ReviewedFact, ...], _facts_of("principle")] = ()
    note: Note = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewedReference:
    """An SDG goal or target that a page names, with its places."""

    places: Places
    line: int
    code: str


@dataclass(frozen=True)
class SdgGoal(ReviewedReference):
    """An SDG goal that a page names."""

    code: Annotated[str, matching("[1-9]|1[0-7]", "an SDG goal"), "goal"]


@dataclass(frozen=True)
class SdgTarget(ReviewedReference):
    """An SDG target that a page names."""

    code: Annotated[str, _target, "target"]


@dataclass(frozen=True)
class DocumentVersion:
    """The document that a page's places count in.

    Its name, and the SHA-256 (hex) of its file and canonical text.
    """

    slug: Annotated[str, forms.text, "source"]
    sha256: Sha256
    text_sha256: Sha256


@dataclass(frozen=True, kw_only=True)
class ReviewedPage(Reading):
    """One guidance page in all its languages."""

    documents: Annotated[Mapping[str, DocumentVersion], forms.by_language(record(DocumentVersion))]
    actions: Annotated[tuple[ReviewedAction, ...], listed(record(ReviewedAction))]
    goals: Annotated[tuple[ReviewedReference, ...], listed(record(SdgGoal))] = ()
    targets: Annotated[tuple[ReviewedReference, ...], listed(record(SdgTarget))] = ()
    practices: tuple[ReviewedPractice, ...] = ()


_page_form = record(ReviewedPage)
_practice_form = record(ReviewedPractice)


@dataclass(frozen=True)
class Readings:
    """All readings of a repository, and what is wrong with those that could not be read."""

    pages: tuple[ReviewedPage, ...]
    problems: tuple[GcmGraphError, ...]

    @property
    def practices(self) -> tuple[ReviewedPractice, ...]:
        """The practices of all pages, in order."""
        return tuple(practice for page in self.pages for practice in page.practices)


def read_readings(folder: Path) -> Readings:
    """The readings in a folder, by objective and position.

    Unreadable ones are among the problems.
    """
    pages: list[ReviewedPage] = []
    problems: list[GcmGraphError] = []
    for path in sorted(folder.glob(f"*/{PAGE}")):
        try:
            page = read_page(path)
        except GcmGraphError as error:
            problems.append(error)
            continue
        practices = _read_practices(path.parent, page, problems)
        pages.append(replace(page, practices=tuple(practices)))
    pages.sort(key=lambda page: page.objective)
    return Readings(tuple(_distinct(pages, problems)), tuple(problems))


def _read_practices(
    folder: Path, page: ReviewedPage, problems: list[GcmGraphError]
) -> list[ReviewedPractice]:
    """The practices in the folder of a page, by position.

    Unreadable ones are added to the problems.
    """
    practices: list[ReviewedPractice] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name == PAGE:
            continue
        try:
            practices.append(read_practice(path, page.documents))
        except GcmGraphError as error:
            problems.append(error)
    return sorted(practices, key=lambda practice: practice.position)


def read_page(path: Path) -> ReviewedPage:
    """A page without its practices. Raises `DataError`."""
    file = read_yaml(path)
    page = _formed(file, _page_form)
    _require_documents(file, page.documents)
    return replace(page, file=file.name)


def read_practice(path: Path, languages: Collection[str]) -> ReviewedPractice:
    """The practice in a file, of a page with documents in some languages. Raises `DataError`."""
    file = read_yaml(path)
    practice = _formed(file, _practice_form)
    _require_documents(file, languages)
    if practice.slug != path.stem:
        message = f"The file must have the name of the practice, {practice.slug}.yaml."
        raise file.error(message, file.top["practice"].line)
    if not practice.title:
        raise file.error("The practice has no title.", file.top["title"].line)
    _require_no_declined_country(file, practice)
    return replace(practice, file=file.name)


def _require_no_declined_country(file: YamlFile, practice: ReviewedPractice) -> None:
    """Raise `DataError` where a part states a country that the practice declines."""
    declined_countries = set()
    for entry in practice.declined:
        _, key, value = entry.split(" ", 2)
        if key == "country":
            declined_countries.add(value)
    for part in practice.parts:
        for fact in part.facts:
            if fact.key == "country" and fact.value in declined_countries:
                raise file.error(
                    f"The part '{part.slug}' states the country {fact.value}, which 'declined' "
                    "denies.",
                    fact.line,
                    "Remove one of the two.",
                )


def _formed(file: YamlFile, form: forms.Form[forms.T]) -> forms.T:
    """The value of a file. Raises `DataError` with the line of what has not its form."""
    try:
        return form(file.top)
    except FormError as error:
        raise file.error(error.message, error.line, error.hint) from error


def _require_documents(file: YamlFile, languages: Collection[str]) -> None:
    for language, place in forms.written_places(file.top):
        if language not in languages:
            raise file.error(f"The page has no document in '{language}'.", place.line)


def _distinct(
    pages: Iterable[ReviewedPage], problems: list[GcmGraphError]
) -> Iterator[ReviewedPage]:
    """The pages with the practices that fit; the other practices are added to the problems.

    Those are practices of another objective, or with a position or slug of an earlier practice.
    """
    owners: dict[str, str] = {}
    for page in pages:
        positions: dict[int, str] = {}
        practices: list[ReviewedPractice] = []
        for practice in page.practices:
            problem = _conflict(practice, page, positions, owners)
            if problem is not None:
                problems.append(problem)
                continue
            positions[practice.position] = practice.file
            owners.update(dict.fromkeys(practice.slugs, practice.file))
            practices.append(practice)
        yield replace(page, practices=tuple(practices))


def _conflict(
    practice: ReviewedPractice,
    page: ReviewedPage,
    positions: Mapping[int, str],
    owners: Mapping[str, str],
) -> DataError | None:
    """The conflict of a practice with its page or an earlier practice; None if there is none.

    `positions` are the files of the page's practices by position, `owners` the files of all
    practices by slug.
    """
    if practice.objective != page.objective:
        message = f"The page is of objective {page.objective}, not {practice.objective}."
        return DataError(f"{practice.file}: {message}")
    if practice.position in positions:
        position = f"Position {practice.position} of objective {page.objective}"
        return DataError(
            f"{practice.file}: {position} is read in {positions[practice.position]} already.",
            hint="Two readings of one practice: keep one, or correct the position.",
        )
    taken_slug = _taken_slug(practice.slugs, owners)
    if taken_slug is not None:
        owner = owners.get(taken_slug, practice.file)
        return DataError(
            f"{practice.file}: The slug '{taken_slug}' is used in {owner} already.",
            hint="Give the practice a slug of its own; a published slug stays with its practice.",
        )
    return None


def _taken_slug(slugs: tuple[str, ...], owners: Mapping[str, str]) -> str | None:
    """The first slug that another practice has, or that is there twice."""
    for index, slug in enumerate(slugs):
        if slug in owners or slug in slugs[:index]:
            return slug
    return None
