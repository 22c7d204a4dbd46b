"""The agent as a process: told to stop in the middle of its work it ends well, and the next goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from signal import SIGCONT, SIGSTOP, SIGTERM

import pytest
from tests.e2e.acts import SITE, after, amended, ask, becomes, clean, given_back
from tests.e2e.processes import Own, Start, instead_of
from tests.e2e.watching import Seen, watching

from holdfast.hardware.names import RESERVATION_LABEL
from holdfast_lab.story.context import Context

HOSTS = 32
"""Of the two cubes that the reservation asks for."""
PROMPTLY = 5.0
pytestmark = [pytest.mark.lab, pytest.mark.e2e]


@pytest.fixture(scope="module")
def start(context: Context) -> Iterator[Start]:
    with instead_of(context, f"agent-{SITE}") as start:
        yield start


@pytest.fixture
def seen(context: Context) -> Iterator[Seen]:
    """Every node that is opened to a reservation (ADDED) or closed again (DELETED), as it happens."""
    with watching(context.engineer(SITE), "{.type}", "nodes", "-l", RESERVATION_LABEL) as seen:
        yield seen


def opened(context: Context) -> int:
    """How many nodes carry a reservation's label."""
    return len(context.engineer(SITE).get("nodes", "-l", RESERVATION_LABEL)["items"])


def stopped_now(context: Context, agent: Own) -> tuple[int, int]:
    """Tell an agent to stop at this very instant: how many nodes were open then, and its exit status."""
    agent.signal(SIGSTOP)
    then = opened(context)
    agent.signal(SIGTERM, SIGCONT)
    return then, agent.ended(PROMPTLY)


def test_an_agent_stopped_while_it_opens_nodes_ends_with_0_and_the_next_opens_the_rest(
    context: Context, start: Start, seen: Seen
) -> None:
    agent = start()
    context.person("mistral").apply(ask("mistral/agent", 2))
    seen.until(lambda lines: "ADDED" in lines)
    then, status = stopped_now(context, agent)
    assert (0 < then < HOSTS, status) == (True, 0)
    assert agent.said("stopped")
    start()
    becomes(context, "mistral/agent", "Active")
    assert opened(context) == HOSTS
    assert clean(context).startswith("clean")


def test_an_agent_stopped_while_it_closes_nodes_ends_with_0_and_the_next_closes_the_rest(
    context: Context, start: Start, seen: Seen
) -> None:
    agent = start()
    amended(context.person("mistral"), "mistral/agent", window={"end": after(0)})
    seen.until(lambda lines: "DELETED" in lines)
    then, status = stopped_now(context, agent)
    assert (0 < then < HOSTS, status) == (True, 0)
    start()
    given_back(context, "mistral/agent")
    assert opened(context) == 0
    assert clean(context).startswith("clean")
