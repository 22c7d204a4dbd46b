"""Every mistake is named with field, value, consequence and remedy; corrected, the same declaration passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.infra.declarations import REMOVED, SOUND, changed

from holdfast_infra.declaration import DeclarationError, parse

POOL = {name: value for name, value in SOUND["pools"]["tpu7x-a"].items() if name != "spares"}
SURE = {"confidenceBasisPoints": 9_990, "availabilityBasisPoints": 9_950}
# Path to a field, what is wrong with it, the sentence that says so.
MISTAKES = [
    ("name", "Lake.Mariner", "name = 'Lake.Mariner': is no DNS label of at most 40"),
    ("name", 7, "name = 7: is a number, not a text; put it in quotes"),
    ("name", REMOVED, "name: is missing; it has no default: write it"),
    ("name", "", "name = '': is no DNS label of at most 40"),
    ("siteKind", "gk", "siteKind = 'gk': is not one of the choices; did you mean gke?"),
    ("project", "Holdfast!", "project = 'Holdfast!': is no Google Cloud project id"),
    ("region", "us-east4-b", "region = 'us-east4-b': is no region but the zone itself"),
    ("zone", "us-west1-b", "zone = 'us-west1-b': is not in region us-east4"),
    ("powerMegawatts", "360", "powerMegawatts = '360': is a text, not a whole number"),
    ("powerMegawatts", True, "powerMegawatts = True: is true or false, not a whole number"),
    ("powerMegawatts", 1.5, "powerMegawatts = 1.5: is a number with a dot, not a whole number"),
    ("powerMegawatts", -1, "powerMegawatts = -1: is out of bounds; write a number from 0 to 100,000"),
    (
        "lifecycle",
        "Planned",
        "lifecycle = 'Planned': is not one of the choices; write one of UnderConstruction",
    ),
    ("lifecycle", "UnderConstruction", "pools.tpu7x-a.units = 'cube-000': is not there yet and has no date"),
    ("lease", REMOVED, "lease: is missing"),
    ("lease", [1], "lease = [1]: is no section, so none of its fields were read"),
    ("lease/start", "2026-01-01", "lease.start = '2026-01-01': is no instant (an instant"),
    (
        "lease/start",
        "2026-06-31T00:00:00Z",
        "lease.start = '2026-06-31T00:00:00Z': is no instant (an instant",
    ),
    ("lease/end", "2025-01-01T00:00:00Z", "lease.end = '2025-01-01T00:00:00Z': is not after start"),
    (
        "lease/end",
        "2026-12-31T00:00:00Z",
        "so cube-005 could never be sold; correct availableFrom or lease.end",
    ),
    (
        "lease/gurantor",
        "Google",
        "lease.gurantor = 'Google': is no field, so it would do nothing; did you mean guar",
    ),
    ("network/pods", "10.0.0.0/15", "network.pods = '10.0.0.0/15': overlaps nodes (10.0.0.0/20)"),
    ("network/pods", "10.4.0.0/22", "network.pods = 1,024 addresses: is too few for these pools"),
    ("network/nodes", "10.0.0.0/27", "network.nodes = 32 addresses: is too few"),
    ("network/nodes", "10.0.0.1/20", "network.nodes = '10.0.0.1/20': is no address range"),
    ("network/nodes", "8.8.0.0/20", "network.nodes = '8.8.0.0/20': is public"),
    (
        "network/fabrics",
        REMOVED,
        "network.fabrics.h200: is missing, but the hosts of pool h200-a need 9 networks",
    ),
    ("network/fabrics/h20", "192.168.128.0/17", "network.fabrics.h20: is no accelerator type"),
    ("cluster/releaseChannel", "STABLE", "cluster.releaseChannel = 'STABLE': has no slice controller"),
    ("cluster/releaseChannel", "rapid", "cluster.releaseChannel = 'rapid': is not one of the choices"),
    ("cluster/minimumVersion", 1.35, "cluster.minimumVersion = 1.35: is a number with a dot, not a text"),
    ("cluster/minimumVersion", "1.35", "cluster.minimumVersion = '1.35': is no full GKE version"),
    ("cluster/minimumVersion", "1.34.9-gke.1", "is below 1.35.2-gke.1842000, the first that runs tpu7x"),
    ("cluster/deletionProtection", "no", "cluster.deletionProtection = 'no': is a text, not true or false"),
    ("cluster/nodeAccount", "me", "cluster.nodeAccount = 'me': is no service account"),
    ("systemPool/nodes", 0, "systemPool.nodes = 0: is out of bounds"),
    ("systemPool/machineType", "big", "systemPool.machineType = 'big': is no machine type"),
    ("drainLeadSeconds", -1, "drainLeadSeconds = -1: is out of bounds"),
    ("protect", "yes", "protect = 'yes': is a text, not true or false"),
    ("pols", {}, "pols = {}: is no field, so it would do nothing; did you mean pools?"),
    ("pools", {}, "pools: is empty, so the datacenter would sell nothing"),
    ("pools/Tpu", {}, "pools.Tpu = 'Tpu': is no short DNS label"),
    (
        "pools/tpu7x-a/acceleratorType",
        "tpu7",
        "is unknown, so no machine type follows; accelerator 'tpu7' is not in",
    ),
    (
        "pools/tpu7x-a/googleReservation",
        REMOVED,
        "pools.tpu7x-a.googleReservation: is missing, so Google would place nothing",
    ),
    ("pools/tpu7x-a/googleReservation", "R!", "pools.tpu7x-a.googleReservation = 'R!': names no reservation"),
    (
        "pools/tpu7x-a/googleReservation",
        "projects/p/reservations/r",
        "names no block, so cubes could lie on different",
    ),
    ("pools/tpu7x-a/spares", 5, "pools.tpu7x-a.spares = 5: leaves nothing to sell of 5 units"),
    (
        "pools/tpu7x-a/sparesByConfidence",
        SURE,
        "stands beside spares, so nobody could say how many are kept back",
    ),
    (
        "pools/tpu7x-a",
        POOL | {"sparesByConfidence": {"confidenceBasisPoints": 9_990}},
        "availabilityBasisPoints: is missing",
    ),
    (
        "pools/tpu7x-a",
        POOL | {"sparesByConfidence": SURE | {"confidenceBasisPoints": 10_000}},
        "10000: is out of bounds",
    ),
    (
        "pools/tpu7x-a",
        POOL | {"sparesByConfidence": SURE | {"sure": 1}},
        "sparesByConfidence.sure = 1: is no field",
    ),
    (
        "pools/tpu7x-a",
        POOL | {"sparesByConfidence": SURE | {"availabilityBasisPoints": 1_000}},
        "tpu7x-a.sparesByConfidence = '5 (99.90 % sure at 10.00 %)': leaves nothing to sell of 5 units",
    ),
    (
        "pools/tpu7x-a/minHealthyHosts",
        17,
        "pools.tpu7x-a.minHealthyHosts = 17: is more than the 16 hosts of a unit",
    ),
    ("pools/tpu7x-a/units", [], "pools.tpu7x-a.units: is empty, so the pool would have nothing to sell"),
    ("pools/tpu7x-a/units", "cube-000", "pools.tpu7x-a.units = 'cube-000': is a text, not a list"),
    ("pools/tpu7x-a/pledges/0/facility", "Hard ware", "is no name the hub accepts for a contract"),
    ("pools/tpu7x-a/pledges/0/lendr", "X", "pools.tpu7x-a.pledges[0].lendr = 'X': is no field"),
]
UNIT_MISTAKES = [
    ({"ids": "cube-2..cube-1"}, "runs backwards, so it names no unit; write cube-1..cube-2"),
    ({"ids": "cube-1..node-2"}, "has ends that do not count from one to the other"),
    ({"ids": "cube-1..cube-10"}, "has ends that do not count from one to the other"),
    ({"ids": "cube-a..cube-b"}, "has ends that do not count from one to the other"),
    ({"ids": "cube-0000..cube-9999"}, "is more than 256 units; declare a second pool"),
    ({"ids": "Cube-1"}, "names no units; write one id or a range"),
    ({"ids": "7-"}, "is no unit id, so the hub and GKE would refuse it"),
    ({"ids": "cube-000"}, "units[1].ids = 'cube-000': is declared twice"),
    ({"ids": "c", "availableFrom": "soon"}, "units[1].availableFrom = 'soon': is no instant (an instant"),
    (
        {"ids": "c", "availableFrom": "2027-01-01T00:00:00Z", "retiredBy": "2026-01-01T00:00:00Z"},
        "is not after avail",
    ),
    ({"ids": "c", "delivered": False}, "'c': is not there yet and has no date, so it would be sold"),
    ({"ids": "a-unit-of-a-very-long-name"}, "as a GKE node pool's name has more than 40 characters"),
    ({"idz": "c"}, "units[1].idz = 'c': is no field, so it would do nothing; did you mean ids?"),
]


def refused(declared: object) -> str:
    with pytest.raises(DeclarationError) as error:
        parse(declared)
    return str(error.value)


@pytest.mark.parametrize(("path", "value", "sentence"), MISTAKES)
def test_a_mistake_is_named_and_the_corrected_declaration_passes(
    path: str, value: object, sentence: str
) -> None:
    assert sentence in refused(changed((path, value)))
    parse(SOUND)


@pytest.mark.parametrize(("entry", "sentence"), UNIT_MISTAKES)
def test_a_mistake_in_a_unit_range_is_named(entry: object, sentence: str) -> None:
    block = "tpu7x-of-the-first-hall" if "a-unit" in str(entry) else "tpu7x-a"
    pool = {**SOUND["pools"]["tpu7x-a"], "spares": 0, "units": [{"ids": "cube-000..cube-002"}, entry]}
    assert sentence in refused(changed(("pools", {block: pool})))


def test_all_mistakes_are_reported_at_once_and_in_the_order_of_their_fields() -> None:
    declared = changed(
        ("zone", "us-west1-b"),
        ("pools/h200-a/spares", "x"),
        ("lease/end", 5),
        ("cluster/releaseChannel", "STABLE"),
    )
    fields = [line.split()[1] for line in refused(declared).splitlines()[1:]]
    assert fields == ["cluster.releaseChannel", "lease.end", "pools.h200-a.spares", "zone"]


def test_the_message_starts_with_how_many_and_that_nothing_was_changed() -> None:
    first = refused(changed(("zone", "us-west1-b"))).splitlines()[0]
    assert first == "holdfast:datacenter has 1 mistake; nothing was changed"


@pytest.mark.parametrize("nothing", [None, "lake-mariner", [], 7])
def test_no_declaration_at_all_is_one_mistake(nothing: object) -> None:
    assert "holdfast:datacenter has 1 mistake" in refused(nothing)


def test_a_missing_section_is_one_mistake_not_one_for_each_of_its_fields() -> None:
    assert len(refused(changed(("cluster", REMOVED))).splitlines()) == 2


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(SOUND)), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    JUNK, st.sampled_from(["lease", "network", "cluster", "pools", "pools/tpu7x-a", "pools/tpu7x-a/units"])
)
def test_no_junk_gets_through_or_escapes_as_another_error(junk: object, path: str) -> None:
    with pytest.raises(DeclarationError):
        parse(changed((path, junk)))
