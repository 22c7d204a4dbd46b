"""Entry point of the Pulumi program; everything is in holdfast_infra.program."""

from holdfast_infra.program import main

main()
