/* tslint:disable */
/* eslint-disable */
export const memory: WebAssembly.Memory;
export const allocate: (a: number) => number;
export const boundary: () => number;
export const decompose: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => number;
export const free: (a: number, b: number) => void;
export const free_reply: (a: number) => void;
export const grow: (a: number, b: number, c: number, d: number) => number;
export const hash: (a: number, b: number, c: number, d: number) => number;
export const scan: (a: number, b: number, c: number) => number;
export const trap: () => void;
export const __wbindgen_externrefs: WebAssembly.Table;
export const __wbindgen_start: () => void;
