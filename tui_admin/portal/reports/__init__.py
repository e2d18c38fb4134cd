"""Reports: what leaves the console as files that other systems read."""
