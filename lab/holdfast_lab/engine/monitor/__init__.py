"""The engine without the CLI: it runs a Pulumi program and carries out what the program registers.

    engine           one run: foresee, then do
    program          the child process in which the program runs, with Pulumi's own SDK
    program_process  the engine's end of it
    service          the two protocols the program speaks: monitor and engine
    goal             what the program wants, one registration
    steps            which step a registration becomes: create, same, update, replace
    deployment       registrations become steps
    changes          carrying out one step, hooks before and after
    removal          what the program no longer wants goes, what others need last
    recovery         after a run that was cut off
    state            what stands, and what was being done
    hooks            asking the program
    providers        plugin processes
    report           what a person sees

What it does not implement it refuses: imports, transforms, remote components, deletedWith, error hooks,
encrypted config. A replacement does not replace what depends on it: the cloud refuses to delete what is in use.
"""
