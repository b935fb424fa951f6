"""The verbs of judging: one file a family of verbs; each function is a step of the caller's transaction."""
