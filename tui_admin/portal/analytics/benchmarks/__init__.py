"""Comparing the organization's ratings: with others by their benchmarks, else its own parts with each other."""
