import { isUnitflowError } from '../errors/index.js'
import type { AnyFlow, ExecutionInfo, FlowRunner } from '../flows/index.js'
import type { RecordStore } from '../records/index.js'
import { spanOf } from '../timeline/span.js'
import { errorLines } from './error-lines.js'
import { ExitCode } from './exit-code.js'
import { followExecution } from './follow-execution.js'
import { printable } from './printable.js'
import { valueText } from './process-words.js'
import { quoted } from './quoted.js'
import { formOf } from './record-lines.js'
import { Remarks } from './remarks.js'
import { cut } from './shorten.js'
import type { Session } from './session.js'

/** Where executions are run. */
export interface RunPlace {
  readonly records: RecordStore
  readonly flows: readonly AnyFlow[]
  /** The file of the records, as it was named. */
  readonly db: string
  /** The module of the flows, as it was named. */
  readonly module: string
  /** How long (ms) a task may go on after an interruption. */
  readonly grace: number
}

/** What is run, and shown meanwhile. */
export interface StartedRun {
  readonly id: string
  /** The step after which lines are told. */
  readonly after?: number
  readonly run: () => Promise<unknown>
}

/** Runs one execution with flows of the user's, shows it meanwhile, and says what came of it. */
export async function runExecution(
  session: Session,
  place: RunPlace,
  start: (runner: FlowRunner) => Promise<StartedRun>,
): Promise<ExitCode> {
  const { io, json } = session
  const { records, flows, grace } = place
  const remarks = new Remarks(session)
  const runner = io.createFlowRunner({
    records,
    flows,
    grace,
    onError: (error) => remarks.make(error instanceof Error ? error.message : String(error)),
  })
  const onAbort = (): void => {
    remarks.make(`a task that runs here may go on for ${spanOf(grace)}; ^C again ends it at once`)
  }
  try {
    const started = await start(runner)
    io.signal.addEventListener('abort', onAbort)
    await runShown(session, runner, place, started, remarks)
    const info = await runner.execution(started.id)
    const outcome = isEnded(info) ? await runner.result(started.id) : undefined
    if (json) {
      session.sayJson(() => formOf({ ...info, ...outcome }))
    } else if (outcome?.status === 'completed') {
      const result = valueText(outcome.result)
      session.say(`${session.colors.dim('result')}  ${shown(session, result)}\n`)
    } else if (outcome?.status === 'failed') {
      session.say(errorLines(session.colors, outcome.error))
    }
    sayNext(session, place, info)
    if (info.status === 'completed') return ExitCode.fine
    return io.signal.aborted && !isEnded(info) ? ExitCode.interrupted : ExitCode.notFine
  } finally {
    io.signal.removeEventListener('abort', onAbort)
    runner.close()
  }
}

async function runShown(
  session: Session,
  runner: FlowRunner,
  { flows, db }: RunPlace,
  { id, after, run }: StartedRun,
  remarks: Remarks,
): Promise<void> {
  const { flow: name } = await runner.execution(id)
  remarks.make(`${id} is kept in ${db}`)
  const tasks = flows.find((flow) => flow.name === name)?.tasks ?? []
  const end = new AbortController()
  const following = followExecution(session, runner, id, {
    signal: end.signal,
    json: 'nothing',
    remarks,
    attemptsOf: (task) => tasks.find((one) => one.name === task)?.retry?.attempts ?? undefined,
    ...(after !== undefined && { after }),
  })
  // It is waited for below; until then a failure of it is nobody's.
  following.catch(() => undefined)
  try {
    await unlessElsewhere(run())
    await untilHere(session, runner, id, following, remarks)
  } finally {
    end.abort()
    await following
  }
}

/** Another runner was quicker, or it was run before: it is shown as it is. */
async function unlessElsewhere(running: Promise<unknown>): Promise<void> {
  try {
    await running
  } catch (error) {
    if (!isUnitflowError(error, 'illegal-transition')) throw error
  }
}

/** What another runner has is shown, and goes on here when that is gone. */
async function untilHere(
  { io }: Session,
  runner: FlowRunner,
  id: string,
  following: Promise<unknown>,
  remarks: Remarks,
): Promise<void> {
  const { signal } = io
  let told = ''
  for (;;) {
    const { status, owner = '', leasedUntil = 0 } = await runner.execution(id)
    if (signal.aborted || (status !== 'running' && status !== 'retrying')) return
    const left = Math.max(leasedUntil - io.now(), 0)
    if (owner !== told && owner !== '')
      remarks.make(`${owner} has it; if that is gone: --recover, or wait for ${spanOf(left)}`)
    told = owner
    await Promise.race([following, io.sleep(left + PATIENCE)])
    const recovered = await runner.recover()
    if (recovered.includes(id)) await unlessElsewhere(runner.run({ id, signal }))
  }
}

/** Milliseconds after a lease has run out, and between two looks at what waits to be tried again. */
const PATIENCE = 1000

function isEnded({ status }: ExecutionInfo): boolean {
  return status === 'completed' || status === 'failed' || status === 'canceled'
}

/** On a terminal no more than a line of it. */
function shown({ io, width }: Session, text: string): string {
  return io.stdout.isTTY ? cut(text, width - 'result  '.length) : printable(text)
}

/** What can be done next, with what to type. */
function sayNext({ io, note }: Session, { db, module }: RunPlace, { id, status }: ExecutionInfo): void {
  const words = (...argv: readonly string[]): string => `${io.command} flows ${argv.map(quoted).join(' ')}`
  switch (status) {
    case 'completed':
      break
    case 'failed':
    case 'canceled':
      note(`it goes on from there with ${printable(words('rerun', db, id, '--module', module))}`)
      break
    case 'paused':
      note(`it is paused: ${printable(words('resume', db, id))}`)
      break
    case 'scheduled':
    case 'rescheduled':
    case 'retrying':
      note(
        `it waits in ${printable(db)}, and goes on with ${printable(words('run', module, '--id', id, '--db', db))}`,
      )
      break
    case 'running':
      note(`another runner goes on with it: ${printable(words('watch', db, id))}`)
      break
  }
}
