"""The administrator's pages: one file a subject. Every change goes into the audit."""
