"""The tables of the store, by area. `Table` objects, not mapped classes: queries are written in Core style, and mapping
45 classes would cost every start of the console and of the command line 0.14 s."""

from .analytics import analytics_answers, analytics_columns, analytics_versions
from .base import metadata
from .catalogue import assessments, course_skills, courses, skills, specialization_courses, specializations
from .erasures import erasures
from .journal import imported_files, journal, journal_head, journal_rows
from .learning import (
    activity,
    attempts,
    benchmark_files,
    course_results,
    enrollments,
    feedback,
    specialization_enrollments,
)
from .messages import delivery, delivery_attempts, messages, outbox, quotas, suppressions, workers
from .organization import (
    administrator_keys,
    administrator_programs,
    administrators,
    organization,
    preferences,
    report_parts,
    report_requests,
    report_runs,
    report_schedules,
    saved_views,
)
from .people import learner_addresses, learner_totals, learners, membership_contracts, memberships
from .programs import (
    collection_items,
    collections,
    contracts,
    license_alerts,
    pictures,
    program_contracts,
    programs,
)
from .ratings import (
    assessment_ratings,
    learner_ratings,
    rating_runs,
    skill_history,
    skill_ratings,
    skill_references,
)

__all__ = [
    "activity",
    "administrator_keys",
    "administrator_programs",
    "administrators",
    "analytics_answers",
    "analytics_columns",
    "analytics_versions",
    "assessment_ratings",
    "assessments",
    "attempts",
    "benchmark_files",
    "collection_items",
    "collections",
    "contracts",
    "course_results",
    "course_skills",
    "courses",
    "delivery",
    "delivery_attempts",
    "enrollments",
    "erasures",
    "feedback",
    "imported_files",
    "journal",
    "journal_head",
    "journal_rows",
    "learner_addresses",
    "learner_ratings",
    "learner_totals",
    "learners",
    "license_alerts",
    "membership_contracts",
    "memberships",
    "messages",
    "metadata",
    "organization",
    "outbox",
    "pictures",
    "preferences",
    "program_contracts",
    "programs",
    "quotas",
    "rating_runs",
    "report_parts",
    "report_requests",
    "report_runs",
    "report_schedules",
    "saved_views",
    "skill_history",
    "skill_ratings",
    "skill_references",
    "skills",
    "specialization_courses",
    "specialization_enrollments",
    "specializations",
    "suppressions",
    "workers",
]
