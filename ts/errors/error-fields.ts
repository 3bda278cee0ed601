/** Where in a spec something is wrong. */
export interface SpecPlace {
  /** RFC 6901 JSON pointer of the place; `''` is the whole text. */
  readonly pointer: string
  /** Bytes before the place in the UTF-8 text. */
  readonly offset: number
  /** Line of the place, counted from 1. */
  readonly line: number
  /** Column of the place in bytes, counted from 1. */
  readonly column: number
}

/** What a text turned out to be that is not a workflow spec (U33). */
export type NotASpecKind =
  | 'bpmn-xml'
  | 'dmn-xml'
  | 'xml'
  | 'gzip'
  | 'zip'
  | 'workflow-state'
  | 'process-spec'
  | 'list'
  | 'json-in-a-string'

/** The limits of U4 and DESIGN's 'Input limits'. */
export type LimitName = 'bytes' | 'depth' | 'processes' | 'idLength'

/** One thing that a schema finds wrong with a value. */
export interface InvalidValueIssue {
  /** RFC 6901 JSON pointer of the place; `''` is the whole value. */
  readonly path: string
  readonly message: string
}

/**
 * Every error code with the fields that an error of this code carries.
 *
 * Codes are for programs and never change their meaning; messages are for people and may.
 */
export interface ErrorFields {
  /** The text is not JSON. */
  readonly 'not-json': SpecPlace & { readonly expected: string; readonly found: string }
  /** The bytes are not UTF-8. */
  readonly 'not-utf8': { readonly offset: number }
  /** The string holds a surrogate without its pair, which UTF-8 cannot carry. */
  readonly 'lone-surrogate': { readonly index: number }
  /** The JSON is not of a spec's shape: a field is missing or of the wrong type. */
  readonly 'bad-spec': SpecPlace & { readonly expected: string; readonly found: string }
  /** The input is something else that people plausibly hand in. `hint` says how to get a spec from it. */
  readonly 'not-a-spec': { readonly kind: NotASpecKind; readonly hint: string }
  /** The input is larger or deeper than the caller allows; `maximum` is the limit in force. */
  readonly 'limit-exceeded': { readonly limit: LimitName; readonly maximum: number; readonly pointer: string }

  /** The WebAssembly core failed; it has been replaced, and the next call works. */
  readonly 'core-trap': { readonly operation: string }
  /** WebAssembly cannot be compiled or instantiated here; `reason` says why. */
  readonly 'wasm-unavailable': { readonly reason: string }
  /** The module is of another version of this package (`found`), or of something else (`found` is `'none'`). */
  readonly 'wrong-core': { readonly expected: string; readonly found: string }
  /** `unitflow/slim` was used before the host has handed it the core; `expected` says what to call. */
  readonly 'core-not-loaded': { readonly expected: string }
  /** What was handed over as the core is no WebAssembly, or only a part of it. */
  readonly 'bad-core': { readonly source: string; readonly found: string }
  /** The core could not be fetched or read; `status` is that of HTTP. Trying again may help. */
  readonly 'core-unreadable': { readonly source: string; readonly reason: string; readonly status?: number }

  /** A store key is not of the safe form. */
  readonly 'bad-key': { readonly key: string; readonly expected: string }
  /** The store cannot hold this key beside one that it holds already (a file where a folder is needed). */
  readonly 'key-conflict': { readonly key: string; readonly existing: string }
  /** The store has been closed. */
  readonly 'store-closed': { readonly operation: string }
  /** The root of a filesystem store is not a directory. */
  readonly 'root-not-a-directory': { readonly root: string }
  /** The root of a filesystem store does not exist, and the call reads. */
  readonly 'root-missing': { readonly root: string }
  /** The medium may not be written. */
  readonly 'store-read-only': { readonly key: string }
  /** The medium is full. */
  readonly 'store-full': { readonly key: string }
  /** The database could not be opened within `waited` ms, because another connection to it, say of a tab, is in the way. */
  readonly 'store-blocked': { readonly database: string; readonly waited: number }
  /** The medium failed in another way; `cause` is its own error. */
  readonly 'store-failed': { readonly operation: string; readonly key: string }

  /** Layout v1 cannot use this cache key as a folder name. */
  readonly 'bad-cache-key': { readonly cacheKey: string; readonly expected: string }
  /** Nothing is cached under this key. */
  readonly 'unknown-cache-key': { readonly cacheKey: string }
  /** This version is neither what the cache key leads to, nor held. */
  readonly 'unknown-version': { readonly cacheKey: string; readonly version: string }
  /** The workflow has no such process. */
  readonly 'unknown-process': { readonly cacheKey: string; readonly processId: string }
  /** No process that can be reached holds any of these elements. */
  readonly 'unknown-element': {
    readonly cacheKey: string
    readonly processId: string
    readonly elements: readonly string[]
  }
  /** The root of a cache key cannot be read: torn, altered, or not ours. */
  readonly 'root-damaged': { readonly cacheKey: string; readonly key: string }
  /** An object that the manifest names is not what its hash says. */
  readonly 'object-damaged': { readonly key: string }
  /** An object that the manifest names is not in the store. `retryable`: an eventually consistent store may have it soon. */
  readonly 'object-missing': { readonly key: string; readonly retryable: true }
  /** The cache was written by a later version of this package in a format that this one does not know. */
  readonly 'newer-format': { readonly key: string; readonly found: number; readonly known: number }
  /** Two units hold different specs under one id. */
  readonly 'merge-conflict': { readonly processId: string }
  /** The top process of a workflow cannot be removed. */
  readonly 'top-process': { readonly processId: string }
  /** Others kept changing the same cache key while this call tried to. */
  readonly 'write-conflict': { readonly cacheKey: string; readonly attempts: number }
  /** Another writer has overwritten what this store object wrote before, without knowing of it. */
  readonly 'lost-update': { readonly cacheKey: string; readonly processIds: readonly string[] }

  /** A value that cannot be stored; `path` is the RFC 6901 JSON pointer of what is wrong with it. */
  readonly 'unsupported-value': { readonly path: string; readonly found: string }
  /** Text that is no form of a value, or one of a later version. */
  readonly 'bad-value-form': { readonly path: string; readonly found: string }
  /** The value of a record takes `bytes` bytes when it is encoded (at least; counting stops when it is certain). */
  readonly 'value-too-large': { readonly key: string; readonly bytes: number; readonly maximum: number }
  /** The work of a transaction awaited something that is not the transaction's. */
  readonly 'foreign-await': { readonly operation: string }
  /** A transaction was used after its work had settled. */
  readonly 'transaction-over': { readonly operation: string }
  /** A transaction that only reads was asked to write. */
  readonly 'read-only-transaction': { readonly operation: string; readonly key: string }
  /** This runtime has no `node:sqlite`, and no other SQLite was handed over; `reason` says why. */
  readonly 'sqlite-unavailable': { readonly reason: string }
  /** Others kept the medium busy for `waited` ms. */
  readonly 'store-busy': { readonly waited: number }
  /** There is no such file, and the call was told to make none. */
  readonly 'store-missing': { readonly path: string }
  /** The medium holds something that no record store of this package has made; `found` says what. */
  readonly 'foreign-store': { readonly found: string }
  /** The medium was written by a later version of this package. */
  readonly 'newer-schema': { readonly found: number; readonly known: number }
  /** The medium is damaged; `problem` is what was found. */
  readonly 'store-damaged': { readonly problem: string }
  /** Somebody else was given the lease (their token is `current`), or it was released (`current` is the same). */
  readonly 'lease-lost': { readonly token: number; readonly current: number }
  /** A stored text that a payload codec has not made, or not so: cut or altered. Nothing of it is in `problem`. */
  readonly 'bad-payload': { readonly codec: string; readonly problem: string }
  /** A payload was encrypted with a key that the codec was not given. */
  readonly 'unknown-payload-key': { readonly keyId: string }
  /** The host has no WebCrypto; `reason` says why, as far as is known. */
  readonly 'webcrypto-unavailable': { readonly reason: string }
  /** Work was called off before it had a result. */
  readonly canceled: { readonly reason: string }
  /** Work took longer than `milliseconds`, which it was given. */
  readonly 'timed-out': { readonly milliseconds: number }
  /** A schema refuses a value; `subject` says what the value is. At most 100 issues are told. */
  readonly 'invalid-value': { readonly subject: string; readonly issues: readonly InvalidValueIssue[] }
  /** A decider gave something that is no decision; `path` is the RFC 6901 pointer to it in what was given. */
  readonly 'bad-decision': { readonly workflow: string; readonly path: string; readonly expected: string }
  /** Events that are no history: one is missing, or is of something that the history does not know. */
  readonly 'bad-history': { readonly process: string; readonly seq: number; readonly expected: string }
  /** A rule was called on an event that it is not for. */
  readonly 'rule-does-not-apply': { readonly rule: string; readonly event: string }
  /** There is no process of this id (any more). */
  readonly 'no-such-process': { readonly process: string }
  /** The process is closed, and takes nothing any more. */
  readonly 'process-closed': { readonly process: string }
  /** The process is open, and must not be. */
  readonly 'process-open': { readonly process: string }
  /** A process was to be started under an id that another one has, started otherwise. */
  readonly 'process-exists': { readonly process: string }
  /** No workflow or activity of this name is registered. */
  readonly 'unknown-type': { readonly kind: 'activity' | 'workflow'; readonly name: string }
  /** The decision is complete, has timed out, or is somebody else's; `started` is the `seq` of its decision-started event. */
  readonly 'unknown-decision': { readonly process: string; readonly started: number }
  /** The activity has ended, has timed out, was canceled, or is somebody else's. */
  readonly 'unknown-activity': { readonly process: string; readonly id: string }
  /** The process has no such timer, or it has fired. */
  readonly 'unknown-timer': { readonly process: string; readonly id: string }
  /** Something of this id is open already. */
  readonly 'id-in-use': { readonly kind: 'activity' | 'timer' | 'child' | 'process'; readonly id: string }
  /** A decision is not of the form of one; `index` is its place in the batch, from 0. */
  readonly 'malformed-decision': { readonly index: number; readonly problem: string }
  /** A decision that closes the process is not the last one of its batch. */
  readonly 'close-not-last': { readonly process: string; readonly index: number }
  /** A batch of decisions closes the process, and starts something, too. */
  readonly 'close-with-new-work': { readonly process: string; readonly type: string }
  /** A decision closes the process without having seen what has happened since; `newest` is the `seq` of that. */
  readonly 'unhandled-events': { readonly process: string; readonly newest: number }
  /** A text that is no token of a task. */
  readonly 'bad-token': { readonly expected: 'decision' | 'activity' }
  /**
   * A flow that cannot be: `problem` says which task needs, gives or replaces what it must not. Of a flow that was made from
   * a process of a workflow, `process` and `element` say where the task was drawn.
   */
  readonly 'bad-flow': {
    readonly flow: string
    readonly task?: string
    readonly problem: string
    readonly process?: string
    readonly element?: string
  }
  /** A process of a workflow is no line of tasks; `problem` says what of this element is not. */
  readonly 'not-linear': { readonly process: string; readonly element: string; readonly problem: string }
  /** Elements of a workflow that need a function, and have none: all of them. */
  readonly 'unbound-elements': {
    /** The process that was to run; the elements may be of others that it embeds or calls. */
    readonly process: string
    readonly elements: readonly {
      readonly process: string
      readonly element: string
      readonly name?: string
      readonly type: string
      readonly operation?: string
    }[]
  }
  /** Processes stand in one another deeper, or hold more elements, than the caller allows; the element is where that is. */
  readonly 'expansion-limit': {
    readonly process: string
    readonly element: string
    readonly limit: 'depth' | 'elements'
    readonly maximum: number
  }
  /** No flow of this name was given to this runner. */
  readonly 'unknown-flow': { readonly flow: string }
  /** There is no execution of this id (any more). */
  readonly 'no-such-execution': { readonly execution: string }
  /** There is an execution of this id already, of another flow. */
  readonly 'execution-exists': { readonly execution: string }
  /** An execution is where `operation` cannot be done: see `FlowStatus`. */
  readonly 'illegal-transition': {
    readonly execution: string
    readonly operation: string
    readonly status: string
  }
  /** An execution was started under another definition of its flow, and nothing says how it goes on under this one. */
  readonly 'definition-changed': {
    readonly execution: string
    readonly flow: string
    readonly started: string
    readonly defined: string
  }
  /** A task or a model gave something else than its outputs; `of` says which. */
  readonly 'bad-outputs': {
    readonly of: string
    readonly missing: readonly string[]
    readonly undeclared: readonly string[]
  }
  /** The runners that began a task so many times did not live to end it. */
  readonly 'runner-lost': { readonly task: string; readonly times: number }
  /** Steps that make no workflow: two give one state, or some need themselves; `steps` and `states` say which. */
  readonly 'bad-step-workflow': {
    readonly steps: readonly string[]
    readonly states: readonly string[]
    readonly problem: string
  }
  /** State has no value of this name. */
  readonly 'no-such-state': { readonly name: string }
  /** State that is immutable has a value of this name. */
  readonly 'state-is-immutable': { readonly name: string }
  /** Others kept changing the state that a run of a step workflow was at. */
  readonly 'state-keeps-changing': { readonly workflow: string; readonly rounds: number }
  /** A runner was asked to run again before it has run. */
  readonly 'never-run': { readonly workflow: string }
  /** Nothing is registered under this name. */
  readonly 'unknown-reference': { readonly kind: 'workflow' | 'state'; readonly name: string }
  /** A workflow has no such step. */
  readonly 'unknown-step': { readonly workflow: string; readonly step: string }
  /** A run came to a gateway of which no way is open: none of the conditions holds, and there is no default. */
  readonly 'no-branch': {
    readonly process: string
    readonly element: string
    readonly expressions: readonly string[]
  }
  /** A run went beyond what it may: processes that call one another, turns of a loop, instances of a task. */
  readonly 'run-limit': {
    readonly process: string
    readonly element: string
    readonly limit: 'depth' | 'visits' | 'instances'
    readonly maximum: number
  }
  /** What does an element failed, or gave what cannot be taken; nothing in the process is there for that. */
  readonly 'element-failed': {
    readonly process: string
    readonly element: string
    readonly reason: string
    /** What an error event of a caller may know it by. */
    readonly codes?: readonly string[]
  }
  /** A process uses something that a run cannot do. */
  readonly 'unsupported-element': {
    readonly process: string
    readonly element: string
    readonly problem: string
  }
  /** A run waits at a gateway for branches that cannot come any more. */
  readonly 'run-stuck': { readonly process: string; readonly element: string }
  /** What was decided before is not what is decided now of the same history: a function or the evaluator is another one. */
  readonly 'replay-mismatch': {
    readonly process: string
    readonly seq: number
    readonly expected: string
    readonly found: string
  }
  /** Whoever serves a backend does not let this caller do this; `unauthenticated` where it does not know who calls. */
  readonly 'not-allowed': { readonly operation: string; readonly reason: 'unauthenticated' | 'forbidden' }
  /**
   * An expression of a spec that cannot be read or computed, or whose value cannot be kept where it is to be. `column`
   * counts UTF-16 code units of the whole text from 1; `expression` is cut after 1,000. `element` and `process` are where it stands, as far as is known.
   */
  readonly 'bad-expression': {
    readonly expression: string
    readonly column: number
    readonly expected: string
    readonly element?: string
    readonly process?: string
  }
  /** A value handed to this package is of the wrong type. */
  readonly 'bad-argument': { readonly argument: string; readonly expected: string }
}

/** A literal that names what went wrong. */
export type ErrorCode = keyof ErrorFields
