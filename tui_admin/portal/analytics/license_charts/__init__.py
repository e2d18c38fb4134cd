"""Charts of licenses: how those of each contract are used, whose could be freed, and when they run out."""
