"""POST .../import-csv: valid rows count even when others fail (API reference 2.17)."""

from __future__ import annotations

import csv
import io
import re

from bulkportal.simulator import videos
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, data, invalid
from bulkportal.simulator.records import Bundle, VideoSlot
from bulkportal.simulator.state import State

REQUIRED = ("position", "video_type", "description")
TEXTS = (
    "video_type",
    "description",
    "target_publish_date",
    "video_url",
    "tiktok_sound_url",
    "editing_instructions",
    "external_ref",
    "instagram_content_type",
    "instagram_location",
    "instagram_audio_name",
    "name",
)
FLAGS = (
    "instagram_add_to_story",
    "ai_content_disclaimer",
    "disclose_as_ads",
    "instant_repost_as_story",
)
VOLUMES = ("volume_original_sound", "volume_added_sound")
_VOLUME = re.compile(r"\d{1,9}", re.ASCII)


def import_csv(state: State, call: ApiCall) -> Answer:
    """Configure slots from a file. Rows are counted from 1 below the header (inferred)."""
    bundle = state.bundle(call.params["id"], call.tenant)
    rows = _rows(call)
    imported: list[VideoSlot] = []
    errors: list[JsonObject] = []
    for number, row in enumerate(rows, start=1):
        try:
            imported.append(_import_row(state, bundle, row))
        except ApiRefusal as refusal:
            position = row.get("position") or "?"
            # No code and no position of its own, as the documents show it: a program has to find the position in the sentence.
            errors.append({"row": number, "message": f"Position {position}: {refusal.message}"})
    beside: JsonObject = {}
    if imported and (call.text_part("auto_publish") or "").lower() == "true":
        beside = videos.auto_publish(state, bundle, imported)
    counts = {"imported": len(imported), "skipped": len(errors)}
    return data({**counts, "errors": errors}, beside)


def _rows(call: ApiCall) -> list[dict[str, str]]:
    part = call.file_part()
    if not part.filename.lower().endswith(".csv"):
        raise invalid("The file must be a .csv file.", field="file")
    try:
        text = part.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid("The file must be UTF-8 text.", field="file") from None
    # Cells beyond the header land under an empty name, which no column has; missing ones are empty, so `strip` never meets None.
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        if missing := [name for name in REQUIRED if name not in header]:
            raise invalid(f"Missing columns: {', '.join(missing)}.", field="file")
        reader.fieldnames = header
        return [{name: str(value).strip() for name, value in row.items()} for row in reader]
    except csv.Error as mistake:
        raise invalid(f"The file cannot be read as CSV: {mistake}.", field="file") from None


def _import_row(state: State, bundle: Bundle, row: dict[str, str]) -> VideoSlot:
    if "target_publish_start_date" in row:
        # The platform's own template has this header, its table of columns the other one (API reference 2.17).
        row.setdefault("target_publish_date", row["target_publish_start_date"])
    slot = state.slot(bundle, row["position"])
    body: JsonObject = {name: row[name] for name in TEXTS if row.get(name)}
    for name in FLAGS:
        if row.get(name):
            body[name] = row[name].lower() in ("true", "1", "yes")
    for name in VOLUMES:
        if row.get(name):
            body[name] = int(row[name]) if _VOLUME.fullmatch(row[name]) else row[name]
    if row.get("carousel_images"):
        body["carousel_images"] = _split(row["carousel_images"], ";")
    if row.get("instagram_collaborators"):
        # No document names the separator, so both are taken; usernames hold neither.
        body["instagram_collaborators"] = _split(row["instagram_collaborators"], ";,")
    videos.configure(state, bundle, slot, body)
    return slot


def _split(value: str, separators: str) -> list[str]:
    return [item.strip() for item in re.split(f"[{separators}]", value) if item.strip()]
