"""SQL of what analytics are made of: ratings, and facts as columns of numbers, which charts are counted from."""
