/** Processes that call others and embed them, and the variables that go in and out. */

import { call, embed, serviceTask, userTask } from '../../../../examples/workflows/model.mjs'
import { line, script } from './drawing.mjs'

const called = line('called', [script('work', 'gone_too = 1\nout = take + 1\ndel gone')])
const declared = line('declared', [script('work', 'gone_too = 1\nout = take + 1')], {
  io: { inputs: [{ id: 'take' }], outputs: [{ id: 'out' }] },
})
const set = script('set', 'take = 1\ngone = 1\nkept = 1')

export const scopes = {
  call: { top: line('call_all', [set, call('c', 'c', 'called')]), called: [called] },
  'call-declared': { top: line('call_declared', [set, call('c', 'c', 'declared')]), called: [declared] },
  embedded: line('embedded', [
    set,
    embed(
      line('inner', [
        script('work', 'out = take + 1\ndel gone'),
        embed(line('innermost', [script('deep', 'deep = out')])),
      ]),
    ),
  ]),
  replaced: line('replaced', [
    script('set', "order = {'a': 1, 'b': {'c': 1}}\nlist = [1, 2, 3]"),
    script('again', "order = {'a': 2}\nlist = [4]"),
  ]),
  'data-objects': line(
    'data_objects',
    [
      script('write', 'box = 1', { writes: [{ id: 'box' }] }),
      embed(
        line('reader', [
          script('read', 'box = box + 1\nseen = box', { reads: [{ id: 'box' }], writes: [{ id: 'box' }] }),
        ]),
      ),
      script('again', 'last = box', { reads: [{ id: 'box' }] }),
    ],
    { dataObjects: [{ id: 'box' }] },
  ),
  scripts: {
    top: line('scripts', [
      call('c', 'c', 'called', { prescript: 'take = 5\ngone = 1', postscript: 'after = out' }),
      userTask('u', 'u', { prescript: "asked = 'Ada'", postscript: 'answered = name' }),
    ]),
    called: [called],
  },
  services: line('services', [
    serviceTask('s', 's', {
      operation: 'echo',
      parameters: { total: { type: 'int', value: 'n * 2' }, word: { type: 'str', value: "'a'" } },
      result: 'given',
    }),
  ]),
}
