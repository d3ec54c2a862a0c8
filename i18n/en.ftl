# English, the language that all others fall back to. Files of other languages have the same messages with the same arguments.
# `<b>` and `</b>` are the only marks. An argument is put in as it is and needs no quotes for safety: pages escape it.

## Around every page

skip = Skip to the content
test-money = { $test } Play money. Nothing here is real.
footer = Payment by { $instance }. No script runs on this page.
nav = Wallet
nav-wallet = Wallet
nav-history = History
balance = Balance
month-spent = { $amount } this month
problem-facts = Status { $status } · code { $code } · request { $request }
failure-facts = Code { $code } · request { $request }
to-wallet = To the wallet
back-to-wallet = Back to the wallet
back-to-page = Back to the page
go-to-site = Go to { $site }
receipt = Receipt
undo = Undo
until = until { $time }
quoted = “{ $title }”
nothing-yet = Nothing yet. What you pay, add and take back will stand here.

## Spans of time

span-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
span-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
span-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
span-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }

## The wall: what is asked for a page

wall-price = Price
wall-or-more = or more, as you like
wall-pay-read = Pay { $price } and read
wall-pay-open = Pay { $price } and open
wall-pay-download = Pay { $price } and download
wall-choose-read = Choose a price and read
wall-choose-open = Choose a price and open
wall-choose-download = Choose a price and download
# $act is read, open or download; $devices is 0 where there is no limit.
wall-ever =
    { $act ->
        [read] The whole article
        [open] The whole page
       *[download] The file
    }, yours for good{ $devices ->
        [0] { "" }
        [one] , on one device
       *[other] , on up to { $devices } devices
    }. No subscription.
wall-for =
    { $act ->
        [read] The whole article
        [open] The whole page
       *[download] The file
    }, for { $span }{ $devices ->
        [0] { "" }
        [one] , on one device
       *[other] , on up to { $devices } devices
    }. It ends by itself; nothing renews.
wall-once =
    { $act ->
        [read] The whole article
        [open] The whole page
       *[download] The file
    }, one time. No subscription.
wall-undo = Not what you hoped for? One click within { $span } takes it back, in full.
wall-final = This purchase cannot be taken back. Nothing is charged before you have seen who is paid, and pressed again.
wall-restore = Restore access
wall-what = What is a wallet?
wall-machine = Reading with a program?
wall-machine-text = The terms are in the headers of this answer. No account, no key to ask for:
wall-back = Taken back.
wall-back-text = { $amount } is in your wallet.
wall-changed = The price has changed.
wall-changed-text = It was { $was }. Nothing has been charged.
way-back-used = That way back was used or too old
wall-return = That way back was used or too old.
wall-return-text = Press the button again: what you have bought is not charged twice.
way-back-used-text = Open the page again and press the button: what you have bought is not charged twice.

## What can go another way than reading

taken-back = Taken back
taken-back-since = is in your wallet again, since { $at }.
taken-back-closed = { $title } is closed to you from now on. You may buy it again; it cannot be taken back a second time.
taken-back-wallet = Open your wallet
origin-failed = The site did not answer
origin-failed-back = The site did not answer. You have your money back.
origin-failed-text = for { $title } went back to your wallet by itself. You have not paid anything.
origin-failed-again = Try again
origin-failed-receipt = See the receipt
cookies-off = Cookies are off
cookies-off-head = Your browser keeps no cookies for this site
cookies-off-text = { $title } is yours and waits in your wallet. One cookie is needed to know this browser as the one that bought it; it follows you nowhere else.
cookies-off-allow = Allow cookies for this site in your browser's settings.
cookies-off-press = Press Restore access. Nothing is charged again.

## The bar over a paid page

bar-name = Your payment
bar-paid = Paid { $amount }

## The pay sheet

sheet-title = Pay { $payee }
sheet-payee = Pay
sheet-owned = Yours already
sheet-used = Paid
sheet-expired = This price has expired
sheet-was = was { $was }, now { $now }
sheet-or-more = or more
sheet-open = Open a wallet and go on
sheet-open-text = No name, no mail address. The wallet belongs to this browser and holds at most { $limit }. This press charges nothing.
sheet-have = You have
sheet-missing = { $amount } is missing
sheet-missing-text = Add an amount and this page comes back. Nothing is paid before you press Pay.
sheet-after = Balance after
sheet-dearer = <b>The price has risen</b> since you pressed. Nothing has been charged.
sheet-expired-text = A price is held for ten minutes. Nothing has been charged; the page has a fresh one.
sheet-expired-see = See today's price
sheet-owned-text = You bought { $title } on { $since }. It costs nothing to open it again.
sheet-owned-open = Open it
sheet-used-text = { $title } is paid and yours. Pressing again would charge nothing.
sheet-used-open = Open the article
sheet-for = For
sheet-undo = Undo
sheet-no-undo = not for this purchase
sheet-pay = Pay { $price }
sheet-choose = Your price in { $currency }
sheet-choose-hint = At least { $least }. Up to six digits behind the point; nothing is rounded.
sheet-choose-pay = Pay this price
sheet-choose-or = Or one of these, paid at once
sheet-choose-one = Pay
sheet-back = Back without paying
choose-least = It costs at least { $least }.
choose-form = Write the price as a number, with a point before its decimals: 0.10
choose-fine = A price has at most six digits behind the point; nothing is rounded.
choose-large = That is more than can be counted.

## The wallet's first page

open-head = A wallet for prices below a cent
open-text = Pay for one article, one file, one call. See who is paid before you press, take it back if it was not worth it, and find every amount again to the last digit.
open-press = Open a wallet
open-limit = No name, no mail address. The wallet belongs to this browser and holds at most { $limit }.
costs = What it costs
costs-nothing = nothing
costs-opening = Opening a wallet
costs-paying = Paying
costs-adding-play = Adding play money
costs-adding = Adding money
costs-undo = Taking a purchase back
operator = Who runs this
operator-test = This instance works with test money. Nothing here can be bought with, or turned into, real money.
home-held = { $amount } more is held for purchases under way
home-month =
    { $amount } spent in { $month }, { $purchases ->
        [0] no purchases
        [one] { $purchases } purchase
       *[other] { $purchases } purchases
    }
add-play = Add play money
add-money = Add money
add-one = Add
add-fee = fee { $fee }
added = Added.
added-text = { $amount } is in your wallet.
not-added = Nothing was added.
not-added-again = This page was used or lay open for a while. Press again.
not-added-full = This wallet may hold { $most } at most.
home-unkept = <b>Only this browser knows this wallet.</b> If its cookies are cleared, what is in it is lost. Until it is kept elsewhere too, it holds at most { $limit }.
home-recent = Last changes
home-all = All history
home-try = See what { $site } sells

## Lists of what moved

rows-order = Newest first. Times are UTC.
rows-when = When
rows-what = What
rows-change = Change
rows-balance = Balance
rows-action = Undo or receipt
row-added = Added play money
row-tip = Tip
row-undo = Undo
row-back = Taken back
row-rail = play
history = History
history-csv = CSV of all history
history-json = JSON of all history
pages = Pages
pages-newest = Newest
pages-older = Older

## Statements: a month each

statements = Statements
statements-text = One for each month in which something moved, counted in UTC. Each adds up, is signed, and can be kept.
statements-month = Month
statements-files = Files
statements-file = { $month } as { $kind }
statement = Statement
statement-title = Statement, { $month }
statement-open = until now
statement-open-kind = Statement until now
statement-closing = in the wallet at the end of { $month }
statement-so-far = in the wallet on { $at }. The month is not over.
statement-period = Period
# The line after the one with the first instant.
statement-period-closed = to { $to }
statement-period-open = until now, { $to }
statement-sums = The month in sums
statement-before = Before
statement-in = In
statement-out = Out
statement-after = After
statement-division = Where your payments went
statement-kept = Kept by { $payee }
statement-fee = Fee: { $label }
statement-fees = Fees
statement-tips = Tips
statement-paid = Paid in all
statement-adds-up = Checked against the books: { $total } paid = { $kept } kept by payees + { $fees } fees + { $back } taken back.
statement-lines = Every change
statement-when = When (UTC)
statement-many = This month has { $count } changes. They stand in the file within this document and in the CSV.
paper-issuer = Issued by
paper-instance = Instance
paper-signed = The same facts stand in this document as the file { $file }: in base units, signed with the receipt key of the instance. The key: { $keys }

## A receipt

receipt-paid-to = paid to { $payee } for { $title }
receipt-undo = until { $time }, in full
receipt-undo-closed = Could be taken back until { $since }.
receipt-back = <b>Taken back</b> on { $at }. The whole amount is in your wallet.
receipt-final = This purchase could not be taken back, as its page said.
receipt-paid = Paid
receipt-to = To
receipt-from = From
receipt-you = You, known to this payee as
receipt-number = Number
receipt-sums = What you paid
receipt-amount = Amount
receipt-total = Total
receipt-legs = Where it went
receipt-share = Share
receipt-rest = rest
receipt-together = Together
receipt-fee = Fee for paying
receipt-story = What happened
receipt-json = Signed receipt as JSON
receipt-pdf = Receipt as PDF
receipt-title = Receipt { $number }
receipt-caption = paid to { $payee }
receipt-then = A receipt says what was true at the purchase. Whether it was taken back later stands in the wallet and in its statements.
story-paid = Paid
story-signed = signed with your key
story-pressed = by a press in this wallet
story-back = Taken back
story-by-you = by you
story-by-payee = by the payee
story-by-operator = by the operator
story-by-itself = by itself: the site did not deliver

## What came of something asked

undone-text = from { $payee } for { $title } is in your wallet again. Every share of it was reversed, and the page is closed to you.
undo-refused = Not taken back
undo-refused-before = Taken back before
undo-closed = The time to take it back ended on { $since }. The purchase stands and stays yours.
undo-before = The money came back on { $at }. There is nothing more to return.
undo-used = You took this back once before, on { $at }. Each item can be taken back one time, so this purchase stands and stays yours.
undo-limit = At one site { $limit } purchases a day can be taken back, and you have used them. The purchase stands and stays yours.
undo-never = This was offered without undo, as the page said before you paid. The purchase stands and stays yours.
quote-nothing = <b>Nothing was charged.</b> { $advice }
quote-unreadable = This pay link is not complete
quote-unreadable-text = It was cut short or damaged on its way. Go back to the page and press its button again.
quote-forged = This price was not signed by the site it names
quote-forged-text = Somebody may have changed it. Do not pay; open the site by typing its address yourself.
quote-other-wallet = This price was made for another wallet
quote-other-wallet-text = Go back to the page and choose this wallet there.
quote-unknown = This wallet does not know that site
quote-unknown-text = It only pays sites whose signature it can check.
quote-key = The site's key has changed
quote-key-text = It is not the key this wallet has seen before, so the price cannot be trusted. Ask the site, by a way you know, before you pay it again.
quote-unreachable = The site does not answer
quote-unreachable-text = Its signature cannot be checked right now. Try again in a few minutes.
quote-currency = This wallet does not keep that currency
quote-currency-text = The site asks for money this wallet cannot hold.
restore-missing = Not found in this wallet
restore-missing-text = If you bought it with another browser, open it there: that wallet has it. Nothing was charged.
restore-price = See the price, { $price }

## Problems: the codes of docs/problems.md as people read them

problem-unknown = Nothing here
problem-unknown-text = There is nothing of that name, or it is not yours. Check the address.
problem-method = Not done at this address
problem-method-text = This address takes { $allow }. Nothing was done. Use one of these.
problem-request = The request cannot be read
problem-request-text = The request cannot be read: { $said }. Nothing was done. Send it corrected.
problem-cross-site = Not asked from here
problem-cross-site-text = The request did not come from a page of this origin. Nothing was done. Open the page here and press again.
problem-too-large = Too much at once
problem-too-large-text =
    { $most ->
        [one] A body has at most { $most } byte here.
       *[other] A body has at most { $most } bytes here.
    } Nothing was done. Send less.
problem-misdirected = No site of that name
problem-misdirected-text = No site of that host name is served here. Check the address.
problem-too-fast = Too many requests
problem-too-fast-text = That was too fast. Nothing was done. Ask again in { $seconds } s.
problem-busy = Too busy for a moment
problem-busy-text = The queue is full. Nothing was begun. Send the same request again in { $seconds } s.
problem-no-room = No space for more sales
problem-no-room-text = The disk of this instance is nearly full. Nothing was begun and nothing was charged. Send the same request again in { $seconds } s.
problem-internal = A fault on our side
problem-internal-text = Something failed here. Nothing was charged. Send the same request again, unchanged.
problem-offer-ended = No longer offered
problem-offer-ended-text = The offer was withdrawn. Nothing was charged. Ask for the page again to see what it costs now.
problem-origin-failed = The site failed after payment
problem-origin-failed-text = The site behind this address failed after you paid, so you have your money back. The receipt is { $receipt }. Try again later.
problem-origin-failed-kept-text = The site behind this address failed after you paid. What you bought is yours: ask again without paying, or take it back with receipt { $receipt }.
problem-origin = The site does not answer
problem-origin-text = The site behind this address cannot be reached. Nothing was charged. Try again later.
problem-origin-slow-text = The site behind this address did not answer in time. Nothing was charged. Try again later.
problem-funds = Too little money
problem-funds-text = { $missing } short: { $available } can be spent. Nothing was charged. Add money in your wallet, then pay again.
problem-guard = Above a limit you set
problem-guard-text = Your limit is { $cap } and { $spent } is spent, so { $left } is left until { $until }. Nothing was charged. Wait until then, or change the limit in your wallet.
problem-self = Payer and payee are one
problem-self-text = You would pay yourself. Nothing was charged. Pay from another wallet.
problem-full = The wallet would hold too much
problem-full-text = This wallet may hold { $most } at most. Nothing was added. Add less.
problem-late = Too late to take back
problem-late-text = It could be taken back until { $since }. Ask the payee, who can always give back.
problem-back-before = Taken back before
problem-back-before-text = This was taken back before; the money is in your wallet. There is nothing more to do.
problem-undo-used = One undo a page
problem-undo-used-text = You took this page back once before, and each page can be taken back once. Ask the payee, who can always give back.
problem-undo-limit = The undos of today are used up
problem-undo-limit-text =
    { $limit ->
        [one] This site has { $limit } undo a day for each payer
       *[other] This site has { $limit } undos a day for each payer
    }, counted from 00:00 UTC, and yours are used up. Ask the payee, who can always give back.
problem-not-covered = The payee has too little to give back
problem-not-covered-text = A payee no longer has its share of this sale, so nothing was given back. Try again later, or write to the payee.
