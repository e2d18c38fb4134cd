"""What the demo organization teaches: programs, areas, topics, partners, and the forms a course takes."""

from dataclasses import dataclass

FORMS = (
    ("Foundations of {}", "Beginner"),
    ("{} in Practice", "Beginner"),
    ("Applied {}", "Intermediate"),
    ("Advanced {}", "Advanced"),
    ("{}: First Steps", "Beginner"),
    ("{}: Tools and Techniques", "Beginner"),
    ("{}: Case Studies", "Intermediate"),
    ("{}: Capstone Project", "Advanced"),
    ("{} for Managers", "Beginner"),
    ("{} for Teams", "Intermediate"),
    ("{} at Scale", "Advanced"),
    ("Measuring {}", "Advanced"),
    ("Introduction to {}", "Beginner"),
    ("Everyday {}", "Beginner"),
    ("{} Workshop", "Intermediate"),
    ("Mastering {}", "Advanced"),
)
"""Four forms make one specialization of a topic, easiest first."""

TRACKS = ("{}", "{} Toolbox", "Leading with {}", "{} Refresher")
"""Names of a topic's specializations, one for each four forms."""

PARTNERS = (
    "Harbour University",
    "Institut für Angewandte Technik",
    "Lakeside Business School",
    "Collegium Vistula",
    "Open Polytechnic of the North",
    "Academia del Sur",
    "Meridian Cloud Academy",
    "Aurora Institute of Data",
    "Kestrel Security Labs",
    "Fjord Design School",
    "Duna Egyetem",
    "Sakura Institute of Technology",
)


@dataclass(frozen=True, slots=True)
class Area:
    """A subject and the program that teaches it. `weight` skews the sizes of programs; `domain` groups skills."""

    weight: int
    slug: str
    program: str
    tagline: str
    domain: str
    competency: str
    topic_names: str

    @property
    def topics(self) -> tuple[str, ...]:
        """Twenty topics, each a skill."""
        return tuple(self.topic_names.split(", "))


AREAS = (
    Area(
        30,
        "data-foundations",
        "Data Foundations",
        "Read, question and use data in every job",
        "Data Science",
        "Data Analysis",
        "Spreadsheet Analysis, SQL, Data Visualization, Statistics, Python Programming, Data Cleaning, "
        "Dashboards, Forecasting, Machine Learning, Experiment Design, Data Storytelling, Data Ethics, "
        "Regression, Survey Methods, Text Mining, Time Series, Data Governance, Geospatial Data, "
        "Causal Inference, Probability",
    ),
    Area(
        19,
        "cloud-engineering",
        "Cloud Engineering",
        "From the first container to running it at night",
        "Technology",
        "Cloud Computing",
        "Containers, Infrastructure as Code, Linux Administration, Networking, Observability, "
        "Continuous Delivery, Serverless Design, Cloud Cost Control, Site Reliability, API Design, "
        "Message Queues, Storage Systems, Identity Management, Capacity Planning, Incident Response, "
        "Go Programming, Edge Computing, Database Operations, Load Testing, Platform Engineering",
    ),
    Area(
        15,
        "leading-teams",
        "Leading Teams",
        "For everybody who leads people for the first time, or the fifth",
        "Business",
        "Leadership",
        "Feedback, Coaching, Delegation, Conflict Resolution, Remote Teams, Change Management, "
        "Goal Setting, Hiring, Inclusive Leadership, Decision Making, Meeting Design, Negotiation, "
        "Performance Reviews, Stakeholder Management, Strategic Thinking, Team Building, Time Management, "
        "Workplace Wellbeing, Mentoring, Crisis Leadership",
    ),
    Area(
        11,
        "sprache-und-technik",
        "Sprache und Technik",
        "Deutsch im Beruf, Technik verständlich",
        "Business",
        "Communication",
        "Business German, Technical Writing, Business English, Plain Language, Presentation Skills, "
        "Email Writing, Intercultural Communication, Public Speaking, Translation, Report Writing, "
        "Active Listening, Pronunciation, Terminology, Editing, Storytelling, Visual Communication, "
        "Minute Taking, Interviewing, Documentation, Subtitling",
    ),
    Area(
        9,
        "security-essentials",
        "Security Essentials",
        "The habits that keep customers' data safe",
        "Technology",
        "Cybersecurity",
        "Phishing Defence, Password Hygiene, Threat Modelling, Secure Coding, Network Security, "
        "Privacy Law, Access Control, Cryptography, Security Operations, Penetration Testing, "
        "Digital Forensics, Risk Assessment, Cloud Security, Malware Analysis, Business Continuity, "
        "Security Awareness, Vulnerability Management, Zero Trust, Supplier Risk, Audit Preparation",
    ),
    Area(
        7,
        "customer-conversations",
        "Customer Conversations",
        "Every call, chat and counter counts",
        "Business",
        "Customer Service",
        "De-escalation, Complaint Handling, Consultative Selling, Phone Etiquette, Chat Support, "
        "Customer Empathy, Account Planning, Service Recovery, Cross-selling, Customer Journeys, "
        "Product Knowledge, Pricing, Customer Feedback, Field Service, Retention, Onboarding Customers, "
        "Service Design, Quality Monitoring, Knowledge Bases, Self-service",
    ),
    Area(
        5,
        "sustainable-operations",
        "Sustainable Operations",
        "Less waste, less energy, the same promise",
        "Business",
        "Operations Management",
        "Lean Methods, Energy Management, Circular Design, Carbon Accounting, Supply Chains, Logistics, "
        "Process Mapping, Quality Control, Occupational Safety, Inventory Control, Procurement, "
        "Maintenance Planning, Root Cause Analysis, Six Sigma, Waste Reduction, Green Reporting, "
        "Warehouse Design, Demand Planning, Facility Management, Water Stewardship",
    ),
    Area(
        4,
        "graduate-launchpad",
        "Graduate Launchpad",
        "The first year at work",
        "Business",
        "Professional Skills",
        "Project Management, Critical Thinking, Business Finance, Research Skills, Networking at Work, "
        "Career Planning, Problem Solving, Teamwork, Creativity, Note Taking, Professional Ethics, "
        "Spreadsheet Basics, Budgeting, Self-management, Facilitation, Digital Literacy, Prototyping, "
        "User Research, Agile Methods, Office Tools",
    ),
)

ASSESSMENT_NAMES = (
    ("Quiz 1", "quiz"),
    ("Quiz 2", "quiz"),
    ("Worked Example", "assignment"),
    ("Quiz 3", "quiz"),
    ("Peer-graded Project", "peer review"),
    ("Final Exam", "exam"),
)
"""Graded work in course order; a shorter course leaves out the middle ones."""

PRACTICE = ("Practice Quiz", "practice")

COMMENTS = (
    "Clear examples, I could use them the next day.",
    "The project took longer than stated, but it was worth it.",
    "Sehr praxisnah, gerne mehr davon.",
    "Too much reading in week 2.",
    "Muy buen curso, los ejercicios ayudan mucho.",
    "Jó tempó, érthető feladatok.",
    "The quiz questions are ambiguous.",
    "とても分かりやすかったです。",
    "课程内容实用，讲解清楚。",
    "I would have liked feedback from a person, not only a score.",
    "شرح واضح وأمثلة مفيدة.",
    "Świetny prowadzący, za mało ćwiczeń.",
    "Çok faydalıydı, teşekkürler.",
    "Subtitles were missing in two videos.",
)
