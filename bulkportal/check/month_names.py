"""Months and weekdays as people write them, in lower case and without accents: English, German, French, Spanish, Italian, Portuguese, Dutch."""

from __future__ import annotations

_MONTHS = (
    "jan january januar janvier janv enero ene gennaio gen janeiro januari",
    "feb february februar fevrier fevr fev febrero febbraio fevereiro februari",
    "mar march marz marzo mars marco mrz maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez decembre diciembre dic dicembre dezembro",
)
_WEEKDAYS = (
    "mon monday montag mo lundi lun lunes lunedi segunda seg segunda-feira maandag ma",
    "tue tues tuesday dienstag di mardi mar martes martedi terca ter terca-feira dinsdag",
    "wed wednesday mittwoch mi mercredi mer miercoles mie mercoledi quarta qua quarta-feira woensdag wo",
    "thu thur thurs thursday donnerstag do jeudi jeu jueves jue giovedi gio quinta qui quinta-feira donderdag",
    "fri friday freitag fr vendredi ven viernes vie venerdi sexta sex sexta-feira vrijdag vr",
    "sat saturday samstag sonnabend sa samedi sam sabado sab sabato zaterdag za",
    "sun sunday sonntag so dimanche dim domingo dom domenica zondag zo",
)

MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
"""The number of each month, from 1."""

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""What weekdays are called where we name one, from Monday; as Python counts them."""

WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAYS, start=1) for word in words.split()}
"""The number of each weekday, Monday is 1. Some short ones are those of a month as well; where they stand decides."""
