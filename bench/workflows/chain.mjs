/** The tasks of a chain, one after the other, between a start and an end event. */
function ids(tasks) {
  return ['start', ...Array.from({ length: tasks }, (_, at) => `task_${at}`), 'end']
}

/**
 * As SpiffWorkflow serializes it, without what a run does not read.
 *
 * @param {number} tasks
 * @param {number} [person] the place of a task that a person does
 */
export function chainSpecs(tasks, person) {
  const chain = ids(tasks)
  const task = (id, typename, inputs, outputs, fields = {}) => ({
    name: id,
    typename,
    inputs,
    outputs,
    description: typename,
    manual: false,
    bpmn_id: id,
    bpmn_name: null,
    lane: null,
    documentation: null,
    data_input_associations: [],
    data_output_associations: [],
    io_specification: null,
    ...fields,
  })
  const none = { event_definition: { typename: 'NoneEventDefinition' } }
  const specs = chain.map((id, at) => {
    const [before, after] = [chain[at - 1] ?? 'Start', chain[at + 1] ?? 'chain.EndJoin']
    if (at === 0) return task(id, 'StartEvent', [before], [after], none)
    if (at === chain.length - 1) return task(id, 'EndEvent', [before], [after], none)
    const typename = at - 1 === person ? 'ManualTask' : 'NoneTask'
    return task(id, typename, [before], [after], { prescript: null, postscript: null })
  })
  const internal = [
    task('Start', 'BpmnStartTask', [], ['start'], { bpmn_id: null }),
    task('chain.EndJoin', '_EndJoin', ['end'], ['End'], { bpmn_id: null }),
    task('End', 'SimpleBpmnTask', ['chain.EndJoin'], [], { bpmn_id: null }),
  ]
  const spec = {
    name: 'chain',
    description: 'chain',
    typename: 'BpmnProcessSpec',
    file: 'chain.bpmn',
    task_specs: Object.fromEntries([...internal, ...specs].map((one) => [one.name, one])),
    io_specification: null,
    data_objects: {},
    correlation_keys: {},
  }
  return JSON.stringify({ spec, subprocess_specs: {}, serializer_version: '1.4' })
}

/** As BPMN: service tasks, each of which is done in a later turn of the event loop. @param {number} [person] as above */
export function chainXml(tasks, person) {
  const chain = ids(tasks)
  const elements = chain.map((id, at) => {
    if (at === 0) return `<startEvent id="${id}" />`
    if (at === chain.length - 1) return `<endEvent id="${id}" />`
    if (at - 1 === person) return `<userTask id="${id}" />`
    return `<serviceTask id="${id}" implementation="\${environment.services.defer}" />`
  })
  const flows = chain
    .slice(1)
    .map((id, at) => `<sequenceFlow id="flow_${at}" sourceRef="${chain[at]}" targetRef="${id}" />`)
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions id="chain" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://bpmn.io/schema/bpmn">
<process id="process" isExecutable="true">
${[...elements, ...flows].join('\n')}
</process>
</definitions>`
}
