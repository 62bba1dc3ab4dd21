"""Country codes, and finding the code of a country that a cell names in words.

The platform takes two letters, with USA and UK beside US and GB (API reference 6.2, D7). Names are known in the languages
of the headers, and in a few more; they come from the Unicode consortium's tables, which are read only where a cell needs them.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

_TWO_LETTERS = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK
CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV
LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
CODES = frozenset((*_TWO_LETTERS.split(), "USA", "UK"))
"""Every code that the platform may know. Only the platform knows which of them are open."""

_LANGUAGES = ("en", "fr", "es", "de", "pt", "it", "nl", "pl", "tr", "sv", "da", "id", "ja", "zh", "ko", "ru", "ar")
_ALSO = {
    **dict.fromkeys(("america", "unitedstatesofamerica", "thestates", "etatsunisdamerique", "estadosunidosdeamerica", "eeuu", "eua"), "US"),
    **dict.fromkeys(
        ("greatbritain", "britain", "england", "scotland", "wales", "grossbritannien", "grandebretagne", "angleterre", "granbretana"), "UK"
    ),
    **dict.fromkeys(("holland", "hollande", "holanda"), "NL"),
    **dict.fromkeys(("uae", "emirates", "vae"), "AE"),
    **dict.fromkeys(("czechrepublic", "republiquetcheque", "tschechischerepublik"), "CZ"),
    **dict.fromkeys(("korea", "republicofkorea"), "KR"),
    **dict.fromkeys(("russianfederation",), "RU"),
    **dict.fromkeys(("brasil",), "BR"),
    **dict.fromkeys(("turkey", "turquie"), "TR"),
}
_USUAL = {"GB": "UK"}
"""The platform's own spelling where it differs (seed 003 and its countries)."""
_FLAG = 0x1F1E6
# One edition lists USA and UK, the other US and GB, and each takes the spelling of the other (API reference 6.2, D7).
_SAME = {"US": "USA", "USA": "US", "GB": "UK", "UK": "GB"}


def spellings(code: str) -> frozenset[str]:
    """The codes, in capitals, that mean the country of this one."""
    plain = code.upper()
    return frozenset((plain, _SAME.get(plain, plain)))


def is_same_country(one: str, other: str) -> bool:
    """Whether two codes mean one country."""
    return one.upper() in spellings(other)


def code_of(text: str) -> str | None:
    """The code of the country that a text names in words, in three letters, or by its flag; None where it is not sure."""
    plain = _plain(text)
    if plain.upper() in CODES:
        return plain.upper()
    # A flag is two regional letters, which are each no letter to Python.
    flag = "".join(chr(ord(sign) - _FLAG + ord("A")) for sign in text.strip() if _FLAG <= ord(sign) < _FLAG + 26)
    if len(flag) == 2 and not plain:
        return _usual(flag)
    return _names().get(plain)


def nearest(text: str) -> str | None:
    """The code of a country whose name is spelled much like the text; only ever a question."""
    found = get_close_matches(_plain(text), list(_names()), n=1, cutoff=0.8) if len(_plain(text)) > 3 else []
    return _names()[found[0]] if found else None


@cache
def _names() -> Mapping[str, str]:
    """Names and three-letter codes, as they are compared, to codes. A name that two countries share names none."""
    from babel import Locale  # its data takes a while to load: only where a cell names no code
    from babel.core import get_global

    found: defaultdict[str, set[str]] = defaultdict(set)
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in CODES:
                found[_plain(name)].add(code)
    for alias, codes in get_global("territory_aliases").items():
        # CLDR lists the three-letter codes (ISO 3166 alpha-3) among the aliases of its territories.
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1 and codes[0] in CODES:
            found[alias.casefold()] = {codes[0]}
    named = {name: _usual(*codes) for name, codes in found.items() if name and len(codes) == 1}
    # Ours last: they decide where the tables have another country, or none.
    return {**named, **_ALSO}


def _usual(code: str) -> str:
    return _USUAL.get(code, code)


def _plain(text: str) -> str:
    """A name as it is compared: without case, accents, blanks and signs, and without a "the" before it."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in bare if sign.isalnum()).removeprefix("the")
