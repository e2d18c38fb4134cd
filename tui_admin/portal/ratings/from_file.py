"""Attempts of a file, arranged as those of a store are."""

import numpy as np

from ...reports.attempt_files import AttemptTable
from ...rules.skills.weights import weights
from ...store.ratings.input import Graded
from .attempts import Owners, gather, prepare, sort
from .predicting import Course
from .syllabus import arranged

_ONE_SKILL = {"all": 1.0}


def course(table: AttemptTable) -> Course:
    """The attempts in their order. Lines that name the same learner, assessment and place in the order are one attempt:
    data sets repeat an attempt for each of its skills."""
    learners = {name: place for place, name in enumerate(sorted({row[1] for row in table.rows}))}
    work = {name: place for place, name in enumerate(sorted({row[2] for row in table.rows}))}
    named = {name: table.skills.get(name) or _ONE_SKILL for name in work}
    skills = {name: place for place, name in enumerate(sorted({skill for of in named.values() for skill in of}))}
    tagged = {}
    for name, of in named.items():
        ordered = sorted((skills[skill], relevance) for skill, relevance in of.items())
        shares = weights([relevance for _, relevance in ordered])
        tagged[work[name]] = tuple((skill, share) for (skill, _), share in zip(ordered, shares, strict=True))
    syllabus = arranged([(place, place, None, None) for place in work.values()], tagged)
    ids = np.arange(len(learners))

    rows = [(line, learners[who], work[what], at, at, *result) for line, who, what, at, *result in table.rows]
    found = gather([Graded.of(rows)], len(rows), Owners(ids, ids), syllabus)
    return Course(prepare(sort(found.attempts, syllabus, found.moment), syllabus), syllabus, len(learners))
