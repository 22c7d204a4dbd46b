"""What stands, read again before anything is compared: somebody may have changed it behind the stack's back.

    read as it was     kept
    not there          out of the state: the program's registration makes it again
    another one        a later generation or another uid: kept as unfinished, so that the registration writes it again

Like `pulumi up --refresh`: what was lost is made again without a question, so look at the preview first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from holdfast_lab.engine.monitor.changes import Run
from holdfast_lab.engine.monitor.goal import PROVIDER_TYPE
from holdfast_lab.engine.monitor.removal import provider_calls
from holdfast_lab.engine.monitor.state import ResourceState
from holdfast_lab.pulumi_protocol.property_values import Plain


def refresh(run: Run, parallel: int) -> None:
    """Read everything that stands and write down what differs; a preview keeps it to itself."""
    real = [each for each in run.state.snapshot.resources if each.custom and not _is_provider(each)]
    with ThreadPoolExecutor(parallel) as crew:
        list(crew.map(lambda each: _look(run, each), real))


def _look(run: Run, known: ResourceState) -> None:
    identity, outputs = provider_calls(run, known).read(known.urn, known.id, known.inputs)
    if not identity:
        run.state.settle(None, known, None)
        run.report.say(f"refresh: {known.name} is gone")
    elif _written(outputs) != _written(known.outputs):
        run.state.settle(None, known, replace(known, outputs=outputs, unfinished=True))
        run.report.say(f"refresh: {known.name} was changed by somebody else")


def _written(outputs: Plain) -> tuple[Any, Any]:
    """What tells one writing of an object from the next; the pretend cloud's objects have no such marks."""
    metadata = outputs.get("metadata") or {}
    return metadata.get("uid"), metadata.get("generation")


def _is_provider(each: ResourceState) -> bool:
    return each.type.startswith(PROVIDER_TYPE)
