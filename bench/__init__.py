"""How fast Opora is: each figure as a ratio against a limit measured in the same run.

    make bench                everything, into bench/RESULTS.md (about 40 minutes on two cores)
    python -m bench intake    letters: accepted and settled, empty and at 100,000 tickets
    python -m bench pages     list and ticket page at 10,000 and 100,000 tickets, and memory
    python -m bench storm     300 letters and 25 kills

Machines are noisy: a limit is measured right before and after what is held against it.
"""
