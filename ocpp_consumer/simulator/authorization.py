"""Which cards a station lets in: the local list, the cache, and the central system (S 3.4, 3.5)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import now, parse_time
from .configuration import Configuration

ACCEPTED = "Accepted"


@dataclass(frozen=True)
class IdTagInfo:
    """What is known of a card."""

    status: str
    parent_id_tag: str | None = None
    expires_at: datetime | None = None

    @classmethod
    def read(cls, info: dict[str, Any]) -> "IdTagInfo":
        """Reads the idTagInfo of an answer or a list entry (snake case)."""
        return cls(str(info.get("status", "Invalid")), info.get("parent_id_tag"), parse_time(info.get("expiry_date")))

    def at(self, moment: datetime) -> "IdTagInfo":
        """The same card at a moment: it may have expired."""
        if self.status == ACCEPTED and self.expires_at is not None and self.expires_at <= moment:
            return IdTagInfo("Expired", self.parent_id_tag, self.expires_at)
        return self


class Authorization:
    """The local list with its version, the cache, and the decision about a presented card."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._list: dict[str, IdTagInfo] = {}
        self._version = 0
        self.cache: dict[str, IdTagInfo] = {}

    @property
    def list_version(self) -> int:
        """0 without a list, -1 when lists are switched off (S 5.10)."""
        return self._version if self._configuration.flag("LocalAuthListEnabled") else -1

    def update_list(self, *, version: int, update_type: str, entries: list[dict[str, Any]]) -> str:
        """SendLocalList: answers the UpdateStatus and changes all or nothing (S 5.15)."""
        if not self._configuration.flag("LocalAuthListEnabled"):
            return "NotSupported"
        if update_type == "Differential" and version <= self._version:
            return "VersionMismatch"
        tags = [str(entry["id_tag"]).lower() for entry in entries]
        merged = {} if update_type == "Full" else dict(self._list)
        for tag, entry in zip(tags, entries, strict=True):
            if entry.get("id_tag_info"):
                merged[tag] = IdTagInfo.read(entry["id_tag_info"])
            elif update_type == "Full":
                return "Failed"
            else:
                merged.pop(tag, None)
        is_too_long = len(merged) > self._configuration.number("LocalAuthListMaxLength")
        if version <= 0 or is_too_long or len(set(tags)) != len(tags):
            return "Failed"
        self._list, self._version = merged, version
        return ACCEPTED

    def learn(self, id_tag: str, info: IdTagInfo) -> None:
        """Keeps what the central system said of a card."""
        if self._configuration.flag("AuthorizationCacheEnabled"):
            self.cache[id_tag.lower()] = info

    def known(self, id_tag: str) -> IdTagInfo | None:
        """What the station itself knows of a card; the list is above the cache."""
        info = self._list.get(id_tag.lower()) if self._configuration.flag("LocalAuthListEnabled") else None
        if info is None and self._configuration.flag("AuthorizationCacheEnabled"):
            info = self.cache.get(id_tag.lower())
        return info.at(now()) if info else None

    async def check(self, id_tag: str, ask: Callable[[str], Awaitable[IdTagInfo | None]] | None) -> IdTagInfo:
        """Decides about a card; `ask` asks the central system, and is None while there is no connection."""
        known = self.known(id_tag)
        if ask is None:
            return self._offline(known)
        if self._configuration.flag("LocalPreAuthorize") and known is not None and known.status == ACCEPTED:
            return known
        info = await ask(id_tag)
        if info is None:
            return IdTagInfo("Invalid")
        self.learn(id_tag, info)
        return info

    def _offline(self, known: IdTagInfo | None) -> IdTagInfo:
        if known is not None and self._configuration.flag("LocalAuthorizeOffline"):
            return known
        is_open = known is None and self._configuration.flag("AllowOfflineTxForUnknownId")
        return IdTagInfo(ACCEPTED if is_open else "Invalid")
