/* @ts-self-types="./unitflow.d.ts" */
import * as import1 from "host"


/**
 * Reserves memory for `length` bytes of text.
 * @param {number} length
 * @returns {number}
 */
export function allocate(length) {
    const ret = wasm.allocate(length);
    return ret >>> 0;
}

/**
 * Which [`BOUNDARY`] this module speaks.
 * @returns {number}
 */
export function boundary() {
    const ret = wasm.boundary();
    return ret >>> 0;
}

/**
 * Takes a workflow apart, and the text with it; answers a [`Reply`]. `is_utf8`: whether the host knows that it is.
 * `layout` is 1 or 2; the limits are those of the core. What has `host_from` bytes or more is hashed by the host; 0: it has
 * no hash of its own.
 * @param {number} pointer
 * @param {number} allocated
 * @param {number} length
 * @param {number} is_utf8
 * @param {number} layout
 * @param {number} bytes
 * @param {number} depth
 * @param {number} processes
 * @param {number} id_length
 * @param {number} host_from
 * @returns {number}
 */
export function decompose(pointer, allocated, length, is_utf8, layout, bytes, depth, processes, id_length, host_from) {
    const ret = wasm.decompose(pointer, allocated, length, is_utf8, layout, bytes, depth, processes, id_length, host_from);
    return ret >>> 0;
}

/**
 * Gives back what [`allocate`] or [`grow`] reserved. Not for text that was handed to a call: the call takes it.
 * @param {number} pointer
 * @param {number} length
 */
export function free(pointer, length) {
    wasm.free(pointer, length);
}

/**
 * Frees a reply and all it points to.
 * @param {number} reply
 */
export function free_reply(reply) {
    wasm.free_reply(reply);
}

/**
 * Makes room for `wanted` bytes of text where there was room for `allocated`, of which `length` are written; answers where
 * the text is now. For text of which nobody knows how much is still to come.
 * @param {number} pointer
 * @param {number} allocated
 * @param {number} length
 * @param {number} wanted
 * @returns {number}
 */
export function grow(pointer, allocated, length, wanted) {
    const ret = wasm.grow(pointer, allocated, length, wanted);
    return ret >>> 0;
}

/**
 * Hashes a text in messages of `each` bytes and nothing else, for the same. Takes the text, answers how many messages.
 * @param {number} pointer
 * @param {number} allocated
 * @param {number} length
 * @param {number} each
 * @returns {number}
 */
export function hash(pointer, allocated, length, each) {
    const ret = wasm.hash(pointer, allocated, length, each);
    return ret >>> 0;
}

/**
 * Scans a text as [`decompose`] does and nothing else, so that a host can measure what scanning is of it. Takes the text,
 * answers how many bytes it has minified; 0 where it is no JSON.
 * @param {number} pointer
 * @param {number} allocated
 * @param {number} length
 * @returns {number}
 */
export function scan(pointer, allocated, length) {
    const ret = wasm.scan(pointer, allocated, length);
    return ret >>> 0;
}

/**
 * Panics, so that a host can test that it survives a trap.
 */
export function trap() {
    wasm.trap();
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbindgen_init_externref_table: function() {
            const table = wasm.__wbindgen_externrefs;
            table.set(0, undefined);
            table.set(1024, undefined);
            table.set(1025, null);
            table.set(1026, true);
            table.set(1027, false);
        },
    };
    return {
        __proto__: null,
        "./unitflow_bg.js": import0,
        "host": import1,
    };
}

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    wasm.__wbindgen_start();
    return wasm;
}

async function __wbg_load(module, imports) {
    if (typeof Response === 'function' && module instanceof Response) {
        if (!module.ok) {
            throw new Error(`failed to fetch Wasm: ${module.status} ${module.statusText} fetching '${module.url}'`);
        }

        if (typeof WebAssembly.instantiateStreaming === 'function') {
            try {
                return await WebAssembly.instantiateStreaming(module, imports);
            } catch (e) {
                const validResponse = expectedResponseType(module.type);

                if (validResponse && module.headers.get('Content-Type') !== 'application/wasm') {
                    console.warn("`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\n", e);

                } else { throw e; }
            }
        }

        const bytes = await module.arrayBuffer();
        return await WebAssembly.instantiate(bytes, imports);
    } else {
        const instance = await WebAssembly.instantiate(module, imports);

        if (instance instanceof WebAssembly.Instance) {
            return { instance, module };
        } else {
            return instance;
        }
    }

    function expectedResponseType(type) {
        switch (type) {
            case 'basic': case 'cors': case 'default': return true;
        }
        return false;
    }
}

function initSync(module) {
    if (wasm !== undefined) return wasm;


    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }

    const imports = __wbg_get_imports();
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
    const instance = new WebAssembly.Instance(module, imports);
    return __wbg_finalize_init(instance, module);
}

let __wbg_init_promise;
async function __wbg_init(module_or_path) {
    if (wasm !== undefined) return wasm;
    if (__wbg_init_promise === undefined) {
        __wbg_init_promise = __wbg_init_once(module_or_path);
        __wbg_init_promise.catch(() => { __wbg_init_promise = undefined; });
    }
    return __wbg_init_promise;
}

async function __wbg_init_once(module_or_path) {

    if (module_or_path !== undefined) {
        if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
            ({module_or_path} = module_or_path)
        } else {
            console.warn('using deprecated parameters for the initialization function; pass a single object instead')
        }
    }

    if (module_or_path === undefined) {
        module_or_path = new URL('unitflow_bg.wasm', import.meta.url);
    }
    const imports = __wbg_get_imports();

    if (typeof module_or_path === 'string' || (typeof Request === 'function' && module_or_path instanceof Request) || (typeof URL === 'function' && module_or_path instanceof URL)) {
        module_or_path = fetch(module_or_path);
    }

    const { instance, module } = await __wbg_load(await module_or_path, imports);

    return __wbg_finalize_init(instance, module);
}

export { initSync, __wbg_init as default };
