"""What the end-to-end tests do and wait for, beside what the story's context offers."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

from holdfast_lab.lab import up
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.state import RecordFile
from holdfast_lab.story.context import Context
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


def uid_of(context: Context, path: str) -> str:
    """The uid of a reservation, which names its promise."""
    return str(read(context.engineer(), path)["metadata"]["uid"])


def becomes(context: Context, path: str, wanted: str, seconds: float = 40) -> None:
    """Wait until a reservation's STATUS is this word."""
    context.until(lambda: stands(context.engineer(), path, wanted), seconds, f"{path} {wanted}")


def gone(context: Context, *paths: str) -> None:
    """Cancel reservations and wait until no unit carries their uids any more."""
    uids = [uid_of(context, path) for path in paths]
    for namespace, _, name in (path.partition("/") for path in paths):
        context.engineer().run("delete", "cares", name, "-n", namespace)
    for uid in uids:
        released(context, uid)


def given_back(context: Context, *paths: str) -> None:
    """End the windows of reservations now, wait as `gone` does, and delete them: quicker, for their end is certain."""
    uids = [uid_of(context, path) for path in paths]
    for path in paths:
        amended(context.engineer(), path, window={"end": after(0)})
    for uid in uids:
        released(context, uid)
    for namespace, _, name in (path.partition("/") for path in paths):
        context.engineer().run("delete", "cares", name, "-n", namespace)


def amended(person: Kubectl, path: str, **spec: Any) -> None:
    """Change a reservation's spec, as the one whose kubectl it is."""
    namespace, _, name = path.partition("/")
    change = json.dumps({"spec": spec})
    person.run("patch", "cares", name, "-n", namespace, "--type=merge", "-p", change)


def released(context: Context, uid: str) -> None:
    """Wait until a promise is closed and its units are back, clean."""
    context.until(lambda: _released(context, uid), 90, f"promise {uid} released")


def _released(context: Context, uid: str) -> str:
    state = context.engineer().get("capacitypromise", uid)["spec"]["state"]
    return "yes" if state == "Released" and not units_of(context.engineer(), uid) else ""


def kill(context: Context, *names: str) -> None:
    """End processes of the lab at once, as a crash would."""
    running = RecordFile(context.lab.state).read().operator_and_agents
    for name in names:
        os.killpg(running[name].pid, signal.SIGKILL)


def repaired(context: Context) -> None:
    """Start what has died."""
    up(context.lab.state.root, [SITE], OPERATOR_AND_AGENTS)


def clean(context: Context) -> str:
    """The last line of an audit that found nothing; raises if it found something."""
    return context.must("audit").strip().splitlines()[-1]


def versions(context: Context) -> dict[str, str]:
    """The version of everything Holdfast writes, on the hub and on the site's nodes; Leases are meant to change."""
    ours = "acceleratorpools,capacitypromises,capacityreservations,poolreports,tenants,datacenters"
    hub = context.engineer().get(ours, "-A")["items"]
    nodes = context.engineer(SITE).get("nodes", "-l", "holdfast.dev/unit")["items"]
    found = {f"{one['kind']} {one['metadata']['name']}": one["metadata"]["resourceVersion"] for one in hub}
    return found | {f"Node {one['metadata']['name']}": str(one["spec"]) for one in nodes}
