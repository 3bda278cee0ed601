import { useEffect, useState } from 'preact/hooks'
import type { FlowRunner } from 'unitflow/flows'
import type { ToldUpload } from './told-upload.js'
import { toldAfter, UNTOLD } from './told-upload.js'

/**
 * An upload as its events tell it, from the first one on, while they come.
 *
 * @param isEnded watching ends with the flow, and begins anew when that is tried again
 */
export function useTold(runner: FlowRunner, id: string, ownerHere: string, isEnded: boolean): ToldUpload {
  const [told, setTold] = useState(UNTOLD)
  useEffect(() => {
    const watching = new AbortController()
    const { signal } = watching
    const watch = async (): Promise<void> => {
      let next = UNTOLD
      for await (const event of runner.watch(id, { signal })) {
        if (signal.aborted) return
        next = toldAfter(next, event, ownerHere)
        setTold(next)
      }
    }
    // One that was removed meanwhile is no longer listed.
    watch().catch(() => undefined)
    return () => watching.abort()
  }, [runner, id, ownerHere, isEnded])
  return told
}
