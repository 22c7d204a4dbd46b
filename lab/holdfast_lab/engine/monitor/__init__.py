"""The engine without the CLI: it runs a Pulumi program and carries out what the program registers.

    engine     one run: preview, up or destroy
    program    the child process in which the program runs, with Pulumi's own SDK
    service    the two protocols the program speaks: monitor and engine
    goal       what the program wants, one registration
    state      what stands, and what was being done when a run was cut off
    deployment registrations become steps: same, create, update, replace
    removal    what the program no longer wants goes, what others need last
    hooks      asking the program before and after
    providers  plugin processes
    report     what a person sees

What it does not implement it refuses: imports, transforms, remote components, deletedWith, encrypted config.
"""
