"""Floor 0: records that never change, so that sameness is identity and a turn costs what has changed.

Standard library only, and of no subject: what the stores keep, what is read from it and what the planner remembers are
all such records.
"""
