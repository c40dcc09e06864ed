"""/check on the real graph: the verdicts on the claims of claims.csv, their statements and sources, and bad input.

`claims.csv` was written before the checks. Claims that are `apart` were first checked when the
checks were complete. In December 2026 the pages decided anew what is true of a part only, and what
the editors dispute.

`sentences.csv` has sentences in three languages, written before the reader of sentences.
`sentences_of_pages.csv` has others, written from pages, votes, treaties and figures by somebody
who did not know its tables. What is `partly` true says one false thing beside true ones.

`claims_of_pages.csv` was written from the pages by somebody who did not know the verdicts. Its
truths are `true`, `part` (the page states it of a part), `false`, `not-stated` and `disputed`.
"""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from mcp_client import McpClient

from gcmgraph.publication.claim_sentences import SentenceReader
from shared import ROOT


def read_table(name: str) -> list[dict[str, str]]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return list(csv.DictReader(lines))


CLAIMS = read_table("claims.csv")
CLAIMS_OF_PAGES = read_table("claims_of_pages.csv")
NOT_UNDERSTOOD = read_table("claims_not_understood.csv")
SENTENCES = read_table("sentences.csv")
SENTENCES_OF_PAGES = read_table("sentences_of_pages.csv")
PARTS = ("resource", "relation", "value", "unit", "bound", "date")

PERMIT, PROTECT, NIGER = "Colombia’s Special Stay Permit", "PROTECT project", "country:NER"
HUBS = "Child and Family Support Hubs (Blue Dots)"
GLO_ACT = "Global Action against Trafficking in Persons and the Smuggling of Migrants – Asia and the Middle East"

#: Verdicts that decide a claim.
DECIDED = {"supported", "contradicted"}

RESULTS = "application/sparql-results+json"
TREATY = ["gcm:participant", "gcm:bindingDate", "gcm:participationIn"]


def ask(client: FlaskClient, *parts: str, lang: str = "en", **more: str) -> dict[str, Any]:
    asked = dict(zip(PARTS, parts, strict=False)) | more | {"format": "json", "lang": lang}
    return client.get("/check", query_string=asked).get_json()


def verdict_on(client: FlaskClient, claim: dict[str, str]) -> str:
    return str(ask(client, *(claim[part] for part in PARTS))["verdict"]).removesuffix(" here")


def test_verdicts_are_those_of_the_key(real_client: FlaskClient) -> None:
    verdicts = [(claim, verdict_on(real_client, claim)) for claim in CLAIMS]
    wrong = [
        (claim, verdict)
        for claim, verdict in verdicts
        if verdict in DECIDED and verdict != claim["verdict"]
    ]
    assert wrong == []
    for apart in ("", "yes"):
        decidable = [
            pair for pair in verdicts if pair[0]["apart"] == apart and pair[0]["verdict"] in DECIDED
        ]
        decided_rightly = sum(claim["verdict"] == verdict for claim, verdict in decidable)
        assert len(decidable) >= 50
        assert decided_rightly >= 0.95 * len(decidable)


def test_verdicts_agree_with_the_key_of_the_pages(real_client: FlaskClient) -> None:
    verdicts: dict[str, Counter[str]] = {
        truth: Counter() for truth in ("true", "false", "not-stated", "part", "disputed")
    }
    confirmed = set()
    for claim in CLAIMS_OF_PAGES:
        parts = {part: claim[part] for part in PARTS if claim.get(part)}
        verdict = ask(real_client, lang=claim["language"], **parts)["verdict"]
        verdicts[claim["truth"]][verdict] += 1
        if verdict == "supported" and claim["truth"] != "true":
            confirmed.add(claim["id"])
    assert confirmed == set()
    assert verdicts["true"]["contradicted"] == 0
    assert verdicts["true"]["supported"] >= 0.95 * verdicts["true"].total()
    assert verdicts["part"]["stated of a part"] >= 0.75 * verdicts["part"].total()
    assert verdicts["disputed"]["disputed"] >= 0.75 * verdicts["disputed"].total()


#: Values that only a part of a practice states; a whole with the value of its own has no row.
STATED_OF_PARTS = """
SELECT DISTINCT ?whole ?property ?value WHERE {
  ?whole dct:hasPart ?part .
  ?part a gcm:Practice ; ?property ?value .
  VALUES ?property {
    gcm:leadOrganisation gcm:partnerOrganisation gcm:country gcm:originCountry gcm:destinationCountry gcm:donorCountry
    gcm:targetAudience gcm:principle gcm:legalBasis gcm:supportsAction gcm:topic dct:type schema:startDate
    schema:endDate
  }
  FILTER NOT EXISTS { ?whole ?property ?value }
}
"""


def test_values_of_parts_are_not_confirmed_of_the_whole(real_client: FlaskClient) -> None:
    answer = real_client.get(
        "/sparql", query_string={"query": STATED_OF_PARTS}, headers={"Accept": RESULTS}
    ).get_json()
    rows = [
        {name: cell["value"] for name, cell in row.items()} for row in answer["results"]["bindings"]
    ]
    assert len(rows) > 100
    kinds = Counter[str]()
    for row in rows:
        verdict = ask(real_client, row["whole"], row["property"], row["value"])
        kinds[verdict["verdict"]] += 1
        by_narrower_topic = row["property"].endswith("#topic") and len(verdict["statements"]) > 1
        assert verdict["verdict"] != "supported" or by_narrower_topic, row
    assert kinds["stated of a part"] > 100


def test_claim_of_a_part_names_the_part_on_page_and_for_assistants(
    real_client: FlaskClient,
) -> None:
    claim = {"resource": HUBS, "relation": "lead organisation", "value": "Government of Niger"}
    verdict = ask(real_client, *claim.values())
    shops = "Niger: One Stop Social Welfare Shops in Agadez"
    assert (verdict["verdict"], verdict["stated_of"]["name"]) == ("stated of a part", shops)
    page = real_client.get(
        "/check", query_string=claim | {"lang": "fr"}, headers={"Accept": "text/html"}
    )
    assert "Énoncé d’une partie" in page.text
    assert "one-stop-social-welfare-shops-niger" in page.text
    mcp = McpClient(real_client)
    text = mcp.call("check_statement", **claim)
    assert text.startswith("Stated of a part.")
    assert shops in text.splitlines()[1]
    assert mcp.data("check_statement", **claim)["stated_of"] == verdict["stated_of"]


@pytest.mark.parametrize("year", ["1999", "2000", "2000-12-04", "2004"])
def test_disputed_value_neither_supports_nor_contradicts(
    real_client: FlaskClient, year: str
) -> None:
    verdict = ask(real_client, "International Migrants Day", "start", year, lang="es")
    assert verdict["verdict"] == "disputed"
    (note,) = [note for note in verdict["notes"] if note["disputes"]]
    assert (note["language"], "4 de diciembre de 2000" in note["text"]) == ("es", True)
    page = real_client.get(
        "/check",
        query_string={"resource": "International Migrants Day", "relation": "start", "value": year},
    )
    assert "4 December 2000" in page.text


def test_disputed_statements_are_stated(real_client: FlaskClient) -> None:
    with (ROOT / "data/curated/disputed-statements.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            verdict = ask(
                real_client,
                f"practice:{row['practice']}",
                f"schema:{row['property']}",
                row["value"],
            )
            assert verdict["verdict"] == "disputed", row


def test_value_that_a_note_names_is_not_contradicted(real_client: FlaskClient) -> None:
    act = "practice:birth-registration-programming-thailand-s-civil-registration"
    named, other = (ask(real_client, act, "start", year) for year in ("2008", "2005"))
    assert (named["verdict"], named["reason"], other["verdict"]) == (
        "not stated here",
        "noted",
        "contradicted",
    )
    assert "2008" in named["notes"][0]["text"]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ((PERMIT, "result", "180000", "Venezuelan migrants"), "supported"),
        ((PERMIT, "result", "180000", "Venezuelan migrants", "exactly"), "not stated here"),
        ((PERMIT, "result", "180000", "Venezuelan migrants", "at least"), "not stated here"),
        ((PERMIT, "result", "150000", "Venezuelan migrants", "at least"), "supported"),
        ((PERMIT, "result", "182000", "Venezuelan migrants"), "not stated here"),
        ((PERMIT, "result", "442000", "", "at least"), "supported"),
        ((PERMIT, "people reached", "180000"), "supported"),
        ((HUBS, "people reached", "20"), "not stated here"),
        ((HUBS, "result", "20", "children"), "not stated here"),
        ((HUBS, "result", "21", "support hubs"), "contradicted"),
        ((GLO_ACT, "budget", "12000000", "euros"), "supported"),
        ((GLO_ACT, "budget", "12000000", "EUR", "exactly"), "not stated here"),
        ((GLO_ACT, "budget", "12000000", "US dollars"), "not stated here"),
    ],
)
def test_numbers_without_a_bound(
    real_client: FlaskClient, claim: tuple[str, ...], verdict: str
) -> None:
    assert ask(real_client, *claim)["verdict"] == verdict


def test_state_that_funds_is_its_government(real_client: FlaskClient) -> None:
    verdict = ask(real_client, "Partenariat « Prospects »", "financée par", "Pays-Bas", lang="fr")
    assert (verdict["verdict"], verdict["value"]["name"]) == (
        "supported",
        "Gouvernement des Pays-Bas",
    )


@pytest.mark.parametrize(
    "claim",
    [
        (
            "Consular Assistance Protocol for Mexican Victims of Human Trafficking Abroad",
            "organisation",
            "UN",
        ),
        (PROTECT, "SDG target", "8.7"),
        (PROTECT, "funder", "ICMPD"),
        (PROTECT, "partner organisation", "European Union"),
        ("Niger: One Stop Social Welfare Shops in Agadez", "lead organisation", "UNHCR"),
        ("Counter-Smuggling Work Plan 2019–2024", "binding", "no"),
        ("Albania", "has ratified", "XVIII-12-b"),
    ],
)
def test_claim_on_another_resource_or_role_is_not_confirmed(
    real_client: FlaskClient, claim: tuple[str, ...]
) -> None:
    assert ask(real_client, *claim)["verdict"] in {"not stated here", "not understood"}


@pytest.mark.parametrize(
    ("claim", "verdict", "statements"),
    [
        ((PERMIT, "country", "Colombia"), "stated", ["gcm:country"]),
        ((NIGER, "region", "Africa"), "inferred", ["gcm:region", "skos:broader", "skos:broader"]),
        (
            (PERMIT, "result", "180000", "Venezuelan"),
            "stated",
            ["schema:result", "schema:value", "schema:unitText"],
        ),
        ((NIGER, "région", "Asie"), "other", ["gcm:region"]),
        (("RCM", "member", "France"), "unlisted", ["org:hasMember"] * 3),
        (("Albania", "party to", "XVIII-12-b"), "stated", TREATY),
        ((PROTECT, "start", "2013"), "excluded", ["schema:startDate"]),
        ((PROTECT, "start", "2014-02"), "open", ["schema:startDate"]),
        ((PROTECT, "legal basis", "Paris Agreement"), "silent", []),
    ],
)
def test_statements_of_a_verdict(
    real_client: FlaskClient, claim: tuple[str, ...], verdict: str, statements: list[str]
) -> None:
    found = ask(real_client, *claim)
    assert found["reason"] == verdict
    addresses = real_client.application.extensions["gcmgraph"].addresses
    assert [
        addresses.short_form(one["property"]["iri"]) for one in found["statements"]
    ] == statements
    for one in found["statements"]:
        assert one["sources"], one
        for source in one["sources"]:
            assert source["document"]["name"]
            assert source["kind"] in {"source", "reference", "curated"}
            assert source["kind"] != "source" or source["by"][0]["name"] == "United Nations"


def test_passage_of_a_statement(real_client: FlaskClient) -> None:
    (statement,) = ask(real_client, "GLO.ACT Asie et Moyen-Orient", "début", "2018", lang="fr")[
        "statements"
    ]
    source = next(
        one for one in statement["sources"] if one["document"]["iri"].endswith("objective-09.fr")
    )
    assert "2018" in source["quotation"]
    assert source["characters"][0] < source["characters"][1]
    assert source["read_by"] == "editor"
    assert (
        real_client.get(
            source["evidence"].partition("#")[0], headers={"Accept": "text/html"}
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "row",
    [*NOT_UNDERSTOOD, {**NOT_UNDERSTOOD[2], "value": "x" * 501}],
    ids=lambda row: row["value"][:9],
)
def test_claims_that_are_not_understood(real_client: FlaskClient, row: dict[str, str]) -> None:
    asked = {part: row[part].replace("\\0", "\0") for part in PARTS if row[part]}
    response = real_client.get("/check", query_string=asked | {"format": "json"})
    found, reason = response.get_json(), row["reason"]
    assert response.status_code == (
        400 if reason in {"missing", "long", "bound", "unit", "day"} else 200
    )
    assert (found["part"], found.get("reason", reason)) == (row["part"], reason)
    sentence = found.get("explanation") or found["detail"]
    assert sentence.endswith(".")
    page = real_client.get(
        "/check", query_string=asked | {"lang": "en"}, headers={"Accept": "text/html"}
    )
    assert (page.status_code, sentence.partition("'")[0] in page.text) == (200, True)


def test_candidates_of_an_ambiguous_name(real_client: FlaskClient) -> None:
    found = ask(real_client, "Congo", "region", "Africa")
    assert [one["iri"].rpartition("/")[2] for one in found["candidates"]] == ["COG", "COD"]
    titles = ask(real_client, "Bilateral labour agreements", "country", "Japan")["candidates"]
    assert {one["name"] for one in titles} >= {
        "Bilateral labour agreements (objective 5)", "Bilateral labour agreements (objective 6)",
    }  # fmt: skip


#: Sentences that nothing states, or that say more or other things than a claim.
TRAPS = [
    "Niger will ratify the Migrant Workers Convention.",
    "Women in Niger had 449,236 international migrants in 2024.",
    "There were 269,996 refugees from Niger in 2023.",
    "Peru paid 4,446,181,862 dollars in remittances in 2023.",
    "El Perú recibió 4.446 millones de euros en remesas en 2023.",
    "Niger hardly ratified the Migrant Workers Convention.",
    "The United Nations is part of UNHCR.",
    "The Government of Niger leads Blue Dots.",
    "Niger had more than 500,000 international migrants in 2024.",
    "PROTECT ended before 2016.",
    "IOM leads GLO.ACT Asia and the Middle East.",
    "Niger's neighbours ratified the Migrant Workers Convention.",
    "The PROTECT project did not end in 2016.",
    "Peru, Chile and Cuba voted for the Compact.",
    "Peru or Cuba voted for the Compact.",
    "Niger, Mali and women voted for the Compact.",
    "The PROTECT project ran from 2013 to 2016.",
    "Blue Dots were set up by UNHCR and IOM.",
    "Framework for children in detention works with UNICEF.",
    "Children in Egypt worked with UNICEF.",
    "GLO.ACT works with IOM.",
]


def ask_sentence(client: FlaskClient, sentence: str, lang: str = "en") -> dict[str, Any]:
    asked = {"sentence": sentence, "lang": lang, "format": "json"}
    return client.get("/check", query_string=asked).get_json()


def test_sentences_are_understood_and_no_false_one_is_confirmed(real_client: FlaskClient) -> None:
    verdicts = [
        (row["truth"], ask_sentence(real_client, row["sentence"], row["language"]))
        for row in SENTENCES
    ]
    decided = Counter((truth, verdict["verdict"]) for truth, verdict in verdicts)
    understood = [
        verdict
        for _, verdict in verdicts
        if verdict["verdict"] != "not understood" or verdict["reason"] == "ambiguous"
    ]
    assert len(understood) >= 38
    assert decided["true", "supported"] >= 24
    assert decided["true", "contradicted"] == 0
    assert decided["false", "supported"] == decided["not stated", "supported"] == 0


def test_sentences_written_from_pages_are_understood_and_no_false_one_is_confirmed(
    real_client: FlaskClient,
) -> None:
    decided = Counter[tuple[str, str]]()
    for row in SENTENCES_OF_PAGES:
        verdict = ask_sentence(real_client, row["sentence"], row["language"])
        decided[row["truth"], verdict["verdict"]] += 1
    not_understood = sum(
        count for (_, verdict), count in decided.items() if verdict == "not understood"
    )
    assert decided.total() - not_understood >= 35
    assert decided["true", "supported"] >= 24
    assert decided["true", "contradicted"] == 0
    assert decided["false", "supported"] == decided["partly", "supported"] == 0


@pytest.mark.parametrize("sentence", TRAPS)
def test_sentence_that_says_something_else_is_not_confirmed(
    real_client: FlaskClient, sentence: str
) -> None:
    assert ask_sentence(real_client, sentence)["verdict"] != "supported"


def test_sentence_that_lists_names_has_the_weakest_verdict_of_its_claims(
    real_client: FlaskClient,
) -> None:
    sentence = "GLO.ACT Asia and the Middle East takes place in Iraq and India."
    answer = ask_sentence(real_client, sentence)
    assert (answer["verdict"], answer["reason"]) == ("not stated here", "several")
    verdicts = [(claim["value"], claim["verdict"]) for claim in answer["proposals"]]
    assert verdicts == [("Iraq", "supported"), ("India", "not stated here")]
    page = real_client.get(
        "/check", query_string={"sentence": sentence, "lang": "en"}, headers={"Accept": "text/html"}
    )
    assert re.findall(r"· India</a>: ([\w ]+)<", page.text) == ["Not stated here"]


def test_shortened_name_of_one_resource_is_its_name(real_client: FlaskClient) -> None:
    sentence = "Les passerelles éducatives du Honduras relèvent de l’objectif 21"
    answer = ask_sentence(real_client, sentence.replace("relèvent", "relève"), "fr")
    assert answer["verdict"] == "supported"
    assert answer["resource"]["name"].startswith("Programme de passerelles éducatives")


def test_acronym_in_a_longer_name_asks_which_is_meant(real_client: FlaskClient) -> None:
    answer = ask_sentence(real_client, "GLO.ACT works with IOM.")
    assert (answer["verdict"], answer["reason"]) == ("not understood", "ambiguous")
    assert [candidate["name"] for candidate in answer["candidates"]] == [GLO_ACT]


def test_date_that_a_list_of_names_has_is_the_value_alone() -> None:
    sentence = "Peru and Chile started on 4 December 2000."
    (claims,) = (reading for reading in SentenceReader().readings(sentence) if len(reading) == 2)
    assert [(claim.resource, claim.value, claim.date) for claim in claims] == [
        ("Peru", "2000-12-04", ""),
        ("Chile", "2000-12-04", ""),
    ]


def test_sentence_about_a_name_of_two_resources_asks_which(real_client: FlaskClient) -> None:
    answer = ask_sentence(real_client, "Congo is in Africa.")
    assert [one["iri"].rpartition("/")[2] for one in answer["candidates"]] == ["COG", "COD"]
    page = real_client.get(
        "/check?sentence=Congo+is+in+Africa&lang=en", headers={"Accept": "text/html"}
    ).text
    links = re.findall(r'href="(/check\?[^"]+)"', page)
    chosen = [link for link in map(html.unescape, links) if "country%3ACOD" in link]
    verdict = real_client.get(f"{chosen[0]}&format=json").get_json()
    assert (verdict["verdict"], verdict["resource"]["name"]) == (
        "supported",
        "Democratic Republic of the Congo",
    )


def test_form_offers_relations_of_the_resource_then_their_values(real_client: FlaskClient) -> None:
    accept = {"Accept": "text/html"}
    of_niger = real_client.get("/check?resource=Niger&lang=en", headers=accept).text
    assert 'value="gcm:votedFor"' in of_niger
    assert 'value="statistics:migrants-by-destination"' in of_niger
    assert 'value="schema:funder"' not in of_niger
    votes = real_client.get(
        "/check?resource=Niger&relation=gcm:voteOnCompact&lang=en", headers=accept
    ).text
    assert 'value="concept:vote-choice/yes"' in votes
    assert 'value="country:' not in votes


@pytest.mark.parametrize(
    ("number", "bound", "year", "verdict"),
    [
        ("449236", "", "2024", "supported"),
        ("449,000", "", "2024", "supported"),
        ("400000", "", "2024", "not stated here"),
        ("449236", "exactly", "2024", "supported"),
        ("449000", "exactly", "2024", "contradicted"),
        ("449236", "", "2010", "contradicted"),
        ("449236", "", "2023", "not stated here"),
        ("240118", "", "2024", "contradicted"),
        ("400000", "at least", "", "supported"),
        ("many", "", "2024", "not understood"),
        ("449236", "", "May", "not understood"),
    ],
)
def test_figures_of_countries(
    real_client: FlaskClient, number: str, bound: str, year: str, verdict: str
) -> None:
    claim = {"value": number, "bound": bound, "date": year}
    answer = ask(real_client, resource="NER", relation="number of migrants", **claim)
    assert answer["verdict"] == verdict
