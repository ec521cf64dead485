"""Tags and filters of the agents' pages: names of built files, icons, times, people, sentences.

They turn values into words and markup. They read no row, decide no right and change nothing.
"""
