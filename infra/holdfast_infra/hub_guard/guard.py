"""The hook that hardware and the published pools and site carry: before a change, the hub is asked.

The engine calls it in previews and in ups, for removal, replacement and update alike. It only asks: draining
comes before, never in here, because hooks run late and side by side. Whatever keeps the hub from answering
is a no.

    deleted or replaced   the ground is never replaced (ground.py); all else is asked about
    updated               by what its changed inputs do (inputs.py): passes, is asked about, or is refused
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pulumi

from holdfast_infra.declaration.mistakes import shown
from holdfast_infra.ground import Ground
from holdfast_infra.hub_guard.change import POOL, SITE, UPGRADES, Change, unit_of
from holdfast_infra.hub_guard.connection import Hub, HubSilent
from holdfast_infra.hub_guard.exclusions import may_open, opened
from holdfast_infra.hub_guard.inputs import EXCLUSIONS, UNREADABLE, Changed
from holdfast_infra.hub_guard.judges import Verdict
from holdfast_infra.hub_guard.ledger import Object, Refusal
from holdfast_infra.hub_guard.places import at_stake
from holdfast_infra.hub_guard.promises import may_declare
from holdfast_infra.hub_guard.removal import may_close, may_remove
from holdfast_infra.hub_guard.site import may_change_site
from holdfast_infra.hub_guard.undelivered import Undelivered, without

HOOK_NAME = "ask-the-hub"


class RefusedByHub(Exception):
    """Hardware that may not leave; the engine stops this step and shows the sentence."""


class HubGuard:
    """Asks the hub about each change of one run.

    It remembers what it let go, because two units may leave singly and not both, and that the hub was silent:
    what follows in the same run is refused at once instead of after one more wait for each unit.
    """

    def __init__(self, hub: Hub, datacenter: str, undelivered: Undelivered | None = None) -> None:
        """Of the stack whose file names this datacenter, and declares these units without hardware."""
        self._hub = hub
        self._datacenter = datacenter
        self._undelivered = undelivered or {}
        self.ground = Ground()
        self._departing: dict[str, set[str]] = {}
        self._silence: HubSilent | None = None

    def hook(self, *, in_previews: bool = True) -> pulumi.ResourceHook:
        """The hook, registered with the engine, for previews too unless somebody judges the whole plan himself."""
        return pulumi.ResourceHook(
            HOOK_NAME, self._on_change, pulumi.ResourceHookOptions(on_dry_run=in_previews)
        )

    def refusal(self, change: Change) -> Refusal | None:
        """None if the change may happen."""
        weighty = change.weighty
        if change.kind == UPGRADES or (change.new is not None and not weighty):
            return None
        final = _never(weighty) or self._replaced_ground(change)
        if final:
            return final
        if self._silence is None:
            try:
                return self._ask(change, weighty)
            except HubSilent as error:
                self._silence = error
        return Refusal(
            f"the hub did not answer, so nobody can say what {change.name} backs ({self._silence})",
            "bring the hub back, or correct holdfast:hubKubeconfig and holdfast:hubContext",
        )

    def _replaced_ground(self, change: Change) -> Refusal | None:
        pool, _ = unit_of(change.old)
        moving = self.ground.moving(change.kind, change.name, pool) if change.new is None else ""
        return _not_replaced(moving) if moving else None

    def _ask(self, change: Change, weighty: Sequence[Changed]) -> Refusal | None:
        if weighty and all(each.path == EXCLUSIONS for each in weighty):
            return self._ask_about_exclusions(change, weighty[0])
        ask = {POOL: self._ask_about_pool, SITE: self._ask_about_site}.get(
            change.kind, self._ask_about_hardware
        )
        return ask(change)

    def _ask_about_exclusions(self, change: Change, changed: Changed) -> Refusal | None:
        """By date: a time in which nothing is promised may be opened for upgrades."""
        try:
            spans = opened(changed.old or [], changed.new or [])
        except UNREADABLE:
            return self._ask_about_site_of(change)
        return may_open(self._at_stake(change), spans)

    def _ask_about_pool(self, change: Change) -> Refusal | None:
        name = change.named
        pool = self._hub.pool(name)
        if change.new is None:
            return may_close([pool], self._datacenter) if pool else None
        return self._by_reports(name, pool, partial(may_declare, pool, name, change.new["spec"]))

    def _ask_about_site(self, change: Change) -> Refusal | None:
        if change.new is None:
            return self._ask_about_site_of(change)
        reports = ((pool, self._hub.report(pool["metadata"]["name"])) for pool in self._at_stake(change))
        return may_change_site(change.old["spec"], change.new["spec"], reports)

    def _ask_about_site_of(self, change: Change) -> Refusal | None:
        """As if all that it belongs to were to go."""
        return may_close(self._at_stake(change), self._datacenter)

    def _at_stake(self, change: Change) -> list[Object]:
        return at_stake(change, self._hub.pools(), self._datacenter)

    def _ask_about_hardware(self, change: Change) -> Refusal | None:
        name, unit = unit_of(change.old)
        if not name or not unit:
            return self._ask_about_site_of(change)
        departing, pool = self._departing.setdefault(name, set()), self._hub.pool(name)
        refusal = self._by_reports(name, pool, partial(may_remove, pool, name, unit, departing), unit)
        if refusal is None:
            departing.add(unit)
        return refusal

    def _by_reports(
        self, name: str, pool: Object | None, ask: Callable[[Object | None], Refusal | None], unit: str = ""
    ) -> Refusal | None:
        """By what its agent saw, and by what it will see where units are declared without hardware.

        unit: the one that the question is about; it is there.
        """
        report = self._hub.report(name) if pool else None
        gone = set(self._undelivered.get(name, ())) - {unit}
        return ask(report) or (ask(without(report, pool, gone)) if pool and gone else None)

    def _on_change(self, args: pulumi.ResourceHookArgs) -> None:
        """Ask the hub before this hardware is updated or deleted."""
        # The SDK hands over an empty mapping, not None, where the engine sent no new inputs.
        change = Change(args.type, args.name, args.old_inputs or {}, args.new_inputs or None)
        refusal = self.refusal(change)
        if refusal:
            raise RefusedByHub(f"{change.name} is not {_done(change)}: {refusal}")


def _never(weighty: Sequence[Changed]) -> Refusal | None:
    """Why the first input that may never change does not, None if there is none."""
    found = next((each for each in weighty if each.verdict is Verdict.REFUSED), None)
    if found is None:
        return None
    return Refusal(
        f"{found.path} from {shown(found.old)} to {shown(found.new)}: it says what this is to "
        "the hub and to its tenants, and never changes",
        "undo the change, and declare what is new beside it, as another unit or another pool",
    )


def _done(change: Change) -> str:
    if change.new is None:
        return "deleted or replaced"
    return f"changed ({', '.join(each.path for each in change.weighty)})"


def _not_replaced(moving: str) -> Refusal:
    return Refusal(
        f"{moving} would be replaced, and all that stands on it would be deleted and made again",
        "undo the change (the preview names the input), correct holdfast:hubContext if it leads to another hub, or "
        "destroy the stack once nothing in it is promised",
    )
