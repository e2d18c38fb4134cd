"""The nine fields an organization tells of a learner beside name, address and external id."""

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
"""In the order of the report files."""
