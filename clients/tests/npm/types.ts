//! The examples of the plug-ins' pages, held to the types of the public clients: `tsc` checks it, nobody runs it.
import { HTTPFacilitatorClient, x402ResourceServer } from '@x402/core/server'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { wrapFetchWithPayment, x402Client } from '@x402/fetch'
import { farthing as method, watch as watching, accountOf } from 'farthing-pay/mppx'
import { farthingFetch, files, type Closed } from 'farthing-pay/fetch'
import { payingTools } from 'farthing-pay/mcp'
import { lightning } from 'farthing-pay/lightning'
import { farthingSession } from 'farthing-pay/session'
import { farthing, watch } from 'farthing-pay/x402'
import { selling } from 'farthing-pay/x402/server'
import { Mppx } from 'mppx/client'

const client = new x402Client().register('farthing:*', farthing({ wallet: 'wallet.json', max: '0.06 EUR' }))
const paying = wrapFetchWithPayment(...watch(client))
const mppx = watching(Mppx.create({ methods: [method({ wallet: 'wallet.json', max: ['0.06 EUR', '60 KRW'] })], polyfill: false }))

export const pages: Response[] = [await paying('https://news.example/a'), await mppx.fetch('https://news.example/b')]
export const account: string = await accountOf('1b9KP8znF7A4i8wnSevBSK2ZabI_Re4bYF_Vh3hXasQ')
// @ts-expect-error a payment without a cap
farthing({ wallet: 'wallet.json' })
// @ts-expect-error a cap is a text
method({ seed: 'x', max: 60000 })

const session = farthingSession({ wallet: 'wallet.json', max: '1.00 EUR', store: files('sessions') })
const streaming = watching(Mppx.create({ methods: [session, method({ wallet: 'wallet.json', max: '0.06 EUR' })], polyfill: false }))
const fetch = farthingFetch({ wallet: 'wallet.json', max: '1.00 EUR', each: '0.06 EUR' })
export const calls: Response[] = [await streaming.fetch('https://api.example/v1/tide'), await fetch(new Request('https://api.example/v1/tide'))]
export const ended: Closed[] = [...(await session.close('https://api.example')), ...(await fetch.close('https://api.example'))]
// @ts-expect-error a store is no path
farthingFetch({ wallet: 'wallet.json', max: '1.00 EUR', store: 'sessions' })

const wallet = lightning({ url: 'https://wallet.example', wallet: 'wallet.json', max: '0.06 EUR' })
export const { preimage }: { preimage: string } = await wallet.payInvoice({ invoice: 'lnbcrt…' })

const facilitator = new HTTPFacilitatorClient({ url: 'https://wallet.example/x402' })
export const server = new x402ResourceServer(facilitator).register('farthing:*', selling)

const tools = payingTools(new Client({ name: 'sailor', version: '1.0.0' }), { url: 'https://tools.example/mcp', wallet: 'wallet.json', max: '1.00 EUR' })
export const said = await tools.callTool({ name: 'forecast', arguments: { port: 'quay' } })
export const over: Closed[] = await tools.closeSessions()
