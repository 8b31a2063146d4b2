"""Average-link clustering over a sparse list of similar pairs: deterministic, independent of their order."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

__all__ = ["average_link"]


def average_link(count: int, pairs: Iterable[tuple[int, int, int]], least: int) -> list[list[int]]:
    """Groups of ``range(count)``, each sorted, by their first row.

    ``pairs`` are ``(row, other row, similarity)``, whole numbers, each pair once; a pair that is missing counts as 0. The two
    groups with the highest average similarity join first (of equals the lowest rows), as long as it is at least ``least``.
    """
    near: list[dict[int, int]] = [{} for _ in range(count)]
    for a, b, similarity in pairs:
        near[a][b] = near[b][a] = similarity
    groups: list[list[int]] = [[row] for row in range(count)]
    heap = [(-total, a, b) for a, others in enumerate(near) for b, total in others.items() if a < b and total >= least]
    heapify(heap)
    while heap:
        negative, a, b = heappop(heap)
        if b not in near[a] or near[a][b] // (len(groups[a]) * len(groups[b])) != -negative:
            continue  # one of the two has grown or gone since
        _absorb(near, groups, a, b)
        for c, total in near[a].items():
            average = total // (len(groups[a]) * len(groups[c]))
            if average >= least:
                heappush(heap, (-average, min(a, c), max(a, c)))
    return [sorted(group) for group in groups if group]


def _absorb(near: list[dict[int, int]], groups: list[list[int]], a: int, b: int) -> None:
    del near[a][b], near[b][a]
    for c, total in near[b].items():
        del near[c][b]
        near[a][c] = near[c][a] = near[a].get(c, 0) + total
    near[b] = {}
    groups[a] += groups[b]
    groups[b] = []
