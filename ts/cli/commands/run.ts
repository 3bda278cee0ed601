import type { Command } from 'commander'
import { comparisons, defineUnitWorkflow } from '../../deciders/units/index.js'
import { readInput } from '../flow-input.js'
import {
  collected,
  DEFAULT_STORE,
  graceOption,
  jsonOption,
  limitOption,
  storeOption,
  wholeNumber,
} from '../options.js'
import { withRecords } from '../records-file.js'
import { Remarks } from '../remarks.js'
import { withStore } from '../session.js'
import type { Runner, Session } from '../session.js'
import type { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { assertRunnable } from '../units-check.js'
import { BIND_HELP, loadBindings, ownBindings } from '../units-module.js'
import type { UnitModule } from '../units-module.js'
import { runUnits } from '../units-run.js'
import { cachedUnits, manifestOf, UNITS_HELP } from '../units-source.js'
import type { UnitsFlags } from '../units-source.js'
import { UnitsRead } from '../units-read.js'
import { dbOption } from './processes-history.js'

interface RunFlags extends UnitsFlags {
  readonly bind?: string
  readonly input?: string
  readonly db: string
  readonly id?: string
  readonly tag?: readonly string[]
  readonly concurrency: number
  readonly grace: number
  readonly recover?: boolean
  readonly verbose?: boolean
}

/** `unitflow run` */
export function addRun(program: Command, run: Runner): void {
  program
    .command('run')
    .summary('run a process of a workflow from its units')
    .description(
      'Runs a process of a workflow from its units, with the functions of a module, and shows each element that is completed. What a person does is asked for on the terminal; in a pipe the answers are read from stdin, a line of JSON for each task, in the order in which the tasks came. The run is kept in an SQLite file, so that it goes on where it was: with the same --id. Only the units are read that it reaches. Exit code 1 where it does not complete, 5 where it waits for a person whom nobody can ask. ^C leaves it.',
    )
    .argument('<specs>', UNITS_HELP)
    .argument('[process]', 'id of the process (default: the top process of the workflow)')
    .option('-b, --bind <module>', BIND_HELP)
    .option(
      '-i, --input <json>',
      'the variables that it is started with: a file of JSON, - for stdin, or the JSON itself (default: {})',
    )
    .addOption(dbOption('SQLite file that keeps the run; made where there is none'))
    .option(
      '--id <id>',
      'id of the run: where there is one already, that goes on (default: the process and a number)',
    )
    .option('--tag <tag>', 'for lists; repeatable', collected)
    .option('-c, --concurrency <n>', 'activities at once', wholeNumber('--concurrency', 1), 10)
    .option(
      '--recover',
      'other programs that had begun with activities of it are known to be gone: those are done again',
    )
    .addOption(graceOption('how long an activity may go on after ^C', '10s'))
    .option('--verbose', 'tell of each unit that is read')
    .option('-k, --key <key>', 'cache key (default: the name of the file without extensions)')
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  unitflow run orders.json Order --bind ./functions.mjs --db shop.db\n  unitflow run orders.json Order --bind ./functions.mjs --id order-1 --input '{"total":120}'\n  echo '{"approved":true}' | unitflow run orders Order --bind ./functions.mjs --id order-1`,
    )
    .action((specs: string, processId: string | undefined, flags: RunFlags) =>
      run(flags, async (session) => {
        const { io, json } = session
        if (specs === '-' && flags.input === '-')
          throw new UsageError('specs and input cannot both come from stdin')
        // What the module prints is none of the document for machines.
        const release = json ? io.capture((text) => io.stderr.write(text)) : undefined
        try {
          return await runCached(session, specs, processId, flags)
        } finally {
          release?.()
        }
      }),
    )
}

async function runCached(
  session: Session,
  specs: string,
  asked: string | undefined,
  flags: RunFlags,
): Promise<ExitCode> {
  const { io } = session
  const { bind, db, id, tag: tags = [], concurrency, grace, recover = false } = flags
  const module: UnitModule = bind === undefined ? { activities: {} } : await loadBindings(io, bind)
  // A file may be marked as one, as other tools have it.
  const input = flags.input === undefined ? undefined : await readInput(io, flags.input.replace(/^@/, ''))
  const cacheKey = await cachedUnits(session, specs, flags)
  return withStore(io, flags.store, async (store) => {
    const manifest = await manifestOf(store, specs, cacheKey, flags)
    const processId = asked ?? manifest.top
    const read = new UnitsRead(manifest)
    const remarks = new Remarks(session)
    const { evaluate = comparisons, input: schema, limits } = module
    const workflow = await defineUnitWorkflow({
      name: cacheKey,
      // Who works for this workflow takes nothing of others in the file.
      category: cacheKey,
      // A program that was killed while it decided is waited for so long.
      decisionTimeout: '30s',
      store,
      cacheKey,
      processId,
      activities: ownBindings(cacheKey, module.activities),
      evaluate,
      ...(schema !== undefined && { input: schema }),
      ...(limits !== undefined && { limits }),
      onUnit: (unit) => {
        const line = read.add(unit)
        if (flags.verbose === true) remarks.make(line)
      },
    })
    assertRunnable(workflow, bind)
    return withRecords(io, db, { create: true }, (records) =>
      runUnits(
        session,
        { records, store, workflow, remarks, read, db, concurrency, grace, recover },
        { id, input, tags },
        (run) => nextWords(specs, asked, run, flags),
      ),
    )
  })
}

/** What is typed to go on with a run. */
function nextWords(
  specs: string,
  processId: string | undefined,
  id: string,
  { bind, db, key, store }: RunFlags,
): readonly string[] {
  return [
    'run',
    ...(specs === '-' ? [`key:${key ?? ''}`] : [specs]),
    ...(processId === undefined ? [] : [processId]),
    ...(bind === undefined ? [] : ['--bind', bind]),
    ...['--db', db, '--id', id],
    ...(key === undefined || specs === '-' ? [] : ['--key', key]),
    ...(store === DEFAULT_STORE ? [] : ['--store', store]),
  ]
}
