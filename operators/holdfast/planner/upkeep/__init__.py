"""What happens to promises that stand: they settle, are bound, repaired, and handed back."""
