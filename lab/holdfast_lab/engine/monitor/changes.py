"""Carrying out one change: hooks before, note it as pending, ask the provider, write what came, hooks after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from holdfast_lab.engine.monitor.goal import Goal
from holdfast_lab.engine.monitor.hooks import Hooks
from holdfast_lab.engine.monitor.providers import Providers
from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.engine.monitor.state import Pending, ResourceState, StackState, state_of
from holdfast_lab.pulumi_protocol.errors import HalfDone, Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, as_secret, marked_like
from holdfast_lab.pulumi_protocol.provider_calls import ProviderCalls

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Run:
    """What every part of a run shares."""

    state: StackState
    providers: Providers
    hooks: Hooks
    report: Report
    dry_run: bool


class Changes:
    """Creations, updates, replacements and deletions of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, goal: Goal, calls: ProviderCalls) -> ResourceState:
        """Create what does not stand."""
        draft = state_of(goal, "", goal.inputs, {})
        self._run.hooks.call("before_create", draft, new=draft)
        pending = Pending("creating", draft)
        identity, outputs = self._noted(pending, None, goal, lambda: calls.create(goal.urn, goal.inputs))
        made = replace(draft, id=identity, outputs=_marked(goal, outputs))
        self._run.state.settle(pending, None, made)
        self._run.hooks.call("after_create", made, new=made)
        return made

    def update(self, goal: Goal, old: ResourceState, calls: ProviderCalls) -> ResourceState:
        """Change in place."""
        draft = state_of(goal, old.id, goal.inputs, {})
        self._run.hooks.call("before_update", draft, old=old, new=draft)
        pending = Pending("updating", draft)
        outputs = self._noted(pending, old, goal, lambda: calls.update(old.urn, old.existing, goal.inputs))
        made = replace(draft, outputs=_marked(goal, outputs))
        self._run.state.settle(pending, old, made)
        self._run.hooks.call("after_update", made, old=old, new=made)
        return made

    def replace(
        self, goal: Goal, old: ResourceState, calls: ProviderCalls, delete_first: bool
    ) -> ResourceState:
        """Put a new object in the old one's place; refuses what is protected."""
        if goal.protect and old.protect:
            raise Refusal(
                f"unable to replace {old.name}, as it is marked for protection: remove `protect` from it in the "
                "program and run up again; nothing was done to it"
            )
        if delete_first:
            self.delete(old, calls)
            return self.create(goal, calls)
        made = self.create(goal, calls)
        self._run.state.settle(None, old, replace(old, replaced=True))
        return made

    def delete(self, old: ResourceState, calls: ProviderCalls | None) -> None:
        """Delete; without a provider to ask, only forget."""
        self._run.hooks.call("before_delete", old, old=old)
        if calls is None or self._run.dry_run:
            self._run.state.settle(None, old, None)
        else:
            pending = Pending("deleting", old)
            self._noted(pending, old, None, lambda: calls.delete(old.urn, old.existing))
            self._run.state.settle(pending, old, None)
        self._run.hooks.call("after_delete", old, old=old)

    def _noted(
        self, pending: Pending, old: ResourceState | None, goal: Goal | None, ask: Callable[[], Answer]
    ) -> Answer:
        """Ask with the change noted as pending; a refusal clears the note, a plugin that is lost does not."""
        self._run.state.begin(pending)
        try:
            return ask()
        except HalfDone as partly:
            outputs = _marked(goal, partly.outputs) if goal else partly.outputs
            identity = partly.identity or pending.resource.id
            left = replace(pending.resource, id=identity, outputs=outputs, unfinished=True)
            self._run.state.settle(pending, old, left)
            raise
        except Refusal:
            self._run.state.settle(pending, None, None)
            raise


def _marked(goal: Goal, outputs: Plain) -> Plain:
    """Outputs marked secret where inputs are, and where the program says so."""
    marked = marked_like(outputs, goal.inputs)
    return {key: as_secret(each) if key in goal.secret_outputs else each for key, each in marked.items()}
