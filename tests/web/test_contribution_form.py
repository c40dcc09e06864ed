"""The form that is made from the shapes, over HTTP and in a browser; its drafts; suggestions for texts."""

from __future__ import annotations

import json
import re
import urllib.parse

import pytest
from flask.testing import FlaskClient
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import Select

from attackers import ask
from browsing import needs_chromium, run, set_width, wait
from gcmgraph.publication.suggestions import LONGEST

PRACTICE = {
    "dct:title@en": ["Mobile desk"],
    "dct:title@fr": ["Guichet mobile"],
    "dct:description@en": ["A desk on wheels.\r\nIt visits villages."],
    "gcm:objective": ["https://w3id.org/gcmgraph/id/objective/9"],
    "gcm:country": ["Philippines (PHL)", "France"],
    "dct:source": ["https://example.org/report"],
    "schema:funding/schema:amount/schema:value": ["12 000"],
    "schema:funding/schema:amount/schema:currency": ["EUR"],
    "gcm:outcome@fr": ["Un ; deux", "Trois"],
}


def sent(
    site: str, kind: str, fields: dict[str, list[str]], language: str = "en"
) -> tuple[int, str]:
    """The status and the page that a form is answered with."""
    data = urllib.parse.urlencode(fields, doseq=True, errors="surrogatepass").encode()
    headers = {
        "Content_Type": "application/x-www-form-urlencoded",
        "Accept": "text/html",
        "Accept_Language": language,
    }
    reply = ask(site, f"/contributions/form/{kind}", data, **headers)
    return reply.status, reply.body.decode()


def test_conforming_form_retains_values(site: str) -> None:
    status, page = sent(site, "practice", {**PRACTICE, "do": ["check"]})
    assert status == 200
    assert "This conforms." in page
    assert "A desk on wheels.\nIt visits villages.</textarea>" in page
    assert 'value="France"' in page
    assert '<option value="https://w3id.org/gcmgraph/id/objective/9" selected' in page
    assert "aria-invalid" not in page


def fields_before_folds(page: str) -> list[str]:
    """The names of the fields that are seen when a form is opened."""
    form = page.partition('class="described"')[2].partition('<details class="group"')[0]
    return list(dict.fromkeys(re.findall(r' name="([^"]+:[^"]+)"', form)))


def test_form_of_a_practice_begins_with_eight_fields_in_one_language(site: str) -> None:
    page = ask(site, "/contributions/form/practice?lang=fr", Accept="text/html").body.decode()
    assert fields_before_folds(page) == [
        "dct:title@fr", "dct:description@fr", "gcm:objective", "gcm:country", "gcm:leadOrganisation",
        "schema:startDate", "schema:endDate", "dct:source",
    ]  # fmt: skip
    assert '<details class="group" open' not in page


def test_group_of_a_form_with_a_value_is_open(site: str) -> None:
    _, page = sent(site, "practice", {**PRACTICE, "do": ["check"]})
    opened = re.findall(r'<details class="group" open><summary[^>]*>([^<]+)', page)
    assert [name.strip() for name in opened] == ["Name and description", "Money", "Results"]


def test_several_countries_in_one_input_of_a_form_conform(site: str) -> None:
    _, page = sent(site, "practice", {**PRACTICE, "gcm:country": ["Niger; Mali"], "do": ["check"]})
    assert "This conforms." in page


def test_french_practice_in_the_first_fields_conforms_at_first_try(site: str) -> None:
    written = {
        "dct:title@fr": ["Guichet mobile du Niger"],
        "dct:description@fr": ["Un guichet qui visite les villages et répond aux questions."],
        "gcm:objective": ["https://w3id.org/gcmgraph/id/objective/9"],
        "gcm:country": ["Niger"],
        "dct:source": ["https://example.org/rapport"],
    }
    _, empty_form = sent(site, "practice", {"do": ["suggest"]}, "fr")
    assert written.keys() <= set(fields_before_folds(empty_form))
    status, page = sent(site, "practice", {**written, "do": ["check"]}, "fr")
    assert (status, "aria-invalid" in page) == (200, False)


def test_empty_phrase_is_refused_in_the_form(site: str) -> None:
    _, page = sent(
        site, "practice", {**PRACTICE, "dct:description@en": ["n/a"], "do": ["check"]}, "fr"
    )
    assert "« n/a » dit qu’il n’y a rien à dire" in page


def test_error_of_an_amount_with_its_currency_has_advice_in_the_form(site: str) -> None:
    amount = {"schema:funding/schema:amount/schema:value": ["12 000 000 FCFA"]}
    _, page = sent(site, "practice", {**PRACTICE, **amount, "do": ["check"]}, "fr")
    assert "Écrivez « 12000000 » ici" in page
    assert "XOF en Afrique de l’Ouest" in page


def test_form_of_an_organisation(site: str) -> None:
    fields = {
        "skos:prefLabel@en": ["Office of Something"],
        "org:subOrganizationOf": ["UN"],
        "foaf:homepage": ["x"],
    }
    status, page = sent(site, "organisation", {**fields, "do": ["check"]})
    assert status == 200
    assert page.count('aria-invalid="true"') == page.count('name="foaf:homepage"')


def test_error_of_a_value_is_counted_once(site: str) -> None:
    _, page = sent(
        site, "practice", {**PRACTICE, "schema:funding/schema:amount/schema:value": ["12 millions"]}
    )
    assert "1 error to correct." in page
    assert (
        page.count("The value must be a number that is not negative.") == 2
    )  # above the form and at the field


def test_missing_text_at_the_field_of_its_language(site: str) -> None:
    for given, language, said in (
        ({"dct:title@en": ["Mobile desk"]}, "fr", "French title."),
        ({}, "en", "title in an official language of the United Nations."),
    ):
        _, page = sent(site, "practice", {"gcm:country": ["France"], **given})
        field = f'<a href="#field-dct-title-{language}-1"><span lang="en" dir="ltr">title [{language}]</span></a>'
        assert f"{field}: <span>The practice has no {said}" in page


def test_language_and_direction_of_an_arabic_form(site: str) -> None:
    _, page = sent(site, "practice", {"gcm:country": ["Phillipines"], "do": ["check"]}, "ar")
    assert ">البلد " in page
    fields = re.findall(r'class="field[ a-z]*" lang="ar"([^>]*)', page)
    assert len(fields) > 10
    assert all('dir="rtl"' in field for field in fields)
    assert re.search(r"<summary[^>]*>من وأين <span", page)
    assert re.search(r'<a href="#[^"]+"><span lang="ar" dir="rtl">', page)
    assert re.search(r'class="error" id="[^"]+" lang="ar" dir="rtl"', page)


def test_refused_forms(site: str) -> None:
    assert sent(site, "practice", {"do": ["check"]})[0] == 400
    assert sent(site, "country", {"do": ["check"]})[0] == 404
    status, page = sent(site, "practice", {**PRACTICE, "do": ["send"]})
    assert status == 401
    assert "This needs a token." in page
    assert "Mobile desk</textarea>" in page  # what was written is not lost


@pytest.mark.parametrize("name", ["dct:title@en", "gcm:country", "id"])
def test_hostile_values_are_escaped(site: str, name: str) -> None:
    hostile = (
        "<script>alert(1)</script>",
        '"><img src=x>',
        "=1+1",
        "\x00\x07",
        "\u202e\ufffe",
        "a\nb\r\nc",
        "\ud83d",
    )
    for said in (*hostile, "x" * 200_000) if name == "id" else hostile[:2]:
        status, page = sent(site, "practice", {name: [said]})
        assert status < 500, said
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def check(browser: Chrome) -> None:
    """Press the button, and wait for the page that answers."""
    button = browser.find_element(By.CSS_SELECTOR, "button[value=check]")
    button.click()
    wait(browser, 20).until(staleness_of(button))


@needs_chromium
def test_correction_in_a_browser(site: str, browser: Chrome) -> None:
    set_width(browser, 360)
    browser.get(f"{site}/contributions/form/practice?lang=en")
    browser.execute_script("localStorage.clear()")  # the draft of another test
    browser.refresh()
    for name in ("dct:title@en", "dct:description@en", "dct:source"):
        browser.find_element(By.NAME, name).send_keys(PRACTICE[name][0].replace("\r\n", " "))
    Select(browser.find_element(By.NAME, "gcm:objective")).select_by_value(
        PRACTICE["gcm:objective"][0]
    )
    browser.find_element(By.NAME, "gcm:country").send_keys("Phillipines")
    check(browser)
    country = browser.find_element(By.NAME, "gcm:country")
    assert (country.get_attribute("value"), country.get_attribute("aria-invalid")) == (
        "Phillipines",
        "true",
    )
    described = (country.get_attribute("aria-describedby") or "").split()
    told = " ".join(browser.find_element(By.ID, one).text for one in described)
    assert [part for part in ("no such country", "Philippines (PHL)") if part not in told] == []
    wrong = browser.find_elements(By.CSS_SELECTOR, ".field.wrong")
    assert [field.find_element(By.CSS_SELECTOR, "legend").text for field in wrong] == [
        "country (*)"
    ]
    browser.find_element(By.CSS_SELECTOR, '.outcome a[href$="country-1"]').click()
    assert browser.current_url.endswith("#field-gcm-country-1")
    country.clear()
    country.send_keys("Philippines (PHL)")
    check(browser)
    assert "This conforms." in browser.find_element(By.CSS_SELECTOR, "main [role=status]").text
    assert browser.execute_script(
        "return document.documentElement.scrollWidth <= window.innerWidth"
    )


@needs_chromium
@pytest.mark.parametrize("kind", ["practice", "organisation"])
def test_names_of_inputs(site: str, browser: Chrome, kind: str) -> None:
    browser.get(f"{site}/contributions/form/{kind}?lang=fr")
    assert run(browser, "lost") == []


STORED = "return localStorage.getItem('gcmgraph.draft.practice')"


def write(browser: Chrome, name: str, text: str) -> None:
    browser.find_element(By.NAME, name).send_keys(text)


def value(browser: Chrome, name: str) -> str:
    return browser.find_element(By.NAME, name).get_property("value")  # type: ignore[return-value]


@needs_chromium
def test_draft_of_a_form_without_token(site: str, browser: Chrome) -> None:
    form = f"{site}/contributions/form/practice?lang=en"
    browser.get(form)
    browser.execute_script("localStorage.clear()")
    browser.get(form)  # without the draft that another test left
    write(browser, "dct:title@en", "Mobile desk")
    write(browser, "gcm:country", "France")
    write(browser, "token", "gcm_secret")
    wait(browser).until(lambda b: "France" in (b.execute_script(STORED) or ""))
    assert "secret" not in browser.execute_script("return JSON.stringify(localStorage)")
    browser.get(form)
    assert (value(browser, "dct:title@en"), value(browser, "gcm:country")) == (
        "Mobile desk",
        "France",
    )
    assert value(browser, "token") == ""
    assert browser.find_element(By.CSS_SELECTOR, "[data-draft-restored]").is_displayed()
    # the form that the server gives back has what was sent, not an older draft
    browser.find_element(By.CSS_SELECTOR, "button[value=check]").click()
    wait(browser).until(lambda b: b.find_elements(By.ID, "report"))
    assert value(browser, "dct:title@en") == "Mobile desk"
    browser.get(form)
    browser.find_element(By.CSS_SELECTOR, "[data-draft-clear]").click()
    assert browser.execute_script(STORED) is None
    assert value(browser, "dct:title@en") == ""
    browser.get(form)
    assert value(browser, "dct:title@en") == ""


@needs_chromium
def test_damaged_draft_is_ignored(site: str, browser: Chrome) -> None:
    form = f"{site}/contributions/form/organisation?lang=en"
    browser.get(form)
    for draft in (
        "not JSON",
        "{}",
        '{"at": 1, "values": [["skos:prefLabel@en", "old"]]}',
        "null",
        "[1]",
    ):
        browser.execute_script(
            f"localStorage.setItem('gcmgraph.draft.organisation', {json.dumps(draft)})"
        )
        browser.refresh()
        assert value(browser, "skos:prefLabel@en") == "", draft
    write(browser, "skos:prefLabel@en", "x")  # the script runs on
    wait(browser).until(
        lambda b: '"x"' in (b.execute_script(STORED.replace("practice", "organisation")) or "")
    )
    browser.execute_script("localStorage.clear()")


TEXT = "Consular desks of the Philippines give identity papers to migrant workers"
FORM = "application/x-www-form-urlencoded"
CSV = 'title [en],description [en]\nDesks,"Desks give identity papers"\nFund,"Lower cost of remittances"\n"هذا نص",\n'


def posted(
    client: FlaskClient, body: bytes, kind: str, accept: str = "*/*", path: str = "/suggest"
) -> tuple[int, str]:
    """The status and the body of the answer to POST."""
    reply = client.post(
        path, data=body, content_type=kind, headers={"Accept": accept, "Accept-Language": "en"}
    )
    return reply.status_code, reply.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (TEXT.encode(), "text/plain"), (json.dumps({"text": TEXT}).encode(), "application/json"),
        (urllib.parse.urlencode({"text": TEXT}).encode(), FORM),
    ],
)  # fmt: skip
def test_suggestions_of_a_text(real_client: FlaskClient, body: bytes, kind: str) -> None:
    status, answer = posted(real_client, body, kind)
    assert status == 200
    [found] = json.loads(answer)["texts"]
    first = found["suggestions"]["objectives"][0]
    assert first["code"] == "4"
    assert {"identity", "papers"} <= set(first["words"])
    assert first["score"] > found["suggestions"]["objectives"][1]["score"]
    assert found["suggestions"]["countries"][0]["iri"].endswith("/id/country/PHL")


def test_page_of_suggestions(real_client: FlaskClient) -> None:
    status, page = posted(
        real_client, urllib.parse.urlencode({"text": f"{TEXT} <b>"}).encode(), FORM, "text/html"
    )
    assert status == 200
    assert "<mark><bdi>identity</bdi></mark>" in page
    assert f"{TEXT} &lt;b&gt;</textarea>" in page
    assert 'href="/doc/objective/4"' in page


def test_suggestions_per_practice(real_client: FlaskClient) -> None:
    status, answer = posted(real_client, CSV.encode(), "text/csv")
    assert status == 200
    texts = json.loads(answer)["texts"]
    assert [
        (one["title"]["en"], one["suggestions"]["objectives"][0]["code"]) for one in texts[:2]
    ] == [
        ("Desks", "4"),
        ("Fund", "20"),
    ]
    assert "no word in English" in texts[2]["problem"]
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n{CSV}\r\n--b--\r\n'
    status, page = posted(
        real_client, part.encode(), "multipart/form-data; boundary=b", "text/html"
    )
    assert status == 200
    assert "<h3><bdi>Fund</bdi></h3>" in page
    assert '<p lang="en" dir="auto">There is no word in English' in page


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "text/plain", "There is no text."), (b"text=", FORM, "There is no text."),
        ("هذا نص".encode(), "text/plain", "There is no word in English, French or Spanish"),
        (b"ab " * 340_000, "text/plain", f"the limit is {LONGEST:,}"),
        (b"\xff\xfe", "text/plain", "There is no word"), (b"[]", "application/json", "JSON object"),
        (b"x", "application/pdf", "format"),
        (b"<http://a.example/> a <http://a.example/> .", "text/turtle", "describes no practice"),
    ],
)  # fmt: skip
def test_unusable_text_returns_400(
    real_client: FlaskClient, body: bytes, kind: str, said: str
) -> None:
    for accept in ("*/*", "text/html"):
        status, answer = posted(real_client, body, kind, accept)
        assert (status, said in answer) == (400, True)


def test_suggestions_in_the_form(real_client: FlaskClient) -> None:
    kind = "https://w3id.org/gcmgraph/id/concept/practice-type/permit-or-document"
    fields = {
        "dct:title@en": "Identity desks",
        "dct:description@en": TEXT,
        "dct:type": kind,
        "do": "suggest",
    }
    path = "/contributions/form/practice"
    status, page = posted(
        real_client, urllib.parse.urlencode(fields).encode(), FORM, "text/html", path
    )
    assert status == 200
    assert "nothing was filled in" in page
    assert "<mark><bdi>identity</bdi></mark>" in page.replace("Identity", "identity")
    assert "<mark><bdi>document</bdi></mark>" in page
    assert (
        page.partition('<form class="described"')[2].count(" selected") == 1
    )  # the type, as submitted
    status, page = posted(real_client, b"do=suggest", FORM, "text/html", path)
    assert status == 400
    assert "There is no word" in page
