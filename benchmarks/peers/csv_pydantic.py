"""csv and pydantic, a model for each row, as many scripts are written: what is wrong with one row, and nothing between rows."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, HttpUrl, ValidationError, model_validator


class Video(BaseModel):
    """A row of Videos."""

    bundle: Annotated[str, Field(min_length=1, max_length=200)]
    position: Annotated[int, Field(ge=1)]
    name: Annotated[str, Field(max_length=200)] | None = None
    video_type: Literal["video", "carousel"]
    instagram_content_type: Literal["reel", "post"] | None = None
    video: HttpUrl | None = None
    carousel_images: str | None = None
    description: Annotated[str, Field(min_length=1, max_length=2200)]
    target_publish_date: date
    tiktok_sound_url: HttpUrl | None = None
    instagram_add_to_story: Literal["yes", "no"] | None = None
    youtube_title: Annotated[str, Field(max_length=100)] | None = None
    external_ref: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def media_fits(self) -> Video:
        """A video needs a video, a carousel images."""
        if (self.video if self.video_type == "video" else self.carousel_images) is None:
            raise ValueError("no media")
        if self.target_publish_date < date(2027, 3, 4):
            raise ValueError("too early")
        return self


def main() -> None:
    """Read and judge, row by row."""
    wrong = 0
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            try:
                Video.model_validate({name: text or None for name, text in row.items()})
            except ValidationError as problem:
                wrong += problem.error_count()
    print(wrong)


if __name__ == "__main__":
    main()
