"""What the hub tells a tenant: a reservation and how it stands, offers, and where to run. Pure.

Instants are in UTC. Words are those of docs/reasons.md; a newer hub may say one that is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.client.asked import Ask, Fixed, ask_of
from holdfast.client.reading import Fields


@dataclass(frozen=True, slots=True)
class Condition:
    """One question answered: `status` is True, False or Unknown. `generation`: of which spec it speaks."""

    status: str
    reason: str
    message: str
    generation: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now: why, what to do, and when it could start as asked."""

    reason: str
    message: str
    earliest_start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """What is in force: so many slices over a window, and how many units of which pools."""

    slices: int
    start: datetime
    end: datetime
    pools: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Access:
    """Where to run in one datacenter; selector and tolerations as a pod has them."""

    datacenter: str
    namespace: str
    units: int
    endpoint: str = ""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reservation of this window would be promised at the instant of the answer; nothing is held for it."""

    start: datetime
    end: datetime
    count: int
    datacenters: tuple[str, ...]

    def ask(self, asked: Ask) -> Ask:
        """The ask made for this offer: its window, count and place, all of it wanted."""
        return replace(
            asked,
            window=Fixed(self.end, self.start),
            count=self.count,
            at_least=None,
            datacenters=self.datacenters,
            across_datacenters=len(self.datacenters) > 1,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Offers, the earliest first; or why there is none."""

    offers: tuple[Offer, ...]
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as the hub had it when it was read.

    `answered`: the planner has spoken of this very spec. `hold`: why it is not promised; `amendment`: why its newest
    change is not in force, while what was promised before still is.
    """

    namespace: str
    name: str
    uid: str
    version: str
    generation: int
    ask: Ask
    answered: bool
    conditions: Mapping[str, Condition]
    promised: Promised | None = None
    hold: Hold | None = None
    amendment: Hold | None = None
    access: tuple[Access, ...] = ()

    @property
    def path(self) -> str:
        """namespace/name."""
        return f"{self.namespace}/{self.name}"

    @property
    def state(self) -> str:
        """How it stands in one word; empty before the first answer."""
        return self.conditions["Ready"].reason if "Ready" in self.conditions else ""

    @property
    def why(self) -> str:
        """How it stands in a sentence for people."""
        said = self.amendment or self.hold or self.conditions.get("Ready")
        return f"{said.reason}: {said.message}" if said is not None else "the planner has not answered yet"

    def holds(self, condition: str) -> bool:
        """Whether a condition is true of this very spec."""
        found = self.conditions.get(condition)
        return found is not None and found.status == "True" and found.generation >= self.generation


def reservation_of(document: Fields) -> Reservation:
    """The reservation that a document holds. Raises Undecodable."""
    meta, status = document.inner("metadata"), document.inner("status")
    generation = meta.number("generation", 1)
    return Reservation(
        namespace=meta.text("namespace"),
        name=meta.text("name"),
        uid=meta.text("uid"),
        version=meta.text("resourceVersion"),
        generation=generation,
        ask=ask_of(document.inner("spec")),
        answered=status.number("observedGeneration", 0) >= generation,
        conditions={one.text("type"): _condition(one) for one in status.each("conditions")},
        promised=_promised(status.inner("promised")) if status.has("promised") else None,
        hold=_hold(status, "hold"),
        amendment=_hold(status, "amendment"),
        access=tuple(map(_access, status.each("access"))),
    )


def answer_of(document: Fields) -> Answer | None:
    """What a query was answered; None while it is not. Raises Undecodable."""
    status = document.inner("status")
    if not status.has("answeredAt"):
        return None
    return Answer(tuple(map(_offer, status.each("offers"))), _hold(status, "hold"))


def _condition(one: Fields) -> Condition:
    told = one.text("status"), one.text("reason"), one.text("message", "")
    return Condition(*told, one.number("observedGeneration", 0))


def _promised(one: Fields) -> Promised:
    pools = {pool.text("name"): pool.number("count") for pool in one.each("pools")}
    return Promised(one.number("slices"), one.instant("start"), one.instant("end"), pools)


def _hold(status: Fields, key: str) -> Hold | None:
    if not status.has(key):
        return None
    one = status.inner(key)
    return Hold(one.text("reason"), one.text("message", ""), one.perhaps("earliestStart"))


def _access(one: Fields) -> Access:
    return Access(
        datacenter=one.text("datacenter"),
        namespace=one.text("namespace"),
        units=one.number("units"),
        endpoint=one.text("endpoint", ""),
        node_selector=one.texts("nodeSelector"),
        tolerations=tuple(dict(each.held) for each in one.each("tolerations")),
    )


def _offer(one: Fields) -> Offer:
    return Offer(one.instant("start"), one.instant("end"), one.number("count"), one.names("datacenters"))
