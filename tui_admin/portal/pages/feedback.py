"""What a member thinks of their courses and the program, given by the link that a mail carries."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ...mail.links import LinkEnded, LinkPurpose
from ...rules.errors import BadInput
from ...rules.text import clean, stripped
from ...rules.times import DAY, Instant
from ...rules.triage import MembershipState
from ...store import feedback
from ...store.engine import Store
from ...store.feedback import Answer, Giver
from .. import journal
from .learners import LEARNER
from .tokens import subject

ACTION = "give feedback"

CORRECTED_WITHIN = 90 * DAY
"""Milliseconds in which a further answer takes the place of the one before, as long as the link of one mail holds:
after that it is another answer, so that one sees how opinions change."""

MOST_STARS, MOST_RECOMMEND, LONGEST_COMMENT = 5, 10, 4_000

_NOBODY = "This link has ended: nobody is in the program by it any more."
_NOT_JOINED = "You can say what you think once you have joined the program."


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks: stars (1-5) by course id, how likely they recommend the program (0-10), a comment. What is
    None or blank is not said; a course that is not named stays as it was."""

    stars: Mapping[int, int | None]
    recommend: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked: the program, the courses by id and name, and what was said before."""

    program: str
    courses: tuple[tuple[int, str], ...]
    opinion: Opinion


def look(store: Store, token: str, now: Instant) -> Form:
    """What is asked of the holder of a link. Nothing is written. Raises BadInput for a token that is none of ours or
    has ended, or for somebody who has not joined."""
    with store.read() as connection:
        giver = _giver(connection, token, now)
        courses = tuple((id, clean(name)) for id, name in feedback.courses_of(connection, giver.id))
        before = {course: answer for course, (_, answer) in _given(connection, giver, now).items()}
    whole = before.get(None, Answer(None))
    stars = {id: before[id].stars if id in before else None for id, _ in courses}
    return Form(clean(giver.program), courses, Opinion(stars, whole.recommend, whole.comment or ""))


def give(store: Store, token: str, opinion: Opinion, now: Instant) -> None:
    """Keep what somebody thinks, at the clock's moment `now`; what they said within `CORRECTED_WITHIN` before gives way
    to it. Courses that are not theirs count for nothing. Raises as `look` does, and BadInput for what cannot be."""
    comment = _comment(opinion.comment)
    _check(opinion, comment)
    with store.write() as connection:
        giver = _giver(connection, token, now, hold=True)
        theirs = {id for id, _ in feedback.courses_of(connection, giver.id)}
        answers = [Answer(id, stars) for id, stars in opinion.stars.items() if id in theirs]
        answers.append(Answer(None, None, opinion.recommend, comment or None))
        before = _given(connection, giver, now)
        changed = sum(_keep(connection, giver, before.get(one.course_id), one, now) for one in answers)
        if changed:
            journal.append(
                connection,
                LEARNER,
                now,
                action=ACTION,
                summary=f"A member gave feedback on {clean(giver.program)}",
                program_id=giver.program_id,
                rows=[(giver.id, None, {"answers": changed})],
            )


def _keep(
    connection: Connection, giver: Giver, before: tuple[int, Answer] | None, answer: Answer, now: Instant
) -> bool:
    """Whether an answer is another than before; then it is kept."""
    is_blank = answer == Answer(answer.course_id)
    match before:
        case None if is_blank:
            return False
        case None:
            feedback.add(connection, giver.id, answer, now)
        case (_, earlier) if earlier == answer:
            return False
        case (row, _) if is_blank:
            feedback.drop(connection, row)
        case (row, _):
            feedback.change(connection, row, answer, now)
    return True


def _giver(connection: Connection, token: str, now: Instant, *, hold: bool = False) -> Giver:
    found = feedback.giver(connection, subject(connection, token, LinkPurpose.FEEDBACK, now), hold=hold)
    if found is None:
        raise LinkEnded(_NOBODY)
    if found.state == MembershipState.INVITED:
        raise BadInput(_NOT_JOINED)
    return found


def _given(connection: Connection, giver: Giver, now: Instant) -> dict[int | None, tuple[int, Answer]]:
    return feedback.given(connection, giver.id, now - CORRECTED_WITHIN)


def _comment(text: str) -> str:
    """A comment with line breaks, and nothing else that could steer whatever shows it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(stripped(line) for line in lines).strip()


def _check(opinion: Opinion, comment: str) -> None:
    if len(comment) > LONGEST_COMMENT:
        raise BadInput(
            f"A comment has at most {LONGEST_COMMENT:,} characters, yours {len(comment):,}. Please shorten it."
        )
    if any(stars is not None and not 1 <= stars <= MOST_STARS for stars in opinion.stars.values()):
        raise BadInput(f"A course gets 1 to {MOST_STARS} stars.")
    if opinion.recommend is not None and not 0 <= opinion.recommend <= MOST_RECOMMEND:
        raise BadInput(f"How likely you recommend the program is a number from 0 to {MOST_RECOMMEND}.")
