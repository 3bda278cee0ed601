/**
 * A company that sells things: 37 processes, of which 24 can be called and 13 are embedded, six levels deep.
 * `Order` is the one that is started.
 */

import { order } from './company/order.mjs'
import { authorizeCard, invoice, payment } from './company/payment.mjs'
import { dispute, refund, returns } from './company/returns.mjs'
import { addressCheck, fraudCheck, identityCheck, riskScoring } from './company/risk.mjs'
import {
  currencyConversion,
  documentArchive,
  ledgerEntry,
  notifyCustomer,
  taxCalculation,
} from './company/services.mjs'
import { cartonSplit, carrierBooking, customsDeclaration, shipping } from './company/shipping.mjs'
import { qualityCheck, stockReservation, supplierOrder, warehousePick } from './company/warehouse.mjs'

/** @typedef {import('./model.mjs').Process} Process */

/** @type {{ top: Process, called: Process[] }} */
export const orderCompany = {
  top: order,
  called: [
    ...[payment, fraudCheck, identityCheck, riskScoring, addressCheck, invoice, authorizeCard],
    ...[currencyConversion, taxCalculation, ledgerEntry, documentArchive, notifyCustomer],
    ...[shipping, cartonSplit, carrierBooking, customsDeclaration],
    ...[stockReservation, warehousePick, qualityCheck, supplierOrder],
    ...[returns, refund, dispute],
  ],
}
