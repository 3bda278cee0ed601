/* tslint:disable */
/* eslint-disable */

/**
 * Reserves memory for `length` bytes of text.
 */
export function allocate(length: number): number;

/**
 * Which [`BOUNDARY`] this module speaks.
 */
export function boundary(): number;

/**
 * Takes a workflow apart, and the text with it; answers a [`Reply`]. `is_utf8`: whether the host knows that it is.
 * `layout` is 1 or 2; the limits are those of the core. What has `host_from` bytes or more is hashed by the host; 0: it has
 * no hash of its own.
 */
export function decompose(pointer: number, allocated: number, length: number, is_utf8: number, layout: number, bytes: number, depth: number, processes: number, id_length: number, host_from: number): number;

/**
 * Gives back what [`allocate`] or [`grow`] reserved. Not for text that was handed to a call: the call takes it.
 */
export function free(pointer: number, length: number): void;

/**
 * Frees a reply and all it points to.
 */
export function free_reply(reply: number): void;

/**
 * Makes room for `wanted` bytes of text where there was room for `allocated`, of which `length` are written; answers where
 * the text is now. For text of which nobody knows how much is still to come.
 */
export function grow(pointer: number, allocated: number, length: number, wanted: number): number;

/**
 * Hashes a text in messages of `each` bytes and nothing else, for the same. Takes the text, answers how many messages.
 */
export function hash(pointer: number, allocated: number, length: number, each: number): number;

/**
 * Scans a text as [`decompose`] does and nothing else, so that a host can measure what scanning is of it. Takes the text,
 * answers how many bytes it has minified; 0 where it is no JSON.
 */
export function scan(pointer: number, allocated: number, length: number): number;

/**
 * Panics, so that a host can test that it survives a trap.
 */
export function trap(): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly allocate: (a: number) => number;
    readonly boundary: () => number;
    readonly decompose: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => number;
    readonly free: (a: number, b: number) => void;
    readonly free_reply: (a: number) => void;
    readonly grow: (a: number, b: number, c: number, d: number) => number;
    readonly hash: (a: number, b: number, c: number, d: number) => number;
    readonly scan: (a: number, b: number, c: number) => number;
    readonly trap: () => void;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
