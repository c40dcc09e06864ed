"""The form that is made from the shapes, in a real browser: English, a phone; and without a script."""

from __future__ import annotations

import re
import urllib.parse
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import Select

from attackers import ask
from browsing import complaints, needs_chromium, set_width, wait
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import Assembly
from gcmgraph.store.versions import StoreFolder
from serving import Application

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


ADDRESSES = Addresses()


def cells(workbook: bytes) -> str:
    """All that the cells of a workbook say."""
    book = load_workbook(BytesIO(workbook))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)


def sent(site: str, kind: str, fields: dict[str, list[str]], language: str = "en") -> tuple[int, str]:
    """The status and the page that a form is answered with."""
    data = urllib.parse.urlencode(fields, doseq=True, errors="surrogatepass").encode()
    headers = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Accept_Language": language}
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


def test_form_of_an_organisation(site: str) -> None:
    fields = {"skos:prefLabel@en": ["Office of Something"], "org:subOrganizationOf": ["UN"], "foaf:homepage": ["x"]}
    status, page = sent(site, "organisation", {**fields, "do": ["check"]})
    assert status == 200
    assert page.count('aria-invalid="true"') == page.count('name="foaf:homepage"')


def test_choices_of_a_new_version(tmp_path: Path, assembly: Assembly, application: Application) -> None:
    shapes = [quad for quad in assembly.quads if quad.graph_name == IRI(ADDRESSES.graph("shapes"))]
    folder = StoreFolder(tmp_path / "store")
    folder.publish("v1", shapes, {})
    app = application(folder.path, contributions=str(tmp_path / "contributions"))
    client, v = app.test_client(), Vocabulary(ADDRESSES)
    asked = {"Accept": "text/html", "Accept-Language": "en"}
    assert "Freedonia" not in client.get("/contributions/form/practice", headers=asked).text
    country, graph = IRI(ADDRESSES.thing("country", "FRD")), IRI(ADDRESSES.graph("reference"))
    said = [(v("rdf:type"), v("gcm:Country")), (v("skos:prefLabel"), Literal("Freedonia", language="en"))]
    folder.publish("v2", [*shapes, *(Quad(country, *each, graph) for each in said)], {})
    assert "Freedonia" in client.get("/contributions/form/practice", headers=asked).text
    assert "Freedonia" in cells(client.get("/contributions/template.xlsx").data)


@pytest.mark.parametrize("value", ["12 millions", "1,5"])
def test_error_of_a_value_is_counted_once(site: str, value: str) -> None:
    _, page = sent(site, "practice", {**PRACTICE, "schema:funding/schema:amount/schema:value": [value]})
    assert "1 error to correct." in page
    assert page.count("The value must be a number that is not negative.") == 2  # above the form and at the field


def test_missing_text_at_the_field_of_its_language(site: str) -> None:
    _, lacking = sent(site, "practice", {"gcm:country": ["France"]})
    _, english = sent(site, "practice", {"gcm:country": ["France"], "dct:title@en": ["Mobile desk"]})
    name = '<a href="#field-dct-title-{0}-1"><span lang="en" dir="ltr">title [{0}]</span></a>'
    said = name + ": <span>The practice has no {1}"
    assert said.format("fr", "French title.") in english
    assert said.format("en", "title in an official language of the United Nations.") in lacking


@pytest.mark.parametrize(("language", "words"), [("fr", "pays"), ("ar", "البلد"), ("es", "país")])
def test_names_are_in_the_language_of_the_page(site: str, language: str, words: str) -> None:
    _, page = sent(site, "practice", {"gcm:country": ["Phillipines"]}, language)
    assert f">{words} " in page


def test_direction_of_an_arabic_form(site: str) -> None:
    _, page = sent(site, "practice", {"gcm:country": ["Phillipines"], "do": ["check"]}, "ar")
    fields = re.findall(r'class="field[ a-z]*" lang="ar"([^>]*)', page)
    assert len(fields) > 10
    assert all('dir="rtl"' in field for field in fields)
    assert "<legend>من وأين</legend>" in page
    assert re.search(r'<a href="#[^"]+"><span lang="ar" dir="rtl">', page)
    assert re.search(r'class="error" id="[^"]+" lang="ar" dir="rtl"', page)


def test_refused_forms(site: str) -> None:
    assert sent(site, "practice", {"do": ["check"]})[0] == 400
    assert sent(site, "country", {"do": ["check"]})[0] == 404
    status, page = sent(site, "practice", {**PRACTICE, "do": ["send"]})
    assert status == 401
    assert "This needs a token." in page
    assert "Mobile desk</textarea>" in page  # what was written is not lost


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>",
        '"><img src=x>',
        "=1+1",
        "\x00\x07",
        "x" * 200_000,
        "\u202e\ufffe",
        "a\nb\r\nc",
        "\ud83d",
    ],
)
def test_hostile_values_are_escaped(site: str, said: str) -> None:
    for name in ("dct:title@en", "gcm:country", "id", "schema:startDate"):
        status, page = sent(site, "practice", {name: [said]})
        assert status < 500, name
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def check(browser: Chrome) -> None:
    """Press the button, and wait for the page that answers."""
    button = browser.find_element(By.CSS_SELECTOR, "button[value=check]")
    button.click()
    wait(browser, 20).until(staleness_of(button))


@needs_chromium
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.exhaustive)])
def test_correction_in_a_browser(site: str, browser: Chrome, width: int) -> None:
    complaints(browser)  # forget what others left
    set_width(browser, width)
    browser.get(f"{site}/contributions/form/practice?lang=en")
    browser.execute_script("localStorage.clear()")  # the draft of another test
    browser.refresh()
    for name in ("dct:title@en", "dct:title@fr", "dct:description@en", "dct:source"):
        browser.find_element(By.NAME, name).send_keys(PRACTICE[name][0].replace("\r\n", " "))
    Select(browser.find_element(By.NAME, "gcm:objective")).select_by_value(PRACTICE["gcm:objective"][0])
    browser.find_element(By.NAME, "gcm:country").send_keys("Phillipines")
    check(browser)

    country = browser.find_element(By.NAME, "gcm:country")
    assert country.get_attribute("value") == "Phillipines"
    assert country.get_attribute("aria-invalid") == "true"
    described = (country.get_attribute("aria-describedby") or "").split()
    told = " ".join(browser.find_element(By.ID, one).text for one in described)
    assert "no such country" in told
    assert "Philippines (PHL)" in told
    wrong = browser.find_elements(By.CSS_SELECTOR, ".field.wrong")
    assert [field.find_element(By.CSS_SELECTOR, "legend").text for field in wrong] == ["country (*)"]
    browser.find_element(By.CSS_SELECTOR, ".outcome a").click()
    assert browser.current_url.endswith("#field-gcm-country-1")

    country.clear()
    country.send_keys("Philippines (PHL)")
    check(browser)
    assert "This conforms." in browser.find_element(By.CSS_SELECTOR, "main [role=status]").text
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints(browser) == []


@needs_chromium
def test_names_of_inputs(site: str, browser: Chrome) -> None:
    for kind in ("practice", "organisation"):
        browser.get(f"{site}/contributions/form/{kind}?lang=fr")
        lost = browser.execute_script("""
            const inputs = [...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea")];
            const named = one => one.getAttribute("aria-label") || one.labels.length;
            const told = one => (one.getAttribute("aria-describedby") || "").split(" ");
            const refers = one => [...told(one), one.getAttribute("list")];
            return inputs.filter(one => !named(one) || refers(one).some(id => id && !document.getElementById(id)))
              .map(one => one.outerHTML);""")
        assert lost == []
