"""The words in which a team writes how far a row is: what such a column is called, and what says "not yet" in a cell, a note, a tab or a title.

In English, German, French, Spanish, Italian and Portuguese. Case, accents and punctuation do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


_HEADERS = _listed("""
    status, approval, approvals, approved, sign off, signoff, clearance, freigabe, freigabestatus, freigegeben, genehmigung, genehmigt,
    bearbeitungsstand, abnahme, abgenommen, statut, validation, validé, approbation, approuvé, avancement, estatus, aprobación, aprobado,
    validación, validado, visto bueno, stato, approvazione, approvato, validazione, validato, benestare, situação, aprovação, aprovado,
    validação, liberação, liberado
""")
"""Words under which a team says how far a row is, whatever stands beside them in a header."""

_WHOLE_HEADERS = _listed("""
    state, stage, progress, workflow, go, go live, ready, released, cleared, publish status, hold, on hold, stand, zustand, bereit, fertig,
    fortschritt, état, accord, feu vert, prêt, étape, estado, situación, etapa, listo, progreso, pronto, situazione, fase, progresso,
    avanzamento
""")
"""Headers that say so only by themselves: a stage name is no stage."""

_NOT_YET = _listed("""
    draft, drafted, drafting, hold, holding, on hold, onhold, cancelled, canceled, cancel, not approved, unapproved, not ok, paused, pause,
    do not publish, do not post, do not send, do not use, do not buy, do not upload, dont publish, dont post, dont send, dont use, dont buy,
    never publish, skip, skipped, ignore, ignored, rejected, declined, refused, denied, pending, waiting, wait, awaiting, in review, under
    review, to review, for review, needs review, to be reviewed, review needed, not ready, not yet, not final, not confirmed, unconfirmed,
    to be confirmed, to be approved, needs approval, tbc, tbd, tba, wip, work in progress, in progress, in work, todo, to do, stop, stopped,
    blocked, postponed, delayed, deferred, suspended, withdrawn, dropped, killed, deleted, removed, archived, obsolete, inactive, disabled,
    on ice, changes requested, needs changes, needs work, rework, revise, not approve, placeholder, idea, not done, no go, nogo, incomplete,
    backlog, later, entwurf, entwürfe, abgesagt, storniert, gestrichen, nicht freigegeben, nicht genehmigt, nicht veröffentlichen, nicht
    posten, nicht senden, nicht verwenden, nicht bereit, nicht fertig, noch nicht, pausiert, angehalten, zurückgestellt, wartet, warten,
    wartend, ausstehend, in prüfung, in arbeit, in bearbeitung, in abstimmung, abgelehnt, gesperrt, gestoppt, verschoben, überspringen,
    auslassen, ignorieren, gelöscht, verworfen, unbestätigt, zu prüfen, freigabe fehlt, freigabe ausstehend, brouillon, en attente, attente,
    annulé, annulée, annuler, non approuvé, non approuvée, pas approuvé, non validé, pas validé, ne pas publier, ne pas poster, ne pas
    envoyer, ne pas utiliser, suspendu, en pause, mis en pause, refusé, rejeté, à valider, à approuver, à revoir, à faire, en cours, en
    révision, en relecture, bloqué, reporté, ignorer, passer, pas prêt, stoppé, pas encore, supprimé, retiré, en suspens, non confirmé, à
    confirmer, borrador, en espera, espera, cancelado, cancelada, cancelar, anulado, anulada, no aprobado, no aprobada, sin aprobar, no
    publicar, no enviar, no usar, no postear, pausado, pausada, en pausa, rechazado, rechazada, pendiente, por aprobar, por revisar, en
    revisión, en curso, en proceso, en progreso, bloqueado, bloqueada, aplazado, aplazada, omitir, saltar, suspendido, suspendida, no listo,
    todavía no, aún no, eliminado, eliminada, descartado, sin confirmar, por confirmar, por hacer, bozza, in attesa, attesa, in sospeso,
    sospeso, sospesa, annullato, annullata, non approvato, non approvata, da approvare, non pubblicare, non inviare, non usare, non postare,
    in pausa, fermo, rifiutato, rifiutata, respinto, respinta, da rivedere, in revisione, in corso, in lavorazione, bloccato, bloccata,
    rimandato, rimandata, rinviato, saltare, ignorare, non pronto, non ancora, eliminato, scartato, da confermare, da fare, rascunho, em
    espera, não aprovado, não aprovada, não publicar, não enviar, não usar, em pausa, pendente, rejeitado, recusado, em revisão, em
    andamento, em progresso, adiado, adiada, ignorar, pular, suspenso, suspensa, não pronto, a aprovar, a confirmar,
    scrapped, void, voided, binned, dead, unpublished, unready, uncleared, nope, expired, changes needed, needs corrections, needs sign off,
    needs signoff, missing approval, approval missing, no approval, without approval, must approve, to approve, still open, ko, nok, storno,
    abgebrochen, zurückgezogen, entfällt, fällt aus, absage, ungeprüft, warte, keine freigabe, ohne freigabe, kein ok, kein go, zur freigabe,
    in freigabe, steht aus, noch offen, in klärung, zu klären, zurück an, in korrektur, in überarbeitung, en validation, à supprimer, gelé,
    gelée, abandonné, abandonnée, à reprendre, sans validation, manque validation, validation manquante, en correction, suspendue, bloquée,
    reportée, refusée, rejetée, stoppée, supprimée, retirée, pospuesto, pospuesta, detenido, detenida, congelado, congelada, parado, parada,
    denegado, denegada, esperando, sin aprobación, sin validar, no validado, no validada, falta aprobar, falta aprobación, en corrección, in
    approvazione, em aberto, reprovado, reprovada, rejeitada, recusada, aguardando, aguarda, em análise, em aprovação, sem aprovação, falta
    aprovar, falta aprovação, não validado
""")
"""What says that a row is not to be sent, as a whole cell or as words of one."""

_BRIEF_NO = _listed("""
    open, offen, no, n, nein, non, nao, false, falsch, faux, falso, 0, x no, revision, revisions, correction, corrections, korrektur,
    korrekturen, korrekturschleife, überarbeitung, editing, filming, rough cut, rohschnitt, concept, konzept, in production, in produktion, en
    production, in produzione, en producción, em produção, en montage, en edición, em edição
""")
"""What says so only as a whole cell."""

_SIGNS_OF_NO = frozenset("✗✘✖✕❌❎☐⬜⏸⏹🛑⛔🚫👎🔴🟠🟡🟥🟧🟨⏳⌛🕒")
_SIGNS_OF_GO = frozenset("✓✔☑✅👍🟢🟩")

_GO = _listed("""
    approved, ready, ok, okay, done, final, go, yes, y, x, live, published, posted, sent, scheduled, confirmed, complete, completed,
    finished, released, active, signed off, good to go, ready to publish, ready to post, true, 1, freigegeben, genehmigt, fertig, bereit,
    erledigt, ja, bestätigt, veröffentlicht, geplant, aktiv, abgenommen, wahr, approuvé, approuvée, validé, validée, prêt, prête, fait, oui,
    publié, publiée, confirmé, terminé, actif, vrai, aprobado, aprobada, listo, lista, hecho, sí, si, publicado, publicada, confirmado,
    terminado, activo, verdadero, approvato, approvata, pronto, pronta, fatto, sì, pubblicato, pubblicata, confermato, finito, attivo, vero,
    aprovado, aprovada, feito, sim, confirmada, concluído, concluída, ativo
""")


_STORED = _listed("""
    old, older, archive, archived, archives, backup, backups, unused, drafts, ideas, trash, alt, alte, archiv, papierkorb, ancien, anciens,
    ancienne, anciennes, brouillons, viejo, viejos, antiguo, antiguos, archivo, archivado, borradores, vecchio, vecchi, archivio, bozze, antigo,
    antigos, arquivo, arquivado, rascunhos
""")
"""What besides says so of a whole tab."""

_FIRST = _listed("""
    draft, drafts, on hold, archive, archived, cancelled, canceled, not approved, entwurf, entwürfe, archiv, abgesagt, storniert, nicht
    freigegeben, brouillon, brouillons, annulé, non validé, borrador, borradores, cancelado, no aprobado, bozza, bozze, annullato, non
    approvato, rascunho, rascunhos, não aprovado
""")
"""With these a tab or a title may begin, whatever follows."""

_CALLED_OFF = _listed("""
    cancelled, canceled, not approved, storniert, abgesagt, nicht freigegeben, nicht genehmigt, annulé, annulée, non approuvé, non validé,
    cancelado, cancelada, anulado, no aprobado, annullato, annullata, non approvato, não aprovado
""")
"""What says even in a column of notes that a row is not to be sent, where it is all that the note says, but for whose wish it is."""

_PARTS = r"[-\u2010-\u2015:;|/,()\[\]]"

_CLAUSES = r"[.!?;,:\n()]|\s[-\u2010-\u2015]\s"
_PARTS_OF_NAMES = r"\s[-\u2010-\u2015/]\s|[:;|,()\[\]{}]"
"""In a name a dash without blanks around it joins two words: draft-beer."""


def bare(text: str) -> str:
    """A text without case, accents, punctuation and doubled blanks."""
    letters = text.replace("'", "").replace("\u2019", "").casefold()
    if not letters.isascii():  # plain letters have no accents to lose, and most texts of a large sheet are plain
        letters = "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.category(letter).startswith(("M", "Cf")))
    words = re.sub(r"[^\w]+|_", " ", letters)
    return " ".join(words.split())


CALLED_OFF_WORDS = tuple(word for word in (*_FIRST, *_CALLED_OFF) if "archiv" not in word)
"""What one of these must stand in before a name can be called off."""

_NAMES = frozenset(map(bare, _HEADERS))
_WHOLE_NAMES = _NAMES | frozenset(map(bare, _WHOLE_HEADERS))
_WORDS = frozenset(map(bare, _NOT_YET))
_WHOLE = _WORDS | frozenset(map(bare, _BRIEF_NO))
_SAYS_GO = frozenset(map(bare, _GO))
_ASIDE = frozenset(map(bare, _STORED))
_NOT_MEANT = frozenset(map(bare, CALLED_OFF_WORDS))
_BEGINS = tuple(map(bare, _FIRST))
_INSIDE = (
    r"\b(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")\b"
    r"|^(?:not|dont|do not|never|nicht|noch nicht|ne|pas|non|nao)\b|\b(?:no|nein|non|nao|open|offen)$"
)
_NOTHING_LEFT = re.compile(
    r"\b(?:no|nothing|without|keine|nichts|sans|sin|sem)(?: (?:changes?|corrections?|edits?|revisions?|anderungen|korrekturen)\b|(?= open| offen))"
    r"(?: (?:needed|required|requested|open|offen)\b)?"
)
"""What says that nothing is left to do."""
_FORBIDS = (
    r"^(?:(?:please|pls|bitte|por favor|merci de|attention|achtung|stop|no) )*(?:"
    r"(?:do not|dont|never|not to be|must not be) (?:post|publish|send|use|buy|upload|run|release|schedule|launch|import|go live)(?:ed|d)?"
    r"|(?:noch )?nicht (?:posten|veroffentlichen|senden|verwenden|benutzen|kaufen|hochladen|importieren)"
    r"|ne (?:surtout )?pas (?:publier|poster|envoyer|utiliser|diffuser|acheter|importer)"
    r"|no (?:publicar|postear|enviar|usar|subir|comprar|lanzar)|nao (?:publicar|postar|enviar|usar|subir|comprar)"
    r"|non (?:pubblicare|postare|inviare|usare|caricare|comprare)"
    r"|(?:"
    + "|".join(map(re.escape, map(bare, _CALLED_OFF)))
    + r")(?: (?:by|from|von|vom|durch|par|por|pelo|da|dal|on|am|le|el|il|em)(?: \w+){1,4})?)"
    r"(?: (?:this|it|that|the|video|clip|row|post|one|yet|ever|please|at all|anymore|encore|bitte|todavia|aun|ainda|ancora)\b)*+"
    r"(?: (?:until|till|before|unless|without|bis|vor|ohne|avant|jusqu|sans|hasta|antes|sin|ate|sem|prima|fino|senza)\b.*)?$"
)
_ORDERS = (
    r"^(?:(?:please|pls|bitte) )*(?:(?:kill|scrap|bin|skip|ignore|delete|remove|drop) (?:this|it|that)(?: one| row| video| clip| post)?"
    r"|(?:on )?hold(?: (?:until|till|for)(?: \w+){1,4})?|(?:wartet|warten|waiting|awaiting) (?:auf|for)(?: \w+){1,5}"
    r"|not before(?: \w+){1,8}|erst nach(?: \w+){1,5}|auf keinen fall(?: \w+){1,3}|en attente (?:de|du|d)(?: \w+){1,5}"
    r"|pendiente de(?: \w+){1,5})$"
)
"""What a note on a cell says besides. In a name, which may be a title, and in a column of notes these are words like others."""

_ANY_LENGTH = 6
"""A header of more words than this is a sentence."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A long pattern, where it is first needed: to compile one takes longer than to look through a small sheet."""
    return re.compile(pattern)


def is_standing(header: str) -> bool:
    """Whether a header says that its column tells how far a row is: Status, Client approval, Freigabe Kunde."""
    words = bare(header).split()
    return " ".join(words) in _WHOLE_NAMES or (len(words) <= _ANY_LENGTH and any(word in _NAMES for word in words))


def says_not_yet(text: str) -> bool:
    """Whether a cell of such a column says that its row is not to be sent."""
    words, signs = bare(text), set(text)
    if signs & _SIGNS_OF_NO and not signs & _SIGNS_OF_GO:
        return True
    words = _NOTHING_LEFT.sub("", words)
    return words in _WHOLE or _compiled(_INSIDE).search(words) is not None or (not words and "?" in signs)


def forbids(text: str) -> bool:
    """Whether a clause of a note says that its row is not to be sent: "Please do not post yet", "Wrong caption, do not post", "cancelled by Ana"."""
    pattern = _compiled(_FORBIDS)
    return any(pattern.match(bare(clause)) is not None for clause in {text, *re.split(_CLAUSES, text)})


def is_called_off(name: str) -> bool:
    """Whether a part of a name says nothing but that it is not meant: "(cancelled) spring", "DRAFT: Summer menu", not "Draft beer"."""
    return any(bare(part) in _NOT_MEANT or forbids(part) for part in re.split(_PARTS_OF_NAMES, name))


def is_order_to_wait(note: str) -> bool:
    """Whether a note says nothing but that what it stands on is not to be sent yet: besides the above, "on hold", "DRAFT - not approved"."""
    parts = [part for part in re.split(_PARTS, note) if bare(part)]
    orders = _compiled(_ORDERS)
    is_ordered = forbids(note) or any(orders.match(bare(clause)) is not None for clause in re.split(_CLAUSES, note))
    return is_ordered or (bool(parts) and all(bare(part) in _WORDS or forbids(part) for part in parts))


def is_put_aside(title: str, kinds: Collection[str]) -> bool:
    """Whether the name of a tab, or a line above a table, says that it is not to be sent; `kinds` are the names of sheets, which do not count.

    "Videos (old)", "DRAFT next month" and "Launch May - do not send" do; "Old Spice", "NFL Draft" and "Stop motion" do not.
    """
    for part in re.split(_PARTS, title):
        words = [word for word in bare(part).split() if word not in kinds and not word.isdigit()]
        said = " ".join(words)
        if said in _WORDS or said in _ASIDE or forbids(part) or any(f"{said} ".startswith(f"{first} ") for first in _BEGINS):
            return True
    return False


def is_word_of_standing(text: str) -> bool:
    """Whether a cell holds nothing but a word that says how far a row is, one way or the other."""
    words = bare(text)
    return words in _WORDS or words in _SAYS_GO or (not words and not set(text).isdisjoint(_SIGNS_OF_NO | _SIGNS_OF_GO))
