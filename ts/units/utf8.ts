/** Text to bytes and back, exactly: a byte order mark is a character like any other. */
export const encoder: TextEncoder = new TextEncoder()
export const decoder: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true })
