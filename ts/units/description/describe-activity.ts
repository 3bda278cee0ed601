import { describeData } from './describe-data.js'
import type {
  DecisionColumn,
  DescribedDecision,
  DescribedLoop,
  DescribedOperation,
} from './process-description.js'
import { loopKinds } from './loop-kinds.js'
import type { SpecFields } from './spec-fields.js'
import { fieldsOf, flagOf, listOf, numberOf, someOf, textOf, withoutAbsent } from './spec-fields.js'

export function describeLoop(typename: string, fields: SpecFields): DescribedLoop | undefined {
  const kind = loopKinds.get(typename)
  if (kind === undefined) return undefined
  const cardinality = fields['cardinality']
  return withoutAbsent({
    kind,
    cardinality: typeof cardinality === 'number' ? String(cardinality) : textOf(cardinality),
    condition: textOf(fields['condition']),
    dataInput: describeData(fields['data_input']),
    dataOutput: describeData(fields['data_output']),
    inputItem: describeData(fields['input_item']),
    outputItem: describeData(fields['output_item']),
    maximum: numberOf(fields['maximum']),
    testBefore: flagOf(fields['test_before']),
  })
}

export function describeOperation(fields: SpecFields): DescribedOperation | undefined {
  const name = textOf(fields['operation_name'])
  if (name === undefined) return undefined
  const parameters = Object.entries(fieldsOf(fields['operation_params']) ?? {}).map(([name, parameter]) => {
    const parts = fieldsOf(parameter)
    return withoutAbsent({
      name,
      type: textOf(parts?.['type']),
      value: parts === undefined ? parameter : parts['value'],
    })
  })
  return withoutAbsent({
    name,
    parameters,
    resultVariable: textOf(fields['result_variable']),
    retries: numberOf(fields['retries']),
    retryBackoffBase: numberOf(fields['retry_backoff_base']),
  })
}

export function describeDecision(table: unknown): DescribedDecision | undefined {
  const fields = fieldsOf(table)
  if (fields === undefined) return undefined
  return withoutAbsent({
    id: textOf(fields['id']),
    name: textOf(fields['name']),
    hitPolicy: textOf(fields['hit_policy']),
    inputs: someOf(fields['inputs'], describeColumn) ?? [],
    outputs: someOf(fields['outputs'], describeColumn) ?? [],
    rules: listOf(fields['rules']).length,
  })
}

function describeColumn(column: unknown): DecisionColumn | undefined {
  const fields = fieldsOf(column)
  if (fields === undefined) return undefined
  return withoutAbsent({
    id: textOf(fields['id']),
    label: textOf(fields['label']),
    name: textOf(fields['name']),
    expression: textOf(fields['expression']),
    type: textOf(fields['typeRef']),
  })
}
