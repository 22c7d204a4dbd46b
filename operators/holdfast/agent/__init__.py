"""The site agent: one per datacenter, makes the nodes of its cluster say what the hub's ledgers say.

    hub: pools (ledgers), tenants ──▶ desired, tenant_namespace ──▶ site: labels and taints of nodes, namespaces
    site: nodes, pods ──▶ observed ──▶ report ──▶ hub: PoolReports; a heartbeat

`turn` is the reconcile loop's recipe. Deciding (observed, desired, the plan in tenant_namespace, the making of a
report) is pure; writing (handover, keep_namespaces, write_report) reads its target, then the authority, then writes
on the version of the target it read. There is no clock: what was promised until when is the planner's business, and
an agent that cannot read a ledger changes nothing.
"""
