"""A generated year on the shipped planner: asks, failures and maintenance as drawn, and what becomes of them.

Pure: randomness is an argument. `terms` says what is generated, `events` draws it, `hub` plays turns in memory, `year`
lives through it, `tally` counts, `plot` draws.
"""
