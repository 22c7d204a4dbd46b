"""How the program begins: what a preview takes is loading, and most of that is the types of Google's resources.

Nothing is collected in a run: what is loaded stays, and what a registration leaves behind in rings is little, once for
each resource. The collector's looks at all that is loaded are a tenth of a preview.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from importlib import import_module

import pulumi

from holdfast_infra.cancellation import leave_quietly
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub


def start(connect: Callable[[HubAddress], Hub] | None = None) -> None:
    """Give the program to the engine, which runs it; once in a process, by its main thread.

    connect: the door to the hub at an address, where it is not the program's own.
    """
    leave_quietly()
    gc.disable()
    program = import_module("holdfast_infra.program")
    pulumi.run(partial(program.main, connect) if connect else program.main)
