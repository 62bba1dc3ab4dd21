"""The words of a column in which a team writes how far a row is: what such a column is called, and what says "not yet".

In English, German, French, Spanish, Italian and Portuguese. Case, accents and punctuation do not count.
"""

from __future__ import annotations

import re
import unicodedata


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
    andamento, em progresso, adiado, adiada, ignorar, pular, suspenso, suspensa, não pronto, a aprovar, a confirmar
""")
"""What says that a row is not to be sent, as a whole cell or as words of one."""

_BRIEF_NO = _listed("""
    open, offen, no, n, nein, non, nao, false, falsch, faux, falso, 0, ✗, ✘, ❌, ☐, ⏸, 🛑, ⛔, 🔴, 🟡, ⏳, x no
""")
"""What says so only as a whole cell."""

_GO = _listed("""
    approved, ready, ok, okay, done, final, go, yes, y, x, live, published, posted, sent, scheduled, confirmed, complete, completed,
    finished, released, active, signed off, good to go, ready to publish, ready to post, true, 1, freigegeben, genehmigt, fertig, bereit,
    erledigt, ja, bestätigt, veröffentlicht, geplant, aktiv, abgenommen, wahr, approuvé, approuvée, validé, validée, prêt, prête, fait, oui,
    publié, publiée, confirmé, terminé, actif, vrai, aprobado, aprobada, listo, lista, hecho, sí, si, publicado, publicada, confirmado,
    terminado, activo, verdadero, approvato, approvata, pronto, pronta, fatto, sì, pubblicato, pubblicata, confermato, finito, attivo, vero,
    aprovado, aprovada, feito, sim, confirmada, concluído, concluída, ativo, ✓, ✔, ☑, ✅, 👍, 🟢
""")


def bare(text: str) -> str:
    """A text without case, accents, punctuation and doubled blanks; signs that mean something by themselves are kept."""
    letters = unicodedata.normalize("NFKD", text.replace("'", "").replace("\u2019", "").casefold())
    kept = "".join(letter for letter in letters if not unicodedata.category(letter).startswith(("M", "Cf")))
    words = re.sub(r"[^\w✓✔☑✅✗✘❌☐⏸🛑⛔🔴🟡🟢⏳👍]+|_", " ", kept)
    return " ".join(words.split())


_NAMES = frozenset(map(bare, _HEADERS))
_WHOLE_NAMES = _NAMES | frozenset(map(bare, _WHOLE_HEADERS))
_WORDS = frozenset(map(bare, _NOT_YET))
_WHOLE = _WORDS | frozenset(map(bare, _BRIEF_NO))
_SAYS_GO = frozenset(map(bare, _GO))
_INSIDE = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")\b"
    r"|^(?:not|dont|do not|never|nicht|noch nicht|ne|pas|non|nao)\b|\b(?:no|nein|non|nao)$"
)
_ANY_LENGTH = 6
"""A header of more words than this is a sentence."""


def is_standing(header: str) -> bool:
    """Whether a header says that its column tells how far a row is: Status, Client approval, Freigabe Kunde."""
    words = bare(header).split()
    return " ".join(words) in _WHOLE_NAMES or (len(words) <= _ANY_LENGTH and any(word in _NAMES for word in words))


def says_not_yet(text: str) -> bool:
    """Whether a cell of such a column says that its row is not to be sent."""
    words = bare(text)
    return words in _WHOLE or _INSIDE.search(words) is not None


def is_word_of_standing(text: str) -> bool:
    """Whether a cell holds nothing but a word that says how far a row is, one way or the other."""
    words = bare(text)
    return words in _WORDS or words in _SAYS_GO
