"""Writer of proposals as SSSOM TSV, in the form that `linking.sssom.reader` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gcmgraph.linking.propose import How, Proposal
from gcmgraph.linking.targets.entities import LabelledEntity, namespace
from gcmgraph.namespaces import PREFIXES, Addresses

_JUSTIFICATIONS = {
    How.CODE: "semapv:LexicalMatching",
    How.NAME: "semapv:LexicalMatching",
    How.ALIKE: "semapv:LexicalSimilarityThresholdMatching",
}
_PREDICATES = {How.CODE: "skos:exactMatch", How.NAME: "skos:exactMatch", How.ALIKE: "skos:closeMatch"}
COLUMNS = (
    *(
        "subject_id",
        "subject_label",
        "predicate_id",
        "object_id",
        "object_label",
        "mapping_justification",
        "confidence",
    ),
    *("mapping_date", "mapping_tool", "comment"),
)


def sssom_text(
    proposals: Iterable[Proposal],
    ours: Mapping[str, LabelledEntity],
    theirs: Mapping[str, LabelledEntity],
    *,
    name: str,
    title: str,
    date: str,
    addresses: Addresses,
) -> str:
    """Serialize proposals as a mapping set. They have no author: a person who accepts one becomes its author."""
    proposals = list(proposals)
    namespaces = sorted({namespace(p.theirs) for p in proposals})
    prefixes = {space: f"target{number or ''}" for number, space in enumerate(namespaces)}
    head = [
        '#sssom_version: "1.1"',
        f"#mapping_set_id: {addresses.graph(f'linkset/{name}')}",
        f'#mapping_set_title: "{_cell(title)}"',
        "#license: https://creativecommons.org/licenses/by/4.0/",
        "#curie_map:",
        f"#  ours: {addresses.base}id/",
        "#  semapv: https://w3id.org/semapv/vocab/",
        f"#  skos: {PREFIXES['skos']}",
        *(f"#  {prefix}: {space}" for space, prefix in prefixes.items()),
    ]
    rows = ["\t".join(COLUMNS)]
    for p in proposals:
        space = namespace(p.theirs)
        cells = (
            "ours:" + p.ours.removeprefix(f"{addresses.base}id/"),
            ours[p.ours].label,
            _PREDICATES[p.how],
            f"{prefixes[space]}:{p.theirs[len(space) :]}",
            theirs[p.theirs].label,
            _JUSTIFICATIONS[p.how],
            str(p.score),
            date,
            "gcmgraph link",
            p.reason,
        )
        rows.append("\t".join(_cell(cell) for cell in cells))
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    """A text without characters that end a cell or a row."""
    return " ".join(text.replace('"', "'").split())
