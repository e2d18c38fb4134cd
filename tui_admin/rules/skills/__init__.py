"""The skill model: ratings of learners, of learners in skills and of assessments, from attempts in their order.

Elo for learning, as published (Pelánek 2014-2016): one pass, a continuous outcome, a rating over all skills and one in
each. Pure: no store, no clock.
"""
