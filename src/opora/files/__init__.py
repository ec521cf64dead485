"""Owns bytes, under the name of their hash, and the acts that erased some. Knows no meaning."""
