/** What a request of IndexedDB gives. A deletion that others are in the way of waits for them. */
export function settledRequest(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
