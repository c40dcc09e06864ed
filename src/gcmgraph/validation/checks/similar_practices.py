"""Checks of new practices that a published one resembles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.validation.checks.identifiers import named
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import TYPE, labels
from gcmgraph.validation.report import Nearest, Result

#: Properties of the countries of a practice, of its period, and of its organisations.
_COUNTRIES = ("gcm:country", "gcm:involvesCountry")
_DATES = ("schema:startDate", "schema:endDate")
_ORGANISATIONS = ("gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation")


def same_titles_and_periods(effect: ContributionEffect) -> Iterator[Result]:
    """Practices with the title, start and end of a published one."""
    title = effect.term("dct:title")
    practice = effect.term("gcm:Practice")
    for subject, values in effect.new_values.items():
        if practice not in values.get(TYPE, ()):
            continue
        for value in values.get(title, ()):
            for namesake in effect.before.subjects(title, value):
                is_practice = practice in effect.after.objects(namesake, TYPE)
                if namesake == subject or not is_practice:
                    continue
                if _have_same_period(subject, namesake, effect):
                    yield effect.result(
                        "same-title-and-period",
                        subject,
                        title,
                        value,
                        expected=named(namesake, effect),
                    )


def near_duplicates(effect: ContributionEffect) -> Iterator[Result]:
    """New practices of the country and objective of a published one: of similar title, or organisation and period."""
    title = effect.term("dct:title")
    practice = effect.term("gcm:Practice")
    for subject, values in effect.new_values.items():
        is_new = isinstance(subject, IRI) and not any(effect.remaining(subject, TYPE))
        if not is_new or practice not in values.get(TYPE, ()):
            continue
        related = set(chain.from_iterable(values.values()))
        for published in _practices_of_same_country_and_objective(subject, effect):
            if published in related or not _is_similar(subject, published, effect):
                continue
            first_title = next(iter(values.get(title, ())), None)
            nearest = Nearest(published, labels(effect.before, published))
            yield effect.result("near-duplicate", subject, title, first_title, nearest=nearest)


def _practices_of_same_country_and_objective(
    practice: Term, effect: ContributionEffect
) -> list[IRI]:
    """The published practices with a country and an objective of a new one, by address."""
    objectives = _values(practice, effect, "gcm:objective")
    practices: set[IRI] = set()
    for country in _values(practice, effect, *_COUNTRIES):
        for curie in _COUNTRIES:
            for quad in effect.remaining(None, effect.term(curie), country):
                published = quad.subject
                if not isinstance(published, IRI) or published == practice:
                    continue
                if not objectives.isdisjoint(_values(published, effect, "gcm:objective")):
                    practices.add(published)
    return sorted(practices, key=str)


def _is_similar(practice: Term, published: IRI, effect: ContributionEffect) -> bool:
    """Whether two practices may be one, by title, organisations and period.

    Practices with equal title and period are left to `same_titles_and_periods`.
    """
    has_same_title = not _values(practice, effect, "dct:title").isdisjoint(
        _values(published, effect, "dct:title")
    )
    if has_same_title and _have_same_period(practice, published, effect):
        return False
    years = _years(practice, effect)
    published_years = _years(published, effect)
    if years is None or published_years is None:
        return _have_similar_title(practice, published, effect)
    if not years.overlap(published_years):
        return False
    organisations = _values(practice, effect, *_ORGANISATIONS)
    share_organisation = not organisations.isdisjoint(_values(published, effect, *_ORGANISATIONS))
    return share_organisation or _have_similar_title(practice, published, effect)


def _have_similar_title(practice: Term, published: IRI, effect: ContributionEffect) -> bool:
    """Whether two practices have similar titles in one language."""
    titles = _titles_by_language(practice, effect)
    published_titles = _titles_by_language(published, effect)
    for language, titles_of_language in titles.items():
        published_titles_of_language = published_titles.get(language, [])
        if any(nearest(title, published_titles_of_language) for title in titles_of_language):
            return True
    return False


def _titles_by_language(practice: Term, effect: ContributionEffect) -> dict[str | None, list[str]]:
    """The folded titles of a practice by language."""
    titles: dict[str | None, list[str]] = {}
    for title in _values(practice, effect, "dct:title"):
        if isinstance(title, Literal):
            titles.setdefault(title.language, []).append(fold_words(title.value))
    return titles


@dataclass(frozen=True)
class _Years:
    """The first and the last year of a practice; without a last one, the practice may continue."""

    first: int
    last: int | None

    def overlap(self, period: _Years) -> bool:
        """Whether two periods may have years in common."""
        begins_in_time = period.last is None or self.first <= period.last
        ends_in_time = self.last is None or period.first <= self.last
        return begins_in_time and ends_in_time


def _years(practice: Term, effect: ContributionEffect) -> _Years | None:
    """The years of a practice; None without a start."""
    start = _year(practice, "schema:startDate", effect)
    return None if start is None else _Years(start, _year(practice, "schema:endDate", effect))


def _year(practice: Term, curie: str, effect: ContributionEffect) -> int | None:
    """The earliest year among the values of a date; None without one."""
    texts = (
        value.value[:4] for value in _values(practice, effect, curie) if isinstance(value, Literal)
    )
    return min((int(text) for text in texts if text.isdecimal()), default=None)


def _values(resource: Term, effect: ContributionEffect, *curies: str) -> set[Term]:
    """The values of some properties after the change."""
    return {
        value for curie in curies for value in effect.after.objects(resource, effect.term(curie))
    }


def _have_same_period(practice: Term, published: Term, effect: ContributionEffect) -> bool:
    return all(
        _values(practice, effect, curie) == _values(published, effect, curie) for curie in _DATES
    )
