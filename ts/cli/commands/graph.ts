import { extname } from 'node:path'
import { Option } from 'commander'
import type { Command } from 'commander'
import { callGraph, drawnPart, mermaidOf, nearestPart, svgOf } from '../../graph/index.js'
import type { CallGraph } from '../../graph/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { jsonOption, limitOption, storeOption, wholeNumber } from '../options.js'
import { printable, printableJson, printableLines } from '../printable.js'
import type { Runner, Session } from '../session.js'
import { resolveSource, SOURCE_HELP } from '../source.js'
import type { SourceFlags } from '../source.js'
import { writeOutput } from './read.js'

type Format = 'mermaid' | 'svg' | 'json'

interface GraphFlags extends SourceFlags {
  readonly output?: string
  readonly format?: Format
  readonly levels?: number
}

const EXTENSIONS: Readonly<Record<string, Format>> = {
  '.svg': 'svg',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.json': 'json',
}
/** Mermaid refuses more unless it is configured. */
const MERMAID_EDGES = 500

/** `unitflow graph` */
export function addGraph(program: Command, run: Runner): void {
  program
    .command('graph')
    .summary('draw which process calls which')
    .description('Draws which process calls which: as Mermaid, as an SVG that stands by itself, or as JSON.')
    .argument('<specs-or-key>', SOURCE_HELP)
    .option('-o, --output <file>', 'write to a file; .svg, .mmd and .json tell the format')
    .addOption(
      new Option('--format <format>', 'format (default: by the name of the file, else mermaid)').choices([
        'mermaid',
        'svg',
        'json',
      ]),
    )
    .option(
      '--levels <n>',
      'only what is at most so many calls away from the top',
      wholeNumber('--levels', 0),
    )
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow graph orders.json -o orders.svg\n  unitflow graph key:orders --format mermaid',
    )
    .action((argument: string, flags: GraphFlags) =>
      run(flags, async (session) => {
        const format = formatOf(flags)
        const source = await resolveSource(session.io, argument, flags)
        const whole = callGraph(source.manifest)
        const levels = flags.levels === undefined ? {} : { levels: flags.levels }
        const all = { nodes: Infinity, edges: Infinity, ...levels }
        const { graph, hidden } = format === 'svg' ? drawnPart(whole, levels) : nearestPart(whole, all)
        const text =
          format === 'svg'
            ? svgOf(whole, levels)
            : format === 'mermaid'
              ? mermaidOf(graph)
              : `${printableJson(graph)}\n`
        await hand(session, flags, format, text, graph, hidden)
        noteSize(session, format, graph, hidden, flags.levels !== undefined)
        return ExitCode.fine
      }),
    )
}

function formatOf({ output, format, json }: GraphFlags): Format {
  if (output === undefined) {
    if (json !== true) return format ?? 'mermaid'
    if (format !== undefined && format !== 'json')
      throw new UsageError(`--json and --format ${format} together need -o <file>`)
    return 'json'
  }
  const byName = EXTENSIONS[extname(output).toLowerCase()]
  const chosen = format ?? byName
  if (chosen !== undefined) return chosen
  throw new UsageError(
    `the name ${JSON.stringify(output)} tells no format`,
    'End it in .svg, .mmd or .json, or add --format.',
  )
}

async function hand(
  { io, json, note }: Session,
  { output }: GraphFlags,
  format: Format,
  text: string,
  graph: CallGraph,
  hidden: number,
): Promise<void> {
  const facts = { format, units: graph.nodes.length, edges: graph.edges.length, hidden }
  if (output === undefined) {
    io.stdout.write(io.stdout.isTTY ? printableLines(text) : text)
    return
  }
  await writeOutput(io, output, text)
  if (json) io.stdout.write(`${printableJson({ file: output, ...facts })}\n`)
  else note(`${printable(output)}: ${counted(facts.units, 'unit')}, ${counted(facts.edges, 'edge')}`)
}

function noteSize(
  { note }: Session,
  format: Format,
  graph: CallGraph,
  hidden: number,
  isAsked: boolean,
): void {
  if (hidden > 0 && !isAsked) {
    note(
      `the drawing shows the ${graph.nodes.length} units nearest to the top and leaves out ${hidden.toLocaleString('en')}: ` +
        '--levels draws less, --format mermaid and --json have all',
    )
  }
  if (format === 'mermaid' && graph.edges.length > MERMAID_EDGES) {
    note(
      `Mermaid draws more than ${MERMAID_EDGES} edges only where it is configured so (maxEdges): --levels draws less`,
    )
  }
}
