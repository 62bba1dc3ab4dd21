"""Which bundles are wanted: what the platform can filter, and what only we can."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bulkportal import names
from bulkportal.columns.countries import is_same_country
from bulkportal.errors import UsageProblem
from bulkportal.exporting.fetched import FetchedBundle, client_name, day_of, words
from bulkportal.portal.remote import RemoteBundle, RemotePosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to look at; all of it by default.

    The first five are asked of the platform (seed 003) and compared here once more, since a server may
    ignore what it does not know. `country`, the days (both included), `text` and `client` are compared here only.
    Days in the wrong order raise UsageProblem: between them there is nothing to look for.
    """

    status: str | None = None
    bundle_type: str | None = None
    platform: str | None = None
    account_status: str | None = None
    external_ref: str | None = None
    country: str | None = None
    since: date | None = None
    until: date | None = None
    text: str | None = None
    client: str | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise UsageProblem(f"The first day, {self.since}, is after the last, {self.until}.", hint="Exchange them.")

    @property
    def query(self) -> dict[str, str]:
        """The part that the platform is asked."""
        names = ("status", "bundle_type", "platform", "account_status", "external_ref")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def by_day(self) -> bool:
        """Whether only some publish dates are wanted."""
        return self.since is not None or self.until is not None

    def wants(self, listed: RemoteBundle) -> bool:
        """Whether a bundle may match, judged by the list alone: details are read later only for these."""
        # The reference apart: names are compared in their plain form, all others letter by letter.
        asked = {name: value for name, value in self.query.items() if name != "external_ref"}
        # A field that the list leaves out excludes nothing: bundles are filtered once more when they have been read.
        if any((there := getattr(listed, name)) and there != value for name, value in asked.items()):
            return False
        if self.external_ref and not names.is_same(listed.external_ref or "", self.external_ref):
            return False
        if self.client is not None and not is_of(self.client, listed):
            return False
        return self.country is None or is_same_country(listed.country or "", self.country)

    def wants_day(self, slot: RemotePosition) -> bool:
        """Whether a slot has one of the wanted publish dates."""
        if not self.by_day:
            return True
        day = day_of(slot)
        if not day:
            return False
        return (self.since is None or day >= self.since.isoformat()) and (self.until is None or day <= self.until.isoformat())

    def narrowed(self, fetched: FetchedBundle) -> FetchedBundle | None:
        """The bundle with the wanted slots only, None where none is wanted. Empty slots are kept for the counts; they have no day."""
        bundle = fetched.bundle
        found = {slot.position for slot in bundle.positions if self.wants_day(slot)}
        if self.by_day and not found:
            return None
        if self.text and not _contains(self.text, (bundle.external_ref, bundle.title, *_account(bundle))):
            # Words in the bundle's own texts keep all its slots; else only those that hold them.
            found &= {slot.position for slot in bundle.positions if _contains(self.text, _said(slot))}
            if not found:
                return None
        kept = tuple(slot for slot in bundle.positions if slot.position in found or slot.pending)
        aside = frozenset(slot.position for slot in kept) - found
        return replace(fetched, bundle=replace(bundle, positions=kept), aside=aside)


def is_of(client: str, bundle: RemoteBundle) -> bool:
    """Whether a bundle is of a client: the name before its first - or /, a longer beginning that ends there, or its title."""
    wanted = client.casefold().rstrip("-/")
    reference = (bundle.external_ref or "").casefold()
    # Up to a separator: "spring" is no client of "springfield-01".
    longer = reference.startswith(wanted) and reference[len(wanted) : len(wanted) + 1] in ("", "-", "/")
    return bool(wanted) and (client_name(bundle.external_ref, bundle.title).casefold() == wanted or (bool(reference) and longer))


def _account(bundle: RemoteBundle) -> tuple[str, ...]:
    return tuple(words(bundle.account.get(name)) for name in ("username", "visible_name", "biography"))


def _said(slot: RemotePosition) -> tuple[str, ...]:
    return tuple(words(slot.values.get(name)) for name in ("description", "name", "external_ref", "youtube_title", "download_issue_comment"))


def _contains(wanted: str, texts: tuple[str | None, ...]) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts if text)
