/** What every department calls: money in other currencies, tax, the books, the archive, and telling the customer. */

import {
  end,
  inclusive,
  manualTask,
  path,
  ruleTask,
  scriptTask,
  serviceTask,
  start,
  throwEvent,
  when,
} from '../model.mjs'

/** @typedef {import('../model.mjs').Process} Process */

/** @type {Process} */
export const currencyConversion = {
  id: 'Currency_Conversion',
  name: 'Convert an amount',
  file: 'currency-conversion.bpmn',
  elements: [
    start('Amount_Given'),
    ruleTask('Find_Rate', 'Find the rate', {
      id: 'exchange_rate',
      name: 'Rates of the month',
      inputs: [{ label: 'Currency', expression: "conversion['currency']", type: 'string' }],
      outputs: [{ name: 'rate', type: 'number' }],
      rules: [
        { when: ['"EUR"'], then: ['1'] },
        { when: ['"NOK"'], then: ['0.125'] },
        { when: ['"SEK"'], then: ['0.0625'] },
        { when: ['"USD"'], then: ['0.875'] },
        { when: [null], then: ['0.5'], note: 'Nothing else is accepted before it is looked up by hand' },
      ],
    }),
    scriptTask(
      'Multiply',
      'Multiply',
      `
      conversion = {**conversion, 'euro': round(conversion['amount'] * rate, 2)}
      del rate
      `,
    ),
    end('Amount_Converted'),
  ],
  flows: path('Amount_Given', 'Find_Rate', 'Multiply', 'Amount_Converted'),
}

/** @type {Process} */
export const taxCalculation = {
  id: 'Tax_Calculation',
  name: 'Work out the tax',
  file: 'tax-calculation.bpmn',
  elements: [
    start('Tax_Asked'),
    ruleTask('Find_Tax_Rate', 'Find the rate', {
      id: 'tax_rate',
      name: 'Tax by country',
      inputs: [{ label: 'Country', expression: "taxed['country']", type: 'string' }],
      outputs: [{ name: 'percent', type: 'number' }],
      rules: [
        { when: ['"DE"'], then: ['19'] },
        { when: ['"FR"'], then: ['20'] },
        { when: ['"SE"'], then: ['25'] },
        { when: [null], then: ['0'], note: 'Exports are free of tax' },
      ],
    }),
    scriptTask(
      'Add_Tax',
      'Add the tax',
      `
      tax = {'percent': percent, 'amount': round(taxed['amount'] * percent / 100, 2)}
      del percent
      `,
    ),
    end('Tax_Known'),
  ],
  flows: path('Tax_Asked', 'Find_Tax_Rate', 'Add_Tax', 'Tax_Known'),
}

/** @type {Process} */
export const ledgerEntry = {
  id: 'Ledger_Entry',
  name: 'Make an entry in the books',
  file: 'ledger-entry.bpmn',
  io: { inputs: [{ id: 'entry', name: 'Entry' }], outputs: [{ id: 'posting', name: 'Posting' }] },
  elements: [
    start('StartEvent_1'),
    scriptTask(
      'Number_Entry',
      'Number the entry',
      "posting = {'number': entry['account'] + '/' + entry['text']}",
    ),
    serviceTask('Post_Entry', 'Post the entry', {
      operation: 'http/PostRequest',
      parameters: {
        url: { value: '"https://books.example/entries"', type: 'str' },
        data: { value: 'entry', type: 'any' },
      },
      result: 'posted',
      retries: 3,
    }),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Number_Entry', 'Post_Entry', 'EndEvent_1'),
}

/** @type {Process} */
export const documentArchive = {
  id: 'Document_Archive',
  name: 'Archive a document',
  file: 'document-archive.bpmn',
  io: {
    inputs: [{ id: 'document', name: 'Document' }],
    outputs: [{ id: 'archive_id', name: 'Number in the archive' }],
  },
  elements: [
    start('Document_Given'),
    scriptTask(
      'Number_Document',
      'Number the document',
      "archive_id = document['kind'] + ':' + document['name']",
    ),
    serviceTask('Store_Document', 'Store the document', {
      operation: 'archive/Store',
      parameters: {
        id: { value: 'archive_id', type: 'str' },
        kind: { value: "document['kind']", type: 'str' },
      },
      result: 'stored',
    }),
    throwEvent('Document_Stored', 'Stored'),
    end('Document_Archived'),
  ],
  flows: path('Document_Given', 'Number_Document', 'Store_Document', 'Document_Stored', 'Document_Archived'),
}

/** @type {Process} */
export const notifyCustomer = {
  id: 'Notify_Customer',
  name: 'Tell the customer something',
  file: 'notify-customer.bpmn',
  elements: [
    start('StartEvent_1'),
    ruleTask('Choose_Channel', 'Choose the channels', {
      id: 'channels',
      name: 'Channels by country',
      inputs: [{ label: 'Country', expression: "order['country']", type: 'string' }],
      outputs: [
        { name: 'by_mail', type: 'boolean' },
        { name: 'by_letter', type: 'boolean' },
      ],
      rules: [
        { when: ['"FR"'], then: ['True', 'True'], note: 'Must be on paper as well' },
        { when: [null], then: ['True', 'False'] },
      ],
    }),
    inclusive('Channels'),
    serviceTask('Send_Mail', 'Send a mail', {
      operation: 'mail/Send',
      parameters: {
        to: { value: "order['customer']", type: 'str' },
        subject: { value: "message['subject']", type: 'str' },
      },
      result: 'mail',
      retries: 3,
    }),
    manualTask('Print_Letter', 'Print a letter and post it', {
      lane: 'Office',
      instructions: '{{ message.subject }}',
    }),
    inclusive('Told'),
    scriptTask(
      'Forget_Message',
      'Forget the message',
      `
      del message
      del by_mail
      del by_letter
      `,
    ),
    end('EndEvent_1'),
  ],
  flows: [
    ...path('StartEvent_1', 'Choose_Channel', 'Channels'),
    ...when('Channels', 'by_mail == True', 'Send_Mail', 'Told'),
    ...when('Channels', 'by_letter == True', 'Print_Letter', 'Told'),
    ...path('Told', 'Forget_Message', 'EndEvent_1'),
  ],
}
