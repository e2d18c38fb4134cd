"""The pure core: what the words of the field mean. No I/O, no clock, no SQL, no screens."""
