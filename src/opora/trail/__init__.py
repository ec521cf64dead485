"""Owns the events: who changed what, from what, to what, and what caused it. Only ever adds."""
