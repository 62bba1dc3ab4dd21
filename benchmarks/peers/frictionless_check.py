"""frictionless, with a schema of the same columns: types, choices, lengths, and the key."""

from __future__ import annotations

import sys
from pathlib import Path

from frictionless import Detector, Resource, Schema, system

TEXTS = ("bundle", "name", "video", "carousel_images", "description", "tiktok_sound_url", "instagram_location", "youtube_title")
FIELDS = [
    *({"name": name, "type": "string", "constraints": {"maxLength": 2200}} for name in TEXTS),
    {"name": "position", "type": "integer", "constraints": {"minimum": 1, "required": True}},
    {"name": "video_type", "type": "string", "constraints": {"enum": ["video", "carousel"], "required": True}},
    {"name": "instagram_content_type", "type": "string", "constraints": {"enum": ["reel", "post"]}},
    {"name": "target_publish_date", "type": "date", "constraints": {"required": True, "minimum": "2027-03-04"}},
    *({"name": name, "type": "string"} for name in ("instagram_add_to_story", "youtube_tags", "editing_instructions", "external_ref")),
]


def main() -> None:
    """Validate the file, with no limit on what is told."""
    path = Path(sys.argv[1])
    schema = Schema.from_descriptor({"fields": FIELDS, "primaryKey": ["bundle", "position"]})
    with system.use_context(trusted=True):
        report = Resource(path=str(path), schema=schema, detector=Detector(schema_sync=True)).validate(limit_errors=1_000_000)
    print(report.stats["errors"])


if __name__ == "__main__":
    main()
