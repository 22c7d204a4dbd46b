"""What a hub's stack declares, under `holdfast:hub`."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.hub_cluster import HubClusterPlan, breaches, parse_hub_cluster
from holdfast_infra.declaration.mistakes import DeclarationError, Mistake
from holdfast_infra.declaration.shapes import IMAGE, ISSUER, ORIGIN

HUB = "holdfast:hub"
_MOST_REPLICAS = 5


@dataclass(frozen=True, slots=True)
class SignInPlan:
    """A client of an OpenID Connect issuer; files lie in the Secret `holdfast-console`, below /key."""

    issuer: str
    client_id: str
    scopes: str
    secret_file: str
    ca_file: str


@dataclass(frozen=True, slots=True)
class OperatorPlan:
    """The operator as a Deployment in the hub."""

    image: str
    replicas: int
    console: str = ""
    """Where people reach the console, such as https://capacity.example; empty = none runs in the hub."""
    sign_in: SignInPlan | None = None
    """At which issuer they sign in to it; None = they show a token."""


@dataclass(frozen=True, slots=True)
class HubPlan:
    """What a hub stack makes; `operator` is None where the operator runs elsewhere."""

    operator: OperatorPlan | None
    cluster: HubClusterPlan | None = None
    """None where its cluster is there already."""


def parse_hub(given: object) -> HubPlan:
    """The plan that a configuration object declares. Raises DeclarationError with every mistake."""
    mistakes: list[Mistake] = []
    fields = Fields("", {} if given is None else given, mistakes)
    operator = _operator(fields.section("operator")) if fields.has("operator") else None
    cluster = parse_hub_cluster(fields.section("cluster")) if fields.has("cluster") else None
    fields.section("operator", required=False)
    fields.section("cluster", required=False)
    fields.nothing_else()
    mistakes += breaches(cluster) if cluster else ()
    if mistakes:
        raise DeclarationError(mistakes, HUB)
    return HubPlan(operator, cluster)


def _sign_in(fields: Fields) -> SignInPlan:
    plan = SignInPlan(
        issuer=fields.text("issuer", ISSUER),
        client_id=fields.text("clientId"),
        scopes=fields.text("scopes", default="openid email profile"),
        secret_file=fields.text("secretFile", default=""),
        ca_file=fields.text("caFile", default=""),
    )
    fields.nothing_else()
    return plan


def _operator(fields: Fields) -> OperatorPlan:
    sign_in = _sign_in(fields.section("signIn")) if fields.has("signIn") else None
    fields.section("signIn", required=False)
    plan = OperatorPlan(
        image=fields.text("image", IMAGE),
        replicas=fields.whole("replicas", 1, _MOST_REPLICAS, 2),
        console=fields.text("console", ORIGIN, default=""),
        sign_in=sign_in,
    )
    fields.nothing_else()
    return plan
