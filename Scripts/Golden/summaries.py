"""What is stored of a tensor, so that every element counts and the file stays small: its norm, its sum, and the signed sums of runs of
its elements. A wrong element moves its run's sum by its own size, whatever the others do; rounding moves the sum of n elements by √n
of one's only. Signs are random, so that elements that changed places, and errors that would cancel, are seen."""
import numpy as np

from random_source import SYNTHESIS, RandomSource

SIGNS = 2  # the stream of purpose synthesis
RUNS = {"scores": 512, "gradient": 512, "change": 16, "state": 64, "scores after": 512}
# Of networks with hundreds of tensors.
LARGE_RUNS = {"gradient": 64, "change": 8, "state": 8}
# How many times the largest difference from double precision that an order of summation shows another may have.
NOISE_FACTOR = 5
ROUNDING = 2.0**-24  # of the stored numbers


def run_length(recipe, count, kind):
    runs = LARGE_RUNS.get(kind, RUNS[kind]) if recipe.is_large else RUNS[kind]
    return -(-count // runs)


def signs(seed, number, count):
    words = RandomSource(seed, SYNTHESIS, SIGNS).words((count + 31) // 32, step=number)
    return 1.0 - 2.0 * np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")[:count]


def signed_runs(values, seed, number, run):
    return np.add.reduceat(values * signs(seed, number, len(values)), np.arange(0, len(values), run))


def noise(single, double, recipe, number, kind):
    """How far a run in single precision is from double: the norm of all differences, and how far the sum and the runs are."""
    difference = single.astype(np.float64) - double
    return {"norm": float(np.linalg.norm(difference)), "sum": abs(float(difference.sum())),
            "run": float(np.abs(signed_runs(difference, recipe.seed, number, run_length(recipe, len(double), kind))).max())}


def largest(noises):
    """Over several orders of summation. A sum may be near by chance: it is at least as uncertain as its terms are together."""
    norm = max(n["norm"] for n in noises)
    return {"norm": norm, "sum": max(norm, *(n["sum"] for n in noises)), "run": max(n["run"] for n in noises)}


class Storage:
    """The signed sums of all tensors of a network, one after the other: its .bin file."""

    def __init__(self, recipe):
        self.recipe, self.seed, self.parts, self.offset = recipe, recipe.seed, [], 0

    @classmethod
    def read(cls, recipe, path):
        """As a .bin file holds it."""
        storage = cls(recipe)
        storage.parts.append(np.fromfile(path, "<f4"))
        storage.offset = len(storage.parts[0])
        return storage

    def entry(self, double, noises, number, kind):
        run = run_length(self.recipe, len(double), kind)
        runs = signed_runs(double, self.seed, number, run).astype("<f4")
        self.parts.append(runs)
        self.offset += len(runs)
        uncertain = {name: float(f"{value:.4g}") for name, value in largest(noises).items()}
        # Single precision is good for eight digits.
        return {"number": number, "offset": self.offset - len(runs), "count": len(runs), "run": run,
                "norm": float(f"{np.linalg.norm(double):.9g}"), "sum": float(f"{double.sum():.9g}"), "noise": uncertain}

    def bytes(self):
        return np.concatenate(self.parts).tobytes()

    def excess(self, values, entry):
        """How many times what is allowed a tensor is from the stored one: above 1 a test fails."""
        values = values.astype(np.float64)
        runs = np.concatenate(self.parts)[entry["offset"]:entry["offset"] + entry["count"]]

        def share(actual, expected, noise):
            return float((np.abs(actual - expected) / (self.recipe.noise_factor * noise + ROUNDING * np.abs(expected))).max())

        uncertain = entry["noise"]
        return max(share(np.linalg.norm(values), entry["norm"], uncertain["norm"]), share(values.sum(), entry["sum"], uncertain["sum"]),
                   share(signed_runs(values, self.seed, entry["number"], entry["run"]), runs, uncertain["run"]))
