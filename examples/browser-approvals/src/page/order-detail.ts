import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { timelineOfHistory, timelineSvg } from 'unitflow/timelines'
import type { HistoryEvent } from 'unitflow/deciders'
import { tell } from './event-words.js'
import type { OpenWork } from './event-words.js'
import { formFields } from './form-fields.js'
import { StateChip } from './order-list.js'
import type { OrderDetail as Detail } from './orders.js'

interface Props {
  readonly detail: Detail
  readonly onAdd: (item: string) => void
  readonly onCancel: () => void
}

export function OrderDetail({ detail: { info, history, bank }, onAdd, onCancel }: Props): ComponentChild {
  const { events, open } = tell(history)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [info.id])
  const isOpen = info.state === 'open'
  return h(
    'article',
    { class: 'panel detail', 'aria-labelledby': 'detail-title' },
    h(
      'header',
      { class: 'detail-head' },
      h('h2', { id: 'detail-title', ref: title, tabIndex: -1 }, `${info.customer}, ${info.id}`),
      h(StateChip, { order: info }),
    ),
    isOpen || info.words === 'is shipped' ? null : h('p', null, `Why: ${info.words}`),
    h(
      'ul',
      { class: 'facts' },
      open.map((work) => h('li', null, workWords(work))),
      bank.map(({ what, asked }) =>
        h(
          'li',
          null,
          `The bank has made one ${what}${asked === 1 ? '' : `, and was asked for it ${asked} times`}`,
        ),
      ),
    ),
    h(LiveTimeline, { history, id: info.id, isOpen }),
    isOpen ? h(Actions, { onAdd, onCancel }) : null,
    h(
      'details',
      { class: 'events' },
      h('summary', null, `What has happened, in words (${events.length})`),
      h(
        'ol',
        null,
        events.map(({ seq, at, words }) =>
          h(
            'li',
            { key: seq },
            h('time', { dateTime: new Date(at).toISOString() }, clock(at)),
            h('span', null, words),
          ),
        ),
      ),
    ),
  )
}

function workWords({ what, by, attempt }: OpenWork): string {
  const isForPeople = /^(approve|ship)\b/.test(what)
  if (by === undefined) return `${what} waits for a tab that works`
  if (isForPeople) return `${what} waits for you`
  return `${what} runs in ${by}${attempt === 1 ? '' : `, attempt ${attempt}`}`
}

interface TimelineProps {
  readonly history: readonly HistoryEvent[]
  readonly id: string
  readonly isOpen: boolean
}

/** As wide as there is room, and as long as it is now. */
function LiveTimeline({ history, id, isOpen }: TimelineProps): ComponentChild {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    if (box.current !== null) observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (!isOpen) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isOpen])
  // Ids and reasons in it are escaped.
  const __html = width === 0 ? '' : timelineSvg(timelineOfHistory(history, { id, now }), { width })
  return h('div', { class: 'timeline', ref: box, dangerouslySetInnerHTML: { __html } })
}

function Actions({ onAdd, onCancel }: Pick<Props, 'onAdd' | 'onCancel'>): ComponentChild {
  const submit = (event: SubmitEvent): void => {
    onAdd(formFields(event)('item'))
    if (event.currentTarget instanceof HTMLFormElement) event.currentTarget.reset()
  }
  return h(
    'div',
    { class: 'order-actions' },
    h(
      'form',
      { class: 'add', onSubmit: submit },
      h(
        'label',
        { class: 'field' },
        h('span', null, 'One more item'),
        h('input', { name: 'item', required: true, maxLength: 60, pattern: '.*\\S.*' }),
      ),
      h('button', { type: 'submit', class: 'button' }, 'Add it'),
    ),
    h('button', { type: 'button', class: 'button', onClick: onCancel }, 'Withdraw the order'),
  )
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}
