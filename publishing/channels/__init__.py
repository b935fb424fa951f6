"""One file a social channel, one interface for all."""
