"""Currencies as texts write them: by sign, code, or name, to ISO 4217 codes.

A name that several countries give their currency (`pesos`) says which one only together with a country: that of an
adjective (`pesos mexicains`), or the country the practice is carried out in, where it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmreader.lexicon import any_of

#: Signs before or after a number; codes represent themselves.
_SIGNS = {
    "€": "EUR", "US$": "USD", "$US": "USD", "£": "GBP", "C$": "CAD", "CA$": "CAD", "CAN$": "CAD", "NZ$": "NZD",
    "A$": "AUD", "AU$": "AUD", "R$": "BRL", "S$": "SGD", "¥": "JPY", "₹": "INR", "₦": "NGN", "₱": "PHP",
    "$": "USD", "Fr.": "CHF", "FCFA": "XOF", "Rs": "INR",
}  # fmt: skip
_CODES = (
    "EUR USD CHF GBP CAD NZD AUD SEK NOK DKK JPY XOF XAF ZAR MXN COP CLP ARS PEN BRL UYU BOB PYG CRC GTQ HNL NIO DOP "
    "HTG JMD TTD INR PKR BDT LKR NPR PHP IDR THB VND MYR SGD CNY KRW MNT KES UGX TZS RWF BIF ETB NGN GHS GMD SLE LRD "
    "MAD DZD TND LYD EGP SDG MRU MGA MUR MZN ZMW MWK BWP NAD LSL SZL AOA CDF JOD LBP IQD IRR SAR AED QAR KWD BHD OMR "
    "TRY ILS GEL AMD AZN UAH MDL RON BGN PLN CZK HUF RSD BAM MKD ALL ISK KZT KGS UZS TJS TMT RUB AFN FJD PGK SBD TOP "
    "WST VUV"
).split()
#: Names that follow a number and say the currency by themselves, the longest first.
_NAMES = {
    r"dollars? canadiens?|canadian dollars?|dólares? canadienses?": "CAD",
    r"dollars? australiens?|australian dollars?": "AUD",
    r"dollars? néo-zélandais|new zealand dollars?": "NZD", r"dollars? fidjiens?|fiji(?:an)? dollars?": "FJD",
    r"francs? suisses?|swiss francs?|francos? suizos?": "CHF", r"francs? congolais|congolese francs?": "CDF",
    r"livres? sterling|libras? esterlinas?|pounds? sterling|british pounds?|pounds?": "GBP",
    r"couronnes? suédoises?|swedish kron(?:a|or)": "SEK", r"couronnes? norvégiennes?|norwegian kron(?:e|er)": "NOK",
    r"couronnes? danoises?|danish kron(?:e|er)": "DKK", r"yens?|japanese yen": "JPY", r"euros?": "EUR",
    r"rands?(?: sud-africains?)?|south african rand": "ZAR", r"(?:nuevos )?sol(?:es)?(?: péruviens)?": "PEN",
    r"reais|réaux(?: brésiliens)?": "BRL", r"quetzals?|quetzales": "GTQ", r"lempiras?": "HNL",
    r"bolivianos?": "BOB", r"guaran[ií]s?|guaraníes": "PYG", r"(?:[a-z]+ )?nairas?": "NGN", r"cedis?": "GHS",
    r"dalasis?": "GMD", r"birrs?": "ETB", r"ariarys?": "MGA", r"ouguiyas?": "MRU", r"meticais": "MZN",
    r"kwachas? zambiens?|zambian kwacha": "ZMW", r"takas?": "BDT", r"bahts?": "THB", r"hryvnias?": "UAH",
    r"laris?": "GEL", r"zlotys?": "PLN", r"gourdes?": "HTG", r"lev(?:a|s)": "BGN",
    r"(?:us |united states |u\.s\. )?dollars?(?: américains?| des [ée]tats-unis(?: d'amérique)?| us| é\.-u\.)?": "USD",
    r"dólares?(?: estadounidenses?| de los estados unidos(?: de américa)?| (?:de los )?ee\. ?uu\.?)?": "USD",
}  # fmt: skip
#: Names that several countries use: which currency it is there (ISO 3166 alpha-3 to ISO 4217), and the adjectives
#: that say which country's it is.
_SHARED: dict[str, dict[str, tuple[str, str]]] = {
    r"francs? cfa|cfa francs?": {
        **dict.fromkeys(("BEN", "BFA", "CIV", "GNB", "MLI", "NER", "SEN", "TGO"), ("XOF", "")),
        **dict.fromkeys(("CMR", "CAF", "TCD", "COG", "GNQ", "GAB"), ("XAF", "")),
    },
    r"pesos?": {
        "MEX": ("MXN", "mexicains?|mexican|mexicanos?"), "COL": ("COP", "colombiens?|colombian|colombianos?"),
        "CHL": ("CLP", "chiliens?|chilean|chilenos?"),
        "ARG": ("ARS", "argentins?|argentine|argentinos?"), "URY": ("UYU", "uruguayens?|uruguayan|uruguayos?"),
        "DOM": ("DOP", "dominicains?|dominican|dominicanos?"), "PHL": ("PHP", "philippins?|philippine"),
    },
    r"dinars?": {
        "TUN": ("TND", "tunisiens?|tunisian"), "DZA": ("DZD", "algériens?|algerian"),
        "JOR": ("JOD", "jordaniens?|jordanian"),
        "SRB": ("RSD", "serbes?|serbian"), "IRQ": ("IQD", "ira[qk]iens?|iraqi"), "LBY": ("LYD", "libyens?|libyan"),
        "KWT": ("KWD", "koweïtiens?|kuwaiti"), "BHR": ("BHD", "bahreïniens?|bahraini"),
    },
    r"dirhams?": {"MAR": ("MAD", "marocains?|moroccan"), "ARE": ("AED", "émiriens?|emirati|uae")},
    r"shillings?": {
        "KEN": ("KES", "kényans?|kenyan?"), "UGA": ("UGX", "ougandais|ugandan?"),
        "TZA": ("TZS", "tanzaniens?|tanzanian?"),
    },
    r"roupies?|rupees?": {
        "IND": ("INR", "indiennes?|indian"), "PAK": ("PKR", "pakistanaises?|pakistani"),
        "LKA": ("LKR", "sri-lankaises?|sri lankan?"), "NPL": ("NPR", "népalaises?|nepalese|nepali"),
        "MUS": ("MUR", "mauriciennes?|mauritian"),
    },
    r"leu|lei": {"MDA": ("MDL", "moldaves?|moldovan"), "ROU": ("RON", "roumains?|romanian")},
    r"livres?": {"TUR": ("TRY", "turques?"), "EGY": ("EGP", "égyptiennes?"), "LBN": ("LBP", "libanaises?")},
}  # fmt: skip
_shared = "|".join(
    rf"(?:(?:{adjectives}) )?(?:{name})(?: (?:{adjectives}))?"
    for name, used in _SHARED.items()
    for adjectives in ["|".join(sorted({adjective for _, adjective in used.values() if adjective})) or "(?!)"]
)

#: A sign or a code; a name; as sources of regular expressions.
SIGN = any_of((*_SIGNS, *_CODES))
NAME = "|".join([*(f"(?:{name})" for name in _NAMES), _shared])


def currency_of(written: str, countries: Iterable[str] = ()) -> str | None:
    """The ISO 4217 code of a currency as written, or None where it cannot be detected.

    `countries`: where the practice is carried out (ISO 3166 alpha-3). `francs CFA` are those of West Africa (XOF)
    unless a country says otherwise.
    """
    sign = written.strip().casefold()
    for known, code in (*_SIGNS.items(), *((code, code) for code in _CODES)):
        if known.casefold() == sign:
            return code
    for name, code in _NAMES.items():
        if re.fullmatch(name, sign, re.IGNORECASE):
            return code
    for name, used in _SHARED.items():
        if re.search(rf"\b(?:{name})\b", sign, re.IGNORECASE):
            said = {code for code, adjective in used.values() if adjective and re.search(rf"\b(?:{adjective})\b", sign)}
            there = said or {used[country][0] for country in countries if country in used}
            return there.pop() if len(there) == 1 else "XOF" if "cfa" in sign else None
    return None
