"""`holdfast release-freeze TENANT`: what of a tenant is frozen is shown, and let go for a while once that is agreed.

Exit status: 0 released, 1 nothing is frozen or it was not agreed, 2 it could not be asked.
"""

from __future__ import annotations

import typer
from rich.console import Console

from holdfast.api.reasons import Reason
from holdfast.api.tenant import Tenant
from holdfast.cli.connection import one_line_errors, open_api
from holdfast.cli.questions import agreed
from holdfast.cli.spans import duration_of
from holdfast.cli.tables import say
from holdfast.cluster.holdfast_objects import TENANTS
from holdfast.cluster.transport.objects import identify
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import RELEASE_ANNOTATION

NO = 1
LONGEST_SECONDS = 24 * 3600
"""The planner obeys no instant that lies further ahead (docs/frozen-deletions.md)."""


def release_freeze(tenant: str, lasting: str, yes: bool, kubeconfig: str | None, context: str | None) -> None:
    """Show, ask, and write the instant until which they may go."""
    errors, seconds = Console(stderr=True), _seconds(lasting)
    with one_line_errors(errors):
        api = open_api(kubeconfig, context)
        found = api.get(TENANTS, tenant)
        frozen = _frozen(found)
        if not frozen:
            say(errors, f"nothing of {tenant} is frozen: nothing was released")
            raise typer.Exit(NO)
        for line in frozen:
            say(errors, f"{tenant}: {line}")
        if not agreed("End the promises of reservations that are gone?", sure=yes):
            raise typer.Exit(NO)
        until = text_of(int(api.clock.now()) + seconds)
        api.patch(TENANTS, identify(found), {"metadata": {"annotations": {RELEASE_ANNOTATION: until}}})
    say(Console(), f"{tenant}: frozen deletions may go until {until}")


def _seconds(lasting: str) -> int:
    try:
        seconds = duration_of(lasting)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if not 0 < seconds <= LONGEST_SECONDS:
        raise typer.BadParameter(f"--for {lasting}: the planner obeys nothing beyond 24h")
    return seconds


def _frozen(tenant: Tenant) -> list[str]:
    said = tenant.status.conditions if tenant.status is not None else ()
    return [one.message for one in said if one.reason in (Reason.DELETIONS_FROZEN, Reason.RELEASE_REFUSED)]
