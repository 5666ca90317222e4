"""A copy of the tree in which every mutant of a sample is planted beside its original, and built once."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass

import operators

#: An operator's name tells its mutant's number: one of these for each of its digits.
DIGITS = "⊕⊖⊗⊘⊙⊚⊛⊜⊝⊞"


@dataclass
class Mutant:
    """A place and its number; `name` is that of a mutant which somebody thought of, not an operator."""

    id: int
    module: str
    site: operators.Site
    name: str = ""

    @property
    def title(self):
        return self.name or f"{self.site.path}:{self.site.line} {self.site.change}"


def draw(root, modules, count, seed, taken):
    """`count` places of all in the modules' files, one in a line and none in the lines taken, and no two that read alike.

    Places are ordered by a digest of the seed and of what they are, not of where: when the source changes, the places in other lines are
    drawn as before, and what is known of them holds.
    """
    places = []
    for module in modules:
        for path in sorted((root / "Sources" / module).rglob("*.swift")):
            places += [(module, site) for site in operators.sites(str(path.relative_to(root)), path.read_text())]
    places.sort(key=lambda place: hashlib.sha256(f"{seed} {place[1].key}".encode()).digest())
    lines, keys, chosen = set(taken), set(), []
    for module, site in places:
        if len(chosen) == count:
            break
        if (site.path, site.line) not in lines and site.key not in keys:
            lines.add((site.path, site.line))
            keys.add(site.key)
            chosen.append((module, site))
    return chosen, len(places)


def named_sites(root, named):
    """The mutants that somebody thought of, with the places that they change; ends where one no longer has its place."""
    for name, path, find, replacement in named:
        text = (root / path).read_text()
        if text.count(find) != 1:
            sys.exit(f"mutate: the mutant “{name}” changes “{find}”, which {path} has {text.count(find)} times. Correct Scripts/Mutation/named.py")
        begin = text.index(find)
        line = text.count("\n", 0, begin) + 1
        planted = replacement.replace("{", "{{").replace("}", "}}").replace("ALIVE", "isMutant_{module}({id})")
        yield path.split("/")[1], operators.Site(path, begin, begin + len(find), line, find, name, planted), name


class Planting:
    """The folder `.build-mutants`: the copy, its build, and the list of the mutants that are in it."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        self.tree = folder / "tree"
        self.list = folder / "mutants.json"
        self.faulty = folder / "do-not-compile.json"

    def load(self):
        """The mutants planted, or None where there are none yet."""
        if not self.list.exists():
            return None
        stored = json.loads(self.list.read_text())
        return [Mutant(entry["id"], entry["module"], operators.Site(**entry["site"]), entry["name"]) for entry in stored]

    def plant(self, chosen, named, count):
        """Copies, plants and builds; mutants that do not compile are left out, and the rest built again. `count` of those drawn are kept."""
        mutants = [Mutant(number, module, site) for number, (module, site) in enumerate(chosen)]
        mutants += [Mutant(len(mutants) + number, module, site, name) for number, (module, site, name) in enumerate(named)]
        total = len(mutants)
        self.folder.mkdir(exist_ok=True)
        # What an earlier call found out is not tried again; the numbers stay, so that what was built stays, too.
        faulty = set(json.loads(self.faulty.read_text())) if self.faulty.exists() else set()
        mutants = [mutant for mutant in mutants if mutant.name or mutant.site.key not in faulty]
        # Once: the tree may change while this builds.
        source = self.source()
        while True:
            self.write(mutants, source)
            failed, log = self.build()
            if not failed:
                break
            faults = self.faults(log, mutants)
            wrong = [mutant for mutant in mutants if mutant.id in faults]
            if not wrong:
                sys.exit("mutate: the planted tree does not build, and no mutant is to blame:\n" + log[-4000:])
            for mutant in wrong:
                if mutant.name:
                    sys.exit(f"mutate: the mutant “{mutant.name}” does not compile; correct Scripts/Mutation/named.py\n" + log[-4000:])
            mutants = [mutant for mutant in mutants if mutant not in wrong]
            faulty |= {mutant.site.key for mutant in wrong}
            self.faulty.write_text(json.dumps(sorted(faulty), indent=1, ensure_ascii=False))
            print(f"mutate: {len(wrong)} mutants do not compile, {len(mutants)} are left", flush=True)
        drawn = [mutant for mutant in mutants if not mutant.name]
        mutants = drawn[:count] + [mutant for mutant in mutants if mutant.name]
        self.list.write_text(json.dumps([asdict(mutant) for mutant in mutants], indent=1, ensure_ascii=False))
        print(f"mutate: {len(mutants)} of {total} mutants are planted", flush=True)
        return mutants

    def source(self):
        """What every file of the tree holds, by its path."""
        files = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=self.root,
                               capture_output=True, check=True).stdout.decode().split("\0")
        return {name: (self.root / name).read_bytes() for name in files if name and (self.root / name).is_file()}

    def write(self, mutants, source):
        """The tree as it was here, with the mutants in it. What has not changed keeps its time, so that little is built again."""
        wanted = dict(source)
        by_path = {}
        for mutant in mutants:
            by_path.setdefault(mutant.site.path, []).append(mutant)
        for path, planted in by_path.items():
            text = wanted[path].decode()
            self.check_apart(planted)
            for mutant in sorted(planted, key=lambda mutant: -mutant.site.begin):
                filled = mutant.site.planted.format(**self.fill(mutant))
                text = text[:mutant.site.begin] + filled + text[mutant.site.end:]
            wanted[path] = text.encode()
        switch = source["Scripts/Mutation/switch.swift.in"].decode()
        for module in {mutant.module for mutant in mutants}:
            text = switch.replace("MODULE", module)
            for mutant in mutants:
                if mutant.module == module and mutant.site.declaration:
                    text += f"\n// {mutant.id}\n" + mutant.site.declaration.format(**self.fill(mutant))
            wanted[f"Sources/{module}/PlantedMutants.swift"] = text.encode()
        manifest = wanted["Package.swift"].decode()
        wanted["Package.swift"] = re.sub(r"\n *\.treatAllWarnings\(as: \.error\),", "", manifest).encode()
        for old in [path for path in self.tree.rglob("*.swift") if ".build" not in path.parts] if self.tree.exists() else []:
            if str(old.relative_to(self.tree)) not in wanted:
                old.unlink()
        for name, content in wanted.items():
            target = self.tree / name
            if not target.exists() or target.read_bytes() != content:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                if (self.root / name).exists():
                    shutil.copymode(self.root / name, target)

    def check_apart(self, planted):
        """Two mutants in each other's text could not both be written."""
        spans = sorted((mutant.site.begin, mutant.site.end, mutant.title) for mutant in planted)
        for (_, end, title), (begin, _, other) in zip(spans, spans[1:]):
            if begin < end:
                sys.exit(f"mutate: {title} and {other} change the same text")

    def fill(self, mutant):
        symbol = "⊠" + "".join(DIGITS[int(digit)] for digit in str(mutant.id))
        return {"id": mutant.id, "module": mutant.module, "symbol": symbol}

    def build(self):
        command = ["swift", "build", "-c", "release", "--build-tests"]
        run = subprocess.run(command, cwd=self.tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        (self.folder / "build.log").write_text(run.stdout)
        return run.returncode != 0, run.stdout

    def faults(self, log, mutants):
        """The mutants that the compiler's errors point at: those in the line, else the nearest above it in the same statement."""
        found = set()
        lines = {}
        for mutant in mutants:
            lines.setdefault(mutant.site.path, []).append((mutant.site.line, mutant.id))
        for path, line in set(re.findall(r"/tree/(Sources/\S+?\.swift):(\d+):\d+: error:", log)):
            number = int(line)
            if path.endswith("PlantedMutants.swift"):
                text = (self.tree / path).read_text().split("\n")[:number]
                marks = [entry[3:] for entry in text if re.fullmatch(r"// \d+", entry)]
                found |= {int(marks[-1])} if marks else set()
                continue
            near = [(abs(number - place), identity) for place, identity in lines.get(path, [])]
            closest = min((distance for distance, _ in near), default=None)
            found |= {identity for distance, identity in near if distance == closest}
        return found
