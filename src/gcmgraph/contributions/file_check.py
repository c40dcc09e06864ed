"""Check of files of the command line, as a contribution or as parts of the dataset."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.contributions.content import MAX_BYTES, ZIP, Content, format_of
from gcmgraph.contributions.content_reading import read_contents, read_files
from gcmgraph.contributions.submission_check import judge
from gcmgraph.platform.errors import Place, TooLongError
from gcmgraph.rdf.media import read_whole
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.grids import spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import ReadingContext, require_known
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules, RuleSet
from gcmgraph.validation.validate import is_large, validate_files


def check_files(
    paths: Iterable[Path], rules: Rules, published: Store, rule_set: RuleSet = RuleSet.CONTRIBUTION
) -> Report:
    """The report on files taken together, each result with its line, or with sheet and cell.

    Raises `RdfSyntaxError`, `DataError` for unusable shapes; as a contribution, also
    `ContributionError`.
    """
    paths = list(paths)
    is_contribution = rule_set is RuleSet.CONTRIBUTION
    for path in paths:
        if not is_contribution or format_of(Content(b"", path.name)) is not ZIP:
            require_known(path)
    only_rdf = not any(spreadsheet_for_suffix(path.suffix) for path in paths)
    if not is_contribution and only_rdf and is_large(paths):
        return validate_files(paths, rules, published)
    sheets = SheetBook(rules.shapes.quads, rules.addresses).sheets
    context = ReadingContext(sheets, published, rules.addresses)
    if is_contribution:
        statements, spreadsheets = read_contents(contents_of(paths), context)
    else:
        statements, spreadsheets = read_files(paths, context)
    report = judge(statements, published, rules, rule_set=rule_set)
    return report if spreadsheets is None else spreadsheets.report(report)


def contents_of(paths: list[Path]) -> list[Content]:
    """The bytes of files within the limit of a contribution. Raises `TooLongError`."""
    contents = []
    bytes_left = MAX_BYTES
    for path in paths:
        data = read_whole(path, most=bytes_left + 1)
        bytes_left -= len(data)
        if bytes_left < 0:
            hint = "Send it in parts. To check data that are not sent, use --as dataset or --as shapes."
            raise TooLongError(
                f"A contribution has {MAX_BYTES:,} bytes at most.",
                place=Place(str(path)),
                hint=hint,
            )
        contents.append(Content(data, str(path)))
    return contents
