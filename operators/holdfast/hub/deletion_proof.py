"""When a reservation is really gone, so that its promise may end as cancelled.

Rule 1. A cache never proves absence; it only raises the question. The answer is a consistent read: 404, or another
        uid under the name, or a deletionTimestamp: nobody can take that mark off, so a reservation that somebody's
        finalizer keeps is as cancelled as one that is gone.
Rule 2. Every other answer starts the count anew.
Rule 3. A replica that has just taken over counts from its own first read.
Rule 4. The patience is over when the answers have been the same for 30 s; for ten times as long where many of one
        tenant's reservations are gone at once (mass_deletion.py, also why no more than that).
Rule 5. Frozen, whatever time passes, is what no tenant's deletion explains: the kind's definition is going or is
        not older than the promise (then the reservations went with the kind, and what the API server answers since is
        true and proves nothing), it may not be read, or most tenants lost most of theirs at once. The definition is
        read in every turn that asks, before it asks. What was frozen for the fleet's loss stays so until the
        reservation is back: when others are released the loss looks smaller, not less strange.
Rule 6. A platform engineer's release (deletion_release.py) ends rule 5 for one tenant, and no other rule.
Rule 7. At most 50 reads a turn, and none after the first that the server does not answer. The tenants take turns, each
        with its longest unasked question first, so that whoever deletes 10,000 delays nobody else's answer. One
        question is asked seven times within its patience, while it is frozen once in five minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from operator import itemgetter

from holdfast.api.reservation import CapacityReservation
from holdfast.api.tenant import Tenant
from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import DEFINITIONS
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.errors import ClusterError, Gone, Unavailable
from holdfast.hardware.instants import seconds_of
from holdfast.hub.deletion_question import KindStanding, Question
from holdfast.hub.deletion_release import Releases
from holdfast.hub.living_promises import LivingPromises
from holdfast.hub.mass_deletion import loss_of, whole_fleet
from holdfast.hub.snapshot_reader import HubRecords
from holdfast.planner.state.deletions import Cause, HeldDeletions, Release
from holdfast.planner.state.ledger import Promise

PATIENCE_SECONDS = 30.0
LONGER = 10
"""How many times the patience where many of a tenant's reservations are gone at once."""
ASKS = 6
"""Into how many pauses a patience is divided by the questions."""
READS_PER_TURN = 50
_DEFINITION = f"{RESERVATIONS.kind.plural}.{RESERVATIONS.kind.group}"


@dataclass(frozen=True, slots=True)
class Deletions:
    """What is known after a turn's questions: promises (uids) that may end, and by tenant what is held back."""

    gone: frozenset[str] = frozenset()
    held: Mapping[str, HeldDeletions] = field(default_factory=dict)


class DeletionProof:
    """Asks after the reservations of living promises that the cache does not show."""

    def __init__(self, api: Api, monotonic: Callable[[], float], patience: float = PATIENCE_SECONDS) -> None:
        self._api = api
        self._monotonic = monotonic
        self._patience = patience
        self._living = LivingPromises()
        self._questions: dict[str, Question] = {}
        self._releases = Releases()
        self._kind = KindStanding()
        self._many: frozenset[str] = frozenset()
        self._released: frozenset[str] = frozenset()

    @property
    def pending(self) -> bool:
        """Whether some reservation is being asked after."""
        return bool(self._questions)

    def ask(
        self,
        read: HubRecords,
        reservations: Store[CapacityReservation],
        tenants: Iterable[Tenant],
        now: int,
    ) -> Deletions:
        """One turn's questions. `now` is epoch seconds of the API server, to which releases are held."""
        releases = self._releases.standing(tenants, now)
        self._released = frozenset(name for name, release in releases.items() if release.holds(now))
        self._raise(read, reservations)
        at = self._monotonic()
        due = self._due(at)
        if due and not self._kind_read():
            _unanswered(due)
            due = []
        self._judge(at)
        answered = self._answers(due, reservations, at)
        gone = frozenset(one.promise.uid for one in answered if self._over(one, at))
        return Deletions(gone, self._held(releases))

    # --- questions --------------------------------------------------------------------------------------

    def _raise(self, read: HubRecords, reservations: Store[CapacityReservation]) -> None:
        """A question for each living promise whose reservation is neither seen nor seen to be unreadable."""
        self._living.hear(read, frozenset(broken.identity.uid for broken in reservations.broken()))
        self._questions = {
            uid: self._questions.get(uid) or Question(one)
            for uid, one in sorted(self._living.unseen.items(), key=itemgetter(0))
        }

    def _due(self, at: float) -> list[Question]:
        """This turn's questions: the tenants in turn, each with its longest unasked one first."""
        waiting: dict[str, list[Question]] = {}
        for question in sorted(self._questions.values(), key=lambda one: one.asked):
            if at - question.asked >= self._pause(question) or self._over(question, at):
                waiting.setdefault(question.tenant, []).append(question)
        in_turn = chain.from_iterable(zip_longest(*waiting.values()))
        return list(islice((one for one in in_turn if one is not None), READS_PER_TURN))

    def _pause(self, question: Question) -> float:
        """Seconds between two questions after the same reservation."""
        if self._frozen(question) is not None:
            return LONGER * self._patience
        return self._patience_for(question) / ASKS

    # --- reads ------------------------------------------------------------------------------------------

    def _kind_read(self) -> bool:
        """Look at the kind's definition; False if the server gives no answer."""
        try:
            found = self._api.get(DEFINITIONS, _DEFINITION)
            since = seconds_of(found.metadata.creation_timestamp)
            self._kind = KindStanding(since, Cause.KIND_ANEW if found.going else None)
        except Unavailable:
            return False
        except Gone:
            self._kind = KindStanding(trouble=Cause.KIND_ANEW)
        except (ClusterError, ValueError):
            self._kind = KindStanding(trouble=Cause.KIND_UNREAD)
        return True

    def _answers(
        self, due: list[Question], reservations: Store[CapacityReservation], at: float
    ) -> Iterator[Question]:
        """Ask; the questions to which the server says that the reservation is gone."""
        for place, question in enumerate(due):
            try:
                cancelled = self._cancelled(question.promise, reservations)
            except Unavailable:
                _unanswered(due[place:])
                return
            question.asked = at
            question.since = (question.since if question.since is not None else at) if cancelled else None
            if cancelled:
                yield question

    def _cancelled(self, promise: Promise, reservations: Store[CapacityReservation]) -> bool:
        """Whether a consistent read shows nothing of this uid, or shows it deleted. Raises Unavailable."""
        try:
            found = self._api.get(RESERVATIONS, promise.reservation, promise.namespace)
        except Gone:
            return True
        except Unavailable:
            raise
        except ClusterError:
            return False
        reservations.put(found)
        return found.first_uid != promise.uid or found.metadata.deletion_timestamp is not None

    # --- judgement --------------------------------------------------------------------------------------

    def _judge(self, at: float) -> None:
        """Whose reservations are gone in numbers, and whether most of the fleet's are."""
        old = self._living.born_since(self._kind.since) if self._questions else {}
        lately = [one for one in self._questions.values() if self._lately(one, at)]
        missing: dict[str, list[int]] = {}
        for question in lately:
            missing.setdefault(question.tenant, []).append(question.born)
        losses = {tenant: loss_of(born, missing.get(tenant, ())) for tenant, born in old.items()}
        self._many = frozenset(tenant for tenant, loss in losses.items() if loss.many)
        if whole_fleet(tuple(losses.values())):
            for question in lately:
                question.fleet = True

    def _lately(self, question: Question, at: float) -> bool:
        """Whether it counts: what has been gone for longer than any patience is no sign of what happens now."""
        return self._kind.excludes(question) is None and question.lasted(at) < LONGER * self._patience

    def _patience_for(self, question: Question) -> float:
        return self._patience * (LONGER if question.tenant in self._many else 1)

    def _cause(self, question: Question) -> Cause | None:
        """Why no time ends this question."""
        return self._kind.excludes(question) or (Cause.WHOLE_FLEET if question.fleet else None)

    def _frozen(self, question: Question) -> Cause | None:
        """The same, unless a person released it."""
        return None if question.tenant in self._released else self._cause(question)

    def _over(self, question: Question, at: float) -> bool:
        """Whether the next answer that it is gone is the last one needed."""
        if question.since is None or self._frozen(question) is not None:
            return False
        return question.lasted(at) >= self._patience_for(question)

    def _held(self, releases: Mapping[str, Release]) -> dict[str, HeldDeletions]:
        """What is to be said of each tenant, in order of name."""
        asked: dict[str, list[Question]] = {}
        for question in self._questions.values():
            asked.setdefault(question.tenant, []).append(question)
        said = {
            tenant: self._held_of(asked.get(tenant, []), releases.get(tenant))
            for tenant in sorted(asked.keys() | releases.keys())
        }
        return {tenant: held for tenant, held in said.items() if held.notable}

    def _held_of(self, questions: Iterable[Question], release: Release | None) -> HeldDeletions:
        causes = {one.promise.uid: self._cause(one) for one in questions}
        long = [one for one in questions if causes[one.promise.uid] is None]
        questioned = sum(1 for one in long if self._patience_for(one) > self._patience)
        frozen = [one for one in questions if causes[one.promise.uid] is not None]
        shown = frozen or (long if questioned else [])
        return HeldDeletions(
            questioned=questioned,
            frozen=len(frozen),
            causes=tuple(sorted({cause for cause in causes.values() if cause is not None})),
            namespaces=tuple(sorted({one.promise.namespace for one in shown})),
            release=release,
        )


def _unanswered(questions: Iterable[Question]) -> None:
    """No answer is no answer: the count begins with the next one."""
    for question in questions:
        question.since = None
