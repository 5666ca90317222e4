#!/usr/bin/env python3
"""What the comparison says of numbers that are known: `python3 -m unittest discover -s Benchmarks/Peers`. Needs no library."""
import pathlib
import sys
import tempfile
import unittest

import contestants as cast
import machine
import report as reporting

sys.path.insert(0, str(cast.SCRIPTS))
import memory

FACTS = {
    "model": "alexnet", "batch": 64, "steps": 2, "rounds": 3, "processor": {"name": "X (Zen 4)", "slug": "zen4", "instructions": ["avx512f"]},
    "cores": 2, "date": "2026-11-25", "commit": "abc", "company": (0.012, 0.003), "command": "Benchmarks/Peers/bench", "versions": ["PyTorch 2"]}


def line(seconds, grown=100, baseline=300, cuda=None):
    return {"step_seconds_median": seconds, "grown_bytes": grown * 2**20, "baseline_bytes": baseline * 2**20, "cuda": cuda}


def everyone(model="alexnet"):
    return cast.contestants(model, 64, 2, 1, "step", "python3")


def results(**rounds):
    """Contestants of AlexNet with what each printed in each round, underscores for spaces and commas told by position."""
    named = {name: [each if each is None or isinstance(each, dict) else line(each) for each in taken] for name, taken in rounds.items()}
    return reporting.Results([each for each in everyone() if each.name in named], named)


class Cast(unittest.TestCase):
    def test_names_are_unique_and_pairs_exist(self):
        names = [each.name for each in everyone()]
        self.assertEqual(len(names), len(set(names)))
        for pair in cast.OWN_PAIRS:
            self.assertLessEqual(set(pair), set(names))

    def test_without_bfloat16_its_line_is_left_out(self):
        some = cast.contestants("resnet50", 16, 2, 1, "step", "python3", bf16=False)
        self.assertEqual({each.line for each in some}, {cast.ONE, cast.TWO})
        self.assertIn(cast.BF16, {each.line for each in everyone("resnet50")})
        self.assertTrue(machine.has_bf16({"instructions": ["avx2", "avx512_bf16"]}))
        self.assertFalse(machine.has_bf16({"instructions": ["avx2", "avx512f"]}))

    def test_every_line_has_both_rivals_and_standard_kernels(self):
        for line_name in reporting.LINES:
            those = [each for each in everyone() if each.line == line_name]
            for library in [cast.OWN, cast.TORCH, cast.TENSORFLOW]:
                self.assertTrue(any(each.library == library and each.default for each in those), f"{library}, {line_name}")
            self.assertTrue(any(each.library == cast.OWN and "standard" in each.name for each in those), line_name)
            self.assertTrue(any(each.library == cast.TORCH and "--channels-last" in each.command for each in those), line_name)
            self.assertTrue(any("--compile" in each.command and "--channels-last" in each.command for each in those), line_name)

    def test_two_cores_have_one_process_with_two_threads_beside_two_processes(self):
        two = [each for each in everyone("lenet5") if each.line == cast.TWO and each.library == cast.TORCH]
        self.assertTrue(any("--ddp" in each.command for each in two))
        self.assertTrue(any("--ddp" not in each.command and each.command[each.command.index("--threads") + 1] == 2 for each in two))
        self.assertTrue(all(each.cores == 2 for each in two))

    def test_measured_kernels_are_what_the_timer_takes_by_itself(self):
        self.assertNotIn("--kernels", next(each for each in everyone() if each.name == "partrain").command)

    def test_only_slow_configurations_of_rivals_that_are_no_default_are_left_out(self):
        named = {each.name: each for each in everyone()}
        standing = {named[name]: seconds for name, seconds in {
            "partrain": 1.0, "partrain, standard kernels": 9.0, "PyTorch": 9.0, "PyTorch, channels last": 3.0, "PyTorch, compiled": 3.89,
            "PyTorch, compiled, channels last": 3.91, "TensorFlow": 2.0, "TensorFlow, XLA": 2.61}.items()}
        self.assertEqual(cast.too_slow(standing, 1.3), {"PyTorch, compiled, channels last", "TensorFlow, XLA"})


class Report(unittest.TestCase):
    def test_ratios_are_taken_within_rounds_in_which_both_had_a_turn(self):
        r = results(**{"partrain": [1, 2, 4], "PyTorch": [2, None, 12]})
        self.assertEqual(r.ratios("partrain", "PyTorch"), [2, 3])

    def test_the_best_configuration_is_found_among_those_that_went_on(self):
        r = results(**{"PyTorch": [5, 5, 5], "PyTorch, channels last": [4, 3, 4], "PyTorch, compiled": [1, None, None]})
        self.assertEqual(r.best(cast.TORCH, cast.ONE).name, "PyTorch, channels last")
        self.assertEqual([(each.name, reason) for each, reason in r.rivals(cast.ONE)],
                         [("PyTorch, channels last", "PyTorch at its best"), ("PyTorch", "at its simplest")])

    def test_ratio_lines_name_the_rival_and_the_spread(self):
        text = reporting.report(results(**{"partrain": [1, 1, 1], "partrain, standard kernels": [2, 2, 2], "PyTorch": [4, 5, 6],
                                           "PyTorch, channels last": [3, 3, 3]}), FACTS)
        self.assertIn("| partrain | PyTorch, channels last | PyTorch at its best | **3.00 (3.00 to 3.00)** | 1.00 |", text)
        self.assertIn("| partrain | PyTorch | at its simplest | **5.00 (4.00 to 6.00)** | 1.00 |", text)
        self.assertIn("| partrain, standard kernels | PyTorch, channels last | PyTorch at its best | **1.50 (1.50 to 1.50)** | 1.00 |", text)
        self.assertIn("Others on the machine took 1.2% of its cores' time meanwhile, the hypervisor 0.3%.", text)

    def test_a_cuda_build_has_no_memory(self):
        text = reporting.report(results(**{"partrain": [line(1)], "PyTorch": [line(4, grown=900, cuda="13.2")]}), FACTS)
        self.assertIn("| PyTorch | 4000 (4000 to 4000) | 16 | – | – | 1 |", text)
        self.assertIn("| **4.00 (4.00 to 4.00)** | – |", text)
        self.assertIn("PyTorch was a CUDA build", text)

    def test_the_share_of_normalisation_is_the_part_of_the_distance_that_goes_with_it(self):
        # 1 s against 5; without it 0.8 s against 1.8: of 4 s 3 are gone.
        self.assertEqual([round(each, 6) for each in reporting.lrn_shares([line(1)], [line(5)], [line(0.8)], [line(1.8)])], [0.75])
        self.assertEqual(reporting.lrn_shares([line(1)], [None], [line(1)], [line(1)]), [])
        text = reporting.report(results(**{"partrain": [1], "PyTorch": [5], "partrain without LRN": [0.8], "PyTorch without LRN": [1.8]}), FACTS)
        self.assertIn("**5.00 (5.00 to 5.00)** with it, **2.25 (2.25 to 2.25)** without; 75 (75 to 75) % of the time", text)

    def test_what_was_left_out_is_said(self):
        text = reporting.report(results(**{"partrain": [1, 1], "PyTorch": [4, 4], "PyTorch, compiled": [9, None]}), FACTS)
        self.assertIn("Left out after the first round, since a faster configuration of the same rival stands beside them: PyTorch, compiled.", text)


class Machine(unittest.TestCase):
    def test_processors_by_name(self):
        def one(family, model):
            return machine.processor(f"vendor_id\t: AuthenticAMD\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: AMD EPYC\n"
                                     "flags\t\t: fpu avx2 avx512f avx512_bf16\n")

        self.assertEqual(one(25, 17), {"name": "AMD EPYC (Zen 4: family 25, model 17)", "slug": "zen4",
                                       "instructions": ["avx2", "avx512f", "avx512_bf16"]})
        self.assertEqual([one(25, 1)["slug"], one(25, 0x61)["slug"], one(26, 2)["slug"]], ["zen3", "zen4", "zen5"])
        intel = machine.processor("vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t: 143\nmodel name\t: Intel(R) Xeon(R)\n")
        self.assertEqual(intel["slug"], "intel-r-xeon-r-6-143")

    def test_ticks(self):
        self.assertEqual(machine.ticks("cpu  10 1 5 80 2 1 1 7 0 0\n"), {"busy": 18, "stolen": 7, "all": 107})


class Memory(unittest.TestCase):
    def test_shared_pages_are_counted_in_parts(self):
        with tempfile.TemporaryDirectory() as folder:
            process = pathlib.Path(folder)
            (process / "smaps_rollup").write_text("Rss:  1000 kB\nPss:  700 kB\nPss_Anon:  1 kB\n")
            (process / "status").write_text("VmHWM:\t 1500 kB\nVmRSS:\t 1000 kB\n")
            self.assertEqual(memory.proportional(process), 700 * 1024)
            # Of 1500 kB at the fullest, 300 are others'.
            self.assertEqual(memory.peak(process), 1200 * 1024)

    def test_growth_of_this_process(self):
        growth = memory.Growth()
        growth.warm()
        block = bytearray(64 * 2**20)
        block[::4096] = b"x" * len(block[::4096])
        del block
        self.assertGreater(growth.line()["grown_bytes"], 60 * 2**20)

    def test_what_is_freed_before_the_clock_starts_is_not_growth_but_peak(self):
        growth = memory.Growth()
        block = bytearray(64 * 2**20)
        block[::4096] = b"x" * len(block[::4096])
        del block
        growth.warm()
        line = growth.line()
        self.assertLess(line["grown_bytes"], 32 * 2**20)
        self.assertGreater(line["peak_bytes"] - line["baseline_bytes"], 60 * 2**20)

    def test_numbers_of_all_processes_are_added(self):
        growth = memory.Growth(lambda number: 2 * number)
        growth.warm()
        self.assertGreaterEqual(growth.line()["baseline_bytes"], 2**20)


if __name__ == "__main__":
    unittest.main()
