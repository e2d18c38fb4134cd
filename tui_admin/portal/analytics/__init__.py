"""What organization admins see of how people learn. Nothing here is imported before it is asked for: it needs numpy."""
