"""The data dictionary: the reports that are written, each with its columns in order and what their cells hold."""

from collections.abc import Mapping

from tui_admin.reports.cells import Cells

Columns = Mapping[str, Cells]

_PERSON = dict.fromkeys(("Name", "Email", "External Id"), Cells.TEXT)
_PROFILE = dict.fromkeys(
    (
        *("Manager Name", "Manager Email", "Job Title", "Job Type", "Business Unit", "Business Unit 2"),
        *("Location City", "Location Country", "Location Region"),
    ),
    Cells.WORD,
)

MEMBER_REPORT: Columns = {
    **_PERSON,
    "Program Name": Cells.WORD,
    "Program Slug": Cells.WORD,
    "# Enrolled Courses": Cells.NUMBER,
    "# Completed Courses": Cells.NUMBER,
    "Member State": Cells.WORD,
    "Join Date": Cells.MOMENT,
    "Invitation Date": Cells.MOMENT,
    "Last Activity Time": Cells.MOMENT,
    "Contract(s)": Cells.WORD,
    **_PROFILE,
}

USAGE_REPORT: Columns = {
    **_PERSON,
    "Course": Cells.WORD,
    "Course ID": Cells.WORD,
    "Course Slug": Cells.WORD,
    "University": Cells.WORD,
    "Enrollment Time": Cells.MOMENT,
    "Class Start Time": Cells.MOMENT,
    "Last Course Activity Time": Cells.MOMENT,
    "Overall Progress": Cells.NUMBER,
    "Estimated Learning Hours": Cells.NUMBER,
    "Completed": Cells.YES_NO,
    "Removed From Program": Cells.YES_NO,
    "Program Slug": Cells.WORD,
    "Program Name": Cells.WORD,
    "Enrollment Source": Cells.WORD,
    "Completion Time": Cells.MOMENT,
    "Course Grade": Cells.NUMBER,
    "Contract": Cells.WORD,
    **_PROFILE,
}

SPECIALIZATION_REPORT: Columns = {
    **_PERSON,
    "Specialization": Cells.WORD,
    "Specialization Slug": Cells.WORD,
    "University": Cells.WORD,
    "Enrollment Time": Cells.MOMENT,
    "Last Specialization Activity Time": Cells.MOMENT,
    "Completed": Cells.YES_NO,
    "Removed From Program": Cells.YES_NO,
    "Program Slug": Cells.WORD,
    "Program Name": Cells.WORD,
    "Enrollment Source": Cells.WORD,
    "Specialization Completion Time": Cells.MOMENT,
    "Contract": Cells.WORD,
    **_PROFILE,
}

ASSESSMENT_ATTEMPTS: Columns = {
    **_PERSON,
    "Program Slug": Cells.WORD,
    "Course ID": Cells.WORD,
    "Assessment ID": Cells.WORD,
    "Assessment": Cells.WORD,
    "Assessment Type": Cells.WORD,
    "Weight": Cells.NUMBER,
    "Deadline": Cells.MOMENT,
    "Attempt Time": Cells.MOMENT,
    "Score": Cells.NUMBER,
    "Max Score": Cells.NUMBER,
    "Passing Score": Cells.NUMBER,
    "Passed": Cells.YES_NO,
}

GRADEBOOK: Columns = {
    **_PERSON,
    "Program Slug": Cells.WORD,
    "Course ID": Cells.WORD,
    "Course Grade": Cells.NUMBER,
    "Course Passed": Cells.YES_NO,
}
"""What stands before the columns of the assessments."""
