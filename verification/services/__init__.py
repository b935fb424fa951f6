"""The verbs of judging: one file a verb family, each function one transaction step."""
