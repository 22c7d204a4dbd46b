"""What is no longer wanted goes: first what nothing else that goes needs, and the rest wave by wave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from holdfast_lab.engine.monitor.changes import Changes, Run
from holdfast_lab.engine.monitor.goal import PROVIDER_TYPE
from holdfast_lab.engine.monitor.report import Foreseen
from holdfast_lab.engine.monitor.state import ResourceState
from holdfast_lab.errors import LabError
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.provider_calls import ProviderCalls


class Removal:
    """The deletions of one run."""

    def __init__(self, run: Run, parallel: int) -> None:
        self._run = run
        self._changes = Changes(run)
        self._parallel = parallel

    def remove_all_but(self, wanted: Iterable[str]) -> bool:
        """Remove whatever is not under these URNs, and what was replaced; False if something was refused.

        Nothing goes if any of it is protected. After a refusal what is under way ends, nothing new begins.
        """
        kept = set(wanted)
        doomed = [
            each for each in self._run.state.snapshot.resources if each.replaced or each.urn not in kept
        ]
        protected = [each for each in doomed if each.protect and not each.replaced]
        for each in protected:
            self._run.report.error(
                each.urn,
                "cannot be deleted because it is protected: remove `protect` from it in the program and run up "
                "again; nothing was deleted",
            )
        return not protected and all(self._remove_wave(wave) for wave in waves(doomed))

    def _remove_wave(self, wave: list[ResourceState]) -> bool:
        with ThreadPoolExecutor(self._parallel) as crew:
            return all(list(crew.map(self._remove, wave)))

    def _remove(self, old: ResourceState) -> bool:
        if self._run.report.errors:
            return False
        if old.custom and not old.retain:
            self._run.report.foresee(Foreseen("delete", old, None))
        try:
            self._changes.delete(old, self._calls(old))
        except (Refusal, LabError) as error:
            self._run.report.error(old.urn, str(error))
            return False
        self._run.report.step("retain" if old.retain else "delete", old.urn)
        return True

    def _calls(self, old: ResourceState) -> ProviderCalls | None:
        """Whom to ask: nobody for components, providers and what is to be left where it is."""
        if not old.custom or old.retain or old.type.startswith(PROVIDER_TYPE):
            return None
        return provider_calls(self._run, old)


def provider_calls(run: Run, old: ResourceState) -> ProviderCalls:
    """The provider of something that stands, put into use from the state if the program did not do so."""
    urn = old.provider.rpartition("::")[0]
    provider = run.state.find(urn)
    if provider is None:
        raise LabError(f"the provider of {old.name}, {urn}, is not in the state: nothing was done to it")
    run.providers.ensure(urn, provider.type.removeprefix(PROVIDER_TYPE), provider.inputs)
    return ProviderCalls(run.providers.stub(urn), run.dry_run)


def waves(doomed: list[ResourceState]) -> Iterator[list[ResourceState]]:
    """Groups in the order in which they may go: nothing goes before what needs it."""
    left = list(doomed)
    while left:
        free = [each for each in left if not any(_needs(other, each) for other in left if other is not each)]
        wave = free or left  # a circle cannot come from a program; better an order than an endless loop
        yield wave
        left = [each for each in left if each not in wave]


def _needs(other: ResourceState, each: ResourceState) -> bool:
    return each.urn in other.needs and other.urn != each.urn
