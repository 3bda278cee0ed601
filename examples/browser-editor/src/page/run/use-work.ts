import { useEffect, useState } from 'preact/hooks'
import { asError } from '../as-error.js'
import { call } from '../client.js'

/** What becomes of the runs of the workflow that is shown. */
export interface Work {
  /** Goes up whenever something has happened in a run, in any tab. */
  readonly revision: number
  /** Whether this tab works, for people. */
  readonly text: string
  /** How many runs are open. */
  readonly open: number
}

const REST: Work = { revision: 0, text: '', open: 0 }

/** Lets this tab work on the runs of a workflow as long as that is shown; of none where the id is empty. */
export function useWork(id: string): Work {
  const [work, setWork] = useState(REST)
  useEffect(() => {
    setWork(REST)
    if (id === '') return undefined
    const leaving = new AbortController()
    const { signal } = leaving
    call(
      'work',
      { id },
      {
        signal,
        onProgress: ({ done, total, text }) => setWork({ revision: done, open: total, text }),
      },
    ).catch((error: unknown) => {
      if (!signal.aborted)
        setWork((before) => ({ ...before, text: `Nothing works: ${asError(error).message}` }))
    })
    return () => leaving.abort()
  }, [id])
  return work
}
