"""A source document with all that makes offsets hard, as TriG beside `graph.trig`."""

from __future__ import annotations

from pathlib import Path

GRAPH = Path(__file__).parent / "graph.trig"
BASE = "https://w3id.org/gcmgraph/"
SOURCE = f"{BASE}id/source/hard.en"

HEADING = "# 😀 Practices e\u0301te\u0301"
FIRST = 'The **Office** 👩🏽‍🚀 of Smuggling <b>and</b> Trafficking works in Afghanistan and Iraq & "elsewhere".'
SECOND = "</script><script>window.hacked = 1</script> أفغانستان ends here."
TEXT = f"{HEADING}\n\n{FIRST}\n\n{SECOND}\n"

_HOSTILE = "</script><script>window.hacked = 1</script>"

#: Words of the text, what they support, and the fragment of the evidence.
QUOTED = (
    ("Office** 👩🏽‍🚀 of Smuggling", "gcm:leadOrganisation", "organisation:unodc", "evidence-office"),
    ("of Smuggling <b>and</b> Trafficking", "gcm:areaOfWork", "concept:area-of-work\\/overlap", "evidence-overlap"),
    ("Afghanistan", "gcm:country", "country:AFG", "evidence-afg"),
    ("أفغانستان", "gcm:country", "country:AFG", "evidence-afg"),
    ("e\u0301te\u0301", "dct:type", "concept:practice-type\\/plan", "evidence-summer"),
    (_HOSTILE, "gcm:outcome", f'"{_HOSTILE}"@en', "evidence-hostile"),
)  # fmt: skip

_PREFIXES = f"""
@prefix practice: <{BASE}id/practice/> . @prefix organisation: <{BASE}id/organisation/> .
@prefix country: <{BASE}id/country/> . @prefix concept: <{BASE}id/concept/> .
"""


def hard_graph() -> str:
    """The small graph with the document."""
    statements = "\n".join(
        f"practice:hard {predicate} {value} ." for _, predicate, value, _ in QUOTED
    )
    blocks = [_passage(words, TEXT.index(words), kind, SOURCE) for words, kind in _blocks()]
    quotations = []
    for words, predicate, value, fragment in QUOTED:
        start = TEXT.index(words)
        block = next((b, TEXT.index(b)) for b, _ in _blocks() if words in b)
        quotations.append(
            _passage(words, start, "quotation", f"{SOURCE}/{block[1]}-{block[1] + len(block[0])}")
        )
        iri = f"{SOURCE}/{start}-{start + len(words)}"
        quotations.append(
            f"<{iri}#{fragment}> a gcm:Evidence, rdf:Statement ; oa:hasTarget <{iri}> ; rdf:subject practice:hard ; "
            f"rdf:predicate {predicate} ; rdf:object {value} ."
        )
    return (
        GRAPH.read_text("utf-8")
        + _PREFIXES
        + f'<{BASE}graph/source/hard.en> {{ practice:hard a gcm:Practice ; dct:title "Hard </script> title"@en .\n'
        + f"{statements} }}\n"
        + f'graph:provenance {{ <{SOURCE}> a gcm:SourceDocument ; dct:title "Hard"@en ; dct:language "en" ;\n'
        + 'dct:rights "Free."@en ; dct:source <javascript:alert(1)>, <data:text/html,x>, <https://example.org/ok> .\n'
        + f"<{BASE}graph/source/hard.en> dct:license <javascript:alert(2)> ; dct:source <data:text/html,y> .\n"
        + f'<{BASE}graph/contribution/1> dct:title "Contribution: more"@en ; prov:wasAttributedTo <urn:x-ngo:1> ;\n'
        + 'prov:generatedAtTime "2026-11-24T10:00:00Z"^^xsd:dateTime . <urn:x-ngo:1> foaf:name "Help <b>e.V.</b>" .\n'
        + "practice:hard dct:source <javascript:alert(3)> ; dct:references <data:text/html,z> . }\n"
        + f'<{BASE}graph/contribution/1> {{ practice:hard schema:startDate "2020"^^xsd:gYear . }}\n'
        + f"graph:evidence {{ {' '.join(dict.fromkeys(blocks + quotations))} }}\n"
    )


def _blocks() -> list[tuple[str, str]]:
    return [(HEADING, "heading"), (FIRST, "paragraph"), (SECOND, "paragraph")]


def _passage(words: str, start: int, kind: str, whole: str) -> str:
    iri = f"{SOURCE}/{start}-{start + len(words)}"
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f"<{iri}> a gcm:Passage ; dct:type <{BASE}id/concept/passage-kind/{kind}> ; dct:isPartOf <{whole}> ; "
        f'oa:hasSource <{SOURCE}> ; dct:language "en" ; oa:hasSelector <{iri}#quote>, <{iri}#position> . '
        f'<{iri}#quote> a oa:TextQuoteSelector ; oa:exact "{quoted}" . '
        f"<{iri}#position> a oa:TextPositionSelector ; oa:start {start} ; oa:end {start + len(words)} ."
    )
