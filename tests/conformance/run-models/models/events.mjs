/** Processes that wait for something, and that throw it. */

import {
  boundary,
  call,
  catchEvent,
  embed,
  end,
  firstEvent,
  manualTask,
  onEvent,
  parallel,
  path,
  receiveTask,
  sendTask,
  start,
  task,
  throwEvent,
  userTask,
} from '../../../../examples/workflows/model.mjs'
import {
  drawn,
  error,
  escalation,
  fromTo,
  line,
  message,
  script,
  signal,
  terminate,
  timer,
} from './drawing.mjs'

export const events = {
  'timer-boundary': drawn(
    'timer_boundary',
    [
      start('s'),
      userTask('ask', 'ask'),
      boundary('late', 'late', 'ask', timer('"PT1H"')),
      script('chase', 'chased = 1'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'ask', 'e'), ...path('late', 'chase', 'e2')],
  ),
  'timer-beside': drawn(
    'timer_beside',
    [
      start('s'),
      userTask('ask', 'ask'),
      boundary('late', 'late', 'ask', timer('"PT1H"'), false),
      script('remind', 'reminded = 1'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'ask', 'e'), ...path('late', 'remind', 'e2')],
  ),
  'timer-catch': line('timer_catch', [
    script('set', "wait = 'PT5M'"),
    catchEvent('pause', 'pause', timer('wait')),
  ]),
  'timer-call': {
    top: drawn(
      'timer_call',
      [
        start('s'),
        call('c', 'c', 'slow'),
        boundary('late', 'late', 'c', timer('"PT1H"')),
        script('chase', 'chased = 1'),
        end('e'),
        end('e2'),
      ],
      [...path('s', 'c', 'e'), ...path('late', 'chase', 'e2')],
    ),
    called: [line('slow', [script('work', 'inside = 1'), userTask('ask', 'ask')])],
  },
  'event-gateway': drawn(
    'event_gateway',
    [
      start('s'),
      firstEvent('first'),
      catchEvent('came', 'came', message('reply', { variable: 'reply' })),
      catchEvent('late', 'late', timer('"P1D"')),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'first', 'came', 'e'), ...path('first', 'late', 'e2')],
  ),
  'event-gateway-late': drawn(
    'event_gateway_late',
    [
      start('s'),
      firstEvent('first'),
      catchEvent('came', 'came', message('reply', { variable: 'reply' })),
      catchEvent('late', 'late', timer('"P1D"')),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'first', 'came', 'e'), ...path('first', 'late', 'e2')],
  ),
  message: drawn(
    'message',
    [
      start('s'),
      parallel('split'),
      receiveTask('get', 'get', message('hello', { variable: 'got' })),
      userTask('ask', 'ask'),
      sendTask('send', 'send', message('hello', { expression: "{'n': n}" })),
      parallel('join'),
      end('e'),
    ],
    [...path('s', 'split', 'get', 'join'), ...path('split', 'ask', 'send', 'join'), ...path('join', 'e')],
  ),
  signal: drawn(
    'signal',
    [
      start('s'),
      parallel('split'),
      catchEvent('one', 'one', signal('go')),
      catchEvent('two', 'two', signal('go')),
      userTask('ask', 'ask'),
      throwEvent('go', 'go', signal('go')),
      parallel('join'),
      end('e'),
    ],
    [
      ...path('s', 'split'),
      ...fromTo('split', [['one'], ['two'], ['ask', 'go']], 'join'),
      ...path('join', 'e'),
    ],
  ),
  'message-start': drawn('message_start', [start('s', 's', message('begin', { variable: 'got' })), end('e')]),
  'message-from-call': {
    top: drawn(
      'message_from_call',
      [
        start('s'),
        parallel('split'),
        catchEvent('get', 'get', message('hello', { variable: 'got' })),
        call('c', 'c', 'sender'),
        parallel('join'),
        end('e'),
      ],
      [...path('s', 'split'), ...fromTo('split', [['get'], ['c']], 'join'), ...path('join', 'e')],
    ),
    called: [
      line('sender', [
        manualTask('ready', 'ready'),
        throwEvent('tell', 'tell', message('hello', { expression: '7' })),
      ]),
    ],
  },
  terminate: drawn(
    'terminate',
    [
      start('s'),
      parallel('split'),
      userTask('ask', 'ask'),
      script('a', 'a = 1'),
      end('stop', 'stop', terminate),
      end('e'),
    ],
    [...path('s', 'split', 'a', 'stop'), ...path('split', 'ask', 'e')],
  ),
  'terminate-embedded': line('terminate_embedded', [
    embed(
      drawn(
        'stopped',
        [
          start('s'),
          parallel('split'),
          userTask('ask', 'ask'),
          script('a', 'a = 1'),
          end('stop', 'stop', terminate),
          end('e'),
        ],
        [...path('s', 'split', 'a', 'stop'), ...path('split', 'ask', 'e')],
      ),
    ),
    script('after', 'after = a'),
  ]),
  escalation: drawn(
    'escalation',
    [
      start('s'),
      embed(
        line('inner', [
          userTask('ask', 'ask'),
          throwEvent('up', 'up', escalation('up')),
          userTask('more', 'more'),
        ]),
      ),
      boundary('heard', 'heard', 'inner', escalation('up'), false),
      script('note', 'noted = 1'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'inner', 'e'), ...path('heard', 'note', 'e2')],
  ),
  error: drawn(
    'error',
    [
      start('s'),
      embed(
        drawn('failing', [
          start('fs'),
          script('work', 'work = 1'),
          end('fail', 'fail', error('E1', { expression: '5' })),
        ]),
      ),
      boundary('caught', 'caught', 'failing', error('E1', { variable: 'why' })),
      script('repair', 'repaired = why'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'failing', 'e'), ...path('caught', 'repair', 'e2')],
  ),
  'error-call': {
    top: drawn(
      'error_call',
      [
        start('s'),
        call('c', 'c', 'breaking'),
        boundary('other', 'other', 'c', error('E2')),
        boundary('caught', 'caught', 'c', error('E1', { variable: 'why' })),
        script('repair', 'repaired = why'),
        end('e'),
        end('e2'),
        end('e3'),
      ],
      [...path('s', 'c', 'e'), ...path('other', 'e3'), ...path('caught', 'repair', 'e2')],
    ),
    called: [
      drawn('breaking', [
        start('bs'),
        script('work', 'work = 1'),
        end('fail', 'fail', error('E1', { expression: "{'a': work}" })),
      ]),
    ],
  },
  'escalation-ends': drawn(
    'escalation_ends',
    [
      start('s'),
      embed(
        line('inner', [
          throwEvent('up', 'up', escalation('up', { expression: '4' })),
          userTask('more', 'more'),
        ]),
      ),
      boundary('heard', 'heard', 'inner', escalation('up', { variable: 'n' })),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'inner', 'e'), ...path('heard', 'e2')],
  ),
  'terminate-call': {
    top: line('terminate_call', [call('c', 'c', 'ending'), script('after', 'after = a')]),
    called: [
      drawn(
        'ending',
        [
          start('s'),
          parallel('split'),
          userTask('ask', 'ask'),
          script('a', 'a = 1'),
          end('stop', 'stop', terminate),
          end('e'),
        ],
        [...path('s', 'split', 'a', 'stop'), ...path('split', 'ask', 'e')],
      ),
    ],
  },
  'event-subprocess': drawn(
    'event_subprocess',
    [
      start('s'),
      userTask('ask', 'ask'),
      throwEvent('call', 'call', message('help', { expression: '3' })),
      userTask('then', 'then'),
      end('e'),
      onEvent(
        drawn('helper', [
          start('hs', 'hs', message('help', { variable: 'n' })),
          script('help', 'helped = n'),
          end('he'),
        ]),
      ),
    ],
    path('s', 'ask', 'call', 'then', 'e'),
  ),
  people: line('people', [
    userTask('who', 'who', { form: 'who', lane: 'Staff' }),
    manualTask('do', 'do'),
    task('plain', 'plain'),
    script('greet', "greeting = 'Hello, ' + name"),
  ]),
}
