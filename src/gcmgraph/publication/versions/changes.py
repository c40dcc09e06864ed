"""The changes of a dataset version against the version before: statements and resources.

A resource is new if the version before has no statement about it, gone if the new one has none or
states that it was withdrawn (`prov:wasInvalidatedBy`), changed if a statement about it or its parts
was added or removed. Patches are N-Quads: `previous - removed + added = version`. Blank nodes occur
in `graph/shapes` only; their labels depend on the whole graph, so the change of one shape may
change other lines.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

import msgspec

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DataError, Place
from gcmgraph.publication.descriptions import with_parts
from gcmgraph.rdf.canonical import canonical_lines, line_quad
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.repository.withdrawals import INVALIDATED_BY, is_invalidation
from gcmgraph.store.changed_versions import EarlierVersion
from gcmgraph.store.port import Store

#: Kinds that are counted. Passages, whose addresses are below their document's, are counted
#: separately.
COUNTED_KINDS = (*KINDS, "passage")

#: Resources of one kind that each list names; all are counted.
MAX_NAMED = 1_000

_INVALIDATED_IN_LINES = str(INVALIDATED_BY).encode()


@dataclass(frozen=True)
class Resources:
    """Resources of one kind: their number, and the IRIs of the first `MAX_NAMED`."""

    count: int
    iris: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The changes of a version. `published` is the time of its creation (ISO 8601, UTC).

    `previous` is None for a first version and if the version before is unknown; the rest is empty
    then.
    """

    version: str
    published: str
    previous: str | None = None
    #: numbers of quads added and removed
    added: int = 0
    removed: int = 0
    #: IRI of a graph ("" for the default graph) to its numbers of quads added and removed
    graphs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: kind to resources that are new, gone, and changed (the names are those of the stored file)
    came: Mapping[str, Resources] = field(default_factory=dict)
    went: Mapping[str, Resources] = field(default_factory=dict)
    changed: Mapping[str, Resources] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The changes as they are stored beside a version."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes, source: str) -> Changes:
        """Parse the result of `to_json`, read from `source`.

        Raises `DataError` for anything else.
        """
        try:
            return msgspec.json.decode(content, type=cls)
        except msgspec.DecodeError as error:
            raise DataError("This is no list of changes.", place=Place(source)) from error


@dataclass(frozen=True)
class Comparison:
    """The changes between two versions, and the lines of canonical N-Quads removed and added."""

    changes: Changes
    removed: list[bytes]
    added: list[bytes]


def compare(
    old: Iterable[bytes], new: Iterable[bytes], description: Changes, addresses: Addresses
) -> Comparison:
    """Compare the lines of two dumps, or those about the resources that changed.

    `description` has name, time and previous version of the new one; its changes are filled in.
    The new lines are read once, in their order.
    """
    namespace = f"<{addresses.base}id/".encode()
    removed_lines = dict.fromkeys(old)
    added: list[bytes] = []
    resources_before = _present_resources(removed_lines, namespace, addresses)

    def lines_compared_on_the_way() -> Iterator[bytes]:
        """The new lines; when the last was read, `added` and `removed_lines` are the difference."""
        for line in new:
            if line in removed_lines:
                del removed_lines[line]
            else:
                added.append(line)
            yield line

    resources_after = _present_resources(lines_compared_on_the_way(), namespace, addresses)
    removed = list(removed_lines)
    touched = {_resource(line, namespace) for line in (*added, *removed)} - {b""}
    in_both = resources_before & resources_after
    changes = replace(
        description,
        added=len(added),
        removed=len(removed),
        graphs=_counts_by_graph(added, removed),
        came=_by_kind(touched & (resources_after - in_both), namespace),
        went=_by_kind(touched & (resources_before - in_both), namespace),
        changed=_by_kind(touched & in_both, namespace),
    )
    return Comparison(changes, removed, added)


def changed_subjects(earlier: EarlierVersion, store: Store, addresses: Addresses) -> set[IRI]:
    """The subjects of the change to a version in `store`, and the resources whose parts they are, with all parts."""
    namespace = f"<{addresses.base}id/".encode()
    change = earlier.change
    terms = {quad.subject for quad in change.removed | change.added}
    subjects = {term for term in terms if isinstance(term, IRI)}
    addresses_of_wholes = {_resource(f"{subject} ".encode(), namespace) for subject in subjects}
    for address in addresses_of_wholes - {b""}:
        whole = IRI(address.decode())
        subjects.update(with_parts(earlier.store, whole), with_parts(store, whole))
    return subjects


def lines_about(store: Store, subjects: Iterable[IRI]) -> list[bytes]:
    """The lines of a dump about some subjects."""
    return canonical_lines(quad for subject in subjects for quad in store.quads(subject))


def _counts_by_graph(added: list[bytes], removed: list[bytes]) -> dict[str, tuple[int, int]]:
    """Numbers of lines added and removed, by graph."""
    more = Counter(map(_graph, added))
    fewer = Counter(map(_graph, removed))
    return {name: (more[name], fewer[name]) for name in sorted(more | fewer)}


def _graph(line: bytes) -> str:
    graph = line_quad(line).graph_name
    return graph.value if isinstance(graph, IRI) else ""


def _present_resources(
    lines: Iterable[bytes], namespace: bytes, addresses: Addresses
) -> set[bytes]:
    """The resources of lines that are not withdrawn."""
    resources: set[bytes] = set()
    withdrawn: set[bytes] = set()
    resource = b""
    subject = b"\0"  # no line begins with this
    for line in lines:
        if not line.startswith(subject):  # the lines of a subject follow each other
            resource = _resource(line, namespace)
            subject = line[: line.index(b">") + 1]
            resources.add(resource)
        if resource and _INVALIDATED_IN_LINES in line:
            quad = line_quad(line)
            if quad.subject == IRI(resource.decode()) and is_invalidation(quad, addresses):
                withdrawn.add(resource)
    return resources - withdrawn


def _resource(line: bytes, namespace: bytes) -> bytes:
    """The IRI of the subject of a line, without its fragment; of an observation, of its dataset.

    Empty for a subject outside of `namespace`.

    >>> _resource(b"<https://e.org/id/practice/x#event> <p> <o> .", b"<https://e.org/id/")
    b'https://e.org/id/practice/x'
    """
    if not line.startswith(namespace):
        return b""
    iri = line[1 : line.index(b">")].partition(b"#")[0]
    kind, _, local = iri[len(namespace) - 1 :].partition(b"/")
    if kind == b"statistics" and local:
        dataset = local.partition(b"/")[0]
        return namespace[1:] + kind + b"/" + dataset
    return iri


def _by_kind(resources: Iterable[bytes], namespace: bytes) -> dict[str, Resources]:
    iris_by_kind: dict[str, list[str]] = {}
    for resource in sorted(resources):
        kind, _, local = resource[len(namespace) - 1 :].decode().partition("/")
        if kind == "source" and "/" in local:
            kind = "passage"
        iris_by_kind.setdefault(kind, []).append(resource.decode())
    by_kind = {}
    for kind in COUNTED_KINDS:
        iris = iris_by_kind.get(kind)
        if iris:
            by_kind[kind] = Resources(len(iris), tuple(iris[:MAX_NAMED]))
    return by_kind
