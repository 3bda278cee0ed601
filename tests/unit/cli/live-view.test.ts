import { expect, test } from 'vitest'
import { LiveView } from '../../../ts/cli/live-view.js'
import { Terminal } from './terminal.js'

/** Lines that can be changed, on a terminal. */
function view(columns: number, rows: number) {
  const terminal = new Terminal(columns)
  const state: { lines: readonly string[]; current: number } = { lines: [], current: 1 }
  const live = new LiveView({ write: terminal.write, isTTY: true, columns, rows }, () => state)
  return { terminal, state, live }
}

test('drawn anew in its place, whatever was longer before', () => {
  const { terminal, state, live } = view(20, 10)
  state.lines = ['title', 'a long line', 'another']
  live.draw()
  state.lines = ['title', 'short']
  live.draw()
  expect(terminal.text).toBe('title\nshort')
  state.lines = ['title', 'one', 'two', 'three']
  live.end()
  expect(terminal.text).toBe('title\none\ntwo\nthree')
})

test('what is printed stands above; a line that has not ended waits until it has', () => {
  const { terminal, state, live } = view(20, 10)
  state.lines = ['title', 'task']
  live.draw()
  live.print('a\nb')
  expect(terminal.text).toBe('a\ntitle\ntask')
  live.print('c\n')
  expect(terminal.text).toBe('a\nbc\ntitle\ntask')
  live.print('a line that is wrapped, for it is too long\nend')
  live.draw()
  live.end()
  expect(terminal.text).toBe('a\nbc\na line that is wrapp\ned, for it is too lo\nng\nend\ntitle\ntask')
})

test('a line that is too long stays one line', () => {
  const { terminal, state, live } = view(10, 10)
  state.lines = ['title that is long', 'task']
  live.draw()
  live.draw()
  expect(terminal.text).toBe('title thag\ntask')
})

test('as much as there is room for, around what matters; all of it at the end', () => {
  const { terminal, state, live } = view(20, 6)
  state.lines = ['title', ...Array.from({ length: 9 }, (_, index) => `task ${index + 1}`)]
  const seen = (current: number): string => {
    state.current = current
    live.draw()
    return terminal.text.replaceAll('\n', ' ')
  }
  expect(seen(1)).toBe('title task 1 task 2 task 3 and 6 more lines')
  expect(seen(5)).toBe('title task 4 task 5 task 6 and 6 more lines')
  expect(seen(9)).toBe('title task 7 task 8 task 9 and 6 more lines')
  expect(terminal.mostUp).toBe(5)
  live.end()
  expect(terminal.text.split('\n')).toEqual(state.lines)
})
