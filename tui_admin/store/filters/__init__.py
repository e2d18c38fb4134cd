"""Filters as SQL: `sql` an expression, `terms` its terms, `people` and `mail` those about the person and their mails;
`reach` decides the way through a large store."""
