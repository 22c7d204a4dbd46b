"""What a tenant reserves; the numbers stand in its stack file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
from reservation import Reservation, Reserved

from holdfast.client import Ask, Fixed

config = pulumi.Config()
hub = kubernetes.Provider(
    "hub",
    kubeconfig=str(Path(config.require("kubeconfig")).expanduser()),
    context=config.require("context"),
    cluster_identifier="hub",  # whichever kubeconfig leads to it: another one replaces nothing
    enable_server_side_apply=True,
)
ask = Ask(
    accelerator="tpu7x",
    topology="4x4x4",
    count=config.require_int("cubes"),
    window=Fixed(
        start=datetime.fromisoformat(config.require("start")),
        end=datetime.fromisoformat(config.require("end")),
    ),
)
reserved = Reserved(config.require("namespace"), ask, given_up=config.get_bool("givenUp") or False)
pretrain = Reservation("pretrain-q1", reserved, pulumi.ResourceOptions(providers=[hub]))
pulumi.export("reservation", pretrain.path)
