"""Layout v1 both ways: what spiff-element-units 0.3.1 writes is read by ours, and the other way round."""

import hashlib
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from project import CONFORMANCE, WORKFLOWS, conformance_cases, node, parse
from spiff_element_units import cache_element_units_for_workflow, workflow_from_cached_element_unit

Read = tuple[str, str, str]
"""Cache key, process id, element id."""


def manifest_name(process_id: str) -> str:
    return f"manifest.{hashlib.sha256(process_id.encode('utf-8')).hexdigest()}.json"


def load(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def meaning(manifest: dict[str, Any]) -> Any:
    """A manifest without what U13 leaves open: repeats in a list, and the order of called processes."""
    items = [(item["type"], item["sha2"]) for item in manifest["items"]]
    index = {
        id: (items[indexes[-1]], {items[n] for n in indexes}) for id, indexes in manifest["index_map"].items()
    }
    return sorted(items), items[0], index


def unaltered(value: Any) -> Any:
    """Without the `prescript` and `postscript` of null that the original adds to tasks (U1)."""
    if isinstance(value, dict):
        added = {"prescript", "postscript"} <= value.keys() and value["prescript"] is value[
            "postscript"
        ] is None
        left = {key: unaltered(item) for key, item in value.items()}
        if added:
            del left["prescript"], left["postscript"]
        return left
    return [unaltered(item) for item in value] if isinstance(value, list) else value


class CrossCheck(unittest.TestCase):
    """The original's caches and ours of the same workflows, made once."""

    theirs: Path
    ours: Path
    files: dict[str, Path]
    reads: list[Read]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.theirs = Path(folder.name) / "theirs"
        cls.ours = Path(folder.name) / "ours"
        files = sorted(WORKFLOWS.glob("*.json"))
        files += [
            case / "specs.json" for group in ("test-cases", "models") for case in conformance_cases(group)
        ]
        cls.files = {f"{number}-{file.stem}": file for number, file in enumerate(files)}
        for key, file in cls.files.items():
            cls.theirs.mkdir(exist_ok=True)
            cache_element_units_for_workflow(str(cls.theirs), key, file.read_text(encoding="utf-8"))
        tasks = [{"cacheKey": key, "file": str(file)} for key, file in cls.files.items()]
        answers = json.loads(node("cross-check.mjs", "cache", cls.ours, stdin=tasks))
        if any(answers):
            raise AssertionError(f"refused: {[key for key, answer in zip(cls.files, answers) if answer]}")
        cls.reads = [read for key, file in cls.files.items() for read in cls.reads_of(key, file)]

    @classmethod
    def reads_of(cls, key: str, file: Path) -> list[Read]:
        """Every read that the original's manifests answer."""
        workflow = load(file)
        ids = {workflow["spec"]["name"], *workflow["subprocess_specs"]}
        manifests = {id: cls.theirs / "v1" / key / manifest_name(id) for id in sorted(ids)}
        return [
            (key, id, element)
            for id, manifest in manifests.items()
            if manifest.is_file()
            for element in sorted(load(manifest)["index_map"])
        ]

    def our_reads(self, folder: Path, reads: list[Read]) -> list[dict[str, str]]:
        tasks = [dict(zip(("cacheKey", "processId", "elementId"), read)) for read in reads]
        answers: list[dict[str, str]] = json.loads(node("cross-check.mjs", "read", folder, stdin=tasks))
        return answers

    def test_U14_enough_is_compared(self) -> None:
        kinds = {next(iter(load(file))) for file in self.theirs.glob("v1/*/*.json") if len(file.stem) == 64}
        names = {"FullWorkflow", "LazySubprocesses", "PromotedSubprocess", "ResumableSubprocess"}
        self.assertEqual(kinds, names)
        self.assertGreater(len(self.reads), 200)
        if CONFORMANCE.is_dir():
            self.assertGreater(len(self.files), 250)
        print(f"({len(self.files)} workflows, {len(self.reads)} reads) ", end="")

    def test_U14_both_write_files_of_the_same_names(self) -> None:
        for key in self.files:
            theirs, ours = (
                {file.name for file in (root / "v1" / key).iterdir()} for root in (self.theirs, self.ours)
            )
            self.assertEqual(ours, theirs, key)

    def test_U13_both_write_manifests_of_the_same_meaning(self) -> None:
        for file in sorted(self.theirs.glob("v1/*/manifest.*.json")):
            same = self.ours / file.relative_to(self.theirs)
            self.assertEqual(meaning(load(same)), meaning(load(file)), same.name)

    def test_U14_units_of_both_hold_the_same_but_for_what_the_original_adds(self) -> None:
        for file in sorted(self.theirs.glob("v1/*/*.json")):
            same = self.ours / file.relative_to(self.theirs)
            if file.name == "workflow_specs.json":
                self.assertEqual(parse(same.read_text()), parse(file.read_text()), same.parent.name)
            elif not file.name.startswith("manifest."):
                self.assertEqual(
                    unaltered(load(same)), unaltered(load(file)), f"{same.parent.name} {same.name}"
                )

    def test_U1_units_that_are_ours_hold_processes_as_the_input_has_them(self) -> None:
        for key, file in self.files.items():
            workflow = parse(file.read_text(encoding="utf-8"))
            known = {**workflow["subprocess_specs"], workflow["spec"]["name"]: workflow["spec"]}
            for unit in (self.ours / "v1" / key).glob("*.json"):
                if len(unit.stem) != 64:
                    continue
                [(kind, content)] = parse(unit.read_text(encoding="utf-8")).items()
                if kind == "FullWorkflow":
                    self.assertEqual(content, workflow, key)
                elif kind == "ResumableSubprocess":
                    id, process, others = content
                    self.assertEqual(process, known[process["name"]], key)
                    self.assertEqual(others, {other: known[other] for other in others}, key)
                    self.assertEqual([id], list(others), key)
                else:
                    self.assertEqual(content, [known[content[0]["name"]], {}], key)

    def test_U15_what_the_original_wrote_reads_the_same_in_both(self) -> None:
        for read, answer in zip(self.reads, self.our_reads(self.theirs, self.reads)):
            theirs = workflow_from_cached_element_unit(str(self.theirs), *read)
            self.assertNotIn("error", answer, read)
            self.assertEqual(parse(answer["text"]), parse(theirs), read)

    def test_U15_what_is_ours_is_read_by_the_original_as_its_own(self) -> None:
        for read in self.reads:
            ours = json.loads(workflow_from_cached_element_unit(str(self.ours), *read))
            theirs = json.loads(workflow_from_cached_element_unit(str(self.theirs), *read))
            self.assertEqual(ours, theirs, read)

    def test_U16_both_refuse_what_is_not_cached(self) -> None:
        key, process, _ = self.reads[0]
        unknown = [("nothing", process, process), (key, "nothing", "nothing"), (key, process, "nothing")]
        codes = [answer.get("error") for answer in self.our_reads(self.theirs, unknown)]
        self.assertEqual(codes, ["unknown-cache-key", "unknown-process", "unknown-element"])
        for read in unknown:
            with self.assertRaises(Exception):
                workflow_from_cached_element_unit(str(self.ours), *read)


if __name__ == "__main__":
    unittest.main()
