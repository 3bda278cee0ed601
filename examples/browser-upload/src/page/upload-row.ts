import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ExecutionInfo, FlowRunner } from 'unitflow/flows'
import type { ToldUpload } from './told-upload.js'
import { percentOf, STEPS } from './told-upload.js'
import { useTold } from './use-told.js'

/** What a person can do to an upload. */
export type Action = 'pause' | 'resume' | 'now' | 'cancel' | 'retry' | 'remove'

interface Props {
  readonly runner: FlowRunner
  readonly info: ExecutionInfo
  /** The runner of this tab. */
  readonly ownerHere: string
  readonly onAction: (action: Action, name: string) => void
}

export function UploadRow({ runner, info, ownerHere, onAction }: Props): ComponentChild {
  const told = useTold(runner, info.id, ownerHere, isEnded(info))
  const title = useRef<HTMLHeadingElement>(null)
  const { main, end } = actionsOf(info)
  const buttons = useFocusKept(title, main === undefined)
  const { name, size, lines } = told
  const button = (action: Action, kind = ''): ComponentChild =>
    h(
      'button',
      { type: 'button', class: `button ${kind}`, onClick: () => onAction(action, name) },
      WORDS[action],
      h('span', { class: 'hidden' }, ` ${name}`),
    )
  return h(
    'article',
    { class: `panel upload ${info.status}`, 'aria-labelledby': `title-${info.id}` },
    h(
      'header',
      { class: 'upload-head' },
      h(
        'h3',
        { id: `title-${info.id}`, ref: title, tabIndex: -1 },
        name,
        ' ',
        h('span', { class: 'quiet' }, amount(size)),
      ),
      h('span', { class: `chip ${info.status}` }, stateOf(info)),
    ),
    h(Steps, { info, told }),
    h('progress', { max: 100, value: percentOf(told), 'aria-label': `Progress of ${name}` }),
    h('p', { class: 'quiet message' }, messageOf(info, told, ownerHere)),
    h(Trouble, { told }),
    h(
      'div',
      { class: 'actions', ...buttons },
      // One element, whatever it does: the focus stays where it is.
      main === undefined ? null : h('div', { key: 'main' }, button(main, main === 'pause' ? '' : 'main')),
      info.status === 'retrying' ? h('div', { key: 'now' }, button('now')) : null,
      end === undefined ? null : h('div', { key: 'end' }, button(end)),
    ),
    h(
      'details',
      { class: 'events' },
      h('summary', null, `What has happened (${lines.length})`),
      h(
        'ol',
        null,
        lines.map(({ step, at, words }) =>
          h(
            'li',
            { key: step },
            h('time', { dateTime: new Date(at).toISOString() }, new Date(at).toLocaleTimeString()),
            h('span', null, words),
          ),
        ),
      ),
    ),
  )
}

const WORDS: Readonly<Record<Action, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  now: 'Try now',
  cancel: 'Cancel',
  retry: 'Retry',
  remove: 'Remove',
}

function isEnded({ status }: ExecutionInfo): boolean {
  return status === 'completed' || status === 'failed' || status === 'canceled'
}

function actionsOf({ status, asked }: ExecutionInfo): { readonly main?: Action; readonly end?: Action } {
  switch (status) {
    case 'completed':
      return { end: 'remove' }
    case 'failed':
    case 'canceled':
      return { main: 'retry', end: 'remove' }
    case 'paused':
      return { main: 'resume', end: 'cancel' }
    case 'scheduled':
    case 'rescheduled':
    case 'retrying':
      return { main: 'pause', end: 'cancel' }
    case 'running':
      if (asked === 'cancel') return {}
      return { main: asked === 'pause' ? 'resume' : 'pause', end: 'cancel' }
  }
}

function stateOf({ status, asked }: ExecutionInfo): string {
  switch (status) {
    case 'scheduled':
    case 'rescheduled':
      return 'waits for a tab'
    case 'running':
      return asked === 'pause' ? 'pausing' : asked === 'cancel' ? 'canceling' : 'uploading'
    case 'retrying':
      return 'waits for the server'
    case 'completed':
      return 'uploaded'
    case 'paused':
    case 'failed':
    case 'canceled':
      return status
  }
}

function messageOf(info: ExecutionInfo, { message }: ToldUpload, ownerHere: string): string {
  if (info.status !== 'running') return message
  const where = info.owner === ownerHere ? 'in this tab' : 'in another tab'
  return message === '' ? where.replace('in', 'In') : `${message}, ${where}`
}

function Steps({ info, told }: { readonly info: ExecutionInfo; readonly told: ToldUpload }): ComponentChild {
  return h(
    'ol',
    { class: 'steps' },
    STEPS.map(({ task, title }, index) => {
      const state = index < told.step ? 'done' : index === told.step && !isEnded(info) ? 'now' : 'ahead'
      return h(
        'li',
        { key: task, class: state, 'aria-current': state === 'now' ? 'step' : undefined },
        title,
        state === 'done' ? h('span', { class: 'hidden' }, ' (done)') : null,
      )
    }),
  )
}

/** What went wrong, and when it is tried again. */
function Trouble({ told: { trouble } }: { readonly told: ToldUpload }): ComponentChild {
  const [now, setNow] = useState(Date.now())
  const due = trouble?.due
  useEffect(() => {
    if (due === undefined) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [due])
  if (trouble === undefined) return null
  const seconds = Math.max(0, Math.ceil(((due ?? 0) - now) / 1000))
  const again = seconds === 0 ? 'It is tried again now.' : `It is tried again in ${seconds} s.`
  return h('p', { class: 'trouble' }, due === undefined ? trouble.message : `${trouble.message} ${again}`)
}

/** When the button that has the focus goes, the title gets it. */
function useFocusKept(title: { readonly current: HTMLElement | null }, hasNoMain: boolean) {
  const isInside = useRef(false)
  useEffect(() => {
    if (isInside.current && document.activeElement === document.body)
      title.current?.focus({ preventScroll: true })
  }, [hasNoMain])
  return {
    onFocusIn: () => void (isInside.current = true),
    onFocusOut: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) isInside.current = false
    },
  }
}

function amount(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const [unit, size] =
    bytes < 1e6 ? ['KB', bytes / 1e3] : bytes < 1e9 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9]
  return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`
}
