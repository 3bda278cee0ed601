import type { PayloadCodec } from '../../codec/index.js'
import { errorToData, isUnitflowError } from '../../errors/index.js'
import type { ErrorCode, ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type {
  ActivityTask,
  DecisionTask,
  ForkProcess,
  Poll,
  ProcessFilter,
  ProcessInfo,
  ProcessPage,
  ProcessWait,
  StartProcess,
  WaitingActivity,
  WaitingFilter,
  WaitingPage,
  WorkflowBackend,
} from '../backend/index.js'
import type { ActivityResult, HistoryEvent, MadeDecision } from '../history/index.js'
import type { ActivityType, WorkflowType } from '../process/index.js'
import {
  recodeActivityTask,
  recodeDecision,
  recodeDecisionTask,
  recodeEvents,
  recodeOptions,
  recodeProcess,
  recodeResult,
  recodeWaiting,
} from './recode.js'
import type { Recoding } from './recoding.js'
import { decoding, encoding } from './recoding.js'

/** What is encoded, and what is expected to be. */
export interface PayloadCodecOptions {
  /**
   * Whether what is for people is encoded, too: the `reason` of a failure or a cancellation, the `status` of a process,
   * and of errors the message, the fields, the stack and the cause.
   *
   * @default false
   */
  readonly texts?: boolean
  /**
   * Whether values that are not encoded are read as they are: for processes from before there was a codec, and for callers
   * who have none. Whoever may write to the store may then hand values to deciders and activities.
   *
   * @default false
   */
  readonly acceptPlain?: boolean
}

/**
 * A backend that keeps every value as a codec makes it (D86): inputs, results, details, the data of signals and timers,
 * markers. The backend within, its store, and a server in between see names, ids, tags, types, times, tokens, and instead
 * of each value `{ "$payload": "…" }`, which begins with what the codec says of itself (its version, the id of its key): so
 * keys can be changed while old ones are still read. Values are encoded before the backend is called, and decoded after
 * it has answered, those of a page at the same time.
 *
 * Plain stay what the backend goes by, and what people read without the key: `reason`, `status`, and errors, whose `code`
 * and `name` policies of retries look at. With `texts` the rest of them is encoded, too; a text that begins with
 * `$payload:` always is.
 *
 * Where something cannot be read (its key is unknown, it was altered, its store is away), the call rejects with the codec's
 * error, and it stays where it is. Of tasks that were polled:
 * - a decision is handed back as failed, with that error; it is asked for again, later each time, and the process's
 *   `failures` show it. The poll rejects where it has nothing that can be read.
 * - an activity is released, for others to take. That poll rejects, or the next one where it has others to hand out.
 *   Where the key was unknown, all later ones do: no more activities are taken. One that was altered is not released, since
 *   nobody can read it: it stays taken until it goes over a limit (`heartbeat`, `startToClose`), or somebody ends it by the
 *   token that the backend within tells.
 *
 * @returns its methods throw what `backend` and `codec` throw, `bad-payload` for values that are not encoded, and
 *   `unsupported-value`
 * @example
 * const codec = createAesGcmCodec({ keys: { '2026': key }, current: '2026' })
 * const backend = withPayloadCodec(createBackend({ records }), codec)
 */
export function withPayloadCodec(
  backend: WorkflowBackend,
  codec: PayloadCodec,
  { texts = false, acceptPlain = false }: PayloadCodecOptions = {},
): WorkflowBackend {
  return new PayloadBackend(backend, encoding(codec, texts), decoding(codec, acceptPlain))
}

/** Before a decision is asked for again that could not be read: first, and at most, in ms; each wait is twice as long. */
const FIRST_DELAY = 1000
const LONGEST_DELAY = 300_000

/** Who is handed it again reads no more of it. */
const ALTERED: readonly ErrorCode[] = ['bad-payload', 'bad-value-form', 'object-damaged']

class PayloadBackend implements WorkflowBackend {
  readonly #backend: WorkflowBackend
  readonly #in: Recoding
  readonly #out: Recoding
  /** Of an activity that could not be read. */
  #unread: { readonly error: unknown } | undefined

  constructor(backend: WorkflowBackend, into: Recoding, out: Recoding) {
    this.#backend = backend
    this.#in = into
    this.#out = out
  }

  registerWorkflow(type: WorkflowType): Promise<void> {
    return this.#backend.registerWorkflow(type)
  }

  registerActivity(type: ActivityType): Promise<void> {
    return this.#backend.registerActivity(type)
  }

  async startProcess({ input = null, ...start }: StartProcess): Promise<string> {
    return this.#backend.startProcess({ ...start, input: await this.#in.value(input) })
  }

  async signalProcess(
    id: string,
    { name, data = null }: { readonly name: string; readonly data?: Value },
  ): Promise<void> {
    await this.#backend.signalProcess(id, { name, data: await this.#in.value(data) })
  }

  async cancelProcess(
    id: string,
    options: { readonly reason?: string; readonly details?: Value; readonly request?: boolean } = {},
  ): Promise<void> {
    await this.#backend.cancelProcess(id, await recodeOptions(options, this.#in))
  }

  forkProcess(id: string, fork: ForkProcess): Promise<string> {
    return this.#backend.forkProcess(id, fork)
  }

  async pollDecisionTasks(poll?: Poll): Promise<readonly DecisionTask[]> {
    const tasks = await this.#backend.pollDecisionTasks(poll)
    const { read, unread } = await readEach(tasks, (task) => recodeDecisionTask(task, this.#out))
    await Promise.all(unread.map(({ task, error }) => this.#handBack(task, error)))
    const [first] = unread
    if (read.length === 0 && first !== undefined) throw first.error
    return read
  }

  async #handBack({ token, process }: DecisionTask, error: unknown): Promise<void> {
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(process.failures?.count ?? 0, 20))
    // Where that fails, it times out.
    await this.failDecisionTask(token, { error: errorToData(error), delay }).catch(() => undefined)
  }

  async completeDecisionTask(
    token: string,
    decisions: Iterable<MadeDecision>,
    options: { readonly status?: string } = {},
  ): Promise<void> {
    const encoded = await Promise.all([...decisions].map((decision) => recodeDecision(decision, this.#in)))
    await this.#backend.completeDecisionTask(token, encoded, await recodeOptions(options, this.#in))
  }

  async failDecisionTask(
    token: string,
    failure: { readonly error: ErrorData; readonly delay?: number },
  ): Promise<void> {
    await this.#backend.failDecisionTask(token, await recodeOptions(failure, this.#in))
  }

  async pollActivityTasks(poll?: Poll): Promise<readonly ActivityTask[]> {
    this.#throwUnread()
    const tasks = await this.#backend.pollActivityTasks(poll)
    const { read, unread } = await readEach(tasks, (task) => recodeActivityTask(task, this.#out))
    await Promise.all(unread.map(({ task, error }) => this.#release(task, error)))
    this.#unread ??= unread[0]
    if (read.length === 0) this.#throwUnread()
    return read
  }

  async #release({ token }: ActivityTask, error: unknown): Promise<void> {
    if (ALTERED.some((code) => isUnitflowError(error, code))) return
    // Where that fails, it times out.
    await this.#backend.releaseActivityTask(token).catch(() => undefined)
  }

  #throwUnread(): void {
    const unread = this.#unread
    if (unread === undefined) return
    if (!isUnitflowError(unread.error, 'unknown-payload-key')) this.#unread = undefined
    throw unread.error
  }

  async completeActivityTask(
    token: string,
    result: ActivityResult,
    options?: { readonly retry?: boolean },
  ): Promise<void> {
    await this.#backend.completeActivityTask(token, await recodeResult(result, this.#in), options)
  }

  releaseActivityTask(token: string): Promise<void> {
    return this.#backend.releaseActivityTask(token)
  }

  async heartbeat(token: string, details?: Value): Promise<{ readonly cancelRequested: boolean }> {
    const encoded = details === undefined ? undefined : await this.#in.value(details)
    return this.#backend.heartbeat(token, encoded)
  }

  async process(id: string, wait?: ProcessWait): Promise<ProcessInfo | undefined> {
    const process = await this.#backend.process(id, wait)
    return process === undefined ? undefined : recodeProcess(process, this.#out)
  }

  async history(
    id: string,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly HistoryEvent[]> {
    return recodeEvents(await this.#backend.history(id, page), this.#out)
  }

  async processes(filter?: ProcessFilter): Promise<ProcessPage> {
    const page = await this.#backend.processes(filter)
    const processes = page.processes.map((process) => recodeProcess(process, this.#out))
    return { ...page, processes: await Promise.all(processes) }
  }

  async openActivities(id: string): Promise<readonly WaitingActivity[]> {
    return recodeWaiting(await this.#backend.openActivities(id), this.#out)
  }

  async waitingActivities(filter?: WaitingFilter): Promise<WaitingPage> {
    const page = await this.#backend.waitingActivities(filter)
    return { ...page, activities: await recodeWaiting(page.activities, this.#out) }
  }

  deleteProcess(id: string): Promise<void> {
    return this.#backend.deleteProcess(id)
  }

  tick(): Promise<number> {
    return this.#backend.tick()
  }

  nextDeadline(options?: { readonly exact?: boolean }): Promise<number | undefined> {
    return this.#backend.nextDeadline(options)
  }

  close(): Promise<void> {
    return this.#backend.close()
  }
}

/** A task, and why it could not be read. */
interface Unread<T> {
  readonly task: T
  readonly error: unknown
}

/** Reads tasks at the same time; one that cannot be read is no reason to lose the others. */
async function readEach<T>(
  tasks: readonly T[],
  read: (task: T) => Promise<T>,
): Promise<{ readonly read: readonly T[]; readonly unread: readonly Unread<T>[] }> {
  const unread: Unread<T>[] = []
  const outcomes = await Promise.all(
    tasks.map(async (task) => {
      try {
        return [await read(task)]
      } catch (error) {
        unread.push({ task, error })
        return []
      }
    }),
  )
  return { read: outcomes.flat(), unread }
}
