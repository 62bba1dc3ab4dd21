"""The words by which a team states the progress of a row: headers of such columns, and "not yet" in a cell, a note, a tab or a title.

In English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Chinese and Japanese. Case, accents and punctuation do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


_HEADERS = _listed("""
    status, approval, approvals, approved, sign off, signoff, clearance, freigabe, freigabestatus, freigegeben, genehmigung, genehmigt,
    bearbeitungsstand, abnahme, abgenommen, statut, validation, validé, approbation, approuvé, avancement, estatus, aprobación, aprobado,
    validación, validado, visto bueno, stato, approvazione, approvato, validazione, validato, benestare, situação, aprovação, aprovado,
    validação, liberação, liberado, goedkeuring, goedgekeurd, akceptacja, zatwierdzenie, zatwierdzone, статус, согласование, согласовано,
    одобрено, утверждено, 状态, 狀態, 审核, 審核, 审批, 審批, ステータス, 状態, 承認
""")
"""Words that make a header one of progress, whatever else is in it."""

_WHOLE_HEADERS = _listed("""
    state, stage, progress, workflow, go, go live, ready, released, cleared, publish status, hold, on hold, stand, zustand, bereit, fertig,
    fortschritt, état, accord, feu vert, prêt, étape, estado, situación, etapa, listo, progreso, pronto, situazione, fase, progresso,
    avanzamento
""")
"""Headers that mean it only as a whole: a "stage name" is no stage."""

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
    aprovar, falta aprovação, não validado,
    auf halt, auf hold, auf eis, pas encore valider, niet posten, niet plaatsen, niet publiceren, niet versturen, niet gebruiken, niet
    goedgekeurd, nog niet, wacht, wachten, wachtend, in de wacht, in afwachting, geannuleerd, afgewezen, afgekeurd, gepauzeerd, uitgesteld,
    geblokkeerd, geschrapt, ter goedkeuring, goedkeuring ontbreekt, szkic, wersja robocza, nie publikować, nie publikuj, nie wysyłać, nie
    używać, nie zatwierdzone, niezatwierdzone, niezatwierdzony, jeszcze nie, wstrzymane, wstrzymany, wstrzymana, anulowane, anulowany,
    anulowana, odrzucone, odrzucony, odrzucona, oczekuje, czeka, do akceptacji, do zatwierdzenia, brak akceptacji, przełożone, черновик, не
    публиковать, не постить, не выкладывать, не отправлять, не использовать, не одобрено, не согласовано, не утверждено, не готово, пока не,
    ещё не, отмена, отменено, отменён, отменена, отклонено, ожидает, ожидание, ждёт, ждём, на согласовании, на утверждении, на проверке, на
    паузе, пауза, приостановлено, отложено, заблокировано, стоп, 草稿, 不发, 不發, 不要发, 不要發, 别发, 別發, 勿发, 勿發, 暂停, 暫停, 取消,
    待审, 待審, 待批准, 待确认, 待確認, 未批准, 未审, 未審, 审核中, 審核中, 审批中, 審批中, 搁置, 擱置, 拒绝, 拒絕, 下書き, 投稿しない,
    公開しない, 投稿禁止, 公開禁止, 保留, 未承認, 承認待ち, 確認待ち, 確認中, キャンセル, 中止, 却下, 停止, 延期, 未完成, 作業中
""")
"""Words that mean that a row is not to be sent, as a whole cell or within one."""

_BRIEF_NO = _listed("""
    open, offen, no, n, nein, non, nao, false, falsch, faux, falso, 0, x no, revision, revisions, correction, corrections, korrektur,
    korrekturen, korrekturschleife, überarbeitung, editing, filming, rough cut, rohschnitt, concept, konzept, in production, in produktion, en
    production, in produzione, en producción, em produção, en montage, en edición, em edição, nee, nie, нет, 否, いいえ
""")
"""Words that mean it only as a whole cell."""

_SIGNS_OF_NO = frozenset("✗✘✖✕❌❎☐⬜⏸⏹🛑⛔🚫👎🔴🟠🟡🟥🟧🟨⏳⌛🕒")
_SIGNS_OF_GO = frozenset("✓✔☑✅👍🟢🟩")

_GO = _listed("""
    approved, ready, ok, okay, done, final, go, yes, y, x, live, published, posted, sent, scheduled, confirmed, complete, completed,
    finished, released, active, signed off, good to go, ready to publish, ready to post, true, 1, freigegeben, genehmigt, fertig, bereit,
    erledigt, ja, bestätigt, veröffentlicht, geplant, aktiv, abgenommen, wahr, approuvé, approuvée, validé, validée, prêt, prête, fait, oui,
    publié, publiée, confirmé, terminé, actif, vrai, aprobado, aprobada, listo, lista, hecho, sí, si, publicado, publicada, confirmado,
    terminado, activo, verdadero, approvato, approvata, pronto, pronta, fatto, sì, pubblicato, pubblicata, confermato, finito, attivo, vero,
    aprovado, aprovada, feito, sim, confirmada, concluído, concluída, ativo, goedgekeurd, klaar, gereed, gepubliceerd, zatwierdzone,
    zatwierdzony, zaakceptowane, gotowe, opublikowane, tak, да, одобрено, согласовано, утверждено, готово, опубликовано, 是, 已批准, 已审核,
    已審核, 已发布, 已發布, 完成, 已完成, はい, 承認済み, 公開済み, 投稿済み, 完了
""")


_STORED = _listed("""
    old, older, archive, archived, archives, backup, backups, unused, drafts, ideas, trash, alt, alte, archiv, papierkorb, ancien, anciens,
    ancienne, anciennes, brouillons, viejo, viejos, antiguo, antiguos, archivo, archivado, borradores, vecchio, vecchi, archivio, bozze, antigo,
    antigos, arquivo, arquivado, rascunhos
""")
"""Further words that mean it in the name of a tab."""

_FIRST = _listed("""
    draft, drafts, on hold, archive, archived, cancelled, canceled, not approved, entwurf, entwürfe, archiv, abgesagt, storniert, nicht
    freigegeben, brouillon, brouillons, annulé, non validé, borrador, borradores, cancelado, no aprobado, bozza, bozze, annullato, non
    approvato, rascunho, rascunhos, não aprovado
""")
"""A tab or a title that begins with one of these is not to be sent, whatever follows."""

_CALLED_OFF = _listed("""
    cancelled, canceled, not approved, storniert, abgesagt, nicht freigegeben, nicht genehmigt, annulé, annulée, non approuvé, non validé,
    cancelado, cancelada, anulado, no aprobado, annullato, annullata, non approvato, não aprovado, not yet approved, noch nicht freigegeben,
    noch nicht genehmigt, pas encore validé, pas encore validée, pas encore valider, pas encore approuvé, pas encore approuvée, todavía no
    aprobado, aún no aprobado, non ancora approvato, ainda não aprovado, geannuleerd, niet goedgekeurd, nog niet goedgekeurd, anulowane, nie
    zatwierdzone, niezatwierdzone, jeszcze nie zatwierdzone, отменено, не одобрено, не согласовано, не утверждено, ещё не одобрено, ещё не
    согласовано
""")
"""Words that hold a row back even in a column of notes, if the note says nothing else except who wants it."""

_FORBIDDING = _listed("""
    niet posten, niet plaatsen, niet publiceren, niet versturen, niet gebruiken, niet uploaden, nog niet posten, nog niet plaatsen, nog niet
    publiceren, nie publikować, nie publikuj, nie publikujcie, nie postować, nie wrzucać, nie wysyłać, nie używać, не публиковать, не
    публикуй, не публикуйте, не постить, не выкладывать, не размещать, не отправлять, не использовать
""")
"""Orders not to post as whole phrases, in languages for which there are no patterns."""

_FORBIDDING_UNSPACED = _listed("""
    不发布, 不發布, 不发佈, 不發佈, 不发, 不發, 不要发布, 不要發布, 不要發佈, 不要发, 不要發, 不要发送, 不要上传, 不要上傳, 不要使用, 不能发布,
    不能發布, 别发, 別發, 别发布, 別發布, 勿发, 勿發, 勿发布, 勿發布, 勿發佈, 暂不发布, 暫不發布, 暂停发布, 暫停發布, 暫停發佈, 禁止发布,
    禁止發布, 尚未批准, 未批准, 投稿しない, 投稿しないで, 投稿しないこと, 投稿しないでください, 投稿しないで下さい, 投稿禁止, 投稿停止,
    公開しない, 公開しないで, 公開しないこと, 公開しないでください, 公開しないで下さい, 公開禁止, 公開停止, アップしない, アップしないで, 未承認
""")
"""The same for languages without blanks between words."""

_LEADS_UNSPACED = _listed("请, 請, 先, 前, 暂时, 暫時, 都, は, を, に, まだ, 絶対")
"""Endings of what may precede one of these: "before Monday", "please", "this video"."""

_PARTS = r"[-\u2010-\u2015:;|/,()\[\]]"

_CLAUSES = r"[.!?;,:\n()。！？；，：、（）]|\s[-\u2010-\u2015]\s"
_PARTS_OF_NAMES = r"\s[-\u2010-\u2015/]\s|[:;|,()\[\]{}]"
"""In a name a dash without blanks around it joins two words: draft-beer."""


def bare(text: str) -> str:
    """A text without case, accents, punctuation and doubled blanks."""
    letters = text.replace("'", "").replace("\u2019", "").casefold()
    if not letters.isascii():  # plain letters have no accents to lose, and most texts of a large sheet are plain
        letters = "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.category(letter).startswith(("M", "Cf")))
    words = re.sub(r"[^\w]+|_", " ", letters)
    return " ".join(words.split())


CALLED_OFF_WORDS = tuple(word for word in (*_FIRST, *_CALLED_OFF, *_FORBIDDING, *_FORBIDDING_UNSPACED) if "archiv" not in word)
"""A name can be called off only if it contains one of these."""

_NAMES = frozenset(map(bare, _HEADERS))
_WHOLE_NAMES = _NAMES | frozenset(map(bare, _WHOLE_HEADERS))
_WORDS = frozenset(map(bare, _NOT_YET))
_WHOLE = _WORDS | frozenset(map(bare, _BRIEF_NO))
_SAYS_GO = frozenset(map(bare, _GO))
_SAYS_NO = frozenset({"no", "nope", "nein", "non", "nao", "nee", "nie", "нет"})
_ASIDE = frozenset(map(bare, _STORED))
_NOT_MEANT = frozenset(map(bare, CALLED_OFF_WORDS))
_BEGINS = tuple(map(bare, _FIRST))


def _any_of(words: Iterable[str]) -> str:
    """A pattern of these words, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, map(bare, words)), key=len, reverse=True)) + ")"


def _is_unspaced(word: str) -> bool:
    """Whether a word is in a script without blanks between words, such as Chinese or Japanese."""
    return word[0] >= "\u3040"


_INSIDE = (
    rf"\b{_any_of(word for word in _WORDS if not _is_unspaced(word))}\b|{_any_of(filter(_is_unspaced, _WORDS))}"
    r"|^(?:not|dont|do not|never|nicht|noch nicht|ne|pas|non|nao|niet|nie|не)\b|\b(?:no|nein|non|nao|open|offen)$"
)
_NOTHING_LEFT = re.compile(
    r"\b(?:no|nothing|without|keine|nichts|sans|sin|sem)(?: (?:changes?|corrections?|edits?|revisions?|anderungen|korrekturen)\b|(?= open| offen))"
    r"(?: (?:needed|required|requested|open|offen)\b)?"
)
"""Phrases that mean that nothing is left to do."""
_FORBIDS = (
    rf"^(?:\w{{0,12}}{_any_of(_LEADS_UNSPACED)})?{_any_of(_FORBIDDING_UNSPACED)}(?:了|(?:这|這|此|该|該|它)\w{{0,4}})?$"
    r"|^(?:(?:please|pls|bitte|por favor|merci de|attention|achtung|stop|no|graag|prosze|uwaga|пожалуиста|внимание) )*(?:"
    r"(?:do not|dont|never|not to be|must not be) (?:post|publish|send|use|buy|upload|run|release|schedule|launch|import|go live)(?:ed|d)?"
    r"|(?:noch )?nicht (?:posten|veroffentlichen|senden|verwenden|benutzen|kaufen|hochladen|importieren)"
    r"|(?:a )?ne (?:surtout )?pas (?:publier|poster|envoyer|utiliser|diffuser|acheter|importer)"
    r"|no (?:publicar|postear|enviar|usar|subir|comprar|lanzar)|nao (?:publicar|postar|enviar|usar|subir|comprar)"
    r"|non (?:pubblicare|postare|inviare|usare|caricare|comprare)"
    rf"|{_any_of(_FORBIDDING)}(?: do(?: \w+){{1,4}})?"
    rf"|{_any_of(_CALLED_OFF)}(?: (?:by|from|von|vom|durch|par|por|pelo|da|dal|door|przez|on|am|le|el|il|em)(?: \w+){{1,4}})?)"
    r"(?: (?:this|it|that|the|video|clip|row|post|one|yet|ever|please|at all|anymore|encore|bitte|todavia|aun|ainda|ancora|dit|nog|jeszcze|"
    r"tego|это|пока|видео)\b)*+"
    r"(?: (?:until|till|before|unless|without|bis|vor|ohne|avant|jusqu|sans|hasta|antes|sin|ate|sem|prima|fino|senza|tot|voor|zonder|przed|"
    r"bez|до|без|пока)\b(?! \d+ ?(?:am|pm|h|uhr)? is (?:fine|ok|okay)$).*)?$"
)
_ORDERS = (
    r"^(?:(?:please|pls|bitte) )*(?:(?:kill|scrap|bin|skip|ignore|delete|remove|drop) (?:this|it|that)(?: one| row| video| clip| post)?"
    r"|(?:on )?hold(?: (?:until|till|for)(?: \w+){1,4})?|(?:wartet|warten|waiting|awaiting) (?:auf|for)(?: \w+){1,5}"
    r"|(?:wait|hold|awaiting|pending)(?: for| on)?(?: \w+){0,4}? (?:approval|approvals|confirmation|feedback|clearance|sign off|signoff|green light)"
    r"(?: (?:by|from|of)(?: \w+){1,4})?"
    r"|(?:wacht|wachten|wachtend|in afwachting) (?:op|van)(?: \w+){1,5}|(?:czeka|czekamy|czekac|oczekuje) na(?: \w+){1,5}"
    r"|(?:ждем|ждет|ждать|ожидает|ожидаем)(?: \w+){1,5}"
    r"|not before(?: \w+){1,8}|erst nach(?: \w+){1,5}|auf keinen fall(?: \w+){1,3}|en attente (?:de|du|d)(?: \w+){1,5}"
    r"|pendiente de(?: \w+){1,5})$"
)
"""Further orders in a note on a cell. In a name, which may be a title, and in a column of notes these are ordinary words."""

_ANY_LENGTH = 6
"""A header of more words than this is a sentence."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A long pattern, compiled when first needed: compiling one takes longer than checking a small sheet."""
    return re.compile(pattern)


def is_standing(header: str) -> bool:
    """Whether a header is of a column about the progress of rows: Status, Client approval, Freigabe Kunde."""
    words = bare(header).split()
    return " ".join(words) in _WHOLE_NAMES or (len(words) <= _ANY_LENGTH and any(word in _NAMES for word in words))


def says_not_yet(text: str) -> bool:
    """Whether a cell of such a column says that its row is not to be sent."""
    words, signs = bare(text), set(text)
    # Both at once is a legend or a template ("✅ / ❌"), and the words decide.
    if signs & _SIGNS_OF_NO and not signs & _SIGNS_OF_GO:
        return True
    words = _NOTHING_LEFT.sub("", words)
    return words in _WHOLE or _compiled(_INSIDE).search(words) is not None or (not words and "?" in signs)


def forbids(text: str) -> bool:
    """Whether a clause of a note says that its row is not to be sent: "Please do not post yet", "Wrong caption, do not post", "cancelled by Ana"."""
    pattern = _compiled(_FORBIDS)
    return any(pattern.match(bare(clause)) is not None for clause in {text, *_clauses(text)})


def _clauses(text: str) -> list[str]:
    """The clauses of a text, without a question that it answers itself: "on hold? no, go!"."""
    question, _, answer = text.partition("?")
    first, *others = re.split(_CLAUSES, answer)
    is_answered = bare(first) in _SAYS_NO and any(bare(clause).split(" ")[0] in _SAYS_GO for clause in others)
    return [*re.split(_CLAUSES, question)[:-1], first, *others] if is_answered else re.split(_CLAUSES, text)


def is_called_off(name: str) -> bool:
    """Whether a part of a name only says that it is called off: "(cancelled) spring", "DRAFT: Summer menu", not "Draft beer"."""
    return any(bare(part) in _NOT_MEANT or forbids(part) for part in re.split(_PARTS_OF_NAMES, name))


def is_order_to_wait(note: str) -> bool:
    """Whether a note only says that its cell's row is not to be sent yet: besides the above, "on hold", "DRAFT - not approved"."""
    parts = [part for part in re.split(_PARTS, note) if bare(part)]
    orders = _compiled(_ORDERS)
    is_ordered = forbids(note) or any(orders.match(bare(clause)) is not None for clause in _clauses(note))
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
    """Whether a cell holds nothing but a word of progress, positive or negative."""
    words = bare(text)
    return words in _WORDS or words in _SAYS_GO or (not words and not set(text).isdisjoint(_SIGNS_OF_NO | _SIGNS_OF_GO))
