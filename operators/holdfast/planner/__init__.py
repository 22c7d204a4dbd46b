"""The pure floor: a frozen snapshot goes in, a plan comes out, nothing is touched on the way.

Read `plan.py` first: its recipe names every other file of this folder in the order they act.
Instants are integer seconds since the epoch, windows are half open: [start, end).
"""
