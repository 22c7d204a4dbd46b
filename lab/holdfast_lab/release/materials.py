"""What goes into a release, as a bill of materials in CycloneDX 1.6: our distributions, and what the lock pins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
OURS = ("holdfast", "holdfast-infra", "holdfast-lab")


def bill(lock: str, version: str) -> dict[str, Any]:
    """The bill, the same for the same lock."""
    parts = [_component(name, version, []) for name in OURS]
    parts += [_component(*pinned) for pinned in _pinned(lock)]
    about = {"component": {"type": "application", "name": "holdfast", "version": version}}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": about,
        "components": parts,
    }


def _pinned(lock: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and hashes of each requirement of a lock that pip reads."""
    for requirement in lock.replace("\\\n", " ").splitlines():
        if found := _PINNED.match(requirement):
            yield found[1], found[2], _HASH.findall(requirement)


def _component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    """One part. A lock names the hash of every file that may be taken; which one was depends on the machine."""
    part = {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}
    several = [{"name": "holdfast:sha256-of-a-file", "value": one} for one in hashes]
    return {**part, **({"properties": several} if several else {})}
