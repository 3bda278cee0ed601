import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { RunSummary } from '../../run-protocol.js'
import { when } from '../amounts.js'
import { LimitedList } from '../limited-list.js'
import { hrefOf } from '../route.js'
import { runName, stateWords } from './run-words.js'

/** Runs that are listed at once. */
const LISTED = 10

interface Props {
  readonly id: string
  /** Missing until they were read. */
  readonly runs: readonly RunSummary[] | undefined
  readonly selected: string | undefined
  /** Whether this tab works on them. */
  readonly work: string
}

/** The runs of a workflow, the newest first. */
export function RunList({ id, runs, selected, work }: Props): ComponentChild {
  return h(
    'section',
    { class: 'sheet', 'aria-labelledby': 'runs-title' },
    h('h2', { id: 'runs-title' }, 'Runs'),
    runs === undefined
      ? null
      : runs.length === 0
        ? h(
            'p',
            { class: 'quiet' },
            'None yet. They stay in this browser, and go on when the page is opened again.',
          )
        : h(LimitedList, {
            class: 'runs',
            most: LISTED,
            items: runs.map((each) =>
              h(
                'li',
                { key: each.run },
                h(
                  'a',
                  {
                    href: hrefOf({ page: 'run', id, processId: each.processId, run: each.run }),
                    ...(each.run === selected ? { 'aria-current': 'true' } : {}),
                  },
                  h('span', { class: 'run-name' }, `${each.processId} ${runName(each.run)}`),
                  h('span', { class: `chip state ${each.state}` }, stateWords(each)),
                  h('span', { class: 'quiet' }, when(each.startedAt)),
                ),
              ),
            ),
          }),
    work === '' ? null : h('p', { class: 'quiet work' }, work),
  )
}
