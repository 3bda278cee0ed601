/** The example workflows: file name -> JSON text, as committed beside the generator. */
export function renderWorkflows(): Record<string, string>
