"""What a restore writes, only a restore writes; and the mark of a hub at rest goes under a person's own name."""

from __future__ import annotations

import pytest
from tests.documents import Document, pool, reservation
from tests.guards.server import ADMIN, ENGINEER, PLANNER, TENANT, Answer, Identity, Server, address

from holdfast.hardware.names import FIRST_UID_ANNOTATION, RESTORED_ANNOTATION, RESUMED_ANNOTATION

UID = "11111111-1111-4111-8111-111111111111"
CLAIM = {FIRST_UID_ANNOTATION: UID}
PAST = {"start": "2025-01-04T00:00:00Z", "end": "2029-12-04T00:00:00Z"}


def claiming(**over: object) -> Document:
    """A reservation that says whose promise is its own."""
    made = reservation("default", **over)
    return {**made, "metadata": {**made["metadata"], "annotations": CLAIM}}


def marked(hub: Server, stored: Document, who: Identity, **marks: str | None) -> Answer:
    """A patch of annotations."""
    named = {f"holdfast.dev/{key.replace('_', '-')}": value for key, value in marks.items()}
    return hub.call("PATCH", address(stored), {"metadata": {"annotations": named}}, who)


@pytest.mark.parametrize("who", [TENANT, ENGINEER], ids=["a tenant", "a platform engineer"])
def test_nobody_who_may_not_write_promises_claims_one(hub: Server, who: Identity) -> None:
    plain = hub.create(reservation("default")).document
    claimed = hub.create(claiming(), who)
    assert claimed.status in (403, 422)
    if who is ENGINEER:
        assert "only a restore writes it" in claimed.message
        assert "only a restore writes it" in marked(hub, plain, who, first_uid=UID).message
        assert hub.create(reservation("default"), who).accepted


def test_a_restore_claims_one_whose_window_has_begun_and_nobody_changes_that(hub: Server) -> None:
    assert "lies in the past" in hub.create(reservation("default", window=PAST)).message
    stored = hub.create(claiming(window=PAST)).document
    for who in (ADMIN, ENGINEER):
        assert "nobody changes it" in marked(hub, stored, who, first_uid=None).message
        assert "nobody changes it" in marked(hub, stored, who, first_uid="another").message
    assert marked(hub, stored, ENGINEER, note="theirs").accepted


def test_the_mark_is_taken_off_under_ones_own_name_alone(hub: Server) -> None:
    made = pool()
    stored = hub.create(
        {**made, "metadata": {**made["metadata"], "annotations": {RESTORED_ANNOTATION: "then"}}}
    )
    assert stored.accepted
    document = stored.document
    assert "holdfast resume" in marked(hub, document, ENGINEER, restored=None).message
    assert "who does it: ada" in marked(hub, document, ENGINEER, restored=None, resumed_by="alice").message
    assert marked(hub, document, PLANNER, restored=None, resumed_by=PLANNER.user).status == 403
    gone = marked(hub, document, ENGINEER, restored=None, resumed_by="ada")
    assert gone.document["metadata"]["annotations"] == {RESUMED_ANNOTATION: "ada"}
