"""The tables of the store, by area."""

from .base import Base
from .catalogue import Assessment, Course, CourseSkill, Skill, Specialization, SpecializationCourse
from .journal import ImportedFile, JournalEntry, JournalRows
from .learning import (
    Activity,
    Attempt,
    BenchmarkFile,
    CourseResult,
    Enrollment,
    Feedback,
    RatingRun,
    SkillHistory,
    SkillRating,
    SpecializationEnrollment,
)
from .messages import DeliveryAttempt, Message, Outbox, Quota, Suppression, Worker
from .organization import (
    Administrator,
    AdministratorKey,
    AdministratorProgram,
    Organization,
    Preference,
    ReportRequest,
    ReportSchedule,
    SavedView,
)
from .people import Learner, LearnerAddress, Membership, MembershipContract
from .programs import Collection, CollectionItem, Contract, Program, ProgramContract

__all__ = [
    "Activity",
    "Administrator",
    "AdministratorKey",
    "AdministratorProgram",
    "Assessment",
    "Attempt",
    "Base",
    "BenchmarkFile",
    "Collection",
    "CollectionItem",
    "Contract",
    "Course",
    "CourseResult",
    "CourseSkill",
    "DeliveryAttempt",
    "Enrollment",
    "Feedback",
    "ImportedFile",
    "JournalEntry",
    "JournalRows",
    "Learner",
    "LearnerAddress",
    "Membership",
    "MembershipContract",
    "Message",
    "Organization",
    "Outbox",
    "Preference",
    "Program",
    "ProgramContract",
    "Quota",
    "RatingRun",
    "ReportRequest",
    "ReportSchedule",
    "SavedView",
    "Skill",
    "SkillHistory",
    "SkillRating",
    "Specialization",
    "SpecializationCourse",
    "SpecializationEnrollment",
    "Suppression",
    "Worker",
]
