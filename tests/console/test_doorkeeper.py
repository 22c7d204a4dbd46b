"""What is refused before anybody looks at it, and what every answer carries."""

from __future__ import annotations

import pytest
from tests.console.visiting import ORIGIN, Visitor

REFUSED = [
    ("another host", {"host": "evil.example"}, 421),
    ("the same host at another port", {"host": "console.example:1"}, 421),
    ("another origin", {"origin": "https://evil.example"}, 403),
    ("no origin that can be named", {"origin": "null"}, 403),
    ("a script of another site", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "cors"}, 403),
    ("an image of another site", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"}, 403),
    ("a script of a neighbour", {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_request_is_refused(ada: Visitor, headers: dict[str, str], status: int) -> None:
    assert ada.get("/v1/capacity", **headers).status == status
    assert ada.get("/v1/capacity").status == 200


def test_a_link_from_another_site_may_be_opened(ada: Visitor) -> None:
    assert ada.get("/", sec_fetch_site="cross-site", sec_fetch_mode="navigate").status == 200


@pytest.mark.parametrize("origin", ["", "https://evil.example", "null"])
def test_a_form_is_taken_from_our_own_page_only(port: int, origin: str) -> None:
    assert Visitor(port).post("/enter", "token=token-of-ada", origin=origin).status == 403
    assert Visitor(port).post("/enter", "token=token-of-ada", origin=ORIGIN).status == 303


@pytest.mark.parametrize("path", ["/", "/enter", "/nowhere", "/v1/capacity", "/static/console.css"])
def test_every_answer_carries_a_strict_policy(ada: Visitor, path: str) -> None:
    policy = ada.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert ("unsafe" in policy, "http" in policy) == (False, False)


def test_pages_are_never_kept_and_files_with_a_digest_for_ever(ada: Visitor) -> None:
    assert ada.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in ada.get("/static/console.css?v=1").headers["cache-control"]
    assert ada.get("/static/parts.js").headers["cache-control"] == "no-cache"
    assert ada.get("/static/../pages.py?v=1").headers["cache-control"] == "no-store"


def test_probes_are_answered_whatever_the_host(port: int) -> None:
    assert Visitor(port).get("/healthz", host="10.0.0.7:8099").status == 200
    assert Visitor(port).get("/readyz", host="10.0.0.7:8099").status == 200
