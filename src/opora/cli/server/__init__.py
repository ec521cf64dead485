"""Owns the web server of one port: granian, our WSGI bridge to Django, the built files, the stream.

One ASGI application (`application.py`) stands behind the port: `/live/` is answered in asyncio,
`/static/` from the built files, everything else by Django in a few threads (`bridge.py`). It knows
nothing of tickets and never decides who may see what.
"""
