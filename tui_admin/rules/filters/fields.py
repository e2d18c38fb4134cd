"""Every field of the filter language, as one table: what kind of fact it is, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..roles import Actor, Right
from ..triage import Status


class Kind(StrEnum):
    """What a field's values are, and so how it may be compared."""

    CHOICE = "choice"
    TEXT = "text"
    NAMED = "slug or name"
    NUMBER = "number"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Field:
    """A field's name, kind and meaning; `choices` are all values of a CHOICE, with what each means. Those of
    `analytics` are there only for who may see them."""

    name: str
    kind: Kind
    help: str
    choices: tuple[tuple[str, str], ...] = ()
    analytics: bool = False


STATUSES = (
    (Status.INVITED, "invited, not joined yet"),
    (Status.NO_ENROLLMENT, "joined, in no course"),
    (Status.ENROLLED, "in at least one course, none completed"),
    (Status.COMPLETED, "completed at least one course"),
    (Status.REMOVED, "removed from the program"),
    (Status.INACTIVE, "no activity for 30 days or more"),
    (Status.AT_RISK, "a required assessment overdue or failed"),
    (Status.AT_RISK_EVER, "ever late or failed, even if made good"),
)

BANDS = (
    ("beginner", "rated, below intermediate"),
    ("intermediate", "between beginner and advanced"),
    ("advanced", "the highest band"),
)

UNRATED = ("unrated", "fewer than 3 graded attempts")

DELIVERY = (
    ("queued", "waiting to be sent"),
    ("deferred", "the server asked to try later"),
    ("sent", "taken by the mail server"),
    ("bounced", "came back"),
    ("failed", "refused by the server"),
    ("in-doubt", "the server's answer was lost"),
    ("invalid", "the address cannot be written to"),
    ("suppressed", "on the suppression list, or opted out"),
    ("expired", "too late to be of use"),
    ("cancelled", "called back before sending"),
)

YES_NO = (("yes", ""), ("no", ""))

FIELDS = {
    field.name: field
    for field in (
        Field("status", Kind.CHOICE, "a triage status", STATUSES),
        Field("name", Kind.TEXT, "the learner's name"),
        Field("email", Kind.TEXT, "the learner's e-mail"),
        Field("id", Kind.TEXT, "the external id"),
        Field("program", Kind.NAMED, "the program"),
        Field("contract", Kind.NAMED, "the contract of the membership"),
        Field("course", Kind.NAMED, "has an enrollment in the course"),
        Field("specialization", Kind.NAMED, "has an enrollment in the specialization"),
        Field("collection", Kind.NAMED, "has an enrollment from the collection"),
        Field("enrolled", Kind.NUMBER, "courses enrolled in"),
        Field("completed", Kind.NUMBER, "courses completed"),
        Field("progress", Kind.NUMBER, "progress in any of the courses, 0 to 100"),
        Field("grade", Kind.NUMBER, "grade in any of the courses"),
        Field("hours", Kind.NUMBER, "learning hours in this program"),
        Field("overdue", Kind.NUMBER, "required assessments overdue"),
        Field("failed", Kind.NUMBER, "required assessments failed"),
        Field("invited", Kind.MOMENT, "when invited"),
        Field("joined", Kind.MOMENT, "when joined"),
        Field("active", Kind.MOMENT, "last activity in this program"),
        Field("removed", Kind.MOMENT, "when removed"),
        Field("begun", Kind.MOMENT, "when an enrollment began"),
        Field("finished", Kind.MOMENT, "when a course was completed"),
        Field("manager", Kind.TEXT, "the manager's name or e-mail"),
        Field("title", Kind.TEXT, "job title"),
        Field("type", Kind.TEXT, "job type"),
        Field("unit", Kind.TEXT, "business unit"),
        Field("unit2", Kind.TEXT, "second business unit"),
        Field("city", Kind.TEXT, "city"),
        Field("country", Kind.TEXT, "country"),
        Field("region", Kind.TEXT, "region"),
        Field("skill", Kind.NAMED, "rated in the skill", analytics=True),
        Field(
            "band",
            Kind.CHOICE,
            "band reached, in the skill named beside it or in any",
            (*BANDS, UNRATED),
            analytics=True,
        ),
        Field(
            "reached", Kind.MOMENT, "when the band named beside it, or intermediate, was first reached", analytics=True
        ),
        Field(
            "first-band", Kind.CHOICE, "band of the first rating, in the skill named beside it", BANDS, analytics=True
        ),
        Field("submitted", Kind.MOMENT, "when graded work was handed in, in the skill named beside it", analytics=True),
        Field("learning", Kind.NAMED, "has learning hours in a course that teaches the skill", analytics=True),
        Field("stars", Kind.NUMBER, "stars given, to the course named beside it or to any", analytics=True),
        Field("recommend", Kind.NUMBER, "how likely to recommend the program, 0 to 10", analytics=True),
        Field("answered", Kind.MOMENT, "when the stars or recommendation beside it were given", analytics=True),
        Field("mailed", Kind.MOMENT, "when last written to"),
        Field("reminded", Kind.MOMENT, "when last reminded"),
        Field("delivery", Kind.CHOICE, "what became of the last mail", DELIVERY),
        Field("opted-out", Kind.CHOICE, "wants no mail", YES_NO),
        Field("risk", Kind.TEXT, "text of the at-risk reason"),
    )
}

Fields = Mapping[str, Field]

_OF_ALL = {name: field for name, field in FIELDS.items() if not field.analytics}


def known_to(actor: Actor) -> Fields:
    """The fields there are for an administrator."""
    return FIELDS if actor.may(Right.ANALYTICS) else _OF_ALL
