"""Who the journal says acted, where it was a learner: the rows of the entry tell which, so that it names nobody."""

from ...rules.roles import Actor, Role

LEARNER = Actor("learner", Role.PROGRAM, frozenset())
"""A learner, with no right of an administrator's."""
