"""Whether text that was read as Windows text (cp1252) can have been meant so.

Every byte has a letter in that encoding, so reading in it hardly ever fails: Russian, Polish or Chinese text becomes
accented letters and signs in places where no language of Western Europe has them. Those places are what is looked for. It is
asked word by word; a text in which one word cannot be is not believed, since asking costs a minute and gibberish is published.
"""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"\S*[^\x00-\x7f]\S*")
_LETTERS = re.compile(r"[^\W\d_ªºµ¹²³¼½¾]+")

_LOWER = "a-zß-öø-ÿœ"
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœŸ"

# Signs that have their places in a text; elsewhere they are letters of another encoding.
_MISPLACED = "|".join(
    (
        r"[\x80-\x9f]",
        "[ŠšŽžƒˆ˜†‡‰¤¦¨¬¯¸¶]",  # in no usual word of a western language, and letters of many other encodings
        rf"(?<=[{_LETTER}])[¡¿¢£¥§±×÷¼½¾¹«‹„‚“•€](?=[{_LETTER}])",
        rf"[{_LETTER}][¡¿¤¢£¥±¹¼½¾„‚]",
        rf"[£¥¢¹¼½¾±¬µ](?=[{_LETTER}])(?<!µ)",
        rf"(?<![A-Za-z])[²³](?=[{_LETTER}])|[{_LETTER}][²³](?=[{_LETTER}])",
        rf"(?<!\bm)(?<!\b[ckdµ]m)(?<!\bft)(?<!\bin)(?<!\bmm)(?<=[{_LETTER}])[²³]",
        rf"[{_LETTER}]{{4}}[ªº]|[ªº](?=[{_LETTER}])",
        rf"(?<=[{_LETTER}])[°©](?=[{_LETTER}])",
        r"(?<![lL])·(?=\w)|(?<=\w)·(?![lL])(?=\w)",
        rf"(?<=[{_LOWER}])[”™®](?=[{_LETTER}])",
        rf"(?<=[{_LOWER}])[–—](?:[{_LOWER}]\b|[bcdfghjklmnpqrstvwxz]{{1,4}}\b)",
        r"(?!¡¡|¿¿|¡¿|¿¡|°°)[¡-©«-±´-»¿×÷]{2}",
    )
)

# Letters that the languages of the West have in certain places only.
_STRANGE_PLACES = (
    r"[À-öø-ÿŒœŸ]{3}",
    r"[a-zà-öø-ÿß][À-ÖØ-ÞŒŸ]",  # a capital behind a small letter
    r"(?<![AOUaou])[Ÿÿ]",
    r"œ(?![a-z])|(?<=[a-zà-ÿ])œ(?!u|i|ll|t|s)|(?<=[aiouyéê])œ",
    r"Œ(?![A-Za-z])",
    r"(?<=[aeiouyàâèéêëîïòóôùûüý])æ|æ(?=[œ³¹])|(?<=[sś])æ\b",
    r"ì(?=[a-zà-ÿ])|(?<=\b)ì(?=[a-z])",
    r"ù(?=[a-zà-ÿ])",
    r"\bè(?=[a-qt-zì])|\bè[a-zà-ÿ]*[ìùø]",
    r"õ(?![eE])",
    r"Õ(?![eE])",
    r"(?<!\bm)(?<!\bd)(?<!cr)û\b",
    r"ã(?![oesiz]|\b)",
    r"(?<=i)ê\b",
    r"ñ(?![a-zà-ÿ])|ñ(?=[bcdfghjklmnpqrstvwxz])",
    r"ø(?=i\b)",
    r"[ðÐ](?=[bcdfgkmpt])|[Ðð]\w*[çüÇÜ]|[çüÇÜ]\w*[Ððþ]",
    r"[þÞ](?![aeiouyáéíóúýæörjvAEIOUYÁÉÍÓÚÝÆÖRJV])",
)
_STRANGE = "|".join(_STRANGE_PLACES)

_FINNISH = frozenset("äöå")
"""Letters of which a word may have more than others."""

_ICELANDIC = re.compile(r"[ðþýÐÞÝ]")
_ONLY_ICELANDIC = re.compile(r"[áéíúæÁÉÍÚÆ]")

_LANGUAGES = tuple(
    frozenset(letters)
    for letters in (
        "äöüßé",
        "àâæçéèêëîïôœùûüÿ",
        "áéíóúüñïç",
        "àèéìíîòóù",
        "áâãàçéêíóôõúü",
        "åäöéáà",
        "æøåéèêóòôâ",
        "éèëïóöüáíúêç",
        "áéíóúýðþæö",
        "àçéèíïóòúü",
    )
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A long pattern, where it is first needed: to compile one takes longer than to look through a plain text."""
    return re.compile(pattern)


def implausible(text: str) -> str | None:
    """The first word of the text that no language of Western Europe has so; None where there is none."""
    for line in text.splitlines():
        if not line.isascii():
            icelandic = bool(_ONLY_ICELANDIC.search(line))
            for word in _WORD.findall(line):
                if _is_strange(word, icelandic=icelandic):
                    return str(word)
    return None


def _is_strange(word: str, *, icelandic: bool) -> bool:
    if _compiled(_MISPLACED).search(word) or (_ICELANDIC.search(word) and not icelandic):
        return True
    return any(not letters.isascii() and _is_foreign(letters) for letters in _LETTERS.findall(word))


def _is_foreign(letters: str) -> bool:
    accents = [letter for letter in letters.lower() if not letter.isascii()]
    if len(letters) > 1 and len(accents) == len(letters) and letters.lower() not in ("þú", "þá", "þó"):
        return True
    if len(letters) > 3 and 2 * len(accents) > len(letters) and not _FINNISH.issuperset(accents):
        return True
    return bool(_compiled(_STRANGE).search(letters)) or not any(language.issuperset(accents) for language in _LANGUAGES)
