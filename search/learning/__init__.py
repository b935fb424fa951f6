"""Learning from links that people confirmed, and proving on messages not learned from that it was worth it."""
