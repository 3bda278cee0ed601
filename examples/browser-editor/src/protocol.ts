import type { ActiveElement, DescribedElement, DescribedFlow, ErrorData } from 'unitflow'
import type { RunCalls } from './run-protocol.js'

/** A workflow in the list. */
export interface WorkflowSummary {
  readonly id: string
  readonly name: string
  readonly top: string
  readonly processes: number
  readonly units: number
  /** Of all objects of the current version. */
  readonly bytes: number
  readonly versions: readonly Version[]
}

/** A version of a workflow, as it was kept. */
export interface Version {
  readonly version: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** What made it. */
  readonly note: string
}

/** What the browser lets this site store, in bytes. */
export interface Storage {
  readonly usage: number
  readonly quota: number
}

/** A process in the list of one workflow. */
export interface ProcessRow {
  readonly id: string
  /** Of the object that holds it; 0 where the workflow does not hold the process. */
  readonly unitBytes: number
  readonly callers: number
  /** The process that it is drawn in and stored with. */
  readonly storedWith?: string
  readonly missing?: true
}

export interface WorkflowView {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly top: string
  readonly units: number
  readonly bytes: number
  readonly processes: readonly ProcessRow[]
  /** What undo would take back. */
  readonly undo?: string
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** A unit in a drawing; `x` and `y` are its top left corner. */
export interface DrawnUnit extends Point {
  readonly id: string
  readonly bytes: number
  readonly embedded: number
  readonly missing: boolean
  readonly callers: number
  /** Callers and called units that are left out of the drawing. */
  readonly hidden: number
}

export interface DrawnCall {
  readonly from: string
  readonly to: string
  readonly calls: number
  /** An SVG path. */
  readonly path: string
  /** Leads back, to a unit that is drawn left of it. */
  readonly back: boolean
}

export interface Drawing {
  readonly units: readonly DrawnUnit[]
  readonly calls: readonly DrawnCall[]
  readonly box: { readonly width: number; readonly height: number }
  readonly width: number
  readonly height: number
  /** The unit that holds the process in the middle. */
  readonly center: string
  /** Units of the workflow that are not drawn. */
  readonly left: number
  /** Whether the whole workflow can be drawn. */
  readonly wholeFits: boolean
  /** Bytes of the workflow's largest unit. */
  readonly largest: number
}

export interface ProcessView {
  readonly id: string
  readonly name?: string
  readonly hash: string
  /** Of the spec alone. */
  readonly bytes: number
  /** Of the unit to start it, as JSON. */
  readonly unitBytes: number
  readonly included: readonly { readonly id: string; readonly bytes: number }[]
  readonly lazy: readonly string[]
  readonly missing: readonly string[]
  readonly storedWith?: string
  readonly callers: readonly { readonly id: string; readonly tasks: readonly string[] }[]
  readonly elements: readonly DescribedElement[]
  readonly flows: readonly DescribedFlow[]
}

/** Why a process is part of a resume unit. */
export type Reason =
  | { readonly type: 'runs' }
  | { readonly type: 'active'; readonly elements: readonly string[] }
  | { readonly type: 'on-the-way'; readonly to: readonly string[] }
  | { readonly type: 'embedded'; readonly in: string }
  | { readonly type: 'triggered'; readonly by: string }

export interface PickedElement {
  readonly processId: string
  readonly elementId: string
}

export interface ResumeView {
  readonly included: readonly {
    readonly id: string
    readonly bytes: number
    readonly reasons: readonly Reason[]
  }[]
  readonly lazy: readonly string[]
  readonly missing: readonly string[]
  /** Of the unit as JSON. */
  readonly bytes: number
  /** Of the unit that starts the process, as JSON. */
  readonly startBytes: number
  /** Of the whole workflow. */
  readonly workflowBytes: number
  /** Picked elements of processes that this one cannot reach. */
  readonly outOfReach: readonly PickedElement[]
}

/** What of an element can be edited. */
export interface TaskView {
  readonly element: DescribedElement
  readonly flowsIn: readonly DescribedFlow[]
  readonly flowsOut: readonly DescribedFlow[]
  readonly name?: string
  readonly script?: string
  /** The task's spec, indented. */
  readonly json: string
  /** Hash of the object that this was read from. */
  readonly base: string
}

/** An edit of one task: its name and script, or all of its JSON. */
export type TaskChange =
  | { readonly type: 'fields'; readonly name?: string; readonly script?: string }
  | { readonly type: 'json'; readonly json: string }

export interface ChangedObject {
  /** The process that the object belongs to. */
  readonly id: string
  readonly before?: { readonly hash: string; readonly bytes: number }
  readonly after?: { readonly hash: string; readonly bytes: number }
}

/** What a save, an undo or an update from a file changed. */
export interface ChangeReport {
  readonly id: string
  readonly note: string
  readonly before?: string
  readonly after: string
  readonly objects: readonly ChangedObject[]
  readonly unchanged: number
  /** Processes that can reach a change: what to test again. */
  readonly affected: number
  /** What the store was given: objects, manifest, root. */
  readonly bytesWritten: number
  /** Whether undo takes it back. */
  readonly undoable: boolean
}

export interface VersionRef {
  readonly id: string
  readonly version: string
}

export interface Comparison {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
  readonly affected: readonly string[]
  readonly elementsGone: readonly PickedElement[]
  readonly unchanged: number
}

export interface Progress {
  readonly done: number
  readonly total: number
  readonly text: string
}

interface Process {
  readonly id: string
  readonly processId: string
}

/** Everything that the page may ask of the worker. */
export interface Calls extends RunCalls {
  list: {
    readonly params: undefined
    readonly result: { readonly workflows: readonly WorkflowSummary[]; readonly storage: Storage }
  }
  /** Caches a file, as a new workflow or as the next version of `replaces`. */
  import: {
    readonly params: { readonly file: Blob; readonly name: string; readonly replaces?: string }
    readonly result: ChangeReport
  }
  rename: { readonly params: { readonly id: string; readonly name: string }; readonly result: undefined }
  remove: { readonly params: { readonly id: string }; readonly result: undefined }
  workflow: { readonly params: { readonly id: string }; readonly result: WorkflowView }
  draw: { readonly params: Process & { readonly whole: boolean }; readonly result: Drawing }
  process: { readonly params: Process; readonly result: ProcessView }
  /** A unit as indented JSON text; with `spec`, only that of the process itself. */
  json: {
    readonly params: Process & { readonly spec: boolean; readonly elements?: readonly ActiveElement[] }
    readonly result: string
  }
  resume: {
    readonly params: Process & { readonly picked: readonly PickedElement[] }
    readonly result: ResumeView
  }
  /** A resume unit as a file to keep. */
  download: {
    readonly params: Process & { readonly picked: readonly PickedElement[] }
    readonly result: Blob
  }
  task: { readonly params: Process & { readonly elementId: string }; readonly result: TaskView }
  save: {
    readonly params: Process & {
      readonly elementId: string
      readonly base: string
      readonly change: TaskChange
    }
    readonly result: ChangeReport
  }
  undo: { readonly params: { readonly id: string }; readonly result: ChangeReport }
  compare: {
    readonly params: { readonly before: VersionRef; readonly after: VersionRef }
    readonly result: Comparison
  }
}

export type Method = keyof Calls

/** Sent to the worker; the answer comes over `port`, so that each call's messages are of its own type. */
export interface Request<M extends Method = Method> {
  readonly method: M
  readonly params: Calls[M]['params']
  readonly port: MessagePort
}

/** Sent by the worker over a call's port. */
export type Reply<M extends Method> =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'result'; readonly result: Calls[M]['result'] }
  | { readonly type: 'error'; readonly error: ErrorData }

/** Sent by the page over a call's port: the work is not wanted any more. */
export type Cancel = 'cancel'

/** Every tab and worker hears on this channel which workflow has changed. */
export const CHANGES = 'unitflow-browser-editor'

export interface WorkflowChanged {
  readonly id: string
}
