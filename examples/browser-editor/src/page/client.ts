import { errorFromData } from 'unitflow/read'
import { asError } from './as-error.js'
import type { Calls, Cancel, Method, Progress, Reply, Request } from '../protocol.js'

export interface CallOptions {
  /** Aborting rejects at once with the signal's reason, and tells the worker to stop. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** The worker that holds the core and the database. */
const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })

/** What to do with calls that are under way when the worker itself fails. */
const failing = new Set<(error: Error) => void>()

worker.addEventListener('error', (event) => {
  const reason = event.message === '' ? 'it could not be loaded' : event.message
  for (const fail of failing)
    fail(new Error(`The worker that does the work has stopped: ${reason}. Reload the page.`))
  failing.clear()
})

/** Asks the worker. Errors arrive as they were thrown there, with code and fields. */
export function call<M extends Method>(
  method: M,
  params: Calls[M]['params'],
  { signal, onProgress }: CallOptions = {},
): Promise<Calls[M]['result']> {
  const { port1, port2 } = new MessageChannel()
  return new Promise<Calls[M]['result']>((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(asError(signal.reason))
      return
    }
    const settle = (): void => {
      failing.delete(fail)
      signal?.removeEventListener('abort', cancel)
      port1.close()
    }
    const fail = (error: Error): void => {
      settle()
      reject(error)
    }
    const cancel = (): void => {
      const message: Cancel = 'cancel'
      port1.postMessage(message)
      fail(asError(signal?.reason))
    }
    failing.add(fail)
    signal?.addEventListener('abort', cancel)
    port1.onmessage = ({ data }: MessageEvent<Reply<M>>) => {
      if (data.type === 'progress') {
        onProgress?.(data.progress)
      } else if (data.type === 'error') {
        fail(errorFromData(data.error))
      } else {
        settle()
        resolve(data.result)
      }
    }
    const request: Request<M> = { method, params, port: port2 }
    worker.postMessage(request, [port2])
  })
}
