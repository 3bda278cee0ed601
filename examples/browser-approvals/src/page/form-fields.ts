/** What stands in the fields of a form that is being sent, by name. */
export function formFields(event: SubmitEvent): (name: string) => string {
  event.preventDefault()
  const fields =
    event.currentTarget instanceof HTMLFormElement ? new FormData(event.currentTarget) : undefined
  return (name) => {
    const value = fields?.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
}
