"""What report files look like: the kinds, the names their columns go by, and the fields they are read into.

All of it is data. A header is matched by normalised names, never by position or by the file's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a report file is about. Invitation and bounce files are recognised so that they can be named."""

    MEMBERS = "members"
    USAGE = "usage"
    SPECIALIZATIONS = "specializations"
    ATTEMPTS = "attempts"
    GRADEBOOK = "gradebook"
    COURSES = "courses"
    ASSESSMENTS = "assessments"
    SPECIALIZATION_COURSES = "specialization-courses"
    FEEDBACK = "feedback"
    ACTIVITY = "activity"
    INVITATIONS = "invitations"
    BOUNCES = "bounces"


PROFILE = (
    "manager_name",
    "manager_email",
    "job_title",
    "job_type",
    "business_unit",
    "business_unit_2",
    "city",
    "country",
    "region",
)
_PERSON = ("email", "email_shown", "name", "external_id")

# What `ReportFile.batches` gives after the line number, for each kind that is read.
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.MEMBERS: (
        *_PERSON,
        *("program_slug", "program_name", "enrolled", "completed", "state", "state_raw", "joined_at", "invited_at"),
        *("last_activity_at", "hours", "contracts"),
        *PROFILE,
    ),
    Kind.USAGE: (
        *_PERSON,
        *("course_name", "course_id", "course_slug", "partner", "enrolled_at", "class_start_at", "class_end_at"),
        *("last_activity_at", "progress", "hours", "completed", "removed", "program_slug", "program_name", "source"),
        *("completed_at", "grade", "contract", "course_type"),
        *PROFILE,
    ),
    Kind.SPECIALIZATIONS: (
        *_PERSON,
        *("specialization", "specialization_slug", "partner", "enrolled_at", "last_activity_at", "completed"),
        *("removed", "program_slug", "program_name", "source", "completed_at", "completed_courses", "total_courses"),
        "contract",
        *PROFILE,
    ),
    Kind.ATTEMPTS: (
        *_PERSON,
        *("program_slug", "course_id", "assessment_id", "assessment", "assessment_type", "weight", "deadline"),
        *("attempted_at", "score", "max_score", "passing_score", "passed"),
    ),
    Kind.GRADEBOOK: (*_PERSON, "program_slug", "course_id", "grade", "passed", "scores"),
    Kind.COURSES: (
        *("course_id", "course_slug", "course_name", "partner", "course_type", "level", "workload_hours", "skills"),
    ),
    Kind.ASSESSMENTS: (
        *("course_id", "assessment_id", "assessment", "assessment_type", "weight", "max_score", "passing_score"),
        "deadline",
    ),
    Kind.SPECIALIZATION_COURSES: ("specialization_slug", "specialization", "partner", "position", "course_id"),
    Kind.FEEDBACK: (*_PERSON, "program_slug", "course_id", "stars", "recommend", "comment", "given_at"),
    Kind.ACTIVITY: (*_PERSON, "program_slug", "course_id", "day", "minutes", "lessons"),
}

_PEOPLE = {
    "name": "name",
    "full name": "name",
    "user name": "name",
    "learner name": "name",
    "first name": "first_name",
    "last name": "last_name",
    "email": "email",
    "e-mail": "email",
    "email address": "email",
    "external id": "external_id",
    "external student id": "external_id",
}
_PROFILES = {
    "manager name": "manager_name",
    "manager email": "manager_email",
    "job title": "job_title",
    "job type": "job_type",
    "business unit": "business_unit",
    "business unit 2": "business_unit_2",
    "location city": "city",
    "location country": "country",
    "location region": "region",
}
_PROGRAM = {"program slug": "program_slug", "program name": "program_name", "program": "program_name"}
_COURSE = {
    "course": "course_name",
    "course name": "course_name",
    "course id": "course_id",
    "course slug": "course_slug",
    "university": "partner",
    "partner": "partner",
    "course type": "course_type",
}
_ASSESSMENT = {
    "assessment id": "assessment_id",
    "assessment": "assessment",
    "assessment name": "assessment",
    "assessment type": "assessment_type",
    "weight": "weight",
    "deadline": "deadline",
    "max score": "max_score",
    "passing score": "passing_score",
}
_LEARNED = {
    "enrollment time": "enrolled_at",
    "completed": "completed",
    "removed from program": "removed",
    "enrollment source": "source",
    "collection name": "source",
    "contract": "contract",
    "contract(s)": "contract",
}

# Normalised column name -> field, for each kind.
NAMES: Mapping[Kind, Mapping[str, str]] = {
    Kind.MEMBERS: {
        **_PEOPLE,
        **_PROFILES,
        **_PROGRAM,
        "programs": "programs",
        "enrolled courses": "enrolled",
        "completed courses": "completed",
        "member state": "state",
        "join date": "joined_at",
        "invitation date": "invited_at",
        "last activity time": "last_activity_at",
        "last activity date": "last_activity_at",
        "last program activity date": "last_activity_at",
        "latest program activity date": "last_activity_at",
        "learning hours": "hours",
        "contract(s)": "contracts",
        "contracts": "contracts",
        "contract": "contracts",
    },
    Kind.USAGE: {
        **_PEOPLE,
        **_PROFILES,
        **_PROGRAM,
        **_COURSE,
        **_LEARNED,
        "class start time": "class_start_at",
        "class end time": "class_end_at",
        "last course activity time": "last_activity_at",
        "overall progress": "progress",
        "estimated learning hours": "hours",
        "total estimated learning hours (since enrolled)": "hours",
        "completion time": "completed_at",
        "course grade": "grade",
        "course grades": "grade",
    },
    Kind.SPECIALIZATIONS: {
        **_PEOPLE,
        **_PROFILES,
        **_PROGRAM,
        **_LEARNED,
        "specialization": "specialization",
        "specialization name": "specialization",
        "specialization slug": "specialization_slug",
        "university": "partner",
        "last specialization activity time": "last_activity_at",
        "specialization completion time": "completed_at",
        "completed courses": "completed_courses",
        "courses in specialization": "total_courses",
        "badge title": "specialization",
        "badge slug": "specialization_slug",
        "number of courses": "total_courses",
        "course name": "course_name",
        "course enrollment date": "enrolled_at",
        "is course completed": "course_completed",
        "badge completed": "completed",
        "badge completion timestamp": "completed_at",
        "last activity timestamp": "last_activity_at",
        "list of program": "programs",
        "list of programs": "programs",
    },
    Kind.ATTEMPTS: {
        **_PEOPLE,
        **_PROGRAM,
        **_COURSE,
        **_ASSESSMENT,
        "attempt time": "attempted_at",
        "score": "score",
        "passed": "passed",
    },
    Kind.GRADEBOOK: {
        **_PEOPLE,
        "program slug": "program_slug",
        "course id": "course_id",
        "course grade": "grade",
        "course grades": "grade",
        "course passed": "passed",
        "timestamp": "changed_at",
        "assignment name": "assessment",
        "change type": "change",
        "assignment grade": "percent",
    },
    Kind.COURSES: {**_COURSE, "level": "level", "workload hours": "workload_hours", "skills": "skills"},
    Kind.ASSESSMENTS: {"course id": "course_id", **_ASSESSMENT},
    Kind.SPECIALIZATION_COURSES: {
        "specialization": "specialization",
        "specialization slug": "specialization_slug",
        "university": "partner",
        "partner": "partner",
        "position": "position",
        "course id": "course_id",
    },
    Kind.FEEDBACK: {
        **_PEOPLE,
        "program slug": "program_slug",
        "course id": "course_id",
        "stars": "stars",
        "recommend": "recommend",
        "comment": "comment",
        "time": "given_at",
    },
    Kind.ACTIVITY: {
        **_PEOPLE,
        "program slug": "program_slug",
        "course id": "course_id",
        "day": "day",
        "minutes": "minutes",
        "lessons": "lessons",
    },
}

# What a file must have a column for, and a row a value in: one field of each group.
_PROGRAM_GROUP = ("program_slug", "program_name")
_COURSE_GROUP = ("course_id", "course_slug")
REQUIRED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.MEMBERS: (("email",), _PROGRAM_GROUP, ("state",)),
    Kind.USAGE: (("email",), _COURSE_GROUP, _PROGRAM_GROUP),
    Kind.SPECIALIZATIONS: (("email",), ("specialization_slug", "specialization"), _PROGRAM_GROUP),
    Kind.ATTEMPTS: (("email",), ("program_slug",), ("course_id",), ("assessment_id", "assessment")),
    Kind.GRADEBOOK: (("email",), ("program_slug",), ("course_id",)),
    Kind.COURSES: (_COURSE_GROUP,),
    Kind.ASSESSMENTS: (("course_id",), ("assessment_id", "assessment")),
    Kind.SPECIALIZATION_COURSES: (("specialization_slug", "specialization"), ("course_id",)),
    Kind.FEEDBACK: (("email",), ("program_slug",), ("course_id",)),
    Kind.ACTIVITY: (("email",), ("program_slug",), ("course_id",), ("day",)),
}


@dataclass(frozen=True)
class Layout:
    """How a kind of file is told by its header: all of `all_of`, one of `any_of`, none of `none_of` (normalised
    names; a name that ends in `:` is the beginning of one). `variant` is None where marker columns name it."""

    kind: Kind
    all_of: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    variant: str | None = None
    required: tuple[tuple[str, ...], ...] | None = None

    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The groups of fields that must be there, one of each."""
        return REQUIRED[self.kind] if self.required is None else self.required


DEGREE = "degree gradebook"
HISTORY = "gradebook history"
LEARNING_PATHS = "LearningPathActivity 2026"
USERS_LIST = "users list"
ONLY_EMAIL = (("email",),)
_EMAIL = frozenset({"email"})


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


# The first that fits is taken: the more telling come first.
LAYOUTS = (
    Layout(Kind.GRADEBOOK, any_of=_names("original assessment grade:"), variant=DEGREE, required=ONLY_EMAIL),
    Layout(
        Kind.GRADEBOOK,
        all_of=_names("assignment name", "change type"),
        variant=HISTORY,
        required=(("email",), ("changed_at",), ("assessment",), ("change",)),
    ),
    Layout(Kind.GRADEBOOK, all_of=_names("course passed"), variant="ours"),
    Layout(
        Kind.SPECIALIZATIONS,
        any_of=_names("badge title", "badge slug"),
        variant=LEARNING_PATHS,
        required=(("email",), ("specialization_slug", "specialization"), ("programs", "program_slug", "program_name")),
    ),
    Layout(Kind.BOUNCES, _EMAIL, _names("bounce type", "bounced at", "diagnostic", "diagnostic code")),
    Layout(Kind.ATTEMPTS, any_of=_names("attempt time", "attempt timestamp")),
    Layout(Kind.SPECIALIZATIONS, any_of=_names("last specialization activity time", "specialization completion time")),
    Layout(Kind.SPECIALIZATIONS, _EMAIL, _names("specialization", "specialization slug")),
    Layout(Kind.FEEDBACK, any_of=_names("stars", "recommend")),
    Layout(Kind.ACTIVITY, _names("day"), _names("minutes", "lessons")),
    Layout(Kind.MEMBERS, any_of=_names("member state")),
    Layout(
        Kind.MEMBERS,
        all_of=_names("programs"),
        any_of=_names("join date", "invitation date"),
        variant=USERS_LIST,
        required=(("email",), ("programs",)),
    ),
    Layout(Kind.MEMBERS, any_of=_names("join date", "invitation date")),
    Layout(
        Kind.USAGE,
        any_of=_names("overall progress", "last course activity time", "class start time", "completion time"),
    ),
    Layout(Kind.USAGE, _names("email", "enrollment time")),
    Layout(Kind.ASSESSMENTS, _names("course id"), _names("assessment", "assessment id"), _EMAIL),
    Layout(Kind.SPECIALIZATION_COURSES, _names("course id"), _names("specialization", "specialization slug"), _EMAIL),
    Layout(
        Kind.COURSES,
        any_of=_names("skills", "workload hours", "level", "course type", "university"),
        none_of=_EMAIL | {"program slug", "program name"},
    ),
    Layout(Kind.INVITATIONS, _names("email", "external id"), none_of=_names("course id", "course", "program slug")),
)

# Which export it is, by the first column of it that no earlier one has; else the last.
VARIANTS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.MEMBERS: (
        ("ProgramActivity 2026", "last program activity date"),
        ("2024-25", "latest program activity date"),
        ("ours", "manager name"),
        ("2020", ""),
    ),
    Kind.USAGE: (
        ("CourseActivity 2026", "total estimated learning hours (since enrolled)"),
        ("2024-25", "for credit"),
        ("2023", "class end time"),
        ("2023", "course certificate url"),
        ("2023", "course type"),
        ("ours", "manager name"),
        ("2020", ""),
    ),
    Kind.SPECIALIZATIONS: (("2024-25", "completed courses"), ("ours", "manager name"), ("2020", "")),
}

# Columns that the console itself adds to files of refused rows; read over in silence.
OWN = frozenset({"reason"})
