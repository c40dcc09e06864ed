"""The command line: `gcmreader COMMAND`; `gcmgraph extract` and `gcmgraph read` are the same commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gcmgraph.cli.group import with_settings
from gcmgraph.linking.imports import imported_quads
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.build import document_files, fetched_files, own_documents, read_known
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import TRIG, syntax_of, write_whole
from gcmgraph.readings.files import Readings, ReviewedPage, read_readings
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table
from gcmgraph.settings import Settings
from gcmgraph.sources.source_texts import Document, read_texts
from gcmreader.documents.pdf.reader import draw_pages, printed_pages
from gcmreader.documents.reading import read_document, write_all
from gcmreader.extraction.practices import ReferenceData
from gcmreader.extraction.statements import DocumentReading, read_facts, reading_quads
from gcmreader.lexicon import readable_tags
from gcmreader.readings.differences import differences
from gcmreader.readings.drafts import write_drafts
from gcmreader.readings.place_check import wrong_pages, wrong_places
from gcmreader.readings.printed_pages import PrintedPages
from gcmreader.readings.relocation import relocate
from gcmreader.readings.topics import (
    TopicNames,
    read_rows,
    topic_passages,
    wordings,
    write_rows,
    written,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gcmgraph")
def main() -> None:
    """Read documents: their texts for the build, facts by rules, proposals for readings.

    Settings are those of gcmgraph. 'gcmreader COMMAND --help' describes the options and exit status
    of a command.
    """


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; its suffix determines the syntax. [default: standard output, TriG]",
)
@click.option(
    "--objective", type=click.IntRange(1, 23), help="Objective, if the document does not state it."
)
@click.option(
    "--language", type=click.Choice(readable_tags()), help="Language, if it cannot be detected."
)
@with_settings("imports")
def extract(
    settings: Settings, file: Path, out: Path | None, objective: int | None, language: str | None
) -> None:
    """Extract the statements of FILE (a guidance page or a text of the Compact), each with its source passage.

    Requires no store. Passages that were not understood are listed on standard error and included
    in the output.

    Exit status: 0 on success, 1 if the document cannot be read.
    """
    syntax = syntax_of(out) if out else TRIG
    addresses = settings.addresses
    repository = Repository.find(settings.root)
    imported = tuple(imported_quads(Path(settings.imports), repository, addresses))
    reference = ReferenceData.of(
        [*read_known(repository, addresses, imported), *imported], addresses
    )
    document = read_document(file)
    reading = read_facts(document, reference, objective, language)
    data = serialize_canonical(
        reading_quads(reading, reference, addresses), syntax, addresses.prefixes
    )
    if out:
        write_whole(out, data)
    else:
        click.echo(data, nl=False)
    for block in reading.outline.not_understood:
        words = " ".join(document.text[block.span.start : block.span.end].split())
        click.echo(f"{document.place(block.span.start)}: not understood: {words[:100]}", err=True)
    for deviation in reading.deviations:
        instead = f"has the text of target {deviation.instead}"
        known_as = instead if deviation.instead else f"expected: {deviation.known[:100]}"
        place = document.place(deviation.span.start)
        click.echo(
            f"{place}: {deviation.about} differs from the official text: {known_as}", err=True
        )
    for line in document.drawn:
        if line.text is None or "\ufffd" in line.text:
            page = f"{document.name}: page {line.page}"
            click.echo(
                f"{page}: drawn line not recovered: {line.text or ''}".rstrip(" :"), err=True
            )


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--check",
    is_flag=True,
    help="Check places and list undecided proposals, without changing files.",
)
@with_settings("sources")
def read(settings: Settings, files: tuple[Path, ...], check: bool) -> None:
    """Propose readings of FILES (guidance pages, named objective-NN.LANGUAGE.*), or update those in data/readings.

    A page without a reading gets a draft that an editor completes and reviews. In an existing
    reading, words in quotes become places, places follow the document's text, and proposed facts
    that it lacks or contradicts are listed. The editor's decisions do not change. --check without
    FILES checks all documents that are present.

    Exit status: 0 on success, 1 if a place is wrong or not found, a proposal is undecided
    (--check), or a file cannot be read.
    """
    repository = Repository.find(settings.root)
    fetched = fetched_files(repository, settings.addresses, Path(settings.sources)) if check else {}
    if not files:
        if not check:
            raise click.UsageError("Name the documents to read, or use --check.")
        pages = {name: path for name, path in fetched.items() if name.startswith("objective-")}
        files = tuple(
            sorted({**pages, **own_documents(repository)}.values(), key=lambda path: path.name)
        )
    reference = ReferenceData.of(read_known(repository, settings.addresses), settings.addresses)
    failures, documents = _Failures(), list[Document]()
    for path in files:
        with failures.reported():
            documents.append(read_document(path))
    if not check:
        failures.count += _relocate(documents, _recorded(read_readings(repository.readings)))
    readings = read_readings(repository.readings)  # as the files are now
    for problem in readings.problems:
        click.echo(str(problem), err=True)
    failures.count += len(readings.problems)
    recorded = _recorded(readings)
    new = [document for document in documents if document.slug not in recorded]
    for document in documents:
        if document.slug in recorded:
            page, language = recorded[document.slug]
            lines = _proposed(document, page, language, reference)
            if check:
                lines = [*_wrong(document, page, language, fetched), *lines]
                failures.count += len(lines)
            click.echo("".join(f"{line}\n" for line in lines), nl=False)
        elif check:
            click.echo(f"{document.name}: no reading names this document.", err=True)
    if check:
        click.echo(
            f"{len(documents) - len(new)} documents checked, {failures.count} to decide or correct."
        )
    else:
        _draft(new, repository, reference, failures)
    failures.exit()


class _Failures:
    """The number of errors that were reported."""

    count = 0

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Report an error of a block instead of raising it."""
        try:
            yield
        except GcmGraphError as error:
            click.echo(str(error), err=True)
            self.count += 1

    def exit(self) -> None:
        """End with status 1 where there are any."""
        if self.count:
            raise SystemExit(1)


def _recorded(readings: Readings) -> dict[str, tuple[ReviewedPage, str]]:
    """Page and language of each document that a reading names, by the document's slug."""
    return {
        version.slug: (page, language)
        for page in readings.pages
        for language, version in page.documents.items()
    }


def _relocate(documents: list[Document], recorded: dict[str, tuple[ReviewedPage, str]]) -> int:
    """Update places of readings where words or a new text of the document require it.

    Returns the number of places that were not found.
    """
    lost = 0
    for document in documents:
        if document.slug in recorded:
            page, language = recorded[document.slug]
            for change in relocate(Path(page.file).parent, language, document):
                click.echo(str(change))
                lost += change.after is None
    return lost


def _wrong(
    document: Document, page: ReviewedPage, language: str, fetched: dict[str, Path]
) -> list[str]:
    """A line for each place that the document, or the PDF that was fetched beside its text, does not have."""
    path = Path(document.name) if document.pages else fetched.get(document.slug)
    printed = PrintedPages.of(printed_pages(path.read_bytes(), str(path))) if path else None
    lines = [
        *wrong_places(page, language, document, printed),
        *(wrong_pages(document, printed) if printed else ()),
    ]
    sha256 = page.documents[language].sha256
    if document.sha256 != sha256:
        lines.insert(
            0,
            f"{page.file}: {document.name} is not the file that was read (SHA-256 {sha256[:12]}…).",
        )
    return lines


def _proposed(
    document: Document, page: ReviewedPage, language: str, reference: ReferenceData
) -> list[str]:
    """A line for each proposed fact that a reading lacks or contradicts, or why the document cannot be read."""
    try:
        proposal = read_facts(document, reference, page.objective, language)
        return [str(difference) for difference in differences(proposal, page, language)]
    except GcmGraphError as error:
        return [str(error)]


def _draft(
    documents: list[Document], repository: Repository, reference: ReferenceData, failures: _Failures
) -> None:
    """Write drafts of readings, one folder for each objective."""
    by_objective: dict[int, dict[str, DocumentReading]] = {}
    for document in documents:
        with failures.reported():
            reading = read_facts(document, reference)
            by_objective.setdefault(reading.objective.value, {})[reading.language] = reading
    for objective, proposals in sorted(by_objective.items()):
        for path in write_drafts(repository.readings / f"objective-{objective:02}", proposals):
            click.echo(
                f"{path}: written as a proposal; complete and review it, then add 'reviewed'."
            )


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@with_settings("sources")
def text(settings: Settings, files: tuple[Path, ...]) -> None:
    """Write the text, blocks and pages of FILES beside them (objective-05.en.text.json), for 'gcmgraph build'.

    Without FILES, writes those of all documents that are present: the fetched ones, and those in
    data/sources. 'gcmgraph fetch' writes what is missing.

    Exit status: 0 on success, 1 if a document cannot be read.
    """
    if not files:
        found = document_files(
            Repository.find(settings.root), settings.addresses, Path(settings.sources)
        )
        files = tuple(found.values())
    results = list(write_all(files))
    errors = [result for result in results if isinstance(result, GcmGraphError)]
    for error in errors:
        click.echo(str(error), err=True)
    click.echo(f"{len(results) - len(errors)} texts written.")
    if errors:
        raise SystemExit(1)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_settings("sources")
def pictures(settings: Settings, folder: Path) -> None:
    """Draw the pages of the PDF documents that are present as PNG in FOLDER, for the setting 'page_pictures'.

    Pages that have a picture are left as they are. The rights of the documents are in their
    register: show pictures only where you may.

    Exit status: 0 on success, 1 if a document cannot be drawn.
    """
    found = fetched_files(
        Repository.find(settings.root), settings.addresses, Path(settings.sources)
    )
    failures, drawn = _Failures(), 0
    for name, path in found.items():
        if path.suffix == ".pdf":
            with failures.reported():
                drawn += draw_pages(path, folder / name)
    click.echo(f"{drawn} pages drawn.")
    failures.exit()


@main.command()
@click.option(
    "--check", is_flag=True, help="List documents whose rows differ, without changing the table."
)
@with_settings("sources")
def topics(settings: Settings, check: bool) -> None:
    """Find the topics that documents speak of, and write data/readings/topics.csv.

    The table has places, no words. Rows of documents that are not present remain as they are.

    Exit status: 0 on success, 1 if rows differ (--check) or a reading is wrong.
    """
    repository = Repository.find(settings.root)
    readings = read_readings(repository.readings)
    path = repository.topics
    labels = read_table(repository.reference / "topics.csv", settings.addresses).quads
    names = TopicNames(labels, settings.addresses, wordings())
    before = read_rows(path)
    rows = dict(before)
    present = document_files(repository, settings.addresses, Path(settings.sources))
    recorded = _recorded(readings)
    for slug in sorted(recorded.keys() & present.keys()):
        page, language = recorded[slug]
        for text in read_texts(present[slug]):
            rows[slug] = written(topic_passages(page, language, text, names))
    differing = sorted(slug for slug in rows if rows[slug] != before.get(slug, []))
    if check:
        for slug in differing:
            click.echo(
                f"{path}: rows of {slug} differ from what the document says; run 'gcmreader topics'."
            )
    else:
        write_rows(path, rows)
    click.echo(
        f"{sum(map(len, rows.values())):,} topics of passages, {len(differing)} documents changed."
    )
    for problem in readings.problems:
        click.echo(str(problem), err=True)
    if readings.problems or (check and differing):
        raise SystemExit(1)
