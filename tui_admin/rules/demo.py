"""The demo as it is made unless somebody asks for another, so that command line and console open the same file."""

MEMBERS, SEED, ENROLLMENTS = 5_000, 1, 1.5
"""People, seed, and courses a person is in on average."""
