import { resolve } from 'node:path'
import type { Command } from 'commander'
import { isUnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/index.js'
import {
  readElementUnit,
  readManifest,
  stampUnit,
  unitJson,
  workflowFromCachedElementUnit,
} from '../../units/index.js'
import type { ActiveElement, CacheLayout, ElementUnit } from '../../units/index.js'
import { VERSION } from '../../version.js'
import { counted, size } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { FileError, UsageError } from '../failures.js'
import type { Io } from '../io.js'
import { collected, jsonOption, layoutOption, storeOption } from '../options.js'
import { printable, printableJson, printableJsonText } from '../printable.js'
import { withStore } from '../session.js'
import type { Runner, StoreFlags } from '../session.js'

interface ReadFlags extends StoreFlags {
  readonly at?: readonly string[]
  readonly output?: string
  readonly layout: CacheLayout
  readonly stamp?: string | true
}

/** `unitflow read` */
export function addRead(program: Command, run: Runner): void {
  program
    .command('read')
    .summary('print the unit to start a process, or to go on with it')
    .description(
      'Prints the unit to start a process as the JSON that an engine reads; with --at the unit to go on with it where those elements are active.',
    )
    .argument('<key>', 'cache key')
    .argument('<process>', 'id of the process that runs')
    .option('--at <element>', 'an active element, as Element or Process/Element; repeatable', collected)
    .option('-o, --output <file>', 'write the unit to a file instead')
    .option('--stamp [text]', `set serializer_version (default text: unitflow-${VERSION})`)
    .addOption(layoutOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow read orders Order > start.json\n  unitflow read orders Order --at Approve --at Shipping/Pack -o resume.json',
    )
    .action((key: string, processId: string, flags: ReadFlags) =>
      run(flags, async ({ io, json, note }) => {
        const { text, unit } = await withStore(io, flags.store, (store) =>
          readUnit(io, store, key, processId, flags),
        )
        const facts = {
          key,
          processId,
          bytes: new TextEncoder().encode(text).length,
          ...(unit === undefined ? {} : { included: unit.included, lazy: unit.lazy, missing: unit.missing }),
        }
        if (flags.output !== undefined) {
          await writeOutput(io, flags.output, `${text}\n`)
          if (json) io.stdout.write(`${printableJson({ ...facts, file: flags.output })}\n`)
          else
            note(
              `${printable(flags.output)}: ${size(facts.bytes)}${unit === undefined ? '' : `, ${contents(unit)}`}`,
            )
        } else if (json) {
          // The unit is put in as text: nothing in it is parsed and written anew.
          const head = JSON.stringify(facts).slice(0, -1)
          io.stdout.write(`${printableJsonText(`${head},"unit":${text}}`)}\n`)
        } else {
          io.stdout.write(`${io.stdout.isTTY ? printableJsonText(text) : text}\n`)
        }
        return ExitCode.fine
      }),
    )
}

interface Read {
  readonly text: string
  /** What layout v1 does not tell. */
  readonly unit?: ElementUnit
}

async function readUnit(
  io: Io,
  store: CacheStore,
  key: string,
  processId: string,
  flags: ReadFlags,
): Promise<Read> {
  const { at = [], layout } = flags
  const { signal } = io
  const stamp = flags.stamp === true ? `unitflow-${VERSION}` : (flags.stamp ?? false)
  if (layout === 'v1') {
    if (at.length > 1) throw new UsageError('layout v1 has a unit for one element: --at can be given once')
    const text = await workflowFromCachedElementUnit(store, key, processId, at[0] ?? processId, {
      layout,
      stamp,
      signal,
    })
    return { text }
  }
  const elements = await activeElements(store, key, at)
  const unit = await readElementUnit(store, key, { processId, elements }, { signal })
  return { text: unitJson(stamp === false ? unit : stampUnit(unit, stamp)), unit }
}

/** An id may hold a slash itself: then what the workflow holds decides what is meant. */
async function activeElements(
  store: CacheStore,
  key: string,
  at: readonly string[],
): Promise<ActiveElement[]> {
  if (!at.some((text) => text.includes('/'))) return [...at]
  const { elements, processes } = await readManifest(store, key)
  const ids = new Set(processes.map(({ id }) => id))
  return at.map((text): ActiveElement => {
    if (ids.has(text) || elements[text] !== undefined) return text
    let first: ActiveElement = text
    for (let slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
      const pair = { processId: text.slice(0, slash), elementId: text.slice(slash + 1) }
      if (elements[pair.elementId]?.includes(pair.processId) === true) return pair
      if (first === text) first = pair
    }
    return first
  })
}

/** Writes a file that the user asked for. */
export async function writeOutput(
  io: Io,
  path: string,
  content: string | AsyncIterable<string>,
): Promise<void> {
  io.signal.throwIfAborted()
  try {
    await io.writeFile(resolve(io.cwd, path), content)
  } catch (error) {
    // Of what gives the content, not of the file.
    if (isUnitflowError(error)) throw error
    throw new FileError('write', path, error)
  }
}

function contents({ included, lazy, missing }: ElementUnit): string {
  const parts = [counted(included.length, 'process', 'processes')]
  if (lazy.length > 0) parts.push(`${lazy.length} more when a run gets there`)
  if (missing.length > 0) parts.push(`${missing.length} missing`)
  return parts.join(', ')
}
