"""An attack as a row of a table: who tries what by which way, and which guard says why not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.documents import Document
from tests.guards.server import ADMIN, Answer, Identity
from tests.hostile.world import TENANTS, World, done, open_hosts

RBAC_SAYS = "RBAC"
SCHEMA_SAYS = "the kind's definition"
SECURITY_SAYS = "pod security admission"
QUOTA_SAYS = "resource quota"
NODE_SAYS = "node restriction"
PRIORITY_SAYS = "priority admission"


@dataclass(frozen=True, slots=True)
class Try:
    """One request. In path and body UID-OF-<tenant> and NODE-OF-<tenant> stand for what that tenant holds,
    UID-OF-HOST for the node gke-host-000."""

    verb: str
    path: str
    body: Mapping[str, Any] | Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class Attack:
    """A sentence that ends: is refused. `who` is a tenant, or a program or engineer gone astray.

    guard    the policy, or another's name from above
    reason   words of the refusal; of a policy they stand in the message of the rule that refuses
    second   policies' rules that would refuse the same if the first did not: (policy, words of its message)
    beside   another guard that would
    """

    sentence: str
    who: str
    place: str
    guard: str
    reason: str
    tried: Try
    second: tuple[tuple[str, str], ...] = ()
    identity: Identity = ADMIN
    beside: str = ""

    @property
    def name(self) -> str:
        """How the test is called."""
        return f"{self.sentence} as {self.who} at the {self.place}"


def play(world: World, attack: Attack, *, dry: bool = False) -> Answer:
    """Try it; `dry`: without any consequence where it succeeds."""
    tried = attack.tried
    path = filled(world, tried.path)
    if dry:
        path += ("&" if "?" in path else "?") + "dryRun=All"
    body = None if tried.body is None else json.loads(filled(world, json.dumps(tried.body)))
    if attack.who in TENANTS:
        return world.person(attack.who, attack.place).call(tried.verb, path, body, attack.identity)
    return world.at(attack.place).call(tried.verb, path, body, attack.identity)


def filled(world: World, text: str) -> str:
    """The text with what each tenant holds in place of the words for it."""
    if "UID-OF-HOST" in text:
        host = done(world.site.call("GET", "/api/v1/nodes/gke-host-000"))
        text = text.replace("UID-OF-HOST", host["metadata"]["uid"])
    for name in world.held:
        text = text.replace(f"UID-OF-{name}", world.held[name])
        if f"NODE-OF-{name}" in text:
            text = text.replace(f"NODE-OF-{name}", open_hosts(world, name)[0])
    return text


def meta(name: str, **more: Any) -> Document:
    """The metadata of an object."""
    return {"name": name, **more}
