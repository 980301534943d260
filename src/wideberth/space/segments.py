"""Closest points of straight segments in space."""

from __future__ import annotations

import numpy as np

from wideberth.space.ellipsoid import Array


def closest(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    """Closest points of the segments ab and cd, each (n, 3), as (on ab, on cd).

    The five candidates are the inner solution and the four ends against the other segment; the
    best wins, so that nearly parallel segments, where the inner solution is ill-conditioned, lose
    no more than rounding.
    """
    u, v, w = b - a, d - c, a - c
    uu, vv = _dot(u, u), _dot(v, v)
    uv, uw, vw = _dot(u, v), _dot(u, w), _dot(v, w)
    uu1, vv1 = np.where(uu > 0, uu, 1.0), np.where(vv > 0, vv, 1.0)
    det = uu * vv - uv * uv
    inner = np.clip((uv * vw - vv * uw) / np.where(det > 0, det, 1.0), 0.0, 1.0)
    s = np.stack(
        [
            inner,
            np.zeros_like(uu),
            np.ones_like(uu),
            np.clip(-uw / uu1, 0.0, 1.0),
            np.clip((uv - uw) / uu1, 0.0, 1.0),
        ]
    )
    t = np.stack(
        [
            np.clip((inner * uv + vw) / vv1, 0.0, 1.0),
            np.clip(vw / vv1, 0.0, 1.0),
            np.clip((uv + vw) / vv1, 0.0, 1.0),
            np.zeros_like(uu),
            np.ones_like(uu),
        ]
    )
    gap = w + s[..., None] * u - t[..., None] * v
    best = np.argmin(_dot(gap, gap), axis=0)
    rows = np.arange(len(a))
    return a + s[best, rows][:, None] * u, c + t[best, rows][:, None] * v


def _dot(x: Array, y: Array) -> Array:
    return np.asarray(np.einsum("...i,...i->...", x, y))
