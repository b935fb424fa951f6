"""The nouns of judging, as tables."""
