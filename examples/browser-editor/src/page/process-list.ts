import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ProcessRow } from '../protocol.js'
import { count, size } from './amounts.js'

const ROW = 44
/** Rows that are drawn above and below what can be seen. */
const MARGIN = 6

interface Props {
  readonly processes: readonly ProcessRow[]
  readonly selected: string
  readonly onSelect: (processId: string) => void
}

/** All processes, to be searched. Of 10,000 only those are in the page that can be seen. */
export function ProcessList({ processes, selected, onSelect }: Props): ComponentChild {
  const [text, setText] = useState('')
  const lowered = useMemo(() => processes.map(({ id }) => id.toLowerCase()), [processes])
  const found = useMemo(() => {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
    if (words.length === 0) return processes
    return processes.filter((_, index) => words.every((word) => lowered[index]?.includes(word) === true))
  }, [processes, lowered, text])
  const list = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const [view, setView] = useState({ top: 0, height: 600 })

  const measure = (): void => {
    const { scrollTop = 0, clientHeight = 600 } = list.current ?? {}
    setView({ top: scrollTop, height: clientHeight })
  }
  const reveal = (index: number): void => {
    const element = list.current
    if (element === null) return
    const top = index * ROW
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW - element.clientHeight
    measure()
  }
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return undefined
    const watching = new ResizeObserver(measure)
    watching.observe(element)
    return () => watching.disconnect()
  }, [])
  useEffect(() => {
    const index = found.findIndex(({ id }) => id === selected)
    setActive(Math.max(index, 0))
    reveal(Math.max(index, 0))
  }, [found, selected])

  const move = (index: number): void => {
    const next = Math.min(Math.max(index, 0), found.length - 1)
    setActive(next)
    reveal(next)
  }
  const page = Math.max(1, Math.floor(view.height / ROW) - 1)
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: found.length - 1,
    }
    const step = steps[event.key]
    const row = found[active]
    if (step !== undefined) move(step)
    else if (event.key === 'Enter' && row !== undefined) onSelect(row.id)
    else return
    event.preventDefault()
  }
  const first = Math.max(0, Math.floor(view.top / ROW) - MARGIN)
  const last = Math.min(found.length, Math.ceil((view.top + view.height) / ROW) + MARGIN)
  return h(
    'section',
    { class: 'pane pane-list', 'aria-label': 'Processes' },
    h(
      'div',
      { class: 'search' },
      h('label', { for: 'search', class: 'hidden' }, 'Search processes'),
      h('input', {
        id: 'search',
        type: 'search',
        placeholder: 'Search processes',
        autocomplete: 'off',
        spellcheck: false,
        value: text,
        onInput: (event: InputEvent & { readonly currentTarget: HTMLInputElement }) =>
          setText(event.currentTarget.value),
        onKeyDown: (event: KeyboardEvent) => {
          const row = found[active]
          if (event.key === 'ArrowDown') list.current?.focus()
          else if (event.key === 'Enter' && row !== undefined) onSelect(row.id)
          else return
          event.preventDefault()
        },
      }),
      h(
        'p',
        { class: 'quiet', role: 'status' },
        text === ''
          ? count(found.length, 'process', 'processes')
          : `${found.length.toLocaleString('en')} of ${count(processes.length, 'process', 'processes')}`,
      ),
    ),
    h(
      'div',
      {
        ref: list,
        class: 'rows',
        role: 'listbox',
        tabIndex: 0,
        'aria-label': 'Processes',
        ...(found.length === 0 ? {} : { 'aria-activedescendant': `process-${active}` }),
        onKeyDown,
        onScroll: measure,
      },
      h(
        'div',
        { class: 'rows-all', role: 'presentation', style: { height: `${found.length * ROW}px` } },
        // The active row stays in the page, since the listbox names it.
        rowsToDraw(first, last, active, found.length).map((index) => {
          const row = found[index]
          return row === undefined
            ? null
            : h(Row, {
                key: row.id,
                row,
                index,
                total: found.length,
                isActive: index === active,
                isSelected: row.id === selected,
                onSelect,
              })
        }),
      ),
      found.length === 0 ? h('p', { class: 'quiet nothing' }, 'No process of that name.') : null,
    ),
  )
}

function rowsToDraw(first: number, last: number, active: number, total: number): number[] {
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index)
  return active < total && (active < first || active >= last) ? [active, ...rows] : rows
}

interface RowProps {
  readonly row: ProcessRow
  readonly index: number
  readonly total: number
  readonly isActive: boolean
  readonly isSelected: boolean
  readonly onSelect: (processId: string) => void
}

function Row({ row, index, total, isActive, isSelected, onSelect }: RowProps): ComponentChild {
  const { id, unitBytes, storedWith, missing } = row
  const amount = missing === true ? 'missing' : storedWith === undefined ? size(unitBytes) : ''
  return h(
    'div',
    {
      id: `process-${index}`,
      class: `row${isActive ? ' active' : ''}${isSelected ? ' selected' : ''}${missing === true ? ' missing' : ''}`,
      role: 'option',
      'aria-selected': isSelected,
      'aria-posinset': index + 1,
      'aria-setsize': total,
      style: { transform: `translateY(${index * ROW}px)` },
      onClick: () => onSelect(id),
    },
    h(
      'span',
      { class: 'row-name' },
      id === '' ? '(no name)' : id,
      storedWith === undefined ? null : h('small', null, `in ${storedWith}`),
    ),
    h('span', { class: 'row-size' }, amount),
  )
}
