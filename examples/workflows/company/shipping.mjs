/** Getting goods to the customer: the shipment, its boxes, the carrier and the customs. */

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
  throwEvent,
  userTask,
  when,
} from '../model.mjs'

/** @typedef {import('../model.mjs').Process} Process */

/** @type {Process} */
const handOver = {
  id: 'Hand_Over',
  name: 'Hand over to the carrier',
  file: 'shipping.bpmn',
  elements: [
    start('Boxes_Ready'),
    userTask('Confirm_Pickup', 'Confirm the pickup', {
      lane: 'Warehouse',
      form: 'pickup',
      prescript: "pickup = {'boxes': len(boxes), 'damaged': False}",
    }),
    throwEvent('Handed_Over', 'Handed over', { type: 'signal', name: 'handed_over' }),
    end('Boxes_Gone'),
  ],
  flows: path('Boxes_Ready', 'Confirm_Pickup', 'Handed_Over', 'Boxes_Gone'),
}

/** @type {Process} */
export const shipping = {
  id: 'Shipping',
  name: 'Ship the goods',
  file: 'shipping.bpmn',
  elements: [
    start('StartEvent_1', 'Shipment due'),
    call('Reserve_Stock', 'Reserve the stock', 'Stock_Reservation', { lane: 'Warehouse' }),
    parallel('Work_Starts'),
    manualTask('Pack', 'Pack the goods', {
      lane: 'Warehouse',
      instructions: 'Pack {{ stock.picked }} items of order {{ order.number }}.',
    }),
    boundary('Packing_Slow', 'Packing takes long', 'Pack', { type: 'timer', expression: '"PT8H"' }, false),
    manualTask('Find_Helper', 'Find somebody to help', { lane: 'Warehouse' }),
    end('Helper_Found'),
    scriptTask('Plan_Boxes', 'Plan the boxes', "boxes = [order['weight']]\nsplits = 0"),
    call('Split_Boxes', 'Split heavy boxes', 'Carton_Split', { lane: 'Office' }),
    call('Book_Carrier', 'Book a carrier', 'Carrier_Booking', { lane: 'Office' }),
    parallel('Work_Done'),
    embed(handOver, { lane: 'Warehouse' }),
    call('Tell_Shipped', 'Tell the customer', 'Notify_Customer', {
      lane: 'Sales',
      prescript: "message = {'subject': 'On its way with ' + carrier['name'], 'order': order['number']}",
    }),
    exclusive('Comes_Back', 'Does something come back?'),
    call('Take_Back', 'Take it back', 'Returns', { lane: 'Sales' }),
    exclusive('Kept'),
    end('EndEvent_1', 'Shipped'),
  ],
  flows: [
    ...path('StartEvent_1', 'Reserve_Stock', 'Work_Starts'),
    ...path('Work_Starts', 'Pack', 'Work_Done'),
    ...path('Work_Starts', 'Plan_Boxes', 'Split_Boxes', 'Book_Carrier', 'Work_Done'),
    ...path('Work_Done', 'Hand_Over', 'Tell_Shipped', 'Comes_Back'),
    ...when('Comes_Back', "order['number'] == 'O-1001' or pickup['damaged'] == True", 'Take_Back', 'Kept'),
    ...otherwise('Comes_Back', 'Kept', 'EndEvent_1'),
    ...path('Packing_Slow', 'Find_Helper', 'Helper_Found'),
  ],
}

/** @type {Process} */
export const cartonSplit = {
  id: 'Carton_Split',
  name: 'Split boxes that are too heavy',
  file: 'carton-split.bpmn',
  elements: [
    start('Boxes_Planned'),
    scriptTask('Weigh_Boxes', 'Weigh the boxes', 'heaviest = max(boxes)'),
    exclusive('Too_Heavy', 'Too heavy?'),
    scriptTask(
      'Halve_Boxes',
      'Halve the heavy ones',
      `
      boxes = [part for box in boxes for part in ([box / 2, box / 2] if box > 20 else [box])]
      splits = splits + 1
      `,
    ),
    call('Split_Again', 'Look again', 'Carton_Split', {
      documentation: 'Calls this very process, until no box is too heavy.',
    }),
    exclusive('Light_Enough'),
    end('Boxes_Split'),
  ],
  flows: [
    ...path('Boxes_Planned', 'Weigh_Boxes', 'Too_Heavy'),
    ...when('Too_Heavy', 'heaviest > 20', 'Halve_Boxes', 'Split_Again', 'Light_Enough'),
    ...otherwise('Too_Heavy', 'Light_Enough', 'Boxes_Split'),
  ],
}

/** @type {Process} */
const compareOffers = {
  id: 'Compare_Offers',
  name: 'Compare offers',
  file: 'carrier-booking.bpmn',
  elements: [
    start('StartEvent_1'),
    serviceTask('Ask_Carriers', 'Ask the carriers', {
      operation: 'http/PostRequest',
      parameters: {
        url: { value: '"https://freight.example/offers"', type: 'str' },
        boxes: { value: 'boxes', type: 'any' },
      },
      result: 'offers',
    }),
    ruleTask(
      'Pick_Carrier',
      'Pick a carrier',
      {
        id: 'carrier_choice',
        name: 'Carrier by country and weight',
        inputs: [
          { label: 'Country', expression: "order['country']", type: 'string' },
          { label: 'Weight', expression: "order['weight']", type: 'number' },
        ],
        outputs: [
          { name: 'carrier_name', type: 'string' },
          { name: 'carrier_days', type: 'number' },
        ],
        rules: [
          { when: ['"DE"', '< 30'], then: ['"Gelbe Post"', '2'] },
          { when: ['"DE"', null], then: ['"Spedition Adler"', '3'] },
          { when: ['"NO"', '< 30'], then: ['"Nordpakke"', '4'] },
          { when: ['"NO"', null], then: ['"Fjord Freight"', '6'], note: 'By ship' },
          { when: [null, null], then: ['"Anywhere Cargo"', '9'] },
        ],
      },
      {
        postscript:
          "carrier = {'name': carrier_name, 'days': carrier_days}\ndel carrier_name\ndel carrier_days",
      },
    ),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Ask_Carriers', 'Pick_Carrier', 'EndEvent_1'),
}

/** @type {Process} */
export const carrierBooking = {
  id: 'Carrier_Booking',
  name: 'Book a carrier',
  file: 'carrier-booking.bpmn',
  elements: [
    start('Carrier_Wanted'),
    call('Check_Delivery_Address', 'Check the address', 'Address_Check'),
    embed(compareOffers),
    exclusive('Abroad', 'Abroad?'),
    call('Clear_Customs', 'Clear the customs', 'Customs_Declaration'),
    exclusive('Cleared'),
    scriptTask(
      'Write_Labels',
      'Write the labels',
      `
      labels = [
          {'kind': 'label', 'name': order['number'] + '-' + str(number + 1)}
          for number in range(len(boxes))
      ]
      `,
    ),
    call('Archive_Labels', 'Archive each label', 'Document_Archive', {
      loop: { type: 'sequential', over: 'labels', as: 'document', into: 'label_ids', result: 'archive_id' },
    }),
    end('Carrier_Booked'),
  ],
  flows: [
    ...path('Carrier_Wanted', 'Check_Delivery_Address', 'Compare_Offers', 'Abroad'),
    ...when('Abroad', "order['country'] not in ['DE', 'FR', 'SE']", 'Clear_Customs', 'Cleared'),
    ...otherwise('Abroad', 'Cleared', 'Write_Labels', 'Archive_Labels', 'Carrier_Booked'),
  ],
}

/** @type {Process} */
const declareGoods = {
  id: 'Declare_Goods',
  name: 'Declare the goods',
  file: 'customs.bpmn',
  elements: [
    start('StartEvent_1'),
    call('Work_Out_Duty', 'Work out the duty', 'Tax_Calculation', {
      prescript: "taxed = {'amount': order['total'], 'country': order['country']}",
    }),
    userTask('Fill_Customs_Form', 'Fill in the customs form', {
      lane: 'Office',
      form: 'customs',
      instructions: 'Duty: {{ tax.amount }}.',
      prescript: "customs = {'form': 'CN23', 'duty': tax['amount']}",
    }),
    end('EndEvent_1'),
  ],
  flows: path('StartEvent_1', 'Work_Out_Duty', 'Fill_Customs_Form', 'EndEvent_1'),
}

/** @type {Process} */
export const customsDeclaration = {
  id: 'Customs_Declaration',
  name: 'Clear the customs',
  file: 'customs.bpmn',
  elements: [
    start('Declaration_Wanted'),
    embed(declareGoods),
    call('Archive_Papers', 'Archive the papers', 'Document_Archive', {
      prescript: "document = {'kind': 'customs', 'name': order['number']}",
      postscript: "customs = {**customs, 'archived': archive_id}\ndel document\ndel archive_id",
    }),
    end('Declaration_Made'),
  ],
  flows: path('Declaration_Wanted', 'Declare_Goods', 'Archive_Papers', 'Declaration_Made'),
}
