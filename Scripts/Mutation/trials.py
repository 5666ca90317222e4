"""Runs the tests that come by a mutant's place while it is alive, until one of them notices."""

import collections
import json
import os
import pathlib
import queue
import re
import selectors
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass

#: A test that fails says so in a line of its own; one that is known to fail does not.
FAILURE = re.compile(r"^\S+ (?:Test|Suite) (?P<test>.*?) recorded an issue(?:.*? at (?P<file>\w+)\.swift:)?")
#: So long are the suites that a mutant is tried on at first; each time that it comes round again, for twice as long.
FIRST_SECONDS = 2


@dataclass
class Verdict:
    id: int
    key: str
    title: str
    #: "killed", "survived", or "not reached": no test comes by its place.
    result: str
    #: What noticed: a test's name, "ended by signal 5", "took more than 90 s".
    by: str
    seconds: float


class Bench:
    """The tests of a planted tree."""

    def __init__(self, planting):
        self.tree = planting.tree
        self.folder = planting.folder
        #: How many mutants of a file each suite noticed.
        self.killers = collections.defaultdict(collections.Counter)
        self.program = next((self.tree / ".build/release").glob("*PackageTests.xctest"))

    def suites(self):
        """Every suite's name, as a filter takes it, with its target before it: SessionsTests.SessionTests."""
        listed = subprocess.run(["swift", "test", "list", "-c", "release", "--disable-testable-imports", "--skip-build"], cwd=self.tree,
                                capture_output=True, text=True, check=True).stdout
        return sorted({re.match(r"[^/(]+", line).group() for line in listed.split("\n") if "." in line and "(" in line})

    def survey(self, count):
        """How long each suite takes with no mutant alive, and which mutants it comes by."""
        stored = self.folder / "survey.json"
        if stored.exists() and stored.stat().st_mtime > self.program.stat().st_mtime:
            return json.loads(stored.read_text())
        survey = {}
        for suite in self.suites():
            with tempfile.NamedTemporaryFile() as reached:
                reached.write(bytes(count))
                reached.flush()
                begin = time.monotonic()
                failure = self.run([suite], 900, {"PARTRAIN_MUTANTS_REACHED": reached.name})
                seconds = time.monotonic() - begin
                marks = pathlib.Path(reached.name).read_bytes()
            survey[suite] = {"seconds": round(seconds, 2), "failure": failure, "mutants": [index for index in range(count) if marks[index]]}
            print(f"mutate: {suite}: {seconds:.1f} s, {len(survey[suite]['mutants'])} mutants{', FAILS: ' + failure if failure else ''}", flush=True)
        stored.write_text(json.dumps(survey))
        return survey

    def judge(self, mutants, survey, jobs, effort):
        """The verdicts, as they come: whether a test notices each mutant. All mutants have their quick suites run before any has its slow
        ones, so that those which nobody notices, which take all suites, come last. After `effort` seconds of suites none is begun: what was
        not noticed by then counts as survived, so the count of the killed is never too high."""
        waiting = queue.PriorityQueue()
        verdicts = queue.SimpleQueue()
        for order, mutant in enumerate(mutants):
            near = [suite for suite, entry in survey.items() if mutant.id in entry["mutants"] and not entry["failure"]]
            verdict = Verdict(mutant.id, mutant.site.key, mutant.title, "survived" if near else "not reached", "", 0)
            waiting.put((0, order, mutant, near, verdict, effort))

        def work():
            while True:
                try:
                    turn, order, mutant, near, verdict, effort_left = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    left, taken = self.go_on(mutant, near, survey, FIRST_SECONDS * 2**turn, verdict)
                except BaseException as error:
                    return verdicts.put(error)
                if left and effort_left > taken:
                    waiting.put((turn + 1, order, mutant, left, verdict, effort_left - taken))
                else:
                    verdicts.put(verdict)

        for number in range(jobs):
            threading.Thread(target=work, name=str(number), daemon=True).start()
        for _ in mutants:
            verdict = verdicts.get()
            if isinstance(verdict, BaseException):
                raise verdict
            yield verdict

    def go_on(self, mutant, near, survey, seconds, verdict):
        """Runs suites for about so many seconds, at least one. Returns those that are left to be run, none where one noticed, and the
        seconds that those which ran take."""
        suites, left = [], list(self.ordered(mutant, near, survey))
        taken = 0
        while left and (not suites or taken + survey[left[0]]["seconds"] <= seconds):
            taken += survey[left[0]]["seconds"]
            suites.append(left.pop(0))
        if not suites:
            return [], taken
        begin = time.monotonic()
        failure = self.run(suites, 60 + 4 * taken, {"PARTRAIN_MUTANT": str(mutant.id)})
        verdict.seconds = round(verdict.seconds + time.monotonic() - begin, 1)
        if not failure:
            return left, taken
        verdict.result, verdict.by = "killed", failure
        self.killers[mutant.site.path][failure.split(".")[0]] += 1
        return [], taken

    def ordered(self, mutant, near, survey):
        """Suites by their time and the chance that they notice: first those that noticed mutants of the same file, then those of the same
        target, and the quick ones before the slow."""
        killers = self.killers[mutant.site.path]
        own = mutant.module + "Tests."

        def cost(suite):
            share = 0.1 if killers[suite.split(".")[1]] else 0.3 if suite.startswith(own) else 1
            return share * survey[suite]["seconds"]

        return sorted(near, key=cost)

    def run(self, suites, limit, environment):
        """What first goes wrong in the suites, or nothing: a failing test, a signal, the time. All that they began is ended."""
        pattern = "^(" + "|".join(re.escape(suite) for suite in suites) + ")/"
        scratch = tempfile.mkdtemp(prefix="mutate-")
        variables = {**os.environ, **environment, "TMPDIR": scratch}
        process = subprocess.Popen([self.program, "--testing-library", "swift-testing", "--filter", pattern], cwd=self.tree, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                                   env=variables, start_new_session=True)
        try:
            with (self.folder / f"tests-{threading.current_thread().name}.log").open("w") as log:
                return self.watch(process, log, time.monotonic() + limit, limit)
        finally:
            end_all(scratch, process)
            # A mutant may have made folders in folders without end, which Python's own function gives up on.
            subprocess.run(["rm", "-rf", scratch], check=False)

    def watch(self, process, log, deadline, limit):
        os.set_blocking(process.stdout.fileno(), False)
        rest, selector, passed = "", selectors.DefaultSelector(), False
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if not selector.select(1):
                if process.poll() is not None:
                    break
                continue
            text = process.stdout.read()
            if text == "":
                break
            log.write(text or "")
            *lines, rest = (rest + (text or "")).split("\n")
            for line in lines:
                failure = FAILURE.match(line)
                if failure:
                    return f"{failure.group('file') or 'unknown'}.{failure.group('test')[:120]}"
                passed = passed or "Test run with" in line and " passed" in line
        else:
            return f"took more than {limit:.0f} s"
        code = process.wait()
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        return "" if code == 0 and passed else f"exit code {code}"


def end_all(scratch, process):
    """Kills the tests and what they began, wherever it has gone: all of it has the folder `scratch` in its environment."""
    mark = f"TMPDIR={scratch}".encode()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)
        except OSError:
            continue
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        pass


class Verdicts:
    """What is known so far, a line for each mutant, so that a run goes on where it was left."""

    def __init__(self, path):
        self.path = path
        self.known = {}
        if path.exists():
            for line in path.read_text().split("\n"):
                if line:
                    verdict = Verdict(**json.loads(line))
                    self.known[verdict.key] = verdict

    def add(self, verdict):
        self.known[verdict.key] = verdict
        with self.path.open("a") as file:
            file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")
