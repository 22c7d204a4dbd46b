"""The commands as they are asked for: names, options, help. Each runs in the module called like it.

That module, and all that comes with it (the Kubernetes client, the records, the planner), is loaded when the command
runs: help, completion and a mistyped option answer at once.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from importlib import import_module
from typing import Any

from holdfast.cli import options as given
from holdfast.cli.told_by import told_by


def status(
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
    pool: given.PoolName = None,
    output: given.OutputOption = given.Output.TABLE,
) -> None:
    """Show pools, units held or in trouble (with --pool all of them), promises; to a tenant its own."""
    _named("status", "status")(kubeconfig, context, pool, output)


def units(
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
    pool: given.PoolName = None,
    output: given.OutputOption = given.Output.TABLE,
) -> None:
    """List every unit: its health, its hosts, who holds it. For platform engineers."""
    _named("status", "every_unit")(kubeconfig, context, pool, output)


def release_freeze(
    tenant: given.TenantName,
    lasting: given.Release = "1h",
    yes: given.Sure = False,
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
) -> None:
    """Let a tenant's frozen deletions go: its promises end. For platform engineers (docs/frozen-deletions.md)."""
    _named("release_freeze", "release_freeze")(tenant, lasting, yes, kubeconfig, context)


def backup(
    file: given.BackupFile, kubeconfig: given.Kubeconfig = None, context: given.Context = None
) -> None:
    """Keep a hub in a file, as it stands at one instant. For platform engineers (docs/backup.md)."""
    _named("backup", "back_up")(file, kubeconfig, context)


def restore(
    file: given.BackupFile,
    yes: given.Sure = False,
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
) -> None:
    """Make an empty hub what a backup holds; it rests until `holdfast resume`. For administrators (docs/backup.md)."""
    _named("backup", "restore_from")(file, yes, kubeconfig, context)


def resume(
    yes: given.Sure = False,
    take_back: given.TakeBack = False,
    settle: given.Settle = 3.0,
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
) -> None:
    """Compare a restored hub with its sites, and let it sell again. For administrators (docs/backup.md)."""
    _named("resume", "resume")(yes, take_back, settle, kubeconfig, context)


def migrate_storage(kubeconfig: given.Kubeconfig = None, context: given.Context = None) -> None:
    """Write everything anew that is stored in an older version. For administrators (docs/evolution.md)."""
    _named("migrate_storage", "migrate_storage")(kubeconfig, context)


@told_by("wanted", "Wanted")
def reserve(wanted: Any) -> None:
    """Reserve accelerators: asks what is missing, shows offers, and makes nothing before you agree.

    \b
    holdfast reserve
    holdfast reserve pretrain -a tpu7x -t 8x8x16 -c 2 --for 30d
    holdfast reserve pretrain -a tpu7x -t 8x8x16 -c 2 --for 30d --offer 1 -o yaml
    """
    _named("reserve", "reserve")(wanted)


@told_by("wanted", "Watched")
def watch(asked: Any) -> None:
    """Watch reservations as they change; ends with Ctrl-C."""
    _named("watch", "watch")(asked)


@told_by("wanted", "Extended")
def extend(asked: Any) -> None:
    """Let a reservation last longer; what is in force stays in force until that is promised.

    \b
    holdfast extend pretrain --by 7d
    holdfast extend pretrain --until 2027-05-01T00:00:00Z
    """
    _named("change", "extend")(asked)


@told_by("wanted", "Shrunk")
def shrink(asked: Any) -> None:
    """Leave a reservation fewer slices: holdfast shrink pretrain --count 1."""
    _named("change", "shrink")(asked)


@told_by("wanted", "Named")
def cancel(asked: Any) -> None:
    """Give a reservation up; says first what that gives away, and asks."""
    _named("change", "cancel")(asked)


def explain(
    reservation: given.Reservation,
    namespace: given.Namespace = None,
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
) -> None:
    """Explain one reservation: asked, promised, bound, or why not yet and when."""
    _named("explain", "explain")(reservation, namespace, kubeconfig, context)


def audit(
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
    site: given.Sites = None,
    settle: given.Settle = 3.0,
    output: given.OutputOption = given.Output.TABLE,
) -> None:
    """Check the invariants on what is stored and on the nodes themselves; changes nothing."""
    _named("audit", "audit")(kubeconfig, context, site, settle, output)


def doctor(
    strict: given.Strict = False,
    kubeconfig: given.Kubeconfig = None,
    context: given.Context = None,
    output: given.OutputOption = given.Output.TABLE,
) -> None:
    """Say what is wrong with a hub's installation, and what mends it; changes nothing."""
    _named("doctor", "doctor")(strict, kubeconfig, context, output)


def site_check(
    strict: given.Strict = False,
    kubeconfig: given.Kubeconfig = None,
    context: given.SiteContext = None,
    output: given.OutputOption = given.Output.TABLE,
) -> None:
    """Say what is wrong with the installation in a datacenter's cluster, and what mends it; changes nothing."""
    _named("doctor", "site_check")(strict, kubeconfig, context, output)


@told_by("operator_asked", "OperatorAsked")
def operator(asked: Any) -> None:
    """Run one replica of the hub operator until it is told to stop."""
    _named("serve", "operator")(asked)


@told_by("operator_asked", "AskedReplay")
def replay(asked: Any) -> None:
    """Plan kept turns, or a saved hub, again; no server is asked. For platform engineers (docs/replay.md).

    \b
    holdfast replay turns.jsonl
    holdfast replay turns.jsonl --turn 7 --explain research/train
    holdfast replay hub.json --without ny.tpu7x-a
    """
    _named("replay", "replay")(asked)


@told_by("forecast_asked", "AskedForecast")
def forecast(asked: Any) -> None:
    """Forecast a generated year on the shipped planner: utilisation, waiting, promises kept (docs/forecast.md).

    \b
    holdfast forecast --days 90 --load 0.8 --plot year.svg
    holdfast forecast --snapshot hub.json
    """
    _named("forecast", "forecast")(asked)


def agent(
    datacenter: given.Datacenter,
    hub: given.HubWay = "",
    site: given.SiteWay = "",
    metrics: given.Metrics = "127.0.0.1:0",
) -> None:
    """Run the agent of one datacenter until it is told to stop."""
    _named("serve", "agent")(datacenter, hub, site, metrics)


@told_by("asked", "Asked")
def when(asked: Any) -> None:
    """Ask what could be promised, and when: offers as a table, or one of them as a reservation to apply."""
    _named("when", "when")(asked)


@told_by("console_asked", "ConsoleAsked")
def console(asked: Any) -> None:
    """Serve the pages: calendar, floor, reservations, when, on call. They write nothing."""
    _named("console", "console")(asked)


@told_by("looked", "Several")
def list_(asked: Any) -> None:
    """List reservations as kubectl does: of a namespace, or with -A of all.

    \b
    holdfast list -n mistral -o wide
    """
    _named("listing", "list_")(asked)


@told_by("looked", "Single")
def get(asked: Any) -> None:
    """Show one reservation in one line, or whole with -o yaml."""
    _named("listing", "get")(asked)


@told_by("looked", "Everywhere")
def pools(asked: Any) -> None:
    """List pools: what each has, has promised, and has left. For platform engineers."""
    _named("listing", "pools")(asked)


@told_by("looked", "Everywhere")
def promises(asked: Any) -> None:
    """List promise objects. For platform engineers."""
    _named("listing", "promises")(asked)


@told_by("looked", "Everywhere")
def sites(asked: Any) -> None:
    """List datacenters. For platform engineers."""
    _named("listing", "sites")(asked)


def completion(shell: given.Shell) -> None:
    """Print the lines that make a shell complete words, and names from the server.

    \b
    source <(holdfast completion bash)
    source <(holdfast completion zsh)
    holdfast completion fish | source
    """
    _named("completion", "completion")(shell)


@told_by("asked_place", "AskedHosts")
def hosts(asked: Any) -> None:
    """Show which hosts a reservation has at its datacenters: how they are, who says so, why they were delivered."""
    _named("hosts", "hosts")(asked)


@told_by("asked_place", "AskedAccess")
def access(asked: Any) -> None:
    """Show how to use what a reservation has, and with -o yaml write a job that runs on all of it as it stands."""
    _named("access", "access")(asked)


def save(file: given.SavedFile, kubeconfig: given.Kubeconfig = None, context: given.Context = None) -> None:
    """Save all that the planner reads of a hub, to ask of it later; tenants' names are in it."""
    _named("snapshot", "save_to")(file, kubeconfig, context)


@told_by("site_asked", "AskedJoin")
def join(asked: Any) -> None:
    """Check a datacenter's cluster, each finding with its remedy, and make its agent's kubeconfigs.

    \b
    holdfast site join lake-mariner --hub-context hub --context lake-mariner --to agent
    holdfast site join lake-mariner --hub-context hub --context lake-mariner --to agent --renew
    """
    _named("site_join", "site_join")(asked)


def _named(module: str, command: str) -> Callable[..., None]:
    """The function that does it, its module loaded now; what is loaded is never garbage, what it makes may be."""
    done: Callable[..., None] = getattr(import_module(f"holdfast.cli.{module}"), command)
    gc.freeze()
    gc.enable()
    return done
