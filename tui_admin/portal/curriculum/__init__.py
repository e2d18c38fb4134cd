"""What a program teaches: collections in their order, and the courses and specializations in each."""
