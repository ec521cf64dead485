"""Makes a Letter of raw mail, takes letters in by SMTP and LMTP, sends by SMTP. Decides nothing."""
