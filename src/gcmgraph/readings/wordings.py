"""The wordings of the Compact: one text of an action or a commitment in each language, and the others beside it.

Documents state texts in the order of precedence: the text as adopted, as printed in the guidance, as negotiated. The
first is the `skos:definition` (`gcm:commitment`, `skos:prefLabel`); a document that differs has a `gcm:Wording`.
"""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.documents.views import plain_typography
from gcmgraph.model.terms import IRI, Literal, Quad, text
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.model import Places

#: Concepts of the editions of the Compact's text, by slug.
ADOPTED, GUIDANCE, NEGOTIATED = "adopted", "guidance", "negotiated"

#: Names of the properties in the addresses of wordings.
_NAMES = {"skos:definition": "text", "gcm:commitment": "commitment", "skos:prefLabel": "title"}


class Wordings:
    """The texts that were stated so far, by resource, property and language."""

    def __init__(self, addresses: Addresses, titles: Iterable[Quad] = ()) -> None:
        """`titles` are the adopted titles of objectives, which the reference data has."""
        self._addresses = addresses
        self._first: dict[tuple[IRI, str, str], str] = {}
        start = addresses.thing("objective", "")
        for quad in titles:
            subject, title = quad.subject, quad.object
            if quad.predicate.value != addresses.expand("skos:prefLabel") or not isinstance(title, Literal):
                continue
            if isinstance(subject, IRI) and subject.value.startswith(start) and title.language == "en":
                self._first[subject, "skos:prefLabel", "en"] = title.value

    def state(
        self, statements: Statements, edition: str, subject: IRI, predicate: str, words: str, places: Places
    ) -> None:
        """State a text of an edition at its places in the document of one language.

        A text that differs from the first in spaces, quotation marks or dashes only is the same wording.
        """
        (language,) = places
        first = self._first.setdefault((subject, predicate, language), words)
        if _folded(first) == _folded(words):
            statements.state(subject, predicate, text(first, language), places)
            return
        node = IRI(f"{subject.value}#{_NAMES[predicate]}-{edition}-{language}")
        v = statements.v
        statements.state(subject, "gcm:wording", node, places)
        statements.state(node, "rdf:type", v("gcm:Wording"), places)
        statements.state(node, "gcm:wordingOf", v(predicate), places)
        statements.state(node, "rdf:value", text(words, language), places)
        statements.state(node, "gcm:edition", IRI(self._addresses.thing("concept", f"edition/{edition}")), places)
        statements.state(node, "dct:source", statements.source(language), places)


def _folded(words: str) -> str:
    return "".join(plain_typography(words).split())
