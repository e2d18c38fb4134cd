"""Business units, their parts and their jobs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit: its parts (business unit 2), its jobs, and what its managers are called."""

    weight: int
    name: str
    parts: tuple[str, ...]
    titles: tuple[str, ...]
    managers: tuple[str, ...]


UNITS = (
    Unit(
        24,
        "Operations",
        ("Warehousing", "Route Planning", "Quality", "Procurement"),
        ("Operations Analyst", "Shift Coordinator", "Quality Inspector", "Buyer", "Logistics Planner"),
        ("Operations Manager", "Site Manager"),
    ),
    Unit(
        20,
        "Engineering",
        ("Platform", "Applications", "Data", "Security"),
        ("Software Engineer", "Senior Software Engineer", "Data Engineer", "Test Engineer", "Systems Administrator"),
        ("Engineering Manager", "Head of Platform"),
    ),
    Unit(
        18,
        "Customer Service",
        ("Contact Centre", "Field Service", "Claims"),
        ("Service Agent", "Senior Service Agent", "Case Handler", "Service Technician"),
        ("Service Team Lead", "Contact Centre Manager"),
    ),
    Unit(
        15,
        "Sales",
        ("Key Accounts", "Partner Sales", "Inside Sales"),
        ("Account Manager", "Sales Representative", "Bid Manager", "Sales Engineer"),
        ("Regional Sales Manager", "Head of Key Accounts"),
    ),
    Unit(
        9,
        "Finance",
        ("Controlling", "Accounting", "Treasury"),
        ("Accountant", "Financial Analyst", "Controller", "Payroll Specialist"),
        ("Finance Manager", "Head of Controlling"),
    ),
    Unit(
        7,
        "People & Culture",
        ("Recruiting", "Learning", "People Services"),
        ("Recruiter", "HR Business Partner", "Learning Designer", "People Services Specialist"),
        ("Head of Recruiting", "People Manager"),
    ),
    Unit(
        7,
        "Marketing",
        ("Brand", "Digital", "Market Insight"),
        ("Content Editor", "Campaign Manager", "Market Analyst", "Designer"),
        ("Marketing Manager", "Head of Brand"),
    ),
)

JOB_TYPES = (
    "Full-time",
    "Full-time",
    "Full-time",
    "Full-time",
    "Full-time",
    "Part-time",
    "Part-time",
    "Contractor",
    "Apprentice",
)
