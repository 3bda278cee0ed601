import { errorToData } from 'unitflow'
import type { Calls, Cancel, Method, Progress, Reply, Request } from '../protocol.js'
import { compare } from './comparing.js'
import { save, undo } from './editing.js'
import { importFile, list, remove, rename } from './library.js'
import { download, draw, json, process, resume, task, workflow } from './reading.js'
import { cancelRun, complete, removeRun, retryRun, send } from './run/acting.js'
import { run, runs } from './run/reading-runs.js'
import { saveFunctions, setup, start } from './run/starting.js'
import { work } from './run/working.js'

/** What a handler may use beside its parameters. */
export interface Context {
  readonly signal: AbortSignal
  readonly report: (progress: Progress) => void
}

type Handlers = {
  readonly [M in Method]: (params: Calls[M]['params'], context: Context) => Promise<Calls[M]['result']>
}

const handlers: Handlers = {
  list,
  import: importFile,
  rename,
  remove,
  workflow,
  draw,
  process,
  json,
  resume,
  download,
  task,
  save,
  undo,
  compare,
  work,
  setup,
  saveFunctions,
  start,
  runs,
  run,
  complete,
  send,
  cancelRun,
  removeRun,
  retryRun,
}

async function answer<M extends Method>({ method, params, port }: Request<M>): Promise<void> {
  const reply = (message: Reply<M>): void => port.postMessage(message)
  const canceling = new AbortController()
  port.onmessage = (_: MessageEvent<Cancel>) => canceling.abort()
  try {
    const result = await handlers[method](params, {
      signal: canceling.signal,
      report: (progress) => reply({ type: 'progress', progress }),
    })
    reply({ type: 'result', result })
  } catch (error) {
    reply({ type: 'error', error: errorToData(error) })
  } finally {
    port.close()
  }
}

addEventListener('message', ({ data }: MessageEvent<Request>) => void answer(data))
