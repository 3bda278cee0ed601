import { extname } from 'node:path'
import { Option } from 'commander'
import { describe } from '../step-drawing/index.js'
import type { DescribeOptions } from '../step-drawing/index.js'
import type { AnyStepWorkflow } from '../steps/index.js'
import { writeOutput } from './commands/read.js'
import { UsageError } from './failures.js'
import { printable } from './printable.js'
import type { Session } from './session.js'

type Format = 'svg' | 'mermaid'

const EXTENSIONS: Readonly<Record<string, Format>> = {
  '.svg': 'svg',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
}

export function drawingOption(): Option {
  return new Option('-o, --output <file>', 'draw the graph of the steps, with this, into a .svg or .mmd file')
}

/** A file that a drawing goes to. */
export interface DrawingFile {
  readonly path: string
  readonly format: Format
}

/** @throws {@link UsageError} where its name tells no format */
export function drawingFile(path: string | undefined): DrawingFile | undefined {
  if (path === undefined) return undefined
  const format = EXTENSIONS[extname(path).toLowerCase()]
  if (format !== undefined) return { path, format }
  throw new UsageError(`the name ${JSON.stringify(path)} tells no format`, 'End it in .svg or .mmd.')
}

export async function writeDrawing(
  { io, note }: Session,
  { path, format }: DrawingFile,
  workflow: AnyStepWorkflow,
  options: DescribeOptions,
): Promise<void> {
  await writeOutput(io, path, describe(workflow, options)[format])
  note(`${printable(path)}: the graph of the steps`)
}
