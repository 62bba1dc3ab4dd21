"""The words for yes and no, in one table for sheets and for the cells that approve a plan.

Those of the spreadsheet programs' own languages (TRUE reads WAHR or VERO there), and the signs of check boxes.
"""

from __future__ import annotations

YES = (
    *("yes", "y", "true", "1", "on", "x", "oui", "vrai", "si", "sí", "ja", "wahr", "sim", "verdadero", "verdadeiro", "vero"),
    *("waar", "tak", "prawda", "evet", "doğru", "да", "истина", "はい", "是", "예", "sand", "sant", "sann", "tosi", "kyllä"),
    *("✓", "✔", "☑", "✅", "🗹"),
)
NO = (
    *("no", "n", "false", "0", "off", "non", "faux", "nein", "falsch", "não", "nao", "falso", "nee", "nej", "nei", "onwaar"),
    *("nie", "fałsz", "hayır", "hayir", "yanlış", "нет", "ложь", "いいえ", "否", "아니요", "falsk", "falskt", "usann", "epätosi", "ei"),
    *("-", "✗", "✘", "☐", "❌", "❎"),
)

# \ufe0e and \ufe0f choose between the plain and the coloured form of a check mark.
NOT_SEEN = "[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\ufe0e\ufe0f]"
"""Invisible characters, and those that only choose whether a sign is drawn in colour."""
