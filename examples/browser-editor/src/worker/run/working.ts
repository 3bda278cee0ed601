import { createActivityWorker, createDecisionWorker } from 'unitflow/deciders'
import type { Manager } from 'unitflow/deciders'
import { CHANGES } from '../../protocol.js'
import type { Calls, WorkflowChanged } from '../../protocol.js'
import { catalogue, dropDatabase, runsDatabaseOf } from '../database.js'
import type { Context } from '../worker.js'
import { readFunctions } from './functions.js'
import { closeRuns, runsOf } from './runs.js'
import type { Engine, Runs } from './runs.js'

/** Nobody is told by a tab that ends right after its commit, so it is looked now and then, too (ms). */
const LOOK_EVERY = 3000

/**
 * Works on a workflow's runs as long as the page wants it. While no run is open nothing decides and nothing polls; it only
 * listens for one to be started, here or in another tab.
 */
export async function work({ id }: Calls['work']['params'], { signal, report }: Context): Promise<undefined> {
  const bell = new Bell()
  const elsewhere = new BroadcastChannel(CHANGES)
  const news = { isThere: false }
  elsewhere.onmessage = ({ data }: MessageEvent<WorkflowChanged>) => {
    if (data.id !== id) return
    news.isThere = true
    bell.ring()
  }
  signal.addEventListener('abort', () => bell.ring())
  const shift = new Shift()
  let ends: (() => void)[] = []
  let listened: Runs | undefined
  let done = 0
  try {
    while (!signal.aborted) {
      if (news.isThere) {
        news.isThere = false
        if ((await catalogue.get(id)) === undefined) {
          await dropRuns(id, shift)
          return undefined
        }
        await takeFunctions(id)
      }
      const runs = await runsOf(id)
      if (runs !== undefined && runs !== listened) {
        for (const end of ends) end()
        ends = [runs.records.onCommit(() => bell.ring()), runs.onTouch(() => bell.ring())]
        listened = runs
      }
      const open = runs === undefined ? 0 : await countOpen(runs)
      if (runs === undefined || open === 0) shift.end()
      else shift.begin(runs.engine)
      report({ done: ++done, total: open, text: shift.words(open) })
      await bell.heard(LOOK_EVERY)
    }
  } finally {
    shift.end()
    elsewhere.close()
    for (const end of ends) end()
  }
  return undefined
}

async function countOpen({ backend }: Runs): Promise<number> {
  const { processes } = await backend.processes({ status: 'open', workflow: 'run', limit: 1000 })
  return processes.filter(({ parent }) => parent === undefined).length
}

async function takeFunctions(id: string): Promise<void> {
  const functions = await readFunctions(id)
  const runs = await runsOf(id)
  if (functions !== undefined) await runs?.take(functions)
}

/** Another tab has removed the workflow. What this one was at may have made the database anew meanwhile. */
async function dropRuns(id: string, shift: Shift): Promise<void> {
  shift.end()
  await closeRuns(id)
  await dropDatabase(runsDatabaseOf(id))
}

/** Workers, while they are wanted. */
class Shift {
  #manager: Manager | undefined
  #ending = new AbortController()
  #trouble: string | undefined

  begin({ manager }: Engine): void {
    if (manager === this.#manager) return
    this.end()
    this.#manager = manager
    const { signal } = (this.#ending = new AbortController())
    const onError = (error: unknown): void => {
      this.#trouble = error instanceof Error ? error.message : String(error)
    }
    const identity = 'a tab'
    // A person's task waits for a worker to offer it.
    for (const worker of [
      createDecisionWorker(manager, { identity, onError }),
      createActivityWorker(manager, { identity, concurrency: 100, onError }),
    ]) {
      worker.run({ signal }).catch(onError)
    }
  }

  end(): void {
    this.#ending.abort()
    this.#manager = undefined
    this.#trouble = undefined
  }

  words(open: number): string {
    if (this.#trouble !== undefined) return `The database is in the way, it is tried again: ${this.#trouble}`
    if (open === 0) return 'No run is open: nothing works.'
    return open === 1 ? 'This tab works on one run.' : `This tab works on ${open} runs.`
  }
}

/** Something to wait for; what has rung before counts. */
class Bell {
  #rung = false
  #wake: () => void = () => undefined

  ring(): void {
    this.#rung = true
    this.#wake()
  }

  async heard(longest: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, longest)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#rung = false
  }
}
