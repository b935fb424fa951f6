"""A learned linear step to vectors in which a forward lies near the debunk that answers it."""

from search.adapter.linear import Adapter

__all__ = ["Adapter"]
