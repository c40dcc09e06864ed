"""Citations of the dataset and of its resources, as BibTeX and RIS.

- BibTeX: `btxdoc` of Oren Patashnik (https://ctan.org/pkg/bibtex), with biblatex's `url` and
  `urldate`
- RIS: the tags that reference managers read (https://en.wikipedia.org/wiki/RIS_(file_format))
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from gcmgraph.publication.attribution import Attribution, attribution
from gcmgraph.publication.descriptions import Labels, ResourceValues, choose
from gcmgraph.publication.metadata.doi import RESOLVER, doi_of_dataset
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import SOURCE_LANGUAGE, Message

#: Length of a day such as 2026-11-27.
_DAY = 10

#: Limit on the characters of a citation key after its prefix.
_MAX_KEY = 80

#: Special characters of TeX, and their escapes.
_TEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)

#: Line ends and control characters.
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")

#: Place of publication of works of others, and the unit of figures.
_AS_PUBLISHED = Message("As published in {title}")
_UNIT = Message("Unit: {unit}")


@dataclass(frozen=True)
class BibliographicReference:
    """The fields of a reference. The IRI is the permanent one, whichever server answers."""

    title: str
    language: str | None
    #: organisations, not persons; none where the producer of a work of others is not known
    authors: tuple[str, ...]
    #: title of the whole; None for the dataset
    within: str | None
    iri: str
    #: the dataset version, and its day of publication if known
    version: str
    issued: date | None
    accessed: date
    #: the licence of a work, or a sentence on its rights; empty where neither is known
    terms: str
    #: day or year of the edition of a work of others, empty where it is not known; None for what
    #: the editors made
    edition: str | None = None
    #: the unit of figures
    unit: str = ""
    #: the DOI of the dataset, without resolver
    doi: str = ""

    @property
    def key(self) -> str:
        """Citation key: the last parts of the IRI, in characters that all tools accept."""
        local = "-".join(re.split(r"[/#]", self.iri.rstrip("/"))[-2:])
        name = re.sub(r"[^A-Za-z0-9-]+", "-", local).strip("-") or "dataset"
        return f"gcmgraph-{name[:_MAX_KEY]}"

    @property
    def year(self) -> str:
        """Year of the edition of a work of others, or empty.

        For what the editors made: the year of the version, else of the access.
        """
        if self.edition is not None:
            return self.edition[:4]
        return str((self.issued or self.accessed).year)

    @property
    def date(self) -> str:
        """Day of the edition of a work of others, else of the version; empty if unknown."""
        if self.edition is not None:
            return self.edition if len(self.edition) == _DAY else ""
        return self.issued.isoformat() if self.issued else ""

    def __str__(self) -> str:
        """The reference in a line."""
        year = f" ({self.year})" if self.year else ""
        authors = f"{', '.join(self.authors)}{year}" if self.authors else ""
        title = self.title if authors else f"{self.title}{year}"
        return ". ".join(filter(None, (authors, title, self.within, self.version, self.address)))

    @property
    def address(self) -> str:
        """The address of the DOI, else the IRI."""
        return f"{RESOLVER}{self.doi}" if self.doi else self.iri


def cite(
    store: Store,
    addresses: Addresses,
    iri: IRI | None,
    language: str,
    version: str,
    issued: date | None,
) -> BibliographicReference:
    """The reference of a resource, or for None of the dataset, accessed today.

    The title is in a language or the next best. A work of others is cited by its producer and
    edition, all else by the editors and the version.
    """
    reference_to_dataset = BibliographicReference(
        title=TITLE,
        language=None,
        authors=_editors(store, addresses, language),
        within=None,
        iri=f"{addresses.base}dataset",
        version=version,
        issued=issued,
        accessed=datetime.now(UTC).date(),
        terms=LICENCE,
        doi=doi_of_dataset(store, addresses) or "",
    )
    if iri is None:
        return reference_to_dataset
    labels = Labels(store, addresses)
    label = labels.of(iri, language)
    reference = replace(
        reference_to_dataset,
        title=label.text,
        language=label.language,
        within=TITLE,
        iri=iri.value,
        doi="",
    )
    source = attribution(store, addresses, iri)
    if source is None:
        return reference
    return replace(
        reference,
        authors=tuple(labels.of(producer, language).text for producer in source.producers),
        within=_AS_PUBLISHED.in_language(language, title=TITLE),
        terms=terms_of(source, language),
        edition=source.edition.value if source.edition else "",
        unit=labels.of(source.unit, language).text if source.unit else "",
    )


def terms_of(source: Attribution, language: str) -> str:
    """The address of a licence, else a sentence on rights; empty where neither is known."""
    if source.licence:
        return source.licence.value
    rights = choose(source.rights, language)
    return rights.value if rights else ""


def bibtex(citation: BibliographicReference) -> str:
    """Serialize as one BibTeX entry. Braces preserve names and titles as written."""
    notes = ". ".join(filter(None, (citation.terms, _unit_in_words(citation))))
    accessed = citation.accessed.isoformat()
    version = f"Version {citation.version}, accessed {accessed}. {notes}".strip()
    fields = [
        ("author", " and ".join(f"{{{_tex(author)}}}" for author in citation.authors)),
        ("title", f"{{{_tex(citation.title)}}}"),
        ("year", citation.year),
        ("howpublished", _tex(citation.within) if citation.within else ""),
        ("edition", _tex(citation.edition or "")),
        ("version", _tex(citation.version)),
        ("doi", citation.doi),
        ("url", citation.iri),
        ("urldate", accessed),
        ("language", _tex(citation.language or "")),
        ("note", _tex(version)),
    ]
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value)
    return f"@misc{{{citation.key},\n{lines}}}\n"


def ris(citation: BibliographicReference) -> str:
    """Serialize as one RIS record, with CRLF line ends."""
    edition = citation.version
    version_note = ""
    if citation.edition is not None:
        edition = citation.edition
        version_note = f"Version {citation.version}"
    fields = [
        ("TY", "DATA"),
        ("ID", citation.key),
        *(("AU", author) for author in citation.authors),
        ("TI", citation.title),
        ("T2", citation.within or ""),
        ("PY", citation.year),
        ("DA", f"{citation.date.replace('-', '/')}/" if citation.date else ""),
        ("ET", edition),
        ("N1", version_note),
        ("LA", citation.language or ""),
        ("DO", citation.doi),
        ("UR", citation.iri),
        ("Y2", citation.accessed.strftime("%Y/%m/%d/")),
        ("C1", citation.terms),
        ("C2", _unit_in_words(citation)),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _unit_in_words(citation: BibliographicReference) -> str:
    if not citation.unit:
        return ""
    return _UNIT.in_language(citation.language or SOURCE_LANGUAGE, unit=citation.unit)


def _editors(store: Store, addresses: Addresses, language: str) -> tuple[str, ...]:
    """The name of the creators of the ontology, in a language or the next best."""
    ontology = ResourceValues(store, Vocabulary(addresses), IRI(f"{addresses.base}ontology"))
    creator = choose(ontology.texts("dct:creator"), language)
    return (creator.value if creator else TITLE,)


def _line(value: str) -> str:
    """A value on one line.

    Line ends would start another field; control characters end a record in some tools.
    """
    return _CONTROL.sub(" ", value).strip()


def _tex(value: str) -> str:
    return _line(value).translate(_TEX)
