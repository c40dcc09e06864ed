"""Check of files on the command line, taken together: the verdict of a submission, or one by other rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.contributions.checking.judgement import judge
from gcmgraph.contributions.content import MAX_BYTES, Content, is_archive
from gcmgraph.contributions.errors import TooLongError
from gcmgraph.contributions.reading import Beside, read_contents
from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.grids import spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import read_files, require_known
from gcmgraph.store.port import Store
from gcmgraph.validation.contribution import is_large, validate_files
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Basis, Rules


def check_files(paths: Iterable[Path], rules: Rules, published: Store, basis: Basis = Basis.CONTRIBUTION) -> Report:
    """The report on files taken together, each result with its line, or with sheet and cell.

    Raises `RdfSyntaxError`, `DataError` for unusable shapes; as a contribution, also `ContributionError`.
    """
    paths = list(paths)
    for path in paths:
        if basis is not Basis.CONTRIBUTION or not is_archive(Content(b"", path.name)):
            require_known(path)
    tables = any(spreadsheet_for_suffix(path.suffix) for path in paths)
    if basis is not Basis.CONTRIBUTION and not tables and is_large(paths):
        return validate_files(paths, rules, published)
    sheets = SheetBook(rules.shapes.quads, rules.addresses).sheets
    if basis is Basis.CONTRIBUTION:
        reading = read_contents(contents_of(paths), Beside(sheets, published, rules.addresses))
    else:
        reading = read_files(paths, sheets, published, rules.addresses)
    return judge(reading, published, rules, basis=basis)


def contents_of(paths: list[Path]) -> list[Content]:
    """The bytes of files within the limit of a contribution. Raises `TooLongError`."""
    contents, left = [], MAX_BYTES
    for path in paths:
        try:
            with path.open("rb") as file:
                data = file.read(left + 1)
        except OSError as error:
            raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
        left -= len(data)
        if left < 0:
            raise TooLongError(
                f"A contribution has {MAX_BYTES:,} bytes at most.",
                place=Place(str(path)),
                hint="Send it in parts. To check data that are not sent, use --as dataset or --as shapes.",
            )
        contents.append(Content(data, str(path)))
    return contents
