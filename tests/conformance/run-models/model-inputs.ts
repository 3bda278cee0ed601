import type { ModelRules } from './model-run.js'

/** What the recorded models wait for and ask: what their own tests in SpiffWorkflow give them, as far as it matters. */
type ModelInputs = Pick<ModelRules, 'startData' | 'answers' | 'messages' | 'timersFirst'>

/** By the name of the model, without its dialect. The others are run without anything. */
export const modelInputs: Readonly<Record<string, ModelInputs>> = {
  'bpmn-boundary': { answers: { Activity_Pester_Dad: [{ answer: 'No' }, { answer: 'Yes' }] } },
  'bpmn-boundary_timer_on_task': { timersFirst: true },
  'bpmn-collaboration': {
    startData: { lover_name: 'Peggy' },
    messages: [{ name: 'Love Letter Response', data: { from_name: 'Peggy' } }],
  },
  'bpmn-correlation_two_conversations--proc_1': {
    answers: { configure: [{ task_num: 0 }, { task_num: 1 }] },
    messages: [
      { name: 'proc_2_response', data: { init_id: 0 } },
      { name: 'proc_2_response', data: { init_id: 1 } },
      { name: 'proc_3_response', data: { subprocess: 0 } },
      { name: 'proc_3_response', data: { subprocess: 1 } },
    ],
  },
  'bpmn-correlation_two_conversations--proc_2': {
    answers: { rename_id: [{ init_id: 1 }] },
    messages: [{ name: 'init_proc_2', data: { task_num: 1 } }],
  },
  'bpmn-correlation_two_conversations--proc_3': {
    answers: { rename_id_2: [{ subprocess: 1 }] },
    messages: [{ name: 'init_proc_3', data: { task_num: 1 } }],
  },
  'bpmn-data_object_gateway': { answers: { set_data: [{ val: true }] } },
  'bpmn-return_to_event': {
    answers: { manual: [{ repeat: true }, { repeat: false }] },
    messages: [{ name: 'basic_message' }, { name: 'basic_message' }],
  },
  'bpmn-sequential_multiinstance_cardinality': {
    answers: { any_task: [{ output_item: 'a' }, { output_item: 'b' }, { output_item: 'c' }] },
  },
  'bpmn-start_event_split': { messages: [{ name: 'message_2', data: {} }] },
  'bpmn-timer-cycle': { timersFirst: true },
  'bpmn-timer-non-interrupt-boundary': {
    answers: { Activity_Work: [{ work_done: 'No' }, { work_done: 'Yes' }] },
    timersFirst: true,
  },
  'camunda-ExclusiveGatewayIfElseAndDecision': { startData: { x: 2 } },
  'camunda-MessageBoundary--Process_0srqcj1': {
    messages: [{ name: 'Message_Interrupt', data: 'Interrupt!' }],
  },
  'camunda-MessageBoundary--Process_1kjyavs': {
    answers: { Activity_Interrupt: [{ interrupt_task: 'No' }, { interrupt_task: 'Yes' }] },
  },
  'camunda-call_activity_with_message': {
    answers: {
      Activity_EnterPlan: [
        { plan_details: 'Bad', Approved: 'No' },
        { plan_details: 'Good', Approved: 'Yes' },
      ],
    },
    messages: [{ name: 'ApprovalResponse' }, { name: 'ApprovalResponse' }],
  },
  'camunda-parallel_multiinstance_cardinality': {
    startData: { input_data: 3 },
    answers: { any_task: [{ output_item: 'a' }, { output_item: 'b' }, { output_item: 'c' }] },
  },
  'spiff-correlation--proc_1': {
    answers: {
      configure: [
        { task_num: 0, task_name: 'subprocess 0' },
        { task_num: 1, task_name: 'subprocess 1' },
      ],
    },
    messages: [
      { name: 'proc_2_response', data: { init_id: 0, response: 'one' } },
      { name: 'proc_2_response', data: { init_id: 1, response: 'two' } },
    ],
  },
  'spiff-correlation--proc_2': {
    answers: { prepare_response: [{ init_id: 1, response: 'OK' }] },
    messages: [{ name: 'init_proc_2', data: { num: 1, name: 'one' } }],
  },
  'spiff-correlation_two_conversations': {
    messages: [
      {
        name: 'Message Response Two',
        data: { topica_two: 'topic_two_a_conversation_2', topicb_two: 'topic_two_b_conversation_2' },
      },
      { name: 'Message Response One', data: { topica_one: 'topic_one_a_conversation_1' } },
    ],
  },
  'spiff-default_correlation_key': { messages: [{ name: 'B', data: { uid: 1 } }] },
  'spiff-error_event_payload': { answers: { set_data: [{ error: true, payload: { a: 1 } }] } },
  'spiff-prescript_postscript_call_activity': { startData: { in_data: 'a' } },
  'spiff-prescript_postscript_data_object': { startData: { b: 2 } },
  'spiff-receive_correlations': {
    startData: { value_1: 1, value_2: 2 },
    messages: [{ name: 'message', data: { a: 1 } }],
  },
  'spiff-user_task_variable--one': { answers: { user_task_two: [{ pizza: 'ham' }] } },
  'spiff-user_task_variable--two': { answers: { user_task_one: [{ pizza: 'ham' }] } },
  'spiff-waiting_event': { messages: [{ name: 'B', data: { uid: 1 } }] },
}
