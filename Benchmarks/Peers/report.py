"""The report of a comparison, in Markdown, from what each contestant printed in each round."""
import statistics

from contestants import BF16, ONE, OWN, OWN_PAIRS, PLAIN, TENSORFLOW, TORCH, TWO

LINES = [ONE, PLAIN, BF16, TWO]


class Results:
    """What was measured. `rounds` has, by contestant's name, for each round what it printed, or nothing if it had no turn."""

    def __init__(self, contestants, rounds):
        self.contestants = [each for each in contestants if any(rounds.get(each.name, []))]
        self.named = {each.name: each for each in self.contestants}
        self.rounds = rounds

    def lines(self, name):
        return [line for line in self.rounds[name] if line]

    def seconds(self, name):
        return [line["step_seconds_median"] for line in self.lines(name)]

    def grown(self, name):
        """Bytes, or nothing for a CUDA build: its libraries alone take gigabytes, and say nothing of a CPU."""
        lines = self.lines(name)
        return None if lines[0].get("cuda") else statistics.median(line["grown_bytes"] for line in lines)

    def ratios(self, name, rival):
        """How many times as fast as the rival, in each round in which both had a turn."""
        return [theirs["step_seconds_median"] / ours["step_seconds_median"]
                for ours, theirs in zip(self.rounds[name], self.rounds[rival]) if ours and theirs]

    def of(self, library, line):
        return [each for each in self.contestants if each.library == library and each.line == line]

    def best(self, library, line):
        """The quickest configuration of those that had a turn in most rounds, or nothing."""
        those = self.of(library, line)
        most = max((len(self.lines(each.name)) for each in those), default=0)
        full = [each for each in those if len(self.lines(each.name)) == most]
        return min(full, key=lambda each: statistics.median(self.seconds(each.name)), default=None)

    def rivals(self, line):
        """Of each library the best configuration, and the default ones where they are others, with the reason to name them."""
        for library in [TORCH, TENSORFLOW]:
            best = self.best(library, line)
            if best:
                yield best, f"{library} at its best"
            for each in self.of(library, line):
                if each.default and each is not best:
                    yield each, "at its simplest"


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def mebibytes(number):
    return "–" if number is None else f"{number / 2**20:,.0f}"


def report(results, facts):
    return "\n".join([
        f"# A training step of {facts['model']}, batch {facts['batch']}, on {facts['processor']['name']}", "", *circumstances(facts), "",
        *turns(results, facts), "", *comparisons(results), *within(results), *normalisation(results), *remarks(results)])


def circumstances(facts):
    others, stolen = facts["company"]
    instructions = ", ".join(facts["processor"]["instructions"])
    return [
        f"{facts['processor']['name']}, {facts['cores']} cores{', ' + instructions if instructions else ''}; {facts['date']}; commit "
        f"{facts['commit']}; {facts['rounds']} rounds, in each every contestant once, in an order drawn anew within its line; in a turn the median "
        f"of {facts['steps']} steps; over rounds the median (least to most). Others on the machine took {others:.1%} of its cores' time "
        f"meanwhile, the hypervisor {stolen:.1%}.", "", f"    {facts['command']}", "", *[f"- {line}" for line in facts["versions"]]]


def turns(results, facts):
    yield "| contestant | ms a step | images/s | memory grows by, MiB | filled, with the library, MiB | rounds |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for line in LINES:
        those = [each for each in results.contestants if each.line == line]
        if those:
            yield f"| *{line}* | | | | | |"
        for each in those:
            seconds, lines = results.seconds(each.name), results.lines(each.name)
            grown = results.grown(each.name)
            whole = None if grown is None else grown + statistics.median(one["baseline_bytes"] for one in lines)
            milliseconds = [value * 1e3 for value in seconds]
            yield (f"| {each.name} | {spread(milliseconds, 2 if max(milliseconds) < 20 else 0)} | {facts['batch'] / statistics.median(seconds):,.0f} | "
                   f"{mebibytes(grown)} | {mebibytes(whole)} | {len(lines)} |")


def comparisons(results):
    """partrain's contestants, each with the rivals of its line."""
    yield "| | against | | times as fast, within a round | its memory's growth by the rival's |"
    yield "| --- | --- | --- | --- | --- |"
    for line in LINES:
        for each in results.of(OWN, line):
            for rival, reason in results.rivals(line):
                yield f"| {each.name} | {rival.name} | {reason} | **{spread(results.ratios(each.name, rival.name), 2)}** | {share(results, each, rival)} |"


def share(results, one, other):
    mine, theirs = results.grown(one.name), results.grown(other.name)
    return "–" if mine is None or not theirs or theirs <= 0 else f"{mine / theirs:.2f}"


def within(results):
    """partrain's contestants among themselves."""
    pairs = [(one, other) for one, other in OWN_PAIRS if one in results.named and other in results.named]
    if not pairs:
        return
    yield from ["", "| | against | times as fast, within a round | its memory's growth by the other's |", "| --- | --- | --- | --- |"]
    for one, other in pairs:
        yield (f"| {one} | {other} | **{spread(results.ratios(one, other), 2)}** | "
               f"{share(results, results.named[one], results.named[other])} |")


def normalisation(results):
    """How much of the distance to a rival is response normalisation."""
    sentences = []
    with_it, without = results.best(OWN, ONE), results.best(OWN, PLAIN)
    if not with_it or not without:
        return
    for library in [TORCH, TENSORFLOW]:
        slow, quick = results.best(library, ONE), results.best(library, PLAIN)
        if not slow or not quick:
            continue
        before = results.ratios(with_it.name, slow.name)
        after = results.ratios(without.name, quick.name)
        shares = lrn_shares(*[results.rounds[each.name] for each in [with_it, slow, without, quick]])
        if shares:
            sentences.append(f"- {library} at its best ({slow.name}; {quick.name}): **{spread(before, 2)}** with it, **{spread(after, 2)}** without; "
                             f"{spread([100 * each for each in shares], 0)} % of the time that partrain saves in a step is saved there.")
    if sentences:
        yield from ["", "What of the distance to a rival is local response normalisation:", "", *sentences]


def lrn_shares(own, rival, own_without, rival_without):
    """Of the time between partrain's step and the rival's, the part that is gone without the normalisation; for each round."""
    shares = []
    for turns_taken in zip(own, rival, own_without, rival_without):
        if not all(turns_taken):
            continue
        ours, theirs, ours_less, theirs_less = [line["step_seconds_median"] for line in turns_taken]
        if theirs > ours:
            shares.append(1 - (theirs_less - ours_less) / (theirs - ours))
    return shares


def remarks(results):
    yield from [
        "", "Memory is counted from what the process has after a step of one element, when its library is loaded and ready, to the fullest moment "
        "of the timed steps; a page that several processes have counts once (proportional set sizes, summed; the launcher of processes is left out). "
        "*Compiled* grows by the compiler as well, which stays loaded."]
    cuda = sorted({each.library for each in results.contestants if results.lines(each.name)[0].get("cuda")})
    if cuda:
        yield from ["", f"**{', '.join(cuda)} was a CUDA build**, whose memory is not that of a CPU build, and is left out."]
    early = [each.name for each in results.contestants
             if len(results.lines(each.name)) < max(len(results.lines(other.name)) for other in results.contestants)]
    if early:
        yield from ["", f"Left out after the first round, since a faster configuration of the same rival stands beside them: {'; '.join(early)}."]
