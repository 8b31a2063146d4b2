"""What can go wrong with an OUT: one class a family, each message one line that a user can act on."""

from __future__ import annotations

__all__ = [
    "ConflictError",
    "CorruptError",
    "DamagedCacheError",
    "LockedError",
    "MissingError",
    "NoInputError",
    "StoreError",
    "UnreachableError",
    "UnwritableError",
    "VersionError",
]


class StoreError(ValueError):
    """Anything about an OUT that stops a command. The message is one line that says what to do."""


class MissingError(StoreError):
    """There is no OUT, no version of that name, or no such article."""


class NoInputError(StoreError):
    """None of the inputs is there."""


class LockedError(StoreError):
    """Another build is at work in this OUT."""


class UnwritableError(StoreError):
    """The disk is full, a permission is missing, or OUT is not a folder."""


class CorruptError(StoreError):
    """Published files are missing or not what their manifest says."""


class DamagedCacheError(CorruptError):
    """A damaged cache file was met and taken out; doing the work again repairs it. ``build`` does so by itself."""


class ConflictError(StoreError):
    """Another publisher was faster; nothing was published."""


class VersionError(StoreError):
    """OUT was written by a newer schema than this one knows."""


class UnreachableError(StoreError):
    """The object store does not answer or does not let us in."""
