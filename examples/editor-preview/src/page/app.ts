import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { CallGraphView } from './call-graph-view.js'
import { Editor } from './editor.js'
import { StatisticsTable } from './statistics-table.js'
import { EditReport } from './edit-report.js'
import { Problem } from './problem.js'
import { usePreview } from './use-preview.js'
import { useText } from './use-text.js'

/** Copied into the built folder. */
const sampleUrl = new URL('../../../workflows/order-company.c.json', import.meta.url).href

export function App(): ComponentChild {
  const { preview, answer, trouble, isBusy, show } = usePreview()
  const [unread, setUnread] = useState('')
  const onText = useCallback((text: string) => show(text), [show])
  const text = useText(onText)
  const { put } = text
  const openSample = useCallback((): void => {
    setUnread('')
    readSample().then(put, (error: unknown) => setUnread(`The sample: ${String(error)}`))
  }, [put])
  useEffect(openSample, [openSample])
  const computeAll = (): void => show(text.area.current?.value ?? '', false)
  const error = answer?.result.type === 'error' ? answer.result.error : undefined
  const isStale = error !== undefined
  const fresh = new Set(
    answer?.steps.flatMap(({ type, process }) => (type === 'ran' && process !== undefined ? [process] : [])),
  )

  return h(
    'div',
    { class: 'page' },
    h(
      'header',
      null,
      h('h1', null, 'Editor preview'),
      h('p', { class: 'quiet' }, 'Edit the workflow: only what depends on the edit is computed anew.'),
    ),
    h(
      'main',
      { class: 'columns' },
      h(Editor, {
        text,
        processes: preview?.statistics ?? [],
        isInvalid: isStale,
        onSample: openSample,
        onComputeAll: computeAll,
      }),
      h(
        'div',
        { class: 'column', 'aria-busy': isBusy },
        trouble === undefined && unread === ''
          ? null
          : h(
              'p',
              { class: 'failure', role: 'alert' },
              trouble ? `The worker has stopped: ${trouble}` : unread,
            ),
        error === undefined ? null : h(Problem, { error, hasPreview: preview !== undefined, text }),
        answer === undefined
          ? h('p', { class: 'panel quiet' }, 'Computing the preview…')
          : h(EditReport, { answer }),
        preview === undefined
          ? null
          : h(
              'div',
              { class: isStale ? 'column stale' : 'column' },
              h(CallGraphView, { preview, fresh }),
              h(StatisticsTable, { preview, fresh }),
            ),
      ),
    ),
  )
}

async function readSample(): Promise<string> {
  const response = await fetch(sampleUrl)
  if (!response.ok) throw new Error(`the server answers with ${response.status}`)
  return response.text()
}
