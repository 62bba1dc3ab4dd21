"""What a text for the public says when it is none yet: words in its place, marks that it is not final, gaps to be filled in."""

from __future__ import annotations

_SAME = (
    r"(?:the )?same(?: caption| text)?(?: as)? (?:above|before)|(?:as|see) above|ditto|dito|idem|ibid\.?|siehe oben|wie oben|s\. ?o\.|voir ci-dessus"
    r"|comme ci-dessus|como arriba|igual que arriba|ver arriba|come sopra|vedi sopra|igual acima|ver acima|同上|同じ|〃|[\"”“″]{1,2}"
)
_ELSEWHERE = r"(?:see|siehe|voir|ver|vedi|cf\.?) (?:slack|docs?|google docs?|brief|briefing|sheet|notes?|e-?mail|notion|figma|drive|attached|comment)"
_DUMMY = r"x{3,}|asdf\w*|qwert[yz]\w*|blah(?:[ ,]+blah)*|\.{3,}|…+|[-–—_]+|\?{2,}|as discussed|wie besprochen|comme convenu"
_VALUE = r"true|false|wahr|falsch|vrai|faux|verdadero|falso|vero|verdadeiro|0|\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?"
_FILE = r"[^\n/]{1,120}\.(?:mp4|mov|m4v|webm|jpe?g|png|heic|docx?|xlsx?|psd)"

PLACE = rf"(?i)^\s*[(\[]?(?:{_SAME}|{_ELSEWHERE}|{_DUMMY}|{_VALUE}|{_FILE})[)\]]?\s*$"
"""A text that is nothing but this. A reference to a blank cell shows 0, and a comparison TRUE or FALSE."""

_WHAT = "(?:first |brand |product |company |account |user)?(?:name|city|brand|product|link|date|handle|price|hashtags?|emojis?|location|url|cta)"
GAPS = (
    r"(?i)\blorem ipsum\b|\{\{\s*[\w. |-]+\s*\}\}|%%\w\w+%%|\{[a-z]+(?:_[a-z]+)+\}"
    rf"|[\[<{{](?:your |insert |add )?{_WHAT}(?: here)?[\]>}}]|\$\{{\w+\}}"
    r"|[$€£]\s?(?-i:X{1,6})\b|\b(?-i:X{2,6})\s?[%€$£]|\b(?-i:XX[:.]XX)\b"
)
"""What a program, or a person, should have filled in.

Words of any length: to compile `\\w` counted up to 100 times took 40 milliseconds of every check."""

_NOT_FINAL = (
    "draft|wip|work in progress|hold|on hold|do not (?:post|publish|use)|don.?t (?:post|publish)|not (?:approved|final)|to be approved"
    "|pending approval|placeholder|entwurf|nicht (?:posten|freigegeben|final)|freigabe fehlt|brouillon|ne pas publier|à valider|borrador"
    "|no publicar|bozza|non pubblicare|rascunho|não publicar"
)
NOT_FINAL = (
    rf"(?i)^\s*[\[(<{{【*]+\s*(?:{_NOT_FINAL}|tb[cd])\b[^\])>}}】\n]{{0,40}}[\])>}}】*]|[\[(<{{【]\s*(?:{_NOT_FINAL}|tb[cd])\s*[\])>}}】]\s*$"
    rf"|^\s*(?:{_NOT_FINAL})\s*[:：]|^\s*(?-i:DRAFT|WIP|HOLD|ON HOLD|DO NOT POST|ENTWURF|BROUILLON|BORRADOR|BOZZA|RASCUNHO)\s*[–—-]"
    r"|(?-i:\b(?:TODO|TO DO)\s?:|[(\[]\s?(?:TODO|TO DO)\b|\bFIXME\b|\bTKTK\b)|(?:^|\s)//\s?(?:wait|hold|todo|check|ask|pending|tbc|draft)\b"
    r"|^\s*(?:caption|bildunterschrift|légende|didascalia|legenda)\s?[:：]"
)
"""What somebody wrote before, in or behind a text for colleagues: that it is not to be posted yet, or what it is."""
