"""Runs the tests that come by a mutant's place while it is alive, until one of them notices."""

import json
import os
import pathlib
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass

#: A test that fails says so in a line of its own; one that is known to fail does not.
FAILURE = re.compile(r"^\S+ (?:Test|Suite) (?P<test>.*?) recorded an issue")
#: Suites that take less than this come first: most mutants are noticed by one of them.
QUICK_SECONDS = 3


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
        self.program = next((self.tree / ".build/release").glob("*PackageTests.xctest"))
        self.log = self.folder / "tests.log"

    def suites(self):
        """Every suite's name, as a filter takes it, with its target before it: ExecutionTests.SessionTests."""
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

    def judge(self, mutant, survey):
        """Whether a test notices the mutant."""
        begin = time.monotonic()
        near = {suite: entry["seconds"] for suite, entry in survey.items() if mutant.id in entry["mutants"] and not entry["failure"]}
        verdict = Verdict(mutant.id, mutant.site.key, mutant.title, "survived" if near else "not reached", "", 0)
        own = mutant.module + "Tests."
        stages = [
            [suite for suite in near if suite.startswith(own) and near[suite] < QUICK_SECONDS],
            [suite for suite in near if not suite.startswith(own) and near[suite] < QUICK_SECONDS],
            [suite for suite in near if near[suite] >= QUICK_SECONDS],
        ]
        for stage in filter(None, stages):
            limit = 60 + 4 * sum(near[suite] for suite in stage)
            failure = self.run(stage, limit, {"PARTRAIN_MUTANT": str(mutant.id)})
            if failure:
                verdict.result, verdict.by = "killed", failure
                break
        verdict.seconds = round(time.monotonic() - begin, 1)
        return verdict

    def run(self, suites, limit, environment):
        """What first goes wrong in the suites, or nothing: a failing test, a signal, the time. All that they began is ended."""
        pattern = "^(" + "|".join(re.escape(suite) for suite in suites) + ")/"
        scratch = tempfile.mkdtemp(prefix="mutate-")
        variables = {**os.environ, **environment, "TMPDIR": scratch}
        process = subprocess.Popen([self.program, "--testing-library", "swift-testing", "--filter", pattern], cwd=self.tree, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                                   env=variables, start_new_session=True)
        try:
            return self.watch(process, time.monotonic() + limit, limit)
        finally:
            end_all(scratch, process)
            shutil.rmtree(scratch, ignore_errors=True)

    def watch(self, process, deadline, limit):
        os.set_blocking(process.stdout.fileno(), False)
        rest, selector, passed = "", selectors.DefaultSelector(), False
        selector.register(process.stdout, selectors.EVENT_READ)
        with self.log.open("w") as log:
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
                        return failure.group("test")[:120]
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
