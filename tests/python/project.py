"""Where things are in this repository, and how the tests run Node."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "python"
WORKFLOWS = ROOT / "examples" / "workflows"
MODELS = ROOT / "examples" / "export-specs" / "models"
CONFORMANCE = ROOT.parent / "shared" / "conformance"
NODE = ROOT / "node_modules" / ".bin" / "node"

for folder in ("python-reader", "export-specs"):
    sys.path.insert(0, str(ROOT / "examples" / folder))


def node(script: str, *arguments: str | Path, stdin: Any = None) -> str:
    """What a script of this folder prints. Fails with what it says on stderr."""
    command = [str(NODE), str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, input=json.dumps(stdin), cwd=ROOT, capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise AssertionError(f"{script} failed:\n{done.stderr}")
    return done.stdout


def python(script: Path, *arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs one of the example programs as a user would."""
    command = [sys.executable, "-B", str(script), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")


def conformance_cases(group: str) -> list[Path]:
    """Folders of recorded cases, where they are at hand."""
    folder = CONFORMANCE / "units" / group
    return sorted(folder.iterdir()) if folder.is_dir() else []


def parse(text: str) -> Any:
    """JSON with numbers as they are spelled, so that values are equal only if no digit differs."""
    return json.loads(text, parse_int=Number, parse_float=Number)


class Number(str):
    """The spelling of a number; never equal to the string of the same characters."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and str.__eq__(self, other)

    __hash__ = str.__hash__
