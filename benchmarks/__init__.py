"""Programs that measure: each prints its figures beside the limits they are held against. Run as
`python -m benchmarks.NAME` from the project's root."""
