import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect } from 'preact/hooks'
import { short } from '../amounts.js'
import { useDesk } from '../desk.js'
import { FailureNotice } from '../notices.js'
import { hrefOf } from '../route.js'
import type { Route } from '../route.js'
import { useCall } from '../use-call.js'
import { FunctionList } from './function-list.js'
import { RunList } from './run-list.js'
import { RunPanel } from './run-panel.js'
import { RunStart } from './run-start.js'
import { useLiveCall } from './use-live-call.js'

type RunRoute = Route & { readonly page: 'run' }

/** Runs a workflow from its units: functions, runs, and one of them. */
export function RunPage({ route }: { readonly route: RunRoute }): ComponentChild {
  const { revision, work } = useDesk()
  const { id, run } = route
  const workflow = useCall('workflow', { id }, revision)
  const processId = route.processId ?? workflow.data?.top
  const setup = useCall('setup', processId === undefined ? undefined : { id, processId }, revision)
  const changes = `${revision} ${work.revision}`
  const runs = useLiveCall('runs', { id }, changes)
  const shown = useLiveCall('run', run === undefined ? undefined : { id, run }, changes)
  const name = workflow.data?.name
  useEffect(() => {
    document.title = ['Run', name, 'unitflow editor'].filter((part) => part !== undefined).join(' · ')
  }, [name])
  if (workflow.error !== undefined) {
    return h(
      'div',
      { class: 'column' },
      h(FailureNotice, { failure: { title: 'This workflow cannot be run', error: workflow.error } }),
      h('p', null, h('a', { href: hrefOf({ page: 'home' }) }, 'All workflows')),
    )
  }
  if (workflow.data === undefined || processId === undefined) {
    return h('p', { class: 'quiet', 'aria-busy': 'true' }, 'Reading the workflow …')
  }
  const { data, error } = setup
  const isCurrent = data?.processId === processId
  const view = shown.data?.run === run ? shown.data : undefined
  const side = h(
    'div',
    { key: 'side', class: 'run-side' },
    h(RunStart, { key: processId, id, setup: isCurrent ? data : undefined }),
    h(RunList, { id, runs: runs.data, selected: run, work: work.text }),
  )
  const main = h(
    'div',
    { key: 'main', class: 'run-main' },
    error === undefined
      ? null
      : h(FailureNotice, { failure: { title: `“${processId}” cannot be run`, error } }),
    shown.error === undefined || run === undefined
      ? null
      : h(FailureNotice, { failure: { title: 'This run cannot be shown', error: shown.error } }),
    run !== undefined && view !== undefined
      ? h(RunPanel, { key: run, id, view, functions: isCurrent ? data.functions : [] })
      : null,
    run === undefined && isCurrent ? h(FunctionList, { id, setup: data }) : null,
  )
  return h(
    'div',
    { class: 'run-frame' },
    h(
      'div',
      { class: 'page-head' },
      h(
        'div',
        null,
        h('h1', null, `Run ${workflow.data.name}`),
        h(
          'p',
          { class: 'quiet' },
          'Starts with ',
          h('code', null, processId),
          ', on version ',
          h('code', { title: workflow.data.version, class: 'version' }, short(workflow.data.version)),
        ),
      ),
      h(
        'div',
        { class: 'actions' },
        h(
          'a',
          { class: 'button', href: hrefOf({ page: 'workflow', id, processId, tab: 'elements' }) },
          'Back to the units',
        ),
      ),
    ),
    // What is looked at comes first, also for those who tab or listen.
    h(
      'div',
      { class: run === undefined ? 'run-columns' : 'run-columns has-run' },
      run === undefined ? [side, main] : [main, side],
    ),
  )
}
