"""What tenants ask before they commit: every offer is planned on the board of the turn, and nothing is held."""
