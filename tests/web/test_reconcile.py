"""/reconcile over everything that this repository publishes, with requests such as those of OpenRefine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import reconciliation_schemas as schemas
from flask import Flask
from flask.testing import FlaskClient

Json = dict[str, Any]


@pytest.fixture(scope="module")
def client(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


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
    asked = {"ids": ids, "properties": [*properties]}
    response = client.post("/reconcile", data={"extend": json.dumps(asked)})
    assert response.status_code == 200, response.text
    schemas.check(response.json, schemas.EXTENSION)
    extended: Json = response.json
    return extended


# the manifest


def test_manifest(client: FlaskClient) -> None:
    response = client.get("/reconcile")
    schemas.check(response.json, schemas.MANIFEST)
    assert response.json["versions"] == ["0.1", "0.2", "1.0-draft"]
    assert response.json["identifierSpace"] == "https://w3id.org/gcmgraph/id/"
    types = {kind["id"]: kind["name"] for kind in response.json["defaultTypes"]}
    assert {"Country", "SdgGoal", "SdgTarget", "Organisation", "concept"} <= types.keys()
    assert response.json["schemaSpace"] + "Country" == "https://w3id.org/gcmgraph/ontology#Country"
    assert (types["Country"], types["SdgTarget"]) == ("Countries", "SDG target")


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("accept", ["", "*/*", "application/json, text/javascript, */*; q=0.01", "image/png"])
def test_manifest_for_clients_other_than_browsers(client: FlaskClient, accept: str) -> None:
    response = client.get("/reconcile", headers={"Accept": accept})
    schemas.check(response.json, schemas.MANIFEST)
    assert "Accept" in response.vary


def test_page_with_address_and_types_for_browsers(client: FlaskClient) -> None:
    response = client.get("/reconcile", headers={"Accept": BROWSER, "Host": "gcm.example:81"})
    assert (response.mimetype, "Accept" in response.vary) == ("text/html", True)
    assert '<pre tabindex="0">http://gcm.example:81/reconcile</pre>' in response.text
    for kind in client.get("/reconcile").json["defaultTypes"]:
        assert f"<code>{kind['id']}</code> {kind['name']}" in response.text
    french = client.get("/reconcile?lang=fr", headers={"Accept": BROWSER}).text
    assert '<pre tabindex="0">http://localhost/reconcile?lang=fr</pre>' in french
    assert "<code>Country</code> Pays" in french


def test_example_of_the_page_in_json(client: FlaskClient) -> None:
    page = client.get("/reconcile", headers={"Accept": BROWSER}).text
    assert 'href="/reconcile?query=Niger&amp;type=country"' in page
    answer = client.get("/reconcile?query=Niger&type=country", headers={"Accept": BROWSER})
    assert answer.json["result"][0]["id"] == "country/NER"


def test_manifest_with_addresses_of_the_requested_host(client: FlaskClient) -> None:
    manifest = client.get("/reconcile", headers={"Host": "gcm.example:81", "X-Forwarded-Proto": "https"}).json
    assert manifest["preview"]["url"] == "https://gcm.example:81/reconcile/preview?id={{id}}"
    assert manifest["suggest"]["entity"]["service_url"] == "https://gcm.example:81"
    assert manifest["view"]["url"].startswith("https://gcm.example:81/resolve?uri=https://w3id.org/gcmgraph/id/")


@pytest.mark.parametrize("host", ['a"b', "a b", "a/b", "", "x@y", "<script>"])
def test_invalid_host_returns_400(client: FlaskClient, host: str) -> None:
    assert client.get("/reconcile", headers={"Host": host}).status_code == 400


def test_addresses_of_the_manifest_respond(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").json

    def path(address: str) -> str:
        return address.removeprefix("http://localhost")

    identifier = "country%2FAFG"
    assert client.get(path(manifest["preview"]["url"].replace("{{id}}", identifier))).status_code == 200
    view = client.get(path(manifest["view"]["url"].replace("{{id}}", identifier)), headers={"Accept": "text/html"})
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


def test_language_in_addresses_of_the_manifest(client: FlaskClient) -> None:
    manifest = client.get("/reconcile?lang=fr").json
    assert manifest["suggest"]["entity"]["service_path"] == "/reconcile/suggest/entity?lang=fr"
    suggested = client.get("/reconcile/suggest/entity?lang=fr&prefix=Allemagne").json
    assert suggested["result"][0]["name"] == "Allemagne"


# candidates


def lines_of(name: str) -> list[list[str]]:
    """The cells of the lines of a file beside this one."""
    return [line.split("\t") for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("name", "kind", "expected"), lines_of("reconciled_names.tsv"))
def test_match_of_a_name(client: FlaskClient, name: str, kind: str, expected: str) -> None:
    typed = {"type": kind, "type_strict": "should"} if kind else {}
    assert (matched(one(client, name, **typed)) or "") == expected


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Congo", {"COG", "COD"}),
        ("Korea", {"KOR", "PRK"}),
        ("Guinea", {"GIN", "GNB", "GNQ", "PNG"}),
        ("Guinée", {"GIN", "GNB", "GNQ", "PNG"}),
        ("刚果", {"COG", "COD"}),
        ("几内亚", {"GIN", "GNB", "GNQ", "PNG"}),
        ("الكونغو", {"COG", "COD"}),
        ("Конго", {"COG", "COD"}),
        ("Sudan", {"SDN", "SSD"}),
        ("Nigera", {"NGA", "NER"}),
        ("Nigerai", {"NGA", "NER"}),
    ],
)
def test_ambiguous_names_are_proposed_only(client: FlaskClient, name: str, meant: set[str]) -> None:
    found = one(client, name, type=["country"], limit=6)
    assert matched(found) is None
    assert {f"country/{code}" for code in meant} <= {candidate["id"] for candidate in found}


def test_descending_scores(client: FlaskClient) -> None:
    assert one(client, "Guinea Bisau", limit=50)[0]["id"] == "country/GNB"
    scores = [candidate["score"] for candidate in one(client, "Guinea", limit=50)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 3


def test_types_and_limit(client: FlaskClient) -> None:
    found = one(client, "migration", type=["instrument", "organisation"], limit=3)
    assert len(found) <= 3
    assert {candidate["type"][0]["id"] for candidate in found} <= {"LegalInstrument", "Organisation"}


def test_messy_names_and_codes(client: FlaskClient) -> None:
    meant = dict(lines_of("messy_names.tsv"))
    typed = {name: {"query": name, "type": thing.partition("/")[0]} for name, thing in meant.items()}
    # without a type, the titles of evaluations and a practice type contain some of the names
    for queries, least in ((typed, 76), ({name: {"query": name} for name in meant}, 73)):
        found = {name: matched(candidates) for name, candidates in ask(client, **queries).items()}
        assert {name: thing for name, thing in found.items() if thing not in {None, meant[name]}} == {}
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
def test_properties_distinguish_the_two_congos(client: FlaskClient, pid: str, value: Any, expected: str | None) -> None:
    assert matched(one(client, "Congo", type="country", properties=[{"pid": pid, "v": value}])) == expected


def test_contradicting_name_and_code_match_nothing(client: FlaskClient) -> None:
    found = one(client, "France", type="country", properties=[{"pid": "gcm:iso3", "v": "DEU"}])
    assert matched(found) is None
    assert {"country/FRA", "country/DEU"} <= {candidate["id"] for candidate in found}
    features = {feature["id"]: feature["value"] for feature in found[0]["features"]}
    assert found[0]["id"] == "country/FRA"
    assert features == {"name": 100, "same": True, "agrees:gcm:iso3": False}
    assert found[0]["score"] == 60


def test_match_by_properties_alone(client: FlaskClient) -> None:
    found = ask(
        client,
        country={"properties": [{"pid": "gcm:m49", "v": 4}]},
        target={"properties": [{"pid": "skos:exactMatch", "v": "https://metadata.un.org/sdg/10.7/"}], "type": "sdg"},
        contradiction={"properties": [{"pid": "gcm:iso3", "v": "AFG"}, {"pid": "gcm:iso2", "v": "FR"}]},
    )
    assert matched(found["country"]) == "country/AFG"
    assert matched(found["target"]) == "sdg/10.7"
    assert matched(found["contradiction"]) is None


# values


def test_values_of_properties(client: FlaskClient) -> None:
    extended = extend(
        client,
        ["country/AFG", "sdg/10.7", "nothing/here"],
        {"id": "gcm:iso3"},
        {"id": "gcm:m49"},
        {"id": "skos:prefLabel@zh"},
        {"id": "skos:exactMatch@metadata.un.org"},
        {"id": "skos:closeMatch"},
        {"id": "gcm:region"},
        {"id": "iri"},
    )
    assert extended["rows"]["country/AFG"] == {
        "gcm:iso3": [{"str": "AFG"}],
        "gcm:m49": [{"str": "004"}],
        "skos:prefLabel@zh": [{"str": "阿富汗"}],
        "skos:exactMatch@metadata.un.org": [{"str": "http://metadata.un.org/sdg/codes/geoArea/004"}],
        "skos:closeMatch": [
            {"str": "http://eurovoc.europa.eu/261"},
            {"str": "http://metadata.un.org/thesaurus/1000096"},
        ],
        "gcm:region": [{"id": "concept/m49/034", "name": "Southern Asia"}],
        "iri": [{"str": "https://w3id.org/gcmgraph/id/country/AFG"}],
    }
    assert extended["rows"]["sdg/10.7"]["skos:exactMatch@metadata.un.org"] == [
        {"str": "http://metadata.un.org/sdg/10.7"}
    ]
    assert set(map(len, extended["rows"]["nothing/here"].values())) == {0}
    assert [meta["id"] for meta in extended["meta"]][:2] == ["gcm:iso3", "gcm:m49"]
    assert extended["meta"][5]["type"]["id"] == "concept"


def test_identifiers_of_other_datasets(client: FlaskClient) -> None:
    extended = extend(client, ["country/AFG"], {"id": "skos:exactMatch@www.wikidata.org"}, {"id": "skos:exactMatch"})
    wikidata = "http://www.wikidata.org/entity/Q889"
    assert extended["rows"]["country/AFG"]["skos:exactMatch@www.wikidata.org"] == [{"str": wikidata}]
    assert len(extended["rows"]["country/AFG"]["skos:exactMatch"]) > 1
    found = ask(
        client,
        iri={"query": wikidata},
        evidence={"query": "Congo", "properties": [{"pid": "skos:exactMatch@www.wikidata.org", "v": "Q974"}]},
        geographic={
            "query": "Korea",
            "properties": [{"pid": "skos:exactMatch", "v": "http://metadata.un.org/sdg/codes/geoArea/410"}],
        },
    )
    assert {key: matched(candidates) for key, candidates in found.items()} == {
        "iri": "country/AFG",
        "evidence": "country/COD",
        "geographic": "country/KOR",
    }


def test_settings_of_a_property(client: FlaskClient) -> None:
    extended = extend(
        client,
        ["country/FRA"],
        {"id": "skos:prefLabel", "settings": {"language": "ru"}},
        {"id": "rdf:type", "settings": {"limit": "1", "language": "any"}},
    )
    assert extended["rows"]["country/FRA"]["skos:prefLabel"] == [{"str": "Франция"}]
    assert len(extended["rows"]["country/FRA"]["rdf:type"]) == 1


def test_one_value_of_a_code_with_two_datatypes(client: FlaskClient) -> None:
    extended = extend(client, ["sdg/10.7"], {"id": "skos:notation"})
    assert extended["rows"]["sdg/10.7"]["skos:notation"] == [{"str": "10.7"}]
    assert client.get("/reconcile/preview?id=sdg/10.7").text.count("10.7</") == 2  # the code and the UN's address


def test_proposed_properties(client: FlaskClient) -> None:
    for kind in ("country", "sdg", "organisation", "practice"):
        extended = client.get("/reconcile/properties", query_string={"type": kind}).json
        schemas.check(extended, schemas.PROPOSED)
        found = client.get("/reconcile/suggest/entity", query_string={"type": kind, "prefix": "a", "limit": 100}).json
        assert found["result"], kind
        ids = [one["id"] for one in extended["properties"]]
        assert len(set(ids)) == len(ids) > 5
    assert client.get("/reconcile/properties?type=country&limit=3").json["properties"][0]["id"] == "iri"


# suggestions and previews


def test_suggestions(client: FlaskClient) -> None:
    entities = client.get("/reconcile/suggest/entity?prefix=nig").json
    schemas.check(entities, schemas.SUGGESTED_ENTITIES)
    assert [one["id"] for one in entities["result"]][:2] == ["country/NER", "country/NGA"]
    later = client.get("/reconcile/suggest/entity?prefix=nig&cursor=1&limit=1").json
    assert later["result"] == entities["result"][1:2]
    assert client.get("/reconcile/suggest/entity?prefix=country/TUR").json["result"][0]["id"] == "country/TUR"
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
    assert json.loads(response.text[len("/**/jQuery3_1.cb(") : -2]) == client.get("/reconcile?query=Niger").json
    schemas.check(json.loads(client.get("/reconcile?callback=f&_=1").text[6:-2]), schemas.MANIFEST)


def test_equal_results_of_query_and_batch(client: FlaskClient) -> None:
    batch = one(client, "Kenya", type="country", limit=2)
    plain = client.get("/reconcile?query=Kenya&type=country&limit=2").json
    written = client.get("/reconcile", query_string={"query": '{"query": "Kenya", "type": "country", "limit": 2}'}).json
    got = client.get("/reconcile", query_string={"queries": '{"q": {"query": "Kenya", "type": "country", "limit": 2}}'})
    schemas.check(plain, schemas.RESULT)
    assert plain["result"] == written["result"] == got.json["q"]["result"] == batch
    assert matched(batch) == "country/KEN"


# other clients


@pytest.mark.parametrize("pid", ["gcm:nothing", "P31", "http://[", "gcm:a b<>\ud800", "gcm:iso3@"])
def test_unknown_members_and_properties_are_ignored(client: FlaskClient, pid: str) -> None:
    found = one(client, "Kenya", type="country", nonsense=1, properties=[{"pid": pid, "v": "x"}])
    assert matched(found) == "country/KEN"
    assert one(client, "", properties=[{"pid": pid, "v": "x"}]) == []
