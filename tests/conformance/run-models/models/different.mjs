import {
  boundary,
  catchEvent,
  embed,
  end,
  exclusive,
  onEvent,
  otherwise,
  parallel,
  path,
  receiveTask,
  start,
  task,
  throwEvent,
  userTask,
  when,
} from '../../../../examples/workflows/model.mjs'
import { drawn, error, fromTo, line, looped, message, over, script } from './drawing.mjs'

/** What is meant to run in another way than in SpiffWorkflow: docs/bpmn-support.md says why. */
export const different = {
  'lists-that-join': drawn(
    'lists_that_join',
    [
      start('s'),
      script('set', "list = [{'a': 1}]"),
      parallel('split'),
      script('left', "list = [{'a': 1}, {'b': 1}]"),
      script('right', "list = [{'c': 2}]"),
      parallel('join'),
      end('e'),
    ],
    [...path('s', 'set', 'split'), ...fromTo('split', [['left'], ['right']], 'join'), ...path('join', 'e')],
  ),
  'error-uncaught': line('error_uncaught', [
    embed(drawn('inner', [start('is'), end('fail', 'fail', error('E1'))])),
    script('after', 'after = 1'),
  ]),
  'error-beside': drawn(
    'error_beside',
    [
      start('s'),
      embed(
        drawn(
          'inner',
          [
            start('is'),
            parallel('split'),
            end('fail', 'fail', error('E1')),
            script('more', 'more = 1'),
            end('ie'),
          ],
          [...path('is', 'split', 'fail'), ...path('split', 'more', 'ie')],
        ),
      ),
      boundary('caught', 'caught', 'inner', error(null)),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'inner', 'e'), ...path('caught', 'e2')],
  ),
  'message-early': drawn(
    'message_early',
    [
      start('s'),
      throwEvent('tell', 'tell', message('hello', { expression: '1' })),
      userTask('ask', 'ask'),
      catchEvent('get', 'get', message('hello', { variable: 'got' })),
      end('e'),
    ],
    path('s', 'tell', 'ask', 'get', 'e'),
  ),
  'boundary-again': drawn(
    'boundary_again',
    [
      start('s'),
      receiveTask('wait', 'wait', message('done')),
      boundary('note', 'note', 'wait', message('news', { variable: 'news' }), false),
      script('read', 'read = news'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'wait', 'e'), ...path('note', 'read', 'e2')],
  ),
  'event-subprocess-inside': line('event_subprocess_inside', [
    embed(
      drawn(
        'inner',
        [
          start('is'),
          userTask('ask', 'ask'),
          throwEvent('call', 'call', message('help')),
          end('ie'),
          onEvent(
            drawn('helper', [start('hs', 'hs', message('help')), script('help', 'helped = 1'), end('he')]),
          ),
        ],
        path('is', 'ask', 'call', 'ie'),
      ),
    ),
  ]),
  stuck: drawn(
    'stuck',
    [start('s'), exclusive('which'), task('a', 'a'), task('b', 'b'), parallel('join'), end('e')],
    [
      ...path('s', 'which'),
      ...when('which', 'x > 1', 'a', 'join'),
      ...otherwise('which', 'b', 'join'),
      ...path('join', 'e'),
    ],
  ),
  'join-twice': drawn(
    'join_twice',
    [
      start('s'),
      parallel('split'),
      script('a', 'a = 1'),
      script('b', 'b = 1'),
      script('c', 'c = 1'),
      exclusive('merge'),
      parallel('join'),
      end('e'),
    ],
    [
      ...path('s', 'split'),
      ...fromTo('split', [['a'], ['b']], 'merge'),
      ...path('split', 'c', 'join'),
      ...path('merge', 'join', 'e'),
    ],
  ),
  'item-alone': line('item_alone', [
    script('items', 'items = [1, 2]\nsum = 0'),
    looped({ type: 'sequential', over: 'items', as: 'item' }, 'sum = sum + item'),
  ]),
  'item-none': line('item_none', [
    script('items', 'items = [1, None, 2]'),
    looped({ type: 'sequential', ...over }, 'result = item'),
  ]),
  'item-hides': line('item_hides', [
    script('items', "items = [1, 2]\nitem = 'mine'"),
    looped({ type: 'parallel', ...over }, 'result = item'),
  ]),
  'object-outside': line(
    'object_outside',
    [
      script('write', 'box = 1', { writes: [{ id: 'box' }] }),
      embed(
        drawn(
          'inner',
          [start('is'), exclusive('which'), script('full', 'full = 1'), end('ie'), end('ie2')],
          [...path('is', 'which'), ...when('which', 'box == 1', 'full', 'ie'), ...otherwise('which', 'ie2')],
        ),
      ),
    ],
    { dataObjects: [{ id: 'box' }] },
  ),
}
