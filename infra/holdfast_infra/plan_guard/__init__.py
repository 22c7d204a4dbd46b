"""A plan of the engine, judged before anybody runs it: what of it touches promised or pledged hardware.

plan, state ──▶ judgement ── HubGuard's own rules ──▶ touches ──▶ table, JSON, exit code
                   └── backing: who stands behind a unit, a pool, a site      pure
"""
