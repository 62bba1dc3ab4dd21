"""What spreadsheet programs show in place of a value that they do not have, in the languages they speak.

A program of one language writes its own word into a CSV file, and so does a person who copies cells as text; the word is
then a text like any other, and would be posted. Only a cell that says nothing else counts: ``#NV`` alone is Excel's German
word for N/A, while a hashtag in small letters or in a sentence is a hashtag.
"""

from __future__ import annotations

import re

import polars as pl

_PROGRAMS = tuple(
    word
    for line in (
        "#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #UNKNOWN! #BUSY! #EXTERNAL! #PYTHON! #TIMEOUT!",
        "#GETTING_DATA #ERROR! #MACRO?",
        "#NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK! #FELD! #FEHLER! #BLOCKIERT! #UNBEKANNT!",  # German
        "#VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION! #EPARS! #CHAMP! #CALCUL! #ERREUR!",  # French
        "#¡REF! #¡VALOR! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! #N/D #¡DESBORDAMIENTO! #¡CALC! #¡CAMPO! #¡ERROR! #REF #VALOR! #NOMBRE?",  # Spanish
        "#RIF! #VALORE! #NOME? #NULLO! #ESPANSIONE! #CALC! #CAMPO! #N.D. #ERRORE!",  # Italian
        "#VALOR! #NÚM! #NULO! #N/DISP #DESPEJAR! #EXPANSÃO! #CAMPO! #ERRO!",  # Portuguese
        "#N/B #VERW! #WAARDE! #DEEL/0! #NAAM? #GETAL! #LEEG! #OVERLOOP! #BEREKENEN! #VELD! #FOUT!",  # Dutch
        "#N/D! #ADR! #ARG! #DZIEL/0! #NAZWA? #LICZBA! #ZERO! #ROZLANIE! #POLE! #BŁĄD!",  # Polish
        "#Н/Д #ССЫЛКА! #ЗНАЧ! #ДЕЛ/0! #ИМЯ? #ЧИСЛО! #ПУСТО! #ПЕРЕНОС! #ВЫЧИСЛ! #ПОЛЕ! #ОШИБКА!",  # Russian
        "#YOK #BAŞV! #DEĞER! #SAYI/0! #AD? #SAYI! #BOŞ! #TAŞMA! #HESAPLA! #ALAN! #HATA!",  # Turkish
        "#SAKNAS! #SAKNAS #REFERENS! #VÄRDEFEL! #DIVISION/0! #NAMN? #OGILTIGT! #SKÄRNING! #SPILL!",  # Swedish
        "#I/T #REFERENCE! #VÆRDI! #NAVN? #NUMMER! #NUL! #OVERLØB! #VERDI! #I/A",  # Danish, Norwegian
        "#PUUTTUU! #PUUTTUU #VIITTAUS! #ARVO! #JAKO/0! #NIMI? #LUKU! #TYHJÄ!",  # Finnish
        "#NENÍ_K_DISPOZICI #ODKAZ! #HODNOTA! #DĚLENÍ_NULOU! #NÁZEV? #ČÍSLO! #NEDOSTUPNÝ #DELENIENULOU! #NÁZOV? #NEPLATNÝ!",  # Czech, Slovak
        "#HIÁNYZIK #HIV! #ÉRTÉK! #ZÉRÓOSZTÓ! #NÉV? #SZÁM! #NULLA!",  # Hungarian
        "#NEDOSTUPNO #VRIJEDNOST! #NUME? #VALOARE! #N/V #N/A! #Δ/Υ #ΑΝΑΦ! #ΤΙΜΗ! #ΔΙΑΙΡ./0! #ΟΝΟΜΑ? #ΑΡΙΘ! #ΚΕΝΟ!",
    )
    for word in line.split()
)

_WAITING = (
    *("loading", "wird geladen", "lädt", "laden", "chargement", "chargement en cours", "cargando", "caricamento", "caricamento in corso"),
    *("carregando", "a carregar", "wczytywanie", "ładowanie", "trwa ładowanie", "загрузка", "yükleniyor", "läser in", "indlæser", "laster"),
    *("ladataan", "načítání", "betöltés", "読み込み中", "読み込んでいます", "正在加载", "正在載入", "載入中", "加载中", "로드 중", "로드 중입니다"),
)
"""What Google Sheets shows while it waits for a value; dots follow."""

_SHEETS = "|".join(_WAITING)
_OFFICE = "err|error|fehler|fout|erro|błąd|ошибка|hata|hiba|chyba|virhe|fel"

_FORM = rf"(?i:^(?:(?:{_SHEETS})\s?(?:\.\.\.|…|。。。)|(?:{_OFFICE})\s?:\s?5[0-9]{{2}})$)"
"""The words that are recognised by their form: of Google Sheets, and LibreOffice's ``Err:508``."""


BEGINNING = rf"^#|(?:{_FORM})"
"""How a text begins that may be such a word: a pattern that is soon done with any other."""


def is_error_word(texts: pl.Expr) -> pl.Expr:
    """Whether a text is such a word and nothing else."""
    return texts.is_in(_PROGRAMS) | texts.str.contains(_FORM)


def is_error(text: str) -> bool:
    """The same of one text."""
    return text in _PROGRAMS or re.match(_FORM, text) is not None
