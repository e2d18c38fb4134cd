"""How each kind and variant of report file is told by its header, and what it must have. All of it is data."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_admin.reports.columns import Kind

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
    Kind.TAXONOMY: (("skill",),),
    Kind.FEEDBACK: (("email",), ("program_slug",), ("course_id", "recommend"), ("given_at",)),
    Kind.ACTIVITY: (("email",), ("program_slug",), ("course_id",), ("day",)),
}
# A value that a row has only beside another: stars are of a course, how likely one recommends is of the program, too.
BESIDE: Mapping[Kind, tuple[tuple[str, str], ...]] = {Kind.FEEDBACK: (("stars", "course_id"),)}


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
        Kind.TAXONOMY,
        _names("skill"),
        _names("domain", "competency", "former names", "former name", "aliases"),
        _EMAIL | {"course id"},
    ),
    Layout(Kind.TAXONOMY, _names("domain", "competency"), none_of=_EMAIL | {"course id"}),
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
