"""What the Python reader refuses: every value of a cache lost, cut short or altered."""

import hashlib
import json
import shutil
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from project import WORKFLOWS, node
from unitflow_reader import CacheError, NewerFormat, ObjectMissing, RootDamaged, Store, StoreMissing
from unitflow_reader import UnknownCacheKey, read_unit


def root_key(cache_key: str) -> str:
    return f"v2/roots/{hashlib.sha256(cache_key.encode('utf-8')).hexdigest()}"


def with_first_line(value: bytes, **members: object) -> bytes:
    line, _, rest = value.partition(b"\n")
    return json.dumps({**json.loads(line), **members}).encode("utf-8") + b"\n" + rest


class Damage(unittest.TestCase):
    whole: Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.whole = Path(folder.name) / "whole"
        jobs = [
            {"cacheKey": "small", "file": str(WORKFLOWS / "approval.c.json")},
            {"cacheKey": "large", "generate": {"processes": 120}},
        ]
        node("expected-units.mjs", cls.whole, stdin=jobs)

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = Store(Path(folder.name) / "store")
        shutil.copytree(self.whole, self.store.directory)

    def refusal(self, cache_key: str, process: str, elements: list[str]) -> str | None:
        """The code of the error, None if there is a unit."""
        try:
            read_unit(self.store, cache_key, process, elements)
        except CacheError as error:
            return error.code
        return None

    def values_of(self, cache_key: str, process: str, elements: list[str]) -> list[str]:
        """The keys that a read takes."""
        keys: list[str] = []

        class Watching(Store):
            def get(self, key: str) -> bytes | None:
                keys.append(key)
                return super().get(key)

        read_unit(Watching(self.store.directory), cache_key, process, elements)
        return keys

    def reads(self) -> list[tuple[str, str, list[str]]]:
        large = json.loads((self.store.directory / root_key("large")).read_bytes().split(b"\n")[1])
        return [
            ("small", "Approval", []),
            ("small", "Approval", ["Budget_Check", "Manager_Decision"]),
            ("large", large["top"], []),
            ("large", large["top"], [large["top"], "StartEvent_1"]),
        ]

    def alter(self, change: Callable[[bytes], bytes | None]) -> set[tuple[str, str | None]]:
        """Changes one value after the other that a read takes: which kinds of value were refused as what."""
        found = set()
        for read in self.reads():
            self.assertIsNone(self.refusal(*read))
            keys = self.values_of(*read)
            self.assertGreater(len(keys), 1)
            for key in keys:
                file = self.store.directory / key
                before = file.read_bytes()
                changed = change(before)
                file.unlink() if changed is None else file.write_bytes(changed)
                found.add((key.split("/")[1], self.refusal(*read)))
                file.write_bytes(before)
        return found

    def test_U16_a_value_that_is_gone_is_named_as_such(self) -> None:
        expected = {("roots", "unknown-cache-key"), ("objects", "object-missing")}
        self.assertEqual(self.alter(lambda value: None), expected)

    def test_U27_a_value_with_one_bit_changed_is_refused(self) -> None:
        expected = {("roots", "root-damaged"), ("objects", "object-damaged")}
        for place in (0.999, 0.8, 0.5):

            def flip(value: bytes) -> bytes:
                at = int(len(value) * place)
                # The first line of a root has a test of its own.
                at = max(at, value.index(b"\n") + 1) if value.startswith(b'{"unitflow"') else at
                return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]

            self.assertEqual(self.alter(flip), expected)

    def test_U30_a_value_that_was_cut_short_or_continued_is_refused(self) -> None:
        expected = {("roots", "root-damaged"), ("objects", "object-damaged")}
        for change in (
            lambda value: b"",
            lambda value: value[:-1],
            lambda value: value[: len(value) // 2],
            lambda value: value + b"\n",
            lambda value: value + b"{}\n",
        ):
            self.assertEqual(self.alter(change), expected)

    def test_U27_a_root_with_any_one_byte_changed_gives_the_same_unit_or_none(self) -> None:
        file = self.store.directory / root_key("small")
        before = file.read_bytes()
        unit = read_unit(self.store, "small", "Approval")
        outcomes = set()
        for at in range(len(before)):
            for bits in (1, 0x80):
                file.write_bytes(before[:at] + bytes([before[at] ^ bits]) + before[at + 1 :])
                try:
                    self.assertEqual(read_unit(self.store, "small", "Approval"), unit)
                    outcomes.add("same")
                except CacheError as error:
                    outcomes.add(error.code)
        self.assertEqual(outcomes, {"same", "root-damaged", "newer-format"})

    def test_U16_first_lines_that_are_none_of_a_root(self) -> None:
        file = self.store.directory / root_key("small")
        before = file.read_bytes()
        rest = before.partition(b"\n")[2]
        for line in (
            b"",
            b"[]",
            b"null",
            b"{",
            b"\xff",
            b"{}",
            b'\xef\xbb\xbf{"unitflow":2,"cacheKey":"small"}',
            b"[" * 9999,
        ):
            file.write_bytes(line + b"\n" + rest)
            self.assertEqual(self.refusal("small", "Approval", []), "root-damaged", line[:40])
        for members in (
            {"unitflow": True},
            {"unitflow": "2"},
            {"unitflow": None},
            {"unitflow": float("nan")},
            {"cacheKey": 1},
            {"cacheKey": "large"},
            {"sha256": "0" * 64},
            {"sha256": None},
        ):
            file.write_bytes(with_first_line(before, **members))
            self.assertEqual(self.refusal("small", "Approval", []), "root-damaged", members)
        # What is unknown in the first line is ignored; also another spelling of the same.
        file.write_bytes(with_first_line(before, later="x", history=[]))
        self.assertIsNone(self.refusal("small", "Approval", []))

    def test_U16_a_newer_format_is_refused_without_a_look_at_the_rest(self) -> None:
        file = self.store.directory / root_key("small")
        for number in (1, 3, 2.5, 1e400):
            text = json.dumps(number).replace("Infinity", "1e400")
            file.write_bytes(b'{"cacheKey":"small","unitflow":%s}\nwhatever' % text.encode("ascii"))
            with self.assertRaises(NewerFormat):
                read_unit(self.store, "small", "Approval")

    def test_U16_the_root_of_another_cache_key_is_damage(self) -> None:
        shutil.copy(self.store.directory / root_key("small"), self.store.directory / root_key("copy"))
        with self.assertRaisesRegex(RootDamaged, '"small"'):
            read_unit(self.store, "copy", "Approval")

    def test_U16_a_store_that_is_not_there_is_not_an_unknown_key(self) -> None:
        with self.assertRaises(UnknownCacheKey):
            read_unit(self.store, "nothing", "Approval")
        with self.assertRaises(StoreMissing):
            read_unit(Store(self.store.directory / "nowhere"), "small", "Approval")
        with self.assertRaises(StoreMissing):
            read_unit(Store(self.store.directory / root_key("small")), "small", "Approval")
        shutil.rmtree(self.store.directory / "v2" / "objects")
        with self.assertRaises(ObjectMissing):
            read_unit(self.store, "small", "Approval")

    def test_U29_a_medium_that_fails_is_no_miss(self) -> None:
        key = next(key for key in self.values_of("small", "Approval", []) if "objects" in key)
        (self.store.directory / key).unlink()
        (self.store.directory / key).mkdir()
        with self.assertRaises(OSError):
            read_unit(self.store, "small", "Approval")


if __name__ == "__main__":
    unittest.main()
