import { useEffect, useRef, useState } from 'preact/hooks'
import type { Calls, Method } from '../../protocol.js'
import { asError } from '../as-error.js'
import { call } from '../client.js'

export interface LiveCall<T> {
  readonly data?: T
  readonly error?: Error
}

/**
 * Asks the worker, and again after each change, one after the other: however often something happens, what is shown comes
 * from a question that was let end.
 */
export function useLiveCall<M extends Method>(
  method: M,
  params: Calls[M]['params'] | undefined,
  revision: string,
): LiveCall<Calls[M]['result']> {
  const [state, setState] = useState<LiveCall<Calls[M]['result']>>({})
  const look = useRef<() => void>(() => undefined)
  const key = params === undefined ? '' : JSON.stringify(params)
  useEffect(() => {
    setState({})
    if (params === undefined) return undefined
    const leaving = new AbortController()
    let isAsking = false
    let isStale = false
    const ask = async (): Promise<void> => {
      isStale = true
      if (isAsking) return
      isAsking = true
      while (isStale) {
        isStale = false
        const answer = await call(method, params, { signal: leaving.signal }).then(
          (data) => ({ data }),
          (error: unknown) => ({ error: asError(error) }),
        )
        if (leaving.signal.aborted) return
        setState(answer)
      }
      isAsking = false
    }
    look.current = () => void ask()
    look.current()
    return () => leaving.abort()
  }, [method, key])
  useEffect(() => look.current(), [revision])
  return state
}
