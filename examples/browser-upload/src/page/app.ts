import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { isUnitflowError } from 'unitflow/flows'
import type { ExecutionInfo } from 'unitflow/flows'
import { dropFile } from '../kept-files.js'
import { removeUpload } from '../upload-client.js'
import { openRunner, startUpload } from '../upload-flow.js'
import { ChooseFiles } from './choose-files.js'
import { startWorker } from './tab-worker.js'
import type { Action } from './upload-row.js'
import { UploadRow } from './upload-row.js'
import { asError, useLive } from './use-live.js'

const runner = openRunner()

/** So many are shown. */
const SHOWN = 50

export function App(): ComponentChild {
  const [ownerHere, setOwnerHere] = useState('')
  const [keeping, setKeeping] = useState(0)
  const [said, setSaid] = useState('')
  const [failure, setFailure] = useState<Error | undefined>(undefined)
  const uploads = useLive(() => runner.list({ flow: 'upload', reverse: true, limit: SHOWN }), [])
  useEffect(
    () =>
      startWorker((told) => {
        if ('owner' in told) setOwnerHere(told.owner)
        else setFailure(new Error(told.trouble))
      }),
    [],
  )
  const broken = failure ?? uploads.error

  /** Does something, and says that it is done, or why it is not. */
  const act = (words: string, work: () => Promise<unknown>): void => {
    setFailure(undefined)
    work().then(
      () => setSaid(words),
      (error: unknown) => setFailure(asError(error)),
    )
  }
  const start = (files: readonly File[]): void => {
    for (const file of files) {
      setKeeping((count) => count + 1)
      act(`${file.name} is in the list`, () =>
        startUpload(runner, file).finally(() => setKeeping((count) => count - 1)),
      )
    }
  }
  const onAction = (info: ExecutionInfo, action: Action, name: string): void => {
    if (action === 'remove') focusList()
    act(`${DONE[action]} ${name}`, () => ACTIONS[action](info))
  }

  return h(
    'div',
    { class: 'page' },
    h(
      'header',
      null,
      h('h1', null, 'Uploads'),
      h('p', { class: 'quiet' }, 'Files go up in parts, by whichever tabs are open, each part once.'),
    ),
    h('p', { class: 'hidden', role: 'status' }, said),
    broken === undefined ? null : h('p', { class: 'failure', role: 'alert' }, wordsOf(broken)),
    h(
      'main',
      { class: 'columns' },
      h(ChooseFiles, { keeping, onFiles: start }),
      h(
        'section',
        { class: 'column', 'aria-labelledby': 'list-title' },
        // Where the focus goes when an upload that had it is removed.
        h('h2', { id: 'list-title', tabIndex: -1 }, 'Your uploads'),
        uploads.value?.executions.length === 0
          ? h('p', { class: 'panel quiet' }, 'None yet: choose a file.')
          : null,
        uploads.value?.executions.map((info) =>
          h(UploadRow, {
            key: info.id,
            runner,
            info,
            ownerHere,
            onAction: (action, name) => onAction(info, action, name),
          }),
        ),
        uploads.value?.next === undefined ? null : h('p', { class: 'quiet' }, 'and older ones'),
      ),
    ),
  )
}

const DONE: Readonly<Record<Action, string>> = {
  pause: 'Pausing',
  resume: 'Going on with',
  now: 'Trying',
  cancel: 'Canceling',
  retry: 'Trying again:',
  remove: 'Removed',
}

const ACTIONS: Readonly<Record<Action, (info: ExecutionInfo) => Promise<void>>> = {
  pause: ({ id }) => runner.pause(id),
  resume: ({ id }) => runner.resume(id),
  cancel: ({ id }) => runner.cancel(id),
  // What is paused and goes on does not wait.
  now: async ({ id }) => {
    await runner.pause(id)
    await runner.resume(id)
  },
  // Sending passes over what the server has, and brings what it has lost.
  retry: ({ id, task }) => runner.reschedule(id, { from: task === 'split' ? 'split' : 'upload' }),
  remove: async ({ id }) => {
    await removeUpload(id)
    await dropFile(id)
    await runner.delete(id)
  },
}

function wordsOf(error: Error): string {
  return isUnitflowError(error, 'illegal-transition') || isUnitflowError(error, 'no-such-execution')
    ? 'That is no longer possible: it has gone on meanwhile.'
    : error.message
}

function focusList(): void {
  document.querySelector<HTMLElement>('#list-title')?.focus({ preventScroll: true })
}
