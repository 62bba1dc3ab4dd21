"""The rehearsal: a platform of our own on this machine in the place of the real one, for as long as the desk is open."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bulkportal.portal.secret import Secret
from bulkportal.settings import BASE_URL_NAME, CONFIG_NAME, HOME_NAME, KEY_FILE_NAME, KEY_NAME, LEDGER_NAME, PROFILE_NAME, Profile, Settings
from bulkportal.settings.write_back import rehearsal_profile
from bulkportal.simulator.server import RunningSimulator
from bulkportal.simulator.state import SimulatorSettings

BALANCE = 5_000
"""The credits of a rehearsal."""

_RATE = 6_000


@dataclass(slots=True)
class Rehearsal:
    """The simulator, and a home for what is remembered of it: nothing of either is kept when the desk ends."""

    profile: Profile
    key: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    home: Path = field(init=False)
    simulator: RunningSimulator = field(init=False)

    def __post_init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="bulkportal-rehearsal-"))
        self.simulator = RunningSimulator(settings=SimulatorSettings(balance=BALANCE, rate=_RATE))
        self.simulator.__enter__()

    def settings(self) -> Settings:
        """Those of the profile, but for the platform, the key and the home."""
        profile = self.profile.model_copy(update={"account": None, "base_url": None, "home": None, "max_credits_per_night": None})
        return Settings(base_url=self.simulator.base_url, key=Secret(self.key), home=self.home, key_from="rehearsal", profile=profile)

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The variables of a command that rehearses."""
        config = self.home / "bulkportal.toml"
        config.write_bytes(rehearsal_profile(self.profile))
        # Each of these would lead the command back to the real key, the real profile or the real books.
        kept = {name: value for name, value in environment.items() if name not in (KEY_FILE_NAME, PROFILE_NAME, LEDGER_NAME)}
        ours = {KEY_NAME: self.key, BASE_URL_NAME: self.simulator.base_url, HOME_NAME: str(self.home), CONFIG_NAME: str(config)}
        return {**kept, **ours}

    def close(self) -> None:
        """End it, and forget what it was about."""
        self.simulator.__exit__(None, None, None)
        shutil.rmtree(self.home, ignore_errors=True)
