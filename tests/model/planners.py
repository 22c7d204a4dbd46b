"""The shipped planner as a model: two of it, two agents, two pools, and tenants, one step at a time in every order.

A planner looks at promises and reservations, later at the pools, plans (the shipped `plan`), then writes one object
after the other, each on the version it was read; between any two of these anybody else may act, and a planner may
crash `crashes` times. A write that has become stale is dropped at once: a version never comes back. Two planners can
give each other's attempts up for ever, so nothing is looked at beyond `rounds` of a promise. Words are not modelled,
nor is time: `now` stands still inside the windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.builders import NOW, tenant
from tests.model.explorer import Model
from tests.planner.laws import broken_by_ledger, broken_by_promise

from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import EntryState, GrantState, Promise, PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot, Tenant
from holdfast.planner.state.steps import LedgerWrite, PromiseWrite

Event = Callable[["State"], "State"]


@dataclass(frozen=True)
class Looking:
    """A planner that has seen promises and reservations, and not yet the pools."""

    promises: Mapping[str, Promise]
    asks: Mapping[str, Reservation]
    gone: frozenset[str]


@dataclass(frozen=True)
class Writing:
    """What a planner still wants to write, and the pools it has written in this turn."""

    ledgers: tuple[LedgerWrite, ...]
    promises: tuple[PromiseWrite, ...]
    written: frozenset[str] = frozenset()


Doing = Looking | Writing | None


@dataclass(frozen=True)
class State:
    """Everything stored, what each planner is doing, and the tenants' acts still to come."""

    pools: Mapping[str, Pool]
    asks: Mapping[str, Reservation] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    doing: tuple[Doing, ...] = (None, None)
    events: tuple[Event, ...] = ()
    crashes: int = 0
    rounds: int = 2
    plan: Callable[[Snapshot], Plan] = plan
    version: int = 1


def model(start: State, tenants: Mapping[str, Tenant] | None = None) -> Model[State]:
    """The model that begins so; by default both tenants may hold anything."""
    known = tenants or {each.name: each for each in (tenant("mistral"), tenant("anthropic"))}
    return Model(start, lambda state: moves(state, known), key_of, wrong, lambda state: calm(state, known))


def moves(state: State, tenants: Mapping[str, Tenant]) -> Iterator[tuple[str, State]]:
    """Every step anybody can take now; none beyond the rounds that are looked at."""
    if any(promise.round > state.rounds for promise in state.promises.values()):
        return
    if state.events:
        yield "tenant", replace(state.events[0](state), events=state.events[1:])
    for number, doing in enumerate(state.doing):
        for what, after in _planner_moves(state, number, doing, tenants):
            yield f"planner {number + 1} {what}", after
    for name in sorted(state.pools):
        yield from _agent_moves(state, name)


def _planner_moves(
    state: State, number: int, doing: Doing, tenants: Mapping[str, Tenant]
) -> Iterator[tuple[str, State]]:
    if doing is None:
        yield "looks", _with(state, number, Looking(state.promises, state.asks, state.gone))
    elif isinstance(doing, Looking):
        made = state.plan(_snapshot(state, doing, tenants))
        yield "plans", _settled(_with(state, number, Writing(made.ledgers, made.promises)))
    else:
        yield _written(state, number, doing)
        if state.crashes:
            yield "crashes", _with(replace(state, crashes=state.crashes - 1), number, None)


def _snapshot(state: State, seen: Looking, tenants: Mapping[str, Tenant]) -> Snapshot:
    return Snapshot(
        now=NOW,
        epoch=1,
        attempt=_fresh(state),
        pools=state.pools,
        reservations=seen.asks,
        promises=seen.promises,
        tenants=tenants,
        gone=seen.gone,
    )


def _fresh(state: State) -> str:
    """An attempt that is named nowhere; a name nobody remembers may be used again."""
    text = repr((state.pools, state.promises, state.doing))
    return next(name for number in range(100) if f"'{(name := f'a{number}')}'" not in text)


def _written(state: State, number: int, doing: Writing) -> tuple[str, State]:
    version = str(state.version + 1)
    if doing.ledgers:
        write, *rest = doing.ledgers
        pool = state.pools[write.pool]
        if broken := broken_by_ledger(pool, write.ledger):
            raise AssertionError(f"{write.pool}: {broken}")
        pools = {**state.pools, write.pool: replace(pool, ledger=write.ledger, resource_version=version)}
        left: Doing = Writing(tuple(rest), doing.promises, doing.written | {write.pool})
        after = replace(state, pools=pools, version=state.version + 1)
        return f"writes {write.pool}", _settled(_with(after, number, left))
    swap, *others = doing.promises
    old = state.promises.get(swap.promise.uid)
    if broken := broken_by_promise(old, swap.promise):
        raise AssertionError(f"{swap.promise.label}: {broken}: {old} {swap.promise}")
    created = old.created if old else NOW
    promises = {
        **state.promises,
        swap.promise.uid: replace(swap.promise, created=created, resource_version=version),
    }
    after = replace(state, promises=promises, version=state.version + 1)
    what = f"swaps {swap.promise.label} to {swap.promise.state} {swap.promise.attempt} round {swap.promise.round}"
    return what, _settled(_with(after, number, Writing((), tuple(others), doing.written)))


def _with(state: State, number: int, doing: Doing) -> State:
    return replace(
        state, doing=tuple(doing if at == number else other for at, other in enumerate(state.doing))
    )


def _settled(state: State) -> State:
    """Every planner without the writes that can no longer succeed, and idle once it has none left."""
    return replace(state, doing=tuple(_fit(state, doing) for doing in state.doing))


def _fit(state: State, doing: Doing) -> Doing:
    if not isinstance(doing, Writing):
        return doing
    ledgers = tuple(w for w in doing.ledgers if state.pools[w.pool].resource_version == w.resource_version)
    able = doing.written | {write.pool for write in ledgers}
    promises = tuple(
        w for w in doing.promises if w.needs <= able and w.resource_version == _version(state, w)
    )
    return Writing(ledgers, promises, doing.written) if ledgers or promises else None


def _version(state: State, write: PromiseWrite) -> str:
    old = state.promises.get(write.promise.uid)
    return old.resource_version if old else ""


def _agent_moves(state: State, name: str) -> Iterator[tuple[str, State]]:
    pool = state.pools[name]
    for unit_name, grant in sorted(pool.ledger.grants.items()):
        unit = pool.units[unit_name]
        if grant.state is GrantState.ACTIVE and unit.open_grant != grant.number:
            unit = replace(unit, open_grant=grant.number)
        elif grant.state is GrantState.RELEASING and unit.clean_grant != grant.number:
            unit = replace(unit, open_grant=0, clean_grant=grant.number)
        else:
            continue
        seen = replace(pool, units={**pool.units, unit_name: unit})
        yield f"agent of {name} reports {unit_name}", replace(state, pools={**state.pools, name: seen})


def calm(state: State, tenants: Mapping[str, Tenant]) -> State | None:
    """The next step when only the first planner is left, the agents answer and nobody crashes; None at rest."""
    if state.doing[1] is not None:
        return _with(state, 1, None)
    if state.events:
        return replace(state.events[0](state), events=state.events[1:])
    for name in sorted(state.pools):
        for _, after in _agent_moves(state, name):
            return after
    doing = state.doing[0]
    if isinstance(doing, Writing):
        return _written(state, 0, doing)[1]
    if isinstance(doing, Looking):
        return _with(state, 0, None)  # it looks anew
    made = state.plan(_snapshot(state, Looking(state.promises, state.asks, state.gone), tenants))
    writing = Writing(made.ledgers, made.promises)
    return _settled(_with(state, 0, writing)) if made.ledgers or made.promises else None


def wrong(state: State) -> list[str]:
    """What must never be: promised twice, promised and not held, more promised than there is."""
    found = []
    for pool in state.pools.values():
        live = [entry for entry in pool.ledger.entries.values() if entry.state is not EntryState.RELEASING]
        if sum(max(form.count for form in entry.forms) for entry in live) > len(pool.units):
            found.append(f"{pool.name} owes more than its {len(pool.units)} units")
    for promise in state.promises.values():
        if promise.state is not PromiseState.COMMITTED:
            continue
        for name, count in promise.pools.items():
            entry = state.pools[name].ledger.entries.get(promise.uid)
            held = [form.count for form in (entry.forms if entry else ()) if form.attempt == promise.attempt]
            if held != [count]:
                found.append(f"{promise.label} is committed and {name} does not hold it")
    return found


def key_of(state: State) -> tuple[Any, ...]:
    """What tells two states apart: versions only by whether pending writes are still on them."""
    ledgers = tuple(_plain(state.pools[name].ledger) for name in sorted(state.pools))
    reports = tuple(
        (unit.open_grant, unit.clean_grant)
        for name in sorted(state.pools)
        for unit in state.pools[name].units.values()
    )
    promises = tuple(_without_version(state.promises[uid]) for uid in sorted(state.promises))
    doing = tuple(_doing_key(state, doing) for doing in state.doing)
    return ledgers, reports, promises, doing, len(state.events), state.crashes


def _plain(ledger: Any) -> str:
    return repr((ledger.peak, ledger.granted, sorted(ledger.entries.items()), sorted(ledger.grants.items())))


def _without_version(promise: Promise) -> str:
    return repr(replace(promise, resource_version=""))


def _doing_key(state: State, doing: Doing) -> tuple[Any, ...]:
    if isinstance(doing, Writing):
        ledgers = tuple((write.pool, _plain(write.ledger)) for write in doing.ledgers)
        return (
            ledgers,
            tuple((_without_version(write.promise), write.needs) for write in doing.promises),
            doing.written,
        )
    if isinstance(doing, Looking):
        seen = tuple(
            (_without_version(one), one.resource_version == _current(state, one))
            for _, one in sorted(doing.promises.items())
        )
        return seen, tuple(sorted((uid, ask.generation) for uid, ask in doing.asks.items())), doing.gone
    return ()


def _current(state: State, promise: Promise) -> str:
    return state.promises[promise.uid].resource_version
