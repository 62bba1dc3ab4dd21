"""What the desk knows while it is open: the launches on it, the settings of the moment, and whether this is a rehearsal."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bulkportal import private
from bulkportal.desk import running
from bulkportal.desk.addresses import bring, elsewhere, require_unchanged
from bulkportal.desk.approving import Shown
from bulkportal.desk.open_launch import OpenLaunch
from bulkportal.desk.rehearsal import Rehearsal
from bulkportal.errors import BulkportalError, KeyProblem, StalePlan, UsageProblem
from bulkportal.html.words import LANGUAGES
from bulkportal.pipeline.job import Job
from bulkportal.settings import CONFIG_NAME, FILE_NAME, PROFILE_NAME, Profile, Settings, home_of, profile_of, resolve
from bulkportal.settings.write_back import save_columns, save_values

_RECENT = "desk-recent.json"
_MOST_RECENT = 12


@dataclass(slots=True)
class Session:
    """One desk. `folder` is where dropped files go; `profile_name` the profile that was asked for, `environment` that of the commands it starts.

    `sending` is held from the look at the plan until its run has begun. `keep_fault` keeps the details of a fault of ours,
    and says where they are. `begin` begins the process of a run.
    """

    folder: Path
    profile_name: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    language: str | None = None
    keep_fault: Callable[[Exception], str] = lambda _: ""
    begin: running.Begin = running.begin
    home: Path = field(init=False)
    launches: dict[str, OpenLaunch] = field(default_factory=dict)
    plans: dict[str, Shown] = field(default_factory=dict)
    rehearsal: Rehearsal | None = None
    sending: threading.Lock = field(default_factory=threading.Lock)
    _fetched_from: dict[str, str] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        try:
            profile = profile_of(self.environment, self.profile_name)
        except BulkportalError:
            profile = Profile()
        self.home = home_of(self.environment, profile)

    # -- settings

    def profile(self) -> Profile:
        """The profile that counts. Raises UsageProblem for a mistake in the settings."""
        return profile_of(self.environment, self.profile_name)

    def profile_if_any(self) -> Profile:
        """The same; the empty one where the settings have a mistake."""
        try:
            return self.profile()
        except BulkportalError:
            return Profile()

    def settings(self) -> Settings:
        """Where to send, and how to be let in: the rehearsal's while there is one. Raises KeyProblem and UsageProblem."""
        if self.rehearsal is not None:
            return self.rehearsal.settings()
        return resolve(self.environment, profile=self.profile())

    def trouble(self) -> BulkportalError | None:
        """Why nothing can be asked of the platform yet: no key, or settings with a mistake."""
        try:
            self.settings().require_key()
        except (KeyProblem, UsageProblem) as problem:
            return problem
        return None

    def settings_file(self) -> Path:
        """The settings file that counts, or where one would be written."""
        from platformdirs import user_config_path  # only needed where there is no file

        from bulkportal.settings import configured

        if self.environment.get(CONFIG_NAME):
            return Path(self.environment[CONFIG_NAME]).expanduser()
        with suppress(BulkportalError):
            if (path := configured(self.environment).path) is not None:
                return path
        here = Path.cwd() / FILE_NAME
        return here if here.is_file() else user_config_path("bulkportal", appauthor=False) / FILE_NAME

    def profile_place(self) -> tuple[Path, str] | None:
        """The settings file and the name of the profile into which meanings can be kept; None where there is no profile."""
        from bulkportal.settings import configured

        with suppress(BulkportalError):
            path, name = configured(self.environment).path, self.profile().name
            if path is not None and name:
                return path, name
        return None

    def keep_meanings(self, columns: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> None:
        """Keep in the profile what headers and words mean, as `map --save` does. Raises UsageProblem where there is no profile."""
        place = self.profile_place()
        if place is None:
            raise UsageProblem("There is no profile to save into.", hint="Save the settings once; that writes one.")
        if columns:
            save_columns(*place, columns)
        if values:
            save_values(*place, values)

    def command_environment(self) -> dict[str, str]:
        """The variables of a command that does the same."""
        if self.rehearsal is not None:
            return self.rehearsal.environment(self.environment)
        named = {PROFILE_NAME: self.profile_name} if self.profile_name else {}
        return {**self.environment, **named}

    def rehearse(self, *, on: bool) -> None:
        """Turn the rehearsal on or off; plans that were shown are of the other platform, and gone."""
        with self._lock:
            if on == (self.rehearsal is not None):
                return
            if self.is_running():
                raise UsageProblem("A run is at work.", hint="Wait for its end, or stop it, before you change where things are sent.")
            if self.rehearsal is not None:
                self.rehearsal.close()
            self.rehearsal = Rehearsal(self.profile_if_any()) if on else None
            self.plans.clear()

    def speak(self, language: str) -> None:
        """Speak another language from now on."""
        if language in LANGUAGES:
            self.language = language

    # -- launches

    def open(self, path: Path) -> str:
        """Put a launch on the desk. Gives its name there. Raises UnreadableInput and UsageProblem."""
        path = path.expanduser().resolve()
        if not path.exists():
            raise UsageProblem(f"There is no {path}.", hint="Drop the file here, or give its whole path.")
        ident = ident_of(path)
        with self._lock:
            if ident not in self.launches:
                self.launches[ident] = OpenLaunch(path, lambda: self.job(path))
            self._remember(path)
        return ident

    def fetch(self, address: str) -> Path:
        """Fetch what lies at an address into the folder of the desk. Gives the file. Raises UnreadableInput, TemporaryTrouble and UsageProblem."""
        path = bring(address, self.folder, self.job(self.folder))
        # Here alone stands an address that may hold a secret: it is gone with the desk.
        self._fetched_from[ident_of(path.resolve())] = address
        return path

    def address_of(self, launch: OpenLaunch) -> str:
        """Where a launch was fetched from; empty where it was not, or where its address held a secret and an earlier desk fetched it."""
        came = elsewhere(launch.source)
        return "" if came is None else came.address or self._fetched_from.get(ident_of(launch.source), "")

    def require_unchanged(self, launch: OpenLaunch) -> None:
        """See that a launch is still what it was when it was read, here and where it was fetched from. Raises StalePlan."""
        if launch.is_stale():
            raise StalePlan(f"{launch.name} has been saved since it was read here.", hint="Read it again, and look at its plan.")
        if elsewhere(launch.source) is None:
            return
        address = self.address_of(launch)
        if not address:
            why = "it is not known any more where it was fetched from"
            raise StalePlan(f"Nothing was sent: {launch.name} may have changed, and {why}.", hint="Give the address on the first page once more.")
        require_unchanged(launch.source, address, self.job(launch.source))

    def open_address(self, address: str) -> str:
        """Put a launch on the desk that lies at an address: it is fetched anew, and edits that still fit are kept. Raises the errors of `errors`."""
        path = self.fetch(address)
        with self._lock:
            there = self.launches.get(ident_of(path.resolve()))
            if there is not None:
                there.read()
        return self.open(path)

    def launch(self, ident: str) -> OpenLaunch | None:
        """The launch of that name; one that an earlier desk had open is opened again. Raises UnreadableInput and UsageProblem."""
        with self._lock:
            if ident not in self.launches:
                for path in self.recent():
                    if ident_of(path) == ident and path.exists():
                        self.open(path)
            return self.launches.get(ident)

    def reread(self) -> None:
        """Read every launch again: the settings say now what its dates and columns mean. One that cannot be read any more is put away."""
        with self._lock:
            self.plans.clear()
            for ident, launch in list(self.launches.items()):
                try:
                    launch.read()
                except BulkportalError:
                    self.launches.pop(ident).close()

    def job(self, path: Path) -> Job:
        """The job of a check of it, with the settings of the moment."""
        profile = self.profile_if_any()
        return Job(
            command="check", profile=profile, inputs=(path,), date_order=profile.date_order, encoding=profile.encoding,
            media_root=media_root(path, profile), home=self.settings_home(),
        )  # fmt: skip

    def settings_home(self) -> Path:
        """Where looked-at files are remembered."""
        return self.home if self.rehearsal is None else self.rehearsal.home

    def plan_of(self, ident: str, launch: OpenLaunch) -> Shown | None:
        """The plan that was shown last, unless a cell has been changed since."""
        made = self.plans.get(ident)
        return made if made is not None and made.version == launch.version else None

    def runs_folder(self, launch: OpenLaunch) -> Path:
        """Where the runs of a launch are kept: rehearsals by themselves, so that none is taken for a real one."""
        return launch.folder / "rehearsal" if self.rehearsal is not None else launch.folder

    def run(self, launch: OpenLaunch) -> running.RunFolder | None:
        """The last run of a launch; while there is a rehearsal, the last rehearsal."""
        return running.newest(self.runs_folder(launch))

    def is_running(self) -> bool:
        """Whether a run of any launch on the desk is at work."""
        with self._lock:
            runs = [running.newest(folder) for launch in self.launches.values() for folder in (launch.folder, launch.folder / "rehearsal")]
        return any(run is not None and run.is_running for run in runs)

    def recent(self) -> list[Path]:
        """The launches that were open last, the newest first."""
        try:
            return [Path(text) for text in json.loads((self.home / _RECENT).read_bytes())]
        except (OSError, ValueError, TypeError):
            return []

    def _remember(self, path: Path) -> None:
        listed = [str(path), *(str(one) for one in self.recent() if one != path)][:_MOST_RECENT]
        with suppress(OSError, ValueError):
            private.write(self.home / _RECENT, json.dumps(listed).encode())

    def end_checks(self) -> None:
        """Nothing is checked any more: a page that waits for a check is answered at once."""
        for launch in list(self.launches.values()):
            launch.close()

    def close(self) -> None:
        """End what only lives as long as the desk."""
        self.end_checks()
        if self.rehearsal is not None:
            self.rehearsal.close()


def ident_of(path: Path) -> str:
    """The name of a launch in the addresses of the desk."""
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def media_root(path: Path, profile: Profile) -> Path:
    """Where media of a launch lie: the profile's folder, else beside the sheet, also when its copy is read in another folder."""
    return profile.media_root or (path if path.is_dir() else path.parent)
