import { useEffect, useState } from 'preact/hooks'
import { CHANGES } from '../protocol.js'
import type { Calls, Method, WorkflowChanged } from '../protocol.js'
import { asError } from './as-error.js'
import { call } from './client.js'

export interface Called<T> {
  /** What came last; stays while the next is under way. */
  readonly data?: T
  /** What `data` was asked for with. */
  readonly key?: string
  readonly error?: Error
  readonly pending: boolean
}

/** Asks the worker, and again whenever the parameters or the workflow change. `undefined` asks nothing. */
export function useCall<M extends Method>(
  method: M,
  params: Calls[M]['params'] | undefined,
  revision: number,
): Called<Calls[M]['result']> {
  const [state, setState] = useState<Called<Calls[M]['result']>>({ pending: true })
  const key = params === undefined ? '' : JSON.stringify(params)
  useEffect(() => {
    if (params === undefined && method !== 'list') return undefined
    const leaving = new AbortController()
    setState(({ error: _, ...before }) => ({ ...before, pending: true }))
    call(method, params, { signal: leaving.signal }).then(
      (data) => leaving.signal.aborted || setState({ data, key, pending: false }),
      (error: unknown) => {
        if (leaving.signal.aborted) return
        setState({ error: asError(error), pending: false })
      },
    )
    return () => leaving.abort()
  }, [method, key, revision])
  return state
}

/** Counts how often workflows have changed, in this tab or another. */
export function useRevision(): number {
  const [revision, setRevision] = useState(0)
  useEffect(() => {
    const changes = new BroadcastChannel(CHANGES)
    changes.onmessage = (_: MessageEvent<WorkflowChanged>) => setRevision((count) => count + 1)
    return () => changes.close()
  }, [])
  return revision
}
