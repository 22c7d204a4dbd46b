"""Entry point of the Pulumi program; everything is in holdfast_infra.program."""

from __future__ import annotations

from holdfast_infra.cancellation import leave_quietly
from holdfast_infra.program import main

leave_quietly()
main()
