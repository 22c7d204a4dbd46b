"""Two engines that run the Pulumi program of a stack in the lab.

run            which engine, and what every run must fulfil first
safety         backend, project and plugins must agree on the lab
configuration  the tracked stack file + the lab's overlay + --config, as a copy in the state folder
command_line   the `pulumi` CLI, where it is on PATH
monitor        the engine without the CLI
"""
