"""The agents' pages of tickets: lists, the ticket, what is said in it, its files and letters.

Reads by `desk.selectors`, writes by `desk.actions`; keeps nothing of its own.
"""
