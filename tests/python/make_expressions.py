"""Expressions, data, and what CPython makes of them: writes tests/fixtures/expressions/cpython.json.

A case is [expression, index of its data, outcome]. An outcome is [value], or a word: the exception that is
raised, 'SyntaxError', or 'outside' for what CPython reads and `comparisons` must refuse without data.
"""

import ast
import json
import random
import re
import sys
import warnings
from typing import Any

from project import ROOT

FIXTURE = ROOT / "tests" / "fixtures" / "expressions" / "cpython.json"

NAMES = {
    "number": ["n", "m", "ratio"],
    "string": ["s", "word", "größe"],
    "list": ["xs", "names", "empty"],
    "dict": ["order", "item"],
    "bool": ["flag", "done"],
    "none": ["nothing"],
}
KEYS = ["n", "s", "kind", "a b", "__proto__", "constructor", "lines", ""]
WORDS = ["", "a", "ab", "b", "B", "yes", "Yes", "é", "\U0001f600", "\uffee"]
WORDS += ["a'b", 'q"', "back\\slash", "two\nlines", "\t"]
NUMBERS = ["0", "1", "2", "3", "7", "10", "1_0", "0.5", "1.5", "2.25", ".25", "1.", "1e1", "00"]
STRAYS = ["**", "=", ":", "&", "!", ";", "@", "~", ":=", "1j", "...", "$", "?", "\\", "<>", "<<"]
STRAYS += ["\n", "# so\n", "01", "1__0", "'''x'''", "len", "'", ",", "lambda", "for", "class"]
STRAYS += ["missing", "1e", "%", "//", "is", "not", ")", "]", "{", "\u00a0"]
ALLOWED = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp)
ALLOWED += (ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
ALLOWED += (ast.Is, ast.IsNot)
ALLOWED += (ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Constant)
ALLOWED += (ast.Name, ast.Load, ast.List, ast.Tuple, ast.Dict, ast.Subscript, ast.Attribute, ast.Call)

Case = tuple[str, int, Any]


class Maker:
    """Makes expressions, of a given type as far as their names keep what they promise."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: Any) -> Any:
        return self.random.choice(options)

    def data(self) -> dict[str, Any]:
        make = {
            "number": lambda: self.pick([0, 1, 2, 3, -1, -7, 12, 0.5, -2.25, 1.0]),
            "string": lambda: self.pick(WORDS),
            "bool": lambda: self.pick([True, False]),
            "none": lambda: None,
            "list": lambda: [self.value() for _ in range(self.random.randrange(4))],
            "dict": lambda: {key: self.value() for key in self.random.sample(KEYS, 4)},
        }
        data = {name: make[kind]() for kind, names in NAMES.items() for name in names}
        data["empty"] = []
        del data[self.pick([name for name in data])]
        return data

    def value(self, depth: int = 0) -> Any:
        kind = self.random.randrange(7 if depth < 2 else 5)
        if kind == 5:
            return [self.value(depth + 1) for _ in range(self.random.randrange(3))]
        if kind == 6:
            return {key: self.value(depth + 1) for key in self.random.sample(KEYS, 2)}
        return self.pick([None, True, False, 0, 1, 2, -3, 1.5, *WORDS])

    def string(self, text: str) -> str:
        quote = self.pick("'\"")
        escaped = []
        for character in text:
            code = ord(character)
            if character in "\n\t\\" or character == quote:
                escaped.append({"\n": "\\n", "\t": "\\t"}.get(character, "\\" + character))
            elif self.random.random() < 0.1:
                escaped.append(f"\\x{code:02x}" if code < 256 else f"\\U{code:08x}")
            else:
                escaped.append(character)
        return quote + "".join(escaped) + quote

    def make(self, kind: str, depth: int) -> str:
        """An expression of this kind; now and then of another one."""
        if self.random.random() < 0.06:
            kind = self.pick(list(NAMES))
        if depth <= 0 or self.random.random() < 0.15:
            return self.leaf(kind)
        if self.random.random() < 0.08:
            then, test, otherwise = (self.make(one, depth - 1) for one in (kind, "bool", kind))
            return f"({then} if {test} else {otherwise})"
        if self.random.random() < 0.08:
            return f"({self.make(kind, depth - 1)} {self.pick(['and', 'or'])} {self.make(kind, depth - 1)})"
        if self.random.random() < 0.1:
            return self.access(depth)
        return getattr(self, "string_" if kind == "string" else kind)(depth - 1)

    def leaf(self, kind: str) -> str:
        if kind == "none" or self.random.random() < 0.6:
            return self.pick([*NAMES[kind], "None"] if kind == "none" else NAMES[kind])
        if kind == "number":
            return self.pick(NUMBERS)
        if kind == "string":
            return self.string(self.pick(WORDS))
        return self.pick({"bool": ["True", "False"], "list": ["[]", "()"], "dict": ["{}"]}[kind])

    def access(self, depth: int) -> str:
        if self.random.random() < 0.5:
            of = self.pick([*NAMES["list"], *NAMES["string"], self.make("list", depth - 1)])
            return f"{of}[{self.pick(['0', '1', '-1', '-2', '+1', 'len(xs) - 1', 'True', 'nothing', 's'])}]"
        of = self.pick(NAMES["dict"])
        key = self.pick(KEYS)
        is_attribute = key.isidentifier() and self.random.random() < 0.5
        return f"{of}.{key}" if is_attribute else f"{of}[{self.string(key)}]"

    def number(self, depth: int) -> str:
        kind = self.random.randrange(5)
        if kind == 0:
            return f"len({self.make(self.pick(['list', 'string', 'dict']), depth)})"
        if kind == 1:
            return self.pick("-+") + self.make("number", depth - 1)
        signs = self.random.choices(["+", "-", "*", "/", "//", "%"], k=self.random.randrange(1, 3))
        text = self.make("number", depth)
        for sign in signs:
            text += f" {sign} {self.make('number', depth - 1)}"
        return f"({text})" if kind < 4 else text

    def string_(self, depth: int) -> str:
        if self.random.random() < 0.5:
            return f"({self.string(self.pick(WORDS))} {self.string(self.pick(WORDS))})"
        return f"({self.make('string', depth)} + {self.make('string', depth)})"

    def list(self, depth: int) -> str:
        items = [self.make(self.pick(list(NAMES)), depth - 1) for _ in range(self.random.randrange(4))]
        kind = self.random.randrange(5)
        if kind == 0:
            return f"({self.make('list', depth)} + {self.make('list', depth)})"
        if kind == 1:
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        return f"[{', '.join(items)}{',' if items and kind == 2 else ''}]"

    def dict(self, depth: int) -> str:
        values = [self.make(self.pick(list(NAMES)), depth - 1) for _ in range(2)]
        return "{" + ", ".join(f"{self.string(self.pick(KEYS))}: {value}" for value in values) + "}"

    def none(self, depth: int) -> str:
        return self.pick(["None", "nothing", "(None)"])

    def bool(self, depth: int) -> str:
        kind = self.random.randrange(9)
        if kind == 0:
            return f"not {self.make('bool', depth)}"
        if kind == 1:
            identity = self.pick(["is", "is not"])
            return f"{self.leaf(self.pick(list(NAMES)))} {identity} {self.pick(['None', 'True', 'False'])}"
        if kind < 4:
            whole = self.pick(["list", "string", "dict"])
            item = "string" if whole != "list" else self.pick(list(NAMES))
            text = f"{self.make(item, depth)} {self.pick(['in', 'not in'])} {self.make(whole, depth)}"
            return f"({text})" if self.random.random() < 0.8 else text
        if kind == 4:
            word = self.pick([" and ", " or "])
            return f"({word.join(self.make('bool', depth) for _ in range(self.random.randrange(2, 4)))})"
        one = self.pick(["number", "number", "string", "list", "bool", "dict"])
        signs = ["==", "!=", "<", "<=", ">", ">="] if one != "dict" else ["==", "!="]
        text = self.make(one, depth)
        for _ in range(self.pick([1, 1, 1, 2])):
            text += f" {self.pick(signs)} {self.make(one, depth)}"
        return f"({text})" if self.random.random() < 0.8 else text

    def broken(self, text: str) -> str:
        """The tokens of an expression, a few of them moved, lost, or strange."""
        tokens = re.findall(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[\w.]*\d[\w.]*|\w+|[=!<>]=|//|\S", text)
        for _ in range(self.pick([1, 1, 2])):
            at = self.random.randrange(len(tokens))
            what = self.random.randrange(4)
            if what == 0 and len(tokens) > 1:
                del tokens[at]
            elif what == 1:
                tokens.insert(at + 1, self.pick(STRAYS))
            elif what == 2:
                tokens.insert(at, self.pick(tokens))
            else:
                tokens[at] = self.pick(tokens)
        return " ".join(tokens).lstrip()


# How `comparisons` reads attributes: as boxed data does.
class Attributes(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        called = ast.Name("attribute of", ast.Load())
        return ast.copy_location(ast.Call(called, [node.value, ast.Constant(node.attr)], []), node)


def attribute_of(value: Any, name: str) -> Any:
    if not isinstance(value, dict) or name not in value:
        raise AttributeError(name)
    return value[name]


def compute(tree: ast.Expression, data: dict[str, Any]) -> Any:
    copy = Attributes().visit(ast.fix_missing_locations(ast.parse(ast.unparse(tree), mode="eval")))
    known = {"__builtins__": {"len": len}, "attribute of": attribute_of, **data}
    return eval(compile(ast.fix_missing_locations(copy), "expression", "eval"), known)


def is_outside(node: ast.AST, text: str) -> bool:
    """Whether `comparisons` refuses this without data."""
    if not isinstance(node, ALLOWED):
        return True
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, (bool, int, float, str, type(None))) or "'''" in text
    if isinstance(node, ast.Compare):
        links = zip(node.ops, node.comparators)
        targets = [to for how, to in links if isinstance(how, (ast.Is, ast.IsNot))]
        values = [to.value if isinstance(to, ast.Constant) else "" for to in targets]
        return not all(isinstance(value, (bool, type(None))) for value in values)
    if isinstance(node, ast.Call):
        is_len = isinstance(node.func, ast.Name) and node.func.id == "len"
        return not is_len or len(node.args) != 1 or bool(node.keywords)
    if isinstance(node, ast.Expression) and isinstance(node.body, ast.Tuple):
        # As the arguments of a call, a tuple without parentheses is no tuple.
        called = ast.parse(f"f({text}\n)", mode="eval").body
        given = called.args if isinstance(called, ast.Call) else []
        return [ast.dump(one) for one in given] != [ast.dump(node.body)]
    return isinstance(node, ast.Dict) and None in node.keys


def is_otherwise(node: ast.AST, data: dict[str, Any]) -> bool:
    """Whether `comparisons` differs on purpose when it computes: it refuses what conditions do not need."""
    if isinstance(node, ast.Name):
        return node.id == "len"
    if isinstance(node, ast.Dict):
        keys = [ast_value(key, data) for key in node.keys if key is not None]
        return not all(isinstance(key, (str, Failed)) for key in keys)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Mod)):
        return any(isinstance(ast_value(one, data), (str, list, tuple)) for one in (node.left, node.right))
    if isinstance(node, ast.Subscript):
        return isinstance(ast_value(node.slice, data), float)
    if isinstance(node, ast.Compare):
        values = [ast_value(one, data) for one in (node.left, *node.comparators)]
        return any(isinstance(one, tuple) for one in values) and any(isinstance(one, dict) for one in values)
    return False


class Failed:
    """What stands for a value that there is not."""


def ast_value(node: ast.expr, data: dict[str, Any]) -> Any:
    try:
        return compute(ast.Expression(node), data)
    except Exception:
        return Failed()


def outcome(text: str, data: dict[str, Any]) -> Any:
    """What CPython says; None where the two are not to be compared."""
    if re.search(r"\bis\s+(not\s+)?\(|\(\s*len\s*\)|^[\s#]|\d__", text):
        return None
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return "SyntaxError"
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) for node in nodes):
        return None
    if any(is_outside(node, text) for node in nodes):
        return "outside"
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    if any(is_otherwise(node, data) for node in nodes if id(node) not in called):
        return None
    try:
        return [compute(tree, data)]
    except Exception as error:
        return type(error).__name__


def make_cases(seed: int, count: int, longest: int) -> dict[str, Any]:
    """Data, and as many cases."""
    warnings.simplefilter("ignore")
    maker = Maker(seed)
    data = [maker.data() for _ in range(12)]
    cases: dict[str, Case] = {}
    while len(cases) < count:
        kind = maker.pick(["bool", "bool", "bool", "number", "string", "list", "dict"])
        text = maker.make(kind, maker.pick([1, 2, 3, 4]))
        if maker.random.random() < 0.2:
            text = maker.broken(text)
        at = maker.random.randrange(len(data))
        if len(text) > longest or text in cases:
            continue
        said = outcome(text, data[at])
        if said is not None:
            cases[text] = (text, at, said)
    return {"data": data, "cases": list(cases.values())}


def main() -> None:
    made = make_cases(seed=9, count=4000, longest=70)
    lines = [json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in made["cases"]]
    data = json.dumps(made["data"], ensure_ascii=False)
    text = '{"data":' + data + ',\n"cases":[\n' + ",\n".join(lines) + "\n]}\n"
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    FIXTURE.write_text(text, encoding="utf-8")
    print(f"{len(lines)} cases, {len(text.encode())} bytes: {FIXTURE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
