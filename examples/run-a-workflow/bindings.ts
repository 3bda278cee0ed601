import type { Changes, HumanResult, UnitBindings, UnitFunction, UnitTask } from 'unitflow/deciders/units'

/** The variables of the workflow, as far as they are read here; each is there only where the workflow has set it. */
interface Data {
  readonly order: {
    number: string
    customer: string
    country: string
    currency: string
    total: number
    weight: number
  }
  readonly line: { sku: string; quantity: number }
  readonly payment: { order: string; amount: number; currency: string }
  readonly payment_log: readonly string[]
  readonly authorization: { reference: string | null }
  readonly conversion: { amount: number; currency: string; euro: number }
  readonly rate: number
  readonly taxed: { amount: number; country: string }
  readonly percent: number
  readonly tax: { amount: number }
  readonly invoice: { number: string; euro: number }
  readonly entry: { account: string; text: string }
  readonly posting: { number: string }
  readonly document: { kind: string; name: string }
  readonly archive_id: string
  readonly level: string
  readonly points: number
  readonly risk: { level: string; points: number }
  readonly review?: { opinion: string }
  readonly address: { checked: boolean }
  readonly picks: readonly { quantity: number; missing: number }[]
  readonly shelf: string
  readonly inspected: { sku: string; damage: number }
  readonly grade: string
  readonly quality: { grade: string }
  readonly terms: { price: number; currency: string }
  readonly boxes: readonly number[]
  readonly splits: number
  readonly carrier_name: string
  readonly carrier_days: number
  readonly carrier: { name: string }
  readonly customs: { form: string; duty: number }
  readonly return_case: { sku: string; quantity: number; damage: number }
  readonly claim: { amount: number; rounds: number }
  readonly refund: { amount: number; euro: number; contested: boolean }
  readonly dispute: { outcome: string }
}

/** Stands for a script: it is given the variables, and gives those that it sets. One that it sets to `undefined` is removed. */
function script(run: (data: Data) => Changes): UnitFunction {
  return ({ data }: UnitTask<Data>) => run(data)
}

const cents = (amount: number): number => Math.round(amount * 100) / 100
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const told = (subject: string, { order }: Data): Changes => ({ message: { subject, order: order.number } })

/** What stands for the scripts and tables of the workflow: by element, `:prescript` and `:postscript` being what runs around it. */
export const SCRIPTS: UnitBindings = {
  // Order
  Register_Order: script(() => {
    const lines = [
      { sku: 'KB-87', quantity: 2, price: 79, weight: 3 },
      { sku: 'MON-27', quantity: 4, price: 219, weight: 9 },
      { sku: 'MUG-1', quantity: 6, price: 8, weight: 1 },
    ]
    const total = sum(lines.map(({ quantity, price }) => quantity * price))
    const weight = sum(lines.map(({ quantity, weight }) => quantity * weight))
    const customer = { customer: 'Lovelace Instruments', country: 'NO', currency: 'NOK' }
    return { lines, order: { number: 'O-1001', ...customer, total, weight } }
  }),
  'Approve_Payment:prescript': script(() => ({ approval: { decision: 'approve' } })),
  Close_Order: script(({ order }) => ({ order: { ...order, state: 'closed' } })),
  Cancel_Order: script(({ order }) => ({ order: { ...order, state: 'cancelled' } })),

  // Payment, and the card
  Open_Payment: script(({ order: { number, total, currency } }) => ({
    payment: { order: number, amount: total, currency, state: 'open' },
    payment_log: ['opened'],
  })),
  Choose_Method: script(({ payment, payment_log }) => ({
    payment_log: [...payment_log, 'collecting'],
    payment: { ...payment, method: payment.amount > 10000 ? 'transfer' : 'card' },
  })),
  'Charge_Card:postscript': script(({ payment, authorization: { reference } }) => ({
    payment: { ...payment, reference },
  })),
  'Confirm_Payment:prescript': script((data) => told('We have your payment', data)),
  'Confirm_Payment:postscript': script(({ payment }) => ({ payment: { ...payment, state: 'settled' } })),
  Claim_Everything: script(({ payment: { amount } }) => ({ claim: { amount, rounds: 1 } })),
  'Convert_Payment:prescript': script(({ payment: { amount, currency } }) => ({
    conversion: { amount, currency },
  })),
  Note_Authorization: script(({ payment, conversion: { euro } }) => ({
    authorization: { approved: true, reference: `AUTH-${payment.order}`, euro },
  })),
  Note_Silence: script(() => ({ authorization: { approved: false, reference: null } })),

  // Invoice
  'Convert_Total:prescript': script(({ order: { total, currency } }) => ({
    conversion: { amount: total, currency },
  })),
  'Convert_Total:postscript': script(({ order, conversion: { euro } }) => ({
    invoice: { order: order.number, euro },
  })),
  'Work_Out_Tax:prescript': script(({ invoice, order: { country } }) => ({
    taxed: { amount: invoice.euro, country },
  })),
  Number_Invoice: script(({ invoice, order, tax }) => ({
    invoice: {
      ...invoice,
      number: `I-${order.number}`,
      tax: tax.amount,
      gross: cents(invoice.euro + tax.amount),
    },
    tax: undefined,
    taxed: undefined,
  })),
  'Archive_Invoice:prescript': script(({ invoice }) => ({
    document: { kind: 'invoice', name: invoice.number },
  })),
  'Archive_Invoice:postscript': script(({ invoice, archive_id }) => ({
    invoice: { ...invoice, archived: archive_id },
    document: undefined,
    archive_id: undefined,
  })),
  'Send_Invoice:prescript': script((data) => told(`Your invoice ${data.invoice.number}`, data)),

  // Fraud: who it is, and how risky
  Score_Order: script(({ order: { total, country } }) => {
    if (total < 500) return { level: 'low', points: 5 }
    const small = { NO: 35, DE: 30, FR: 30 }[country]
    if (total < 5000 && small !== undefined) return { level: 'medium', points: small }
    const large = { NO: 60, DE: 55 }[country]
    if (total < 20000 && large !== undefined) return { level: 'medium', points: large }
    return { level: 'high', points: 90 }
  }),
  'Score_Order:postscript': script(({ level, points }) => ({
    risk: { level, points },
    level: undefined,
    points: undefined,
  })),
  Note_Identity: script(({ address }) => ({ identity: { known: true, address: address.checked } })),
  Note_Address: script(({ order: { country } }) => ({ address: { country, checked: true } })),
  'Review_Order:prescript': script(() => ({ review: { opinion: 'accept' } })),
  'Review_Again:prescript': script(({ review }) => ({ review: { ...review, opinion: 'accept' } })),
  'Ask_Customer:prescript': script((data) => told('We need your papers', data)),
  Decide_Fraud: script(({ risk: { level, points }, review }) => {
    const refused = level === 'high' && review?.opinion === 'reject'
    return { fraud: { verdict: refused ? 'reject' : 'accept', points } }
  }),

  // What every department calls
  Find_Rate: script(({ conversion: { currency } }) => ({
    rate: { EUR: 1, NOK: 0.125, SEK: 0.0625, USD: 0.875 }[currency] ?? 0.5,
  })),
  Multiply: script(({ conversion, rate }) => ({
    conversion: { ...conversion, euro: cents(conversion.amount * rate) },
    rate: undefined,
  })),
  Find_Tax_Rate: script(({ taxed: { country } }) => ({ percent: { DE: 19, FR: 20, SE: 25 }[country] ?? 0 })),
  Add_Tax: script(({ taxed, percent }) => ({
    tax: { percent, amount: cents((taxed.amount * percent) / 100) },
    percent: undefined,
  })),
  Number_Entry: script(({ entry: { account, text } }) => ({ posting: { number: `${account}/${text}` } })),
  Number_Document: script(({ document: { kind, name } }) => ({ archive_id: `${kind}:${name}` })),
  Choose_Channel: script(({ order: { country } }) => ({ by_mail: true, by_letter: country === 'FR' })),
  Forget_Message: script(() => ({ message: undefined, by_mail: undefined, by_letter: undefined })),

  // Stock, and what is ordered at suppliers
  Find_Shelf: script(({ line: { sku } }) => ({
    shelf: { 'KB-87': 'A-11', 'MON-27': 'C-02', 'MUG-1': 'F-30' }[sku] ?? 'Z-99',
    inspected: { sku, damage: 0 },
  })),
  Grade_Goods: script(({ inspected: { damage } }) => ({
    grade: damage === 0 ? 'A' : damage === 1 ? 'B' : damage < 4 ? 'C' : 'D',
  })),
  'Grade_Goods:postscript': script(({ inspected: { sku }, grade }) => ({
    quality: { sku, grade },
    grade: undefined,
    inspected: undefined,
  })),
  Note_Pick: script(({ line: { sku, quantity }, shelf }) => ({
    pick: { sku, shelf, quantity, missing: 0 },
  })),
  Sum_Picks: script(({ picks }) => ({
    stock: {
      picked: sum(picks.map(({ quantity }) => quantity)),
      missing: sum(picks.map(({ missing }) => missing)),
    },
  })),
  'Enter_Terms:prescript': script(() => ({ terms: { accepted: true, price: 100, currency: 'USD' } })),
  'Convert_Price:prescript': script(({ terms: { price, currency } }) => ({
    conversion: { amount: price, currency },
  })),
  'Convert_Price:postscript': script(({ order, conversion: { euro } }) => ({
    entry: { account: 'purchases', text: order.number, euro },
  })),

  // Shipping
  Plan_Boxes: script(({ order: { weight } }) => ({ boxes: [weight], splits: 0 })),
  Weigh_Boxes: script(({ boxes }) => ({ heaviest: Math.max(...boxes) })),
  Halve_Boxes: script(({ boxes, splits }) => ({
    boxes: boxes.flatMap((box) => (box > 20 ? [box / 2, box / 2] : [box])),
    splits: splits + 1,
  })),
  Pick_Carrier: script(({ order: { country, weight } }) => {
    if (country === 'DE') return weight < 30 ? carrier('Gelbe Post', 2) : carrier('Spedition Adler', 3)
    if (country === 'NO') return weight < 30 ? carrier('Nordpakke', 4) : carrier('Fjord Freight', 6)
    return carrier('Anywhere Cargo', 9)
  }),
  'Pick_Carrier:postscript': script(({ carrier_name, carrier_days }) => ({
    carrier: { name: carrier_name, days: carrier_days },
    carrier_name: undefined,
    carrier_days: undefined,
  })),
  'Work_Out_Duty:prescript': script(({ order: { total, country } }) => ({
    taxed: { amount: total, country },
  })),
  'Fill_Customs_Form:prescript': script(({ tax }) => ({ customs: { form: 'CN23', duty: tax.amount } })),
  'Archive_Papers:prescript': script(({ order }) => ({ document: { kind: 'customs', name: order.number } })),
  'Archive_Papers:postscript': script(({ customs, archive_id }) => ({
    customs: { ...customs, archived: archive_id },
    document: undefined,
    archive_id: undefined,
  })),
  Write_Labels: script(({ order, boxes }) => ({
    labels: boxes.map((_, index) => ({ kind: 'label', name: `${order.number}-${index + 1}` })),
  })),
  'Confirm_Pickup:prescript': script(({ boxes }) => ({ pickup: { boxes: boxes.length, damaged: false } })),
  'Tell_Shipped:prescript': script((data) => told(`On its way with ${data.carrier.name}`, data)),

  // What comes back
  'Register_Return:prescript': script(() => ({
    return_case: { sku: 'MUG-1', quantity: 2, damage: 1, reason: 'broken' },
  })),
  'Check_Returned_Goods:prescript': script(({ return_case: { sku, damage } }) => ({
    inspected: { sku, damage },
  })),
  'Check_Returned_Goods:postscript': script(({ return_case, quality: { grade } }) => ({
    return_case: { ...return_case, grade },
  })),
  Claim_All: script(({ return_case: { quantity } }) => ({ claim: { amount: 8 * quantity, rounds: 0 } })),
  Claim_Half: script(({ return_case: { quantity } }) => ({ claim: { amount: 4 * quantity, rounds: 0 } })),
  'Convert_Refund:prescript': script(({ claim: { amount }, order: { currency } }) => ({
    conversion: { amount, currency },
  })),
  Open_Refund: script(({ claim: { amount, rounds }, conversion: { euro }, order }) => ({
    refund: { amount, euro, contested: rounds < 1 },
    entry: { account: 'refunds', text: order.number, euro },
  })),
  'Book_Refund:postscript': script(({ refund, posting }) => ({
    refund: { ...refund, posting: posting.number },
  })),
  'Tell_Refunded:prescript': script((data) => told('Your refund', data)),
  Count_Round: script(({ claim }) => ({ claim: { ...claim, rounds: claim.rounds + 1 } })),
  Sum_Evidence: script(({ return_case: { damage } }) => ({ evidence: { damage } })),
  'Judge_Dispute:prescript': script(() => ({ dispute: { outcome: 'customer' } })),
  Close_Dispute: script(({ dispute }) => ({ dispute: { ...dispute, outcome: 'company' } })),
  'Tell_Outcome:prescript': script((data) => told('Your dispute', data)),
}

const carrier = (carrier_name: string, carrier_days: number): Changes => ({ carrier_name, carrier_days })

/** What a person's no means, where a task knows one: the variables that it sets. A yes leaves them as they are. */
export const REFUSALS: Readonly<Record<string, HumanResult>> = {
  Approve_Payment: { approval: { decision: 'reject' } },
  Review_Order: { review: { opinion: 'reject' } },
  Enter_Terms: { terms: { accepted: false } },
  Judge_Dispute: { dispute: { outcome: 'company' } },
}
