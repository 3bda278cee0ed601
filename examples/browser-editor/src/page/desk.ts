import { createContext } from 'preact'
import type { ComponentChildren, Context } from 'preact'
import { useContext } from 'preact/hooks'
import type { ChangeReport, PickedElement } from '../protocol.js'
import type { Work } from './run/use-work.js'

/** Something to be answered before going on. */
export interface Question {
  readonly title: string
  readonly text?: ComponentChildren
  /** Asks for a line of text too. */
  readonly input?: { readonly label: string; readonly value: string }
  /** Beside Cancel, which is always there. */
  readonly answers: readonly { readonly label: string; readonly value: string; readonly danger?: boolean }[]
}

export interface Answer {
  readonly value: string
  /** What was put into the input. */
  readonly text: string
}

/** What every part of the page may do. */
export interface Desk {
  /** Goes up whenever a workflow changes, in any tab. */
  readonly revision: number
  readonly picked: readonly PickedElement[]
  readonly pick: (picked: readonly PickedElement[]) => void
  /** Opens files, one after the other. */
  readonly open: (files: readonly File[], replaces?: string) => void
  readonly openSample: () => void
  /** Shows an error, with what was tried. */
  readonly fail: (title: string, error: unknown, retry?: () => void) => void
  /** Shows what was changed. */
  readonly show: (report: ChangeReport) => void
  readonly undo: (id: string) => void
  readonly ask: (question: Question) => Promise<Answer | undefined>
  /** What becomes of the runs of the workflow that is shown. */
  readonly work: Work
  /** The run that was looked at last, whose elements are marked. */
  readonly followed: string | undefined
  readonly follow: (run: string | undefined) => void
  /** Says something to people who cannot see the page change. */
  readonly say: (text: string) => void
}

export const DeskContext: Context<Desk | undefined> = createContext<Desk | undefined>(undefined)

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (desk === undefined) throw new Error('there is no desk here')
  return desk
}
