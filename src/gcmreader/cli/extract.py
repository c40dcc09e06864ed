"""`gcmgraph extract`: extract statements with evidence from a document."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings
from gcmreader.lexicon import readable_tags


@click.command("extract")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; its suffix determines the syntax. [default: standard output, TriG]",
)
@click.option("--objective", type=click.IntRange(1, 23), help="Objective, if the document does not state it.")
@click.option("--language", type=click.Choice(readable_tags()), help="Language, if it cannot be detected.")
@with_settings("imports")
def command(settings: Settings, file: Path, out: Path | None, objective: int | None, language: str | None) -> None:
    """Extract the statements of FILE (a guidance page or a text of the Compact), each with its source passage.

    Requires no store. Passages that were not understood are listed on standard error and included in the output.

    Exit status: 0 on success, 1 if the document cannot be read.
    """
    from gcmgraph.linking.imports.reference import ReferenceIndex  # noqa: PLC0415
    from gcmgraph.linking.imports.stored import imported_quads  # noqa: PLC0415
    from gcmgraph.publication.build.assembly import read_known  # noqa: PLC0415
    from gcmgraph.rdfio.canonical import serialize_canonical  # noqa: PLC0415
    from gcmgraph.rdfio.files import syntax_of, write_whole  # noqa: PLC0415
    from gcmgraph.rdfio.media import TRIG  # noqa: PLC0415
    from gcmgraph.readings.files import read_readings  # noqa: PLC0415
    from gcmgraph.readings.records import action_labels  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmreader.documents.reading import read_document  # noqa: PLC0415
    from gcmreader.extraction.extract import Extractor  # noqa: PLC0415

    syntax = syntax_of(out) if out else TRIG
    addresses = settings.addresses
    repository = Repository.find(settings.root)
    imported = tuple(imported_quads(Path(settings.imports), partial(ReferenceIndex.of, repository, addresses)))
    extractor = Extractor([*read_known(repository, addresses, imported), *imported], addresses)
    document = read_document(file)
    labels = action_labels(read_readings(repository.readings), addresses)
    extraction = extractor.extract(document, objective=objective, language=language, preferred=labels)
    data = serialize_canonical(extraction.quads, syntax, addresses.prefixes)
    if out:
        write_whole(out, data)
    else:
        click.echo(data, nl=False)
    for block in extraction.not_understood:
        words = " ".join(document.text[block.span.start : block.span.end].split())
        click.echo(f"{document.place(block.span.start)}: not understood: {words[:100]}", err=True)
    for deviation in extraction.deviations:
        known = (
            f"has the text of target {deviation.instead}" if deviation.instead else f"expected: {deviation.known[:100]}"
        )
        click.echo(
            f"{document.place(deviation.span.start)}: {deviation.about} differs from the official text: {known}",
            err=True,
        )
    for line in document.drawn:
        if line.text is None or "\ufffd" in line.text:
            click.echo(
                f"{document.name}: page {line.page}: drawn line not recovered: {line.text or ''}".rstrip(), err=True
            )
