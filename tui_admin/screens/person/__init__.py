"""What organization admins do with all that is held of one person, from their page."""
