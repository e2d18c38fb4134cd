"""Attempts of a file, arranged as those of a store are."""

from collections.abc import Iterator

import numpy as np

from ...reports.attempt_files import AttemptTable
from ...rules.skills.model import weights
from .attempts import Owners, gather, prepare
from .predicting import Course
from .syllabus import arranged

_ONE_SKILL = {"all": 1.0}
_BATCH = 50_000


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

    def batches() -> Iterator[list[tuple[object, ...]]]:
        for begin in range(0, len(table.rows), _BATCH):
            yield [
                (line, learners[who], work[what], at, at, *result)
                for line, who, what, at, *result in table.rows[begin : begin + _BATCH]
            ]

    found = gather(batches(), Owners(ids, ids), syllabus)
    return Course(prepare(found.attempts, syllabus), syllabus, len(learners))
