import type { Command } from 'commander'
import type { Limits } from '../../core/index.js'
import type { CacheStore } from '../../stores/index.js'
import { cacheElementUnitsForWorkflow, cacheProcess } from '../../units/index.js'
import type { CacheLayout, CacheReport } from '../../units/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import type { Io } from '../io.js'
import { jsonOption, layoutOption, limitOption, storeOption } from '../options.js'
import { shorten } from '../shorten.js'
import { progressBar } from '../progress-bar.js'
import { withStore } from '../session.js'
import type { Runner, Session, StoreFlags } from '../session.js'
import { aboutInput, defaultKey, readSpecs } from '../source.js'
import type { Specs } from '../source.js'
import { summaryLine } from '../summary.js'

/** Options of caching. */
export interface CacheFlags extends StoreFlags {
  readonly key?: string
  readonly layout: CacheLayout
  readonly process?: boolean
  readonly limit?: Limits
}

/** `unitflow cache` */
export function addCache(program: Command, run: Runner): void {
  program
    .command('cache')
    .summary('take a workflow apart and keep its units')
    .description('Takes a workflow apart and keeps its units in a cache. Only what changed is written.')
    .argument('<specs>', 'a specs file, or - for stdin')
    .option('-k, --key <key>', 'cache key (default: the name of the file without extensions)')
    .option(
      '--process',
      'the file holds one process spec: add it to the cached workflow, or replace it there',
    )
    .addOption(layoutOption())
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow cache orders.json\n  unitflow cache payment.json --key orders --process\n  curl ... | unitflow cache - --key orders',
    )
    .action((path: string, flags: CacheFlags) =>
      run(flags, async (session) => {
        if (flags.process === true && flags.key === undefined) {
          throw new UsageError('--process needs --key: the workflow that the process belongs to')
        }
        if (flags.process === true && flags.layout === 'v1') {
          throw new UsageError(
            '--process works with layout v2 only',
            'In layout v1 cache the whole workflow again.',
          )
        }
        const key = flags.key ?? defaultKey(path)
        const specs = await readSpecs(session.io, path)
        const { report, took } = await cacheSpecs(session, specs, key, flags)
        if (session.sayJson(() => ({ ...report, ms: Math.round(took) }))) return ExitCode.fine
        session.say(cachedLine(session, report, flags.process === true ? 0 : specs.bytes.length, took))
        noteMissing(session, report)
        return ExitCode.fine
      }),
    )
}

/** Caches a workflow, or one process, with a bar where it takes long. */
export async function cacheSpecs(
  session: Session,
  { name, bytes }: Specs,
  key: string,
  flags: CacheFlags,
): Promise<{ readonly report: CacheReport; readonly took: number }> {
  const { io } = session
  const bar = progressBar(io, !session.json)
  const options = {
    layout: flags.layout,
    signal: io.signal,
    onProgress: bar.onProgress,
    ...(flags.limit === undefined ? {} : { limits: flags.limit }),
  }
  const work = (store: CacheStore): Promise<CacheReport> =>
    flags.process === true
      ? cacheProcess(store, key, bytes, options)
      : cacheElementUnitsForWorkflow(store, key, bytes, options)
  const start = io.now()
  try {
    const report = await withStore(io, flags.store, (store) => aboutInput(name, () => work(store)))
    return { report, took: io.now() - start }
  } finally {
    bar.stop()
  }
}

/** What caching did, in a line. */
export function cachedLine(session: Session, report: CacheReport, inputBytes: number, took: number): string {
  const units = new Map<string, number>()
  for (const { id, storedWith = id, bytes } of report.processes)
    units.set(storedWith, (units.get(storedWith) ?? 0) + bytes)
  const summary = {
    name: report.cacheKey,
    processes: report.processes.length,
    inputBytes,
    units: [...units.values()],
    written: report.written.length,
    unchanged: report.unchanged.length,
    took,
  }
  return summaryLine(summary, session.colors)
}

/** Calls that lead nowhere are no error, but worth knowing. */
export function noteMissing(
  { io, note }: Pick<Session, 'io' | 'note'> & { readonly io: Io },
  report: CacheReport,
): void {
  const { missing } = report
  if (missing.length === 0) return
  const names = missing
    .slice(0, 5)
    .map((id) => shorten(id, 40))
    .join(', ')
  const more = missing.length > 5 ? `, and ${missing.length - 5} more` : ''
  note(
    `called, but not in the workflow: ${counted(missing.length, 'process', 'processes')} (${names}${more}); see ${io.command} check`,
  )
}
