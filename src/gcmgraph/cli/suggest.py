"""`gcmgraph suggest`: suggestions for practices that may be submitted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from gcmgraph.cli.group import option, with_settings
from gcmgraph.cli.services import published
from gcmgraph.contributions.content import Content, format_of
from gcmgraph.contributions.content_reading import read_contents
from gcmgraph.contributions.file_check import contents_of
from gcmgraph.platform.errors import GcmGraphError, Place
from gcmgraph.publication import suggestions
from gcmgraph.publication.practice_texts import TitledText, practice_texts
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.media import read_whole
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.reading import ReadingContext
from gcmgraph.store.port import Store
from gcmgraph.translations import DATA_LANGUAGES
from gcmgraph.validation.rules import load_rules


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
    outcomes = suggestions.outcomes(suggester, texts)
    if format_name == "json":
        document = suggestions.suggestions_json(outcomes)
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    paragraphs = [_outcome_text(titles, outcome, language) for titles, outcome in outcomes]
    click.echo("\n\n".join(paragraphs))


def _outcome_text(
    titles: Texts, outcome: suggestions.Suggestions | suggestions.SuggestionError, language: str
) -> str:
    """The suggestions for one text as lines, below its title if it has one."""
    lines = [titles.best(language) or ""] if titles.pairs else []
    if not isinstance(outcome, dict):
        return "\n".join([*lines, outcome.message])
    for group, group_suggestions in outcome.items():
        if group_suggestions:
            lines.append(f"{group.capitalize()}:")
        for suggestion in group_suggestions:
            label = suggestion.labels.best(language) or suggestion.iri.value
            name = f"{suggestion.code} {label}".strip()
            lines.append(f"  {suggestion.score:6.2f}  {name}  ({', '.join(suggestion.words)})")
    return "\n".join(lines) or "Nothing is suggested."


def _texts_of(
    files: Iterable[Path],
    text: str | None,
    repository: Repository,
    graph: Store,
    addresses: Addresses,
) -> list[TitledText]:
    """The texts of files, or the one of `--text`, each with its titles.

    Raises `GcmGraphError`.
    """
    if text is not None:
        return [TitledText(Texts(), text)]
    files = list(files)
    data_files = [file for file in files if format_of(Content(b"", file.name))]
    texts = [TitledText(Texts(), _plain_text(file)) for file in files if file not in data_files]
    if not data_files:
        return texts
    shapes = load_rules(repository, addresses).shapes.quads
    context = ReadingContext(lambda: SheetBook(shapes, addresses).sheets(), graph, addresses)
    quads = read_contents(contents_of(data_files), context)[0]
    practices = practice_texts(quads, addresses, graph)
    if not practices and not texts:
        raise GcmGraphError("The files describe no practice.", place=Place(str(data_files[0])))
    return texts + practices


def _plain_text(file: Path) -> str:
    """The text of a file, or of standard input for `-`."""
    data = sys.stdin.buffer.read() if str(file) == "-" else read_whole(file, GcmGraphError)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        hint = "Save it as plain text in UTF-8."
        raise GcmGraphError(
            "The file is no text in UTF-8.", place=Place(str(file)), hint=hint
        ) from error
