/** The warehouse: picking what an order needs, and ordering at suppliers what is missing. */

import {
  call,
  catchEvent,
  embed,
  end,
  exclusive,
  firstEvent,
  otherwise,
  path,
  receiveTask,
  ruleTask,
  scriptTask,
  sendTask,
  start,
  task,
  userTask,
  when,
} from '../model.mjs'

/** @typedef {import('../model.mjs').Process} Process */

/** @type {Process} */
const backOrder = {
  id: 'Back_Order',
  name: 'Order what is missing',
  file: 'stock-reservation.bpmn',
  elements: [
    start('Stock_Missing'),
    call('Order_At_Supplier', 'Order at the supplier', 'Supplier_Order'),
    firstEvent('Wait_For_Goods', 'Goods, or two weeks'),
    catchEvent('Goods_Arrived', 'The goods arrive', {
      type: 'message',
      name: 'goods_arrived',
      variable: 'delivery',
    }),
    catchEvent('Two_Weeks', 'Two weeks pass', { type: 'timer', expression: '"P14D"' }),
    task('Call_Supplier', 'Call the supplier', { lane: 'Purchasing' }),
    exclusive('Goods_There'),
    end('Stock_Complete'),
  ],
  flows: [
    ...path('Stock_Missing', 'Order_At_Supplier', 'Wait_For_Goods'),
    ...path('Wait_For_Goods', 'Goods_Arrived', 'Goods_There', 'Stock_Complete'),
    ...path('Wait_For_Goods', 'Two_Weeks', 'Call_Supplier', 'Goods_There'),
  ],
}

/** @type {Process} */
export const stockReservation = {
  id: 'Stock_Reservation',
  name: 'Reserve the stock',
  file: 'stock-reservation.bpmn',
  elements: [
    start('Stock_Wanted'),
    call('Pick_Each_Line', 'Pick each line of the order', 'Warehouse_Pick', {
      loop: { type: 'parallel', over: 'lines', as: 'line', into: 'picks', result: 'pick' },
    }),
    scriptTask(
      'Sum_Picks',
      'Sum the picks up',
      `
      stock = {
          'picked': sum(pick['quantity'] for pick in picks),
          'missing': sum(pick['missing'] for pick in picks),
      }
      `,
    ),
    exclusive('All_In_Stock', 'Something missing?'),
    embed(backOrder, { lane: 'Purchasing' }),
    exclusive('Stock_There'),
    end('Stock_Reserved'),
  ],
  flows: [
    ...path('Stock_Wanted', 'Pick_Each_Line', 'Sum_Picks', 'All_In_Stock'),
    ...when('All_In_Stock', "stock['missing'] > 0", 'Back_Order', 'Stock_There'),
    ...otherwise('All_In_Stock', 'Stock_There', 'Stock_Reserved'),
  ],
}

/** @type {Process} */
const pickItems = {
  id: 'Pick_Items',
  name: 'Pick the items',
  file: 'warehouse-pick.bpmn',
  elements: [
    start('StartEvent_1'),
    scriptTask(
      'Find_Shelf',
      'Find the shelf',
      `
      shelf = {'KB-87': 'A-11', 'MON-27': 'C-02', 'MUG-1': 'F-30'}.get(line['sku'], 'Z-99')
      inspected = {'sku': line['sku'], 'damage': 0}
      `,
    ),
    call('Check_Picked_Goods', 'Check the goods', 'Quality_Check'),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Find_Shelf', 'Check_Picked_Goods', 'EndEvent_1'),
}

/** @type {Process} */
export const warehousePick = {
  id: 'Warehouse_Pick',
  name: 'Pick a line of an order',
  file: 'warehouse-pick.bpmn',
  io: {
    inputs: [{ id: 'line', name: 'Line of the order' }],
    outputs: [{ id: 'pick', name: 'What was picked' }],
  },
  elements: [
    start('Line_Given'),
    embed(pickItems),
    scriptTask(
      'Note_Pick',
      'Note the pick',
      "pick = {'sku': line['sku'], 'shelf': shelf, 'quantity': line['quantity'], 'missing': 0}",
    ),
    end('Line_Picked'),
  ],
  flows: path('Line_Given', 'Pick_Items', 'Note_Pick', 'Line_Picked'),
}

/** @type {Process} */
export const qualityCheck = {
  id: 'Quality_Check',
  name: 'Check the quality',
  file: 'quality-check.bpmn',
  elements: [
    start('StartEvent_1'),
    ruleTask(
      'Grade_Goods',
      'Grade the goods',
      {
        id: 'quality_grade',
        name: 'Grade by damage',
        inputs: [{ label: 'Damage', expression: "inspected['damage']", type: 'number' }],
        outputs: [{ name: 'grade', type: 'string' }],
        rules: [
          { when: ['0'], then: ['"A"'], note: 'As new' },
          { when: ['1'], then: ['"B"'], note: 'Scratches' },
          { when: ['< 4'], then: ['"C"'] },
          { when: [null], then: ['"D"'], note: 'Scrap' },
        ],
      },
      { postscript: "quality = {'sku': inspected['sku'], 'grade': grade}\ndel grade\ndel inspected" },
    ),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Grade_Goods', 'EndEvent_1'),
}

/** @type {Process} */
const negotiateTerms = {
  id: 'Negotiate_Terms',
  name: 'Negotiate the terms',
  file: 'supplier-order.bpmn',
  elements: [
    start('Terms_Wanted'),
    userTask('Enter_Terms', 'Enter the terms', {
      lane: 'Purchasing',
      form: 'terms',
      prescript: "terms = {'accepted': True, 'price': 100, 'currency': 'USD'}",
    }),
    exclusive('Terms_Accepted', 'Accepted?'),
    end('Terms_Agreed'),
  ],
  flows: [
    ...path('Terms_Wanted', 'Enter_Terms', 'Terms_Accepted'),
    ...when('Terms_Accepted', "terms['accepted'] == False", 'Enter_Terms'),
    ...otherwise('Terms_Accepted', 'Terms_Agreed'),
  ],
}

/** @type {Process} */
export const supplierOrder = {
  id: 'Supplier_Order',
  name: 'Order at a supplier',
  file: 'supplier-order.bpmn',
  correlationKeys: { purchase_key: ['purchase_number'] },
  elements: [
    start('StartEvent_1'),
    call('Check_Supplier_Address', 'Check the address', 'Address_Check'),
    embed(negotiateTerms),
    call('Convert_Price', 'In our currency', 'Currency_Conversion', {
      prescript: "conversion = {'amount': terms['price'], 'currency': terms['currency']}",
      postscript: "entry = {'account': 'purchases', 'text': order['number'], 'euro': conversion['euro']}",
    }),
    call('Book_Purchase', 'Book the purchase', 'Ledger_Entry'),
    sendTask('Send_Purchase_Order', 'Send the order', {
      type: 'message',
      name: 'purchase_order',
      expression: "{'number': posting['number']}",
      correlation: [{ name: 'purchase_number', expression: 'number', keys: ['purchase_key'] }],
    }),
    receiveTask('Await_Confirmation', 'Wait for the confirmation', {
      type: 'message',
      name: 'purchase_confirmed',
      variable: 'confirmation',
      correlation: [{ name: 'purchase_number', expression: 'number', keys: ['purchase_key'] }],
    }),
    end('EndEvent_1'),
  ],
  flows: path(
    ...['StartEvent_1', 'Check_Supplier_Address', 'Negotiate_Terms', 'Convert_Price', 'Book_Purchase'],
    ...['Send_Purchase_Order', 'Await_Confirmation', 'EndEvent_1'],
  ),
}
