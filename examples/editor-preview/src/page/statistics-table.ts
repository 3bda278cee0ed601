import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { Preview } from '../protocol.js'

interface StatisticsProps {
  readonly preview: Preview
  /** Processes that were counted anew in the last edit. */
  readonly fresh: ReadonlySet<string>
}

/** What is in each process, and in all. */
export function StatisticsTable({ preview, fresh }: StatisticsProps): ComponentChild {
  const { statistics, totals } = preview
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'statistics-title' },
    h('h2', { id: 'statistics-title' }, 'What is in them'),
    h(
      'div',
      { class: 'scroller', role: 'region', 'aria-label': 'Statistics', tabIndex: 0 },
      h(
        'table',
        { class: 'statistics' },
        h('caption', { class: 'hidden' }, 'What is in each process'),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Process', 'Elements', 'Flows', 'Decisions', 'Longest way', 'Script lines'].map((name) =>
              h('th', { key: name, scope: 'col' }, name),
            ),
          ),
        ),
        h(
          'tbody',
          null,
          statistics.map(({ id, name, elements, flows, decisions, longest, scriptLines }) =>
            h(
              'tr',
              { key: id, class: fresh.has(id) ? 'fresh' : '' },
              h(
                'th',
                { scope: 'row' },
                name,
                fresh.has(id) ? h('span', { class: 'hidden' }, ', counted anew') : null,
              ),
              numbers([elements, flows, decisions, longest, scriptLines]),
            ),
          ),
        ),
        h(
          'tfoot',
          null,
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, `All ${totals.processes}`),
            numbers([totals.elements, totals.flows, totals.decisions, '', totals.scriptLines]),
          ),
        ),
      ),
    ),
  )
}

function numbers(values: readonly (number | string)[]): readonly ComponentChild[] {
  return values.map((value, at) => h('td', { key: at, class: 'number' }, value))
}
