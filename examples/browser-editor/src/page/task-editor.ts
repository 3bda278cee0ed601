import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { DescribedFlow } from 'unitflow/read'
import type { TaskChange, TaskView } from '../protocol.js'
import { asError } from './as-error.js'
import { call } from './client.js'
import { useDesk } from './desk.js'
import { ElementMark, kindOf } from './element-mark.js'
import { FailureNotice } from './notices.js'
import type { Failure } from './notices.js'
import { hrefOf } from './route.js'
import { useCall } from './use-call.js'

interface Props {
  readonly id: string
  readonly processId: string
  readonly elementId: string
}

/** One element: what it is, and its task to edit. */
export function TaskEditor({ id, processId, elementId }: Props): ComponentChild {
  const { revision } = useDesk()
  const { data, error, pending } = useCall('task', { id, processId, elementId }, revision)
  return h(
    'div',
    { class: 'task', 'aria-busy': pending },
    h(
      'p',
      { class: 'crumbs' },
      h('a', { href: hrefOf({ page: 'workflow', id, processId, tab: 'elements' }) }, '← All elements'),
    ),
    error === undefined
      ? null
      : h(FailureNotice, { failure: { title: 'This element cannot be shown', error } }),
    data === undefined || error !== undefined ? null : h(TaskForm, { id, processId, elementId, task: data }),
  )
}

interface Draft {
  readonly name: string
  readonly script: string
  readonly json: string
}

function draftOf({ name = '', script = '', json }: TaskView): Draft {
  return { name, script, json }
}

function TaskForm({ id, processId, elementId, task }: Props & { readonly task: TaskView }): ComponentChild {
  const desk = useDesk()
  const [mode, setMode] = useState<TaskChange['type']>('fields')
  const [base, setBase] = useState(task.base)
  const [draft, setDraft] = useState(() => draftOf(task))
  const [saved, setSaved] = useState(() => draftOf(task))
  const [failure, setFailure] = useState<Failure | undefined>(undefined)
  const [isSaving, setIsSaving] = useState(false)
  const isChanged =
    mode === 'json' ? draft.json !== saved.json : draft.name !== saved.name || draft.script !== saved.script
  const load = (): void => {
    setBase(task.base)
    setDraft(draftOf(task))
    setSaved(draftOf(task))
    setFailure(undefined)
  }
  // What was saved, here or in another tab, is taken over; where something is being written, saving tells of it.
  // Before anything can be typed into what is drawn, so that nothing typed is lost.
  useLayoutEffect(() => {
    if (!isChanged) load()
  }, [task])
  const save = (): void => {
    const { name, script, json } = draft
    const change: TaskChange =
      mode === 'json'
        ? { type: 'json', json }
        : {
            type: 'fields',
            ...(task.name === undefined ? {} : { name }),
            ...(task.script === undefined ? {} : { script }),
          }
    setIsSaving(true)
    setFailure(undefined)
    call('save', { id, processId, elementId, base, change })
      .then(
        (report) => {
          const changed = report.objects.find(({ before }) => before?.hash === base)
          if (changed?.after !== undefined) setBase(changed.after.hash)
          setSaved(draft)
          desk.show(report)
        },
        (error: unknown) => setFailure({ title: 'The task was not saved', error: asError(error) }),
      )
      .finally(() => setIsSaving(false))
  }
  const { element } = task
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // The link that led here is gone, and the focus with it.
    if (document.activeElement === document.body) heading.current?.focus()
  }, [])
  return h(
    'div',
    null,
    h(
      'div',
      { class: 'task-head' },
      h(ElementMark, { element }),
      h(
        'div',
        null,
        h('h3', { ref: heading, tabIndex: -1 }, element.name ?? element.id),
        h('span', { class: 'quiet' }, `${kindOf(element)}, `, h('code', null, element.id)),
      ),
    ),
    element.documentation === undefined ? null : h('p', null, element.documentation),
    h(Flows, { task }),
    h(
      'fieldset',
      { class: 'segments' },
      h('legend', { class: 'hidden' }, 'How to edit'),
      (
        [
          ['fields', 'Name and script'],
          ['json', 'All of it as JSON'],
        ] as const
      ).map(([each, label]) =>
        h(
          'label',
          { key: each },
          h('input', {
            type: 'radio',
            name: 'edit-mode',
            checked: mode === each,
            // One of the two would overwrite what is not saved in the other.
            disabled: isChanged,
            onChange: () => {
              load()
              setMode(each)
            },
          }),
          h('span', null, label),
        ),
      ),
    ),
    mode === 'json'
      ? h(Area, {
          label: 'Task as JSON',
          rows: 16,
          value: draft.json,
          onValue: (json) => setDraft({ ...draft, json }),
        })
      : h(Fields, { task, draft, onDraft: setDraft }),
    failure === undefined ? null : h(FailureNotice, { failure }),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { type: 'button', class: 'button main', disabled: !isChanged || isSaving, onClick: save },
        isSaving ? 'Saving …' : 'Save',
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'button',
          disabled: (!isChanged && base === task.base) || isSaving,
          onClick: load,
        },
        base === task.base ? 'Discard' : 'Reload the task',
      ),
    ),
  )
}

interface FieldsProps {
  readonly task: TaskView
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
}

function Fields({ task, draft, onDraft }: FieldsProps): ComponentChild {
  return h(
    'div',
    null,
    task.name === undefined
      ? h('p', { class: 'quiet' }, 'This element has no name to edit; its JSON can be edited.')
      : h(
          'label',
          { class: 'field' },
          h('span', null, 'Name'),
          h('input', {
            type: 'text',
            value: draft.name,
            onInput: (event: InputEvent & { readonly currentTarget: HTMLInputElement }) =>
              onDraft({ ...draft, name: event.currentTarget.value }),
          }),
        ),
    task.script === undefined
      ? null
      : h(Area, {
          label: 'Script',
          rows: 10,
          value: draft.script,
          onValue: (script) => onDraft({ ...draft, script }),
        }),
  )
}

interface AreaProps {
  readonly label: string
  readonly rows: number
  readonly value: string
  readonly onValue: (value: string) => void
}

function Area({ label, rows, value, onValue }: AreaProps): ComponentChild {
  return h(
    'label',
    { class: 'field' },
    h('span', null, label),
    h('textarea', {
      rows,
      value,
      spellcheck: false,
      wrap: 'off',
      onInput: (event: InputEvent & { readonly currentTarget: HTMLTextAreaElement }) =>
        onValue(event.currentTarget.value),
    }),
  )
}

function Flows({ task: { flowsIn, flowsOut } }: { readonly task: TaskView }): ComponentChild {
  if (flowsIn.length + flowsOut.length === 0) return null
  const end = (flow: DescribedFlow, id: string): ComponentChild =>
    h(
      'li',
      { key: id },
      id,
      flow.condition === undefined ? null : h('span', null, ' if ', h('code', null, flow.condition)),
      flow.condition === undefined && flow.default === true
        ? h('span', { class: 'quiet' }, ' (default)')
        : null,
    )
  return h(
    'dl',
    { class: 'facts' },
    flowsIn.length === 0
      ? null
      : h(
          'div',
          null,
          h('dt', null, 'Comes from'),
          h(
            'dd',
            null,
            h(
              'ul',
              { class: 'plain-list' },
              flowsIn.map((flow) => end(flow, flow.from)),
            ),
          ),
        ),
    flowsOut.length === 0
      ? null
      : h(
          'div',
          null,
          h('dt', null, 'Goes to'),
          h(
            'dd',
            null,
            h(
              'ul',
              { class: 'plain-list' },
              flowsOut.map((flow) => end(flow, flow.to)),
            ),
          ),
        ),
  )
}
