"""What the end-to-end tests do and wait for, beside what the story's stage offers."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

from holdfast_lab.lab import up
from holdfast_lab.processes import COMPANIONS
from holdfast_lab.state import RecordFile
from holdfast_lab.story.context import Stage
from holdfast_lab.story.fixtures import instant, reservation
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.story.reading import stands, units_of
from holdfast_lab.testing import Kubectl

SITE = "lake-mariner"
POOL = f"{SITE}.tpu7x-a"


def after(seconds: float) -> str:
    """The instant so many seconds from now."""
    return instant(time.time() + seconds)  # noqa: TID251


def ask(path: str, count: int = 1, topology: str = "4x4x4", kind: str = "tpu7x") -> dict[str, Any]:
    """A reservation from now on for an hour."""
    return reservation(path, kind, count, {"end": after(3600)}, topology)


def uid_of(stage: Stage, path: str) -> str:
    """The uid of a reservation, which names its promise."""
    return str(read(stage.engineer(), path)["metadata"]["uid"])


def becomes(stage: Stage, path: str, wanted: str, seconds: float = 40) -> None:
    """Wait until a reservation's STATUS is this word."""
    stage.until(lambda: stands(stage.engineer(), path, wanted), seconds, f"{path} {wanted}")


def gone(stage: Stage, *paths: str) -> None:
    """Cancel reservations and wait until no unit carries their uids any more."""
    uids = [uid_of(stage, path) for path in paths]
    for namespace, _, name in (path.partition("/") for path in paths):
        stage.engineer().run("delete", "cares", name, "-n", namespace)
    for uid in uids:
        released(stage, uid)


def given_back(stage: Stage, *paths: str) -> None:
    """End the windows of reservations now, wait as `gone` does, and delete them: quicker, for their end is certain."""
    uids = [uid_of(stage, path) for path in paths]
    for path in paths:
        amended(stage.engineer(), path, window={"end": after(0)})
    for uid in uids:
        released(stage, uid)
    for namespace, _, name in (path.partition("/") for path in paths):
        stage.engineer().run("delete", "cares", name, "-n", namespace)


def amended(person: Kubectl, path: str, **spec: Any) -> None:
    """Change a reservation's spec, as the one whose kubectl it is."""
    namespace, _, name = path.partition("/")
    change = json.dumps({"spec": spec})
    person.run("patch", "cares", name, "-n", namespace, "--type=merge", "-p", change)


def released(stage: Stage, uid: str) -> None:
    """Wait until a promise is closed and its units are back, clean."""
    stage.until(lambda: _released(stage, uid), 90, f"promise {uid} released")


def _released(stage: Stage, uid: str) -> str:
    state = stage.engineer().get("capacitypromise", uid)["spec"]["state"]
    return "yes" if state == "Released" and not units_of(stage.engineer(), uid) else ""


def kill(stage: Stage, *names: str) -> None:
    """End processes of the lab at once, as a crash would."""
    running = RecordFile(stage.lab.state).read().companions
    for name in names:
        os.killpg(running[name].pid, signal.SIGKILL)


def repaired(stage: Stage) -> None:
    """Start what has died."""
    up(stage.lab.state.root, [SITE], COMPANIONS)


def clean(stage: Stage) -> str:
    """The last line of an audit that found nothing; raises if it found something."""
    return stage.must("audit").strip().splitlines()[-1]


def versions(stage: Stage) -> dict[str, str]:
    """The version of everything Holdfast writes, on the hub and on the site's nodes; Leases are meant to change."""
    ours = "acceleratorpools,capacitypromises,capacityreservations,poolreports,tenants,datacenters"
    hub = stage.engineer().get(ours, "-A")["items"]
    nodes = stage.engineer(SITE).get("nodes", "-l", "holdfast.dev/unit")["items"]
    found = {f"{one['kind']} {one['metadata']['name']}": one["metadata"]["resourceVersion"] for one in hub}
    return found | {f"Node {one['metadata']['name']}": str(one["spec"]) for one in nodes}
