"""The door for mail: takes letters by SMTP and LMTP and hands their bytes to the journal.

Owns the wire: addresses, sizes, limits, and which answer is said when. A letter is acknowledged
only after the journal has it on the disk; trouble of ours is always 4xx, never 5xx. It never reads
what a letter says (but for whom it names), and stores nothing itself.
"""
