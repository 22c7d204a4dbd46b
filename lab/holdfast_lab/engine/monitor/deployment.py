"""Registrations of the program become steps, one after the other per object and several at once.

The first refusal stops the run: what is under way ends and is written down, nothing new begins.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, replace
from typing import Literal

from holdfast_lab.engine.monitor.changes import Changes, Run
from holdfast_lab.engine.monitor.dependents import dependents
from holdfast_lab.engine.monitor.goal import PROVIDER_TYPE, Goal, Names
from holdfast_lab.engine.monitor.removal import provider_calls
from holdfast_lab.engine.monitor.report import Foreseen, Step
from holdfast_lab.engine.monitor.state import ResourceState, state_of
from holdfast_lab.engine.monitor.steps import Decision, decide, with_ignored
from holdfast_lab.errors import LabError
from holdfast_lab.pulumi_protocol.errors import Closing, Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, marked_like
from holdfast_lab.pulumi_protocol.provider_calls import ProviderCalls

Mode = Literal["apply", "destroy"]


@dataclass(frozen=True, slots=True)
class Registered:
    """What the program is told; not known: it would be created, but this run destroys."""

    urn: str
    id: str
    outputs: Plain
    known: bool = True


class Deployment:
    """The registrations of one run."""

    def __init__(self, run: Run, names: Names, config: dict[str, str], mode: Mode, parallel: int) -> None:
        self._run = run
        self._names = names
        self._config = config
        self._mode = mode
        self._changes = Changes(run)
        self._parallel = parallel
        self._slots = threading.BoundedSemaphore(parallel)
        self._default_lock = threading.Lock()
        self._stopped = threading.Event()
        self.seen: set[str] = set()
        """URNs the program has registered."""

    @property
    def stopped(self) -> bool:
        """Whether something was refused."""
        return self._stopped.is_set()

    def register(self, goal: Goal) -> Registered:
        """Bring one thing to where the program wants it; raises Closing if the run has stopped."""
        with self._slots:
            if self.stopped:
                raise Closing("the run has stopped")
            try:
                return self._register(goal)
            except (Refusal, LabError) as error:
                self._stopped.set()
                self._run.report.error(goal.urn, str(error))
                raise Closing(str(error)) from error

    def wind_down(self) -> None:
        """Begin nothing more, and wait until what is under way has ended and is written down.

        A program that was told of a refusal ends at once, while others of its registrations are still at the cloud.
        """
        self._stopped.set()
        for _ in range(self._parallel):
            self._slots.acquire()

    def calls(self, provider: str, package: str) -> ProviderCalls:
        """The provider of a reference, or the package's default one."""
        reference = provider or self._default_provider(package)
        return ProviderCalls(self._run.providers.stub(reference.rpartition("::")[0]), self._run.dry_run)

    def _register(self, goal: Goal) -> Registered:
        if goal.urn in self.seen:
            raise Refusal(f"the program registers {goal.name} twice: give one of the two another name")
        self.seen.add(goal.urn)
        old = self._run.state.find(goal.urn, *goal.former_urns)
        if not goal.custom:
            return self._component(goal, old)
        if goal.is_provider:
            return self._provider(goal, old)
        if self._mode == "destroy":
            return self._to_be_destroyed(goal, old)
        return self._custom(goal, old)

    def _custom(self, goal: Goal, old: ResourceState | None) -> Registered:
        calls = self.calls(goal.provider, goal.package)
        goal = replace(goal, provider=goal.provider or self._default_provider(goal.package))
        wanted = with_ignored(goal.inputs, old.inputs, goal.ignore_changes) if old else goal.inputs
        inputs = marked_like(calls.check(goal.urn, old.inputs if old else {}, wanted), wanted)
        goal = replace(goal, inputs=inputs)
        if old is None:
            self._foresee("create", None, goal)
            made = self._changes.create(goal, calls)
            self._run.report.step("create", goal.urn)
            return _registered(made)
        decision = decide(goal, old, calls.diff(old.urn, old.existing, inputs, goal.ignore_changes))
        return _registered(self._carry_out(decision, goal, old, calls))

    def _carry_out(
        self, decision: Decision, goal: Goal, old: ResourceState, calls: ProviderCalls
    ) -> ResourceState:
        if decision.step != "same":
            self._foresee(decision.step, old, goal, decision.reasons)
        if decision.step == "replace":
            if decision.delete_first:
                self._make_way(old, decision.reasons)
            made = self._changes.replace(goal, old, calls, decision.delete_first)
        elif decision.step == "update":
            made = self._changes.update(goal, old, calls)
        else:
            made = self._keep(goal, old, old.outputs)
        self._run.report.step(decision.step, goal.urn, ", ".join(decision.reasons))
        return made

    def _make_way(self, root: ResourceState, reasons: tuple[str, ...]) -> None:
        """Delete what stands on something that is about to be deleted and made again; all of it or, if any of it is
        protected, nothing.
        """
        going = dependents(root, self._run.state.snapshot.resources, self._needs_new)
        protected = [each.name for each in going if each.protect]
        if protected:
            raise Refusal(
                f"unable to replace {root.name} [{', '.join(reasons)}], as {protected[0]} stands on it and is marked "
                "for protection: nothing was done to either"
            )
        for each in going:
            self._run.report.foresee(Foreseen("replace", each, each))
            self._changes.delete(each, provider_calls(self._run, each))
            self._run.report.step("delete", each.urn, f"for {root.name}, which is replaced")

    def _foresee(
        self, op: Step, old: ResourceState | None, goal: Goal, reasons: tuple[str, ...] = ()
    ) -> None:
        new = state_of(goal, old.id if old else "", goal.inputs, {})
        self._run.report.foresee(Foreseen(op, old, new, reasons))

    def _needs_new(self, each: ResourceState, inputs: Plain) -> bool:
        calls = provider_calls(self._run, each)
        return bool(calls.diff(each.urn, each.existing, inputs).replaces)

    def _keep(self, goal: Goal, old: ResourceState, outputs: Plain) -> ResourceState:
        """Nothing changes but, perhaps, options that only the state knows."""
        kept = state_of(goal, old.id, goal.inputs, outputs)
        if kept != old:
            self._run.state.settle(None, old, kept)
        return kept

    def _to_be_destroyed(self, goal: Goal, old: ResourceState | None) -> Registered:
        """A run that destroys creates nothing: what does not stand is not known to the program."""
        if old is None:
            return Registered(goal.urn, "", {}, known=False)
        goal = replace(goal, provider=old.provider, inputs=old.inputs)
        return _registered(self._keep(goal, old, old.outputs))

    def _component(self, goal: Goal, old: ResourceState | None) -> Registered:
        if old is None:
            self._run.state.settle(None, None, state_of(goal, "", {}, {}))
        else:
            self._keep(replace(goal, inputs={}), old, old.outputs)
        self._report("same" if old else "create", goal)
        return Registered(goal.urn, "", {})

    def _provider(self, goal: Goal, old: ResourceState | None) -> Registered:
        """Check settings, find out whether it is still the same provider, and put it into use."""
        stub = self._run.providers.unconfigured(goal.package)
        calls = ProviderCalls(stub, self._run.dry_run)
        inputs = marked_like(
            calls.check_config(goal.urn, old.inputs if old else {}, goal.inputs), goal.inputs
        )
        goal = replace(goal, inputs=inputs)
        found = calls.diff_config(old.urn, old.existing, inputs) if old else None
        same = old is not None and found is not None and not found.replaces
        made = state_of(goal, old.id if old and same else str(uuid.uuid4()), inputs, inputs)
        if made != old:
            self._run.state.settle(None, old, made)
        self._run.providers.configure(goal.urn, stub, inputs)
        changed = found is not None and bool(found.changed)
        step: Step = "create" if old is None else "replace" if not same else "update" if changed else "same"
        self._report(step, goal)
        return _registered(made)

    def _report(self, step: Step, goal: Goal) -> None:
        """What a run that destroys registers on its way is no news."""
        if self._mode == "apply":
            self._run.report.step(step, goal.urn)

    def _default_provider(self, package: str) -> str:
        """The reference of a package's default provider, made from configuration `package:...` once."""
        urn = self._names.urn("", f"{PROVIDER_TYPE}{package}", "default")
        with self._default_lock:
            if urn not in self.seen:
                prefix = f"{package}:"
                given = [key for key in self._config if key.startswith(prefix)]
                inputs = {key.removeprefix(prefix): self._config[key] for key in given}
                goal = Goal(urn, f"{PROVIDER_TYPE}{package}", "default", custom=True, inputs=inputs)
                self._register(goal)
            resource = self._run.state.find(urn)
            if resource is None:
                raise LabError(f"the default provider of {package} could not be made")
            return f"{urn}::{resource.id}"


def _registered(made: ResourceState) -> Registered:
    return Registered(made.urn, made.id, made.outputs)
