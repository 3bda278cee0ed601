import { h } from 'preact'
import type { ComponentChild, ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { ProcessView } from '../protocol.js'
import { count, short, size } from './amounts.js'
import { useDesk } from './desk.js'
import { ElementList } from './element-list.js'
import { JsonView } from './json-view.js'
import { LimitedList } from './limited-list.js'
import { FailureNotice } from './notices.js'
import { ResumePanel } from './resume-panel.js'
import { hrefOf } from './route.js'
import type { Route, Tab } from './route.js'
import { TaskEditor } from './task-editor.js'
import { useCall } from './use-call.js'

type WorkflowRoute = Route & { readonly page: 'workflow' }

interface Props {
  readonly route: WorkflowRoute
  readonly processId: string
  readonly onFollow: () => void
}

/** What is known of one process: its unit, its elements, the unit to resume it. */
export function ProcessPanel({ route, processId, onFollow }: Props): ComponentChild {
  const desk = useDesk()
  const { id, tab, elementId } = route
  const { data, error, pending } = useCall('process', { id, processId }, desk.revision)
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (data === undefined) return
    desk.say(
      `${data.id}: ${count(data.elements.length, 'element', 'elements')}, unit of ${size(data.unitBytes)}`,
    )
    // A link that was followed may be gone now, and the focus with it.
    if (document.activeElement === document.body && shown.current !== undefined) heading.current?.focus()
    shown.current = data.id
  }, [data?.id])
  const isShown = data?.id === processId
  return h(
    'section',
    { class: 'pane pane-unit', 'aria-label': 'Unit', 'aria-busy': pending },
    error === undefined
      ? null
      : h(FailureNotice, { failure: { title: `“${processId}” cannot be shown`, error } }),
    data === undefined && error === undefined
      ? h('p', { class: 'quiet nothing' }, 'Reading the unit …')
      : null,
    data === undefined || error !== undefined
      ? null
      : h(
          'div',
          { class: isShown ? 'unit-content' : 'unit-content stale' },
          h(
            'header',
            { class: 'unit-head' },
            h('h2', { ref: heading, tabIndex: -1 }, data.name ?? data.id),
            data.name === undefined || data.name === data.id ? null : h('code', null, data.id),
          ),
          h(Facts, { key: data.id, id, process: data, tab, onFollow }),
          elementId === undefined
            ? h(
                'div',
                null,
                h(Tabs, { id, process: data, tab, picked: desk.picked.length }),
                h(
                  'div',
                  { role: 'tabpanel', id: 'tab-panel', 'aria-labelledby': `tab-${tab}`, class: 'tab-panel' },
                  tab === 'elements' ? h(ElementList, { key: data.id, id, process: data, onFollow }) : null,
                  tab === 'resume' ? h(ResumePanel, { id, process: data }) : null,
                  tab === 'json' ? h(JsonView, { id, process: data }) : null,
                ),
              )
            : h(TaskEditor, { key: `${data.id} ${elementId}`, id, processId: data.id, elementId }),
        ),
  )
}

/** Related processes that are shown at once. */
const CHIPS = 12

interface FactsProps {
  readonly id: string
  readonly process: ProcessView
  readonly tab: Tab
  readonly onFollow: () => void
}

function Facts({ id, process, tab, onFollow }: FactsProps): ComponentChild {
  const { bytes, unitBytes, hash, included, lazy, missing, callers, storedWith } = process
  const link = (processId: string, note?: string): ComponentChild =>
    h(
      'li',
      { key: processId },
      h(
        'a',
        { class: 'chip', href: hrefOf({ page: 'workflow', id, processId, tab }), onClick: onFollow },
        processId,
      ),
      note === undefined ? null : h('span', { class: 'quiet' }, note),
    )
  const others = included.filter((each) => each.id !== process.id)
  return h(
    'dl',
    { class: 'facts' },
    fact(
      'Unit to start it',
      included.length === 1
        ? `${size(unitBytes)}: this process alone`
        : `${size(unitBytes)} in ${included.length} processes; its own spec is ${size(bytes)}`,
    ),
    fact(
      'Object',
      h('code', { class: 'hash', title: hash }, short(hash)),
      storedWith === undefined ? null : ` stored with ${storedWith}`,
    ),
    chips(
      'Embedded',
      others.map((each) => link(each.id, size(each.bytes))),
    ),
    chips(
      'Lazy',
      lazy.map((each) => link(each)),
    ),
    chips(
      'Missing',
      missing.map((each) => h('li', { key: each }, h('span', { class: 'chip missing' }, each))),
    ),
    chips(
      'Called by',
      callers.map((each) => link(each.id)),
    ),
  )
}

function chips(name: string, items: readonly ComponentChild[]): ComponentChild {
  return items.length === 0 ? null : fact(name, h(LimitedList, { class: 'chips', items, most: CHIPS }))
}

function fact(name: string, ...content: ComponentChildren[]): ComponentChild {
  return h('div', { key: name }, h('dt', null, name), h('dd', null, ...content))
}

interface TabsProps {
  readonly id: string
  readonly process: ProcessView
  readonly tab: Tab
  readonly picked: number
}

function Tabs({ id, process, tab, picked }: TabsProps): ComponentChild {
  const tabs: readonly { readonly tab: Tab; readonly label: string }[] = [
    { tab: 'elements', label: `Elements ${process.elements.length}` },
    { tab: 'resume', label: picked === 0 ? 'Resume unit' : `Resume unit ${picked}` },
    { tab: 'json', label: 'JSON' },
  ]
  const href = (next: Tab): string => hrefOf({ page: 'workflow', id, processId: process.id, tab: next })
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? tabs.length - 1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = tabs[(tabs.findIndex((each) => each.tab === tab) + step) % tabs.length]
    if (next === undefined) return
    location.hash = href(next.tab)
    document.getElementById(`tab-${next.tab}`)?.focus()
  }
  return h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'What to see of it', onKeyDown },
    tabs.map((each) =>
      h(
        'a',
        {
          key: each.tab,
          id: `tab-${each.tab}`,
          role: 'tab',
          href: href(each.tab),
          'aria-selected': each.tab === tab,
          'aria-controls': 'tab-panel',
          tabIndex: each.tab === tab ? 0 : -1,
        },
        each.label,
      ),
    ),
  )
}
