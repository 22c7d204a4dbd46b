"""`holdfast status`: pools, units and promises for platform engineers."""

from __future__ import annotations

import json

from tests.audit.world import EVAL, POOL, PRETRAIN, QUIET, World
from tests.builders import NOW
from tests.cli.conftest import Tell
from tests.cli.hub import Confined, serve
from tests.documents import document, edit
from tests.simulation.api_server import ApiServer

from holdfast.cluster.transport.kinds import MAINTENANCE_WINDOW, TENANT


def lines(text: str) -> list[list[str]]:
    """Lines as words, so that the width of columns does not matter."""
    return [line.split() for line in text.splitlines()]


def test_a_pool_is_shown_in_six_numbers(holdfast: Tell, world: World) -> None:
    shown = lines(holdfast({None: serve(world)}, "status").output)
    assert ["POOL", "ACCELERATOR", "TOTAL", "HEALTHY", "PROMISED", "FREE", "SPARE", "DEFICIT"] in shown
    assert [POOL, "tpu7x", "6", "5", "3", "2", "1", "0"] in shown
    assert [QUIET, "gb300-nvl72", "-", "-", "-", "-", "-", "-"] in shown


def test_spares_that_follow_from_a_confidence_say_how_many_and_how_sure(holdfast: Tell, world: World) -> None:
    title = ["SPARES", "BY", "CONFIDENCE"]
    assert title not in lines(holdfast({None: serve(world)}, "status").output)
    sure = {"confidenceBasisPoints": 9_990, "availabilityBasisPoints": 9_000}
    edit("pools", POOL, "spec", "spares", sure)(world)
    shown = lines(holdfast({None: serve(world)}, "status").output)
    assert shown[shown.index(title) + 2] == [POOL, "4", "99.90", "%", "sure", "at", "90.00", "%"]


def test_a_unit_is_shown_with_the_reservation_that_holds_it(holdfast: Tell, world: World) -> None:
    shown = lines(holdfast({None: serve(world)}, "status").output)
    assert [POOL, "cube-000", "Healthy", "2/2", "research/pretrain", "1", "Active"] in shown
    assert [POOL, "cube-002", "Unhealthy", "2/2", "-", "3", "Quarantined"] in shown


def test_a_unit_shows_what_was_judged_of_it(holdfast: Tell, world: World) -> None:
    edit("pools", POOL, "status", "units", "cube-000", "trouble", {"since": 5, "failed": 6})(world)
    shown = lines(holdfast({None: serve(world)}, "status").output)
    assert [POOL, "cube-000", "Healthy", "2/2", "research/pretrain", "1", "Active,", "failed"] in shown


def test_free_and_healthy_units_are_only_counted_unless_their_pool_is_named(
    holdfast: Tell, world: World
) -> None:
    free = [POOL, "cube-004", "Healthy", "2/2", "-", "-", "Free"]
    brief = holdfast({None: serve(world)}, "status").output
    assert free not in lines(brief)
    assert "free and healthy, not listed: 3" in brief
    assert free in lines(holdfast({None: serve(world)}, "status", "--pool", POOL).output)


def test_a_unit_that_is_not_there_yet_shows_its_date(holdfast: Tell, world: World) -> None:
    edit("pools", POOL, "spec", "units", "cube-005", "availableFrom", "2027-06-01T00:00:00Z")(world)
    shown = holdfast({None: serve(world)}, "status", "--pool", POOL).output
    assert "Due 2027-06-01T00:00:00Z" in shown


def test_promises_are_shown_with_window_and_pools_and_records_only_counted(
    holdfast: Tell, world: World
) -> None:
    edit("promises", EVAL, "spec", "state", "Released")(world)
    shown = holdfast({None: serve(world)}, "status").output
    assert f"{PRETRAIN}  research/pretrain  mistral  Committed" in shown
    assert f"2 of {POOL}" in shown
    assert "widgets/eval" not in shown
    assert "released, kept as records: 1" in shown


def test_json_holds_every_unit_and_promise(holdfast: Tell, world: World) -> None:
    told = json.loads(holdfast({None: serve(world)}, "status", "-o", "json").output)
    assert (len(told["pools"]), len(told["units"]), len(told["promises"])) == (2, 8, 2)
    assert told["units"][2]["holder"] == "research/pretrain"
    assert told["pools"][1]["capacity"]["deficit"] == 0
    assert told["now"] == "2027-01-15T08:00:00Z"
    assert NOW == 1_800_000_000


def held_back(world: World) -> ApiServer:
    """A hub on which deletions of mistral are frozen; what else is said of a tenant is not of that table."""
    server = serve(world)
    frozen = {
        "type": "Stalled", "status": "True", "reason": "DeletionsFrozen", "message": "7 reservations are gone",
        "lastTransitionTime": "2027-01-15T07:00:00Z",
    }  # fmt: skip
    accepted = {**frozen, "type": "Accepted", "reason": "Accepted", "message": ""}
    for name, conditions in (("mistral", [accepted, frozen]), ("acme", [accepted])):
        one = document("Tenant", name, {"group": name})
        server.add(TENANT, {**one, "status": {"conditions": conditions}})
    return server


def test_deletions_held_back_are_shown_with_reason_time_and_words(holdfast: Tell, world: World) -> None:
    shown = lines(holdfast({None: held_back(world)}, "status").output)
    assert ["DELETIONS", "HELD", "BACK"] in shown
    words = ["7", "reservations", "are", "gone"]
    assert ["mistral", "DeletionsFrozen", "2027-01-15T07:00:00Z", *words] in shown
    assert not any(line[:1] == ["acme"] for line in shown)


def test_while_none_is_held_back_there_is_no_such_table(holdfast: Tell, world: World) -> None:
    assert "HELD BACK" not in holdfast({None: serve(world)}, "status").output


def test_json_holds_deletions_held_back(holdfast: Tell, world: World) -> None:
    told = json.loads(holdfast({None: held_back(world)}, "status", "-o", "json").output)
    assert told["heldDeletions"] == [
        {
            "tenant": "mistral",
            "reason": "DeletionsFrozen",
            "since": "2027-01-15T07:00:00Z",
            "message": "7 reservations are gone",
        }
    ]


def under_maintenance(world: World) -> ApiServer:
    """A hub with one window that touches a promise and one that nobody has answered."""
    server = serve(world)
    spec = {"pool": POOL, "start": "2027-02-01T00:00:00Z", "end": "2027-02-02T00:00:00Z"}
    said = {
        "type": "Accepted", "status": "False", "reason": "TouchesPromises", "message": "",
        "lastTransitionTime": "2027-01-15T07:00:00Z",
    }  # fmt: skip
    touched = {
        "reservation": "research/pretrain", "tenant": "mistral", "count": 2, "until": "2027-03-01T00:00:00Z",
    }  # fmt: skip
    status = {"conditions": [said], "touched": [touched], "nextStarts": ["2027-03-01T00:00:00Z"]}
    server.add(MAINTENANCE_WINDOW, {**document("MaintenanceWindow", "cooling", spec), "status": status})
    quiet = document("MaintenanceWindow", "new", {**spec, "pool": QUIET, "units": ["domain-00"]})
    server.add(MAINTENANCE_WINDOW, quiet)
    return server


def test_maintenance_is_shown_with_what_it_touches_and_its_next_start(holdfast: Tell, world: World) -> None:
    hub = under_maintenance(world)
    shown = lines(holdfast({None: hub}, "status").output)
    window = ["2027-02-01T00:00:00Z", "to", "2027-02-02T00:00:00Z"]
    refused = ["False", "TouchesPromises", "research/pretrain", "2027-03-01T00:00:00Z"]
    assert ["cooling", POOL, "all", *window, *refused] in shown
    assert ["new", QUIET, "domain-00", *window, "Unknown", "-", "-", "-"] in shown
    assert "domain-00" not in holdfast({None: hub}, "status", "--pool", POOL).output


def test_without_maintenance_there_is_no_such_table(holdfast: Tell, world: World) -> None:
    assert "MAINTENANCE" not in holdfast({None: serve(world)}, "status").output


def test_json_holds_maintenance(holdfast: Tell, world: World) -> None:
    told = json.loads(holdfast({None: under_maintenance(world)}, "status", "-o", "json").output)
    assert told["maintenance"][0] == {
        "name": "cooling", "pool": POOL, "units": [], "start": "2027-02-01T00:00:00Z", "end": "2027-02-02T00:00:00Z",
        "accepted": "False", "reason": "TouchesPromises", "deficit": 0, "touched": ["research/pretrain"],
        "nextStarts": ["2027-03-01T00:00:00Z"],
    }  # fmt: skip


def test_a_pool_that_does_not_exist_is_one_line(holdfast: Tell, world: World) -> None:
    result = holdfast({None: serve(world)}, "status", "--pool", "ny.gone")
    assert result.exit_code == 2
    assert "could not look: GET /apis/holdfast.dev/v1alpha1/acceleratorpools/ny.gone: 404" in result.output


def test_a_tenant_sees_its_own(holdfast: Tell, world: World) -> None:
    tenant = Confined(serve(world), "capacitypromises", "acceleratorpools")
    result = holdfast({None: tenant}, "status")
    assert result.exit_code == 0
    shown = lines(result.output)
    assert shown[1][0] == "RESERVATION"
    assert ["research/pretrain", "2", "x", "tpu7x", "4x4x4", "Active"] in [line[:6] for line in shown]
    assert "POOL" not in result.output
    told = json.loads(holdfast({None: tenant}, "status", "-o", "json").output)
    assert {one["metadata"]["name"] for one in told["reservations"]} == {"pretrain", "eval"}


def test_a_tenant_who_may_not_see_all_namespaces_is_asked_for_its_own(holdfast: Tell, world: World) -> None:
    kinds = ("capacitypromises", "acceleratorpools", "capacityreservations")
    result = holdfast({None: Confined(serve(world), *kinds)}, "status")
    assert result.exit_code == 2
    assert "say which namespace is yours" in result.output


def test_a_pool_asked_for_by_name_is_not_a_tenants_to_see(holdfast: Tell, world: World) -> None:
    result = holdfast({None: Confined(serve(world), "capacitypromises")}, "status", "--pool", POOL)
    assert result.exit_code == 2
    assert "has no right to read it" in result.output


def test_units_are_listed_alone_and_whole(holdfast: Tell, world: World) -> None:
    shown = lines(holdfast({None: serve(world)}, "units").output)
    assert shown[0][:2] == ["POOL", "UNIT"]
    assert len([line for line in shown if line]) == 9
    told = json.loads(holdfast({None: serve(world)}, "units", "--pool", POOL, "-o", "json").output)
    assert {one["pool"] for one in told} == {POOL}
