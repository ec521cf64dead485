"""What Opora stands on goes away and comes back: the disk, the database, their mail server, itself.

One outage a test, made for real around an `opora up`; all at once is the storm of tests/storm.py.
"""
