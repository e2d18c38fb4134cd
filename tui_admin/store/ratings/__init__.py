"""SQL of ratings: what they are made from, and how they are kept."""
