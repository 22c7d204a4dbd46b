"""The way back after a run that was killed, or a state that is older than what stands. Pure: documents in, words out.

what the engine does not know of       where it shows              way back
a creation that never was answered     pending operations          refresh takes over what is there, clears the rest
a change or deletion of that kind      pending operations          refresh reads how it ended
what a later state knew                creations in the plan       import of what is there
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from holdfast_infra.columns import columns
from holdfast_infra.engine_files import Pending, PlannedCreation, Standing, State
from holdfast_infra.engine_files.document import name_of
from holdfast_infra.engine_files.provider_ids import provider_id

IMPORT = "pulumi import --generate-code=false --protect=false"
"""Nothing is written into the program, and nothing is protected against the guard's own answer."""
_HEAD = ("ASKED FOR", "OBJECT", "ID AT ITS PROVIDER")
_UNKNOWN = "unknown: look it up"
_OWN_PARENT = "pulumi:pulumi:Stack"


def lines(state: State) -> Iterator[str]:
    """What was asked and never answered, and what to do about it, in order."""
    if not state.pending:
        yield f"{state.stack or 'this stack'}: every change was answered, nothing to recover"
        return
    count = len(state.pending)
    yield f"{state.stack}: {count} {'change was' if count == 1 else 'changes were'} asked for and never answered"
    yield from columns(_HEAD, [_row(each) for each in state.pending])
    stack = shlex.quote(state.stack)
    yield "1. Let no run of this stack be at work. Then take away the lock that a dead one left:"
    yield f"   pulumi cancel --yes --stack {stack}"
    yield "2. Read how changes and deletions ended, and drop the notes of creations:"
    yield f"   pulumi refresh --yes --stack {stack} --clear-pending-creates"
    created = [each.resource for each in state.pending if each.operation == "creating"]
    if created:
        yield "3. Take over what is there; what is not (its provider's console or CLI says) is left to the next up:"
        yield from (_import_line(stack, each) for each in created)
    yield "Last, see that nothing is made twice and nobody is touched:"
    yield f"   pulumi preview --json --stack {stack} > plan.json; holdfast guard plan.json"


def import_file(creations: Iterable[PlannedCreation]) -> dict[str, Any]:
    """What `pulumi import --file` is told to take over everything a plan would make; empty ids are to be filled in."""
    every = tuple(creations)
    urns = {urn for each in every for urn in (each.parent, each.provider) if _is_named(urn)}
    return {
        "nameTable": {name_of(urn): urn for urn in sorted(urns)},
        "resources": [_imported(each) for each in every],
    }


def _imported(each: PlannedCreation) -> dict[str, str]:
    named = {"parent": each.parent, "provider": each.provider}
    return {
        "type": each.kind,
        "name": each.name,
        "id": provider_id(each.kind, each.inputs),
        **{key: name_of(urn) for key, urn in named.items() if _is_named(urn)},
    }


def _is_named(urn: str) -> bool:
    """Whether it has to be said: the stack itself and default providers go without saying."""
    return bool(urn) and _OWN_PARENT not in urn and not name_of(urn).startswith("default")


def _row(each: Pending) -> tuple[str, str, str]:
    found = each.resource
    known = found.id or provider_id(found.kind, found.inputs)
    return each.operation, f"{found.kind.rpartition(':')[2]} {found.name}", known or _UNKNOWN


def _import_line(stack: str, each: Standing) -> str:
    """One `pulumi import`. An id that is not known is written so that no shell runs the line before it is filled in."""
    known = provider_id(each.kind, each.inputs)
    identity = shlex.quote(known) if known else f"<ID-of-{each.name}>"
    named = {"parent": each.parent, "provider": each.provider}
    options = (
        f"--{key} {shlex.quote(f'{name_of(urn)}={urn}')}" for key, urn in named.items() if _is_named(urn)
    )
    told = " ".join(
        (f"{IMPORT} --yes --stack {stack}", each.kind, shlex.quote(each.name), identity, *options)
    )
    return f"   {told}"
