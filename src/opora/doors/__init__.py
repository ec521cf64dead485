"""Owns the service's own addresses, faces and outgoing servers. Sends and fetches nothing."""
