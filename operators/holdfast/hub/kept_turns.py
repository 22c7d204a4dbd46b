"""Turns that decided something, as lines of a file: a whole hub first, then what is another in each, and its answers.

    base     {"format": ..., "hub": all documents, as `saved_hub` writes them}
    turn     {"now": ..., "epoch": ..., "attempt": ..., "put": {field: documents}, "off": {field: names}, "decided": …}

Each turn's documents are those of the line before with its own put over them, so a file is read from its beginning. It
is evidence: an operator never reads one. `holdfast replay` plans each turn again with the same code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from holdfast.api.door import dump, parse
from holdfast.api.kind import Kind
from holdfast.cluster.transport.objects import by_key
from holdfast.frozen.records import Records
from holdfast.hardware.instants import text_of
from holdfast.hub.document_writer import ledger_document
from holdfast.hub.saved_hub import DOCUMENTS, MANY, SavedHub, hub_of_text, text_of_hub
from holdfast.hub.snapshot_reader import HubDocuments, SnapshotReader
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Policy, Snapshot

FORMAT = "holdfast.dev/kept-turns/v1"
Document = dict[str, Any]
Name = tuple[str, str]
Documents = Iterable[Kind] | Records[Any, Kind]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a turn knew that no document says. `late` are the uids of those it had no time for."""

    now: int
    epoch: int
    attempt: str
    slot: int
    gone: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    unfenced: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decided:
    """By pool a digest of the ledger it wrote, by reservation what it promised or why it holds."""

    ledgers: Mapping[str, str]
    promises: Mapping[str, str]
    holds: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.ledgers or self.promises or self.holds)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One turn as it can be planned again."""

    hub: HubDocuments
    beside: Beside
    decided: Decided


def turn_of(hub: HubDocuments, snapshot: Snapshot, made: Plan) -> KeptTurn:
    """What is kept of a turn that was just planned."""
    beside = Beside(
        now=snapshot.now,
        epoch=snapshot.epoch,
        attempt=snapshot.attempt,
        slot=snapshot.policy.slot,
        gone=snapshot.gone,
        refused=snapshot.refused,
        unfenced=snapshot.unfenced,
        late=_late(made),
    )
    new = {uid for uid, one in made.recall.answers.items() if one.turn == made.recall.turn}
    return KeptTurn(hub, beside, decided_by(snapshot, made, new))


def decided_by(snapshot: Snapshot, made: Plan, held: Iterable[str]) -> Decided:
    """A plan in words that can be compared; of the holds those of the uids given."""
    asks = snapshot.reservations
    return Decided(
        ledgers={write.pool: _digest(dump(ledger_document(write.ledger))) for write in made.ledgers},
        promises={
            f"{one.namespace}/{one.reservation}": f"{one.state.value}, {_pools(one.pools)}, "
            f"{text_of(one.start)} to {text_of(one.end)}"
            for one in (write.promise for write in made.promises)
        },
        holds={
            asks[uid].label: f"{made.holds[uid].reason.value}: {made.holds[uid].message}"
            for uid in held
            if uid in made.holds and uid in asks
        },
    )


def snapshot_of(kept: KeptTurn) -> Snapshot:
    """The picture that the turn was planned on, without those it had no time for: all others it decided."""
    read, beside = SnapshotReader().read(kept.hub), kept.beside
    seen = read.seen(beside.now, beside.epoch, beside.attempt)
    asks = Records.of(seen.reservations).with_changes({}, beside.late & seen.reservations.keys())
    return replace(
        seen,
        reservations=asks,
        gone=beside.gone,
        refused=beside.refused,
        unfenced=beside.unfenced,
        policy=Policy(slot=beside.slot),
    )


def base_line(hub: HubDocuments, now: int) -> str:
    """The first line of a file."""
    whole = json.loads(text_of_hub(SavedHub(now, hub)))
    return json.dumps({"format": FORMAT, "hub": whole}, separators=(",", ":")) + "\n"


def turn_line(before: HubDocuments, kept: KeptTurn) -> str:
    """A turn as what is another in it than in the documents of the line before."""
    changes = {name: _changes(getattr(before, name), getattr(kept.hub, name)) for name in DOCUMENTS}
    beside, hub = kept.beside, kept.hub
    whole = {
        "now": beside.now, "epoch": beside.epoch, "attempt": beside.attempt, "slot": beside.slot,
        "gone": sorted(beside.gone), "refused": dict(beside.refused), "unfenced": sorted(beside.unfenced),
        "late": sorted(beside.late), "silent": sorted(hub.silent),
        "put": {name: [dump(one) for one in put] for name, (put, _) in changes.items() if put},
        "off": {name: off for name, (_, off) in changes.items() if off},
        "namespaces": {name: dict(labels) for name, labels in sorted(hub.namespaces.items())},
        "decided": {each: dict(getattr(kept.decided, each)) for each in ("ledgers", "promises", "holds")},
    }  # fmt: skip
    return json.dumps(whole, separators=(",", ":")) + "\n"


def _changes(before: Documents, now: Documents) -> tuple[list[Kind], list[Name]]:
    """Those that are new or another, and the names of those that are gone."""
    old, new = _keyed(before), _keyed(now)
    moved = old.keys() | new.keys()
    if isinstance(before, Records) and isinstance(now, Records):
        moved = now.new_since(before)
    put = [new[key] for key in sorted(moved) if key in new and old.get(key) is not new[key]]
    return put, [key for key in sorted(moved) if key not in new]


def turns_of(lines: Iterable[str]) -> Iterator[KeptTurn]:
    """The turns of a file in order. Raises ValueError for what is no such file; a last line cut short is left out."""
    rest = iter(lines)
    hub = _base(next(rest, ""))
    for number, line in enumerate(rest, 2):
        if not line.endswith("\n"):
            return  # it was being written
        try:
            kept = _turn(hub, json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"line {number} is no turn: {error!r}; what stands before it is sound"
            ) from error
        hub = kept.hub
        yield kept


def are_kept_turns(line: str) -> bool:
    """Whether a file that begins with this line holds kept turns, by what the line says its format is."""
    try:
        whole = json.loads(line)
    except ValueError:
        return False
    return isinstance(whole, dict) and whole.get("format") == FORMAT


def _base(line: str) -> HubDocuments:
    try:
        whole = json.loads(line)
    except ValueError as error:
        raise ValueError(f"no kept turns: not JSON ({error})") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ValueError(
            f"no kept turns: its format is not {FORMAT}; holdfast operator --keep-turns writes them"
        )
    return hub_of_text(json.dumps(whole.get("hub"))).hub


def _turn(before: HubDocuments, line: Document) -> KeptTurn:
    found: dict[str, Any] = {}
    for name, kind in DOCUMENTS.items():
        off = {(namespace, name) for namespace, name in line["off"].get(name, ())}
        put = _keyed([parse(kind, one) for one in line["put"].get(name, ())])
        documents = {**_keyed(getattr(before, name)), **put}
        kept = [documents[key] for key in sorted(documents) if key not in off]
        found[name] = by_key(kept) if name in MANY else tuple(kept)
    hub = HubDocuments(**found, namespaces=line["namespaces"], silent=frozenset(line["silent"]))
    sets = {each: frozenset(line[each]) for each in ("gone", "unfenced", "late")}
    beside = Beside(
        line["now"], line["epoch"], line["attempt"], line["slot"], refused=line["refused"], **sets
    )
    return KeptTurn(hub, beside, Decided(**line["decided"]))


def _keyed(documents: Documents) -> Mapping[Name, Kind]:
    """By namespace and name."""
    if isinstance(documents, Records):
        return documents
    return {(one.metadata.namespace or "", one.metadata.name): one for one in documents}


def _late(made: Plan) -> frozenset[str]:
    """Who waits and was not decided: never yet, or the last answer is doubted."""
    if not made.unfinished:
        return frozenset()
    written = {write.promise.uid for write in made.promises}
    known = made.recall.answers
    waiting = (uid for uid in made.recall.waiting if uid not in written)
    return frozenset(uid for uid in waiting if uid not in known or known[uid].until == 0)


def _pools(pools: Mapping[str, int]) -> str:
    return " and ".join(f"{count} of {name}" for name, count in sorted(pools.items())) or "nothing"


def _digest(document: Document) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
