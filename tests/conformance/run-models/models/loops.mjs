/** Processes with loops. */

import {
  boundary,
  call,
  embed,
  end,
  manualTask,
  path,
  start,
  userTask,
} from '../../../../examples/workflows/model.mjs'
import { drawn, items, line, looped, over, script, timer } from './drawing.mjs'

export const loops = {
  'loop-parallel': line('loop_parallel', [
    items,
    looped({ type: 'parallel', ...over }, 'result = item * 2\nlost = 1'),
  ]),
  'loop-sequential': line('loop_sequential', [
    items,
    looped({ type: 'sequential', ...over }, 'result = item * 2'),
  ]),
  'loop-empty': line('loop_empty', [
    script('items', 'items = []'),
    looped({ type: 'parallel', ...over }, 'result = item'),
  ]),
  'loop-dict': line('loop_dict', [
    script('items', "items = {'a': 1, 'b': 2}"),
    looped({ type: 'sequential', ...over }, 'result = item + 1'),
  ]),
  'loop-in-place': line('loop_in_place', [
    items,
    looped(
      { type: 'parallel', over: 'items', as: 'item', into: 'items', result: 'result' },
      'result = item + 1',
    ),
  ]),
  'loop-counted': line('loop_counted', [
    looped(
      { type: 'sequential', cardinality: 'n', as: 'item', into: 'results', result: 'result' },
      'result = item * item',
    ),
  ]),
  'loop-counted-parallel': line('loop_counted_parallel', [
    looped({ type: 'parallel', cardinality: '3' }, 'x = x + 1'),
  ]),
  'loop-condition': line('loop_condition', [
    items,
    looped({ type: 'sequential', ...over, condition: 'result == 1' }, 'result = item'),
  ]),
  'loop-standard': line('loop_standard', [looped({ type: 'standard', condition: 'n < 3' }, 'n = n + 1')]),
  'loop-standard-maximum': line('loop_standard_maximum', [
    looped({ type: 'standard', condition: 'n < 30', maximum: 4 }, 'n = n + 1'),
  ]),
  'loop-standard-before': line('loop_standard_before', [
    looped({ type: 'standard', condition: 'n < 0', testBefore: true }, 'n = n + 1'),
  ]),
  'loop-embedded': line('loop_embedded', [
    items,
    embed(line('loop_inner', [script('double', 'result = item * 2')]), {
      loop: { type: 'sequential', ...over },
    }),
  ]),
  'loop-people': line('loop_people', [
    items,
    userTask('each', 'each', { loop: { type: 'sequential', ...over } }),
  ]),
  'loop-called': {
    top: line('loop_called', [
      items,
      call('each', 'each', 'doubled', { loop: { type: 'parallel', ...over } }),
    ]),
    called: [line('doubled', [script('double', 'result = item * 2'), manualTask('look', 'look')])],
  },
  'loop-late': drawn(
    'loop_late',
    [
      start('s'),
      items,
      userTask('each', 'each', { loop: { type: 'parallel', ...over } }),
      boundary('late', 'late', 'each', timer('"PT1H"')),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'items', 'each', 'e'), ...path('late', 'e2')],
  ),
  'loop-scripts': line('loop_scripts', [
    looped({ type: 'parallel', ...over }, 'result = item', {
      prescript: 'items = [1, 2]',
      postscript: 'n = results[1]',
    }),
  ]),
}
