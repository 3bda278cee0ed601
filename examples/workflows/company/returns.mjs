/** Money and goods that come back: returns, refunds, and the disputes that end in another refund. */

import {
  call,
  embed,
  end,
  exclusive,
  otherwise,
  path,
  scriptTask,
  serviceTask,
  start,
  userTask,
  when,
} from '../model.mjs'

/** @typedef {import('../model.mjs').Process} Process */

/** @type {Process} */
const inspectReturn = {
  id: 'Inspect_Return',
  name: 'Inspect what came back',
  file: 'returns.bpmn',
  elements: [
    start('StartEvent_1'),
    call('Check_Returned_Goods', 'Check the goods', 'Quality_Check', {
      prescript: "inspected = {'sku': return_case['sku'], 'damage': return_case['damage']}",
      postscript: "return_case = {**return_case, 'grade': quality['grade']}",
    }),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Check_Returned_Goods', 'EndEvent_1'),
}

/** @type {Process} */
export const returns = {
  id: 'Returns',
  name: 'Take goods back',
  file: 'returns.bpmn',
  elements: [
    start('Return_Announced'),
    userTask('Register_Return', 'Register the return', {
      lane: 'Sales',
      form: 'return',
      prescript: "return_case = {'sku': 'MUG-1', 'quantity': 2, 'damage': 1, 'reason': 'broken'}",
    }),
    embed(inspectReturn, { lane: 'Warehouse' }),
    exclusive('Resellable', 'Can it be sold again?'),
    scriptTask(
      'Claim_All',
      'Claim the whole price',
      "claim = {'amount': 8 * return_case['quantity'], 'rounds': 0}",
    ),
    scriptTask(
      'Claim_Half',
      'Claim half of it',
      "claim = {'amount': 4 * return_case['quantity'], 'rounds': 0}",
    ),
    exclusive('Claimed'),
    call('Refund_Return', 'Refund the customer', 'Refund', { lane: 'Finance' }),
    end('Return_Closed'),
  ],
  flows: [
    ...path('Return_Announced', 'Register_Return', 'Inspect_Return', 'Resellable'),
    ...when('Resellable', "return_case['grade'] in ['A', 'B']", 'Claim_All', 'Claimed'),
    ...otherwise('Resellable', 'Claim_Half', 'Claimed', 'Refund_Return', 'Return_Closed'),
  ],
}

/** @type {Process} */
export const refund = {
  id: 'Refund',
  name: 'Give money back',
  file: 'refund.bpmn',
  elements: [
    start('StartEvent_1'),
    call('Convert_Refund', 'In the currency of the customer', 'Currency_Conversion', {
      prescript: "conversion = {'amount': claim['amount'], 'currency': order['currency']}",
    }),
    scriptTask(
      'Open_Refund',
      'Open the refund',
      `
      refund = {
          'amount': claim['amount'],
          'euro': conversion['euro'],
          'contested': claim['rounds'] < 1,
      }
      entry = {'account': 'refunds', 'text': order['number'], 'euro': conversion['euro']}
      `,
    ),
    call('Book_Refund', 'Book the refund', 'Ledger_Entry', {
      postscript: "refund = {**refund, 'posting': posting['number']}",
    }),
    exclusive('Contested', 'Contested?'),
    call('Open_Dispute', 'Settle the dispute', 'Dispute', {
      documentation: 'A dispute that the customer wins calls this process again.',
    }),
    exclusive('Uncontested'),
    call('Tell_Refunded', 'Tell the customer', 'Notify_Customer', {
      prescript: "message = {'subject': 'Your refund', 'order': order['number']}",
    }),
    end('EndEvent_1'),
  ],
  flows: [
    ...path('StartEvent_1', 'Convert_Refund', 'Open_Refund', 'Book_Refund', 'Contested'),
    ...when('Contested', "refund['contested'] == True", 'Open_Dispute', 'Uncontested'),
    ...otherwise('Contested', 'Uncontested', 'Tell_Refunded', 'EndEvent_1'),
  ],
}

/** @type {Process} */
const collectEvidence = {
  id: 'Collect_Evidence',
  name: 'Collect evidence',
  file: 'dispute.bpmn',
  elements: [
    start('Evidence_Wanted'),
    serviceTask('Fetch_Photos', 'Fetch the photos', {
      operation: 'http/GetRequest',
      parameters: {
        url: { value: '"https://photos.example/returns"', type: 'str' },
        order: { value: "order['number']", type: 'str' },
      },
      result: 'photos',
    }),
    scriptTask('Sum_Evidence', 'Sum the evidence up', "evidence = {'damage': return_case['damage']}"),
    end('Evidence_Collected'),
  ],
  flows: path('Evidence_Wanted', 'Fetch_Photos', 'Sum_Evidence', 'Evidence_Collected'),
}

/** @type {Process} */
export const dispute = {
  id: 'Dispute',
  name: 'Settle a dispute',
  file: 'dispute.bpmn',
  elements: [
    start('Dispute_Opened'),
    scriptTask('Count_Round', 'Count the round', "claim = {**claim, 'rounds': claim['rounds'] + 1}"),
    embed(collectEvidence),
    userTask('Judge_Dispute', 'Judge the dispute', {
      lane: 'Legal',
      form: 'dispute',
      instructions: 'Who is right about {{ claim.amount }}?',
      prescript: "dispute = {'outcome': 'customer'}",
    }),
    exclusive('Customer_Wins', 'Is the customer right?'),
    call('Refund_Again', 'Refund again', 'Refund'),
    scriptTask('Close_Dispute', 'Close the dispute', "dispute = {**dispute, 'outcome': 'company'}"),
    exclusive('Settled'),
    call('Tell_Outcome', 'Tell the outcome', 'Notify_Customer', {
      prescript: "message = {'subject': 'Your dispute', 'order': order['number']}",
    }),
    end('Dispute_Closed'),
  ],
  flows: [
    ...path('Dispute_Opened', 'Count_Round', 'Collect_Evidence', 'Judge_Dispute', 'Customer_Wins'),
    ...when('Customer_Wins', "dispute['outcome'] == 'customer'", 'Refund_Again', 'Settled'),
    ...otherwise('Customer_Wins', 'Close_Dispute', 'Settled', 'Tell_Outcome', 'Dispute_Closed'),
  ],
}
