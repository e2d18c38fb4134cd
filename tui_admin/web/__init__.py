"""The pages that learners and mail clients open: what an invitation, an opt-out or a report link leads to."""
