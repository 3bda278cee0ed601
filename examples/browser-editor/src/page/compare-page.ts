import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Comparison, VersionRef, WorkflowSummary } from '../protocol.js'
import { count, short, when } from './amounts.js'
import { useDesk } from './desk.js'
import { LimitedList } from './limited-list.js'
import { FailureNotice } from './notices.js'
import { go, hrefOf } from './route.js'
import type { Route } from './route.js'
import { useCall } from './use-call.js'

/** Ids that are listed at once. */
const LISTED = 100

type CompareRoute = Route & { readonly page: 'compare' }

/** Two versions of a workflow, or of two. The sides stand in the address as `workflow@version`. */
export function ComparePage({ route }: { readonly route: CompareRoute }): ComponentChild {
  const { revision } = useDesk()
  const { data, error } = useCall('list', undefined, revision)
  useEffect(() => {
    document.title = 'Compare · unitflow editor'
  }, [])
  const workflows = data?.workflows ?? []
  const { before, after } = withDefaults(route, workflows)
  const sides =
    before === undefined || after === undefined ? undefined : { before: refOf(before), after: refOf(after) }
  const compared = useCall('compare', sides, revision)
  const isCurrent = compared.key === JSON.stringify(sides)
  const choose = (next: {
    readonly before?: string | undefined
    readonly after?: string | undefined
  }): void => {
    const chosen = { before, after, ...next }
    go({
      page: 'compare',
      ...(chosen.before === undefined ? {} : { before: chosen.before }),
      ...(chosen.after === undefined ? {} : { after: chosen.after }),
    })
  }
  if (data !== undefined && workflows.every(({ versions }) => versions.length < 2) && workflows.length < 2) {
    return h(
      'div',
      { class: 'column empty' },
      h('h1', null, 'Compare two versions'),
      h(
        'p',
        null,
        'There are no two versions yet. Edit a task, or open a new version of a workflow, and see here what it changed, what that affects, and whether runs can move over.',
      ),
      h('a', { class: 'button main', href: hrefOf({ page: 'home' }) }, 'Go to the workflows'),
    )
  }
  return h(
    'div',
    { class: 'column' },
    h('h1', null, 'Compare two versions'),
    error === undefined
      ? null
      : h(FailureNotice, { failure: { title: 'The workflows cannot be read', error } }),
    h(
      'div',
      { class: 'sides' },
      h(VersionChoice, {
        label: 'Before',
        workflows,
        value: before,
        onChoose: (chosen) => choose({ before: chosen }),
      }),
      h(
        'button',
        {
          type: 'button',
          class: 'button',
          'aria-label': 'Exchange the two versions',
          onClick: () => choose({ before: after, after: before }),
        },
        '⇄',
      ),
      h(VersionChoice, {
        label: 'After',
        workflows,
        value: after,
        onChoose: (chosen) => choose({ after: chosen }),
      }),
    ),
    compared.error === undefined || sides === undefined
      ? null
      : h(FailureNotice, { failure: { title: 'These two cannot be compared', error: compared.error } }),
    compared.data === undefined || sides === undefined || !isCurrent
      ? null
      : h(Result, { comparison: compared.data, before: sides.before, after: sides.after }),
  )
}

/** Without a choice: the last two versions of the workflow that was changed last. */
function withDefaults(
  { before, after }: CompareRoute,
  workflows: readonly WorkflowSummary[],
): { readonly before: string | undefined; readonly after: string | undefined } {
  const lastChange = ({ versions }: WorkflowSummary): number => versions.at(-1)?.at ?? 0
  const [latest] = workflows
    .filter(({ versions }) => versions.length > 1)
    .sort((a, b) => lastChange(b) - lastChange(a))
  const first = latest ?? workflows[0]
  const sides =
    first === undefined ? [] : first.versions.slice(-2).map(({ version }) => `${first.id}@${version}`)
  return { before: before ?? sides[0], after: after ?? sides.at(-1) }
}

function refOf(side: string): VersionRef {
  const at = side.lastIndexOf('@')
  return { id: side.slice(0, at), version: side.slice(at + 1) }
}

interface ChoiceProps {
  readonly label: string
  readonly workflows: readonly WorkflowSummary[]
  readonly value: string | undefined
  readonly onChoose: (side: string) => void
}

function VersionChoice({ label, workflows, value, onChoose }: ChoiceProps): ComponentChild {
  return h(
    'label',
    { class: 'field' },
    h('span', null, label),
    h(
      'select',
      {
        value: value ?? '',
        onChange: (event: Event & { readonly currentTarget: HTMLSelectElement }) =>
          onChoose(event.currentTarget.value),
      },
      workflows.map(({ id, name, versions }) =>
        h(
          'optgroup',
          { key: id, label: name },
          versions.toReversed().map(({ version, at, note }) => {
            const side = `${id}@${version}`
            return h(
              'option',
              { key: `${side} ${at}`, value: side },
              `${name}, ${short(version)}: ${note}, ${when(at)}`,
            )
          }),
        ),
      ),
    ),
  )
}

interface ResultProps {
  readonly comparison: Comparison
  readonly before: VersionRef
  readonly after: VersionRef
}

function Result({ comparison, before, after }: ResultProps): ComponentChild {
  const { added, removed, changed, affected, elementsGone, unchanged } = comparison
  if (added.length + removed.length + affected.length === 0) {
    return h(
      'p',
      { class: 'verdict good', role: 'status' },
      'The two are the same: every process, byte for byte.',
    )
  }
  const verdict =
    elementsGone.length === 0
      ? 'Every element of the first is in the second too: runs can move over, wherever they stand.'
      : `${count(elementsGone.length, 'element is', 'elements are')} gone: a run that stands there cannot move over.`
  return h(
    'div',
    { class: 'comparison' },
    h('p', { class: `verdict ${elementsGone.length === 0 ? 'good' : 'bad'}`, role: 'status' }, verdict),
    h(
      'div',
      { class: 'groups' },
      h(Group, { title: 'Changed', what: 'Their own spec differs', ids: changed, id: after.id }),
      h(Group, {
        title: 'Affected',
        what: 'They, or what they reach, differ: test these',
        ids: affected,
        id: after.id,
      }),
      h(Group, { title: 'Added', what: 'Only the second has them', ids: added, id: after.id }),
      h(Group, {
        title: 'Removed',
        what: 'Only the first has them',
        ids: removed,
        id: before.id,
        isGone: true,
      }),
      h(Group, {
        title: 'Elements gone',
        what: 'Only the first has them',
        ids: elementsGone.map(({ processId, elementId }) => `${processId} / ${elementId}`),
        id: before.id,
        isGone: true,
      }),
    ),
    h(
      'p',
      { class: 'quiet' },
      `${count(unchanged, 'process is', 'processes are')} the same, with all that they reach.`,
    ),
  )
}

interface GroupProps {
  readonly title: string
  readonly what: string
  readonly ids: readonly string[]
  readonly id: string
  /** What is gone cannot be gone to. */
  readonly isGone?: boolean
}

function Group({ title, what, ids, id, isGone = false }: GroupProps): ComponentChild {
  return h(
    'section',
    { class: 'group' },
    h('h2', null, `${title} `, h('span', { class: 'amount' }, ids.length.toLocaleString('en'))),
    h('p', { class: 'quiet' }, what),
    h(LimitedList, {
      // Another comparison begins short again.
      key: `${id} ${ids.length}`,
      class: 'chips',
      most: LISTED,
      items: ids.map((each) =>
        h(
          'li',
          { key: each },
          isGone
            ? h('span', { class: 'chip plain' }, each)
            : h(
                'a',
                { class: 'chip', href: hrefOf({ page: 'workflow', id, processId: each, tab: 'elements' }) },
                each,
              ),
        ),
      ),
    }),
  )
}
