"""`gcmgraph suggest`: objectives, actions, targets, countries, organisations and audiences for texts of practices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings
from gcmgraph.translations.languages import DATA_LANGUAGES

if TYPE_CHECKING:
    from gcmgraph.publication.suggestions.suggester import SuggestionError, Suggestions
    from gcmgraph.shapes.texts import Texts


@click.command("suggest")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--text", help="Title and summary of a practice, in place of FILES.")
@click.option(
    "--language", type=click.Choice(DATA_LANGUAGES), default="en", show_default=True, help="Language of names."
)
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Format."
)
@with_settings()
def command(settings: Settings, files: tuple[Path, ...], text: str | None, language: str, format_name: str) -> None:
    """Suggest objectives, actions, targets, countries, organisations and audiences for practices.

    FILES are spreadsheets based on the template or RDF, of which each practice is read, or plain text in English,
    French or Spanish ('-' for standard input). The suggestions are proposals, each with the words that speak for it;
    nothing is stored.

    Exit status: 0, or 1 if a file cannot be read or no text has words.
    """
    from gcmgraph.cli.shared.published import published  # noqa: PLC0415
    from gcmgraph.cli.shared.suggesting import texts_of  # noqa: PLC0415
    from gcmgraph.publication.suggestions.document import outcomes, suggestions_json  # noqa: PLC0415
    from gcmgraph.publication.suggestions.suggester import Suggester  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415

    if bool(files) == (text is not None):
        raise click.UsageError("Give either files or --text.")
    repository = Repository.find(settings.root)
    graph = published(settings, repository)
    suggester = Suggester(graph, settings.addresses)
    texts = texts_of(files, text, repository, graph, settings.addresses)
    found = outcomes(suggester, texts)
    if format_name == "json":
        click.echo(json.dumps(suggestions_json(found), ensure_ascii=False, indent=1))
        return
    click.echo("\n\n".join(_written(titles, outcome, language) for titles, outcome in found))


def _written(titles: Texts, outcome: Suggestions | SuggestionError, language: str) -> str:
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
