/** The order itself: who approves it, and what happens when its payment fails. */

import {
  boundary,
  call,
  end,
  exclusive,
  otherwise,
  path,
  scriptTask,
  start,
  throwEvent,
  userTask,
  when,
} from '../model.mjs'

/** @type {import('../model.mjs').Process} */
export const order = {
  id: 'Order',
  name: 'Handle an order',
  file: 'order.bpmn',
  elements: [
    start('StartEvent_1', 'Order received'),
    scriptTask(
      'Register_Order',
      'Register the order',
      `
      lines = [
          {'sku': 'KB-87', 'quantity': 2, 'price': 79, 'weight': 3},
          {'sku': 'MON-27', 'quantity': 4, 'price': 219, 'weight': 9},
          {'sku': 'MUG-1', 'quantity': 6, 'price': 8, 'weight': 1},
      ]
      order = {
          'number': 'O-1001',
          'customer': 'Lovelace Instruments',
          'country': 'NO',
          'currency': 'NOK',
          'total': sum(line['quantity'] * line['price'] for line in lines),
          'weight': sum(line['quantity'] * line['weight'] for line in lines),
      }
      `,
      { lane: 'Sales', documentation: 'Stands for the web shop that hands the order in.' },
    ),
    userTask('Approve_Payment', 'Approve the payment', {
      lane: 'Finance',
      form: 'approve-payment',
      instructions: 'Approve {{ order.total }} for {{ order.customer }}?',
      prescript: "approval = {'decision': 'approve'}",
    }),
    boundary('Approval_Overdue', 'Three days without an answer', 'Approve_Payment', {
      type: 'timer',
      expression: '"P3D"',
    }),
    exclusive('Payment_Approved', 'Approved?'),
    call('Take_Payment', 'Take the payment', 'Payment', { lane: 'Finance' }),
    boundary('Payment_Failed', 'Payment failed', 'Take_Payment', {
      type: 'error',
      name: 'payment_failed',
      code: 'PAYMENT',
    }),
    call('Ship_Goods', 'Ship the goods', 'Shipping', { lane: 'Warehouse' }),
    throwEvent('Order_Delivered', 'Delivered'),
    scriptTask(
      'Close_Order',
      'Close the order',
      `
      order = {**order, 'state': 'closed'}
      `,
      { lane: 'Sales' },
    ),
    end('EndEvent_1', 'Order closed'),
    scriptTask('Cancel_Order', 'Cancel the order', "order = {**order, 'state': 'cancelled'}", {
      lane: 'Sales',
    }),
    end('Order_Cancelled', 'Order cancelled'),
  ],
  flows: [
    ...path('StartEvent_1', 'Register_Order', 'Approve_Payment', 'Payment_Approved'),
    ...when('Payment_Approved', "approval['decision'] == 'approve'", 'Take_Payment', 'Ship_Goods'),
    ...path('Ship_Goods', 'Order_Delivered', 'Close_Order', 'EndEvent_1'),
    ...otherwise('Payment_Approved', 'Cancel_Order', 'Order_Cancelled'),
    ...path('Approval_Overdue', 'Cancel_Order'),
    ...path('Payment_Failed', 'Cancel_Order'),
  ],
}
