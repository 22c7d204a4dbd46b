"""What a turn is played on: the snapshot, the ledgers in it, the board of sheets, and the calendar that counts."""
