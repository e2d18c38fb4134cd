"""Importing into the store: staged rows are matched with it, judged new, changed or unchanged, and merged by sets.

`things` programs, contracts, courses, specializations and assessments; `people` learners; `places` memberships;
`facts` all that hangs on a membership; `catalogue` what is no one's.
"""
