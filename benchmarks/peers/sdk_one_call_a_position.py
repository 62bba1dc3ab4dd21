"""The provider's own SDK as its guide shows it: a bundle, its account, one call for each position, publish. Prints how many requests.

Arguments: the address of the platform, how many bundles, and how many videos each has.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import tokportal


def main() -> None:
    """Send a launch."""
    base_url, bundles, videos = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sent = 0

    def counted(url: str, method: str, headers: Any, body: Any) -> Any:
        nonlocal sent
        sent += 1
        return sdk._default_transport(url, method, headers, body)  # noqa: SLF001 - there is no other way to count

    sdk = tokportal.TokPortal("bench", base_url=base_url, transport=counted)
    began = time.process_time()
    for number in range(bundles):
        made = sdk.bundles.create(
            {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "US", "videos_quantity": videos, "external_ref": f"sdk-{number}"}
        )
        identity = made["data"]["bundle"]["id"] if "bundle" in made.get("data", {}) else made["data"]["id"]
        account = {"username": f"daily.{number}", "visible_name": f"Daily {number}", "biography": "One dish a day."}
        account["profile_picture_url"] = f"https://cdn.example.com/faces/{number}.jpg"
        sdk.bundles.configure_account(identity, account)
        for position in range(1, videos + 1):
            video = {
                "video_type": "video",
                "video_url": f"https://cdn.example.com/{number}/{position}.mp4",
                "description": f"Dish {position} of kitchen {number}",
                "target_publish_date": f"2031-03-{position:02}",
            }
            sdk.bundles.configure_video(identity, position, video)
        sdk.bundles.publish(identity)
    print(sent, f"{time.process_time() - began:.2f}")


if __name__ == "__main__":
    main()
