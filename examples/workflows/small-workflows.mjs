/** Workflows small enough to be read whole. */

import {
  boundary,
  call,
  catchEvent,
  end,
  exclusive,
  manualTask,
  otherwise,
  path,
  scriptTask,
  serviceTask,
  start,
  userTask,
  when,
} from './model.mjs'

/** @typedef {import('./model.mjs').Process} Process */

/** One process that calls nothing. @type {Process} */
export const greeting = {
  id: 'Greeting',
  name: 'Greet somebody',
  file: 'greeting.bpmn',
  elements: [
    start('Visitor_Arrived'),
    userTask('Ask_Name', 'Ask for the name', { form: 'name', prescript: "name = 'Ada'" }),
    scriptTask('Write_Greeting', 'Write the greeting', "greeting = 'Hello, ' + name"),
    end('Visitor_Greeted'),
  ],
  flows: path('Visitor_Arrived', 'Ask_Name', 'Write_Greeting', 'Visitor_Greeted'),
}

/**
 * A process that calls two others, once each, and nothing else: what layout v1 can take apart.
 *
 * @type {{ top: Process, called: Process[] }}
 */
export const approval = {
  top: {
    id: 'Approval',
    name: 'Approve a purchase',
    file: 'approval.bpmn',
    elements: [
      start('Request_Received'),
      userTask('Describe_Purchase', 'Describe the purchase', {
        lane: 'Requester',
        form: 'purchase',
        prescript: "purchase = {'what': 'A second monitor', 'price': 219}",
      }),
      call('Check_Budget', 'Is there money?', 'Budget_Check', { lane: 'Controlling' }),
      exclusive('Money_There', 'Enough?'),
      call('Ask_Manager', 'Ask the manager', 'Manager_Decision', { lane: 'Manager' }),
      end('Purchase_Decided'),
      end('No_Money_Left'),
    ],
    flows: [
      ...path('Request_Received', 'Describe_Purchase', 'Check_Budget', 'Money_There'),
      ...when('Money_There', "budget['left'] >= 0", 'Ask_Manager', 'Purchase_Decided'),
      ...otherwise('Money_There', 'No_Money_Left'),
    ],
  },
  called: [
    {
      id: 'Budget_Check',
      name: 'Look at the budget',
      file: 'budget-check.bpmn',
      elements: [
        start('Price_Known'),
        scriptTask('Subtract_Price', 'Subtract the price', "budget = {'left': 1000 - purchase['price']}"),
        end('Budget_Known'),
      ],
      flows: path('Price_Known', 'Subtract_Price', 'Budget_Known'),
    },
    {
      id: 'Manager_Decision',
      name: 'Let the manager decide',
      file: 'manager-decision.bpmn',
      elements: [
        start('Decision_Wanted'),
        userTask('Decide', 'Decide', { form: 'decision', prescript: "decision = {'approved': True}" }),
        manualTask('Tell_Requester', 'Tell the requester', {
          instructions: 'Approved: {{ decision.approved }}',
        }),
        end('Decision_Made'),
      ],
      flows: path('Decision_Wanted', 'Decide', 'Tell_Requester', 'Decision_Made'),
    },
  ],
}

/**
 * An order with a person, a service, a timer and a message in it: what docs/run-bpmn.md runs.
 *
 * @type {{ top: Process, called: Process[] }}
 */
export const webShop = {
  top: {
    id: 'Order',
    name: 'Take an order',
    file: 'order.bpmn',
    elements: [
      start('Ordered'),
      scriptTask('Prepare', 'Prepare the order', "order = {'total': total, 'is_large': total > 100}"),
      exclusive('Size', 'Large?'),
      userTask('Approve', 'Approve the order', {
        lane: 'Sales',
        form: 'approve',
        instructions: 'Approve {{ order.total }} EUR?',
        prescript: 'approved = False',
      }),
      boundary('Overdue', 'Three days without an answer', 'Approve', { type: 'timer', expression: '"P3D"' }),
      exclusive('Approval', 'Approved?'),
      serviceTask('Charge', 'Charge the card', {
        operation: 'http/PostRequest',
        parameters: {
          url: { value: '"https://bank.example/charges"', type: 'str' },
          amount: { value: "order['total']", type: 'float' },
        },
        result: 'charge',
      }),
      call('Ship', 'Ship the goods', 'Shipping'),
      end('Order_Closed'),
      scriptTask('Cancel', 'Cancel the order', "order = {**order, 'state': 'cancelled'}"),
      end('Order_Cancelled'),
    ],
    flows: [
      ...path('Ordered', 'Prepare', 'Size'),
      ...when('Size', "order['is_large']", 'Approve', 'Approval'),
      ...otherwise('Size', 'Charge'),
      ...when('Approval', 'approved', 'Charge', 'Ship', 'Order_Closed'),
      ...otherwise('Approval', 'Cancel', 'Order_Cancelled'),
      ...path('Overdue', 'Cancel'),
    ],
  },
  called: [
    {
      id: 'Shipping',
      name: 'Ship an order',
      file: 'shipping.bpmn',
      elements: [
        start('Goods_Wanted'),
        manualTask('Pack', 'Pack the goods', { lane: 'Warehouse' }),
        catchEvent('Picked_Up', 'The carrier has them', {
          type: 'message',
          name: 'picked-up',
          variable: 'tracking',
        }),
        scriptTask('Note_Shipped', 'Note that it is shipped', "order = {**order, 'state': 'shipped'}"),
        end('Goods_Shipped'),
      ],
      flows: path('Goods_Wanted', 'Pack', 'Picked_Up', 'Note_Shipped', 'Goods_Shipped'),
    },
  ],
}
