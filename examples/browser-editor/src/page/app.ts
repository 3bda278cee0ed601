import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ComparePage } from './compare-page.js'
import { DeskContext } from './desk.js'
import type { Answer, Desk, Question } from './desk.js'
import { HomePage } from './home-page.js'
import { FailureNotice, ProgressNotice, ReportNotice } from './notices.js'
import type { Failure } from './notices.js'
import { QuestionDialog } from './question-dialog.js'
import { hrefOf, useRoute } from './route.js'
import { ThemeChoice } from './theme-choice.js'
import type { ChangeReport, PickedElement } from '../protocol.js'
import { asError } from './as-error.js'
import { call } from './client.js'
import { useFileDrop } from './file-drop.js'
import { useOpening } from './opening.js'
import { RunPage } from './run/run-page.js'
import { useWork } from './run/use-work.js'
import { useRevision } from './use-call.js'
import { WorkflowPage } from './workflow-page.js'

interface Asked {
  readonly question: Question
  readonly resolve: (answer: Answer | undefined) => void
}

export function App(): ComponentChild {
  const route = useRoute()
  const revision = useRevision()
  const main = useRef<HTMLElement>(null)
  const [failure, setFailure] = useState<Failure | undefined>(undefined)
  const [report, setReport] = useState<ChangeReport | undefined>(undefined)
  const [asked, setAsked] = useState<Asked | undefined>(undefined)
  const [said, setSaid] = useState('')
  const [picks, setPicks] = useState<ReadonlyMap<string, readonly PickedElement[]>>(new Map())
  const [follows, setFollows] = useState<ReadonlyMap<string, string | undefined>>(new Map())
  const workflowId = route.page === 'workflow' || route.page === 'run' ? route.id : ''
  const work = useWork(workflowId)

  const ask = useCallback(
    (question: Question) => new Promise<Answer | undefined>((resolve) => setAsked({ question, resolve })),
    [],
  )
  const fail = useCallback((title: string, error: unknown, retry?: () => void) => {
    setReport(undefined)
    const again = (): void => {
      setFailure(undefined)
      retry?.()
    }
    setFailure({ title, error: asError(error), ...(retry === undefined ? {} : { retry: again }) })
    main.current?.scrollTo({ top: 0 })
    scrollTo({ top: 0 })
  }, [])
  const show = useCallback((next: ChangeReport) => {
    setFailure(undefined)
    setReport(next)
    setSaid(`${next.note}: ${next.objects.length} objects changed, ${next.unchanged} stay as they were`)
  }, [])
  const { opening, open, openSample, cancel } = useOpening({ ask, fail, show, say: setSaid })
  const desk = useMemo<Desk>(
    () => ({
      revision,
      picked: picks.get(workflowId) ?? [],
      pick: (picked) => setPicks((before) => new Map(before).set(workflowId, picked)),
      open,
      openSample,
      fail,
      show,
      undo: (id) => {
        call('undo', { id }).then(show, (error: unknown) => fail('The edit was not taken back', error))
      },
      ask,
      work,
      followed: follows.get(workflowId),
      follow: (run) => setFollows((before) => new Map(before).set(workflowId, run)),
      say: setSaid,
    }),
    [revision, picks, work, follows, workflowId, open, openSample, fail, show, ask],
  )
  const isDropping = useFileDrop(open)
  // A notice is about what was done where it was done.
  useEffect(() => {
    setFailure(undefined)
    setReport((shown) => (shown?.id === workflowId ? shown : undefined))
  }, [route.page, workflowId])

  return h(
    DeskContext.Provider,
    { value: desk },
    h('a', { class: 'skip', href: '#main', onClick: skipTo(main) }, 'Skip to the content'),
    h(
      'header',
      { class: 'top' },
      h(
        'a',
        { class: 'brand', href: hrefOf({ page: 'home' }) },
        h(BrandMark, null),
        h('b', null, 'unitflow'),
        h('span', null, 'editor'),
      ),
      h(
        'nav',
        { 'aria-label': 'Pages' },
        h('a', { href: hrefOf({ page: 'home' }), ...current(route.page !== 'compare') }, 'Workflows'),
        h('a', { href: '#/compare', ...current(route.page === 'compare') }, 'Compare'),
      ),
      h(ThemeChoice, null),
    ),
    h(
      'main',
      { id: 'main', ref: main, tabIndex: -1, class: `page ${route.page}` },
      h(
        'div',
        { class: 'notices' },
        opening === undefined ? null : h(ProgressNotice, { ...opening, onCancel: cancel }),
        failure === undefined ? null : h(FailureNotice, { failure, onClose: () => setFailure(undefined) }),
        report?.before === undefined
          ? null
          : h(ReportNotice, { report, onClose: () => setReport(undefined) }),
      ),
      route.page === 'workflow'
        ? h(WorkflowPage, { key: route.id, route })
        : route.page === 'run'
          ? h(RunPage, { key: route.id, route })
          : route.page === 'compare'
            ? h(ComparePage, { route })
            : h(HomePage, null),
    ),
    isDropping ? h('div', { class: 'drop-hint', 'aria-hidden': 'true' }, 'Drop a workflow here') : null,
    asked === undefined
      ? null
      : h(QuestionDialog, {
          question: asked.question,
          onAnswer: (answer) => {
            setAsked(undefined)
            asked.resolve(answer)
          },
        }),
    h('div', { class: 'hidden', role: 'status', 'aria-live': 'polite' }, said),
  )
}

function current(isCurrent: boolean): { readonly 'aria-current'?: 'page' } {
  return isCurrent ? { 'aria-current': 'page' } : {}
}

/** The address is the route's, so a skip link cannot change it. */
function skipTo(main: { readonly current: HTMLElement | null }): (event: Event) => void {
  return (event) => {
    event.preventDefault()
    main.current?.focus()
  }
}

function BrandMark(): ComponentChild {
  return h(
    'svg',
    { viewBox: '0 0 24 24', width: 22, height: 22, 'aria-hidden': 'true', class: 'brand-mark' },
    h('path', { d: 'M9 12h3m0 0c2 0 1-6 3-6m-3 6c2 0 1 6 3 6' }),
    h('rect', { x: 2.5, y: 9, width: 6.5, height: 6, rx: 1.5 }),
    h('rect', { x: 15, y: 3, width: 6.5, height: 6, rx: 1.5 }),
    h('rect', { x: 15, y: 15, width: 6.5, height: 6, rx: 1.5 }),
  )
}
