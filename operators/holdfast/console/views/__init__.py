"""What a page shows, before anybody draws it: pure functions from what a viewer may see to records of plain values."""
