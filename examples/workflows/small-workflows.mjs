/** Two workflows small enough to be read whole. */

import {
  call,
  end,
  exclusive,
  manualTask,
  otherwise,
  path,
  scriptTask,
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
