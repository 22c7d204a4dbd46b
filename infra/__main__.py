"""Entry point of the Pulumi program; everything is in holdfast_infra.program."""

from __future__ import annotations

from holdfast_infra.starting import start

start()
