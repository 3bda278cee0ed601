import type { Command } from 'commander'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/index.js'
import {
  heldVersions,
  listWorkflows,
  prune,
  readManifest,
  releaseVersion,
  removeProcess,
  removeWorkflow,
  verifyStore,
} from '../../units/index.js'
import type { HeldVersionInfo, PruneReport } from '../../units/index.js'
import { counted, parseDuration, span } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption, storeOption } from '../options.js'
import { printable } from '../printable.js'
import { withStore } from '../session.js'
import type { Runner, StoreFlags } from '../session.js'

/** So many digits of a version are shown. */
const DIGITS = 12

/** `unitflow list` */
export function addList(program: Command, run: Runner): void {
  program
    .command('list')
    .summary('list the cached workflows')
    .description('Lists the workflows of a cache (layout v2).')
    .addOption(storeOption())
    .addOption(jsonOption())
    .action((flags: StoreFlags) =>
      run(flags, async (session) => {
        const [workflows, held] = await withStore(session.io, flags.store, async (store) => [
          await listWorkflows(store),
          await heldVersions(store),
        ])
        if (session.sayJson(() => workflows)) return ExitCode.fine
        if (workflows.length === 0) session.note(`nothing is cached in ${printable(flags.store)}`)
        else {
          session.sayTable(
            [
              { head: 'Key', flexible: 'shorten' },
              { head: 'Top process', flexible: 'shorten' },
              { head: 'Processes', align: 'right' },
              { head: 'Units', align: 'right' },
              { head: 'Version' },
            ],
            workflows.map(({ cacheKey, top, processes, objects, version }) => [
              cacheKey,
              top,
              String(processes),
              String(objects),
              version.slice(0, DIGITS),
            ]),
          )
        }
        if (held.length > 0) session.note(heldLine(held, session.io.now()))
        return ExitCode.fine
      }),
    )
}

/** Versions that runs can go on with, whatever was cached since (U38). */
function heldLine(held: readonly HeldVersionInfo[], now: number): string {
  const shown = held.map(({ version, cacheKey, heldSince }) => {
    const of = cacheKey === undefined ? 'damaged' : `of ${printable(cacheKey)}`
    return `  ${version.slice(0, DIGITS)} ${of}, held ${span(Math.max(0, Math.floor(now - heldSince)))} ago`
  })
  return `${counted(held.length, 'version')} held for runs:\n${shown.join('\n')}`
}

/** `unitflow verify` */
export function addVerify(program: Command, run: Runner): void {
  program
    .command('verify')
    .summary('read and hash all that is cached')
    .description(
      'Reads and hashes all that the cache keys of a cache lead to (layout v2). Exit code 1 where something is not as it was written.',
    )
    .addOption(storeOption())
    .addOption(jsonOption())
    .action((flags: StoreFlags) =>
      run(flags, async (session) => {
        const { io, colors, say } = session
        const report = await withStore(io, flags.store, (store) => verifyStore(store, { signal: io.signal }))
        const isFine = report.findings.length === 0
        if (!session.sayJson(() => report)) {
          const held = report.held === 0 ? '' : `${counted(report.held, 'held version')}, `
          const looked = `${counted(report.roots, 'cache key')}, ${held}${counted(report.objects, 'object')}`
          if (isFine) {
            say(`${looked}: ${colors.green('all as written')}\n`)
          } else {
            say(`${looked}: ${colors.red(counted(report.findings.length, 'finding'))}\n\n`)
            session.sayTable(
              [
                { head: 'Finding' },
                { head: 'Cache key', flexible: 'shorten' },
                { head: 'Where', flexible: 'shorten' },
              ],
              report.findings.map(({ code, cacheKey, key }) => [code, cacheKey, key]),
            )
            session.note('caching the workflow again mends it')
          }
        }
        return isFine ? ExitCode.fine : ExitCode.notFine
      }),
    )
}

interface PruneFlags extends StoreFlags {
  readonly yes?: boolean
  /** In milliseconds. */
  readonly grace: number
  /** First digits of a version. */
  readonly release?: string
}

const DAY = 24 * 60 * 60 * 1000

/** `unitflow prune` */
export function addPrune(program: Command, run: Runner): void {
  program
    .command('prune')
    .summary('remove what no cache key uses any more')
    .description(
      'Removes what no cache key uses any more (layout v2), in two runs: the first marks it, a later one removes what was marked longer than the grace time ago. Without --yes it only says what it would do.',
    )
    .option('-y, --yes', 'do it')
    .option('--release <version>', 'let go of a version that is held, whether or not a run is on it')
    .option('--grace <time>', 'how long what is unused stays, such as 30m, 24h, 7d', parseDuration, DAY)
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow prune --yes --grace 24h')
    .action((flags: PruneFlags) =>
      run(flags, async (session) => {
        const { io } = session
        const dryRun = flags.yes !== true
        const options = { dryRun, grace: flags.grace, now: () => Math.floor(io.now()), signal: io.signal }
        const { version, report } = await withStore(io, flags.store, async (store) => {
          const held = flags.release === undefined ? undefined : await heldVersion(store, flags.release)
          if (held !== undefined && !dryRun) await releaseVersion(store, held)
          return { version: held, report: await prune(store, options) }
        })
        const released = [...report.released, ...(version === undefined ? [] : [version])]
        if (session.sayJson(() => ({ dryRun, ...report, released }))) return ExitCode.fine
        session.say(pruneLines(report, dryRun, flags.grace))
        if (version !== undefined) {
          session.say(`version ${version.slice(0, DIGITS)} ${dryRun ? 'would be' : 'is'} released\n`)
        }
        if (dryRun && released.length + report.marked.length + report.removed.length > 0) {
          session.note(`nothing was changed: with --yes it is`)
        }
        return ExitCode.fine
      }),
    )
}

/** The held version that begins with these digits. @throws `unknown-version` where there is none, or several */
async function heldVersion(store: CacheStore, digits: string): Promise<string> {
  const found = (await heldVersions(store)).filter(({ version }) => version.startsWith(digits))
  const [first] = found
  if (first !== undefined && found.length === 1) return first.version
  const message = `${counted(found.length, 'held version')} begin${found.length === 1 ? 's' : ''} with ${JSON.stringify(digits)}`
  throw new UnitflowError('unknown-version', message, { cacheKey: '', version: digits })
}

function pruneLines({ used, marked, waiting, removed }: PruneReport, dryRun: boolean, grace: number): string {
  const would = dryRun ? 'would be ' : ''
  const lines = [
    [used, 'used'],
    [marked.length, `unused since now: ${would}marked, to go after ${span(grace)}`],
    [waiting.length, 'marked, and still within the grace time'],
    [removed.length, `unused for longer: ${would}removed`],
  ] as const
  return lines.map(([count, text]) => `${counted(count, 'object').padStart(12)}  ${text}\n`).join('')
}

/** `unitflow remove` */
export function addRemove(program: Command, run: Runner): void {
  program
    .command('remove')
    .summary('forget a cached workflow, or one process of it')
    .description(
      'Forgets a cached workflow, or takes one process away from it (layout v2). What is unused then is left to prune.',
    )
    .argument('<key>', 'cache key')
    .argument('[process]', 'id of the process to take away; without it the whole workflow goes')
    .addOption(storeOption())
    .addOption(jsonOption())
    .action((key: string, processId: string | undefined, flags: StoreFlags) =>
      run(flags, async (session) => {
        const { io, sayJson, say } = session
        if (processId === undefined) {
          await withStore(io, flags.store, async (store) => {
            await requireKey(store, key)
            io.signal.throwIfAborted()
            await removeWorkflow(store, key)
          })
          if (!sayJson(() => ({ removed: key }))) say(`${printable(key)} is forgotten\n`)
          return ExitCode.fine
        }
        const report = await withStore(io, flags.store, (store) =>
          removeProcess(store, key, processId, { signal: io.signal }),
        )
        if (sayJson(() => report)) return ExitCode.fine
        const left = counted(report.processes.length, 'process', 'processes')
        say(`${printable(processId)} is taken away from ${printable(key)}, which has ${left} left\n`)
        if (report.missing.includes(processId)) session.note('it is still called: see unitflow check')
        return ExitCode.fine
      }),
    )
}

/** A key that is not there is a mistake to tell; one that is damaged may go. */
async function requireKey(store: CacheStore, key: string): Promise<void> {
  try {
    await readManifest(store, key)
  } catch (error) {
    const isDamaged =
      isUnitflowError(error, 'root-damaged') ||
      isUnitflowError(error, 'object-missing') ||
      isUnitflowError(error, 'object-damaged')
    if (!isDamaged) throw error
  }
}
