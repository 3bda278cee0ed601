import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Storage, WorkflowSummary } from '../protocol.js'
import { count, short, size, when } from './amounts.js'
import { call } from './client.js'
import { useDesk } from './desk.js'
import { FileButton } from './file-button.js'
import { FailureNotice } from './notices.js'
import { hrefOf } from './route.js'
import { useCall } from './use-call.js'

export function HomePage(): ComponentChild {
  const desk = useDesk()
  const { data, error } = useCall('list', undefined, desk.revision)
  useEffect(() => {
    document.title = 'Workflows · unitflow editor'
  }, [])
  if (error !== undefined) {
    const retry = (): void => location.reload()
    return h(FailureNotice, {
      failure: { title: 'The workflows of this browser cannot be read', error, retry },
    })
  }
  if (data === undefined) return h('p', { class: 'quiet', 'aria-busy': 'true' }, 'Looking for workflows …')
  return data.workflows.length === 0
    ? h(Welcome, null)
    : h(Library, { workflows: data.workflows, storage: data.storage })
}

function Welcome(): ComponentChild {
  const { open, openSample } = useDesk()
  return h(
    'div',
    { class: 'welcome' },
    h('h1', null, 'Take a workflow apart'),
    h(
      'p',
      { class: 'lead' },
      'A large BPMN workflow becomes units: pieces that hold just the processes a run needs where it is. Open one to see what its pieces are, what each costs, and that an edit changes a single one.',
    ),
    h(
      'div',
      { class: 'drop-zone' },
      h('p', null, h('strong', null, 'Drop a specs.json here'), ', or'),
      h(
        'div',
        { class: 'actions' },
        h(FileButton, { label: 'Open a file …', class: 'button main', onFiles: (files) => open(files) }),
        h('button', { type: 'button', class: 'button', onClick: openSample }, 'Open the sample'),
      ),
      h('p', { class: 'quiet' }, 'The sample is a company that handles orders: 37 processes, 738 KB.'),
    ),
    h(
      'dl',
      { class: 'explained' },
      h(
        'div',
        null,
        h('dt', null, 'See'),
        h('dd', null, 'Which process calls which, and how large each unit is.'),
      ),
      h(
        'div',
        null,
        h('dt', null, 'Resume'),
        h('dd', null, 'Pick where a run stands: that unit, and why each process is in it.'),
      ),
      h(
        'div',
        null,
        h('dt', null, 'Edit'),
        h('dd', null, 'Change a name or a script: one object of a few kilobytes is written.'),
      ),
      h(
        'div',
        null,
        h('dt', null, 'Compare'),
        h('dd', null, 'Two versions: what changed, what it affects, which runs can move.'),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      'A specs.json is what SpiffWorkflow’s parser makes of .bpmn files. All stays in this browser: nothing is sent anywhere.',
    ),
  )
}

interface LibraryProps {
  readonly workflows: readonly WorkflowSummary[]
  readonly storage: Storage
}

function Library({ workflows, storage: { usage, quota } }: LibraryProps): ComponentChild {
  const { open, openSample } = useDesk()
  return h(
    'div',
    { class: 'library' },
    h(
      'div',
      { class: 'page-head' },
      h('h1', null, 'Workflows'),
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'button', class: 'button', onClick: openSample }, 'Open the sample'),
        h(FileButton, { label: 'Open a file …', class: 'button main', onFiles: (files) => open(files) }),
      ),
    ),
    h(
      'ul',
      { class: 'cards' },
      workflows.map((workflow) => h(WorkflowCard, { key: workflow.id, workflow })),
    ),
    h(
      'div',
      { class: 'storage' },
      h(
        'label',
        { for: 'storage' },
        `Storage in use: ${size(usage)} of ${size(quota)} that the browser allows`,
      ),
      h('meter', { id: 'storage', min: 0, max: Math.max(quota, 1), value: usage, high: quota * 0.8 }),
    ),
  )
}

function WorkflowCard({ workflow }: { readonly workflow: WorkflowSummary }): ComponentChild {
  const desk = useDesk()
  const { id, name, top, processes, units, bytes, versions } = workflow
  const current = versions.at(-1)
  const attempt = (title: string, work: Promise<unknown>, done: string): void => {
    work.then(
      () => desk.say(done),
      (error: unknown) => desk.fail(title, error),
    )
  }
  const rename = async (): Promise<void> => {
    const answer = await desk.ask({
      title: `Rename “${name}”`,
      input: { label: 'Name', value: name },
      answers: [{ label: 'Rename', value: 'rename' }],
    })
    if (answer === undefined) return
    attempt(
      `“${name}” could not be renamed`,
      call('rename', { id, name: answer.text }),
      `Renamed to ${answer.text}`,
    )
  }
  const remove = async (): Promise<void> => {
    const answer = await desk.ask({
      title: `Delete “${name}”?`,
      text: `Its ${count(processes, 'process', 'processes')} and ${count(versions.length, 'version', 'versions')} are removed from this browser. This cannot be undone.`,
      answers: [{ label: 'Delete', value: 'delete', danger: true }],
    })
    if (answer === undefined) return
    attempt(`“${name}” could not be deleted`, call('remove', { id }), `Deleted ${name}`)
  }
  return h(
    'li',
    { class: 'card' },
    h('h2', null, h('a', { href: hrefOf({ page: 'workflow', id, tab: 'elements' }) }, name)),
    h(
      'p',
      null,
      `${count(processes, 'process', 'processes')} in ${count(units, 'unit', 'units')}, ${size(bytes)}. Starts with `,
      h('code', null, top),
    ),
    h(
      'p',
      { class: 'quiet' },
      current === undefined ? '' : `${current.note}, ${when(current.at)}. `,
      `${count(versions.length, 'version', 'versions')}, now `,
      h('code', { title: current?.version }, short(current?.version ?? '')),
    ),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        {
          type: 'button',
          class: 'button small',
          'aria-label': `Rename ${name}`,
          onClick: () => void rename(),
        },
        'Rename',
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'button small',
          'aria-label': `Delete ${name}`,
          onClick: () => void remove(),
        },
        'Delete',
      ),
    ),
  )
}
