//! Verifies deliveries with the stock library of Standard Webhooks; prints the type of each event that holds.
//! node clients/tests/npm/webhook.mjs FILE SECRET...      FILE has a delivery a line: {"headers": {…}, "body": "…"}
//! Every secret must verify every delivery. tools.mjs says how the package is found.
import { readFileSync } from 'node:fs'
import './tools.mjs'

const { Webhook } = await import('standardwebhooks')
const [file, ...secrets] = process.argv.slice(2)
if (secrets.length === 0) {
  console.error('usage: webhook.mjs FILE SECRET...')
  process.exit(2)
}
for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const { headers, body } = JSON.parse(line)
  for (const secret of secrets) console.log(new Webhook(secret).verify(body, headers).type)
}
