"""Understands the bytes of a letter: headers, words, addresses, parts, bodies, quotes, reports.

Owns how mail is read. Never touches the database, the network, the clock or Django, since it runs
in a child process with a limit of time and memory (`opora.channels.email.reader`). Every step is
bounded, none recurses by the depth of the mail, and none raises for mail that is merely odd: what
was wrong is named in `Letter.defects`.
"""
