"""`gcmgraph read`: propose readings of documents, and check readings against the documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.documents.document import Document
    from gcmgraph.readings.files import Readings
    from gcmgraph.readings.model import ReviewedPage
    from gcmgraph.repository.layout import Repository
    from gcmreader.extraction.document_reading import DocumentReading
    from gcmreader.extraction.extract import Extractor
    from gcmreader.readings.checking import PrintedPages


@click.command("read")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Check places and list undecided proposals, without changing files.")
@with_settings("sources")
def command(settings: Settings, files: tuple[Path, ...], check: bool) -> None:
    """Propose readings of FILES (guidance pages, named objective-NN.LANGUAGE.*), or update those in data/readings.

    A page without a reading gets a draft that an editor completes and reviews. In an existing reading, words in quotes
    become places, places follow the document's text, and proposed facts that it lacks or contradicts are listed. The
    editor's decisions do not change. --check without FILES checks all documents that are present.

    Exit status: 0 on success, 1 if a place is wrong or not found, a proposal is undecided (--check), or a file cannot
    be read.
    """
    from gcmgraph.publication.build.assembly import fetched_files, own_documents, read_known  # noqa: PLC0415
    from gcmgraph.readings.files import read_readings  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmreader.extraction.extract import Extractor  # noqa: PLC0415

    repository = Repository.find(settings.root)
    fetched = fetched_files(repository, settings.addresses, Path(settings.sources)) if check else {}
    if not files:
        if not check:
            raise click.UsageError("Name the documents to read, or use --check.")
        pages = {name: path for name, path in fetched.items() if name.startswith("objective-")}
        files = tuple(sorted({**pages, **own_documents(repository)}.values(), key=lambda path: path.name))
    extractor = Extractor(read_known(repository, settings.addresses), settings.addresses)
    documents, wrong = _documents(files)
    if not check:
        wrong += _relocate(documents, _recorded(read_readings(repository.readings)))
    readings = read_readings(repository.readings)  # as the files are now
    for problem in readings.problems:
        click.echo(str(problem), err=True)
    wrong += len(readings.problems)
    recorded = _recorded(readings)
    new: list[Document] = []
    checked = 0
    for document in documents:
        if document.slug in recorded:
            printed = _printed_pages(document, fetched) if check else None
            wrong += _report(document, *recorded[document.slug], extractor, printed, places=check)
            checked += 1
        elif check:
            click.echo(f"{document.name}: no reading names this document.", err=True)
        else:
            new.append(document)
    wrong += _draft(new, repository, extractor)
    if check:
        click.echo(f"{checked} documents checked, {wrong} to decide or correct.")
    if wrong:
        raise SystemExit(1)


def _documents(files: tuple[Path, ...]) -> tuple[list[Document], int]:
    """The documents of some files, and the number of files that could not be read."""
    from gcmgraph.errors import GcmGraphError  # noqa: PLC0415
    from gcmreader.documents.reading import read_document  # noqa: PLC0415

    documents, failed = [], 0
    for path in files:
        try:
            documents.append(read_document(path))
        except GcmGraphError as error:
            click.echo(str(error), err=True)
            failed += 1
    return documents, failed


def _recorded(readings: Readings) -> dict[str, tuple[ReviewedPage, str]]:
    """Page and language of each document that a reading names, by the document's slug."""
    return {version.slug: (page, language) for page in readings.pages for language, version in page.documents.items()}


def _relocate(documents: list[Document], recorded: dict[str, tuple[ReviewedPage, str]]) -> int:
    """Update places of readings where words or a new text of the document require it.

    Returns the number of places that were not found.
    """
    from gcmreader.readings.editing import relocate  # noqa: PLC0415

    lost = 0
    for document in documents:
        if document.slug in recorded:
            page, language = recorded[document.slug]
            for change in relocate(Path(page.file).parent, language, document):
                click.echo(str(change))
                lost += change.after is None
    return lost


def _printed_pages(document: Document, fetched: dict[str, Path]) -> PrintedPages | None:
    """The pages of the PDF that is a document, or that was fetched beside its text; None where there is none."""
    from gcmreader.documents.pdf.reader import printed_pages  # noqa: PLC0415
    from gcmreader.readings.checking import PrintedPages  # noqa: PLC0415

    path = Path(document.name) if document.pages else fetched.get(document.slug)
    return PrintedPages.of(printed_pages(path.read_bytes(), str(path))) if path else None


def _report(
    document: Document,
    page: ReviewedPage,
    language: str,
    extractor: Extractor,
    printed: PrintedPages | None,
    *,
    places: bool,
) -> int:
    """Print undecided proposals, and with `places` the places that the document does not have.

    Returns the number of lines that an editor must act on: all lines of a check, none of an update.
    """
    from gcmgraph.errors import GcmGraphError  # noqa: PLC0415
    from gcmreader.readings.checking import wrong_pages, wrong_places  # noqa: PLC0415
    from gcmreader.readings.proposals import differences  # noqa: PLC0415

    lines = list(wrong_places(page, language, document, printed)) if places else []
    lines += wrong_pages(document, printed) if printed else ()
    version = page.documents[language]
    if places and document.sha256 != version.sha256:
        lines.insert(0, f"{page.file}: {document.name} is not the file that was read (SHA-256 {version.sha256[:12]}…).")
    try:
        proposal = extractor.extract(document, objective=page.objective, language=language).reading
        lines += map(str, differences(proposal, page, language))
    except GcmGraphError as error:
        lines.append(str(error))
    for line in lines:
        click.echo(line)
    return len(lines) if places else 0


def _draft(documents: list[Document], repository: Repository, extractor: Extractor) -> int:
    """Write drafts of readings, one folder for each objective.

    Returns the number of documents that could not be read.
    """
    from gcmgraph.errors import GcmGraphError  # noqa: PLC0415
    from gcmreader.readings.writing import write_drafts  # noqa: PLC0415

    by_objective: dict[int, dict[str, DocumentReading]] = {}
    failed = 0
    for document in documents:
        try:
            reading = extractor.extract(document).reading
            by_objective.setdefault(reading.objective.value, {})[reading.language] = reading
        except GcmGraphError as error:
            click.echo(str(error), err=True)
            failed += 1
    for objective, proposals in sorted(by_objective.items()):
        for path in write_drafts(repository.readings / f"objective-{objective:02}", proposals):
            click.echo(f"{path}: written as a proposal; complete and review it, then add 'reviewed'.")
    return failed
