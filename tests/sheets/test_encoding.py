"""Text files that do not say how they are written: read where every word can be meant, else refused with what they may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.columns.matcher import count_known
from bulkportal.errors import UnreadableInput
from bulkportal.sheets.reader import read
from bulkportal.sheets.table import Table

HEADER = "bundle,position,description"

WESTERN = {
    "German": [
        "Frühlingsgrüße aus Köln – jetzt für 15 €",
        "Süßes „für Zwischendurch“, größer denn je",
        "ÜBERRASCHUNG: Weiß & schön",
        "§ 7 – 100 µl, 12 m²",
    ],
    "French": ["L’été arrive à Noël : où êtes-vous ?", "Sœur, œuf et bœuf « à bientôt »", "ÇA COMMENCE DÉJÀ, là-bas…", "Crème brûlée, troisième âge"],
    "Spanish": ["¡Qué mañana más bonita! ¿Vienes?", "Corazón, pingüino y señor Núñez", "AÑO NUEVO, 1ª edición, nº 5"],
    "Italian": ["Perché la felicità è così? Lunedì più tardi", "È già qui: novità, virtù e caffè"],
    "Portuguese": ["Não são só emoções: põe à mesa o pão da mãe", "Promoções de verão – você lê, três vezes"],
    "Nordic": [
        "På ön är allt grönt, också räksmörgås",
        "Blåbær og rødgrød på øen",
        "Tänään lähdetään töihin, yöllä hämärää",
        "Það er gott á Íslandi, þú sérð",
    ],
    "Dutch, Catalan, English": [
        "Eén idee uit België, coöperatie",
        "La col·lecció d’això és bonica",
        "It’s the best—ever—“café”: 30°, £5, ¥500, Brand®",
    ],
}

OTHERS = {
    "cp1251": ["Весенняя распродажа", "Как дела сегодня?"],
    "koi8_r": ["Весенняя распродажа", "Как дела сегодня?"],
    "cp866": ["Весенняя распродажа уже здесь"],
    "iso8859_5": ["Весенняя распродажа уже здесь"],
    "cp1250": ["Gdzie są moje kluczyki, łódko?", "Kdo přišel dřív, večeře", "Hűvös idő jön", "Și fără grijă".replace("Ș", "Ş")],
    "iso8859_2": ["Gdzie są moje kluczyki, łódko?"],
    "cp852": ["Gdzie są moje kluczyki, łódko?"],
    "gb18030": ["春季新款 今日发售", "早上好"],
    "big5": ["春季新款 今日發售"],
    "shift_jis": ["春の新作がでました", "今日は晴れ"],
    "euc_jp": ["春の新作がでました"],
    "euc_kr": ["봄 신상품 출시", "좋은 아침"],
    "cp1253": ["Καλημέρα σε όλους", "Άνοιξη εδώ"],
    "iso8859_7": ["Καλημέρα σε όλους"],
    "cp1254": ["Bahar güneşi ışıl ışıl", "Değişim başladı"],
    "cp1255": ["בוקר טוב לכולם"],
    "cp1256": ["صباح الخير للجميع"],
    "cp1257": ["Šiandien ačiū žmonėms"],
    "tis_620": ["สวัสดีตอนเช้า"],
    "mac_roman": ["Déjà l’été à la maison", "Mañana será otro día", "Größer und schöner"],
    "cp437": ["Déjà vu, señor", "Größer und schöner"],
    "cp850": ["Déjà vu, señor", "Größer und schöner"],
    "iso8859_15": ["Nur 15 € im Café"],
}


def file_of(folder: Path, *captions: str, encoding: str) -> Path:
    """A file of one row for each caption, behind rows of plain letters."""
    rows = [f'a,{number},"{caption}"' for number, caption in enumerate(captions, start=2)]
    path = folder / "videos.csv"
    path.write_bytes("\r\n".join((HEADER, "a,1,plain words", *rows, "")).encode(encoding))
    return path


def one(path: Path, encoding: str | None = None) -> Table:
    """The only table of a file."""
    (table,) = read(path, label=path.name, recognise=count_known, encoding=encoding)
    return table


def refused(path: Path, encoding: str | None = None) -> UnreadableInput:
    """Why a file is not read."""
    with pytest.raises(UnreadableInput) as trouble:
        one(path, encoding)
    return trouble.value


@pytest.mark.parametrize("language", WESTERN)
def test_windows_text_of_the_west_is_read_and_shown(tmp_path: Path, language: str) -> None:
    """With the first cell that has a letter of its own; each sentence by itself."""
    for sentence in WESTERN[language]:
        table = one(file_of(tmp_path, sentence, encoding="cp1252"))
        assert table.frame["C"].to_list() == ["plain words", sentence], sentence
        assert table.doubt is not None and (table.doubt.code, table.doubt.row, table.doubt.column) == ("encoding_guessed", 3, "C")
        assert table.doubt.value == sentence


@pytest.mark.parametrize(("encoding", "sentence"), [(name, sentence) for name, found in OTHERS.items() for sentence in found])
def test_text_that_makes_no_sense_as_windows_text_is_refused(tmp_path: Path, encoding: str, sentence: str) -> None:
    """With the place of the first byte, and with what may be meant; and it is read when somebody says how it is written."""
    path = file_of(tmp_path, sentence, encoding=encoding)
    trouble = refused(path)
    assert trouble.code == "encoding_unknown"
    assert "line 3, column" in trouble.message
    assert "--encoding" in trouble.hint
    assert one(path, encoding).frame["C"].to_list()[1] == sentence
    assert one(path, encoding).doubt is None


@pytest.mark.parametrize(
    ("encoding", "name", "captions"),
    [
        ("cp1251", "cp1251", ("Весенняя распродажа", "Как дела сегодня?", "Новая коллекция")),
        ("cp1250", "cp1250", ("Gdzie są moje kluczyki?", "Łódź i żółw", "Źle się śpi")),
        ("shift_jis", "shift_jis", ("春の新作がでました", "今日は晴れです", "こんにちは")),
        ("mac_roman", "mac_roman", ("Déjà l’été à la maison", "Où êtes-vous ?")),
    ],
)
def test_the_proposal_shows_how_the_text_would_read(tmp_path: Path, encoding: str, name: str, captions: tuple[str, ...]) -> None:
    """So that a person sees whether it is right before he says so."""
    hint = refused(file_of(tmp_path, *captions, encoding=encoding)).hint
    assert f"--encoding {name} would read" in hint
    assert any(word in hint for caption in captions for word in caption.split() if not word.isascii())


def test_one_byte_that_is_not_utf_8_is_named_by_its_place(tmp_path: Path) -> None:
    """The rest of the file says that it is UTF-8; Windows text would spoil all of it."""
    path = tmp_path / "videos.csv"
    path.write_bytes(f"{HEADER}\na,1,naïve où\na,2,Zo".encode() + b"\xeb" + ",garçon\n".encode())
    trouble = refused(path)
    assert (trouble.code, "line 3, column 7" in trouble.message, "EB" in trouble.message) == ("text_not_utf8", True, True)


def test_a_text_that_does_not_keep_to_its_encoding_is_named_by_its_place(tmp_path: Path) -> None:
    """The one that was said, or the one that a mark at its start claims."""
    path = file_of(tmp_path, "Привет", encoding="cp1251")
    trouble = refused(path, "ascii")
    assert (trouble.code, "line 3, column 6" in trouble.message) == ("encoding_wrong", True)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "line 3, column 6" in refused(path).message


def test_a_mark_at_the_start_goes_before_what_somebody_says(tmp_path: Path) -> None:
    """A report, or another file of the same folder, may be UTF-8 all the same."""
    for encoding in ("utf-8-sig", "utf-16"):
        table = one(file_of(tmp_path, "Привет, ciné", encoding=encoding), "cp1251")
        assert table.frame["C"].to_list()[1] == "Привет, ciné"
        assert table.doubt is None


def test_sound_utf_8_read_otherwise_is_doubted(tmp_path: Path) -> None:
    """It was said so; that the letters are spoilt is told all the same."""
    table = one(file_of(tmp_path, "señor", encoding="utf-8"), "cp1252")
    assert table.doubt is not None and (table.doubt.code, table.doubt.value) == ("encoding_guessed", "seÃ±or")
    assert one(file_of(tmp_path, "plain", encoding="utf-8"), "cp1252").doubt is None


def test_utf_8_and_utf_16_need_no_word(tmp_path: Path) -> None:
    """Any language, with or without a mark."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        table = one(file_of(tmp_path, "Zażółć, 春, привет", encoding=encoding))
        assert (table.frame["C"].to_list()[1], table.doubt) == ("Zażółć, 春, привет", None)


def test_breaks_of_any_kind_are_breaks(tmp_path: Path) -> None:
    """Of old Macs, of Word, of mainframes, and Unicode's own."""
    table = one(file_of(tmp_path, "one\x0btwo\x85three\u2028four\u2029five\x0csix", encoding="utf-8"))
    assert table.frame["C"].to_list()[1] == "one\ntwo\nthree\nfour\nfive\nsix"
