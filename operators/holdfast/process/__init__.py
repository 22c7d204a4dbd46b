"""What every long-running process of the operator has: its log, its health pages, counts of its calls, its threads."""
