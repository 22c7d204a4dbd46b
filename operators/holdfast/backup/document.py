"""The file: JSON, one instant of one hub, with a digest of itself; tenants' names are in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.hardware.instants import seconds_of, text_of

Document = Mapping[str, Any]
"""An object as the API server wrote it."""
FORMAT = "holdfast.dev/backup/v1"
_SHORT = 12


class NoBackup(ValueError):
    """What was read is no backup, or no whole one: nothing is restored from it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A hub at one instant (epoch seconds of its API server) and revision.

    `hub` is the uid of its namespace kube-system. `objects` are by the plural of their kind, in the order of KEPT.
    """

    at: int
    hub: str
    revision: str
    version: str
    objects: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What the pools that are restored from it carry: its instant, and the beginning of its digest."""
        return f"{text_of(self.at)} {digest_of(_body(self))[:_SHORT]}"

    def of(self, plural: str) -> Iterator[Document]:
        """Its objects of one kind."""
        yield from self.objects.get(plural, ())


def text_of_backup(backup: Backup) -> str:
    """The text of the file."""
    body = _body(backup)
    return json.dumps({"format": FORMAT, "sha256": digest_of(body), **body}, indent=1) + "\n"


def backup_of_text(text: str) -> Backup:
    """The backup in a file's text. Raises NoBackup, which says what is wrong with it."""
    whole = _decoded(text)
    body = {key: value for key, value in whole.items() if key not in ("format", "sha256")}
    if digest_of(body) != whole.get("sha256"):
        raise NoBackup(
            "it is not as it was written: its digest is another; take an older backup that is whole"
        )
    try:
        objects = {plural: tuple(found) for plural, found in body["objects"].items()}
        return Backup(seconds_of(body["at"]), body["hub"], body["revision"], body["version"], objects)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NoBackup(f"it lacks what a backup has ({error}); it was written by another version") from error


def digest_of(body: Mapping[str, Any]) -> str:
    """The same for the same content, however it is laid out."""
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _body(backup: Backup) -> dict[str, Any]:
    return {
        "at": text_of(backup.at),
        "hub": backup.hub,
        "revision": backup.revision,
        "version": backup.version,
        "objects": {plural: list(found) for plural, found in backup.objects.items()},
    }


def _decoded(text: str) -> dict[str, Any]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise NoBackup(f"it is torn, or no JSON ({error}); take an older backup that is whole") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise NoBackup(f"its format is not {FORMAT}; `holdfast backup FILE` writes one")
    return whole
