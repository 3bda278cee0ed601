import type { DescribedData, DescribedInterface } from './process-description.js'
import { fieldsOf, someOf, textOf, withoutAbsent } from './spec-fields.js'

/** A reference to data. Dialect A calls the id `name`, and repeats it as `description` where no name was drawn. */
export function describeData(value: unknown): DescribedData | undefined {
  const fields = fieldsOf(value)
  const id = textOf(fields?.['bpmn_id']) ?? textOf(fields?.['name'])
  if (fields === undefined || id === undefined) return undefined
  const name = textOf(fields['bpmn_name']) ?? textOf(fields['description'])
  return withoutAbsent({
    id,
    name: name === id ? undefined : name,
    typename: textOf(fields['typename']),
    category: textOf(fields['category']),
  })
}

export function describeInterface(value: unknown): DescribedInterface | undefined {
  const fields = fieldsOf(value)
  const inputs = someOf(fields?.['data_inputs'], describeData)
  const outputs = someOf(fields?.['data_outputs'], describeData)
  return inputs || outputs ? { inputs: inputs ?? [], outputs: outputs ?? [] } : undefined
}
