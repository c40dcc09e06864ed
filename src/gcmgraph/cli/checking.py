"""`gcmgraph validate` and `suggest`: findings and suggestions for files that may be submitted."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, NEW_FILE, NotChecked, option, with_settings
from gcmgraph.cli.services import published
from gcmgraph.contributions.content import Content, format_of, read_contents
from gcmgraph.contributions.submission_check import check_files, contents_of
from gcmgraph.platform.errors import ContributionError, GcmGraphError, Place
from gcmgraph.publication import suggestions
from gcmgraph.rdf.media import read_whole, write_whole
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.shapes import Texts
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.grids import LISTED, XLSX, spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import ReadingContext
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.store.port import Store
from gcmgraph.translations import DATA_LANGUAGES, data_language
from gcmgraph.validation.report import Report
from gcmgraph.validation.report_formats import FORMATS
from gcmgraph.validation.rules import Basis, load_rules

_FORMATS = ("text", "turtle", "jsonld", "json", "sarif", "github")
_BASIS = "Rules to check against: those of a submission, the shapes and checks of a dataset, or the shapes alone."
_MARKED = "Workbook to write: the one of FILES, with its findings as colours and comments of cells."


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=FILE)
@option("--format", "format_name", kind=_FORMATS, default="text", help="Format of the report.")
@option(
    "--language",
    kind=DATA_LANGUAGES,
    help="Language of the messages. [default: language of the locale]",
)
@option(
    "--all",
    "whole",
    is_flag=True,
    help="List all results. [default: the first 1,000, and counts by kind]",
)
@option(
    "--as", "basis", kind=["contribution", "dataset", "shapes"], default="contribution", help=_BASIS
)
@option("--marked", kind=NEW_FILE, help=_MARKED)
@with_settings(failure=NotChecked)
def validate_command(
    settings: Settings,
    files: tuple[Path, ...],
    format_name: str,
    language: str | None,
    basis: str,
    marked: Path | None,
    whole: bool,
) -> None:
    """Validate FILES (RDF, or spreadsheets based on the template) together, as additions to the published graph.

    The verdict is that of 'gcmgraph contribution submit', unless --as names other rules.

    Exit status: 0 if they conform (there may be warnings), 1 if they do not, 2 if they could not be
    checked.
    """
    addresses, repository = settings.addresses, Repository.find(settings.root)
    rdf = [path for path in files if not spreadsheet_for_suffix(path.suffix)]
    rules = load_rules(repository, addresses)
    report = check_files(files, rules, published(settings, repository, rdf), Basis(basis))
    # by the environment, whether the locale is installed or not
    locale = next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    language = language or data_language(locale)
    if marked is not None:
        _write_marked(files, report, language, marked)
    if not whole:
        report = report.first(LISTED) if len(rdf) < len(files) else report.first()
    click.echo(FORMATS[format_name](report, addresses, language).rstrip("\n"))
    if not report.conforms:
        raise SystemExit(1)


def _write_marked(files: Iterable[Path], report: Report, language: str, out: Path) -> None:
    """Write the one workbook of some files with its findings.

    Raises `ContributionError` for none or several.
    """
    books = [path for path in files if spreadsheet_for_suffix(path.suffix) is XLSX]
    if len(books) != 1:
        hint = "Leave out --marked."
        raise ContributionError(
            f"Findings are marked in one workbook (.xlsx); the files have {len(books)}.", hint=hint
        )
    (book,) = books
    write_whole(out, mark_workbook(book.read_bytes(), str(book), report, language))


@click.command("suggest")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@option("--text", help="Title and summary of a practice, in place of FILES.")
@option("--language", kind=DATA_LANGUAGES, default="en", help="Language of names.")
@option("--format", "format_name", kind=["text", "json"], default="text", help="Format.")
@with_settings()
def suggest_command(
    settings: Settings, files: tuple[Path, ...], text: str | None, language: str, format_name: str
) -> None:
    """Suggest objectives, actions, targets, countries, organisations and audiences for practices.

    FILES are spreadsheets based on the template or RDF, of which each practice is read, or plain
    text in English, French or Spanish ('-' for standard input). The suggestions are proposals, each
    with the words that speak for it; nothing is stored.

    Exit status: 0, or 1 if a file cannot be read or no text has words.
    """
    if bool(files) == (text is not None):
        raise click.UsageError("Give either files or --text.")
    repository = Repository.find(settings.root)
    graph = published(settings, repository)
    suggester = suggestions.Suggester(graph, settings.addresses)
    texts = _texts_of(files, text, repository, graph, settings.addresses)
    found = suggestions.outcomes(suggester, texts)
    if format_name == "json":
        click.echo(json.dumps(suggestions.suggestions_json(found), ensure_ascii=False, indent=1))
        return
    click.echo("\n\n".join(_written(titles, outcome, language) for titles, outcome in found))


def _written(
    titles: Texts, outcome: suggestions.Suggestions | suggestions.SuggestionError, language: str
) -> str:
    lines = [titles.best(language) or ""] if titles.pairs else []
    if not isinstance(outcome, dict):
        return "\n".join([*lines, outcome.message])
    for group, ones in outcome.items():
        if ones:
            lines.append(f"{group.capitalize()}:")
        for one in ones:
            name = f"{one.code} {one.labels.best(language) or one.iri.value}".strip()
            lines.append(f"  {one.score:6.2f}  {name}  ({', '.join(one.words)})")
    return "\n".join(lines) or "Nothing is suggested."


def _texts_of(
    files: Iterable[Path],
    text: str | None,
    repository: Repository,
    graph: Store,
    addresses: Addresses,
) -> list[tuple[Texts, str]]:
    """The texts of files, or the one that is given, each with its titles.

    Raises `GcmGraphError`.
    """
    if text is not None:
        return [(Texts(), text)]
    files = list(files)
    data = [file for file in files if format_of(Content(b"", file.name))]
    found = [(Texts(), _plain(file)) for file in files if file not in data]
    if data:
        shapes = load_rules(repository, addresses).shapes.quads
        context = ReadingContext(lambda: SheetBook(shapes, addresses).sheets(), graph, addresses)
        practices = suggestions.practice_texts(
            read_contents(contents_of(data), context)[0], addresses, graph
        )
        if not practices and not found:
            raise GcmGraphError("The files describe no practice.", place=Place(str(data[0])))
        found += practices
    return found


def _plain(file: Path) -> str:
    """The text of a file, or of standard input for `-`."""
    data = sys.stdin.buffer.read() if str(file) == "-" else read_whole(file, GcmGraphError)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        hint = "Save it as plain text in UTF-8."
        raise GcmGraphError(
            "The file is no text in UTF-8.", place=Place(str(file)), hint=hint
        ) from error
