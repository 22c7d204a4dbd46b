"""Reserve two cubes for a day as soon as they can be had, and say where to run. Run twice, it reserves once."""

from __future__ import annotations

import sys
from datetime import timedelta

from holdfast.client import Ask, Client, ClusterError, Flexible, NotReached, NoWay, Until, connect

NAME = "by-program"
ASK = Ask(accelerator="tpu7x", topology="4x4x8", window=Flexible(timedelta(days=1)))


def main() -> int:
    """The exit status: 0 promised, 1 not, 2 the hub could not be asked."""
    try:
        with (
            connect() as hub
        ):  # as kubectl would: KUBECONFIG, its current context and that context's namespace
            return reserve(hub)
    except NotReached as error:
        print(error, file=sys.stderr)
        return 1
    except (NoWay, ClusterError) as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 2


def reserve(hub: Client) -> int:
    """Ask, reserve, wait for the promise."""
    answer = hub.when(ASK)
    for offer in answer.offers:
        print(f"could be had from {offer.start} until {offer.end} in {', '.join(offer.datacenters)}")
    if answer.hold is not None:
        print(f"cannot be had as asked: {answer.hold.message}")
        return 1
    hub.reserve(NAME, ASK)
    found = hub.wait(NAME, Until.PROMISED, timeout=timedelta(minutes=1))
    print(f"{found.path}: {found.state}, promised {found.promised}")
    for access in found.access:
        print(f"run in {access.datacenter}, namespace {access.namespace}, on {access.node_selector}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
