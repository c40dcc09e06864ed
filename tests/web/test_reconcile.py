"""/reconcile over everything that this repository publishes, with requests such as those of OpenRefine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import reconciliation_schemas as schemas
from flask.testing import FlaskClient

from collected import ROOT, read_rows
from serving import Application

Json = dict[str, Any]


@pytest.fixture(scope="module")
def client(real_client: FlaskClient) -> FlaskClient:
    return real_client


def ask(client: FlaskClient, **queries: Json) -> dict[str, list[Json]]:
    """The candidates of each query of a batch, sent as a form."""
    response = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert response.status_code == 200, response.text
    schemas.check(response.json, schemas.RESULT_BATCH)
    assert [*response.json] == [*queries]
    return {key: result["result"] for key, result in response.json.items()}


def one(client: FlaskClient, query: str, **more: Any) -> list[Json]:
    return ask(client, q0={"query": query, **more})["q0"]


def matched(candidates: list[Json]) -> str | None:
    found = [candidate["id"] for candidate in candidates if candidate["match"]]
    assert len(found) <= 1
    return found[0] if found else None


def extend(client: FlaskClient, ids: list[str], *properties: Json) -> Json:
    """The values of properties by identifier."""
    asked = {"ids": ids, "properties": [*properties]}
    response = client.post("/reconcile", data={"extend": json.dumps(asked)})
    assert response.status_code == 200, response.text
    schemas.check(response.json, schemas.EXTENSION)
    assert [meta["id"] for meta in response.json["meta"]] == [each["id"] for each in properties]
    rows: Json = response.json["rows"]
    return rows


# the manifest


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json, text/javascript, */*; q=0.01", "image/png"]
)
def test_manifest(client: FlaskClient, accept: str) -> None:
    response = client.get("/reconcile", headers={"Accept": accept})
    schemas.check(response.json, schemas.MANIFEST)
    assert "Accept" in response.vary
    assert response.json["versions"] == ["0.1", "0.2"]
    assert response.json["identifierSpace"] == "https://w3id.org/gcmgraph/id/"
    types = {kind["id"]: kind["name"] for kind in response.json["defaultTypes"]}
    assert {"Country", "SdgGoal", "SdgTarget", "Organisation", "concept"} <= types.keys()
    assert response.json["schemaSpace"] + "Country" == "https://w3id.org/gcmgraph/ontology#Country"
    assert (types["Country"], types["SdgTarget"]) == ("Countries", "SDG target")


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_page_with_address_and_types_for_browsers(client: FlaskClient) -> None:
    response = client.get("/reconcile", headers={"Accept": BROWSER, "Host": "127.0.0.1:81"})
    assert (response.mimetype, "Accept" in response.vary) == ("text/html", True)
    assert '<pre tabindex="0">http://127.0.0.1:81/reconcile</pre>' in response.text
    for kind in client.get("/reconcile").json["defaultTypes"]:
        assert f"<code>{kind['id']}</code> {kind['name']}" in response.text
    assert 'href="/reconcile?query=Niger&amp;type=country"' in response.text
    example = client.get("/reconcile?query=Niger&type=country", headers={"Accept": BROWSER})
    assert example.json["result"][0]["id"] == "country/NER"
    french = client.get("/reconcile?lang=fr", headers={"Accept": BROWSER}).text
    assert '<pre tabindex="0">http://localhost/reconcile?lang=fr</pre>' in french
    assert "<code>Country</code> Pays" in french


def test_manifest_with_addresses_of_a_local_host(client: FlaskClient) -> None:
    manifest = client.get(
        "/reconcile", headers={"Host": "127.0.0.1:81", "X-Forwarded-Proto": "https"}
    ).json
    assert manifest["preview"]["url"] == "https://127.0.0.1:81/reconcile/preview?id={{id}}"
    assert manifest["suggest"]["entity"]["service_url"] == "https://127.0.0.1:81"
    assert manifest["view"]["url"].startswith(
        "https://127.0.0.1:81/resolve?uri=https://w3id.org/gcmgraph/id/"
    )


@pytest.mark.parametrize("accept", ["application/json", BROWSER])
@pytest.mark.parametrize("public", [None, "https://data.example.org/"])
def test_manifest_does_not_reflect_the_requested_host(
    real_client: FlaskClient,
    small_store: Path,
    application: Application,
    public: str | None,
    accept: str,
) -> None:
    client = application(small_store, public_url=public).test_client() if public else real_client
    hosts = ["evil.example", 'a"b', "a b", "localhost/a", "x@localhost", "<script>"]
    if public:
        hosts.append("127.0.0.1")
    for host in hosts:
        answer = client.get("/reconcile", headers={"Host": host, "Accept": accept})
        assert answer.status_code == 200, host
        assert f"{(public or 'https://w3id.org/gcmgraph/').rstrip('/')}/reconcile" in answer.text, (
            host
        )
        assert f"//{host}" not in answer.text, host


def test_query_of_an_unknown_type_has_no_candidates_and_others_have_theirs(
    client: FlaskClient,
) -> None:
    unknown = "http://example.org/no-such-type"
    answers = ask(
        client,
        q0={"query": "Niger", "type": unknown},
        q1={"query": "Niger", "type": "Country"},
        q2={"query": "Niger", "type": ["Country", unknown]},
        q3={
            "query": "Niger",
            "type": [unknown, "planet"],
            "properties": [{"pid": "gcm:iso3", "v": "NER"}],
        },
    )
    assert [answers["q0"], answers["q3"]] == [[], []]
    assert matched(answers["q1"]) == matched(answers["q2"]) == "country/NER"


def test_types_of_a_refusal_are_those_of_the_manifest(client: FlaskClient) -> None:
    types = [kind["id"] for kind in client.get("/reconcile").json["defaultTypes"]]
    refused = client.get("/reconcile?query=Niger&type=planet")
    assert (refused.status_code, refused.json["detail"]) == (
        400,
        'The query names the unknown type "planet".',
    )
    assert refused.json["hint"] == f"Types: {', '.join(types)}."


def test_addresses_of_the_manifest_respond(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").json

    def path(address: str) -> str:
        return address.removeprefix("http://localhost")

    identifier = "country%2FAFG"
    assert (
        client.get(path(manifest["preview"]["url"].replace("{{id}}", identifier))).status_code
        == 200
    )
    view = client.get(
        path(manifest["view"]["url"].replace("{{id}}", identifier)), headers={"Accept": "text/html"}
    )
    assert (view.status_code, view.headers["Location"]) == (303, "/doc/country/AFG")
    for what, known in (("entity", identifier), ("type", "country"), ("property", "gcm:iso3")):
        service = manifest["suggest"][what]
        assert service["service_url"] == "http://localhost"
        assert client.get(service["service_path"], query_string={"prefix": "a"}).status_code == 200
        flyout = client.get(service["flyout_service_path"].replace("${id}", known))
        schemas.check(flyout.json, schemas.FLYOUT)
    assert client.get(manifest["extend"]["propose_properties"]["service_path"]).status_code == 200
    assert client.get(path(manifest["logo"])).status_code == 200
    assert client.get(path(manifest["documentation"])).status_code == 200
    french = client.get("/reconcile?lang=fr").json["suggest"]["entity"]["service_path"]
    assert client.get(f"{french}&prefix=Allemagne").json["result"][0]["name"] == "Allemagne"


# candidates


def lines_of(name: str) -> list[list[str]]:
    """The cells of the lines of a file beside this one."""
    return [
        line.split("\t") for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()
    ]


def test_matches_of_names(client: FlaskClient) -> None:
    cases = lines_of("reconciled_names.tsv")
    typed = {
        str(number): {"query": name, **({"type": kind, "type_strict": "should"} if kind else {})}
        for number, (name, kind, _) in enumerate(cases)
    }
    found = ask(client, **typed)
    wrong = [(case, matched(found[str(number)])) for number, case in enumerate(cases)]
    assert [(case, match) for case, match in wrong if (match or "") != case[2]] == []


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        (("Congo", "刚果", "الكونغو", "Конго"), {"COG", "COD"}),
        (("Guinea", "Guinée", "几内亚"), {"GIN", "GNB", "GNQ", "PNG"}),
        (("Korea",), {"KOR", "PRK"}),
        (("Sudan",), {"SDN", "SSD"}),
        (("Nigera", "Nigerai"), {"NGA", "NER"}),
    ],
)
def test_ambiguous_names_are_proposed_only(
    client: FlaskClient, names: tuple[str, ...], meant: set[str]
) -> None:
    for name in names:
        found = one(client, name, type=["country"], limit=6)
        assert matched(found) is None
        assert {f"country/{code}" for code in meant} <= {candidate["id"] for candidate in found}


def test_scores_types_and_limit(client: FlaskClient) -> None:
    scores = [candidate["score"] for candidate in one(client, "Guinea", limit=50)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 3
    found = one(client, "migration", type=["instrument", "organisation"], limit=3)
    assert len(found) <= 3
    assert {candidate["type"][0]["id"] for candidate in found} <= {
        "LegalInstrument",
        "Organisation",
    }


def test_messy_names_and_codes(client: FlaskClient) -> None:
    meant = dict(lines_of("messy_names.tsv"))
    typed = {
        name: {"query": name, "type": thing.partition("/")[0]} for name, thing in meant.items()
    }
    # without a type, the titles of evaluations and a practice type contain some of the names
    for queries, least in ((typed, 76), ({name: {"query": name} for name in meant}, 73)):
        found = {name: matched(candidates) for name, candidates in ask(client, **queries).items()}
        assert {
            name: thing for name, thing in found.items() if thing not in {None, meant[name]}
        } == {}
        assert sum(thing is not None for thing in found.values()) >= least


# properties as evidence


@pytest.mark.parametrize(
    ("pid", "value", "expected"),
    [
        ("gcm:iso3", "COD", "country/COD"),
        ("gcm:iso2", "CG", "country/COG"),
        ("gcm:m49", 180, "country/COD"),
        ("gcm:m49", ["999", "178"], "country/COG"),
        ("iri", "https://w3id.org/gcmgraph/id/country/COD", "country/COD"),
        ("gcm:iso3", "FRA", None),
        ("gcm:region", "Middle Africa", None),
        ("gcm:countryGroup", {"id": "concept/country-group/ldc", "name": "LDC"}, None),
    ],
)
def test_properties_distinguish_the_two_congos(
    client: FlaskClient, pid: str, value: Any, expected: str | None
) -> None:
    assert (
        matched(one(client, "Congo", type="country", properties=[{"pid": pid, "v": value}]))
        == expected
    )


def test_contradicting_name_and_code_match_nothing(client: FlaskClient) -> None:
    found = one(client, "France", type="country", properties=[{"pid": "gcm:iso3", "v": "DEU"}])
    assert matched(found) is None
    assert {"country/FRA", "country/DEU"} <= {candidate["id"] for candidate in found}
    features = {feature["id"]: feature["value"] for feature in found[0]["features"]}
    assert found[0]["id"] == "country/FRA"
    assert features == {"name": 100, "same": True, "agrees:gcm:iso3": False}
    assert found[0]["score"] == 60


def test_match_by_properties_alone_and_identifiers_of_other_datasets(client: FlaskClient) -> None:
    found = ask(
        client,
        country={"properties": [{"pid": "gcm:m49", "v": 4}]},
        target={
            "properties": [{"pid": "skos:exactMatch", "v": "https://metadata.un.org/sdg/10.7/"}],
            "type": "sdg",
        },
        contradiction={
            "properties": [{"pid": "gcm:iso3", "v": "AFG"}, {"pid": "gcm:iso2", "v": "FR"}]
        },
        iri={"query": "http://www.wikidata.org/entity/Q889"},
        evidence={
            "query": "Congo",
            "properties": [{"pid": "skos:exactMatch@www.wikidata.org", "v": "Q974"}],
        },
        geographic={
            "query": "Korea",
            "properties": [
                {"pid": "skos:exactMatch", "v": "http://metadata.un.org/sdg/codes/geoArea/410"}
            ],
        },
    )
    assert {key: matched(candidates) for key, candidates in found.items()} == {
        "country": "country/AFG",
        "target": "sdg/10.7",
        "contradiction": None,
        "iri": "country/AFG",
        "evidence": "country/COD",
        "geographic": "country/KOR",
    }


# values


def test_values_of_properties(client: FlaskClient) -> None:
    extended = extend(
        client,
        ["country/AFG", "sdg/10.7", "nothing/here"],
        {"id": "gcm:m49"},
        {"id": "skos:prefLabel@zh"},
        {"id": "skos:exactMatch@metadata.un.org"},
        {"id": "skos:exactMatch@www.wikidata.org"},
        {"id": "skos:closeMatch"},
        {"id": "gcm:region"},
        {"id": "iri"},
        {"id": "skos:prefLabel", "settings": {"language": "ru"}},
        {"id": "rdf:type", "settings": {"limit": "1", "language": "any"}},
        {"id": "skos:notation"},
    )
    assert len(extended["country/AFG"].pop("rdf:type")) == 1
    assert extended["country/AFG"] == {
        "gcm:m49": [{"str": "004"}],
        "skos:prefLabel@zh": [{"str": "阿富汗"}],
        "skos:exactMatch@metadata.un.org": [
            {"str": "http://metadata.un.org/sdg/codes/geoArea/004"}
        ],
        "skos:exactMatch@www.wikidata.org": [{"str": "http://www.wikidata.org/entity/Q889"}],
        "skos:closeMatch": [
            {"str": "http://eurovoc.europa.eu/261"},
            {"str": "http://metadata.un.org/thesaurus/1000096"},
        ],
        "gcm:region": [{"id": "concept/m49/034", "name": "Southern Asia"}],
        "iri": [{"str": "https://w3id.org/gcmgraph/id/country/AFG"}],
        "skos:prefLabel": [{"str": "Афганистан"}],
        "skos:notation": [{"str": "AFG"}],
    }
    assert extended["sdg/10.7"]["skos:exactMatch@metadata.un.org"] == [
        {"str": "http://metadata.un.org/sdg/10.7"}
    ]
    assert extended["sdg/10.7"]["skos:notation"] == [{"str": "10.7"}]  # once, of two datatypes
    assert set(map(len, extended["nothing/here"].values())) == {0}
    assert (
        len(
            extend(client, ["country/AFG"], {"id": "skos:exactMatch"})["country/AFG"][
                "skos:exactMatch"
            ]
        )
        > 1
    )
    assert (
        client.get("/reconcile/preview?id=sdg/10.7").text.count("10.7</") == 2
    )  # the code and the UN's address


def test_proposed_properties(client: FlaskClient) -> None:
    for kind in ("country", "sdg", "organisation", "practice"):
        extended = client.get("/reconcile/properties", query_string={"type": kind}).json
        schemas.check(extended, schemas.PROPOSED)
        found = client.get(
            "/reconcile/suggest/entity", query_string={"type": kind, "prefix": "a", "limit": 100}
        ).json
        assert found["result"], kind
        ids = [one["id"] for one in extended["properties"]]
        assert len(set(ids)) == len(ids) > 5
    assert (
        client.get("/reconcile/properties?type=country&limit=3").json["properties"][0]["id"]
        == "iri"
    )


# suggestions and previews


def test_suggestions(client: FlaskClient) -> None:
    entities = client.get("/reconcile/suggest/entity?prefix=nig").json
    schemas.check(entities, schemas.SUGGESTED_ENTITIES)
    assert [one["id"] for one in entities["result"]][:2] == ["country/NER", "country/NGA"]
    later = client.get("/reconcile/suggest/entity?prefix=nig&cursor=1&limit=1").json
    assert later["result"] == entities["result"][1:2]
    assert (
        client.get("/reconcile/suggest/entity?prefix=country/TUR").json["result"][0]["id"]
        == "country/TUR"
    )
    types = client.get("/reconcile/suggest/type?prefix=cou").json
    schemas.check(types, schemas.SUGGESTED)
    assert types["result"] == [{"id": "Country", "name": "Countries"}]
    properties = client.get("/reconcile/suggest/property?prefix=iso").json
    schemas.check(properties, schemas.SUGGESTED)
    assert {one["id"] for one in properties["result"]} == {"gcm:iso2", "gcm:iso3"}


def test_frames_of_previews_only(client: FlaskClient) -> None:
    preview = client.get("/reconcile/preview?id=country/AFG")
    assert "frame-ancestors *" in preview.headers["Content-Security-Policy"]
    assert "script-src 'self'" in preview.headers["Content-Security-Policy"]
    assert "Southern Asia" in preview.text
    for other in ("/reconcile", "/", "/reconcile/preview?id=nothing", "/doc/country/AFG"):
        assert "frame-ancestors 'none'" in client.get(other).headers["Content-Security-Policy"]
    assert client.get("/reconcile/preview?id=nothing").status_code == 404


def test_jsonp(client: FlaskClient) -> None:
    address = "/reconcile?callback=jQuery3_1.cb&_=17&query=Niger"
    response = client.get(address)
    assert response.mimetype == "text/javascript"
    assert response.text.startswith("/**/jQuery3_1.cb({")
    assert response.text.endswith("});")
    assert (
        json.loads(response.text[len("/**/jQuery3_1.cb(") : -2])
        == client.get("/reconcile?query=Niger").json
    )
    schemas.check(json.loads(client.get("/reconcile?callback=f&_=1").text[6:-2]), schemas.MANIFEST)


def test_equal_results_of_query_and_batch(client: FlaskClient) -> None:
    batch = one(client, "Kenya", type="country", limit=2)
    plain = client.get("/reconcile?query=Kenya&type=country&limit=2").json
    written = client.get(
        "/reconcile", query_string={"query": '{"query": "Kenya", "type": "country", "limit": 2}'}
    ).json
    got = client.get(
        "/reconcile",
        query_string={"queries": '{"q": {"query": "Kenya", "type": "country", "limit": 2}}'},
    )
    schemas.check(plain, schemas.RESULT)
    assert plain["result"] == written["result"] == got.json["q"]["result"] == batch
    assert matched(batch) == "country/KEN"


# other clients


@pytest.mark.parametrize("pid", ["gcm:nothing", "P31", "http://[", "gcm:a b<>\ud800", "gcm:iso3@"])
def test_unknown_members_and_properties_are_ignored(client: FlaskClient, pid: str) -> None:
    found = one(client, "Kenya", type="country", nonsense=1, properties=[{"pid": pid, "v": "x"}])
    assert matched(found) == "country/KEN"
    assert one(client, "", properties=[{"pid": pid, "v": "x"}]) == []


def names_of_organisations() -> list[tuple[str, str]]:
    """The names in `organisation-names.csv`, each with the organisation that has it."""
    names = []
    for row in read_rows(ROOT / "data" / "reference" / "organisation-names.csv"):
        for column, cell in row.items():
            if column.startswith(("name_", "alt_")) and cell:
                names += [(name, row["organisation"]) for name in cell.split("|")]
    return names


def test_organisations_are_found_by_their_names_in_all_scripts(client: FlaskClient) -> None:
    names = names_of_organisations()
    queries = {
        f"q{number}": {"query": name, "type": "Organisation"}
        for number, (name, _) in enumerate(names)
    }
    candidates = ask(client, **queries)
    matches = {name: matched(candidates[f"q{number}"]) for number, (name, _) in enumerate(names)}
    assert len(names) > 60
    assert matches == {name: f"organisation/{slug}" for name, slug in names}
