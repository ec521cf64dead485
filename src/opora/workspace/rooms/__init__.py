"""The rooms around the desk: the journal, deliveries, settings, signing in, the first run.

One file a subject. They fetch for the actor, take a form, call one action and answer; they decide
who may see what and never write a row.
"""
