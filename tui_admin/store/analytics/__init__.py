"""SQL of what analytics are made of: ratings and what they are made from."""
