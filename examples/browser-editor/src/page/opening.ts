import { useCallback, useRef, useState } from 'preact/hooks'
import type { Progress } from '../protocol.js'
import { call } from './client.js'
import type { Desk } from './desk.js'
import { go } from './route.js'

const SAMPLE = 'order-company.json'
/** Copied into the built folder. */
const sampleUrl = new URL('../../../workflows/order-company.c.json', import.meta.url).href

interface Opening {
  readonly name: string
  readonly progress: Progress
}

interface OpeningFiles {
  /** What is under way. */
  readonly opening: Opening | undefined
  readonly open: (files: readonly File[], replaces?: string) => void
  readonly openSample: () => void
  readonly cancel: () => void
}

/** Opens files in the worker; the page only hears how far it is. */
export function useOpening({
  ask,
  fail,
  show,
  say,
}: Pick<Desk, 'ask' | 'fail' | 'show' | 'say'>): OpeningFiles {
  const [opening, setOpening] = useState<Opening | undefined>(undefined)
  const canceling = useRef<AbortController>(new AbortController())
  const queue = useRef<Promise<void>>(Promise.resolve())

  const openOne = useCallback(
    async (file: File, replaces: string | undefined): Promise<void> => {
      const target = replaces ?? (await sameName(file.name))
      if (target === 'cancel') return
      const { signal } = (canceling.current = new AbortController())
      const onProgress = (progress: Progress): void => setOpening({ name: file.name, progress })
      say(`Opening ${file.name}`)
      onProgress({ done: 0, total: 0, text: `Opening ${file.name}` })
      try {
        const params = { file, name: file.name, ...(target === 'new' ? {} : { replaces: target }) }
        const report = await call('import', params, { signal, onProgress })
        go({ page: 'workflow', id: report.id, tab: 'elements' })
        show(report)
      } catch (error) {
        if (signal.aborted) say(`Opening ${file.name} was canceled`)
        else fail(`${file.name} could not be opened`, error, () => open([file], replaces))
      } finally {
        setOpening(undefined)
      }
    },
    [ask, fail, show, say],
  )

  /** What to do with a file whose name is known: its workflow's id, a new one, or nothing. */
  const sameName = async (name: string): Promise<string> => {
    const title = name.replace(/\.json$/i, '')
    const known = await call('list', undefined).catch(() => undefined)
    const same = known?.workflows.find((workflow) => workflow.name === title)
    if (same === undefined) return 'new'
    const answer = await ask({
      title: `“${title}” is here already`,
      text: 'As a new version, only the units that differ are written, and you can compare the two.',
      answers: [
        { label: 'Open as its new version', value: same.id },
        { label: 'Keep both', value: 'new' },
      ],
    })
    return answer?.value ?? 'cancel'
  }

  const open = useCallback(
    (files: readonly File[], replaces?: string) => {
      for (const file of files) {
        queue.current = queue.current.then(() => openOne(file, replaces))
      }
    },
    [openOne],
  )
  const openSample = useCallback(() => {
    fetch(sampleUrl)
      .then(async (response) => {
        if (!response.ok) throw new Error(`The server answered ${response.status}.`)
        open([new File([await response.blob()], SAMPLE)])
      })
      .catch((error: unknown) => fail('The sample could not be loaded', error, openSample))
  }, [open, fail])
  return { opening, open, openSample, cancel: () => canceling.current.abort() }
}
