/** Where SpiffWorkflow does something else with a small model, and why ours does not. */
export interface MeantDifference {
  readonly why: string
  /** What is different, all of it, as `differencesOf` tells it. */
  readonly found: readonly string[]
}

/** By the name of the model. docs/bpmn-support.md tells them at length. */
export const meantDifferences: Readonly<Record<string, MeantDifference>> = {
  error: {
    why: 'the subprocess that failed is completed there, too',
    found: ['error/failing 0 times, recorded 1 times'],
  },
  'error-call': {
    why: 'the call that failed is completed there, too',
    found: ['error_call/c 0 times, recorded 1 times'],
  },
  'error-beside': {
    why: 'what stands beside the error runs on there',
    found: [
      'error_beside/inner 0 times, recorded 1 times',
      'inner/ie 0 times, recorded 1 times',
      'inner/more 0 times, recorded 1 times',
    ],
  },
  'error-uncaught': {
    why: 'an error that nobody catches is ignored there',
    found: [
      'failed, recorded completed: fail in inner: E1',
      'error_uncaught/after 0 times, recorded 1 times',
      'error_uncaught/error_uncaught_end 0 times, recorded 1 times',
      'error_uncaught/inner 0 times, recorded 1 times',
      'data undefined, recorded {"after":1}',
    ],
  },
  'lists-that-join': {
    why: 'the items of lists are merged there',
    found: ['data {"list":[{"c":2}]}, recorded {"list":[{"a":1,"c":2}]}'],
  },
  'message-early': {
    why: 'a message that nothing waits for yet is lost there, and the process waits for ever',
    found: [
      'completed, recorded waits',
      'message_early/e 1 times, recorded 0 times',
      'message_early/get 1 times, recorded 0 times',
    ],
  },
  'boundary-again': {
    why: 'an event that interrupts nothing happens once there',
    found: [
      'boundary_again/e2 2 times, recorded 1 times',
      'boundary_again/note 2 times, recorded 1 times',
      'boundary_again/read 2 times, recorded 1 times',
      'data {"news":2,"read":2}, recorded {"news":1,"read":1}',
    ],
  },
  'event-subprocess': {
    why: 'what an event subprocess has set is lost there',
    found: ['data {"helped":3,"n":3}, recorded {}'],
  },
  'event-subprocess-inside': {
    why: 'an event subprocess in a subprocess never begins there',
    found: [
      'helper/he 1 times, recorded 0 times',
      'helper/help 1 times, recorded 0 times',
      'helper/hs 1 times, recorded 0 times',
      'inner/helper 1 times, recorded 0 times',
      'data {"helped":1}, recorded {}',
    ],
  },
  stuck: {
    why: 'a join that can never be complete waits there for ever',
    found: ['failed, recorded waits: join in stuck waits for branches that cannot come any more'],
  },
  'join-twice': {
    why: 'what comes twice by one flow of a join goes through it alone there',
    found: [
      'failed, recorded completed: join in join_twice waits for branches that cannot come any more',
      'join_twice/join 1 times, recorded 2 times',
      'data undefined, recorded {"a":1,"b":1,"c":1}',
    ],
  },
  'item-alone': {
    why: 'a loop over items that collects nothing fails at its second item there',
    found: [
      'completed, recorded failed',
      'item_alone/each 1 times, recorded 0 times',
      'item_alone/each [child] 2 times, recorded 1 times',
      'item_alone/item_alone_end 1 times, recorded 0 times',
    ],
  },
  'item-none': {
    why: 'a loop stops for ever at an item that is null there',
    found: [
      'completed, recorded waits',
      'item_none/each 1 times, recorded 0 times',
      'item_none/each [child] 3 times, recorded 1 times',
      'item_none/item_none_end 1 times, recorded 0 times',
    ],
  },
  'item-hides': {
    why: 'an item of the name of a variable is refused there',
    found: [
      'completed, recorded failed',
      'item_hides/each 1 times, recorded 0 times',
      'item_hides/each [child] 2 times, recorded 0 times',
      'item_hides/item_hides_end 1 times, recorded 0 times',
    ],
  },
  'object-outside': {
    why: 'a gateway sees no data objects of the scopes around it there',
    found: [
      'completed, recorded failed',
      'inner/full 1 times, recorded 0 times',
      'inner/ie 1 times, recorded 0 times',
      'inner/which 1 times, recorded 0 times',
      'object_outside/inner 1 times, recorded 0 times',
      'object_outside/object_outside_end 1 times, recorded 0 times',
    ],
  },
}
