"""Owns persons, companies and groups, and how to reach them. Knows nothing of tickets."""
