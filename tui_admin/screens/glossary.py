"""The portal's words, in one sentence each: for the help screen and docs/keys.md."""

GLOSSARY = (
    ("program", "A named offer of courses to a group of people; it draws licenses from one or more contracts."),
    ("contract", "A number of purchased licenses, with a first and a last day."),
    (
        "license",
        "Occupied by a person while joined to a program of its contract; one person holds one.",
    ),
    ("reserved", "Licenses that pending invitations would occupy."),
    ("invited", "Asked to join and not joined yet."),
    ("no-enrollment", "Joined, and in no course yet."),
    ("enrolled", "In at least one course, none completed."),
    ("completed", "At least one course completed."),
    ("removed", "No longer in the program; the license is free again."),
    ("inactive", "Joined, and not active in a course of the program for 30 days or more."),
    (
        "at-risk",
        "A deadline passed with nothing handed in, or an assessment failed and never passed.",
    ),
    ("at-risk-ever", "Ever missed a deadline or failed an assessment, made good or not."),
    ("data as of", "The newest fact about people that the store was told; statuses are judged at that moment."),
    (
        "marked",
        "Rows chosen for the next act; marks stay when the filter hides them.",
    ),
)
