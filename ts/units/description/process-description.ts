/** What a drawn element is, in BPMN's own words; `other` for what only its `typename` tells. */
export type ElementType =
  | 'start-event'
  | 'end-event'
  | 'intermediate-catch-event'
  | 'intermediate-throw-event'
  | 'boundary-event'
  | 'task'
  | 'user-task'
  | 'manual-task'
  | 'script-task'
  | 'service-task'
  | 'business-rule-task'
  | 'send-task'
  | 'receive-task'
  | 'call-activity'
  | 'subprocess'
  | 'transaction'
  | 'event-subprocess'
  | 'exclusive-gateway'
  | 'inclusive-gateway'
  | 'parallel-gateway'
  | 'event-based-gateway'
  | 'participant'
  | 'other'

/** What an event waits for or causes; `none` is a plain one. */
export type EventKind =
  | 'none'
  | 'timer'
  | 'message'
  | 'signal'
  | 'error'
  | 'escalation'
  | 'terminate'
  | 'cancel'
  | 'conditional'
  | 'compensation'
  | 'link'
  | 'multiple'
  | 'other'

/** One property by which a message finds its process. */
export interface DescribedCorrelation {
  readonly name: string
  /** Gets the property's value out of the message, in the engine's expression language. */
  readonly expression?: string
  /** The correlation keys that the property is part of. */
  readonly keys: readonly string[]
}

/** The event definition of an event, a send or a receive task. */
export interface DescribedEvent {
  readonly kind: EventKind
  /** As the spec has it, where `kind` is `other`. */
  readonly typename?: string
  /** The message, signal, error or escalation; of a timer, the event's own name or id. */
  readonly name?: string
  /** Of a timer its time, of a condition the condition, of a message or error its payload. */
  readonly expression?: string
  /** How `expression` of a timer is meant. */
  readonly timer?: 'duration' | 'date' | 'cycle'
  /** The code of an error or escalation. */
  readonly code?: string
  /** The variable that what came is put into. */
  readonly variable?: string
  readonly correlations?: readonly DescribedCorrelation[]
  /** What a sent message is correlated by from now on. */
  readonly processCorrelations?: readonly DescribedCorrelation[]
  /** Of `multiple`: whether all of `events` must come (true) or one of them. */
  readonly parallel?: boolean
  /** Of `multiple`: the events that it is made of, nested ones in place. */
  readonly events?: readonly DescribedEvent[]
}

/** A data object, data store, input or output. */
export interface DescribedData {
  readonly id: string
  /** As drawn, where it is not the id. */
  readonly name?: string
  /** As the spec has it. */
  readonly typename?: string
  readonly category?: string
}

/** What a process or an activity takes and gives. */
export interface DescribedInterface {
  readonly inputs: readonly DescribedData[]
  readonly outputs: readonly DescribedData[]
}

/** How an activity is repeated. */
export interface DescribedLoop {
  readonly kind: 'parallel-multi-instance' | 'sequential-multi-instance' | 'standard'
  /** How many instances, an expression. */
  readonly cardinality?: string
  /** Of a multi-instance loop: ends it. Of a standard loop: ends it too. */
  readonly condition?: string
  /** The collection that is gone through. */
  readonly dataInput?: DescribedData
  /** The collection that results are put into. */
  readonly dataOutput?: DescribedData
  /** What one item of `dataInput` is called inside. */
  readonly inputItem?: DescribedData
  /** What one item of `dataOutput` is called inside. */
  readonly outputItem?: DescribedData
  /** Of a standard loop: how often at most. */
  readonly maximum?: number
  /** Of a standard loop: whether `condition` is tested before the first time. */
  readonly testBefore?: boolean
}

/** What a service task asks for. */
export interface DescribedOperation {
  readonly name: string
  /** In the order of the spec; `value` is an expression, as a rule. */
  readonly parameters: readonly {
    readonly name: string
    readonly type?: string
    readonly value?: unknown
  }[]
  readonly resultVariable?: string
  readonly retries?: number
  /** In seconds. */
  readonly retryBackoffBase?: number
}

/** A column of a decision table. */
export interface DecisionColumn {
  readonly id?: string
  readonly label?: string
  readonly name?: string
  readonly expression?: string
  readonly type?: string
}

/** The head of a business rule task's decision table; its rows are left out, only counted. */
export interface DescribedDecision {
  readonly id?: string
  readonly name?: string
  readonly hitPolicy?: string
  readonly inputs: readonly DecisionColumn[]
  readonly outputs: readonly DecisionColumn[]
  /** How many rows. */
  readonly rules: number
}

/** An element as people drew it. A field that the spec does not hold, or holds empty, is not there. */
export interface DescribedElement {
  /** The element id that `readElementUnit` takes; unique in the process. */
  readonly id: string
  readonly name?: string
  readonly type: ElementType
  /** As the spec has it; of a loop, that of the task inside. */
  readonly typename: string
  readonly lane?: string
  readonly documentation?: string
  /** Of events, send and receive tasks. */
  readonly event?: DescribedEvent
  /** Of a boundary event: the activity that it sits on. */
  readonly attachedTo?: string
  /** Of a boundary event: whether it ends the activity. */
  readonly interrupting?: boolean
  /** The process that it calls. */
  readonly calls?: string
  /** The process that stands inside it. */
  readonly embeds?: string
  readonly loop?: DescribedLoop
  readonly operation?: DescribedOperation
  readonly decision?: DescribedDecision
  readonly script?: string
  /** The variable that a user task fills. */
  readonly variable?: string
  /** Runs before the element. */
  readonly prescript?: string
  /** Runs after the element. */
  readonly postscript?: string
  readonly dataInputs?: readonly DescribedData[]
  readonly dataOutputs?: readonly DescribedData[]
  readonly interface?: DescribedInterface
  /** The form of a user task, as the spec has it. */
  readonly form?: Readonly<Record<string, unknown>>
  /** The modeller's own additions, as the spec has them. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A sequence flow. */
export interface DescribedFlow {
  readonly from: string
  readonly to: string
  /** In the engine's expression language. */
  readonly condition?: string
  /** Taken where no other flow of the gateway is. The only flow of a merging gateway is its default too. */
  readonly default?: true
}

/** A process as people drew it (U34). Plain JSON. */
export interface ProcessDescription {
  readonly processId: string
  /** As drawn, where it is not the id. */
  readonly name?: string
  /** SHA-256, in hex, of the stored object that the spec came from. */
  readonly hash: string
  /**
   * In drawn order: each element after those that lead to it, except where the process loops back; alternatives from
   * top to bottom; boundary events after what their activity leads to. What nothing leads to comes last, by id.
   */
  readonly elements: readonly DescribedElement[]
  /** By the order of their `from`; those of one element from top to bottom, the order in which a gateway tries them. */
  readonly flows: readonly DescribedFlow[]
  /** The lanes in the order in which `elements` enters them. */
  readonly lanes: readonly string[]
  /** By id. */
  readonly dataObjects: readonly DescribedData[]
  readonly interface?: DescribedInterface
  /** Properties by correlation key, by name. */
  readonly correlationKeys?: readonly { readonly name: string; readonly properties: readonly string[] }[]
  /** Elements that an event starts instead of a flow: event subprocesses and participants, by id. */
  readonly triggers?: readonly string[]
}
