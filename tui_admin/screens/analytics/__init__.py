"""The Analytics tab: what charts there are, one chart a screen, and the people behind its figures."""
