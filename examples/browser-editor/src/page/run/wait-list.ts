import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Wait } from '../../run-protocol.js'
import { asError } from '../as-error.js'
import { call } from '../client.js'
import { useDesk } from '../desk.js'
import { payloadIn } from './given.js'
import { Field } from './human-form.js'

interface Props {
  readonly id: string
  readonly run: string
  readonly waits: readonly Wait[]
}

/** What a run waits for: times, and messages that can be sent from here. */
export function WaitList({ id, run, waits }: Props): ComponentChild {
  return h(
    'section',
    { class: 'sheet', 'aria-labelledby': 'waits-title' },
    h('h2', { id: 'waits-title' }, 'Waits for'),
    h(
      'ul',
      { class: 'waits' },
      waits.map((wait) =>
        h(
          'li',
          { key: JSON.stringify(wait) },
          wait.type === 'timer' ? h(Timer, { wait }) : h(MessageForm, { id, run, wait }),
        ),
      ),
    ),
  )
}

function Timer({ wait }: { readonly wait: Wait & { readonly type: 'timer' } }): ComponentChild {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const due = new Date(wait.at)
  return h(
    'p',
    null,
    'The timer ',
    h('strong', null, wait.drawn ?? wait.element),
    ', due ',
    h('time', { dateTime: due.toISOString() }, due.toLocaleString('en')),
    h('span', { class: 'quiet' }, ` (${remaining(wait.at - now)}), in ${wait.process}`),
  )
}

function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds < 60) return `in ${seconds} s`
  if (seconds < 3600) return `in ${Math.ceil(seconds / 60)} min`
  return seconds < 86_400 ? `in ${Math.ceil(seconds / 3600)} h` : `in ${Math.ceil(seconds / 86_400)} days`
}

interface MessageProps {
  readonly id: string
  readonly run: string
  readonly wait: Exclude<Wait, { readonly type: 'timer' }>
}

function MessageForm({ id, run, wait }: MessageProps): ComponentChild {
  const { say } = useDesk()
  const { name, type, element, process, drawn = element } = wait
  const [payload, setPayload] = useState('')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const submit = (event: Event): void => {
    event.preventDefault()
    const { value, wrong } = payloadIn(payload)
    setProblem(wrong.get(0))
    if (wrong.size > 0) return
    call('send', { id, run, name, payload: value }).then(
      () => say(`Sent: ${name}`),
      (error: unknown) => setProblem(asError(error).message),
    )
  }
  return h(
    'form',
    { class: 'message', noValidate: true, onSubmit: submit },
    h(
      'p',
      null,
      `The ${type} `,
      h('strong', null, name),
      h('span', { class: 'quiet' }, `, at ${drawn} in ${process}`),
    ),
    h(Field, {
      field: { path: [], label: 'What it carries, as JSON; may be empty', kind: 'json', value: '' },
      value: payload,
      problem,
      onValue: setPayload,
    }),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { type: 'submit', class: 'button main' },
        'Send',
        h('span', { class: 'hidden' }, ` ${name}`),
      ),
    ),
  )
}
