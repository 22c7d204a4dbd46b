"""After a run that was cut off: what became of the changes that were asked for and never answered.

    creating   there?  it stands, unfinished          not there?  nothing happened
    updating   it stands as it was, unfinished
    deleting   there?  it still stands, unfinished    not there?  it is gone

Whatever stands unfinished is updated by the next registration, or deleted if it is no longer wanted.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast_lab.engine.monitor.changes import Run
from holdfast_lab.engine.monitor.removal import provider_calls
from holdfast_lab.engine.monitor.state import Pending


def resolve(run: Run) -> None:
    """Look at every pending change and write down what is the case; a preview keeps it to itself."""
    for pending in run.state.snapshot.pending:
        subject = pending.resource
        run.report.say(
            f"the last run was cut off while {pending.operation} {subject.name}: reading the cloud"
        )
        _settle(run, pending)


def _settle(run: Run, pending: Pending) -> None:
    subject = pending.resource
    known = run.state.find(subject.urn)
    identity, outputs = provider_calls(run, subject).read(subject.urn, subject.id, subject.inputs)
    if pending.operation == "updating" and known:
        run.state.settle(pending, known, replace(known, unfinished=True))
    elif not identity:
        run.state.settle(pending, known if pending.operation == "deleting" else None, None)
    elif pending.operation == "creating":
        run.state.settle(pending, None, replace(subject, id=identity, outputs=outputs, unfinished=True))
    elif known:
        run.state.settle(pending, known, replace(known, unfinished=True))
    verdict = "it is there" if identity else "it is not there"
    run.report.say(f"{subject.name}: {verdict}")
