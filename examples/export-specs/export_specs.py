"""Makes the JSON that unitflow takes from BPMN and DMN files.

    pip install SpiffWorkflow==3.2.0
    python export_specs.py --process Order -o specs.json *.bpmn *.dmn

Without --process it takes the one process that no other process calls. Called processes that are in none of
the files are named on stderr and left out: unitflow lists them as `missing`.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.camunda.serializer.config import CAMUNDA_CONFIG
from SpiffWorkflow.dmn.parser import BpmnDmnParser
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG

BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"

PARSERS: dict[str, tuple[type[BpmnParser], dict[type, type]]] = {
    "spiff": (SpiffBpmnParser, SPIFF_CONFIG),
    "camunda": (CamundaParser, CAMUNDA_CONFIG),
    "bpmn": (BpmnParser, DEFAULT_CONFIG),
}


class ExportError(Exception):
    """What keeps the files from being exported, in a sentence for the person who asked."""


def export_specs(
    files: list[Path], process_id: str | None = None, parser_name: str = "spiff"
) -> tuple[dict[str, Any], list[str]]:
    """The workflow `{"spec", "subprocess_specs", "serializer_version"}`, and called processes in no file.

    Raises an ExportError.
    """
    parser_class, config = PARSERS[parser_name]
    parser = parser_class()
    for file in files:
        add_file(parser, file)
    try:
        top, specs, missing = collect_specs(parser, process_id or find_start(parser))
    except ExportError:
        raise
    except Exception as error:
        # The parser meets a model that it does not expect with errors of any type.
        raise ExportError(describe(error)) from error
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
    workflow = {
        "spec": serializer.to_dict(top),
        "subprocess_specs": {id: serializer.to_dict(spec) for id, spec in sorted(specs.items())},
        serializer.VERSION_KEY: serializer.VERSION,
    }
    return workflow, missing


def add_file(parser: BpmnParser, file: Path) -> None:
    """Adds a file to the parser: as BPMN or DMN, by what its first element says."""
    try:
        with file.open("rb") as source:
            root = etree.parse(source).getroot()
    except OSError as error:
        raise ExportError(f"{file} cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise ExportError(f"{file} is no XML: {error}") from error
    namespace = etree.QName(root).namespace or ""
    try:
        # The name alone, so that the specs, and their hashes, are the same wherever the files lie.
        if namespace == BPMN_NAMESPACE:
            parser.add_bpmn_xml(root, file.name)
        elif "/DMN/" not in namespace:
            raise ExportError(f"{file} is neither BPMN nor DMN: its first element is <{root.tag}>")
        elif not hasattr(parser, "add_dmn_xml"):
            raise ExportError(
                f"{file} is DMN, which this parser does not read: use --parser spiff or camunda"
            )
        else:
            parser.add_dmn_xml(root, file.name)
    except ValidationException as error:
        raise ExportError(describe(error)) from error


def find_start(parser: BpmnParser) -> str:
    """The one process that no other process calls."""
    processes = parser.get_process_ids()
    if not processes:
        raise ExportError("there is no executable process in these files")
    called = {
        target
        for id, process in parser.process_parsers.items()
        for target in process.called_element_ids()
        if target != id
    }
    free = [id for id in processes if id not in called]
    if len(free) == 1:
        return free[0]
    reason = "several processes are not called by others" if free else "every process is called by another"
    raise ExportError(f"{reason}, choose one with --process: {', '.join(sorted(free or processes))}")


def collect_specs(parser: BpmnParser, process_id: str) -> tuple[Any, dict[str, Any], list[str]]:
    """The spec to start, all that it reaches, and what it reaches and is not there, sorted."""
    known = [*parser.get_process_ids(), *parser.collaborations]
    if process_id not in known:
        raise ExportError(f"there is no process {process_id!r}, only: {', '.join(sorted(known))}")
    if process_id in parser.collaborations:
        top, specs = parser.get_collaboration(process_id)
    else:
        top, specs = parser.get_spec(process_id), {}
    missing: set[str] = set()
    ahead = [top, *specs.values()]
    while ahead:
        for task in ahead.pop().task_specs.values():
            if not isinstance(task, SubWorkflowTaskMixin) or task.spec in specs or task.spec in missing:
                continue
            spec = parser.get_spec(task.spec, required=False)
            if spec is None:
                missing.add(task.spec)
            else:
                specs[task.spec] = spec
                ahead.append(spec)
    return top, specs, sorted(missing)


def describe(error: Exception) -> str:
    """One line, with the file and the element where the parser knows them."""
    text = " ".join(str(error).split()).rstrip(". ")
    if not isinstance(error, ValidationException):
        return f"SpiffWorkflow cannot parse these files: {type(error).__name__}: {text}"
    place = " ".join(part for part in (error.file_name, error.tag, error.id) if part)
    return f"{place}: {text}" if place else text


def main() -> int:
    options = argparse.ArgumentParser(
        description="Makes the JSON that unitflow takes from BPMN and DMN files."
    )
    options.add_argument("files", nargs="+", type=Path, metavar="file", help=".bpmn and .dmn files")
    options.add_argument("--process", help="id of the process (or collaboration) to start")
    options.add_argument("-o", "--output", type=Path, help="file to write (default: standard output)")
    options.add_argument(
        "--parser", choices=PARSERS, default="spiff", help="dialect of the files (default: spiff)"
    )
    chosen = options.parse_args()
    try:
        workflow, missing = export_specs(chosen.files, chosen.process, chosen.parser)
    except ExportError as error:
        print(error, file=sys.stderr)
        return 1
    if missing:
        print(f"called, but in none of the files: {', '.join(missing)}", file=sys.stderr)
    text = json.dumps(workflow, ensure_ascii=False) + "\n"
    if chosen.output is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        return 0
    try:
        chosen.output.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{chosen.output} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
