"""How postings are packed into bytes: ascending numbers first, then one byte of weight for each."""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

KEY = TypeVar("KEY")

FULL_WEIGHT = 255
OFFSETS = "H"
"""Two bytes: the place of an article in its block."""
KEYS = "i"
"""Four bytes: the key of a term."""


def weight(frequency: float, saturation: float) -> int:
    """Return what a term occurring `frequency` times weighs, 1 to 255."""
    return max(1, round(FULL_WEIGHT * frequency / (frequency + saturation)))


def weights(frequencies: Mapping[KEY, float], saturation: float) -> dict[KEY, int]:
    """Return what each of `frequencies` weighs; most are alike, so each is worked out once."""
    known = {frequency: weight(frequency, saturation) for frequency in set(frequencies.values())}
    return {key: known[frequency] for key, frequency in frequencies.items()}


def pack(kind: str, numbers: Iterable[int], weights: Iterable[int]) -> bytes:
    """Return `numbers`, ascending, and `weights` in one piece."""
    packed = array(kind, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes() + bytes(weights)


def unpack(kind: str, packed: bytes) -> "tuple[array[int], bytes]":
    """Return what `pack` was given."""
    numbers = array(kind)
    end = len(packed) // (numbers.itemsize + 1) * numbers.itemsize
    numbers.frombytes(packed[:end])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, packed[end:]


def changed(packed: bytes, changes: Sequence[tuple[int, int]]) -> bytes:
    """Return the postings of a block after `changes` of (offset, weight), where weight 0 drops one."""
    if not packed:
        kept = sorted(one for one in changes if one[1])
        return pack(OFFSETS, [offset for offset, _ in kept], [weight for _, weight in kept])
    offsets, held = unpack(OFFSETS, packed)
    weights = bytearray(held)
    for offset, new in changes:
        at = bisect_left(offsets, offset)
        is_held = at < len(offsets) and offsets[at] == offset
        if not new:
            if is_held:
                del offsets[at], weights[at]
        elif is_held:
            weights[at] = new
        else:
            offsets.insert(at, offset)
            weights.insert(at, new)
    return pack(OFFSETS, offsets, weights)
