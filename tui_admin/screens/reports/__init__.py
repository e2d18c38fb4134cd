"""Reports: what was asked for and made, asking for one, saving one as a file."""
