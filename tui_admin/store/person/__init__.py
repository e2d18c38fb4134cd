"""SQL of what is done with all that is held of one person."""
