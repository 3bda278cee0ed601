/** Taking money: the payment, its invoice, the card, and what is cancelled half-way. */

import {
  boundary,
  call,
  embed,
  end,
  exclusive,
  manualTask,
  onEvent,
  otherwise,
  path,
  scriptTask,
  serviceTask,
  start,
  throwEvent,
  transaction,
  when,
} from '../model.mjs'

/** @typedef {import('../model.mjs').Process} Process */

const file = 'payment.bpmn'
const paymentLog = { id: 'payment_log', name: 'Payment log' }

/** @type {Process} */
const collectPayment = {
  id: 'Collect_Payment',
  name: 'Collect the payment',
  file,
  elements: [
    start('Collect_Started'),
    scriptTask(
      'Choose_Method',
      'Choose the method',
      `
      payment_log = payment_log + ['collecting']
      payment = {**payment, 'method': 'transfer' if payment['amount'] > 10000 else 'card'}
      `,
      { reads: [paymentLog], writes: [paymentLog] },
    ),
    exclusive('Method', 'By card?'),
    call('Charge_Card', 'Charge the card', 'Authorize_Card', {
      postscript: "payment = {**payment, 'reference': authorization['reference']}",
    }),
    manualTask('Await_Transfer', 'Watch the account for the transfer', {
      lane: 'Accounting',
      instructions: 'Complete this once {{ payment.amount }} {{ payment.currency }} have arrived.',
    }),
    exclusive('Paid'),
    serviceTask('Book_Payment', 'Book the payment', {
      operation: 'http/PostRequest',
      parameters: {
        url: { value: '"https://books.example/payments"', type: 'str' },
        data: { value: "{'order': payment['order'], 'amount': payment['amount']}", type: 'any' },
      },
      result: 'booking',
      retries: 3,
    }),
    end('Collect_Ended'),
  ],
  flows: [
    ...path('Collect_Started', 'Choose_Method', 'Method'),
    ...when('Method', "payment['method'] == 'card'", 'Charge_Card', 'Paid'),
    ...otherwise('Method', 'Await_Transfer', 'Paid', 'Book_Payment', 'Collect_Ended'),
  ],
}

/** @type {Process} */
const paymentCancelled = {
  id: 'Payment_Cancelled',
  name: 'The customer cancels',
  file,
  elements: [
    start('Cancel_Received', 'Cancel received', {
      type: 'message',
      name: 'cancel_payment',
      variable: 'cancellation',
    }),
    scriptTask('Claim_Everything', 'Claim all of it', "claim = {'amount': payment['amount'], 'rounds': 1}"),
    call('Give_Money_Back', 'Give the money back', 'Refund'),
    end('Cancel_Ended', 'Stop everything', { type: 'terminate' }),
  ],
  flows: path('Cancel_Received', 'Claim_Everything', 'Give_Money_Back', 'Cancel_Ended'),
}

/** @type {Process} */
export const payment = {
  id: 'Payment',
  name: 'Take a payment',
  file,
  dataObjects: [paymentLog],
  correlationKeys: { order_key: ['order_number'] },
  elements: [
    start('StartEvent_1', 'Payment due'),
    scriptTask(
      'Open_Payment',
      'Open the payment',
      `
      payment = {
          'order': order['number'],
          'amount': order['total'],
          'currency': order['currency'],
          'state': 'open',
      }
      payment_log = ['opened']
      `,
      { lane: 'Accounting', writes: [paymentLog] },
    ),
    call('Check_Fraud', 'Look for fraud', 'Fraud_Check', { lane: 'Risk' }),
    exclusive('Fraud_Found', 'Fraud?'),
    end('Payment_Rejected', 'Payment rejected', { type: 'error', name: 'payment_failed', code: 'PAYMENT' }),
    call('Write_Invoice', 'Write the invoice', 'Invoice', { lane: 'Accounting' }),
    transaction(collectPayment, { lane: 'Accounting' }),
    throwEvent('Payment_Settled', 'Tell that it is settled', {
      type: 'message',
      name: 'payment_settled',
      expression: "{'number': order['number']}",
      correlation: [{ name: 'order_number', expression: 'number', keys: ['order_key'] }],
    }),
    call('Confirm_Payment', 'Confirm the payment', 'Notify_Customer', {
      lane: 'Sales',
      prescript: "message = {'subject': 'We have your payment', 'order': order['number']}",
      postscript: "payment = {**payment, 'state': 'settled'}",
    }),
    end('EndEvent_1', 'Payment settled'),
    onEvent(paymentCancelled),
  ],
  flows: [
    ...path('StartEvent_1', 'Open_Payment', 'Check_Fraud', 'Fraud_Found'),
    ...when('Fraud_Found', "fraud['verdict'] == 'reject'", 'Payment_Rejected'),
    ...otherwise('Fraud_Found', 'Write_Invoice', 'Collect_Payment', 'Payment_Settled', 'Confirm_Payment'),
    ...path('Confirm_Payment', 'EndEvent_1'),
  ],
}

/** @type {Process} */
export const authorizeCard = {
  id: 'Authorize_Card',
  name: 'Authorize a card',
  file: 'authorize-card.bpmn',
  io: {
    inputs: [{ id: 'payment', name: 'What is to be paid' }],
    outputs: [{ id: 'authorization', name: 'What the bank answers' }],
  },
  elements: [
    start('Authorization_Asked'),
    call('Convert_Payment', 'In the currency of the card', 'Currency_Conversion', {
      prescript: "conversion = {'amount': payment['amount'], 'currency': payment['currency']}",
    }),
    serviceTask(
      'Reserve_Amount',
      'Reserve the amount',
      {
        operation: 'http/PostRequest',
        parameters: {
          url: { value: '"https://bank.example/reservations"', type: 'str' },
          data: { value: "{'order': payment['order'], 'euro': conversion['euro']}", type: 'any' },
        },
        result: 'reservation',
        retries: 5,
      },
      { documentation: 'The bank answers within seconds, or not at all.' },
    ),
    boundary('Bank_Silent', 'No answer', 'Reserve_Amount', { type: 'timer', expression: '"PT10M"' }),
    scriptTask(
      'Note_Authorization',
      'Note the authorization',
      `
      authorization = {'approved': True, 'reference': 'AUTH-' + payment['order'], 'euro': conversion['euro']}
      `,
      {
        extensions: {
          unitTests: [
            {
              id: 'names_the_order',
              inputJson: '{"payment": {"order": "O-7"}, "conversion": {"euro": 5}}',
              expectedOutputJson: '{"authorization": {"approved": true, "reference": "AUTH-O-7", "euro": 5}}',
            },
          ],
        },
      },
    ),
    end('Authorization_Given'),
    scriptTask('Note_Silence', 'Note the silence', "authorization = {'approved': False, 'reference': None}"),
    end('Authorization_Missing', 'No authorization', {
      type: 'escalation',
      name: 'bank_silent',
      code: 'BANK',
    }),
  ],
  flows: [
    ...path(
      'Authorization_Asked',
      'Convert_Payment',
      'Reserve_Amount',
      'Note_Authorization',
      'Authorization_Given',
    ),
    ...path('Bank_Silent', 'Note_Silence', 'Authorization_Missing'),
  ],
}

/** @type {Process} */
const issueInvoice = {
  id: 'Issue_Invoice',
  name: 'Issue the invoice',
  file: 'invoice.bpmn',
  elements: [
    start('StartEvent_1'),
    call('Work_Out_Tax', 'Work out the tax', 'Tax_Calculation', {
      prescript: "taxed = {'amount': invoice['euro'], 'country': order['country']}",
    }),
    scriptTask(
      'Number_Invoice',
      'Number the invoice',
      `
      invoice = {
          **invoice,
          'number': 'I-' + order['number'],
          'tax': tax['amount'],
          'gross': round(invoice['euro'] + tax['amount'], 2),
      }
      del tax
      del taxed
      `,
    ),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Work_Out_Tax', 'Number_Invoice', 'EndEvent_1'),
}

/** @type {Process} */
export const invoice = {
  id: 'Invoice',
  name: 'Write an invoice',
  file: 'invoice.bpmn',
  elements: [
    start('Invoice_Asked'),
    call('Convert_Total', 'In our currency', 'Currency_Conversion', {
      prescript: "conversion = {'amount': order['total'], 'currency': order['currency']}",
      postscript: "invoice = {'order': order['number'], 'euro': conversion['euro']}",
    }),
    embed(issueInvoice),
    call('Archive_Invoice', 'Archive the invoice', 'Document_Archive', {
      prescript: "document = {'kind': 'invoice', 'name': invoice['number']}",
      postscript: "invoice = {**invoice, 'archived': archive_id}\ndel document\ndel archive_id",
    }),
    call('Send_Invoice', 'Send the invoice', 'Notify_Customer', {
      prescript: "message = {'subject': 'Your invoice ' + invoice['number'], 'order': order['number']}",
    }),
    throwEvent('Invoice_Sent', 'Invoice sent'),
    end('Invoice_Ended'),
  ],
  flows: path(
    ...['Invoice_Asked', 'Convert_Total', 'Issue_Invoice', 'Archive_Invoice'],
    ...['Send_Invoice', 'Invoice_Sent', 'Invoice_Ended'],
  ),
}
