/**
 * A page that needs nothing else: it can be mailed, or opened from a folder.
 *
 * @param {string} date
 * @param {import('./report-flow.mjs').Summary} summary
 */
export function renderReport(date, { sales, cents, products }) {
  const most = products[0]?.cents ?? 0
  const rows = products.map(
    (product) => `      <tr>
        <th scope="row">${escaped(product.product)}</th>
        <td>${product.count}</td>
        <td>${euros(product.cents)}</td>
        <td class="bar"><meter max="${most}" value="${product.cents}" aria-hidden="true"></meter></td>
      </tr>`,
  )
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Sales of ${escaped(date)}</title>
    <style>
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
      body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
      .total { font-size: 2rem; font-weight: 600; margin: 0 }
      table { width: 100%; border-collapse: collapse }
      th, td { padding: .4rem .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
      th { text-align: left; font-weight: 500 }
      td { text-align: right; font-variant-numeric: tabular-nums }
      .bar { width: 30% }
      meter { width: 100% }
      @media (max-width: 30rem) { .bar { display: none } }
    </style>
  </head>
  <body>
    <h1>Sales of ${escaped(date)}</h1>
    <p class="total">${euros(cents)}</p>
    <p>in ${sales} sales</p>
    <table>
      <thead><tr><th>Product</th><td>Sold</td><td>Worth</td><td class="bar"></td></tr></thead>
      <tbody>
${rows.join('\n')}
      </tbody>
    </table>
  </body>
</html>
`
}

/** @param {number} cents */
function euros(cents) {
  return new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(cents / 100)
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)
}
