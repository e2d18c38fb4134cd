"""The kinds of report files, the names their columns go by, and the fields they are read into.

All of it is data. A header is matched by normalised names, never by position or by the file's name.
"""

from collections.abc import Mapping
from enum import StrEnum

from tui_admin.rules.profile import PROFILE


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
    TAXONOMY = "taxonomy"
    FEEDBACK = "feedback"
    ACTIVITY = "activity"
    INVITATIONS = "invitations"
    BOUNCES = "bounces"


CELLS = "cells"
"""The field that holds a record as it was read, for kinds whose records may be refused once the store was asked."""

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
        *("deadline", CELLS),
    ),
    Kind.SPECIALIZATION_COURSES: (
        *("specialization_slug", "specialization", "partner", "position", "course_id", CELLS),
    ),
    Kind.TAXONOMY: ("skill", "domain", "competency", "description", "former_names", CELLS),
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
    "externalid": "external_id",
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
    Kind.COURSES: {
        **_COURSE,
        "level": "level",
        "workload hours": "workload_hours",
        "workload": "workload_hours",
        "skills": "skills",
    },
    Kind.ASSESSMENTS: {"course id": "course_id", **_ASSESSMENT},
    Kind.SPECIALIZATION_COURSES: {
        "specialization": "specialization",
        "specialization slug": "specialization_slug",
        "university": "partner",
        "partner": "partner",
        "position": "position",
        "course id": "course_id",
    },
    Kind.TAXONOMY: {
        "skill": "skill",
        "domain": "domain",
        "competency": "competency",
        "description": "description",
        "former names": "former_names",
        "former name": "former_names",
        "aliases": "former_names",
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

# Normalised column name -> field of files that name people rather than report on them.
_UNDER = {"contract": "contract", "contract name": "contract", "contract(s)": "contract"}
_INTO = {"program": "program", "program slug": "program", "program name": "program"}
INVITED: Mapping[str, str] = {**_PEOPLE, **_INTO, **_UNDER}
ROSTER: Mapping[str, str] = {**_PEOPLE, **_PROFILES, **_UNDER}

# Columns that the console itself adds to files of refused rows; read over in silence.
OWN = frozenset({"reason"})
