"""Citations of resources and of the dataset, as BibTeX and RIS.

BibTeX: `btxdoc` of Oren Patashnik (https://ctan.org/pkg/bibtex), with biblatex's `url` and `urldate`. RIS: the tags
that reference managers read (https://en.wikipedia.org/wiki/RIS_(file_format)).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.labels import Labels, choose
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.store.port import Store

#: Special characters of TeX, and their escapes.
_TEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


@dataclass(frozen=True)
class BibliographicReference:
    """The fields of a reference. The IRI is the permanent one, whichever server answers."""

    title: str
    language: str | None
    #: organisations, not persons
    authors: tuple[str, ...]
    #: title of the whole; None for the dataset
    within: str | None
    iri: str
    #: the dataset version, and its day of publication if known
    version: str
    issued: date | None
    accessed: date
    #: the rights in a source document, or the licence of the dataset
    terms: str

    @property
    def key(self) -> str:
        """Citation key: the last parts of the IRI, in characters that all tools accept."""
        local = "-".join(re.split(r"[/#]", self.iri.rstrip("/"))[-2:])
        return "gcmgraph-" + (re.sub(r"[^A-Za-z0-9-]+", "-", local).strip("-") or "dataset")[:80]

    @property
    def year(self) -> str:
        """Year of the version, else of the access."""
        return str((self.issued or self.accessed).year)


def cite_thing(
    store: Store, addresses: Addresses, iri: IRI, language: str, version: str, issued: date | None, accessed: date
) -> BibliographicReference:
    """The reference of a resource, with its title in a language.

    Author and terms of a source document are its rights holder and rights, of all else the editors and the licence.
    """
    v, labels = Vocabulary(addresses), Labels(store, addresses)
    label = labels.of(iri, language)
    holders = sorted(
        (q.object for q in store.quads(iri, v("dct:rightsHolder")) if isinstance(q.object, IRI)), key=lambda h: h.value
    )
    authors = tuple(labels.of(holder, language).text for holder in holders) or _makers(store, addresses, language)
    rights = choose((q.object for q in store.quads(iri, v("dct:rights")) if isinstance(q.object, Literal)), language)
    terms = rights.value if rights else LICENCE
    return BibliographicReference(
        label.text, label.language, authors, TITLE, iri.value, version, issued, accessed, terms
    )


def cite_dataset(
    store: Store, addresses: Addresses, language: str, version: str, issued: date | None, accessed: date
) -> BibliographicReference:
    """The reference of a version of the dataset."""
    makers, iri = _makers(store, addresses, language), f"{addresses.base}dataset"
    return BibliographicReference(TITLE, None, makers, None, iri, version, issued, accessed, LICENCE)


def bibtex(citation: BibliographicReference) -> str:
    """Serialize as one BibTeX entry. Braces preserve names and titles as written."""
    fields = [
        ("author", " and ".join(f"{{{_tex(author)}}}" for author in citation.authors)),
        ("title", f"{{{_tex(citation.title)}}}"),
        ("year", citation.year),
        ("howpublished", _tex(citation.within) if citation.within else ""),
        ("version", _tex(citation.version)),
        ("url", citation.iri),
        ("urldate", citation.accessed.isoformat()),
        ("language", _tex(citation.language or "")),
        ("note", _tex(f"Version {citation.version}, accessed {citation.accessed.isoformat()}. {citation.terms}")),
    ]
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value)
    return f"@misc{{{citation.key},\n{lines}}}\n"


def ris(citation: BibliographicReference) -> str:
    """Serialize as one RIS record, with CRLF line ends."""
    fields = [
        ("TY", "DATA"),
        ("ID", citation.key),
        *(("AU", author) for author in citation.authors),
        ("TI", citation.title),
        ("T2", citation.within or ""),
        ("PY", citation.year),
        ("DA", citation.issued.strftime("%Y/%m/%d/") if citation.issued else ""),
        ("ET", citation.version),
        ("LA", citation.language or ""),
        ("UR", citation.iri),
        ("Y2", citation.accessed.strftime("%Y/%m/%d/")),
        ("C1", citation.terms),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _makers(store: Store, addresses: Addresses, language: str) -> tuple[str, ...]:
    v = Vocabulary(addresses)
    makers = [q.object for q in store.quads(IRI(f"{addresses.base}ontology"), v("dct:creator"))]
    chosen = choose((maker for maker in makers if isinstance(maker, Literal)), language)
    return (chosen.value,) if chosen else ("GCM Graph",)


def _line(value: str) -> str:
    """A value on one line. Line ends would start another field; control characters end a record in some tools."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", value).strip()


def _tex(value: str) -> str:
    return _line(value).translate(_TEX)
