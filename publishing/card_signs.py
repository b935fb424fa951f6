"""The sign of each verdict as a mask, so that nobody needs its colour to tell one from another."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

_SUPERSAMPLING = 4
"""Drawn so many times as large and scaled down: Pillow does not smooth the edges of shapes."""

Pen = ImageDraw.ImageDraw


def draw_sign(verdict: str, size: int) -> Image.Image:
    """Return the sign of a verdict as a square mask (mode L): white where it is inked."""
    full = size * _SUPERSAMPLING
    mask = Image.new("L", (full, full), 0)
    _SIGNS.get(verdict, _ban)(ImageDraw.Draw(mask), full)
    return mask.resize((size, size), Image.Resampling.LANCZOS)


def _disc(pen: Pen, full: int) -> None:
    pen.ellipse((0, 0, full - 1, full - 1), fill=255)


def _strokes(pen: Pen, full: int, *points: tuple[float, float], width: float = 0.13) -> None:
    """Cut a line with round ends and joints out of what is there; points are shares of the size."""
    placed = [(x * full, y * full) for x, y in points]
    radius = width * full / 2
    pen.line(placed, fill=0, width=int(width * full), joint="curve")
    for x, y in placed:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)


def _cross(pen: Pen, full: int) -> None:
    _disc(pen, full)
    _strokes(pen, full, (0.32, 0.32), (0.68, 0.68))
    _strokes(pen, full, (0.68, 0.32), (0.32, 0.68))


def _check(pen: Pen, full: int) -> None:
    _disc(pen, full)
    _strokes(pen, full, (0.28, 0.52), (0.44, 0.68), (0.73, 0.36))


def _warning(pen: Pen, full: int) -> None:
    pen.polygon([(0.5 * full, 0.03 * full), (full, 0.93 * full), (0, 0.93 * full)], fill=255)
    _strokes(pen, full, (0.5, 0.38), (0.5, 0.62), width=0.11)
    _dot(pen, full, 0.79)


def _half(pen: Pen, full: int) -> None:
    _disc(pen, full)
    inset = 0.12 * full
    pen.pieslice((inset, inset, full - inset, full - inset), -90, 90, fill=0)


def _question(pen: Pen, full: int) -> None:
    _disc(pen, full)
    pen.arc((0.33 * full, 0.2 * full, 0.67 * full, 0.54 * full), 180, 65, fill=0, width=int(0.11 * full))
    _strokes(pen, full, (0.5, 0.52), (0.5, 0.6), width=0.11)
    _dot(pen, full, 0.76)


def _ban(pen: Pen, full: int) -> None:
    _disc(pen, full)
    inset = 0.14 * full
    pen.ellipse((inset, inset, full - inset, full - inset), fill=0)
    pen.line([(0.2 * full, 0.2 * full), (0.8 * full, 0.8 * full)], fill=255, width=int(0.13 * full))


def _dot(pen: Pen, full: int, y: float) -> None:
    radius = 0.065 * full
    pen.ellipse((0.5 * full - radius, y * full - radius, 0.5 * full + radius, y * full + radius), fill=0)


_SIGNS: dict[str, Callable[[Pen, int], None]] = {
    "false": _cross,
    "true": _check,
    "misleading": _warning,
    "partly_true": _half,
    "unproven": _question,
    "not_checkable": _ban,
}
