import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Answer, Edit, Preview } from '../protocol.js'

export interface Previewed {
  /** Of the last text that could be read. */
  readonly preview?: Preview
  /** Of the last edit. */
  readonly answer?: Answer
  /** The worker itself has stopped. */
  readonly trouble?: string
  /** Whether an edit is under way. */
  readonly isBusy: boolean
  /** Computes the preview of a text; of several in a row, of the last one. */
  readonly show: (json: string, reuse?: boolean) => void
}

/** The worker that runs the steps, and what it has said. */
export function usePreview(): Previewed {
  const [told, setTold] = useState<Pick<Previewed, 'preview' | 'answer' | 'trouble'>>({})
  const [isBusy, setIsBusy] = useState(false)
  const worker = useRef<Worker>(undefined)
  const asked = useRef(0)
  useEffect(() => {
    const started = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })
    worker.current = started
    started.addEventListener('message', ({ data: answer }: MessageEvent<Answer>) => {
      // What a later edit has overtaken is not shown.
      if (answer.id !== asked.current) return
      setIsBusy(false)
      const { result } = answer
      setTold((before) =>
        result.type === 'preview' ? { answer, preview: result.preview } : { ...before, answer },
      )
    })
    started.addEventListener('error', ({ message }) => {
      setIsBusy(false)
      setTold((before) => ({ ...before, trouble: message || 'it could not be loaded' }))
    })
    return () => started.terminate()
  }, [])
  const show = useCallback((json: string, reuse = true): void => {
    const edit: Edit = { id: ++asked.current, json, reuse }
    setIsBusy(true)
    worker.current?.postMessage(edit)
  }, [])
  return { ...told, isBusy, show }
}
