"""Reads element units from a unitflow cache (layout v2) with nothing but Python's standard library.

Written from docs/cache-layout.md alone; the section numbers below are those of that page. Copy this one file.

    store = Store(".unitflow")
    unit = read_unit(store, "orders", "Order")
    unit.lazy                    # processes that it calls, to be read when a run gets there
    workflow = json.loads(unit.json())

A unit at active elements: read_unit(store, "orders", "Order", ["Approve_Payment", ("Shipping", "Pack")]).
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 2

Element = str | tuple[str, str]
"""An element id, or a process id and an element id."""


class CacheError(Exception):
    """A unit that cannot be read. `code` says why, in the words of section 11."""

    code = "cache-error"


class StoreMissing(CacheError):
    code = "store-missing"


class UnknownCacheKey(CacheError):
    code = "unknown-cache-key"


class UnknownProcess(CacheError):
    code = "unknown-process"


class UnknownElement(CacheError):
    code = "unknown-element"


class RootDamaged(CacheError):
    code = "root-damaged"


class NewerFormat(CacheError):
    code = "newer-format"


class ObjectMissing(CacheError):
    code = "object-missing"


class ObjectDamaged(CacheError):
    code = "object-damaged"


class Store:
    """A filesystem store (section 3). Counts what it reads: `values_read`, `bytes_read`."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        self.values_read = 0
        self.bytes_read = 0

    def get(self, key: str) -> bytes | None:
        """The value of a store key, None where there is none. Raises StoreMissing and OSError."""
        try:
            value = self.directory.joinpath(*key.split("/")).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            if not self.directory.is_dir():
                raise StoreMissing(f"there is no folder {self.directory}") from None
            return None
        self.values_read += 1
        self.bytes_read += len(value)
        return value


@dataclass(frozen=True)
class Root:
    """What a cache key led to at one moment. Units that are read through one root are of one version."""

    cache_key: str
    version: str
    top: str
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Unit:
    """The specs that an engine needs to start a process or to go on with it. The three lists are sorted."""

    process_id: str
    version: str
    specs: dict[str, str]
    """The JSON text of each included process's spec."""
    rest: str
    """The workflow's other top-level fields: the text of a JSON object."""
    included: list[str]
    lazy: list[str]
    missing: list[str]
    reentered: bool

    def subprocess_ids(self) -> list[str]:
        """What stands under `subprocess_specs`: the process itself only where a path enters it again."""
        return [id for id in self.included if id != self.process_id or self.reentered]

    def json(self, stamp: str | None = None) -> str:
        """The unit as a workflow (section 9), with `stamp` as its only `serializer_version` if given."""
        subprocesses = ",".join(f"{json.dumps(id)}:{self.specs[id]}" for id in self.subprocess_ids())
        members = [self.rest[1:-1]] if stamp is None else _members_without_stamp(self.rest)
        if stamp is not None:
            members.append(f'"serializer_version":{json.dumps(stamp)}')
        workflow = [f'"spec":{self.specs[self.process_id]}', f'"subprocess_specs":{{{subprocesses}}}']
        return "{" + ",".join(workflow + [member for member in members if member]) + "}"


def read_unit(store: Store, cache_key: str, process_id: str, elements: Sequence[Element] = ()) -> Unit:
    """Reads the unit that starts a process, or with active elements the one that resumes it there.

    Raises a CacheError: StoreMissing, UnknownCacheKey, UnknownProcess, UnknownElement (the process reaches
    none of the elements), RootDamaged, NewerFormat, ObjectMissing, ObjectDamaged; and OSError as it comes.
    """
    return read_unit_of(store, read_root(store, cache_key), process_id, elements)


def read_root(store: Store, cache_key: str) -> Root:
    """Reads and verifies the root of a cache key (section 4). Several units of it need it only once."""
    cache_key = _joined(cache_key)
    value = store.get(f"v2/roots/{hashlib.sha256(_wtf8(cache_key)).hexdigest()}")
    if value is None:
        raise UnknownCacheKey(f"nothing is cached under {_quoted(cache_key)}")

    def damaged(reason: str) -> RootDamaged:
        return RootDamaged(
            f"the root of {_quoted(cache_key)} is damaged ({reason}): cache the workflow again"
        )

    line, newline, rest = value.partition(b"\n")
    head = _object(line)
    format_number = head.get("unitflow") if head else None
    if (
        not newline
        or head is None
        or not _is_number(format_number)
        or not isinstance(head.get("cacheKey"), str)
    ):
        raise damaged("its first line is none of a root")
    if format_number != FORMAT:
        raise NewerFormat(f"{_quoted(cache_key)} is cached in format {format_number}, this reads {FORMAT}")
    if not rest.endswith(b"\n") or hashlib.sha256(rest[:-1]).hexdigest() != head.get("sha256"):
        raise damaged("its second line does not have the SHA-256 that the first one names")
    manifest = _object(rest[:-1])
    if manifest is None:
        raise damaged("its second line is no JSON object")
    if head["cacheKey"] != cache_key:
        raise damaged(f"it is the one of {_quoted(head['cacheKey'])}")
    return Root(cache_key, manifest["version"], manifest["top"], manifest)


def read_unit_of(store: Store, root: Root, process_id: str, elements: Sequence[Element] = ()) -> Unit:
    """`read_unit` over a root that was read before."""
    process_id = _joined(process_id)
    wanted = [_element(element) for element in elements]
    plan_with = _plan_with_manifest if "objects" in root.manifest else _plan_with_parts
    return _put_together(store, root, process_id, plan_with(store, root, process_id, wanted))


# Strings and hashes (section 2)


def _joined(text: str) -> str:
    """Makes one character of a pair of surrogates that the caller passed as two."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _wtf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    """For messages: on one line, whatever the id holds."""
    return json.dumps(text)


def _element(element: Element) -> tuple[str | None, str]:
    if isinstance(element, str):
        return None, _joined(element)
    process_id, element_id = element
    return _joined(process_id), _joined(element_id)


def _fnv1a(data: bytes) -> int:
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def _object(data: bytes) -> dict[str, Any] | None:
    """The JSON object of this text, None if it is anything else."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)  # Python's parser takes NaN and Infinity, which are no JSON.

    try:
        value = json.loads(data.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _members_without_stamp(rest: str) -> list[str]:
    """The members of a JSON object as texts, `serializer_version` left out. Numbers keep their spelling."""
    members, depth, start = [], 0, 1
    for token in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},]', rest):
        character = token[0][0]
        if depth == 1 and character in ",}":
            members.append(rest[start : token.start()])
            start = token.end()
        depth += (character in "[{") - (character in "]}")
    name = json.JSONDecoder()
    return [member for member in members if member and name.raw_decode(member)[0] != "serializer_version"]


def _read_object(store: Store, hash: str) -> bytes:
    """The value below v2/objects that a whole or short hash names, verified (sections 2 and 11)."""
    digest = base64.urlsafe_b64decode(hash + "=" * (-len(hash) % 4))
    name = digest[:20].hex()
    value = store.get(f"v2/objects/{name}")
    if value is None:
        raise ObjectMissing(f"the object {name} is not in the store: pruned, lost, or not there yet")
    if hashlib.sha256(value).digest()[: len(digest)] != digest:
        raise ObjectDamaged(f"the object {name} is damaged: its bytes have another SHA-256")
    return value


# Which objects a unit needs (section 8)


@dataclass(frozen=True)
class _NeededObject:
    hash: str
    leads_nowhere: Callable[[int, str], bool]
    """Of one of its references: its position (section 7) and its target."""
    first_place: int | None = None
    """None where only a locator was read."""


@dataclass(frozen=True)
class _Plan:
    objects: list[_NeededObject]
    seeds: set[int]
    """Places of the processes to include, as far as they are known; the unit's own process is always one."""
    reentered: bool = False


@dataclass
class _Graph:
    """What refers to what, by place."""

    objects: list[_NeededObject]
    object_of: list[int]
    references: list[list[int]]
    """Of any kind."""
    brings: list[list[int]]
    """Embeddings and triggers alone."""


def _plan_with_manifest(
    store: Store, root: Root, process_id: str, elements: list[tuple[str | None, str]]
) -> _Plan:
    """8.1: the manifest is in one piece."""
    objects = root.manifest["objects"]
    processes = [process for entry in objects for process in entry["processes"]]
    places = {process["id"]: place for place, process in enumerate(processes)}
    if process_id not in places:
        raise _unknown_process(root, process_id)

    def targets(ids: Iterable[str]) -> list[int]:
        return [places[id] for id in ids if id in places]

    brings = [targets(process.get("embeds", []) + process.get("triggers", [])) for process in processes]
    leads_nowhere: Callable[[int, str], bool] = lambda _, target: target not in places
    graph = _Graph(
        objects=[
            _NeededObject(entry["hash"], leads_nowhere, places[entry["processes"][0]["id"]])
            for entry in objects
        ],
        object_of=[number for number, entry in enumerate(objects) for _ in entry["processes"]],
        references=[targets(process.get("calls", {})) + brings[n] for n, process in enumerate(processes)],
        brings=brings,
    )
    start = places[process_id]
    if not elements:
        return _plan(graph, {start})
    index = root.manifest["elements"]
    holders = _holders(elements, lambda id: index.get(id), lambda id: places.get(id))
    return _plan_resume(graph, root, process_id, start, holders)


def _plan_with_parts(
    store: Store, root: Root, process_id: str, elements: list[tuple[str | None, str]]
) -> _Plan:
    """8.2: the root names the parts of the manifest, and only those are read that answer."""
    parts: dict[str, dict[str, Any]] = {}

    def look_up(kind: str, id: str) -> Any:
        hashes = root.manifest[kind]
        hash = hashes[_fnv1a(_wtf8(id)) & (len(hashes) - 1)]
        if hash not in parts:
            parts[hash] = json.loads(_read_object(store, hash).decode("utf-8"))
        return parts[hash].get(id)

    def place_of(id: str) -> int | None:
        locator = look_up("locators", id)
        return None if locator is None else locator[0]

    locator = look_up("locators", process_id)
    if locator is None:
        raise _unknown_process(root, process_id)
    start, *listed = locator
    if not elements and listed[-1] == "graph":
        return _plan(_read_graph(store, root), {start})
    if not elements:
        return _plan_by_locator(listed)
    graph = _read_graph(store, root)
    holders = _holders(elements, lambda id: look_up("elements", id), place_of)
    if start < len(graph.references):
        return _plan_resume(graph, root, process_id, start, holders)
    if start not in holders:
        raise _unknown_element(root, process_id)
    return _plan_by_locator(listed)


def _plan_by_locator(listed: list[list[Any]]) -> _Plan:
    """6.2: the objects of a start unit, each with the positions of its references that lead nowhere."""

    def needed(hash: str, positions: Sequence[int] = ()) -> _NeededObject:
        return _NeededObject(hash, _at_positions(set(positions)))

    return _Plan([needed(*item) for item in listed], set())


def _at_positions(positions: set[int]) -> Callable[[int, str], bool]:
    return lambda position, _: position in positions


def _read_graph(store: Store, root: Root) -> _Graph:
    """6.4: the graph's bytes."""
    data = _read_object(store, root.manifest["graph"])
    graph = _Graph([], [], [], [])
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        hash = base64.urlsafe_b64encode(data[at : at + 20]).decode("ascii").rstrip("=")
        at += 20
        first_place = len(graph.references)
        nowhere: set[int] = set()
        position = 0
        for _ in range(number()):
            references, brings = [], []
            for _ in range(number()):
                code = number()
                if code == 0:
                    nowhere.add(position)
                else:
                    place, kind = divmod(code - 1, 4)
                    references.append(place)
                    if kind in (1, 2):
                        brings.append(place)
                position += 1
            graph.references.append(references)
            graph.brings.append(brings)
            graph.object_of.append(len(graph.objects))
        graph.objects.append(_NeededObject(hash, _at_positions(nowhere), first_place))
    return graph


def _holders(
    elements: list[tuple[str | None, str]],
    places_of_element: Callable[[str], int | list[int] | None],
    place_of_process: Callable[[str], int | None],
) -> set[int]:
    """8.1, step 5: the places of all processes that hold one of the elements."""
    holders: set[int] = set()
    for process_id, element_id in elements:
        found = places_of_element(element_id)
        places: set[int | None] = {found} if isinstance(found, int) else set(found or [])
        places.add(place_of_process(element_id))
        if process_id is not None:
            places &= {place_of_process(process_id)}
        holders |= {place for place in places if place is not None}
    return holders


def _plan_resume(graph: _Graph, root: Root, process_id: str, start: int, holders: set[int]) -> _Plan:
    """8.1, steps 6 to 8: everything on a path from the process to a holder."""
    reached = _reach({start}, graph.references)
    holders = holders & reached
    if not holders:
        raise _unknown_element(root, process_id)
    callers: dict[int, list[int]] = {place: [] for place in reached}
    for place in reached:
        for target in graph.references[place]:
            callers[target].append(place)
    seeds = _reach(holders, callers)
    return _plan(graph, seeds, any(start in graph.references[seed] for seed in seeds))


def _plan(graph: _Graph, seeds: set[int], reentered: bool = False) -> _Plan:
    """8.1, step 8."""
    needed = sorted({graph.object_of[place] for place in _reach(seeds, graph.brings)})
    return _Plan([graph.objects[number] for number in needed], seeds, reentered)


def _reach(seeds: Iterable[Any], references: Any) -> set[Any]:
    """The seeds and all that can be reached from them. Without recursion: chains may be very long."""
    reached = set(seeds)
    ahead = list(reached)
    while ahead:
        for target in references[ahead.pop()]:
            if target not in reached:
                reached.add(target)
                ahead.append(target)
    return reached


def _unknown_process(root: Root, process_id: str) -> UnknownProcess:
    return UnknownProcess(f"{_quoted(root.cache_key)} has no process {_quoted(process_id)}")


def _unknown_element(root: Root, process_id: str) -> UnknownElement:
    return UnknownElement(
        f"process {_quoted(process_id)} of {_quoted(root.cache_key)} reaches none of the elements"
    )


# From objects to a unit (8.3)


def _put_together(store: Store, root: Root, process_id: str, plan: _Plan) -> Unit:
    specs: dict[str, str] = {}
    calls: dict[str, set[str]] = {}
    brings: dict[str, set[str]] = {}
    gone: dict[str, set[str]] = {}
    seeds = {process_id}
    for needed in plan.objects:
        first, *lines = _read_object(store, needed.hash).decode("utf-8").split("\n")
        position = 0
        for number, (member, line) in enumerate(zip(json.loads(first), lines)):
            id = member["id"]
            specs[id], calls[id], brings[id], gone[id] = line, set(), set(), set()
            if needed.first_place is not None and needed.first_place + number in plan.seeds:
                seeds.add(id)
            for kind in ("calls", "embeds", "triggers", "maybeCalls", "maybeEmbeds"):
                for target in member.get(kind, []):
                    if not needed.leads_nowhere(position, target):
                        (calls if kind in ("calls", "maybeCalls") else brings)[id].add(target)
                    elif kind in ("calls", "embeds"):
                        gone[id].add(target)
                    position += 1
    included = _reach(seeds, brings)
    reentered = plan.reentered or any(process_id in brings[id] for id in included)
    served = included if reentered else included - {process_id}
    return Unit(
        process_id=process_id,
        version=root.version,
        specs={id: specs[id] for id in sorted(included)},
        rest=root.manifest["rest"] if "rest" in root.manifest else _read_rest(store, root),
        included=sorted(included),
        lazy=sorted(set().union(*(calls[id] for id in included)) - served),
        missing=sorted(set().union(*(gone[id] for id in included))),
        reentered=reentered,
    )


def _read_rest(store: Store, root: Root) -> str:
    return _read_object(store, root.manifest["restObject"]).decode("utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints the element unit of a process as workflow JSON.")
    parser.add_argument("store", help="folder of the cache")
    parser.add_argument("cache_key", metavar="cache-key")
    parser.add_argument("process", help="process id")
    parser.add_argument(
        "--at", nargs="+", default=[], metavar="ELEMENT", help="active elements, to resume there"
    )
    parser.add_argument(
        "--at-in",
        nargs=2,
        action="append",
        default=[],
        metavar=("PROCESS", "ELEMENT"),
        help="an active element of one process only",
    )
    options = parser.parse_args()
    elements = [*options.at, *((process_id, element_id) for process_id, element_id in options.at_in)]
    try:
        text = read_unit(Store(options.store), options.cache_key, options.process, elements).json()
        sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
        sys.stdout.buffer.flush()
    except CacheError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"store-failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
