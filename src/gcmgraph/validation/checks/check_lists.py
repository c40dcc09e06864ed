"""Lists of the checks beside SHACL: those of datasets, and further ones of contributions."""

from __future__ import annotations

from gcmgraph.validation.checks import (
    identifiers,
    literals,
    names,
    published,
    resources,
    similar_practices,
    terms,
)
from gcmgraph.validation.rules import RuleSet

_CHECKS_OF_DATASETS = (
    terms.unknown_terms,
    terms.resources_as_terms,
    terms.misspelt_terms,
    terms.misplaced_terms,
    terms.vocabulary_terms,
    literals.language_tags,
    literals.currencies,
    literals.texts_for_addresses,
    names.invisible_characters,
    names.mixed_scripts,
    names.look_alikes,
    names.names_without_letters,
    names.names_of_other_kinds,
    resources.classes_of_kinds,
    resources.still_needed,
    resources.unknown_resources,
    published.circles,
    identifiers.same_identifiers,
    identifiers.codes_of_countries,
    similar_practices.same_titles_and_periods,
)
#: Checks of statements that an operator may make about published resources, and others may not.
_CHECKS_OF_CONTRIBUTIONS = (
    literals.other_languages,
    published.changes_of_published,
    resources.actions,
    names.same_names,
    similar_practices.near_duplicates,
)
#: Checks by the rules of which they are a part.
CHECKS = {
    RuleSet.CONTRIBUTION: (*_CHECKS_OF_DATASETS, *_CHECKS_OF_CONTRIBUTIONS),
    RuleSet.DATASET: _CHECKS_OF_DATASETS,
    RuleSet.SHAPES: (),
}
