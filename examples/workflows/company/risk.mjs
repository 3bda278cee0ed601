/** Looking for fraud: who the customer is, how risky the order, and the people who look at the doubtful ones. */

import {
  boundary,
  call,
  embed,
  end,
  exclusive,
  manualTask,
  otherwise,
  parallel,
  path,
  ruleTask,
  scriptTask,
  serviceTask,
  start,
  userTask,
  when,
} from '../model.mjs'

/** @typedef {import('../model.mjs').Process} Process */

const file = 'fraud-check.bpmn'

/** @type {Process} */
const secondOpinion = {
  id: 'Second_Opinion',
  name: 'A second opinion',
  file,
  elements: [
    start('StartEvent_1'),
    userTask('Review_Again', 'Review the order again', {
      lane: 'Risk lead',
      form: 'second-opinion',
      prescript: "review = {**review, 'opinion': 'accept'}",
    }),
    call('Ask_Customer', 'Ask the customer for papers', 'Notify_Customer', {
      prescript: "message = {'subject': 'We need your papers', 'order': order['number']}",
    }),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Review_Again', 'Ask_Customer', 'EndEvent_1'),
}

/** @type {Process} */
const manualReview = {
  id: 'Manual_Review',
  name: 'Review by people',
  file,
  elements: [
    start('Review_Started'),
    userTask('Review_Order', 'Review the order', {
      lane: 'Risk',
      form: 'fraud-review',
      instructions: 'Points: {{ risk.points }}. Accept, reject, or ask for a second opinion.',
      prescript: "review = {'opinion': 'accept'}",
    }),
    exclusive('Unsure', 'Unsure?'),
    embed(secondOpinion),
    exclusive('Review_Made'),
    end('Review_Ended'),
  ],
  flows: [
    ...path('Review_Started', 'Review_Order', 'Unsure'),
    ...when('Unsure', "review['opinion'] == 'unsure'", 'Second_Opinion', 'Review_Made'),
    ...otherwise('Unsure', 'Review_Made', 'Review_Ended'),
  ],
}

/** @type {Process} */
export const fraudCheck = {
  id: 'Fraud_Check',
  name: 'Look for fraud',
  file,
  elements: [
    start('Fraud_Check_Asked'),
    parallel('Look_Everywhere'),
    call('Check_Identity', 'Who is it?', 'Identity_Check'),
    call('Score_Risk', 'How risky is it?', 'Risk_Scoring'),
    parallel('Looked_Everywhere'),
    exclusive('Needs_Review', 'High risk?'),
    embed(manualReview),
    boundary(
      'Review_Slow',
      'A day without a review',
      'Manual_Review',
      { type: 'timer', expression: '"P1D"' },
      false,
    ),
    manualTask('Chase_Reviewer', 'Chase the reviewer', { lane: 'Risk lead' }),
    end('Reviewer_Chased'),
    exclusive('Reviewed'),
    scriptTask(
      'Decide_Fraud',
      'Decide',
      `
      refused = risk['level'] == 'high' and review['opinion'] == 'reject'
      fraud = {'verdict': 'reject' if refused else 'accept', 'points': risk['points']}
      del refused
      `,
    ),
    end('Fraud_Check_Ended'),
  ],
  flows: [
    ...path('Fraud_Check_Asked', 'Look_Everywhere', 'Check_Identity', 'Looked_Everywhere'),
    ...path('Look_Everywhere', 'Score_Risk', 'Looked_Everywhere', 'Needs_Review'),
    ...when('Needs_Review', "risk['level'] == 'high'", 'Manual_Review', 'Reviewed'),
    ...otherwise('Needs_Review', 'Reviewed', 'Decide_Fraud', 'Fraud_Check_Ended'),
    ...path('Review_Slow', 'Chase_Reviewer', 'Reviewer_Chased'),
  ],
}

/** @type {Process} */
export const identityCheck = {
  id: 'Identity_Check',
  name: 'Check an identity',
  file: 'identity-check.bpmn',
  elements: [
    start('StartEvent_1'),
    serviceTask('Look_Up_Customer', 'Look the customer up', {
      operation: 'http/GetRequest',
      parameters: {
        url: { value: '"https://register.example/companies"', type: 'str' },
        name: { value: "order['customer']", type: 'str' },
      },
      result: 'register_entry',
    }),
    call('Check_Both_Addresses', 'Invoice and delivery address', 'Address_Check', {
      loop: { type: 'standard', maximum: 2, testBefore: true },
      documentation: 'Once for the invoice, once for the delivery.',
    }),
    scriptTask(
      'Note_Identity',
      'Note the identity',
      "identity = {'known': True, 'address': address['checked']}",
    ),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Look_Up_Customer', 'Check_Both_Addresses', 'Note_Identity', 'EndEvent_1'),
}

/** @type {Process} */
export const riskScoring = {
  id: 'Risk_Scoring',
  name: 'Score the risk of an order',
  file: 'risk-scoring.bpmn',
  elements: [
    start('Score_Asked'),
    ruleTask(
      'Score_Order',
      'Score the order',
      {
        id: 'risk_score',
        name: 'Risk of an order',
        inputs: [
          { label: 'Total', expression: "order['total']", type: 'number' },
          { label: 'Country', expression: "order['country']", type: 'string' },
        ],
        outputs: [
          { name: 'level', type: 'string' },
          { name: 'points', type: 'number' },
        ],
        rules: [
          { when: ['< 500', null], then: ['"low"', '5'], note: 'Small orders are let through' },
          { when: ['< 5000', '"NO"'], then: ['"medium"', '35'] },
          { when: ['< 5000', '"DE"'], then: ['"medium"', '30'] },
          { when: ['< 5000', '"FR"'], then: ['"medium"', '30'] },
          { when: ['< 20000', '"NO"'], then: ['"medium"', '60'] },
          { when: ['< 20000', '"DE"'], then: ['"medium"', '55'] },
          { when: [null, null], then: ['"high"', '90'], note: 'Large, or from far away' },
        ],
      },
      { postscript: "risk = {'level': level, 'points': points}\ndel level\ndel points" },
    ),
    end('Score_Given'),
  ],
  flows: path('Score_Asked', 'Score_Order', 'Score_Given'),
}

/** @type {Process} */
export const addressCheck = {
  id: 'Address_Check',
  name: 'Check an address',
  file: 'address-check.bpmn',
  elements: [
    start('Address_Given'),
    serviceTask(
      'Normalize_Address',
      'Normalize the address',
      {
        operation: 'http/GetRequest',
        parameters: {
          url: { value: '"https://addresses.example/normalize"', type: 'str' },
          country: { value: "order['country']", type: 'str' },
        },
        result: 'normalized',
        retries: 2,
      },
      { documentation: 'Asks a public register; needs the country only.' },
    ),
    scriptTask(
      'Note_Address',
      'Note the address',
      "address = {'country': order['country'], 'checked': True}",
    ),
    end('Address_Known'),
  ],
  flows: path('Address_Given', 'Normalize_Address', 'Note_Address', 'Address_Known'),
}
