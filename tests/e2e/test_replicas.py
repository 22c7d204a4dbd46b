"""Two live replicas of the operator on one hub: one plans, the other follows it when it dies, freezes or leaves.

Each test starts the replica that the one before has ended. The pool's ledger is watched all the time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

import pytest
from tests.e2e.acts import POOL, ask, becomes, clean, given_back, uid_of, versions
from tests.e2e.processes import Own, Start, instead_of
from tests.e2e.watching import Seen, watching

from holdfast.cluster.leases.leader_election import LOST_LEASE, Timing
from holdfast.hardware.names import ELECTION_LEASE, SYSTEM_NAMESPACE
from holdfast_lab.story.context import Context
from holdfast_lab.story.reading import units_of

PROMPTLY = 3.0
ASKED = ("mistral/first", "mistral/second", "mistral/third", "mistral/fourth")
pytestmark = [pytest.mark.lab, pytest.mark.e2e]


@dataclass
class Replicas:
    """The living replicas, and every epoch that the pool's ledger has carried since the first of them."""

    context: Context
    start: Start
    ledger: Seen
    living: list[Own] = field(default_factory=list)

    def both(self) -> tuple[Own, Own]:
        """The leader and the other one; started where they are missing."""
        self.living = [own for own in self.living if own.process.poll() is None]
        while len(self.living) < 2:
            self.living.append(self.start())
        self.context.until(lambda: "yes" if any(map(self.leads, self.living)) else "", 30, "a leader")
        leader, other = sorted(self.living, key=self.leads, reverse=True)
        return leader, other

    def leads(self, own: Own) -> bool:
        """Whether the election Lease names this replica."""
        lease = self.context.engineer().get("lease", ELECTION_LEASE, "-n", SYSTEM_NAMESPACE)
        return bool(lease["spec"].get("holderIdentity") == own.said("started")[0]["identity"])

    def takes_over(self, own: Own, seconds: float) -> float:
        """Wait until this replica leads; how many seconds that took."""
        since = time.monotonic()
        self.context.until(lambda: "yes" if self.leads(own) else "", seconds, "the other replica leads")
        return time.monotonic() - since

    @property
    def epochs(self) -> list[int]:
        """The ledger's epochs, in order."""
        return [int(line) for line in self.ledger.lines]


@pytest.fixture(scope="module")
def replicas(context: Context) -> Iterator[Replicas]:
    ledger = watching(context.engineer(), "{.object.status.epoch}", "acceleratorpool", POOL)
    with instead_of(context, "operator") as start, ledger as seen:
        yield Replicas(context, start, seen)


def turns(own: Own) -> float:
    """How many turns this replica says it has taken."""
    found = re.search(r"^holdfast_turns_total (\S+)$", own.page("/metrics"), re.MULTILINE)
    return float(found[1]) if found else -1.0


def answered(context: Context, path: str) -> None:
    """Ask for one unit and get exactly one."""
    context.person("mistral").apply(ask(path))
    becomes(context, path, "Active")
    assert len(units_of(context.engineer(), uid_of(context, path))) == 1


def test_both_are_ready_one_plans_and_a_reservation_is_promised_once(
    context: Context, replicas: Replicas
) -> None:
    leader, other = replicas.both()
    answered(context, ASKED[0])
    assert [own.page("/readyz") + own.page("/healthz") for own in (leader, other)] == ["ok\nok\n"] * 2
    assert (turns(leader) > 0, turns(other)) == (True, 0)
    assert [len(own.said("leading")) for own in (leader, other)] == [1, 0]
    promises = context.engineer().get("capacitypromises")["items"]
    assert [one["spec"]["round"] for one in promises if one["spec"]["reservation"] == "first"] == [1]


def test_when_the_leader_is_killed_the_other_leads_after_the_lease_and_answers_under_a_higher_epoch(
    context: Context, replicas: Replicas
) -> None:
    leader, other = replicas.both()
    before, held = replicas.epochs[-1], units_of(context.engineer(), uid_of(context, ASKED[0]))
    leader.signal(SIGKILL)
    took = replicas.takes_over(other, Timing().lease_seconds + 15)
    assert took > Timing().renew_deadline, "a leader might still have been at work"
    answered(context, ASKED[1])
    assert replicas.epochs[-1] > before
    assert units_of(context.engineer(), uid_of(context, ASKED[0])) == held


def test_a_leader_frozen_in_the_middle_of_a_turn_writes_nothing_when_it_wakes_and_ends(
    context: Context, replicas: Replicas
) -> None:
    leader, other = replicas.both()
    before = len(replicas.epochs)
    context.person("mistral").apply(ask(ASKED[2]))
    replicas.ledger.until(lambda lines: len(lines) > before)
    leader.signal(SIGSTOP)
    replicas.takes_over(other, Timing().lease_seconds + 15)
    becomes(context, ASKED[2], "Active")
    at_rest = rested(context)
    leader.signal(SIGCONT)
    assert leader.ended(PROMPTLY) == LOST_LEASE
    assert versions(context) == at_rest
    assert len(units_of(context.engineer(), uid_of(context, ASKED[2]))) == 1


def rested(context: Context) -> dict[str, str]:
    """The version of everything, once nothing has been written for a second."""
    found = [versions(context)]

    def still() -> str:
        time.sleep(1)
        found.append(versions(context))
        return "yes" if found[-1] == found[-2] else ""

    context.until(still, 30, "nothing is written any more")
    return found[-1]


def test_a_leader_told_to_stop_ends_with_0_and_the_other_leads_before_the_lease_is_over(
    context: Context, replicas: Replicas
) -> None:
    leader, other = replicas.both()
    leader.signal(SIGTERM)
    assert leader.ended(PROMPTLY) == 0
    assert leader.said("stopped")
    replicas.takes_over(other, Timing().lease_seconds / 2)
    answered(context, ASKED[3])


def test_no_epoch_ever_went_back_and_the_books_are_in_order(context: Context, replicas: Replicas) -> None:
    assert replicas.epochs == sorted(replicas.epochs)
    assert len(set(replicas.epochs)) >= 4, "every reign has written"
    given_back(context, *ASKED)
    assert clean(context).startswith("clean")
