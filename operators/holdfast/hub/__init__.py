"""What the planner's loop stands on: the hub's stores, the proof of absence, the sites' pulses, guarded apply."""
