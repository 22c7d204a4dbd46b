"""The site agent: one per datacenter, makes the nodes of its cluster say what the hub's ledgers say.

    hub: pools (ledgers), tenants ──▶ decide, tenancy ──▶ site: labels and taints of nodes, namespaces, evictions
    site: nodes, pods             ──▶ report          ──▶ hub: PoolReports; a heartbeat

`turn` is the recipe. Deciding (decide, guests, report, tenancy) is pure; writing (handover, homes, reporting)
reads its target, then the authority, then writes on the version of the target it read. There is no clock: what
was promised until when is the planner's business, and an agent that cannot read a ledger changes nothing.
"""
