"""Additions to the name of a column in a header: ``Caption (max 2200 chars)``, ``Bundle *``, ``Title - required``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_BRACKETS = re.compile(r"[(\[{（【〔<][^)\]}）】〕>]*(?:[)\]}）】〕>]|$)")
_NEEDED = (
    r"(?:required|mandatory|optional|compulsory|must|pflicht(?:feld|angabe)?|erforderlich|freiwillig|wahlweise|obligatoire|requis|facultatif|optionnel"
    r"|obligatorio|obligatoria|requerido|opcional|obbligatorio|obbligatoria|richiesto|facoltativo|opzionale|obrigatório|obrigatória)"
)
_TRAILING = re.compile(rf"[\s,;:/|–—-]+{_NEEDED}\W*$", re.IGNORECASE)
_LEADING = re.compile(rf"^\W*{_NEEDED}[\s,;:/|–—-]+", re.IGNORECASE)

_LONGEST = 300
"""A longer text is no header."""

_NOT_MEANT = re.compile(
    r"\b(?:old|previous|unused|not\s+used|do\s+not\s+use|don'?t\s+use|internal|draft|archived?|backup|deprecated|obsolete|ignore|copy|notes?|test"
    r"|alt|alte[rs]?|intern|entwurf|nicht|notiz(?:en)?|ancien(?:ne)?|vieux|interne|brouillon|viejo|anterior|interno|borrador|vecchio|bozza|rascunho)\b",
    re.IGNORECASE,
)
"""Words that make it a different column from the one named before them."""

_HINT = re.compile(
    rf"[\d*#…]|^\W*$|\b{_NEEDED}\b|\b(?:max|min|chars?|characters?|zeichen|caractères?|caracteres|caratteri|letters?|words?|signs?|pixels?|px"
    r"|url|link|https?|file|path|text|number|nummer|zahl|nombre|número|numero|integer|digits?|date|datum|fecha|data|day|days"
    r"|yyyy|jjjj|aaaa|dd|mm|tt|jj|utc|yes|no|ja|nein|oui|non|sí|si|true|false|e\.?g|z\.?\s?b|ex|p\.?\s?ej|i\.?e|example|auto(?:matic)?|choose|select"
    r"|drop-?down|list|one|several|format|iso|see|unique|if|only|for|with|without|without\s+@|credits?|usd|eur)\b|[/|,;=]|[€$£%@]",
    re.IGNORECASE,
)
"""What is plainly a hint for the person who fills in the column."""


@lru_cache(maxsize=4096)
def without_hints(header: str) -> tuple[tuple[str, str], ...]:
    """Shorter readings of a header with what each leaves out, the longest first; none if the omission makes it another column."""
    return tuple(_shorter(header)) if len(header) <= _LONGEST else ()


def _shorter(header: str) -> Iterator[tuple[str, str]]:
    flat = _BRACKETS.sub(" ", header)
    lines = [line.strip() for line in flat.strip().splitlines() if line.strip()]
    for shorter in dict.fromkeys((flat, *lines[:1])):
        bare = _LEADING.sub("", _TRAILING.sub("", shorter)).strip(" *\n\t")
        left_out = _rest(header, bare) if bare else ""
        # "Caption (old)" and "Caption (max 2200)" differ only in what is left out, and only one of them is the caption.
        if bare and bare != header.strip() and not _NOT_MEANT.search(left_out):
            yield bare, left_out


def is_hint(text: str) -> bool:
    """Whether what was left out is plainly a hint, which needs no warning."""
    return _HINT.search(text) is not None


def _rest(header: str, bare: str) -> str:
    """What of the header is not in its shorter reading, as it stands there."""
    head, _, tail = header.partition(bare)
    rest = f"{head.strip()} {tail.strip()}" if bare in header else " ".join(_BRACKETS.findall(header))
    return " ".join(rest.split())
