"""The command line: `gcmreader COMMAND`.

`gcmgraph extract` and `gcmgraph read` are the same commands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from gcmgraph.cli.group import with_settings
from gcmgraph.linking.imports import imported_quads
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.assembly import document_files, fetched_files, own_documents, read_known
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import TRIG, syntax_of, write_whole
from gcmgraph.readings.files import Readings, ReviewedPage, read_readings
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table
from gcmgraph.settings import Settings
from gcmgraph.sources.source_texts import Document
from gcmgraph.sources.text_files import read_texts
from gcmreader.documents.pdf.content import UNKNOWN
from gcmreader.documents.pdf.page_pictures import draw_pages
from gcmreader.documents.pdf.reader import printed_pages
from gcmreader.documents.reading import read_document, write_all
from gcmreader.extraction.document_facts import DocumentReading, read_facts
from gcmreader.extraction.reference_data import ReferenceData
from gcmreader.extraction.statements import reading_quads
from gcmreader.lexicon import readable_tags
from gcmreader.readings.differences import differences
from gcmreader.readings.drafts import write_drafts
from gcmreader.readings.place_check import wrong_pages, wrong_places
from gcmreader.readings.printed_pages import PrintedPages
from gcmreader.readings.relocation import relocate
from gcmreader.readings.topics import (
    TopicNames,
    read_lines,
    table_lines,
    topic_passages,
    wordings,
    write_lines,
)

#: Number of characters of a passage that is quoted in a message.
QUOTED_CHARACTERS = 100


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
    """Extract the statements of FILE (guidance page or text of the Compact), each with its passage.

    Requires no store. Passages that were not understood are listed on standard error and included
    in the output.

    Exit status: 0 on success, 1 if the document cannot be read.
    """
    syntax = syntax_of(out) if out else TRIG
    addresses = settings.addresses
    repository = Repository.find(settings.root)
    imported = tuple(imported_quads(Path(settings.imports), repository, addresses))
    known_quads = read_known(repository, addresses, imported)
    reference = ReferenceData.of([*known_quads, *imported], addresses)
    document = read_document(file)
    reading = read_facts(document, reference, objective, language)
    data = serialize_canonical(
        reading_quads(reading, reference, addresses), syntax, addresses.prefixes
    )
    if out:
        write_whole(out, data)
    else:
        click.echo(data, nl=False)
    for line in (*_not_understood(reading), *_deviations(reading), *_not_recovered(document)):
        click.echo(line, err=True)


def _not_understood(reading: DocumentReading) -> Iterator[str]:
    document = reading.outline.document
    for block in reading.outline.not_understood:
        words = " ".join(document.text[block.span.start : block.span.end].split())
        yield f"{document.place(block.span.start)}: not understood: {words[:QUOTED_CHARACTERS]}"


def _deviations(reading: DocumentReading) -> Iterator[str]:
    for deviation in reading.deviations:
        place = reading.outline.document.place(deviation.span.start)
        difference = f"expected: {deviation.expected[:QUOTED_CHARACTERS]}"
        if deviation.instead:
            difference = f"has the text of target {deviation.instead}"
        yield f"{place}: {deviation.about} differs from the official text: {difference}"


def _not_recovered(document: Document) -> Iterator[str]:
    """The lines that a PDF draws, of which no words or not all words are recovered."""
    for line in document.drawn:
        if line.text is None or UNKNOWN in line.text:
            place = f"{document.name}: page {line.page}"
            yield f"{place}: drawn line not recovered: {line.text or ''}".rstrip(" :")


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--check",
    is_flag=True,
    help="Check places and list undecided proposals, without changing files.",
)
@with_settings("sources")
def read(settings: Settings, files: tuple[Path, ...], check: bool) -> None:
    """Propose readings of FILES, which are guidance pages, or update those in data/readings.

    FILES are named objective-NN.LANGUAGE.*. A page without a reading gets a draft that an editor
    completes and reviews. In an existing reading, words in quotes become places, places follow the
    document's text, and proposed facts that it lacks or contradicts are listed. The editor's
    decisions do not change. --check without FILES checks all documents that are present.

    Exit status: 0 on success, 1 if a place is wrong or not found, a proposal is undecided
    (--check), or a file cannot be read.
    """
    repository = Repository.find(settings.root)
    fetched = fetched_files(repository, settings.addresses, Path(settings.sources)) if check else {}
    if not files and not check:
        raise click.UsageError("Name the documents to read, or use --check.")
    reference = ReferenceData.of(read_known(repository, settings.addresses), settings.addresses)
    failures = _Failures()
    documents: list[Document] = []
    for path in files or _pages_present(repository, fetched):
        with failures.reported():
            documents.append(read_document(path))
    if not check:
        failures.count += _relocate(documents, _recorded(read_readings(repository.readings)))
    readings = read_readings(repository.readings)  # as the files are now
    _report_problems(readings)
    failures.count += len(readings.problems)
    recorded = _recorded(readings)
    for document in documents:
        if document.slug in recorded:
            version = recorded[document.slug]
            lines = _proposed(document, version, reference)
            if check:
                lines = [*_wrong(document, version, fetched), *lines]
                failures.count += len(lines)
            for line in lines:
                click.echo(line)
    new_documents = [document for document in documents if document.slug not in recorded]
    if check:
        _report_check(documents, new_documents, failures)
    else:
        _draft(new_documents, repository, reference, failures)
    failures.exit()


def _report_check(
    documents: Collection[Document], new_documents: Collection[Document], failures: _Failures
) -> None:
    """Report the documents without a reading, and how much is to be done about the others."""
    for document in new_documents:
        click.echo(f"{document.name}: no reading names this document.", err=True)
    count = len(documents) - len(new_documents)
    click.echo(f"{count} documents checked, {failures.count} to decide or correct.")


def _pages_present(repository: Repository, fetched: Mapping[str, Path]) -> list[Path]:
    """Files of guidance pages that were fetched, and of the repository's documents, by name."""
    pages = {name: path for name, path in fetched.items() if name.startswith("objective-")}
    pages.update(own_documents(repository))
    return sorted(pages.values(), key=lambda path: path.name)


def _report_problems(readings: Readings) -> None:
    for problem in readings.problems:
        click.echo(str(problem), err=True)


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


@dataclass(frozen=True)
class _RecordedVersion:
    """A document that a reading names: the page that it is a version of, and its language."""

    page: ReviewedPage
    language: str


def _recorded(readings: Readings) -> dict[str, _RecordedVersion]:
    """The documents that readings name, by slug."""
    return {
        version.slug: _RecordedVersion(page, language)
        for page in readings.pages
        for language, version in page.documents.items()
    }


def _relocate(documents: Iterable[Document], recorded: Mapping[str, _RecordedVersion]) -> int:
    """Update places of readings where words or a new text of the document require it.

    Returns the number of places that were not found.
    """
    lost_places = 0
    for document in documents:
        if document.slug in recorded:
            version = recorded[document.slug]
            folder = Path(version.page.file).parent
            for relocation in relocate(folder, version.language, document):
                click.echo(str(relocation))
                lost_places += relocation.after is None
    return lost_places


def _wrong(
    document: Document, version: _RecordedVersion, fetched: Mapping[str, Path]
) -> Iterator[str]:
    """A line for each place that the document, or the PDF fetched beside its text, lacks."""
    page = version.page
    sha256 = page.documents[version.language].sha256
    if document.sha256 != sha256:
        recorded_file = f"the file that was read (SHA-256 {sha256[:12]}…)"
        yield f"{page.file}: {document.name} is not {recorded_file}."
    path = Path(document.name) if document.pages else fetched.get(document.slug)
    printed = PrintedPages.of(printed_pages(path.read_bytes(), str(path))) if path else None
    yield from wrong_places(page, version.language, document, printed)
    if printed:
        yield from wrong_pages(document, printed)


def _proposed(document: Document, version: _RecordedVersion, reference: ReferenceData) -> list[str]:
    """A line for each fact that a reading lacks or contradicts, or for the error in reading."""
    page = version.page
    try:
        proposal = read_facts(document, reference, page.objective, version.language)
        return [str(difference) for difference in differences(proposal, page, version.language)]
    except GcmGraphError as error:
        return [str(error)]


def _draft(
    documents: Iterable[Document],
    repository: Repository,
    reference: ReferenceData,
    failures: _Failures,
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
    """Write the text, blocks and pages of FILES beside them, for 'gcmgraph build'.

    The text of objective-05.en.pdf is in objective-05.en.text.json. Without FILES, writes those of
    all documents that are present: the fetched ones, and those in data/sources. 'gcmgraph fetch'
    writes what is missing.

    Exit status: 0 on success, 1 if a document cannot be read.
    """
    if not files:
        repository = Repository.find(settings.root)
        present = document_files(repository, settings.addresses, Path(settings.sources))
        files = tuple(present.values())
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
    """Draw the pages of the PDF documents that are present as PNG in FOLDER.

    Pages that have a picture are left as they are. A server shows the pictures of the folder that
    its setting 'page_pictures' names. The rights of the documents are in their register: show
    pictures only where you may.

    Exit status: 0 on success, 1 if a document cannot be drawn.
    """
    repository = Repository.find(settings.root)
    fetched = fetched_files(repository, settings.addresses, Path(settings.sources))
    failures = _Failures()
    drawn_pages = 0
    for name, path in fetched.items():
        if path.suffix == ".pdf":
            with failures.reported():
                drawn_pages += draw_pages(path, folder / name)
    click.echo(f"{drawn_pages} pages drawn.")
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
    published_lines = read_lines(path)
    lines_of = dict(published_lines)
    present = document_files(repository, settings.addresses, Path(settings.sources))
    recorded = _recorded(readings)
    for slug in sorted(recorded.keys() & present.keys()):
        version = recorded[slug]
        for document_text in read_texts(present[slug]):
            rows = topic_passages(version.page, version.language, document_text, names)
            lines_of[slug] = table_lines(rows)
    changed_documents = sorted(
        slug for slug, lines in lines_of.items() if lines != published_lines.get(slug, [])
    )
    if check:
        for slug in changed_documents:
            click.echo(
                f"{path}: rows of {slug} differ from what the document says; "
                "run 'gcmreader topics'."
            )
    else:
        write_lines(path, lines_of)
    row_count = sum(map(len, lines_of.values()))
    changes = f"{len(changed_documents)} documents changed"
    click.echo(f"{row_count:,} topics of passages, {changes}.")
    _report_problems(readings)
    if readings.problems or (check and changed_documents):
        raise SystemExit(1)
