"""The language that the words of a text show, and codes of languages."""

from __future__ import annotations

import pytest

from gcmgraph.validation.checks import is_language, language_meant, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Un bureau dans la capitale qui répond aux questions.", "fr"),
        ("An office that answers questions in the capital.", "en"),
        ("Una oficina en la capital que responde a las preguntas.", "es"),
        ("مكتب متنقل على عجلات", "ar"),
        ("一辆走访村庄的巴士", "zh"),
        ("Передвижной пункт", "ru"),
        ("Guichet unique", None),
        ("GLO.ACT", None),
        ("12 000", None),
        ("", None),
        ("Coalición LAC, second phase", None),
        ("School of Law de l'Université de Genève", None),
    ],
)
def test_language_of_function_words_and_scripts(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("tag", ["en", "fr-CA", "zh-Hans", "EN", "quc", "yue", "sr-Latn"])
def test_language_tag(tag: str) -> None:
    assert is_language(tag)


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("eng", "en"),
        ("fra", "fr"),
        ("spanish", "es"),
        ("Español", "es"),
        ("xx", None),
        ("english-uk", None),
        ("", None),
    ],
)
def test_wrong_tag_and_the_language_meant(tag: str, meant: str | None) -> None:
    assert not is_language(tag)
    assert language_meant(tag) == meant
