"""One person's data: another address, two records made one, all of it out, all of it gone."""
