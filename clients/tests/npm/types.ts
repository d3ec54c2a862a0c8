//! The examples of the plug-ins' pages, held to the types of the public clients: `tsc` checks it, nobody runs it.
import { wrapFetchWithPayment, x402Client } from '@x402/fetch'
import { farthing as method, watch as watching, accountOf } from 'farthing-pay/mppx'
import { farthing, watch } from 'farthing-pay/x402'
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
