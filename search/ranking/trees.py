"""Boosted trees as plain arrays: what LightGBM learned, evaluated without LightGBM and open to anybody's eyes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees laid end to end. A node's children are node numbers; a leaf is its own child on both sides.

    `feature`, `threshold`, `left`, `right`, `value`: shape (nodes,). `roots`: shape (trees,). The score is the sum of
    the leaves reached, divided by `models`, the number of boosted models that were joined.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int32]
    depth: int
    models: int = 1

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one score a row of features, shape (n,)."""
        if not len(rows):
            return np.zeros(0)
        table = rows.astype(np.float64).ravel()
        start = (np.arange(len(rows)) * rows.shape[1])[:, None]
        feature = self.feature.astype(np.intp)
        children = np.stack([self.left, self.right], axis=1).astype(np.intp).ravel()  # left of node i at 2 i
        node = np.broadcast_to(self.roots.astype(np.intp), (len(rows), len(self.roots)))
        for _ in range(self.depth):
            goes_right = table.take(start + feature.take(node)) > self.threshold.take(node)
            node = children.take(2 * node + goes_right)
        total: NDArray[np.float64] = self.value.take(node).sum(axis=1) / self.models
        return total

    def with_more(self, trees: Forest) -> Forest:
        """Return a forest whose score is the sum of both. Raises ValueError unless each is one boosted model."""
        if self.models != 1 or trees.models != 1:
            raise ValueError("only single boosted models can be added up")
        offset = len(self.feature)
        return Forest(
            feature=np.concatenate([self.feature, trees.feature]),
            threshold=np.concatenate([self.threshold, trees.threshold]),
            left=np.concatenate([self.left, trees.left + np.int32(offset)]),
            right=np.concatenate([self.right, trees.right + np.int32(offset)]),
            value=np.concatenate([self.value, trees.value]),
            roots=np.concatenate([self.roots, trees.roots + np.int32(offset)]),
            depth=max(self.depth, trees.depth),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the stored form: `Forest.from_arrays` reads it back."""
        return {
            "feature": self.feature.astype(np.int16),
            "threshold": self.threshold,
            "left": self.left,
            "right": self.right,
            "value": self.value.astype(np.float32),
            "roots": self.roots,
            "shape": np.array([self.depth, self.models], dtype=np.int32),
        }

    @classmethod
    def from_arrays(cls, stored: Mapping[str, NDArray[Any]]) -> Forest:
        """Read what `arrays` wrote."""
        depth, models = (int(number) for number in stored["shape"])
        return cls(
            feature=stored["feature"].astype(np.int32),
            threshold=stored["threshold"].astype(np.float64),
            left=stored["left"].astype(np.int32),
            right=stored["right"].astype(np.int32),
            value=stored["value"].astype(np.float64),
            roots=stored["roots"].astype(np.int32),
            depth=depth,
            models=models,
        )


def from_lightgbm(dumps: list[dict[str, Any]]) -> Forest:
    """Lay out models as `lightgbm.Booster.dump_model` gives them; all splits numerical, no missing values."""
    layout = _Layout()
    for dump in dumps:
        for tree in dump["tree_info"]:
            layout.roots.append(layout.add(tree["tree_structure"], 0))
    return Forest(
        feature=np.array(layout.feature, dtype=np.int32),
        threshold=np.array(layout.threshold, dtype=np.float64),
        left=np.array(layout.left, dtype=np.int32),
        right=np.array(layout.right, dtype=np.int32),
        value=np.array(layout.value, dtype=np.float64),
        roots=np.array(layout.roots, dtype=np.int32),
        depth=layout.depth,
        models=len(dumps),
    )


class _Layout:
    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.value: list[float] = []
        self.roots: list[int] = []
        self.depth = 0

    def add(self, node: dict[str, Any], depth: int) -> int:
        """Add a node with all below it; return its number."""
        number = len(self.feature)
        self.depth = max(self.depth, depth)
        self.feature.append(int(node.get("split_feature", 0)))
        self.threshold.append(float(node.get("threshold", 0.0)))
        self.value.append(float(node.get("leaf_value", 0.0)))
        self.left.append(number)
        self.right.append(number)
        if "split_feature" in node:
            self.left[number] = self.add(node["left_child"], depth + 1)
            self.right[number] = self.add(node["right_child"], depth + 1)
        return number
