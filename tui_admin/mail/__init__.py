"""Mail as the world outside sees it: what a message looks like, and how it reaches a server. Knows no store."""
