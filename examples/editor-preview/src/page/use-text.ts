import type { RefObject } from 'preact'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

/** How long (ms) nobody has to type before the preview follows. */
const PAUSE = 200
/** So many edits can be taken back. */
const KEPT = 100

export interface EditedText {
  readonly area: RefObject<HTMLTextAreaElement | null>
  readonly canUndo: boolean
  /** To be called when somebody has typed. */
  readonly typed: () => void
  /** Puts another text in its place. */
  readonly put: (text: string) => void
  readonly undo: () => void
  /** Scrolls to a place, and selects the line. */
  readonly goTo: (offset: number) => void
}

/**
 * The text in the editor. It stays in the element, for it is large; the page holds what undo brings back.
 *
 * @param onText told the text when it is another, and nobody types
 */
export function useText(onText: (text: string) => void): EditedText {
  const area = useRef<HTMLTextAreaElement>(null)
  const past = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [canUndo, setCanUndo] = useState(false)

  const settle = useCallback((): void => {
    clearTimeout(timer.current)
    const text = area.current?.value ?? ''
    if (past.current.at(-1) !== text) past.current = [...past.current, text].slice(-KEPT)
    setCanUndo(past.current.length > 1)
    onText(text)
  }, [onText])
  const typed = useCallback((): void => {
    clearTimeout(timer.current)
    timer.current = setTimeout(settle, PAUSE)
  }, [settle])
  const put = useCallback(
    (text: string): void => {
      if (area.current) area.current.value = text
      settle()
    },
    [settle],
  )
  const undo = useCallback((): void => {
    const text = area.current?.value
    // What was typed just now, and not shown yet, goes first.
    if (past.current.at(-1) === text) past.current.pop()
    const before = past.current.at(-1)
    if (before !== undefined) put(before)
  }, [put])
  const goTo = useCallback((offset: number): void => {
    const element = area.current
    if (element === null) return
    const text = element.value
    const end = text.indexOf('\n', offset)
    element.focus()
    element.setSelectionRange(offset, end < 0 ? text.length : end)
    const line = text.slice(0, offset).split('\n').length - 1
    element.scrollTop = line * parseFloat(getComputedStyle(element).lineHeight) - element.clientHeight / 3
    element.scrollLeft = 0
  }, [])
  useEffect(() => () => clearTimeout(timer.current), [])
  return { area, canUndo, typed, put, undo, goTo }
}
