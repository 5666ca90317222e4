"""Swift source as the places that can be mutated are looked for in it: what is code, and which brackets belong together."""

import re

#: What stands for a character that is no code: the text keeps its length, so that every place keeps its offset.
BLANK = " "


def code_only(text):
    """The text with comments and the words of string literals blanked. Code inside an interpolation stays."""
    out = list(text)
    _Scanner(text, out).code(0, None)
    return "".join(out)


class _Scanner:
    def __init__(self, text, out):
        self.text = text
        self.out = out

    def blank(self, begin, end):
        for index in range(begin, end):
            if self.out[index] != "\n":
                self.out[index] = BLANK

    def code(self, index, closing):
        """Reads code from `index` on; up to the bracket that closes an interpolation, where one is open."""
        text, depth = self.text, 0
        while index < len(text):
            character = text[index]
            if text.startswith("//", index):
                end = text.find("\n", index)
                end = len(text) if end < 0 else end
                self.blank(index, end)
                index = end
            elif text.startswith("/*", index):
                end = text.find("*/", index)
                end = len(text) if end < 0 else end + 2
                self.blank(index, end)
                index = end
            elif character == '"' or (character == "#" and re.match(r'#+"', text[index:index + 8])):
                index = self.string(index)
            elif closing and character == "(":
                depth, index = depth + 1, index + 1
            elif closing and character == ")":
                if depth == 0:
                    return index
                depth, index = depth - 1, index + 1
            else:
                index += 1
        return index

    def string(self, index):
        text, begin = self.text, index
        hashes = 0
        while text[index] == "#":
            hashes, index = hashes + 1, index + 1
        quote = '"""' if text.startswith('"""', index) else '"'
        index += len(quote)
        closing, escape = quote + "#" * hashes, "\\" + "#" * hashes
        self.blank(begin, index)
        while index < len(text):
            if text.startswith(closing, index):
                self.blank(index, index + len(closing))
                return index + len(closing)
            if text.startswith(escape + "(", index):
                self.blank(index, index + len(escape))
                end = self.code(index + len(escape) + 1, ")")
                index = end + 1
            elif text.startswith(escape, index):
                self.blank(index, index + len(escape) + 1)
                index += len(escape) + 1
            else:
                self.blank(index, index + 1)
                index += 1
        return index


def without_calls(code, names):
    """The code with whole calls of the functions named blanked: what is inside them is no place for a mutant."""
    out = list(code)
    for match in re.finditer(r"(?<![\w.])(?:" + "|".join(names) + r")\(", code):
        end = closing_bracket(code, match.end() - 1)
        for index in range(match.start(), end + 1):
            if out[index] != "\n":
                out[index] = BLANK
    return "".join(out)


def closing_bracket(code, index):
    """Where the bracket that opens at `index` closes; the text's last place where it does not."""
    depth = 0
    for place in range(index, len(code)):
        if code[place] in "([{":
            depth += 1
        elif code[place] in ")]}":
            depth -= 1
            if depth == 0:
                return place
    return len(code) - 1


def is_balanced(code):
    """Whether every bracket that opens in the code closes in it, and none closes that did not open."""
    depth = 0
    for character in code:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
    return depth == 0
