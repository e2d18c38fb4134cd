"""The columns `learners` (id) and `memberships` (id, learner, program, contract, state, joined, removed, active,
enrolled, completed)."""

import numpy as np
from sqlalchemy import case, func, select

from ...rules.triage import MembershipState
from ..tables import learners, memberships
from .building import LEARNERS_PER_BLOCK, Build, People, known

STATES = {MembershipState.INVITED: 0, MembershipState.MEMBER: 1, MembershipState.DELETED_MEMBER: 2}
"""How the column `memberships.state` says a state."""


def build(build: Build) -> None:
    """Write both, and let the facts know the people. `learner` is a position among the learners; program and contract
    (0: none) are ids; `joined`, `removed` and `active` (the later of joining and last activity) are days;
    `enrolled` and `completed` say whether any course was."""
    (ids,) = build.read(select(learners.c.id).order_by(learners.c.id))
    people = build.people = People(ids.astype(np.int64))
    column = memberships.c
    state = case(STATES, value=column.state, else_=0)
    moments = (known(column.joined_at), known(column.removed_at), known(column.active_at))
    done = (column.enrolled, column.completed)
    ids_of = (column.id, column.learner_id, column.program_id, func.coalesce(column.contract_id, 0))
    query = select(*ids_of, state, *moments, *done)
    membership, learner, program, contract, stands, *told, enrolled, completed = build.read(query)
    order = np.lexsort((program, learner))
    people.memberships = membership[order].astype(np.int64)
    people.learner_of = np.searchsorted(people.learners, learner[order].astype(np.int64)).astype(np.int32)
    joined, removed, active = (build.days(moment[order]) for moment in told)
    program, contract, stands = (values[order].astype(np.int64) for values in (program, contract, stands))
    enrolled, completed = enrolled[order] > 0, completed[order] > 0
    for number, (first, last) in enumerate(people.blocks()):
        build.writer.write(
            "learners", number, id=people.learners[number * LEARNERS_PER_BLOCK : (number + 1) * LEARNERS_PER_BLOCK]
        )
        part = slice(first, last)
        build.writer.write(
            "memberships",
            number,
            id=people.memberships[part],
            learner=people.learner_of[part],
            program=program[part],
            contract=contract[part],
            state=stands[part],
            joined=joined[part],
            removed=removed[part],
            active=active[part],
            enrolled=enrolled[part],
            completed=completed[part],
        )
