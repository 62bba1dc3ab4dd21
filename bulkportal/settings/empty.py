"""The profile that there is without a file.

It knows every default without the library that reads profiles: that takes longer to load than a small sheet takes to check.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from bulkportal.settings.profile import Profile

_UNSAID = (
    *("base_url", "key_env", "key_file", "key_keyring", "account", "home", "media_root", "media_pattern", "time_zone", "date_order"),
    *("read_hidden", "encoding", "client_prefix", "max_credits", "max_credits_per_night", "ledger", "google_service_account"),
)
PLAIN: MappingProxyType[str, object] = MappingProxyType(
    {
        **dict.fromkeys(_UNSAID),
        "name": "",
        "reuse_uploads": False,
        "language": "en",
        "no_posts_on": (),
        "meant_names": (),
        "days_between_posts": 0,
        "shared_folders": (),
        "remind_before": 24.0,
        "give_up_after": 7,
        "one_folder": False,
        "columns": MappingProxyType({}),
        "values": MappingProxyType({}),
    }
)
"""The defaults that a command may ask for; a test compares them with the profile's own."""


class _Empty:
    """Answers as `Profile()` does; an attribute that is not among the plain defaults is read from a real one, made then."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name in PLAIN:
            return PLAIN[name]
        # Copying and pickling look for such names, and must not load the library for them.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(whole(EMPTY), name)

    def defaults(self) -> dict[str, object]:
        """No option has another default."""
        return {}


EMPTY = cast("Profile", _Empty())


def whole(profile: Profile) -> Profile:
    """The profile as the library's own object, also of the empty one."""
    if not isinstance(profile, _Empty):
        return profile
    from bulkportal.settings.profile import Profile as Own

    return Own()
