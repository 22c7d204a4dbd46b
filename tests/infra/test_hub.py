"""What a hub's stack may declare."""

from __future__ import annotations

import pytest

from holdfast_infra.declaration import DeclarationError
from holdfast_infra.declaration.hub import HubPlan, OperatorPlan, parse_hub

IMAGE = "registry.example/holdfast:0.1.0"


@pytest.mark.parametrize(
    ("given", "plan"),
    [
        ({}, HubPlan(None)),
        ({"operator": {"image": IMAGE}}, HubPlan(OperatorPlan(IMAGE, 2))),
        ({"operator": {"image": f"holdfast@sha256:{'0' * 64}", "replicas": 1}},
         HubPlan(OperatorPlan(f"holdfast@sha256:{'0' * 64}", 1))),
    ],
)  # fmt: skip
def test_a_hub_is_declared_by(given: object, plan: HubPlan) -> None:
    assert parse_hub(given) == plan


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("the hub", "holdfast:hub has 1 mistake"),
        ({"operator": {}}, "operator.image: is missing"),
        ({"operator": {"image": "holdfast"}}, "operator.image = 'holdfast': names no version"),
        ({"operator": {"image": IMAGE, "replicas": 0}}, "operator.replicas = 0: is out of bounds"),
        ({"operator": {"image": IMAGE, "replicsa": 2}}, "did you mean replicas?"),
        (
            {"operator": {"image": IMAGE, "console": "http://x/y"}},
            "operator.console = 'http://x/y': is no origin",
        ),
        (
            {"operator": {"image": IMAGE, "signIn": {"issuer": "http://x", "clientId": "a"}}},
            "operator.signIn.issuer = 'http://x': is no address of an issuer",
        ),
        (
            {"operator": {"image": IMAGE, "signIn": {"issuer": "https://x"}}},
            "operator.signIn.clientId",
        ),
        ({"operators": {"image": IMAGE}}, "did you mean operator?"),
    ],
)
def test_a_hub_is_refused_for(given: object, sentence: str) -> None:
    with pytest.raises(DeclarationError, match=sentence.replace("?", r"\?")):
        parse_hub(given)
