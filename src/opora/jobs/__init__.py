"""Owns the waking of background work. A job carries no state: it makes somebody look at a row."""
