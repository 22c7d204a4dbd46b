"""Opening and closing one unit of two hosts, as a model: a planner, and two agents of which one may sleep for ever.

The ledger's unit takes the legal steps of a grant, in any order a planner may choose. An agent looks at one node, then
at the ledger afresh, then writes the node on the version it looked at; to report clean it looks at the ledger, then at
each node. Units share nothing, so that what holds for one holds for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from holdfast.api.legal_steps import ABSENT, GRANT_STEPS

HOLDERS = ("first", "second")
MOST_WRITES = 6


@dataclass(frozen=True)
class Granted:
    """The unit in the ledger: whose, under which number, in which state."""

    holder: str = ""
    number: int = 0
    state: str = ABSENT


@dataclass(frozen=True)
class Host:
    """A node: open to whom, and the number of the grant that was written last."""

    version: int = 0
    open_to: str = ""
    number: int = 0


@dataclass(frozen=True)
class Agent:
    """What one agent is in the middle of: nothing, a node and perhaps a ledger it has looked at, or a report."""

    reporting: bool = False
    host: int = 0
    node: Host | None = None
    unit: Granted | None = None


@dataclass(frozen=True)
class Rules:
    """The parts of the protocol that can be left out, to see that each of them is needed."""

    writes_on_release: bool = True
    numbers_grants: bool = True
    reads_ledger_last: bool = True


@dataclass(frozen=True)
class Site:
    """Ledger, nodes, the last clean report, and the two agents."""

    unit: Granted = Granted()
    granted: int = 0
    hosts: tuple[Host, Host] = (Host(), Host())
    clean: Granted | None = None
    agents: tuple[Agent, Agent] = (Agent(), Agent())


def moves(site: Site, rules: Rules) -> Iterator[tuple[str, Site]]:
    """Every step anybody can take now."""
    yield from _planner(site, rules)
    for number, agent in enumerate(site.agents):
        for what, after in _agent(site, agent, rules):
            first, second = site.agents
            agents = (after[0], second) if number == 0 else (first, after[0])
            yield f"agent {number + 1} {what}", replace(after[1], agents=agents)


def _planner(site: Site, rules: Rules) -> Iterator[tuple[str, Site]]:
    for state in GRANT_STEPS[site.unit.state]:
        if state == "Active" and site.granted < len(HOLDERS):
            for holder in HOLDERS:
                unit = Granted(holder, site.granted + 1, state)
                yield f"planner grants to {holder}", replace(site, unit=unit, granted=site.granted + 1)
        elif state == "Releasing":
            yield "planner releases", replace(site, unit=replace(site.unit, state=state))
        elif state == ABSENT and site.unit.state == "Releasing" and _is_clean(site, rules):
            yield "planner frees", replace(site, unit=Granted())


def _is_clean(site: Site, rules: Rules) -> bool:
    told = site.clean
    if told is None or told.holder != site.unit.holder:
        return False
    return told.number == site.unit.number or not rules.numbers_grants


def _agent(site: Site, agent: Agent, rules: Rules) -> Iterator[tuple[str, tuple[Agent, Site]]]:
    if agent == Agent():
        for host in (0, 1):
            begun = (
                Agent(host=host, node=site.hosts[host])
                if rules.reads_ledger_last
                else Agent(host=host, unit=site.unit)
            )
            yield f"looks at {'host' if rules.reads_ledger_last else 'the ledger for'} {host}", (begun, site)
        yield "looks whether the unit is clean", (Agent(reporting=True, unit=site.unit), site)
    elif agent.reporting:
        yield _report(site, agent, rules)
    elif agent.node is None or agent.unit is None:
        both = replace(agent, node=agent.node or site.hosts[agent.host], unit=agent.unit or site.unit)
        yield "looks at the other", (both, site)
    else:
        yield _write(site, agent, agent.node, agent.unit, rules)


def _write(
    site: Site, agent: Agent, node: Host, unit: Granted, rules: Rules
) -> tuple[str, tuple[Agent, Site]]:
    """Write the node as the ledger wants it, unless it has moved or is so already."""
    wanted = unit.holder if unit.state == "Active" else ""
    done = (node.open_to, node.number) == (wanted, unit.number)
    spared = unit.state == "Releasing" and not node.open_to and not rules.writes_on_release
    moved = site.hosts[agent.host].version != node.version
    if unit.state == ABSENT or done or spared or moved or node.version >= MOST_WRITES:
        return "has nothing to write", (Agent(), site)
    hosts = list(site.hosts)
    hosts[agent.host] = Host(node.version + 1, wanted, unit.number)
    return f"writes host {agent.host}", (Agent(), replace(site, hosts=(hosts[0], hosts[1])))


def _report(site: Site, agent: Agent, rules: Rules) -> tuple[str, tuple[Agent, Site]]:
    """Report clean once every host has been seen closed, and written for this very grant."""
    unit, node = agent.unit or Granted(), site.hosts[agent.host]
    written = node.number == unit.number or not rules.writes_on_release
    if unit.state != "Releasing" or node.open_to or not written:
        return "does not report", (Agent(), site)
    if agent.host == 0:
        return "sees host 0 closed", (replace(agent, host=1), site)
    return "reports clean", (Agent(), replace(site, clean=unit))


def wrong(site: Site) -> list[str]:
    """A host is open to nobody but the one the ledger names."""
    return [
        f"host {at} is open to {host.open_to}, the unit is {site.unit.holder or 'nobody'}'s"
        for at, host in enumerate(site.hosts)
        if host.open_to not in ("", site.unit.holder)
    ]


def calm(site: Site, rules: Rules) -> Site | None:
    """The next step when one agent is left and the planner takes everything back; None once the unit is free."""
    if site.agents[1] != Agent():
        return replace(site, agents=(site.agents[0], Agent()))
    if site.unit.state == "Active":
        return replace(site, unit=replace(site.unit, state="Releasing"))
    if site.unit.state != "Releasing":
        return None
    if _is_clean(site, rules):
        return replace(site, unit=Granted())
    for host, node in enumerate(site.hosts):
        if node.open_to or node.number != site.unit.number:
            hosts = [*site.hosts]
            hosts[host] = Host(node.version + 1, "", site.unit.number)
            return replace(site, hosts=(hosts[0], hosts[1]))
    return replace(site, clean=site.unit)
