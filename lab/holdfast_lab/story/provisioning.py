"""The first act: two datacenters stand up, and two tenants move in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.story.reading import is_true

STACKS = ("lake-mariner", "abernathy")
POOLS = {"lake-mariner.tpu7x-a": 6, "abernathy.gb300-a": 3, "abernathy.h200-a": 3}
HOSTS = {"lake-mariner": 96, "abernathy": 57}
TENANTS = {
    "anthropic": {"tpu7x": 1_000_000},
    "mistral": {"gb300-nvl72": 432, "h200": 64, "tpu7x": 256},
}


def provision(context: Context) -> str:
    """`pulumi up` of both stacks, side by side."""
    with ThreadPoolExecutor(len(STACKS)) as pool:
        said = list(pool.map(lambda stack: context.must("lab", "pulumi", "up", stack, "--yes"), STACKS))
    summaries = "; ".join(f"{stack}: {_summary(text)}" for stack, text in zip(STACKS, said, strict=True))
    return f"by {_engine(said[0])}; {summaries}"


def _engine(text: str) -> str:
    """Which engine ran: the first line says it."""
    return text.partition("Engine: ")[2].partition(" (")[0]


def _summary(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


def nodes_are_ready(context: Context) -> str:
    """As platform engineer in each datacenter: every accelerator node is Ready."""

    def all_ready() -> str:
        counts = {site: _ready_hosts(context, site) for site in STACKS}
        return ", ".join(f"{site} {counts[site]}" for site in STACKS) if counts == HOSTS else ""

    return context.until(all_ready, 60, f"Ready nodes {HOSTS}") + " nodes Ready"


def _ready_hosts(context: Context, site: str) -> int:
    nodes = context.engineer(site).get("nodes", "-l", "holdfast.dev/pool")["items"]
    return sum(is_true(node, "Ready") for node in nodes)


def units_are_counted(context: Context) -> str:
    """As platform engineer on the hub: the ledgers count every unit as healthy."""

    def counted() -> str:
        pools = context.engineer().get("acceleratorpools.holdfast.dev")["items"]
        healthy = {
            pool["metadata"]["name"]: pool.get("status", {}).get("capacity", {}).get("healthy")
            for pool in pools
        }
        return ", ".join(f"{name} {healthy[name]}" for name in POOLS) if healthy == POOLS else ""

    return context.until(counted, 60, f"healthy units {POOLS}") + " units healthy"


def tenants_move_in(context: Context) -> str:
    """As platform engineer: two tenants; as each of them: a namespace at every site, and no look at nodes."""
    for name, chips in TENANTS.items():
        context.engineer().apply(*tenant(name, chips))

    def welcome() -> str:
        ways = [(name, site) for name in TENANTS for site in STACKS]
        return "each may run pods at both sites" if all(_may_run(context, *way) for way in ways) else ""

    return context.until(welcome, 40, "namespaces of both tenants at both sites")


def _may_run(context: Context, name: str, site: str) -> bool:
    person = context.person(name, site)
    allowed = person.attempt("auth", "can-i", "create", "pods", "-n", name)
    nosy = person.attempt("auth", "can-i", "list", "nodes")
    return allowed.stdout.strip() == "yes" and nosy.stdout.strip() == "no"
