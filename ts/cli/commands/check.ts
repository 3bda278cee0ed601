import type { Command } from 'commander'
import type { Manifest } from '../../units/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption, limitOption, storeOption } from '../options.js'
import { shorten } from '../shorten.js'
import type { Runner, Session } from '../session.js'
import { resolveSource, SOURCE_HELP } from '../source.js'
import type { SourceFlags } from '../source.js'

/** `unitflow check` */
export function addCheck(program: Command, run: Runner): void {
  program
    .command('check')
    .summary('find calls to processes that are nowhere')
    .description(
      'Finds calls to processes that are nowhere in the workflow. Exit code 1 where there are any. Names also what the top process never reaches, and what could not be split off.',
    )
    .argument('<specs>', SOURCE_HELP)
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow check orders.json')
    .action((argument: string, flags: SourceFlags) =>
      run(flags, async (session) => {
        const { manifest } = await resolveSource(session.io, argument, flags)
        const found = findings(manifest)
        const isFine = found.missing.length === 0
        if (!session.sayJson(() => ({ ok: isFine, ...found }))) sayFindings(session, manifest, found)
        return isFine ? ExitCode.fine : ExitCode.notFine
      }),
    )
}

/** What a check finds. */
interface Findings {
  /** What is referred to and nowhere, with the places that refer to it; no elements where a subprocess is embedded. */
  readonly missing: readonly {
    readonly processId: string
    readonly from: readonly { readonly processId: string; readonly elements: readonly string[] }[]
  }[]
  /** Processes that the top one never reaches. */
  readonly unreached: readonly string[]
  /** Processes that embed one another in a circle and stay together. */
  readonly notSplit: readonly string[]
}

function findings({ processes, top }: Manifest): Findings {
  const missing = new Map<string, { processId: string; elements: readonly string[] }[]>()
  for (const process of processes) {
    for (const id of process.missing) {
      const places = missing.get(id) ?? []
      places.push({ processId: process.id, elements: process.calls[id] ?? [] })
      missing.set(id, places)
    }
  }
  const known = new Map(processes.map((process) => [process.id, process]))
  const reached = new Set([top])
  // A set goes on over what is added to it meanwhile.
  for (const id of reached) {
    const process = known.get(id)
    for (const next of process === undefined ? [] : [...Object.keys(process.calls), ...process.embeds])
      reached.add(next)
  }
  return {
    missing: [...missing].map(([processId, from]) => ({ processId, from })),
    unreached: processes.filter(({ id }) => !reached.has(id)).map(({ id }) => id),
    notSplit: processes.filter(({ notSplit }) => notSplit !== undefined).map(({ id }) => id),
  }
}

/** Names in a remark. */
const NAMED = 8

function sayFindings(
  session: Session,
  { processes }: Manifest,
  { missing, unreached, notSplit }: Findings,
): void {
  const { say, colors, note } = session
  if (missing.length === 0) {
    say(
      `${colors.green('fine')}: all calls of ${counted(processes.length, 'process', 'processes')} lead to a process\n`,
    )
  } else {
    say(
      `${colors.red(counted(missing.length, 'process', 'processes'))} called and nowhere in the workflow\n\n`,
    )
    session.sayTable(
      [
        { head: 'Missing', flexible: 'shorten' },
        { head: 'Called from', flexible: 'shorten' },
        { head: 'At', flexible: 'wrap' },
      ],
      missing.flatMap(({ processId, from }) =>
        from.map((place, index) => [
          index === 0 ? processId : '',
          place.processId,
          place.elements.length === 0 ? 'drawn in it' : place.elements,
        ]),
      ),
    )
  }
  if (unreached.length > 0) note(`never reached from the top: ${named(unreached)}`)
  if (notSplit.length > 0) note(`embed one another and stay together: ${named(notSplit)}`)
}

function named(ids: readonly string[]): string {
  const names = ids.slice(0, NAMED).map((id) => shorten(id, 40))
  return `${names.join(', ')}${ids.length > NAMED ? `, and ${ids.length - NAMED} more` : ''}`
}
