"""From a reservation to an attempt or a hold: rules, windows, placement, and why not."""
