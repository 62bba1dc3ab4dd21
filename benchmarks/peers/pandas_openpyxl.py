"""pandas, with openpyxl for workbooks, as people write it: read, type, and a dozen masks."""

from __future__ import annotations

import sys

import pandas as pd


def main() -> None:
    """Read and judge."""
    path = sys.argv[1]
    read = pd.read_excel if path.endswith(".xlsx") else pd.read_csv
    sheet = read(path, dtype=str)
    position = pd.to_numeric(sheet["position"], errors="coerce")
    day = pd.to_datetime(sheet["target_publish_date"], format="%Y-%m-%d", errors="coerce")
    masks = [
        sheet["bundle"].isna(),
        position.isna() | (position < 1),
        sheet.duplicated(["bundle", "position"], keep=False),
        sheet["name"].str.len() > 200,
        ~sheet["video_type"].isin(["video", "carousel"]),
        (sheet["video_type"] == "video") & sheet["video"].isna(),
        (sheet["video_type"] == "carousel") & sheet["carousel_images"].isna(),
        sheet["video"].notna() & ~sheet["video"].str.contains(r"^https?://", na=False),
        sheet["description"].isna() | (sheet["description"].str.len() > 2200),
        day.isna() | (day < "2027-03-04"),
        sheet.groupby(["bundle", "target_publish_date"])["position"].transform("size") > 3,
        sheet["external_ref"].duplicated(keep=False) & sheet["external_ref"].notna(),
    ]
    print([int(mask.sum()) for mask in masks])


if __name__ == "__main__":
    main()
