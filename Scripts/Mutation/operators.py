"""What is mutated, and into what. Every mutant is built beside the original, and a number at run time chooses between them."""

import re
from dataclasses import dataclass

from source import closing_bracket, code_only, is_balanced, without_calls

#: A precondition says what the program promises itself: no run that is right sees it.
PROMISES = ["precondition", "preconditionFailure", "assert", "assertionFailure", "fatalError"]


@dataclass(frozen=True)
class Site:
    """One mutant: in `path`, from `begin` to `end`, `original` becomes something else."""

    path: str
    begin: int
    end: int
    line: int
    original: str
    #: What the mutant does, for people: "< becomes <=".
    change: str
    #: What is written instead, with {id}, {module} and, for an operator of its own, {symbol} to be filled in.
    planted: str
    #: The declaration that it needs, with the same to be filled in; empty where the switch has all of it.
    declaration: str = ""

    @property
    def key(self):
        """What names this mutant in a list that outlives the numbering."""
        return f"{self.path}: {self.change}: {' '.join(self.original.split())}"


# A binary operator with a space on both sides: its precedence, the types it is for, and what the mutant computes from a and b.
COMPARABLE = ("<T: Comparable>", "T", "T", "Bool", "ComparisonPrecedence")
EQUATABLE = ("<T: Equatable>", "T", "T", "Bool", "ComparisonPrecedence")
ADDITIVE = ("<T: AdditiveArithmetic>", "T", "T", "T", "AdditionPrecedence")
NUMERIC = ("<T: Numeric>", "T", "T", "T", "MultiplicationPrecedence")
INTEGER = ("<T: BinaryInteger>", "T", "T", "T", "MultiplicationPrecedence")
FLOATING = ("<T: FloatingPoint>", "T", "T", "T", "MultiplicationPrecedence")
BITS = ("<T: FixedWidthInteger>", "T", "T", "T", "MultiplicationPrecedence")
OTHER_BITS = ("<T: FixedWidthInteger>", "T", "T", "T", "AdditionPrecedence")
SHIFT = ("<T: FixedWidthInteger, U: BinaryInteger>", "T", "U", "T", "BitwiseShiftPrecedence")

BINARY = {
    "<": [("<=", "a <= b", [COMPARABLE]), (">", "a > b", [COMPARABLE])],
    "<=": [("<", "a < b", [COMPARABLE]), ("true", "true", [COMPARABLE])],
    ">": [(">=", "a >= b", [COMPARABLE]), ("<", "a < b", [COMPARABLE])],
    ">=": [(">", "a > b", [COMPARABLE]), ("true", "true", [COMPARABLE])],
    "==": [("!=", "a != b", [EQUATABLE]), ("false", "false", [EQUATABLE])],
    "!=": [("==", "a == b", [EQUATABLE]), ("true", "true", [EQUATABLE])],
    "+": [("-", "a - b", [ADDITIVE]), ("its left side", "a", [ADDITIVE])],
    "-": [("+", "a + b", [ADDITIVE]), ("its left side", "a", [ADDITIVE])],
    "*": [("+", "a + b", [NUMERIC]), ("its left side", "a", [NUMERIC])],
    "/": [("*", "a * b", [INTEGER, FLOATING]), ("its left side", "a", [INTEGER, FLOATING])],
    "%": [("/", "a / b", [INTEGER]), ("its left side", "a", [INTEGER])],
    "&": [("|", "a | b", [BITS])],
    "|": [("&", "a & b", [OTHER_BITS])],
    "^": [("|", "a | b", [OTHER_BITS])],
    "<<": [(">>", "a >> b", [SHIFT])],
    ">>": [("<<", "a << b", [SHIFT])],
    "&+": [("&-", "a &- b", [OTHER_BITS])],
    "&*": [("&+", "a &+ b", [BITS])],
}
ASSIGNMENT = {
    "+=": [("-=", "a -= b", "AdditiveArithmetic"), ("=", "a = b", "AdditiveArithmetic"), ("nothing", "_ = b", "AdditiveArithmetic")],
    "-=": [("+=", "a += b", "AdditiveArithmetic"), ("nothing", "_ = b", "AdditiveArithmetic")],
    "*=": [("=", "a = b", "Numeric"), ("nothing", "_ = b", "Numeric")],
}
# Methods without arguments, or whose arguments stay as they are: what the switch's own method is called.
METHODS = {
    ".isEmpty": (".mutantIsEmpty_{module}({id})", "its opposite"),
    ".allSatisfy {": (".mutantAllSatisfy_{module}({id}) {{", ".contains"),
    ".filter {": (".mutantFilter_{module}({id}) {{", "all of them"),
    ".reversed()": (".mutantReversed_{module}({id})", "as they are"),
    ".sorted()": (".mutantSorted_{module}({id})", "as they are"),
    ".min()": (".mutantLeast_{module}({id})", ".max()"),
    ".max()": (".mutantGreatest_{module}({id})", ".min()"),
    ".dropFirst()": (".mutantDropFirst_{module}({id})", "all of them"),
    ".dropLast()": (".mutantDropLast_{module}({id})", "all of them"),
    ".rounded(.up)": (".mutantRoundedUp_{module}({id})", ".rounded(.down)"),
    ".rounded(.down)": (".mutantRoundedDown_{module}({id})", ".rounded(.up)"),
    ".rounded()": (".mutantRounded_{module}({id})", "unrounded"),
}


def sites(path, text):
    """All mutants that the operators find in one file."""
    return list(_Finder(path, text).all())


class _Finder:
    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.code = without_calls(code_only(text), PROMISES)
        # An attribute, a condition of the compiler, an import and a pattern take no expression.
        for match in re.finditer(r"(?m)^[ ]*(?:@\w+|#\w+|import|package import|public import)\b.*$|^[ ]*case [^:\n]*:|\bcase [^=\n]*=", self.code):
            blank = re.sub(r"[^\n]", " ", match.group())
            self.code = self.code[:match.start()] + blank + self.code[match.end():]
        self.starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def site(self, begin, end, change, planted, declaration=""):
        line = self.text.count("\n", 0, begin) + 1
        last = self.text.find("\n", begin)
        original = self.text[self.starts[line - 1]:last if last >= 0 else len(self.text)]
        return Site(self.path, begin, end, line, original, change, planted, declaration)

    def all(self):
        for finder in (self.binary, self.assignments, self.ranges, self.literals, self.conditions, self.statements, self.functions):
            yield from finder()

    def binary(self):
        for match in re.finditer(r"(?<=[ \n])(<<|>>|<=|>=|==|!=|&\+|&\*|<|>|\+|-|\*|/|%|&|\||\^)(?= )", self.code):
            token = match.group(1)
            for name, mutant, kinds in BINARY[token]:
                yield self.site(match.start(), match.end(), f"{token} becomes {name}", "{symbol}", _binary(token, mutant, kinds))
        for match in re.finditer(r"(?<=[ \n])(&&|\|\|)(?= )", self.code):
            token = match.group(1)
            other = "||" if token == "&&" else "&&"
            group = "LogicalConjunctionPrecedence" if token == "&&" else "LogicalDisjunctionPrecedence"
            declaration = (f"infix operator {{symbol}}: {group}\n"
                           "public func {symbol} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool {{\n"
                           f"    isMutant_{{module}}({{id}}) ? try a {other} b() : try a {token} b()\n}}}}\n")
            yield self.site(match.start(), match.end(), f"{token} becomes {other}", "{symbol}", declaration)
        for match in re.finditer(r"(?<=[ \n])\?\?(?= )", self.code):
            declaration = "infix operator {symbol}: NilCoalescingPrecedence\n" + "".join(
                f"public func {{symbol}} <T>(a: T?, b: @autoclosure () throws -> {result}) rethrows -> {result} {{{{\n"
                "    isMutant_{module}({id}) ? try b() : try a ?? b()\n}}\n" for result in ("T", "T?"))
            yield self.site(match.start(), match.end(), "?? becomes its right side", "{symbol}", declaration)
        for match in re.finditer(r"(?<=[ (\[])!(?=[\w(])", self.code):
            declaration = ("prefix operator {symbol}\n"
                           "public prefix func {symbol} (a: Bool) -> Bool {{ isMutant_{module}({id}) ? a : !a }}\n")
            yield self.site(match.start(), match.end(), "! becomes nothing", "{symbol}", declaration)

    def assignments(self):
        for match in re.finditer(r"(?<= )(\+=|-=|\*=)(?= )", self.code):
            token = match.group(1)
            for name, mutant, kind in ASSIGNMENT[token]:
                declaration = ("infix operator {symbol}: AssignmentPrecedence\n"
                               f"public func {{symbol}} <T: {kind}>(a: inout T, b: T) {{{{\n"
                               f"    if isMutant_{{module}}({{id}}) {{{{ {mutant} }}}} else {{{{ a {token} b }}}}\n}}}}\n")
                yield self.site(match.start(), match.end(), f"{token} becomes {name}", "{symbol}", declaration)

    def ranges(self):
        for match in re.finditer(r"(?<=[\w)\]])(\.\.<|\.\.\.)(?=[\w(-])", self.code):
            token = match.group(1)
            kind = "Range" if token == "..<" else "ClosedRange"
            for name, bounds in (("without its last", f"a{token}Swift.max(a, b - 1)"), ("without its first", f"Swift.min(a + 1, b){token}b")):
                declaration = ("infix operator {symbol}: RangeFormationPrecedence\n"
                               f"public func {{symbol}} <T: BinaryInteger>(a: T, b: T) -> {kind}<T> {{{{\n"
                               f"    isMutant_{{module}}({{id}}) ? {bounds} : a{token}b\n}}}}\n")
                yield self.site(match.start(), match.end(), f"{token} becomes {name}", "{symbol}", declaration)

    def literals(self):
        for match in re.finditer(r"(?<![\w.$])\d[\d_]*(?![\w.])", self.code):
            number = int(match.group().replace("_", ""))
            others = [number + 1] + ([number - 1] if number > 0 else [])
            for other in others:
                yield self.site(match.start(), match.end(), f"{number} becomes {other}",
                                f"mutantInteger_{{module}}({{id}}, {match.group()}, {other})")
        for match in re.finditer(r"(?<![\w.$])\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)(?![\w.])", self.code):
            other = "1.0" if float(match.group()) == 0 else f"{match.group()} * 2"
            yield self.site(match.start(), match.end(), f"{match.group()} becomes {other}",
                            f"mutantNumber_{{module}}({{id}}, {match.group()})")
        for match in re.finditer(r"(?<![\w.])(true|false)(?!\w)", self.code):
            other = "false" if match.group() == "true" else "true"
            yield self.site(match.start(), match.end(), f"{match.group()} becomes {other}",
                            f"mutantFlip_{{module}}({{id}}, {match.group()})")

    def conditions(self):
        for match in re.finditer(r"(?m)^[ ]*(?:\} else )?(if|guard|while) ([^\n]*?)( else)? \{", self.code):
            word, condition = match.group(1), match.group(2)
            if (word == "guard") != bool(match.group(3)) or not is_balanced(condition):
                continue
            if re.search(r"\b(let|var|case)\b|#|\{|\bawait\b", self.text[match.start(2):match.end(2)]) or "," in _top_level(condition):
                continue
            written = self.text[match.start(2):match.end(2)]
            filled = written.replace("{", "{{").replace("}", "}}")
            for forced in ("true", "false"):
                if (word, forced) in (("while", "true"), ("guard", "false")):
                    continue
                yield self.site(match.start(2), match.end(2), f"{word}: always {forced}",
                                f"mutantCondition_{{module}}({{id}}, {forced}, {filled})")

    def statements(self):
        lines = self.code.split("\n")
        for number, line in enumerate(lines):
            statement = line.strip()
            if not re.match(r"(try )?(await )?[A-Za-z_][\w.\[\]?!]*\(.*\)$|[A-Za-z_][\w.\[\]?!]* = .*[^,(\[{]$|(continue|break)$", statement):
                continue
            if re.match(r"(let|var|return|case|super\.|self\.init|throw)\b", statement) or not is_balanced(statement):
                continue
            before = next((entry.strip() for entry in reversed(lines[:number]) if entry.strip()), "")
            after = next((entry.strip() for entry in lines[number + 1:] if entry.strip()), "")
            # The middle of a longer expression is no statement.
            if not re.search(r"[\w)}\]{\"?!]$| in$|:$", before) or re.search(r"\b(return|=|in)$", before) and not before.endswith(" in"):
                continue
            if re.match(r"[.?:&|+*/<>=-]", after) or before.endswith(":") and not re.match(r"(case|default)", self.raw(lines, number)):
                continue
            begin = self.starts[number] + len(line) - len(line.lstrip())
            end = self.starts[number] + len(line.rstrip())
            filled = self.text[begin:end].replace("{", "{{").replace("}", "}}")
            yield self.site(begin, end, "the statement is left out", f"if !isMutant_{{module}}({{id}}) {{{{ {filled} }}}}")

    def raw(self, lines, number):
        """The last line before `number` that is not blank, as written."""
        for index in range(number - 1, -1, -1):
            line = self.text[self.starts[index]:self.starts[index + 1]].strip()
            if line:
                return line
        return ""

    def functions(self):
        for match in re.finditer(r"(?<![\w.])(min|max)\(", self.code):
            if closing_bracket(self.code, match.end() - 1) == match.end():
                continue
            other = "max" if match.group(1) == "min" else "min"
            name = "mutantLesser" if match.group(1) == "min" else "mutantGreater"
            yield self.site(match.start(), match.end(), f"{match.group(1)} becomes {other}", f"{name}_{{module}}({{id}}, ")
        for name, (planted, change) in METHODS.items():
            for match in re.finditer(r"(?<=[\w)\]])" + re.escape(name) + (r"(?!\w)" if name[-1].isalpha() else ""), self.code):
                yield self.site(match.start(), match.end(), f"{name.rstrip(' {')} becomes {change}", planted)


def _binary(token, mutant, kinds):
    text = f"infix operator {{symbol}}: {kinds[0][4]}\n"
    for generics, left, right, result, _ in kinds:
        text += (f"public func {{symbol}} {generics}(a: {left}, b: {right}) -> {result} {{{{\n"
                 f"    isMutant_{{module}}({{id}}) ? {mutant} : a {token} b\n}}}}\n")
    return text


def _top_level(code):
    """The code outside all brackets."""
    depth, out = 0, []
    for character in code:
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            out.append(character)
    return "".join(out)
