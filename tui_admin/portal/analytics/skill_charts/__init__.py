"""Charts of skills: who stands in which band, how they got there, and what they put in."""
