"""The checks of `doctor`: one line for each thing that an import needs, with advice where it is missing.

Nothing is changed anywhere, and a failing check does not prevent the others.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from bulkportal import installing, web
from bulkportal.apply.homes import are_there
from bulkportal.apply.ledger import Ledger
from bulkportal.automate.health import Health, HealthCheck, ok, problem, warning
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue
from bulkportal.columns.matcher import count_known, match, own_headers
from bulkportal.columns.positions import POSITIONS
from bulkportal.counting import counted
from bulkportal.errors import BulkportalError, ExitCode, UsageProblem
from bulkportal.pipeline.portal_session import address_of, balance_of, way_to
from bulkportal.portal.remote import Json, in_figures
from bulkportal.records.audit import verified
from bulkportal.records.history import FILE as DIARY
from bulkportal.records.history import RunHistory
from bulkportal.records.log import plain
from bulkportal.settings import Profile, Settings, profile_of, resolve
from bulkportal.sheets.reader import read
from bulkportal.version import __version__
from bulkportal.web import BrokenAnswer

MOST_SKEW = 60.0
"""Seconds by which this machine's clock may differ from the platform's."""

_PATIENCE = 15.0
_LITTLE_DISK = 1 << 30
# No real bundle can have it: the platform gives ids that begin so to dry runs only (API reference 1.8).
_NOBODY = "00000000-0000-4000-8000-000000000000"


async def platform(settings: Settings) -> list[HealthCheck]:
    """Checks that need the platform: key, reachability, account, permissions, clock, rate, balance."""
    where = plain(settings.base_url)
    if not settings.key:
        return [problem("key", "There is none.", "Set TOKPORTAL_API_KEY, or name its place in the profile (bulkportal init).", ExitCode.KEY)]
    try:
        base, transport = address_of(settings), way_to(settings)
    except UsageProblem as error:
        return [problem("platform", error.message, error.hint)]
    headers = {"X-API-Key": settings.key.reveal(), "X-TokPortal-Client": f"bulkportal/{__version__}"}
    async with web.client_over(transport, base_url=base, headers=headers, timeout=_PATIENCE) as client:
        try:
            me = await client.get("/me")
        except BrokenAnswer as error:
            return [problem("platform", f"{where} gave no usable answer: it {error.why}.", "Run this again later.", ExitCode.TEMPORARY)]
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            advice = "Check the network and TOKPORTAL_BASE_URL; behind a proxy, HTTPS_PROXY."
            return [problem("platform", f"{where} cannot be reached ({type(error).__name__}).", advice, ExitCode.TEMPORARY)]
        found = [*_admitted(me, settings, str(where)), *_clock(me), *_rate(me)]
        if me.is_success:
            found += [await _permissions(client), await _balance(client)]
    return found


def _admitted(me: httpx.Response, settings: Settings, where: str) -> Iterator[HealthCheck]:
    place = settings.key_from
    if me.status_code in (401, 403):
        yield ok("platform", f"{where} answers.")
        yield problem("key", f"The key of {place} is refused ({me.status_code}).", "Copy it again from the platform's settings.", ExitCode.KEY)
        return
    if me.status_code == httpx.codes.TOO_MANY_REQUESTS or me.is_server_error:
        advice = "Run this again later."
        yield problem("platform", f"{where} is in trouble just now ({me.status_code}).", advice, ExitCode.TEMPORARY)
        return
    data = _data(me)
    if not me.is_success or data is None:
        yield problem("platform", f"What is at {where} is not the platform's API ({me.status_code}).", "Correct TOKPORTAL_BASE_URL.")
        return
    yield ok("platform", f"{where} answers.")
    names = [str(data[name]) for name in ("email", "id", "user_id") if data.get(name)]
    wanted = settings.profile.account
    if wanted and wanted.casefold() not in {name.casefold() for name in names}:
        advice = "Use that client's key, or correct account in bulkportal.toml."
        yield problem("key", f"It belongs to {names[0] if names else 'nobody'}, and the profile is for {wanted}.", advice, ExitCode.KEY)
    else:
        yield ok("key", f"That of {place}, of {names[0] if names else 'an account without a name'}.")


async def _permissions(client: httpx.AsyncClient) -> HealthCheck:
    """Tries a write to a bundle that cannot exist: the refusal names the key or the bundle, and nothing is changed either way."""
    try:
        # No endpoint reports the scope of a key (API reference 1.1); only a write shows whether it may write.
        answer = await client.patch(f"/bundles/{_NOBODY}", json={"auto_finalize_videos": False})
    except (httpx.HTTPError, BrokenAnswer) as error:
        return warning("permissions", f"They could not be asked about ({type(error).__name__}).", "Run this again.")
    if answer.status_code in (401, 403):
        return problem("permissions", "The key may read, but not write.", "Make a key with full scope for imports.", ExitCode.KEY)
    if answer.status_code in (400, 404, 422):  # refused because of the bundle, so the key was accepted
        return ok("permissions", "The key may read and write.")
    return warning("permissions", f"The platform's answer says nothing about them ({answer.status_code}).", "An import will show it.")


def _clock(me: httpx.Response) -> Iterator[HealthCheck]:
    try:
        theirs = parsedate_to_datetime(me.headers["date"])
    except (KeyError, ValueError):
        yield warning("clock", "The platform does not report the time.", "Make sure that this machine's clock is set by a time server.")
        return
    skew = (datetime.now(UTC) - theirs.astimezone(UTC)).total_seconds()
    if abs(skew) > MOST_SKEW:
        said = f"This machine's clock is {counted(round(abs(skew)), 'second')} {'ahead of' if skew > 0 else 'behind'} the platform's."
        yield warning("clock", said, "Let a time server set it: publish dates are judged by the day it is.")
    else:
        yield ok("clock", f"Within {max(abs(skew), 1):.0f} s of the platform's.")


def _rate(me: httpx.Response) -> Iterator[HealthCheck]:
    left, limit = me.headers.get("x-ratelimit-remaining", ""), me.headers.get("x-ratelimit-limit", "")
    if not (left.isdecimal() and limit.isdecimal()):
        yield ok("rate", "The platform does not report how many requests are left.")
    elif int(left) * 10 < int(limit):
        yield warning("rate", f"{left} of {limit} requests a minute are left.", "Another program uses this key; imports go slower meanwhile.")
    else:
        yield ok("rate", f"{left} of {limit} requests a minute are left.")


async def _balance(client: httpx.AsyncClient) -> HealthCheck:
    try:
        data = _data(await client.get("/credits/balance"))
    except (httpx.HTTPError, BrokenAnswer):
        data = None
    found = None if data is None else balance_of({"data": dict(data)})
    if data is None or found is None:
        return warning("credits", "The platform does not report the balance.", "Look at it there before a large launch.")
    expiring = data.get("expiring_within_7_days")
    if isinstance(expiring, int | float) and expiring > 0:
        return warning(
            "credits",
            f"{in_figures(found)} left, of which {in_figures(expiring)} expire within 7 days{_first_day(data)}.",
            "Use them first, or ask for an extension.",
        )
    if found <= 0:
        return warning("credits", "None are left.", "Buy some before the next launch; rows that cost nothing are still sent.")
    return ok("credits", f"{in_figures(found)} left.")


def _first_day(data: Mapping[str, Json]) -> str:
    coming = data.get("upcoming_expirations")
    days = [str(one.get("expires_at"))[:10] for one in coming if isinstance(one, dict) and one.get("expires_at")] if isinstance(coming, list) else []
    return f", the first on {min(days)}" if days else ""


def _data(answer: httpx.Response) -> Mapping[str, Json] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, dict) else None


def everything(environment: Mapping[str, str], name: str | None, base_url: str | None) -> list[HealthCheck]:
    """All checks, with the settings of an environment and a profile. Where the settings cannot be used, they are the only check."""
    found: list[HealthCheck] = []
    profile = Profile()
    try:
        profile = profile_of(environment, name)
        found.append(ok("settings", f"Profile {profile.name}." if profile.name else "No settings file; the defaults count."))
    except BulkportalError as error:
        found.append(problem("settings", error.message, error.hint, error.exit_code))
    try:
        chosen = resolve(environment, base_url=base_url, profile=profile)
    except BulkportalError as error:
        about = "key" if error.exit_code is ExitCode.KEY else "platform"
        return [*found, problem(about, error.message, error.hint, error.exit_code)]
    return [*found, *asyncio.run(platform(chosen)), *machine(chosen)]


def machine(settings: Settings) -> list[HealthCheck]:
    """Checks of this machine: columns, media folder, home, ledger, diary, audit log, versions."""
    looks: Sequence[Callable[[Settings], Iterator[HealthCheck]]] = (_columns, _surroundings, _media, _home, _ledger, _diary, _audit, _versions)
    return [finding for look in looks for finding in look(settings)]


def _columns(settings: Settings) -> Iterator[HealthCheck]:
    try:
        own_headers(settings.profile.columns)
    except ValueError as error:
        said = f"[profiles.{settings.profile.name}.columns] names columns that do not exist: {error}."
        yield problem("columns", said, "The names are those of the template; `bulkportal map` shows what each header means.")


def _surroundings(_: Settings) -> Iterator[HealthCheck]:
    """Proxies and certificates. Reported even if the platform is reached without them: links and sheets may not be."""
    for trouble in web.troubles():
        yield problem("network", trouble.message, trouble.hint)


def _media(settings: Settings) -> Iterator[HealthCheck]:
    root = settings.profile.media_root
    if root is None:
        yield ok("media", "No folder is set; files are looked for beside each sheet.")
    elif not root.is_dir():
        yield problem("media", f"There is no folder {root}.", "Correct media_root in the profile, or mount the disk.")
    elif not os.access(root, os.R_OK | os.X_OK):
        yield problem("media", f"{root} may not be read.", "Check its rights.")
    else:
        yield ok("media", f"{root}.")


def _home(settings: Settings) -> Iterator[HealthCheck]:
    place = settings.home
    there = next((folder for folder in (place, *place.parents) if folder.exists()), place)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield problem("home", f"{place} cannot be written to.", "Set BULKPORTAL_HOME to a folder you may write to.")
        return
    free = shutil.disk_usage(there).free
    if free < _LITTLE_DISK:
        yield warning("home", f"{place}; {free >> 20} MB are free on its disk.", "Make room: reports and the ledger are written there.")
    else:
        yield ok("home", f"{place}.")


def _ledger(settings: Settings) -> Iterator[HealthCheck]:
    if settings.ledger is not None:
        from bulkportal.automate.server_diagnosis import server

        found = [*server(settings.ledger)]
        yield from found
        if any(check.health is Health.PROBLEM for check in found):
            return
    if not are_there(settings.books):
        yield ok("ledger", "There is none yet; the first import makes it.")
        return
    try:
        with Ledger(settings.books, "", "") as ledger:
            runs, copied = ledger.runs(), ledger.copied_from()
    except BulkportalError as error:
        yield problem("ledger", error.message, error.hint)
        return
    open_ones = [run.run_id for run in runs if run.exit_code is None]
    known = counted(len(runs), "run")
    if copied is not None:
        yield warning("ledger", f"It is a copy of the one in {copied}.", "If that one is no longer used: bulkportal runs adopt.")
    elif open_ones:
        yield warning("ledger", f"{known}; {open_ones[0]} did not end.", "If none is at work: bulkportal runs resume.")
    else:
        yield ok("ledger", f"{known}.")


def _diary(settings: Settings) -> Iterator[HealthCheck]:
    if not (settings.home / DIARY).exists():
        return
    try:
        with RunHistory(settings.home) as diary:
            diary.problems("")
    except BulkportalError as error:
        yield problem("nights", error.message, error.hint)


def _audit(settings: Settings) -> Iterator[HealthCheck]:
    try:
        verdict = verified(settings.home)
    except BulkportalError as error:
        yield problem("audit", error.message, error.hint)
        return
    if verdict.faults:
        yield problem("audit", f"The audit log was altered. {verdict.faults[0]}", "bulkportal audit verify shows all.", ExitCode.INVALID)
    else:
        yield ok("audit", f"{counted(verdict.lines, 'line')}, all as written.")


def _versions(settings: Settings) -> Iterator[HealthCheck]:
    yield ok("versions", f"bulkportal {__version__}, Python {sys.version.split()[0]}.")
    wanted = {"apprise": ("notify", bool(settings.profile.notify.targets)), "keyring": ("keyring", bool(settings.profile.key_keyring))}
    for module, (extra, is_wanted) in wanted.items():
        if is_wanted and importlib.util.find_spec(module) is None:
            yield problem("versions", f"The profile needs {module}, which is not installed.", f"{installing.hint(extra)}.")


def template(path: Path) -> HealthCheck:
    """Whether a workbook has all current columns. Raises nothing: a file that cannot be read is a problem."""
    name = f"template {path.name}"
    try:
        tables = read(path, label=path.name, recognise=count_known)
    except BulkportalError as error:
        return problem(name, error.message, error.hint, ExitCode.INVALID)
    lacking: list[str] = []
    for catalogue in (BUNDLES, POSITIONS):
        headers = next((table.headers for table in tables if table.sheet.casefold() == catalogue.sheet.casefold()), None)
        lacking += [f"the sheet {catalogue.sheet}"] if headers is None else _lacking(catalogue, headers)
    if lacking:
        more = f" and {len(lacking) - 8} more" if len(lacking) > 8 else ""
        return warning(name, f"It is older than this bulkportal: {', '.join(lacking[:8])}{more} missing.", "bulkportal template makes a new one.")
    return ok(name, "It has every column.")


def _lacking(catalogue: Catalogue, headers: Mapping[str, str]) -> list[str]:
    found = match(headers, catalogue).found
    return [field.name for field in catalogue.fields if field.name not in found]
