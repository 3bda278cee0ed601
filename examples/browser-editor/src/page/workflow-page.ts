import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { count, short, size } from './amounts.js'
import { useDesk } from './desk.js'
import { FileButton } from './file-button.js'
import { GraphView } from './graph-view.js'
import { FailureNotice } from './notices.js'
import { ProcessList } from './process-list.js'
import { ProcessPanel } from './process-panel.js'
import { go, hrefOf } from './route.js'
import type { Route } from './route.js'
import { useCall } from './use-call.js'

type WorkflowRoute = Route & { readonly page: 'workflow' }
type Pane = 'list' | 'graph' | 'unit'

const PANES: readonly { readonly pane: Pane; readonly label: string }[] = [
  { pane: 'list', label: 'Processes' },
  { pane: 'graph', label: 'Graph' },
  { pane: 'unit', label: 'Unit' },
]

export function WorkflowPage({ route }: { readonly route: WorkflowRoute }): ComponentChild {
  const desk = useDesk()
  const { id } = route
  const { data: workflow, error } = useCall('workflow', { id }, desk.revision)
  // Where there is room for one pane only, this is the one.
  const [pane, setPane] = useState<Pane>(route.processId === undefined ? 'graph' : 'unit')
  const processId = route.processId ?? workflow?.top
  useEffect(() => {
    document.title = [processId, workflow?.name, 'unitflow editor']
      .filter((part) => part !== undefined)
      .join(' · ')
  }, [processId, workflow?.name])
  if (error !== undefined) {
    return h(
      'div',
      { class: 'column' },
      h(FailureNotice, { failure: { title: 'This workflow cannot be shown', error } }),
      h('p', null, h('a', { href: hrefOf({ page: 'home' }) }, 'All workflows')),
    )
  }
  if (workflow === undefined || processId === undefined) {
    return h('p', { class: 'quiet', 'aria-busy': 'true' }, 'Reading the workflow …')
  }
  const select = (next: string): void => {
    setPane('unit')
    go({ page: 'workflow', id, processId: next, tab: route.tab })
  }
  const { undo } = workflow
  // What is drawn in another process starts with that.
  const starting = workflow.processes.find((each) => each.id === processId)?.storedWith ?? processId
  return h(
    'div',
    { class: 'workflow-frame' },
    h(
      'div',
      { class: 'page-head' },
      h(
        'div',
        null,
        h('h1', null, workflow.name),
        h(
          'p',
          { class: 'quiet' },
          `${count(workflow.processes.length, 'process', 'processes')} in ${count(workflow.units, 'unit', 'units')}, ${size(workflow.bytes)}, version `,
          h('code', { title: workflow.version, class: 'version' }, short(workflow.version)),
        ),
      ),
      h(
        'div',
        { class: 'actions' },
        h(
          'a',
          {
            class: 'button main',
            href: hrefOf({ page: 'run', id, processId: starting }),
            title: `Run ${starting} from its units`,
          },
          'Run',
        ),
        undo === undefined
          ? null
          : h(
              'button',
              { type: 'button', class: 'button', title: `Undo the ${undo}`, onClick: () => desk.undo(id) },
              'Undo last edit',
            ),
        h(FileButton, {
          label: 'Open a new version …',
          onFiles: (files) => desk.open(files.slice(0, 1), id),
        }),
      ),
    ),
    h(
      'fieldset',
      { class: 'segments panes-choice' },
      h('legend', { class: 'hidden' }, 'What to show'),
      PANES.map((each) =>
        h(
          'label',
          { key: each.pane },
          h('input', {
            type: 'radio',
            name: 'pane',
            checked: each.pane === pane,
            onChange: () => setPane(each.pane),
          }),
          h('span', null, each.label),
        ),
      ),
    ),
    h(
      'div',
      { class: 'panes', 'data-pane': pane },
      h(ProcessList, { processes: workflow.processes, selected: processId, onSelect: select }),
      h(GraphView, { id, processId, onSelect: select }),
      h(ProcessPanel, { route, processId, onFollow: () => setPane('unit') }),
    ),
  )
}
