import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import type { ErrorData } from '../../errors/index.js'
import type { HttpOptions } from '../../http/index.js'
import { openHttp } from '../../http/index.js'
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
  ACTIVITIES,
  BEAT,
  DEADLINE,
  DECISIONS,
  HISTORY,
  NOTHING,
  OPEN,
  PROCESS,
  PROCESSES,
  STARTED,
  TICK,
  WAITING,
} from './answers.js'
import { BackendConnection } from './backend-connection.js'
import { DEFAULT_CATEGORY } from './routes.js'

/** How a backend on another machine is reached. */
export interface HttpBackendOptions extends HttpOptions {
  /** Where its handler is: absolute, or relative to the page. User and password in it are sent as `Authorization: Basic`. */
  readonly url: string | URL
  /**
   * What waits are measured by.
   *
   * @default the system's
   */
  readonly clock?: Clock
}

/**
 * A backend that is served by `createBackendHandler`: workers on other machines, in tabs and at the edge share its work
 * (D85).
 *
 * It throws what the backend behind it throws, with its code, message and fields; besides `not-allowed` where the server
 * refuses, `limit-exceeded` where a request is too large, `store-failed` where the server cannot be reached, fails, or is
 * something else, `store-closed` after `close`, and `unsupported-value` before anything is sent. Reading, registering, and
 * starting a process by an id of the caller's are tried again where the network fails; nothing else is, because it may have
 * happened.
 *
 * A wait is made of requests of up to 30 s. The signal of a wait ends the request, and thereby the waiting at the server;
 * what the server takes at that very moment is as `createBackendHandler` says.
 *
 * @throws `bad-argument`
 * @example
 * const backend = createHttpBackend({
 *   url: 'https://example.com/unitflow',
 *   headers: async () => ({ authorization: `Bearer ${await token()}` }),
 * })
 */
export function createHttpBackend({
  url,
  clock = systemClock,
  ...options
}: HttpBackendOptions): WorkflowBackend {
  return new HttpBackend(new BackendConnection(openHttp(url, options), clock))
}

/** As many events as a backend gives where it is not told how many. */
const PAGE = 1000

class HttpBackend implements WorkflowBackend {
  readonly #connection: BackendConnection

  constructor(connection: BackendConnection) {
    this.#connection = connection
  }

  async registerWorkflow(type: WorkflowType): Promise<void> {
    await this.#connection.ask('registerWorkflow', NOTHING, { body: type })
  }

  async registerActivity(type: ActivityType): Promise<void> {
    await this.#connection.ask('registerActivity', NOTHING, { body: type })
  }

  async startProcess({ workflow, id, input, tags }: StartProcess): Promise<string> {
    const asked = {
      about: { workflow, process: id },
      body: { input, tags },
      // A second one gives the process that the first has started.
      once: id === undefined,
    }
    return (await this.#connection.ask('startProcess', STARTED, asked)).id
  }

  async signalProcess(
    id: string,
    { name, data }: { readonly name: string; readonly data?: Value },
  ): Promise<void> {
    const asked = { about: { process: id }, body: { name, data }, once: true }
    await this.#connection.ask('signalProcess', NOTHING, asked)
  }

  async cancelProcess(
    id: string,
    options: { readonly reason?: string; readonly details?: Value; readonly request?: boolean } = {},
  ): Promise<void> {
    await this.#connection.ask('cancelProcess', NOTHING, {
      about: { process: id },
      body: options,
      once: true,
    })
  }

  async forkProcess(id: string, fork: ForkProcess): Promise<string> {
    const asked = { about: { process: id }, body: fork, once: true }
    return (await this.#connection.ask('forkProcess', STARTED, asked)).id
  }

  async pollDecisionTasks(poll: Poll = {}): Promise<readonly DecisionTask[]> {
    return this.#connection.waited(
      poll,
      async (wait, signal) =>
        (await this.#connection.ask('pollDecisionTasks', DECISIONS, asPoll(poll, wait, signal))).tasks,
      isSome,
      () => [],
    )
  }

  async completeDecisionTask(
    token: string,
    decisions: Iterable<MadeDecision>,
    { status }: { readonly status?: string } = {},
  ): Promise<void> {
    const body = { token, decisions: [...decisions], status }
    await this.#connection.ask('completeDecisionTask', NOTHING, { body, once: true })
  }

  async failDecisionTask(
    token: string,
    { error, delay }: { readonly error: ErrorData; readonly delay?: number },
  ): Promise<void> {
    await this.#connection.ask('failDecisionTask', NOTHING, { body: { token, error, delay }, once: true })
  }

  async pollActivityTasks(poll: Poll = {}): Promise<readonly ActivityTask[]> {
    return this.#connection.waited(
      poll,
      async (wait, signal) =>
        (await this.#connection.ask('pollActivityTasks', ACTIVITIES, asPoll(poll, wait, signal))).tasks,
      isSome,
      () => [],
    )
  }

  async completeActivityTask(
    token: string,
    result: ActivityResult,
    { retry }: { readonly retry?: boolean } = {},
  ): Promise<void> {
    await this.#connection.ask('completeActivityTask', NOTHING, {
      body: { token, result, retry },
      once: true,
    })
  }

  async releaseActivityTask(token: string): Promise<void> {
    await this.#connection.ask('releaseActivityTask', NOTHING, { body: { token }, once: true })
  }

  heartbeat(token: string, details?: Value): Promise<{ readonly cancelRequested: boolean }> {
    return this.#connection.ask('heartbeat', BEAT, { body: { token, details }, once: true })
  }

  async process(id: string, waited?: ProcessWait): Promise<ProcessInfo | undefined> {
    const about = { process: id }
    const look = async (): Promise<ProcessInfo | undefined> =>
      (await this.#connection.ask('process', PROCESS, { about })).process
    if (waited === undefined) return look()
    const { until } = waited
    return this.#connection.waited(
      waited,
      async (wait, signal) =>
        (await this.#connection.ask('process', PROCESS, { about, query: { until, wait }, wait, signal }))
          .process,
      (info) =>
        info === undefined || info.closed !== undefined || (until !== 'closed' && info.lastSeq > until),
      look,
    )
  }

  async history(
    id: string,
    { after = 0, limit = PAGE }: { readonly after?: number; readonly limit?: number } = {},
  ): Promise<readonly HistoryEvent[]> {
    const events: HistoryEvent[] = []
    for (let from = after; ; from = events.at(-1)?.seq ?? from) {
      const query = { after: from, limit: limit - events.length }
      const page = await this.#connection.ask('history', HISTORY, { about: { process: id }, query })
      events.push(...page.events)
      // A server may allow less at once than is asked for.
      if (!page.more || page.events.length === 0 || events.length >= limit) return events
    }
  }

  processes({ workflow, tag, ...query }: ProcessFilter = {}): Promise<ProcessPage> {
    return this.#connection.ask('processes', PROCESSES, { about: { workflow, tag }, query })
  }

  async openActivities(id: string): Promise<readonly WaitingActivity[]> {
    return (await this.#connection.ask('openActivities', OPEN, { about: { process: id } })).activities
  }

  waitingActivities({ activity, ...query }: WaitingFilter = {}): Promise<WaitingPage> {
    return this.#connection.ask('waitingActivities', WAITING, { about: { activity }, query })
  }

  async deleteProcess(id: string): Promise<void> {
    await this.#connection.ask('deleteProcess', NOTHING, { about: { process: id }, once: true })
  }

  async tick(): Promise<number> {
    return (await this.#connection.ask('tick', TICK, { body: {}, once: true })).processes
  }

  async nextDeadline(query: { readonly exact?: boolean } = {}): Promise<number | undefined> {
    return (await this.#connection.ask('nextDeadline', DEADLINE, { query })).at
  }

  async close(): Promise<void> {
    this.#connection.close()
  }
}

function asPoll(
  { category = DEFAULT_CATEGORY, identity, limit }: Poll,
  wait: number,
  signal: AbortSignal | undefined,
) {
  const categories = typeof category === 'string' ? [category] : category
  return { about: { categories }, body: { identity, limit, wait }, wait, signal, once: true }
}

function isSome(list: readonly unknown[]): boolean {
  return list.length > 0
}
