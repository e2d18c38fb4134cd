"""Inviting people from a list: staged beside the store, judged by sets, written in one transaction."""
