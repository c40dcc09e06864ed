"""Texts by language: updates catalogs, and lists what a language lacks in each set of texts.

    python -m tools.languages update [LANGUAGE …]   # catalogs of a new LANGUAGE are created
    python -m tools.languages missing [LANGUAGE …]

Sets and files: docs/interface.md.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from gcmgraph.queries.description import read_examples
from gcmgraph.queries.headers import parse_header
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import Literal
from gcmgraph.translations import DATA_DOMAIN, LANGUAGES, SOURCE_LANGUAGE, TEMPLATE_DOMAIN
from gcmgraph.web.i18n import DOMAIN as INTERFACE
from gcmgraph.web.i18n import table_messages

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src/gcmgraph")
CATALOGS = PACKAGE / "translations"


@dataclass(frozen=True)
class Domain:
    """Locations of the messages of a catalog in templates and code."""

    name: str
    folder: Path
    #: patterns of files by the way they are read; `~` ignores
    methods: tuple[tuple[str, str], ...]
    keywords: Mapping[str, object] = field(hash=False)
    #: contexts and messages of tables
    tables: Callable[[], Iterable[tuple[str | None, str]]] = tuple

    def file(self, language: str) -> Path:
        """The catalog of a language, in the repository."""
        return CATALOGS / language / "LC_MESSAGES" / f"{self.name}.po"

    def extract(self, root: Path = ROOT) -> Catalog:
        """All messages in templates and code."""
        catalog = Catalog(fuzzy=False)
        found = extract_from_dir(root / self.folder, self.methods, keywords=self.keywords)  # type: ignore[arg-type]
        for file, _, message, comments, context in found:
            catalog.add(message, None, [(file, 0)], auto_comments=comments, context=context)
        for context, message in self.tables():
            catalog.add(message, context=context)
        return catalog

    def read(self, language: str, root: Path = ROOT) -> Catalog | None:
        """The catalog of a language; None if there is none."""
        file = root / self.file(language)
        return read_po(BytesIO(file.read_bytes()), locale=language) if file.exists() else None


DOMAINS = (
    Domain(
        INTERFACE,
        PACKAGE / "web",
        (
            ("frontend/**", "ignore"),
            ("**.py", "python"),
            ("templates/**.html", "jinja2"),
            ("**.csv", "tools.languages:last_cells"),
        ),
        {
            **DEFAULT_KEYWORDS,
            "lazy_gettext": None,
            "lazy_pgettext": ((1, "c"), 2),
            "plural_forms": (1, 2),
        },
        table_messages,
    ),
    Domain(
        DATA_DOMAIN,
        PACKAGE,
        (
            ("web/**", "ignore"),
            ("**.py", "python"),
            ("validation/constraints.toml", "tools.languages:texts"),
            ("publication/*.toml", "tools.languages:texts"),
        ),
        {"Message": {None: (1,), 2: (1, 2)}},
    ),
    Domain(
        TEMPLATE_DOMAIN,
        PACKAGE / "spreadsheets",
        (("**.py", "python"), ("texts.toml", "tools.languages:texts")),
        {"TemplateMessage": {None: (1,), 2: (1, 2)}},
    ),
)


def last_cells(
    file: BinaryIO, *_: object, **_options: object
) -> Iterator[tuple[int, str, object, list[str]]]:
    """The messages of a table: its last column, without the heading (an extraction method of Babel).

    The column before it is their context where its heading is `context` and it is not empty.
    """
    heading, *rows = csv.reader(file.read().decode("utf-8").splitlines())
    for number, row in enumerate(rows, 2):
        if "context" in heading and row[-2]:
            yield number, "pgettext", tuple(row[-2:]), []
        else:
            yield number, "gettext", row[-1], []


#: Keys of TOML files whose texts are not translated.
_NO_MESSAGES = frozenset({"severity", "licence", "rights"})


def texts(
    file: BinaryIO, *_: object, **_options: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """The messages of a TOML file: all texts except severities and terms of use (an extraction method of Babel)."""
    waiting: list[object] = [tomllib.load(file)]
    while waiting:
        match waiting.pop(0):
            case str() as text:
                yield 0, None, text, []
            case list() as inner:
                waiting += inner
            case dict() as table:
                waiting += [text for name, text in table.items() if name not in _NO_MESSAGES]


def update(language: str, domain: Domain, root: Path = ROOT) -> None:
    """Bring a catalog up to date: new messages are added empty, unused ones are removed."""
    catalog = domain.read(language, root) or _new(language)
    catalog.update(domain.extract(root), no_fuzzy_matching=True, update_creation_date=False)
    file = root / domain.file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as output:
        write_po(output, catalog, width=0, include_lineno=False, ignore_obsolete=True)


def _new(language: str) -> Catalog:
    return Catalog(
        language,
        header_comment=f"# Texts of GCM Graph in {Locale.parse(language).english_name}; see docs/interface.md.",
        project="GCM Graph",
        msgid_bugs_address="https://w3id.org/gcmgraph/",
        last_translator="contributors of GCM Graph",
        language_team=Locale.parse(language).english_name,
        fuzzy=False,
    )


def _in_catalog(domain: Domain) -> Callable[[str, Path], Iterator[str]]:
    extract = cache(domain.extract)

    def missing(language: str, root: Path) -> Iterator[str]:
        catalog = domain.read(language, root) or Catalog()
        for message in extract(root):
            there = catalog.get(message.id, message.context) if message.id else None
            if message.id and (there is None or there.fuzzy or not all(_forms(there))):
                yield message.id if isinstance(message.id, str) else message.id[0]

    return missing


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _in_rdf(folder: str) -> Callable[[str, Path], Iterator[str]]:
    def missing(language: str, root: Path) -> Iterator[str]:
        for path in sorted((root / folder).glob("*.ttl")):
            texts = [
                quad
                for quad in read_quads(path)
                if isinstance(quad.object, Literal) and quad.object.language
            ]
            there = {(q.subject, q.predicate) for q in texts if q.object.language == language}  # type: ignore[union-attr]
            # `rdfs:label` of our terms is in English alone; its text is that of `skos:prefLabel`,
            # too
            translated = {(q.subject, q.object) for q in texts if (q.subject, q.predicate) in there}
            for quad in texts:
                english = quad.object.language == SOURCE_LANGUAGE  # type: ignore[union-attr]
                if english and (quad.subject, quad.object) not in translated:
                    yield f"{path.name}: {quad.object.value}"  # type: ignore[union-attr]

    return missing


def _in_queries(language: str, root: Path) -> Iterator[str]:
    for path in sorted((root / "queries").glob("*.rq")):
        header = parse_header(path.read_text("utf-8"), path.name)
        for name in ("title", "description"):
            if f"{name}@{language}" not in header.texts:
                yield f"{path.name}: {header.texts[name]}"
        for parameter in header.parameters:
            if language not in parameter.labels:
                yield f"{path.name}: {parameter.labels[SOURCE_LANGUAGE]}"


def _in_examples(language: str, _root: Path) -> Iterator[str]:
    for example in read_examples():
        if language not in example.titles:
            yield example.titles[SOURCE_LANGUAGE]


#: Sets of texts: files, and the function that lists the texts a language lacks.
SETS: Mapping[str, tuple[str, Callable[[str, Path], Iterator[str]]]] = {
    "interface": (f"{CATALOGS}/{{language}}/LC_MESSAGES/{INTERFACE}.po", _in_catalog(DOMAINS[0])),
    "data texts": (
        f"{CATALOGS}/{{language}}/LC_MESSAGES/{DATA_DOMAIN}.po",
        _in_catalog(DOMAINS[1]),
    ),
    "template texts": (
        f"{CATALOGS}/{{language}}/LC_MESSAGES/{TEMPLATE_DOMAIN}.po",
        _in_catalog(DOMAINS[2]),
    ),
    "shapes": ("shapes/*.ttl", _in_rdf("shapes")),
    "ontology": ("ontology/*.ttl", _in_rdf("ontology")),
    "queries": ("queries/*.rq", _in_queries),
    "examples": (f"{PACKAGE}/queries/examples/*.rq", _in_examples),
}


def main(command: str = "", *languages: str) -> int:
    """Run a command."""
    if command not in {"update", "missing"} or any(
        not re.fullmatch("[a-z]{2,3}", tag) for tag in languages
    ):
        print(__doc__, file=sys.stderr)
        return 2
    for language in languages or [tag for tag in LANGUAGES if tag != SOURCE_LANGUAGE]:
        if command == "update":
            for domain in DOMAINS:
                if language in languages or (ROOT / domain.file(language)).exists():
                    update(language, domain)
            continue
        if language not in LANGUAGES:
            print(f"{language}: not in LANGUAGES ({CATALOGS}/languages.py)")
        for name, (files, missing) in SETS.items():
            found = list(missing(language, ROOT))
            print(f"{language}: {name}: {len(found)} missing ({files.format(language=language)})")
            if languages:
                print(*(f"    {text}" for text in found), sep="\n", end="\n" if found else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
