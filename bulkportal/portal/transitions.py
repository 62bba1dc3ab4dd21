"""From which statuses the platform accepts an action: the one table that planning and exporting read.

Sources: seed 000 ("Action Summary"), seed 002 (publish and unpublish), API reference 2.12 (account review)
and 2.18 (handing over single videos). The platform has the last word; this table is asked first, so
that the user learns of a refusal before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping

OF_VIDEOS: Mapping[str, tuple[str, ...]] = {
    "finalize": ("accepted", "in_review"),
    "corrections": ("published", "accepted"),
    "unschedule": ("configured",),
}
"""By the status of the video. fix-download is not among them: seed 004 allows it wherever the flag is set."""

OF_BUNDLES: Mapping[str, tuple[str, ...]] = {
    "publish": ("pending_setup",),
    "unpublish": ("published", "published_priority"),
    "publish-videos": ("published", "published_priority", "accepted"),
}
"""By the status of the bundle."""

OF_ACCOUNTS: Mapping[str, tuple[str, ...]] = {
    "finalize-account": ("in_review",),
    "account-corrections": ("in_review",),
}
"""By the status of the bundle's account."""
