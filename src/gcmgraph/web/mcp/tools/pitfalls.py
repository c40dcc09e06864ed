"""Pitfalls of the data: queries that look right and are not."""

from __future__ import annotations

#: Pitfalls of every query.
_GENERAL = (
    "Without GRAPH a query sees the union of all graphs, each statement once. GRAPH ?g gives a row for each graph that "
    "contains the statement: count with DISTINCT.",
    "Labels and texts have several languages. FILTER(LANG(?x) = 'fr') drops what has no French text: use a query of "
    "the library, which falls back to other languages.",
    "Practices have dct:title; other resources have skos:prefLabel.",
    "A missing statement is not a 'no': the sources read do not say it.",
    'Codes are texts: skos:notation "9", gcm:m49 "004". Numbers and leading zeros matter.',
    "Dates are as precise as the source: xsd:gYear, xsd:gYearMonth or xsd:date. Compare with STR(?date).",
    "Super-classes and some super-properties are inferred (graph/inferred): gcm:involvesCountry also has countries of "
    "origin, destination, donors, and those that a corridor connects.",
    "Parts of a resource (budget, event, result) are IRIs with a fragment (…#funding) and follow from it by a path.",
)

#: Pitfalls by class.
_OF_CLASS = {
    "gcm:Practice": (
        "gcm:country is where it is carried out; gcm:originCountry, gcm:destinationCountry and gcm:donorCountry are "
        "other roles; gcm:involvesCountry is any of them.",
        "A gcm:corridor has gcm:originCountry and gcm:destinationCountry only where the source states the direction, "
        "else gcm:connectsCountry twice. gcm:region of a practice is a region that its source names.",
        "Some practices are parts of others (dct:isPartOf). To count practices, match ?acting with the properties and "
        "?acting gcm:countedAs ?practice, and COUNT(DISTINCT ?practice); parts are counted apart.",
        "gcm:supportsAction is a judgement of the editors, of an action of any objective; gcm:objective is the page "
        "that the practice is printed on.",
        "Budgets: schema:funding/schema:amount has schema:value and schema:currency. Do not add currencies, nor shares "
        "(dct:isPartOf another grant), nor the budget of a joint practice once for each lead.",
    ),
    "gcm:TreatyParticipation": (
        "The lists of parties are of 2014 (gcm:asOf), of three instruments only. States may have joined since.",
    ),
    "gcm:LegalInstrument": (
        "Only three instruments have a list of parties (gcm:TreatyParticipation), of 2014.",
        "Treaties have no skos:prefLabel but dct:title.",
    ),
    "gcm:Country": ("Areas of M49 that are no States have dct:type concept country-kind/area.",),
    "gcm:Organisation": (
        "Organisations with adms:status not-reviewed are names read from a document that nobody has reviewed.",
    ),
    "gcm:Evidence": (
        "Most documents may not be quoted: passages have page and offsets, few have oa:exact. `describe` gives both.",
    ),
    "gcm:Passage": ("Offsets count Unicode characters of the extracted text, not bytes.",),
    "gcm:SdgTarget": (
        "The texts of targets depend on imported files; short labels are the editors'.",
        'Goals and targets have two codes: "10.7", and "10.7"^^sdgo:SDGCodeCompact as the UN writes it. For one row '
        "each, FILTER(DATATYPE(?code) = xsd:string).",
    ),
    "gcm:Action": ("An action has a short label, a text, or both; the text is missing where it may not be shown.",),
}


def pitfalls_of(curie: str | None) -> list[str]:
    """The pitfalls of a class, then those of every query; all for None."""
    own = (
        _OF_CLASS.get(curie, ()) if curie else [f"{name}: {text}" for name, all_ in _OF_CLASS.items() for text in all_]
    )
    return [f"- {text}" for text in (*own, *_GENERAL)] if curie else [f"- {text}" for text in (*_GENERAL, *own)]
