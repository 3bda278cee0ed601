import type { BackendChange } from './workflow-backend.js'

/** The collections in which each kind of change shows; see `ProcessRecords`. */
const SHOWN_IN: Readonly<Record<keyof BackendChange, readonly string[]>> = {
  decisions: ['decision_queue'],
  activities: ['activity_queue'],
  processes: ['process_list'],
  deadlines: ['process_deadlines', 'timer_queue'],
}

/** What a commit may have changed, by the collections that it has written to, where they are known. */
export function changeOf(collections: readonly string[] | undefined): BackendChange {
  if (collections === undefined) return {}
  const is = (kind: keyof BackendChange): boolean => SHOWN_IN[kind].some((name) => collections.includes(name))
  return {
    ...(!is('decisions') && { decisions: false }),
    ...(!is('activities') && { activities: false }),
    ...(!is('processes') && { processes: false }),
    ...(!is('deadlines') && { deadlines: false }),
  }
}
