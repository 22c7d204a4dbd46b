"""The operator's only door to Kubernetes: typed reads, guarded writes, watches, leases and words out.

Nothing here decides anything about capacity. Every clock, sleep, die and exit is an argument, so that a test
can step two replicas through every order of their calls.

    transport ─▶ write_rule ─▶ client (Api) ─▶ reflector ─▶ store        what is so
    (one call)   (rule 1)      errors,      ─▶ elector, heartbeat        who acts, who is alive
                               retries      ─▶ events                    words back
"""
