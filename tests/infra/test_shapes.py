"""What Google names can be declared; each name beside one that is nearly it and is refused with an example."""

from __future__ import annotations

import pytest
from tests.infra.declarations import changed

from holdfast_infra.declaration import DeclarationError, parse

RESERVATION = "pools/h200-a/googleReservation"
ACCEPTED = [
    ("project", "acme"),
    ("project", "example.com:lake-mariner"),
    ("project", "sub.example.com:lake-mariner"),
    ("project", "s3ns:lake-mariner"),
    ("project", "a-project-id-that-is-older-than-the-bound-of-thirty-characters"),
    ("project", "1-legacy-id"),
    ("cluster/minimumVersion", "1.36.0-gke.2248000"),
    ("cluster/nodeAccount", "nodes@lake-mariner.iam.gserviceaccount.com"),
    ("cluster/nodeAccount", "nodes@lake-mariner.example.com.iam.gserviceaccount.com"),
    ("cluster/nodeAccount", "123456789012-compute@developer.gserviceaccount.com"),
    ("cluster/nodeAccount", "lake-mariner@appspot.gserviceaccount.com"),
    ("systemPool/machineType", "n2-custom-4-8192-ext"),
    ("systemPool/machineType", "c4a-highmem-96-metal"),
    ("systemPool/machineType", "z3-highmem-88-highlssd"),
    ("network/pods", "100.64.0.0/14"),
    ("network/pods", "240.0.0.0/8"),
    (RESERVATION, "h200"),
    (RESERVATION, "h200/reservationBlocks/block-a"),
    (RESERVATION, "h200/reservationBlocks/block-a/reservationSubBlocks/block-a-0001"),
    (RESERVATION, "projects/acme-capacity/reservations/h200"),
    (RESERVATION, "projects/123456789012/reservations/h200"),
    (RESERVATION, "projects/example.com:capacity/reservations/h200/reservationBlocks/b"),
]
REFUSED = [
    ("project", "123456789012", "not the number or the display name"),
    ("project", "Lake Mariner", "such as holdfast-lake-mariner or example.com:lake-mariner"),
    ("project", "-lake-mariner", "is no Google Cloud project id"),
    ("region", "US-East4", "write a region such as us-central1"),
    ("zone", "us-east4_b", "write a zone such as us-central1-b, or us-central1-ai1a of an AI zone"),
    ("zone", "us-east4-", "is no zone"),
    ("cluster/minimumVersion", "latest", 'write it in full and in quotes, such as "1.35.2-gke.1842000"'),
    (
        "cluster/nodeAccount",
        "nodes@example.com",
        "such as nodes@holdfast-lake-mariner.iam.gserviceaccount.com",
    ),
    ("systemPool/machineType", "n2", "write one such as n2-standard-8"),
    ("network/pods", "127.0.0.0/9", "write a private one such as 10.0.0.0/16"),
    ("network/pods", "8.0.0.0/6", "is public"),
    (
        RESERVATION,
        "projects/p/reservations/",
        "write it as Google gave it, such as projects/holdfast-capacity/",
    ),
    (RESERVATION, "h200/blocks/b", "names no reservation"),
    (RESERVATION, "projects/p/zones/z/reservations/h200", "names no reservation"),
]


@pytest.mark.parametrize(("path", "name"), ACCEPTED)
def test_a_name_that_google_gives_can_be_declared(path: str, name: str) -> None:
    parse(changed((path, name)))


@pytest.mark.parametrize(("path", "name", "sentence"), REFUSED)
def test_another_text_is_refused_with_an_example(path: str, name: str, sentence: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        parse(changed((path, name)))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("us-central1", "us-central1-ai1a"),
        ("us-south1", "us-south1-ai1b"),
        ("us-central1", "us-central1-f"),
        ("europe-west12", "europe-west12-c"),
        ("northamerica-northeast1", "northamerica-northeast1-b"),
        ("u-germany-northeast1", "u-germany-northeast1-a"),
    ],
)
def test_a_zone_is_its_region_and_any_suffix(region: str, zone: str) -> None:
    site = parse(changed(("region", region), ("zone", zone))).site
    assert (site.region, site.zone) == (region, zone)


def test_an_ai_zone_of_another_region_is_refused() -> None:
    with pytest.raises(DeclarationError, match="is not in region us-east4"):
        parse(changed(("zone", "us-central1-ai1a")))


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("h200", "projects/holdfast-lake-mariner/reservations/h200"),
        ("h200/reservationBlocks/b", "projects/holdfast-lake-mariner/reservations/h200/reservationBlocks/b"),
        ("projects/acme/reservations/h200", "projects/acme/reservations/h200"),
    ],
)
def test_a_reservation_without_a_project_is_this_projects_own(written: str, path: str) -> None:
    pools = {pool.block: pool for pool in parse(changed((RESERVATION, written))).pools}
    assert pools["h200-a"].google_reservation == path


def test_the_former_name_of_the_field_is_refused_with_the_new_one() -> None:
    former = changed(("pools/h200-a/reservation", "projects/p/reservations/r"))
    with pytest.raises(DeclarationError) as refused:
        parse(former)
    (mistake,) = refused.value.mistakes
    assert str(mistake) == (
        "pools.h200-a.reservation = 'projects/p/reservations/r': is called googleReservation now, "
        "so it was not read; write googleReservation"
    )
    parse(changed())
