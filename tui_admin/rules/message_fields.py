"""The fields a message may hold, as `{{ name }}`: where each comes from, for which mails, and what it looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .mailing import TO_ADMINISTRATORS, Purpose


class Source(StrEnum):
    """Where the value of a field comes from."""

    PERSON = "person"
    MEMBERSHIP = "membership"
    ORGANIZATION = "organization"
    LINK = "link"
    OCCASION = "occasion"


TO_LEARNERS = frozenset(Purpose) - TO_ADMINISTRATORS | {Purpose.TEST}
"""Mails to learners, and a test of one to whoever writes it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name in a text, its source, a few words of help, a sample, and the mails that know it."""

    name: str
    source: Source
    help: str
    sample: str
    purposes: frozenset[Purpose] = TO_LEARNERS


_EVERY = frozenset(Purpose)
_ABOUT_COURSE = frozenset({Purpose.COURSE_WELCOME, Purpose.DEADLINE, Purpose.GRADEBOOK})
_ABOUT_PROGRAM = TO_LEARNERS | {Purpose.LIST, Purpose.GRADEBOOK}
_WITH_FILE = frozenset({Purpose.REPORT, Purpose.GRADEBOOK, Purpose.LIST})
_ABOUT_CONTRACT = TO_LEARNERS | {Purpose.LICENSE_ALERT}

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("name", Source.PERSON, "the learner's name", "Ágnes Kovács"),
        Field("email", Source.PERSON, "the learner's e-mail address", "agnes.kovacs@northwind.example"),
        Field("external_id", Source.PERSON, "the learner's external id", "00417"),
        Field("job_title", Source.PERSON, "the learner's job title", "Sales Engineer"),
        Field("business_unit", Source.PERSON, "the learner's business unit", "Product"),
        Field("city", Source.PERSON, "the learner's city", "Toronto"),
        Field("country", Source.PERSON, "the learner's country", "Canada"),
        Field("manager", Source.PERSON, "the name of the learner's manager", "Bobbi McManager"),
        Field("program", Source.MEMBERSHIP, "the program's name", "Data Foundations", _ABOUT_PROGRAM),
        Field("contract", Source.MEMBERSHIP, "the contract's name", "Year 2", _ABOUT_CONTRACT),
        Field("enrolled", Source.MEMBERSHIP, "how many courses the learner is enrolled in", "5"),
        Field("completed", Source.MEMBERSHIP, "how many courses the learner completed", "2"),
        Field("reason", Source.MEMBERSHIP, "why the learner is at risk", "overdue 2: Quiz 3 (6 d)"),
        Field("last_active", Source.MEMBERSHIP, "the day of the learner's last activity", "12 Nov 2026"),
        Field("organization", Source.ORGANIZATION, "the organization's name", "Northwind Learning", _EVERY),
        Field("support", Source.ORGANIZATION, "the support contact", "help@northwind.example", _EVERY),
        Field("program_url", Source.LINK, "the program's address on the web", "https://learn.northwind.example/data"),
        Field(
            "join_url", Source.LINK, "the learner's own link to join", "https://learn.northwind.example/join/eyJhbGciOi"
        ),
        Field(
            "unsubscribe_url",
            Source.LINK,
            "the learner's own link to get no more such mails",
            "https://learn.northwind.example/u/eyJhbGciOi",
        ),
        Field(
            "feedback_url",
            Source.LINK,
            "the learner's own link to rate courses",
            "https://learn.northwind.example/feedback/eyJhbGciOi",
        ),
        Field(
            "report_url",
            Source.LINK,
            "the link to a report too large for the mail",
            "https://learn.northwind.example/reports/eyJhbGciOi",
            _WITH_FILE,
        ),
        Field("delivery", Source.OCCASION, "how to get the file", "It is attached: report.zip.", _WITH_FILE),
        Field("course", Source.OCCASION, "the course's name", "Statistics I", _ABOUT_COURSE),
        Field(
            "specialization",
            Source.OCCASION,
            "the specialization's name",
            "Data Analysis",
            frozenset({Purpose.SPECIALIZATION_WELCOME}),
        ),
        Field("assessment", Source.OCCASION, "what is to be handed in", "Quiz 3", frozenset({Purpose.DEADLINE})),
        Field("deadline", Source.OCCASION, "until when", "17 Nov 2026", frozenset({Purpose.DEADLINE})),
        Field("list", Source.OCCASION, "whom the list names", "no enrollments", frozenset({Purpose.LIST})),
        Field("people", Source.OCCASION, "how many people it names", "412", frozenset({Purpose.LIST})),
        Field("report", Source.OCCASION, "what the report covers", "all programs", frozenset({Purpose.REPORT})),
        Field(
            "rows", Source.OCCASION, "how many rows it has", "12,345", frozenset({Purpose.REPORT, Purpose.GRADEBOOK})
        ),
        Field("occupied", Source.OCCASION, "licenses in use", "1,860", frozenset({Purpose.LICENSE_ALERT})),
        Field("purchased", Source.OCCASION, "licenses purchased", "2,000", frozenset({Purpose.LICENSE_ALERT})),
        Field(
            "left",
            Source.OCCASION,
            "how many more can join, in a sentence",
            "140 more people can join.",
            frozenset({Purpose.LICENSE_ALERT}),
        ),
        Field("share", Source.OCCASION, "licenses in use, of 100", "93", frozenset({Purpose.LICENSE_ALERT})),
    )
}
"""By name. Mails to administrators know nothing of a learner; a test of a message knows what the message does."""


def known_to(purpose: Purpose) -> Mapping[str, Field]:
    """The fields that a mail of this purpose may hold."""
    return {name: field for name, field in FIELDS.items() if purpose in field.purposes}
