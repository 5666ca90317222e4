"""partrain's random numbers by index, in numpy: Philox4x32-10 and what Sources/Tensors/RandomSource.swift makes of it.

A number is a function of (seed, purpose, stream, step, index). The key is the seed's lower and upper half, the counter is
[block, step, stream, purpose]; element i is word i & 3 of block i >> 2.
"""
import numpy as np

INITIALIZATION, DROPOUT, SHUFFLING, AUGMENTATION, SYNTHESIS = 1, 2, 3, 4, 5
LOW = np.uint64(0xFFFF_FFFF)
HALF = np.uint64(32)


def philox(counter, key):
    """Ten rounds of Salmon et al. 2011 on four u64 arrays (or numbers) that hold 32-bit words; returns u32 [..., 4]."""
    x0, x1, x2, x3 = (np.asarray(word, dtype=np.uint64) for word in counter)
    k0, k1 = (np.uint64(word) for word in key)
    for _ in range(10):
        p0, p1 = x0 * np.uint64(0xD251_1F53), x2 * np.uint64(0xCD9E_8D57)
        x0, x1, x2, x3 = (p1 >> HALF) ^ x1 ^ k0, p1 & LOW, (p0 >> HALF) ^ x3 ^ k1, p0 & LOW
        k0, k1 = (k0 + np.uint64(0x9E37_79B9)) & LOW, (k1 + np.uint64(0xBB67_AE85)) & LOW
    return np.stack([x0, x1, x2, x3], axis=-1).astype(np.uint32)


def check_published_vectors():
    """The known answers in the `kat_vectors` file of the Random123 distribution."""
    ones = 0xFFFF_FFFF
    for counter, key, answer in [
        ((0, 0, 0, 0), (0, 0), (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
        ((ones,) * 4, (ones,) * 2, (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)),
        ((0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), (0xA409_3822, 0x299F_31D0),
         (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)),
    ]:
        if tuple(int(word) for word in philox(counter, key)) != answer:
            raise SystemExit(f"Philox4x32-10 is wrong at counter {counter}, key {key}")


class RandomSource:
    def __init__(self, seed, purpose, stream=0):
        self.key, self.purpose, self.stream = (seed & 0xFFFF_FFFF, seed >> 32), purpose, stream

    def _blocks(self, step, first, last):
        blocks = np.arange(first, last, dtype=np.uint64)
        same = lambda word: np.full_like(blocks, word)
        return philox((blocks, same(step), same(self.stream), same(self.purpose)), self.key)

    def words(self, count, step=0):
        return self._blocks(step, 0, (count + 3) // 4).reshape(-1)[:count]

    def uniform(self, count, step=0):
        """f32 in [0, 1): the upper 24 bits of a word."""
        return (self.words(count, step) >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24)

    def integers(self, count, below, step=0):
        return ((self.words(count, step).astype(np.uint64) * np.uint64(below)) >> HALF).astype(np.int64)

    def normal(self, count, step=0, deviation=1.0):
        """f32 `deviation` times standard normal numbers: Box and Muller in f64, rounded to f32 before the product."""
        out = np.empty((count + 3) // 4 * 4, dtype=np.float32)
        chunk = 1 << 18
        for first in range(0, len(out) // 4, chunk):
            words = self._blocks(step, first, min(first + chunk, len(out) // 4)).astype(np.float64)
            radius = np.sqrt(-2 * np.log((words[:, 0::2] + 1) * 2.0**-32))
            angle = 2 * np.pi * words[:, 1::2] * 2.0**-32
            pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).astype(np.float32)
            out[4 * first:4 * first + pairs.size] = pairs.reshape(-1)
        return np.float32(deviation) * out[:count]
