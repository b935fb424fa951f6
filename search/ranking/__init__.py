"""What decides which debunk answers a message, how sure that is, and why."""

from search.ranking.ranker import Ranker

__all__ = ["Ranker"]
