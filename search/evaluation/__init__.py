"""How good the matching is, on files of debunks, messages and which answers which: measured, with intervals."""
