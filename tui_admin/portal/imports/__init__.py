"""Importing report files: asked for (`plan`), read into temporary tables (`staging`, `rows`, `scope`), compared, shown
and applied (`importing`), with what there is to say about it (`notices`, `limits`)."""
