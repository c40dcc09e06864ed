"""Contributions by hand with the verdict that they deserve (`cases.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from desk import PREFIXES

from gcmgraph.contributions.content import Content
from gcmgraph.rdf.namespaces import PREFIXES as VOCABULARIES

#: Prefixes of resources beside those of `desk`.
_RESOURCES = {
    "action": "action",
    "audience": "concept/audience",
    "evaluation": "evaluation",
    "instrument": "instrument",
    "kind": "concept/practice-type",
    "passage-kind": "concept/passage-kind",
    "pledge": "pledge",
    "source": "source",
}


@dataclass(frozen=True)
class Case:
    """A contribution, and the names of its violations and of its warnings, each mistake once."""

    name: str
    turtle: str = ""
    violations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: what is wrong with a file that cannot be read
    error: str = ""
    suffix: str = "ttl"
    #: further statements about a practice that conforms, its title and its countries
    practice: str | None = None
    title: str = '"Mobile desk"@en, "Guichet mobile"@fr'
    where: str = "country:PHL"
    times: int = 1

    @property
    def content(self) -> Content:
        """The contribution as a file."""
        namespaces = VOCABULARIES | {"x": "https://example.org/"}
        namespaces |= {
            prefix: f"https://w3id.org/gcmgraph/id/{path}/" for prefix, path in _RESOURCES.items()
        }
        prefixes = "".join(
            f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in namespaces.items()
        )
        text = prefixes + PREFIXES + self._practice() + self.turtle * self.times
        return Content(text.encode(), f"case.{self.suffix}")

    def _practice(self) -> str:
        if self.practice is None:
            return ""
        place = f"; gcm:country {self.where} " if self.where else ""
        return f"""practice:mobile-desk a gcm:Practice ; dct:title {self.title} ; gcm:objective objective:9 ;
            dct:description "A desk on wheels."@en ; dct:source x:report {place} {self.practice} . """


def _cases(group: str) -> tuple[Case, ...]:
    rows = tomllib.loads(Path(__file__).with_name("cases.toml").read_text("utf-8"))[group]
    lists = (
        {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        for row in rows
    )
    return tuple(Case(**row) for row in lists)


HONEST, MISTAKES, BOUNDS = map(_cases, ("honest", "mistakes", "bounds"))
