"""Assemble, validate, store: one dataset version.

The version is named by the digest of its canonical N-Quads, so the same files give the same version, byte by byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gcmgraph.extraction.extract import Extraction
from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.assembly import assemble
from gcmgraph.publication.prepared_answers import LARGE, write_answers
from gcmgraph.publication.summary import Summary
from gcmgraph.publication.version_files import version_files
from gcmgraph.publication.version_indexes import write_indexes
from gcmgraph.queries.library import read_queries
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.repository.layout import Repository
from gcmgraph.store.opening import Dataset
from gcmgraph.store.versions import SUMMARY, version_name
from gcmgraph.validation.engine import validate_dataset
from gcmgraph.validation.report import Report
from gcmgraph.validation.shapes import load_shapes


@dataclass(frozen=True)
class Build:
    """What a build came to. `summary` is None where the dataset does not conform; then nothing was stored."""

    report: Report
    extractions: tuple[Extraction, ...]
    summary: Summary | None


def build(
    repository: Repository,
    addresses: Addresses,
    dataset: Dataset,
    step: Callable[[str], None] = lambda _: None,
    contributed: Iterable[Quad] = (),
    imported: Sequence[Quad] = (),
) -> Build:
    """Build a dataset version and make it current, if it conforms to the shapes.

    `step` is told what is being done; `contributed` is what accepted contributions add, `imported` what imported files
    do. Raises a `GcmGraphError` of a file that is not in order, and `StoreError`; what was current stays so then.
    """
    step("reading the files")
    assembly = assemble(repository, addresses, contributed, imported)
    step("validating")
    report = validate_dataset(assembly.quads, load_shapes(repository, addresses))
    if not report.conforms:
        return Build(report, assembly.extractions, None)
    step("storing")
    dump = serialize_canonical(assembly.quads)
    version = version_name(sha256(dump))
    summary = Summary.of(version, assembly.quads, addresses)
    figures = json.dumps(asdict(summary), indent=1).encode()
    files = version_files(dataset, version, assembly.quads, dump, addresses)

    def complete(folder: Path) -> None:
        write_indexes(folder, addresses)
        if len(assembly.quads) >= LARGE:
            step("answering the named queries")
            write_answers(folder, read_queries(repository, addresses).values(), addresses)

    dataset.publish(version, assembly.quads, {**files, SUMMARY: figures}, complete)
    return Build(report, assembly.extractions, summary)
