import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { ChangedObject, ChangeReport, Progress } from '../protocol.js'
import { count, short, size } from './amounts.js'
import { useDesk } from './desk.js'
import { problemOf } from './problem.js'
import { hrefOf } from './route.js'

export interface Failure {
  readonly title: string
  readonly error: Error
  readonly retry?: () => void
}

interface FailureProps {
  readonly failure: Failure
  readonly onClose?: () => void
}

/** An error: what could not be done, why, where, and what to do. */
export function FailureNotice({ failure: { title, error, retry }, onClose }: FailureProps): ComponentChild {
  const { code, message, place, advice, commands, retryable } = problemOf(error)
  const notice = useRef<HTMLElement>(null)
  useEffect(() => notice.current?.scrollIntoView({ block: 'nearest' }), [error])
  return h(
    'section',
    { ref: notice, class: 'notice failure', role: 'alert' },
    h('div', { class: 'notice-head' }, h('h2', null, title), h('code', { class: 'code' }, code)),
    h('p', null, message),
    place === undefined ? null : h('p', { class: 'place' }, 'At ', h('code', null, place)),
    advice === undefined ? null : h('p', { class: 'advice' }, h('strong', null, 'What to do: '), advice),
    commands === undefined ? null : h('pre', { class: 'commands', tabIndex: 0 }, commands),
    h(
      'div',
      { class: 'actions' },
      retry === undefined || !retryable
        ? null
        : h('button', { type: 'button', class: 'button main', onClick: retry }, 'Try again'),
      onClose === undefined
        ? null
        : h('button', { type: 'button', class: 'button', onClick: onClose }, 'Dismiss'),
    ),
  )
}

/** So many objects are listed; a new file may change thousands. */
const LISTED = 12

interface ReportProps {
  readonly report: ChangeReport
  readonly onClose: () => void
}

/** What a save changed: as a rule one object, and the manifest. */
export function ReportNotice({ report, onClose }: ReportProps): ComponentChild {
  const { undo } = useDesk()
  const { id, objects, unchanged, before, after, note, undoable } = report
  const isSame = before === after
  const notice = useRef<HTMLElement>(null)
  // Whoever saved at the end of a long form sees what it did.
  useEffect(() => notice.current?.scrollIntoView({ block: 'nearest' }), [report])
  const heading = isSame
    ? 'Nothing changed: the same bytes, the same hash'
    : `${count(objects.length, 'object', 'objects')} changed, ${count(unchanged, 'stays as it was', 'stay as they were')}`
  const href = hrefOf({ page: 'compare', before: `${id}@${before ?? ''}`, after: `${id}@${after}` })
  return h(
    'section',
    { ref: notice, class: 'notice report', 'aria-label': 'What changed' },
    h('div', { class: 'notice-head' }, h('h2', null, heading), h('p', { class: 'quiet' }, note)),
    h(
      'div',
      { class: 'actions' },
      undoable
        ? h('button', { type: 'button', class: 'button small main', onClick: () => undo(id) }, 'Undo')
        : null,
      isSame ? null : h('a', { class: 'button small', href }, 'Compare'),
      h('button', { type: 'button', class: 'button small', onClick: onClose }, 'Dismiss'),
    ),
    isSame ? null : h(ChangedObjects, { report }),
  )
}

function ChangedObjects({ report }: { readonly report: ChangeReport }): ComponentChild {
  const { objects, affected, bytesWritten, before = '', after } = report
  const side = (object: ChangedObject['before'], otherwise: string): ComponentChild =>
    object === undefined
      ? h('span', null, otherwise)
      : h('span', null, h('code', { title: object.hash }, short(object.hash)), ` ${size(object.bytes)}`)
  return h(
    'div',
    { class: 'changed' },
    h(
      'ul',
      null,
      objects
        .slice(0, LISTED)
        .map((object) =>
          h(
            'li',
            { key: object.id },
            h('strong', null, object.id),
            ' ',
            side(object.before, 'was not there'),
            ' → ',
            side(object.after, 'is gone'),
          ),
        ),
      objects.length > LISTED ? h('li', { class: 'quiet' }, `and ${objects.length - LISTED} more`) : null,
    ),
    h(
      'p',
      { class: 'quiet' },
      `${size(bytesWritten)} written, the manifest included. ${count(affected, 'process', 'processes')} can reach the change. Version `,
      h('code', { title: before }, short(before)),
      ' became ',
      h('code', { title: after }, short(after)),
      '.',
    ),
  )
}

interface ProgressProps {
  readonly name: string
  readonly progress: Progress
  readonly onCancel: () => void
}

export function ProgressNotice({
  name,
  progress: { done, total, text },
  onCancel,
}: ProgressProps): ComponentChild {
  return h(
    'section',
    { class: 'notice progress', 'aria-label': `Opening ${name}` },
    h('label', { for: 'opening' }, text),
    h('progress', { id: 'opening', ...(total === 0 ? {} : { max: total, value: done }) }),
    h('button', { type: 'button', class: 'button', onClick: onCancel }, 'Cancel'),
  )
}
