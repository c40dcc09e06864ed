"""Checks beside SHACL, of what no shape can express (`docs/validation.md`).

- terms: properties and classes of the ontology, of the shapes, and of vocabularies that rdflib lists
- literals: codes, texts in place of addresses, languages, invisible characters, and names
- resources: addresses of this graph, circles, duplicates of published resources, and statements about them
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, partial
from importlib.resources import files
from itertools import chain, islice

from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies

from gcmgraph.kinds import DESCRIBED, KINDS
from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.repository.tables import is_invalidation
from gcmgraph.shapes import Predicate, Texts, sh
from gcmgraph.text import CONTROLS, INVISIBLE, fold_name, fold_words, is_language, nearest, visible
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.effect import ContributionEffect, of_terms
from gcmgraph.validation.graphs import NAMES, GraphView, ends, fact, labels, local_part
from gcmgraph.validation.report import Nearest, Result
from gcmgraph.validation.rules import CLASSES, TYPE, spelling

_TABLES = tomllib.loads((files("gcmgraph.validation") / "checks.toml").read_text("utf-8"))

#: Names of the vocabularies in rdflib by prefix.
_LISTED = _TABLES["listed"]


def unknown_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Terms in the namespace of the ontology that it does not declare."""
    terms = effect.rules.terms
    for subject, predicate, value in effect.new:
        for term in (predicate, value):
            if effect.is_undeclared(term):
                found = None if term == predicate else term
                yield effect.result("unknown-term", subject, predicate, found, nearest=of_terms(term, terms))


def resources_as_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties and classes at addresses of resources: `…/id/country/` is not `gcm:country`."""
    for subject, predicate, term, value in effect.new_terms:
        if effect.kind(term):
            near = of_terms(term, effect.rules.classes if predicate == TYPE else effect.rules.properties)
            yield effect.result("thing-as-term", subject, predicate, value, nearest=near)


def misspelt_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties and classes that differ from a term of the shapes by `http` or `https`, `www.`, `/` or `#` only."""
    for subject, predicate, term, value in effect.new_terms:
        right = effect.rules.spellings.get(spelling(term))
        if right is not None and right != term:
            yield effect.result("misspelt-term", subject, predicate, value, nearest=Nearest(right))


def misplaced_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties of the ontology on resources outside their domain."""
    domains = effect.rules.domains
    for subject, values in effect.new_values.items():
        limited = [predicate for predicate in values if predicate in domains]
        classes = ends(effect.after, CLASSES, {subject}) if limited else set()
        for predicate in limited:
            if classes and domains[predicate].isdisjoint(classes):
                for value in values[predicate]:
                    yield effect.result("misplaced-term", subject, predicate, value)


def vocabulary_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties and classes that their vocabulary does not have."""
    known = set(effect.rules.spellings.values())
    for subject, predicate, term, value in effect.new_terms:
        if (prefix := _prefix(term.value)) is None:
            continue
        name = term.value.removeprefix(PREFIXES[prefix])
        if name in _terms(prefix) or term in known:
            continue
        if (near := _nearest(prefix, name)) is None:
            yield effect.result("unknown-vocabulary-term", subject, predicate, value)
        else:
            yield effect.result("vocabulary-term", subject, predicate, value, nearest=Nearest(near))


@cache
def _prefix(iri: str) -> str | None:
    return next((prefix for prefix in _LISTED if iri.startswith(PREFIXES[prefix])), None)


@cache
def _terms(prefix: str) -> frozenset[str]:
    from rdflib import namespace  # noqa: PLC0415 - a sixth of a second

    return frozenset(getattr(namespace, _LISTED[prefix]).__annotations__)


@cache
def _nearest(prefix: str, name: str) -> IRI | None:
    found = nearest(name.lower(), sorted(_terms(prefix)), key=str.lower, strict=True)
    return IRI(PREFIXES[prefix] + found[0]) if found else None


#: Properties with the code of a language as value.
_LANGUAGES = frozenset((IRI(PREFIXES["dct"] + "language"), IRI(PREFIXES["schema"] + "inLanguage")))
_CURRENCY = IRI(PREFIXES["schema"] + "currency")
#: Codes of ISO 4217 that name no currency.
_NO_CURRENCY = {"XXX", "XTS"}

#: Properties whose values are resources.
_OF_RESOURCES = frozenset(
    IRI(PREFIXES[prefix] + name) for prefix, names in _TABLES["of-resources"].items() for name in names.split()
)

#: Function words by language, and beginnings of the names of characters by language of their script.
_WORDS = {tag: frozenset(words.split()) for tag, words in _TABLES["words"].items()}
_SCRIPTS: dict[str, str] = _TABLES["scripts"]

#: Words of a text below which its language is not judged, and function words that show a language.
_SHORTEST, _ENOUGH = 4, 2
_WORD = re.compile(r"[^\W\d_]+")

#: Scripts with letters that look like those of another one (https://www.unicode.org/reports/tr39/).
_ALIKE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "FULLWIDTH", "MATHEMATICAL"))

#: Classes whose names no organisation should have.
_APART = ("gcm:Country", "dct:Location", "gcm:LegalInstrument")


def language_tags(effect: ContributionEffect) -> Iterator[Result]:
    """Language tags, and codes of languages as values, that name no language."""
    for subject, predicate, value in effect.new_literals:
        tag = value.value if predicate in _LANGUAGES else value.language
        if tag is not None and not is_language(tag):
            right = language_meant(tag)
            words = {"value": tag[:40], "right": right}
            hint = "hint" if right is None else "hint-right"
            yield effect.result("language-tag", subject, predicate, value, hint=hint, words=words)


@cache
def language_meant(tag: str) -> str | None:
    """The code of the language that a wrong tag means by a longer code or by its name; None if that is unknown."""
    code = tag.strip().partition("-")[0].lower()
    if (right := get_global("language_aliases").get(code)) is not None:
        return str(right)
    names = ((name, key) for at in LANGUAGES for key, name in Locale(at).languages.items())
    return next((key for name, key in names if name.casefold() == tag.strip().casefold()), None)


def currencies(effect: ContributionEffect) -> Iterator[Result]:
    """Codes of currencies outside ISO 4217; what has another form is left to the shapes."""
    for subject, predicate, value in effect.new_literals:
        if predicate != _CURRENCY or not re.fullmatch("[A-Z]{3}", value.value):
            continue
        if value.value not in list_currencies() or value.value in _NO_CURRENCY:
            yield effect.result("currency-code", subject, predicate, value)


def texts_for_addresses(effect: ContributionEffect) -> Iterator[Result]:
    """Texts as values of properties between resources."""
    for subject, predicate, value in effect.new_literals:
        if predicate in _OF_RESOURCES:
            yield effect.result("text-for-address", subject, predicate, value)


def other_languages(effect: ContributionEffect) -> Iterator[Result]:
    """Texts whose words are of another language than they are marked with."""
    for subject, predicate, value in effect.new_literals:
        marked = (value.language or "").partition("-")[0].lower()
        seen = language_of(value.value[:5_000])
        if seen is not None and seen != marked and marked in {*_WORDS, *_SCRIPTS}:
            yield effect.result("other-language", subject, predicate, value, words=partial(_named, marked, seen))


@cache
def _named(marked: str, seen: str, language: str) -> dict[str, str]:
    names = Locale(language).languages
    return {"marked": names[marked], "seen": names[seen], "tag": seen}


def language_of(text: str) -> str | None:
    """The language of the United Nations that most words of a text show; None where too few do."""
    words = [word.lower() for word in _WORD.findall(text)]
    letters = [char for char in text if char.isalpha()]
    for language, script in _SCRIPTS.items():
        of_script = [char for char in letters if unicodedata.name(char, "").startswith(script)]
        if len(letters) > _SHORTEST and 2 * len(of_script) > len(letters):
            return language
    if len(words) < _SHORTEST:
        return None
    counts = sorted(((sum(word in own for word in words), tag) for tag, own in _WORDS.items()), reverse=True)
    (most, language), (second, _), *_ = counts
    return language if most >= _ENOUGH and most > 2 * second else None


def invisible_characters(effect: ContributionEffect) -> Iterator[Result]:
    """Texts with characters that change the direction of writing, and with others that nobody sees."""
    for subject, predicate, value in effect.new_literals:
        for name, characters in (("bidirectional-control", CONTROLS), ("invisible-character", INVISIBLE)):
            if not value.value.isascii() and (found := characters.findall(value.value)):
                shown = Literal(" ".join(visible(one) for one in dict.fromkeys(found)))
                yield effect.result(name, subject, predicate, shown)


def mixed_scripts(effect: ContributionEffect) -> Iterator[Result]:
    """Names with letters of scripts that look alike: in one word, or of another script than their language has."""
    for subject, predicate, value in _new_names(effect):
        latin = (value.language or "").partition("-")[0].lower() in _WORDS
        for word in () if value.value.isascii() else _WORD.findall(value.value):
            scripts = {char: script for char in word if (script := _script(char)) in _ALIKE}
            others = [char for char, script in scripts.items() if script != "LATIN"]
            if others and (latin or len(set(scripts.values())) > 1):
                shown = Literal(" ".join(f"{char} {visible(char)}" for char in others))
                yield effect.result("mixed-scripts", subject, predicate, shown)
                break


def names_without_letters(effect: ContributionEffect) -> Iterator[Result]:
    """Names in which nothing is visible."""
    for subject, predicate, value in _new_names(effect):
        if not any(unicodedata.category(char)[0] in "LN" for char in INVISIBLE.sub("", value.value)):
            yield effect.result("name-without-letter", subject, predicate, value)


def _new_names(effect: ContributionEffect) -> Iterator[tuple[Term, IRI, Literal]]:
    """The new names of resources, with their properties."""
    named = {*NAMES, *map(effect.term, ("foaf:name", "schema:name", "gcm:acronym"))} - {effect.term("skos:notation")}
    return ((subject, predicate, value) for subject, predicate, value in effect.new_literals if predicate in named)


def _script(char: str) -> str:
    """The first word in the name of a character, which for letters is their script (Unicode Character Database)."""
    return unicodedata.name(char, "").partition(" ")[0]


def names_of_other_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Organisations with the name of a country, a place or a legal instrument."""
    classes, acronym = [effect.term(name) for name in _APART], effect.term("gcm:acronym")
    for subject, predicate, value in _new_names(effect):
        if predicate != acronym and effect.kind(subject) == "organisation":
            other = effect.valid.same_name(value.value, classes)
            if other is not None and other != subject:
                nearest = Nearest(other, labels(effect.before, other))
                yield effect.result("name-of-another-kind", subject, predicate, value, nearest=nearest)


#: Limits on the reported statements that still name a resource, and on the organisations that are compared by name.
_STATEMENTS, _ORGANISATIONS = 10, 20_000

#: Components that a second value violates.
_UNIQUE_LANG = sh("UniqueLangConstraintComponent")
_ONE_ONLY = {sh("MaxCountConstraintComponent"), _UNIQUE_LANG}


def unknown_resources(effect: ContributionEffect) -> Iterator[Result]:
    """Addresses of this graph without statements, neither published nor contributed."""
    exists = cache(lambda resource: _exists(resource, effect))
    for subject, predicate, value in effect.new:
        if isinstance(value, IRI) and predicate != TYPE and effect.kind(value) and not exists(value):
            nearest = _of_kind(value, effect)
            yield effect.result("unknown-thing", subject, predicate, value, nearest=nearest)


def _exists(resource: IRI, effect: ContributionEffect) -> bool:
    """Whether there are statements about a resource after the change; that of its withdrawal does not count."""
    if not effect.removed and effect.after.objects(resource, TYPE):
        return True  # cached, if a shape has read it
    addresses = effect.addresses
    return effect.added.describes(resource) or any(
        not is_invalidation(q, addresses) for q in effect.remaining(resource)
    )


def still_needed(effect: ContributionEffect) -> Iterator[Result]:
    """Remaining statements about or with a resource of this graph that would lose its class, the first of each."""
    had, have = ({quad.subject for quad in quads if quad.predicate == TYPE} for quads in (effect.removed, effect.added))
    ours = {resource for resource in had - have if isinstance(resource, IRI) and effect.kind(resource)}
    for resource in sorted(ours, key=lambda resource: resource.value):
        if not any(effect.remaining(resource, TYPE)):
            for quad in islice(chain(effect.remaining(resource), effect.remaining(value=resource)), _STATEMENTS):
                subject, predicate, value = fact(quad)
                yield effect.result("still-needed", subject, predicate, value)


def _of_kind(resource: IRI, effect: ContributionEffect) -> Nearest | None:
    """The resource of the kind of an address with the most similar name, where there is a list to choose from."""
    kind = KINDS.get(effect.kind(resource))
    if kind is None or kind.chosen is None:
        return None
    return effect.valid.of_classes(local_part(resource), [IRI(effect.addresses.expand(kind.chosen))])


def circles(effect: ContributionEffect) -> Iterator[Result]:
    """Resources that are, over several statements, parts, successors or branches of themselves."""
    ordering = {effect.term(name) for name in ("dct:isPartOf", "dct:replaces", "org:subOrganizationOf")}
    for subject, predicate, value in effect.new:
        if predicate in ordering and subject in _reached(effect.after, value, predicate):
            yield effect.result("circle", subject, predicate, value)


def _reached(graph: GraphView, start: Term, predicate: IRI) -> set[Term]:
    reached, left = set[Term](), [start]
    while left:
        if (node := left.pop()) not in reached:
            reached.add(node)
            left += graph.objects(node, predicate)
    return reached


def classes_of_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Practices and organisations, by address, without the class of the kind or with another one of the ontology.

    A class that the ontology does not declare is left to `unknown_terms`.
    """
    for subject, values in effect.new_values.items():
        kind = effect.kind(subject)
        if kind not in DESCRIBED or "#" in subject.value:  # with a fragment, it is a part
            continue
        right = IRI(effect.addresses.expand(KINDS[kind].classes[0]))
        classes = values.get(TYPE, [])
        wrong: list[Term | None] = [value for value in classes if value in effect.rules.terms and value != right]
        if not wrong and right not in effect.after.objects(subject, TYPE):
            wrong = [value for value in classes if not effect.is_undeclared(value)] if classes else [None]
        for value in wrong:
            nearest = Nearest(right, effect.rules.terms.get(right, Texts()))
            yield effect.result("class-of-kind", subject, TYPE, value, nearest=nearest)


def duplicates(effect: ContributionEffect) -> Iterator[Result]:
    """Practices with title and period of a published one, resources with an identifier of one of the same class."""
    term = effect.term
    title, practice = term("dct:title"), term("gcm:Practice")
    identifying = {term(name) for name in ("skos:exactMatch", "owl:sameAs", "dct:identifier", "schema:identifier")}
    for subject, predicate, value in effect.new:
        titled = predicate == title and practice in effect.new_values[subject].get(TYPE, ())
        for other in effect.before.subjects(predicate, value) if titled or predicate in identifying else ():
            same = other != subject and (not titled or _same_period(subject, other, effect))
            if same and not set(effect.after.objects(subject, TYPE)).isdisjoint(effect.after.objects(other, TYPE)):
                name = "same-title-and-period" if titled else "same-identifier"
                yield effect.result(name, subject, predicate, value, expected=named(other, effect))


#: Properties of the countries of a practice, and of its organisations.
_COUNTRIES = ("gcm:country", "gcm:involvesCountry")
_BODIES = ("gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation")


def near_duplicates(effect: ContributionEffect) -> Iterator[Result]:
    """New practices of the country and objective of a published one: of a similar name, or organisation and period."""
    term, view = effect.term, effect.after
    title, practice, objective = term("dct:title"), term("gcm:Practice"), term("gcm:objective")

    def values(one: Term, *curies: str) -> set[Term]:
        return {value for curie in curies for value in view.objects(one, term(curie))}

    def similar(one: Term, other: Term) -> bool:
        names = {(text.language, fold_words(text.value)) for text in _literals(view, other, title)}
        mine = ((text.language, fold_words(text.value)) for text in _literals(view, one, title))
        return any(nearest(name, [known for tag, known in names if tag == language]) for language, name in mine)

    for subject, stated in effect.new_values.items():
        if practice not in stated.get(TYPE, ()) or any(effect.remaining(subject, TYPE)):  # type: ignore[arg-type]
            continue
        objectives = values(subject, "gcm:objective")
        near = {
            quad.subject
            for country in values(subject, *_COUNTRIES)
            for curie in _COUNTRIES
            for quad in effect.remaining(None, term(curie), country)
            if isinstance(quad.subject, IRI) and not objectives.isdisjoint(view.objects(quad.subject, objective))
        }
        named = {subject, *(value for ones in stated.values() for value in ones)}
        for other in sorted(near - named, key=str):
            common, shared = _common_years(subject, other, effect), values(subject, *_BODIES) & values(other, *_BODIES)
            same = not {*view.objects(subject, title)}.isdisjoint(view.objects(other, title))
            if same and _same_period(subject, other, effect):
                continue  # `duplicates` reports it
            if (common and shared) or (common is not False and similar(subject, other)):
                found = Nearest(other, labels(effect.before, other))
                yield effect.result(
                    "near-duplicate", subject, title, next(iter(stated.get(title, ())), None), nearest=found
                )


def _common_years(one: Term, other: Term, effect: ContributionEffect) -> bool | None:
    """Whether the periods of two practices have years in common; None where the start of one is unknown."""

    def year(of: Term, end: str) -> int | None:
        found = (text.value[:4] for text in _literals(effect.after, of, effect.term(end)))
        return min((int(digits) for digits in found if digits.isdecimal()), default=None)

    (start, end), (begin, last) = ((year(of, "schema:startDate"), year(of, "schema:endDate")) for of in (one, other))
    if start is None or begin is None:
        return None
    return start <= (start if last is None else last) and begin <= (begin if end is None else end)


def _literals(graph: GraphView, subject: Term, predicate: IRI) -> Iterator[Literal]:
    return (value for value in graph.objects(subject, predicate) if isinstance(value, Literal))


def _same_period(one: Term, other: Term, effect: ContributionEffect) -> bool:
    ends = (effect.term("schema:startDate"), effect.term("schema:endDate"))
    return all(set(effect.after.objects(one, end)) == set(effect.after.objects(other, end)) for end in ends)


def named(resource: IRI | BlankNode, effect: ContributionEffect) -> Texts:
    """The label of a resource in each language, with its address."""
    names = labels(effect.before, resource).pairs or (("", ""),)
    return Texts.of((language, f"{name} <{resource.value}>".strip()) for language, name in names)


def published_instead(result: Result, effect: ContributionEffect) -> Texts:
    """The published values, where a contribution adds another one and only one is allowed."""
    if not isinstance(result.path, Predicate) or result.component not in _ONE_ONLY:
        return Texts()
    published = effect.before.objects(result.focus, result.path.iri)
    added = effect.new_values.get(result.focus, {}).get(result.path.iri, [])
    if not published or not added:
        return Texts()
    if result.component == _UNIQUE_LANG:
        tags = {value.language for value in added if isinstance(value, Literal)}
        published = [value for value in published if isinstance(value, Literal) and value.language in tags]
    values = sorted(f"“{value.value}”" if isinstance(value, Literal) else str(value) for value in published)
    return Texts.of([("", ", ".join(values))])


def set_of_published(effect: ContributionEffect) -> Iterator[Result]:
    """Home pages and parents of published resources."""
    term = effect.term
    predicates = {term("foaf:homepage"), term("org:subOrganizationOf")}
    for subject, predicate, value in effect.new:
        if predicate in predicates and isinstance(subject, IRI) and any(effect.remaining(subject, TYPE)):
            yield effect.result("of-published", subject, predicate, value)


def actions(effect: ContributionEffect) -> Iterator[Result]:
    """Judgements without a reason. A practice may support an action of any objective."""
    term = effect.term
    supports, objective = term("gcm:supportsAction"), term("gcm:objective")
    for subject, predicate, action in effect.new:
        if (
            predicate == supports
            and any(effect.after.objects(action, objective))
            and not _has_rationale(subject, supports, action, effect)
        ):
            yield effect.result("no-rationale", subject, predicate, action)


def _has_rationale(practice: Term, supports: IRI, action: Term, effect: ContributionEffect) -> bool:
    term = effect.term
    return any(
        supports in effect.after.objects(node, term("rdf:predicate"))
        and action in effect.after.objects(node, term("rdf:object"))
        and effect.after.objects(node, term("gcm:rationale"))
        for node in effect.after.subjects(term("rdf:subject"), practice)
    )


def same_names(effect: ContributionEffect) -> Iterator[Result]:
    """New organisations with a name or acronym of a published one, in any language; each once."""
    term = effect.term
    organisation = term("gcm:Organisation")
    naming = [term(name) for name in ("skos:prefLabel", "skos:altLabel", "gcm:acronym")]

    @cache
    def published() -> dict[str, Term]:
        found: dict[str, Term] = {}
        for quad in islice(effect.published.quads(predicate=TYPE, object=organisation), _ORGANISATIONS):
            for predicate in naming:
                for value in effect.before.objects(quad.subject, predicate):  # type: ignore[arg-type]
                    if isinstance(value, Literal):
                        found.setdefault(fold_name(value.value), quad.subject)  # type: ignore[arg-type]
        return found

    for subject, values in effect.new_values.items():
        if organisation not in values.get(TYPE, ()) or any(effect.remaining(subject, TYPE)):  # type: ignore[arg-type]
            continue
        for predicate, value in ((p, v) for p in naming for v in values.get(p, ()) if isinstance(v, Literal)):
            other = published().get(fold_name(value.value))
            if isinstance(other, IRI | BlankNode) and other != subject and effect.before.objects(other, TYPE):
                expected = named(other, effect)
                yield effect.result("same-name", subject, predicate, value, expected=expected)
                break


CHECKS = (
    *(unknown_terms, resources_as_terms, misspelt_terms, misplaced_terms, vocabulary_terms),
    *(language_tags, currencies, texts_for_addresses, invisible_characters, mixed_scripts),
    *(names_without_letters, names_of_other_kinds),
    *(classes_of_kinds, circles, still_needed, unknown_resources, duplicates),
)
#: Checks of contributions only: what an operator may state of published resources.
CHECKS_OF_CONTRIBUTIONS = (other_languages, set_of_published, actions, same_names, near_duplicates)
