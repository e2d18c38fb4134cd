"""The screens of settings: a program's, the organization's."""
