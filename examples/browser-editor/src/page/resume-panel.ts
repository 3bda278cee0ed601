import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { PickedElement, ProcessView, Reason, ResumeView } from '../protocol.js'
import { count, size } from './amounts.js'
import { call } from './client.js'
import { useDesk } from './desk.js'
import { LimitedList } from './limited-list.js'
import { FailureNotice } from './notices.js'
import { hrefOf } from './route.js'
import { useCall } from './use-call.js'

/** Processes that are listed at once. */
const LISTED = 60

interface Props {
  readonly id: string
  readonly process: ProcessView
}

/** The unit to go on with a run that stands at the picked elements, and why each process is in it. */
export function ResumePanel({ id, process }: Props): ComponentChild {
  const { picked, revision } = useDesk()
  const params = picked.length === 0 ? undefined : { id, processId: process.id, picked }
  const { data, key, error, pending } = useCall('resume', params, revision)
  if (picked.length === 0) {
    return h(
      'div',
      { class: 'empty' },
      h('p', null, h('strong', null, 'Where does the run stand?')),
      h(
        'p',
        { class: 'quiet' },
        'Check elements in this process, and in processes that it calls. The unit to go on with appears here.',
      ),
      h(
        'a',
        { class: 'button', href: hrefOf({ page: 'workflow', id, processId: process.id, tab: 'elements' }) },
        'Choose elements',
      ),
    )
  }
  const isCurrent = key === JSON.stringify(params)
  return h(
    'div',
    { class: 'resume', 'aria-busy': pending },
    h(PickedList, { id }),
    error === undefined ? null : h(FailureNotice, { failure: { title: 'There is no such unit', error } }),
    data === undefined || error !== undefined || !isCurrent
      ? null
      : h(ResumeUnit, { id, process, unit: data }),
  )
}

function PickedList({ id }: { readonly id: string }): ComponentChild {
  const { picked, pick } = useDesk()
  const without = (gone: PickedElement): void => pick(picked.filter((each) => each !== gone))
  return h(
    'div',
    { class: 'picked' },
    h('h3', null, 'The run stands at'),
    h(
      'ul',
      { class: 'chips' },
      picked.map((each) =>
        h(
          'li',
          { key: `${each.processId} ${each.elementId}` },
          h(
            'span',
            { class: 'chip plain' },
            h(
              'a',
              { href: hrefOf({ page: 'workflow', id, processId: each.processId, tab: 'elements' }) },
              each.processId,
            ),
            ` / ${each.elementId}`,
            h(
              'button',
              {
                type: 'button',
                class: 'chip-remove',
                'aria-label': `No longer at ${each.elementId} of ${each.processId}`,
                onClick: () => without(each),
              },
              '×',
            ),
          ),
        ),
      ),
    ),
  )
}

function ResumeUnit({ id, process, unit }: Props & { readonly unit: ResumeView }): ComponentChild {
  const desk = useDesk()
  const { included, lazy, missing, bytes, startBytes, workflowBytes, outOfReach } = unit
  const link = (processId: string, look: string): ComponentChild =>
    h('a', { class: look, href: hrefOf({ page: 'workflow', id, processId, tab: 'resume' }) }, processId)
  const save = async (): Promise<void> => {
    const blob = await call('download', { id, processId: process.id, picked: desk.picked })
    const url = URL.createObjectURL(blob)
    const link = document.createElement('a')
    link.href = url
    link.download = `${process.id.replaceAll(/[^\w.-]+/g, '_')}.unit.json`
    link.click()
    // The download has begun by the next turn, and may take its time without the name.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
    desk.say(`The unit of ${size(bytes)} is downloading`)
  }
  return h(
    'div',
    { class: 'resume-unit' },
    h(
      'p',
      { class: 'figure' },
      h('strong', null, size(bytes)),
      ` in ${count(included.length, 'process', 'processes')}`,
    ),
    h(
      'p',
      { class: 'quiet' },
      `To start it takes ${size(startBytes)}; the whole workflow is ${size(workflowBytes)}.`,
    ),
    outOfReach.length === 0
      ? null
      : h(
          'p',
          { class: 'advice' },
          `Out of reach from ${process.id}: ${outOfReach.map(({ processId, elementId }) => `${processId} / ${elementId}`).join(', ')}.`,
        ),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        {
          type: 'button',
          class: 'button main',
          onClick: () =>
            void save().catch((error: unknown) => desk.fail('The unit was not downloaded', error)),
        },
        'Download the unit',
      ),
    ),
    h('h3', null, 'What is in it, and why'),
    h(LimitedList, {
      class: 'reasons',
      most: LISTED,
      items: included.map((each) =>
        h(
          'li',
          { key: each.id },
          link(each.id, ''),
          h('span', { class: 'row-size' }, size(each.bytes)),
          h('span', { class: 'quiet' }, each.reasons.map(reasonText).join('; ')),
        ),
      ),
    }),
    lazy.length === 0 ? null : h('h3', null, 'Left out until the run gets there'),
    h(LimitedList, {
      class: 'chips',
      most: LISTED,
      items: lazy.map((each) => h('li', { key: each }, link(each, 'chip'))),
    }),
    missing.length === 0 ? null : h('p', { class: 'advice' }, `Not in the workflow: ${missing.join(', ')}`),
  )
}

function reasonText(reason: Reason): string {
  switch (reason.type) {
    case 'runs':
      return 'it is the process that runs'
    case 'active':
      return `the run stands at ${reason.elements.join(', ')}`
    case 'on-the-way':
      return `leads on to ${reason.to.join(', ')}`
    case 'embedded':
      return `drawn in ${reason.in}`
    case 'triggered':
      return `an event in ${reason.by} may start it`
  }
}
