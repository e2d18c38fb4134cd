"""What a program teaches: its collections and their items, and what is picked for them from the catalogue."""
