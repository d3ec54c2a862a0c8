# English, the language that all others fall back to. Files of other languages have the same messages with the same arguments.
# `<b>` and `</b>` are the only marks. An argument is put in as it is and needs no quotes for safety: pages escape it.

## Around every page

skip = Skip to the content
test-money = { $test } Play money. Nothing here is real.
footer = Payment by { $instance }. No script runs on this page.
nav = Wallet
nav-wallet = Wallet
nav-history = History
nav-settings = Settings
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
wall-per =
    { $count ->
        [1] per { $unit }
       *[other] per { $count } { $unit }
    }
wall-metered = Programs pay for this unit by unit, from a session that they open and close. Ask for this address with:
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
wall-falls = From { $at }: { $price }.
wall-ends = On sale until { $at }.
wall-undo = Not what you hoped for? One click within { $span } takes it back, in full.
wall-final = This purchase cannot be taken back. Nothing is charged before you have seen who is paid, and pressed again.
wall-restore = Restore access
wall-phone = Pay with your phone
wall-what = What is a wallet?
wall-machine = Reading with a program?
wall-machine-text = The terms are in the headers of this answer. No account, no key to ask for:
wall-back = Taken back.
wall-back-text = { $amount } is in your wallet.
wall-back-later = { $amount } goes back to your wallet as soon as the wallet answers. You need not do anything.
wall-changed = The price has changed.
wall-changed-text = It was { $was }. Nothing has been charged.
way-back-used = That way back was used or too old
wall-return = That way back was used or too old.
wall-return-text = Press the button again: what you have bought is not charged twice.
wall-wallet = Pay from { $wallet }
wall-wallet-text = Money from these wallets is taken here, too:
way-back-used-text = Open the page again and press the button: what you have bought is not charged twice.

## Everything for sale on a site, as links

fees = What is for sale here
fees-text = Each of these costs something. Opening one shows its price again; nothing is charged before you say so.
fees-none = Nothing is for sale here now.
fees-ever = yours to read for good
fees-for = yours to read for { $span }
fees-once = for one request of a program

## What can go another way than reading

taken-back = Taken back
taken-back-since = is in your wallet again, since { $at }.
taken-back-closed = { $title } is closed to you from now on. You may buy it again; it cannot be taken back a second time.
taken-back-wallet = Open your wallet
origin-failed = The site did not answer
origin-failed-back = The site did not answer. You have your money back.
origin-failed-text = for { $title } went back to your wallet by itself. You have not paid anything.
origin-failed-later = The site did not answer. Your money comes back.
origin-failed-later-text = for { $title } goes back to your wallet as soon as the wallet answers. You need not do anything.
origin-failed-again = Try again
origin-failed-receipt = See the receipt
cookies-off = Cookies are off
cookies-off-head = Your browser keeps no cookies for this site
cookies-off-text = { $title } is yours and waits in your wallet. One cookie is needed to know this browser as the one that bought it; it follows you nowhere else.
cookies-off-allow = Allow cookies for this site in your browser's settings.
cookies-off-press = Press Restore access. Nothing is charged again.
wallet-silent-head = Your wallet does not answer
wallet-silent-text = What you bought is yours and waits in your wallet; nothing is lost and nothing is charged again. Press Restore access in a moment.

## Films: what watching costs

watch-per =
    { $seconds ->
        [one] a second
       *[other] per { $seconds } seconds
    }
film-seconds = { $seconds } s
film-minutes = { $minutes } min { $seconds } s
film-used =
    { $seconds ->
        [one] { $length } watched, { $price } a second
       *[other] { $length } watched, { $price } per { $seconds } seconds
    }
film-rate =
    { $seconds ->
        [one] { $price } a second
       *[other] { $price } per { $seconds } seconds
    }
watch-held = { $hold } is held when you begin, good for { $span }. Only what you watch is paid; the rest comes back when you stop.
watch = Watch
watch-final = What was watched cannot be taken back. Nothing is held before you have seen who is paid, and pressed again.
watch-rate = Price
watch-good-for = Good for
watch-left = Left of what is held
watch-hold = held, not paid
watch-press = Hold { $amount } and watch
watch-more = Hold { $amount } more
devices = Devices that watch
devices-head =
    { $count ->
        [one] One device watches now
       *[other] { $count } devices watch now
    }
devices-none = Nobody watches right now
devices-most =
    { $most ->
        [one] You can watch on one device at a time.
       *[other] You can watch on at most { $most } devices at once.
    }
devices-since = since { $since } { $zone }
devices-stop = Stop this one
devices-text = The one that stops gives its place to this browser. A device that has been silent for a few seconds gives it up by itself.
devices-back = Back to the film
watch-devices =
    { $most ->
        [one] On one device at a time.
       *[other] On at most { $most } devices at once.
    }
watch-text = Only what you watch is paid, as it is delivered: your player may fetch a few seconds ahead. The rest comes back when you stop, or when nothing was watched for { $idle }.

## Waiting for a phone that pays

wait-head = Pay with your phone
wait-for = For { $title }
wait-text = Scan the code with your phone's camera. Your wallet opens there and asks before it pays; this page opens here once you have pressed.
wait-long = The address of this page is too long for a code. Open it on your phone by the link or the text below: your wallet asks before it pays, and this page opens here once you have pressed.
wait-code = Code for your phone
wait-waiting = Waiting for your phone.
wait-until = The price is held until { $time }.
wait-warning = Whoever scans this code pays for this browser. Show it to nobody else.
wait-link = The same as a link
wait-copy = And as a text, to send to your phone
wait-over = The wait is over
wait-over-text = A price is held for ten minutes. If you have paid, take a new code: what you have bought opens without another charge.
wait-again = Take a new code

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
sheet-sign-in = I have a wallet: sign in
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
sheet-screen = <b>This opens on the screen that shows the code,</b> not here. Is it yours, and did you just ask for it? If not, go back.
sheet-screen-readers = The browser on that screen may then open what you have bought on this site, until you end it under Sites.
sheet-screen-owned = You have { $title } already. It can open on the screen that shows the code; nothing is charged. If that screen is not yours, go back.
sheet-screen-open = Open it on that screen
sheet-screen-expired = On the other screen, take a new code.
pay-done = Paid
pay-done-text = { $title }: it opens on the screen that shows the code, within a few seconds.
pay-done-readers = The browser on that screen may open what you have bought on this site. You can end it any time.
sheet-one-click = Next time with one click
sheet-one-click-text = Then a click on a price of this site pays at once: at most { $page } a page and { $site } a month here, { $all } a month on all sites. Undo stays as it is; change it any time under Sites.
sheet-goes = One click at this site: this page goes on by itself.
sheet-agreed = This site has one click, but this visit did not come from a click of yours on a price. Press once.
sheet-paused = One click is paused at this site.
sheet-caps = Change caps
sheet-once = Just this once: pay { $price }
sheet-over-page = <b>Above your cap for a page.</b> Nothing has been charged.
sheet-over-site = <b>Above your cap for this site.</b> Nothing has been charged.
sheet-over-all = <b>Above your cap for all sites.</b> Nothing has been charged.
sheet-over-day = <b>Above your cap for a day.</b> Nothing has been charged.
choose-least = It costs at least { $least }.
choose-form = Write the price as a number, with a point before its decimals: 0.10
choose-fine = A price has at most six digits behind the point; nothing is rounded.
choose-large = That is more than can be counted.

## The wallet's first page

open-head = A wallet for prices below a cent
open-text = Pay for one article, one file, one call. See who is paid before you press, take it back if it was not worth it, and find every amount again to the last digit.
open-press = Open a wallet
open-limit = No name, no mail address. The wallet belongs to this browser and holds at most { $limit }.
open-sign-in = Sign in to a wallet you kept
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
rail-stopped = No money can be added for now.
rail-stopped-text = Stopped since { $since }. What you have can be spent, taken back and read as ever.
not-added = Nothing was added.
not-added-again = This page was used or lay open for a while. Press again.
not-added-full = This wallet may hold { $most } at most.
home-unkept = <b>Only this browser knows this wallet.</b> If its cookies are cleared, what is in it is lost. Until it is kept elsewhere too, it holds at most { $limit }.
home-recent = Last changes
home-all = All history
home-try = See what { $site } sells

## Sites, and what one click may draw there

nav-sites = Sites
sites = Sites
sites-text = Where you paid, what one click may draw, and which browsers read there in your name.
sites-none = No site yet. The sites you pay will stand here.
sites-back = All sites
sites-all = All sites together
sites-all-text = One click never draws more than this a month, on all sites together. What you press yourself counts too, but is never stopped by it.
sites-all-none = There is no such cap yet. The first site that you allow one click sets it.
cap-used = { $spent } of { $most } this month, { $left } left. Starts again on { $day }.
cap-of = of { $most }
cap-page = At most { $most } a page.
cap-most = Your cap
cap-spent = Spent
cap-left = Left
cap-resets = Starts again
cap-near = { $what }: most of your cap is used.
cap-reached = { $what }: your cap is reached.
cap-warning = { $spent } of { $most } this month. It starts again on { $day }; until then you can still press.
caps-page = At most a page, in { $currency }
caps-page-hint = Whatever costs more is asked for.
caps-site = At most a month on this site, in { $currency }
caps-all = At most a month on all sites, in { $currency }
caps-hint = A lower cap counts at once. To raise one in a wallet you keep, prove first that it is you.
caps-set = Set
caps-form = Write the cap as a number, with a point before its decimals: 0.50
caps-order = A page cannot have more than the month.
one-click = One click
one-click-text = With one click, a click on a price of this site pays at once, as long as it stays under your caps. Undo stays as it is.
one-click-on = one click
one-click-off = asks each time
one-click-paused = paused
one-click-pause = Pause
one-click-resume = Go on
one-click-revoke = End one click
site-spent = { $amount } this month.
site-pages = Pages paid
site-pages-none = Nothing was paid here.
readers = Browsers with access
readers-text = They open what you paid for on this site. To end one takes nothing from you: the wallet gives access again.
readers-none = None.
reader = A browser
reader-since = since { $since }, until { $until }
reader-end = End
reader-end-all = End all of them

## Sessions: what is used by the unit

session = Session
sessions-open = Open sessions
session-open = open
session-closing = closing
session-ended = ended
session-drawn-of = Drawn of the hold for { $site }
session-figures = { $drawn } of { $held } drawn, { $left } left. Ends by itself on { $until }.
session-paid-to = drawn by { $payee } for { $item }
session-held = Held
session-captured = Paid out
session-waiting = Used, not paid out yet
session-released = Given back
session-opened = Opened
session-until = Ends by itself
session-ended-at = Ended
session-kind = Paid by
session-kind-trusted = the seller’s meter, up to the hold
session-kind-signed = vouchers that your program signs
session-kind-chain = links that your program shows
session-by-you = by you
session-by-idle = because nothing was used for five minutes
session-by-time = because its time was over
session-by-operator = by the operator
session-close = Close
session-close-hint = What was used is paid, the rest is yours again at once.
session-closing-text = Nothing new begins. What is under way is finished first, then the rest comes back.
session-nothing = Nothing was used so far.
session-units = What you used
session-captures = Paid out, newest first
session-captures-newest = The newest { $shown } of { $all }.
session-back = { $amount } given back
session-ended-lead = Closed.
session-ended-text = { $captured } was paid for what you used; { $released } is in your wallet again.
session-told = { $site }: { $level } % of what is held is used.
session-told-all = { $site }: all that is held is used.
session-told-text = { $drawn } of { $held } in this session. Your program can hold more, or you can close it.
unit-call =
    { $count ->
        [one] call
       *[other] calls
    }
unit-byte =
    { $count ->
        [one] byte
       *[other] bytes
    }
unit-second =
    { $count ->
        [one] second
       *[other] seconds
    }
units-each = { $units } × { $unit }, { $price } each
units-per = { $units } × { $unit }, { $price } per { $per }
units-many =
    { $units ->
        [one] { $units } unit
       *[other] { $units } units
    }

## Signing in, and keeping a wallet

signin = Sign in
signin-text = Open a wallet that was kept with a passkey or with recovery codes.
signin-again = Prove that it is you
signin-again-text = What you asked for wants a fresh proof. It counts for five minutes.
signin-passkey = Use a passkey
signin-code = Recovery code
signin-code-hint = One of the ten you wrote down. It works once and signs all other browsers out.
signin-code-press = Use this code
signin-wrong = That opened nothing. Check it and try again, or use another way.
signin-other = That is another wallet than the one open here. Sign out first to change wallets.
signin-keep-first = This browser's own wallet holds { $amount }, and nothing else opens it: it would be lost. Keep it first.
signin-none = No wallet yet?
sign-out = Sign out
keep = Keep this wallet
keep-text = Only this browser knows this wallet. A passkey or recovery codes open it again when the cookies are cleared or the device is gone; then it may hold up to { $limit }.
keep-for-desk = The desk opens to wallets that are kept. Add a passkey or write down codes, then open the desk again.
settings = Settings
not-changed = Nothing was changed.
passkeys = Passkeys
passkeys-text = Your device's lock opens the wallet: finger, face or PIN. There is no password to forget or to steal.
passkey-add = Add a passkey
passkey-added = Passkey added.
passkey-added-codes = Now write down recovery codes, for the day this device is gone.
passkey-not-added = The passkey was not added: its answer was too late or not complete. Try again.
passkey-failed = No passkey was used. Try again.
passkey-script = Passkeys need a browser with scripts on. Recovery codes work without.
passkey-kept = The last passkey stays as long as no recovery code is left. Make codes first.
passkey-remove = Remove
codes = Recovery codes
codes-text = Ten codes on paper open the wallet when no passkey is at hand. Each works once.
codes-left =
    { $count ->
        [0] There are none yet.
        [one] One is left.
       *[other] { $count } are left.
    }
codes-make = Make ten codes
codes-make-new = Make ten new codes
codes-once = Write these down or print them. They are shown this once.
codes-shown = The codes were shown once and are not shown again.
codes-back = Type one of them from your paper
codes-back-hint = This shows that they are written down. It does not use the code up.
codes-confirm = They are written down
codes-wrong = That is none of the ten. Look at your paper again, or make ten new ones.
codes-written = Codes kept.
codes-written-text = Ten recovery codes open this wallet. Older ones no longer do.
recovered = You are back.
recovered-text =
    { $count ->
        [0] That was the last code. Add a passkey and make new codes now.
       *[other] That code is used up, and all other browsers are signed out. Add a passkey for this device.
    }
logins = Signed-in browsers
since-used = since { $since }, last used { $used } { $zone }
login-unnamed = A browser
login-desk = desk
login-this = this one
login-end = Sign out
login-end-others = Sign out all others

mail-address = Mail address
mail-hint = A code by mail opens this wallet too. Nobody else gets the address; leave it empty to forget it.
mail-save = Send a code to it
mail-set = Address kept.
mail-taken = That address keeps another wallet already.
mail-wrong = That is no mail address.
mail-sign-in-hint = A code goes out if this address keeps a wallet.
mail-send = Mail me a code
mail-code = Look into your mail
mail-sent = If that address can be used, a code is on its way. It works for 15 minutes, in this browser alone.
mail-code-label = Code from the mail
mail-code-hint = Eight letters and digits.
mail-code-press = Go on
mail-code-wrong =
    { $count ->
        [one] That is not it. One try is left.
       *[other] That is not it. { $count } tries are left.
    }
mail-code-over = That code is over. Ask for another.
mail-again = Ask for another code
mail-subject = { $code } is your code for { $instance }
mail-text =
    Your code for { $instance } is { $code }

    It works for 15 minutes, in the browser that asked for it, at { $wallet }
    If you did not ask for it, somebody typed your address. They cannot get in without this code; give it to nobody.
digest-off = One mail a month if you want it: what you spent, on which site, what is left of caps.
digest-on = You get one mail a month with what you spent.
digest-start = Send me one mail a month
digest-stop = Send me no more
digest-subject = What you spent in { $month } with { $instance }
digest-head = In { $month } you spent { $spent } with { $instance }.
digest-site = { $site }: { $amount }
digest-left-all = Left this month for one click on all sites: { $left } of { $most }
digest-left = Left this month for one click on { $site }: { $left } of { $most }
digest-statement = The statement of the month: { $url }
digest-end = You asked for this mail. To get no more: { $url }
language = Language
language-browser = As the browser asks
language-chosen = chosen
language-choose = Choose
zone = Time zone
zone-hint = A name such as Europe/Berlin or Asia/Seoul; empty for { $usual }. Times are shown in it; statements and caps count months by it. What a cap has counted stays counted when you change it.
zone-save = Keep this zone
zone-wrong = No zone has that name.
known = What is known of you
known-text = Besides what you bought: only what stands on this page.
known-settings = These settings as JSON
close = Close this wallet
close-text = Everything known of you is erased, and nothing opens this wallet again. What you bought can no longer be restored or taken back. The books keep sums without a name.
close-give-up = Close for good and give up { $amount } of play money
close-tick = There is play money in it. Press the button that gives it up.
close-empty-first = There is money in it. Take it out first.
close-press = Close for good

## The operator's door

admin = Operator
admin-health = Health
admin-operators = Operators
admin-signin-text = This door opens to operators. A wallet's passkey opens nothing here.
setup = Set up this instance
setup-another = Become an operator
setup-text = An operator sees the books and decides how this instance runs. Your passkey is bound to this address alone.
setup-code = Code
setup-code-hint = From the link that was printed or given to you. It works once.
setup-name = Your name
setup-name-hint = Other operators read it.
setup-press = Make a passkey and begin
setup-wrong = That code opens nothing: it is over, used or mistyped. On the machine, “farthing admin setup-code” prints another.
setup-nameless = Say what other operators shall call you.
setup-no-passkeys = Passkeys need a host name. Give [admin] one in farthing.toml, such as admin.example.org.
operators-text = Whoever stands here can do everything. Two operators, or two passkeys and codes on paper, keep a lost device from locking you out.
operator-since = since { $since }
operator-you = you
operator-invite = Invite an operator
operator-invited = Give this link to them. It works once, until { $until }, and is not shown again.

## The operators' pages

admin-parties = Parties
admin-books = Books
admin-limits = Limits
admin-rails = Rails
admin-jobs = Jobs
admin-audit = Log
admin-config = Settings
admin-backup = Backup
admin-restore = Restore test
standing-good = good
standing-waiting = waiting
standing-bad = bad
pages-first = To the first
pages-next = Next
admin-any = any
admin-never = never
admin-state = State
admin-all-well = All is well
admin-needs-you = Needs you: { $names }
admin-waits = Waiting: { $names }
admin-as-of = As of { $at }. Running for { $span }.
admin-counts = Counts
admin-count-wallets = Wallets with money or a past
admin-count-sales = Sales that stand
admin-count-refunds = Sales taken back
admin-count-offers = Offers
admin-count-payees = Payees
admin-count-queue = Commands waiting
admin-count-queue-limit = Most that may wait
admin-instance = This instance
admin-last-frame = Last frame
admin-hash = Hash
admin-versions = Versions
admin-versions-text = program { $program }, rules { $rules }
admin-id = Id
care-engine = Engine
care-engine-good = It answered for this page.
care-books-good = Every currency sums to nothing.
care-books-bad = A currency does not sum to nothing. Keep the folder as it is and run farthing audit --full.
care-journal = Journal
care-journal-good = Every frame up to { $frame } was read, and each names the one before.
care-journal-bad = It could not be read to its end. The log names the frame.
care-sealed = Sealed files
care-sealed-none = There are none yet: they come when the first journal file is full.
care-sealed-unread = Being read again since the start.
care-sealed-good =
    { $count ->
        [one] One file, read again until { $at }.
       *[other] { $count } files, read again until { $at }.
    }
care-sealed-bad = Damaged: { $what }. Restore that file from a copy.
care-index = Index
care-index-good = It shows all that happened.
care-index-behind =
    { $count ->
        [one] One frame behind.
       *[other] { $count } frames behind.
    }
care-index-stopped = It stopped; a restart goes on. Money is not concerned.
care-rail = Adding money
care-rail-stopped = Stopped since { $since }.
care-disk = Disk
care-disk-free = { $size } MB free.
care-days =
    { $count ->
        [one] One day ago.
       *[other] { $count } days ago.
    }
admin-steps = Before the first payment
admin-steps-text =
    { $count ->
        [one] One line is left. Each is looked at anew with this page; none can be ticked by hand.
       *[other] { $count } lines are left. Each is looked at anew with this page; none can be ticked by hand.
    }
admin-steps-test =
    { $count ->
        [one] One line is left. This folder holds test money for ever; a live one has the same list.
       *[other] { $count } lines are left. This folder holds test money for ever; a live one has the same list.
    }
step-names = Names lead here, with good certificates
step-names-wrong = Asked through their public names, these do not answer as they should:
step-operator = An operator with a passkey, and codes on paper
step-operator-none = Nobody has a passkey for this door yet.
step-operator-codes = No operator has typed a recovery code back yet, so a lost device locks everybody out.
step-second = A second operator or a second passkey
step-second-wrong = There is one passkey in all.
step-site = A payee's site, looked at from outside
step-site-missing = No site stands in farthing.toml.
step-site-unchecked = Since the start nobody has checked whether a cache shows paid pages to strangers. The payee does that at the desk.
step-site-found = The last look found something.
step-price-wrong = Every offer is free, or there is none.
step-backup = A backup taken
step-restore = A backup restored into a spare folder
step-first-test = No sale stands yet. With test money this is the rehearsal.
step-go-config = See the settings
step-go-operators = See the operators
step-go-desk = Open the desk
step-go-backup = See how
admin-parties-ask = Account id, a payee's reference, a receipt's serial, or a handle
admin-parties-hint = Payers have no names here. Payees know each of them by a reference of their own, which leads to the account.
admin-find = Find
admin-parties-none = Nobody of that name.
admin-parties-none-text = It must be whole, letter by letter.
admin-parties-too-many = There are too many payers to try a payee's reference on each. Use the receipt's serial.
admin-parties-known = Who has a name here
admin-payer = Payer
admin-record = Record
admin-record-see = See the postings
admin-party = A party
admin-party-nothing = The books have nothing of it.
admin-party-back = How it comes back
admin-party-passkeys = Passkeys
admin-party-codes = Recovery codes
admin-party-logins = Browsers signed in
admin-party-kept = Its wallet is kept: a lost browser does not lose it.
admin-party-not-kept = Only browsers know its wallet, if it has one.
admin-holds = Held
admin-holds-none = Nothing is held.
admin-balances = What it has
admin-class = Kind
admin-accounts = Accounts
admin-posted = Posted
admin-held = Held
admin-available = Available
admin-moves = Last movements
admin-moves-none = Nothing has moved.
admin-debit = Debit
admin-credit = Credit
class-funded = topped up
class-earned = earned
class-fee = fees
class-rail = rail
kind-sale = Sale
kind-refund = Refund
kind-top-up = Top-up
kind-offer = Offer set
kind-offer-ended = Offer ended
kind-payee = Payee opened
kind-guard = Limit set
kind-founding = Instance founded
admin-books-none = Nothing has been posted yet.
admin-record-find = Frame or record
admin-record-hint = A frame's number, or frame.record. The last frame is { $last }.
admin-sum = Sum: { $amount }
admin-accounts-by-size = Accounts, the largest first
admin-holder = Holder
admin-frame = Frame { $number }
admin-frame-of = Frame
admin-frame-see = See all of its records
admin-frame-before = Frame before
admin-frame-after = Frame after
admin-records = Records
admin-record-number = Record { $place }
admin-postings = Postings
admin-postings-none = It moved no value.
admin-command = Command
admin-limits-wallets = What a wallet may hold
admin-limits-browser = Known to one browser only
admin-limits-kept = With a passkey, a key or codes
admin-limits-undo = Taking back
admin-limits-no-offers = Nothing is for sale.
admin-limits-window = For how long
admin-limits-never = never
admin-limits-per-day = A payer a day
rails-none = No rail is connected: no real money can come in yet.
rails-open = Money can be added.
rails-text = While it is stopped, nobody adds money. Balances, paying, undo and histories go on.
rails-brought = Brought in
rails-stop = Stop taking money in
rails-start = Take money in again
rails-inward = What came in, newest first
rails-nothing = Nothing has come in.
rails-cleared = cleared
admin-guards = Limits that payers set
admin-guards-text = They are checked inside the purchase, so they really block.
admin-guards-none = No payer has set one.
admin-guard-on = On
admin-guard-all = everything
admin-guard-window = In
admin-guard-day = a day
admin-guard-month = a month
admin-guard-each = a page
admin-guard-asks = asks for a press
admin-guard-spent = Spent
admin-guard-most = At most
admin-job = Job
admin-job-last = Last
admin-job-next = Next
admin-job-not-yet = not since the start
admin-job-always = as it happens
admin-job-now = under way
admin-job-stopped = not by itself: restart
admin-job-index = Following the journal
admin-job-index-there = The index has everything.
admin-job-index-behind =
    { $count ->
        [one] The index is one frame behind.
       *[other] The index is { $count } frames behind.
    }
admin-job-scrub = Reading sealed files again
admin-job-scrub-did =
    { $count ->
        [one] One file, no damage.
       *[other] { $count } files, no damage.
    }
admin-job-scrub-bad =
    { $count ->
        [one] One file is damaged.
       *[other] { $count } files are damaged.
    }
admin-job-sweep = Removing what is over
admin-job-sweep-did =
    { $count ->
        [one] One row of people's data removed.
       *[other] { $count } rows of people's data removed.
    }
admin-job-snapshots = Snapshots for a fast start
admin-job-snapshots-none = None yet: a start replays everything.
admin-job-snapshots-did =
    { $count ->
        [one] One, of frame { $frame }.
       *[other] { $count }, the newest of frame { $frame }.
    }
admin-job-webhooks = Telling webhooks
admin-job-webhooks-did =
    { $count ->
        [one] One is sent to.
       *[other] { $count } are sent to.
    }
admin-jobs-begun =
    { $count ->
        [one] One delivery begins again.
       *[other] { $count } deliveries begin again.
    }
admin-job-giving = Asking wallets elsewhere for money back
admin-job-giving-did = { $waiting } waiting for an answer, { $refused } refused.
admin-pins = Other instances
admin-pins-text = The root key of each was seen first at the time below and counts since then. One that shows another key is not paid and not believed: ask its operator by another way before you accept it.
admin-pin-origin = Instance
admin-pin-since = Counts since
admin-pin-accept = Accept the new key
admin-pin-other = shows { $id } since { $when }
admin-outbox = Outbox of webhooks
admin-outbox-text = { $waiting } waiting, { $failed } given up. Below stand webhooks with either, and those that are not sent to.
admin-webhook = Webhook
admin-waiting = Waiting
admin-failed = Given up
admin-arrived = Last arrived
admin-next-try = next { $when }
admin-retry = Begin again
admin-hook-active = sent to
admin-hook-paused = paused by its owner
admin-hook-failing = paused: nothing arrives
admin-hook-gone = paused: gone
admin-config-text = What is in force since the start, from { $file }. A change counts after a restart.
admin-config-stale = The file says something else now.
admin-config-stale-text = Check it, then restart.
admin-setting = Setting
admin-value = Value
admin-source = From
admin-unset = not set
admin-source-line = line { $line }
admin-source-environment = environment
admin-source-default = default
admin-config-check = On the machine
admin-config-check-text = The first reads the files as a start would and says every mistake; the second prints this list.
admin-backup-last = Last backup
admin-backup-none = No backup is known.
admin-backup-none-text = Everything lives on one disk until there is one.
admin-backup-to = Reaches to
admin-backup-behind =
    { $count ->
        [one] frame { $frame }; one more since
       *[other] frame { $frame }; { $count } more since
    }
admin-backup-keys = Keys
admin-backup-keys-in = in it, sealed
admin-backup-keys-out = left out: keep a copy of keys/ elsewhere
admin-restore-last = Last restore test
admin-restore-none = No restore was tried.
admin-restore-none-text = A backup that was never restored is a hope.
admin-restore-clean = frame { $frame }; every hash, the chain and the books hold
admin-restore-keys-tried = opened with the passphrase
admin-restore-keys-not = not tried
admin-backup-make = How to make one
admin-backup-make-text = On the machine, while the instance runs or not. The passphrase stands in a file that is kept apart.
admin-restore-make-text = Then restore it into a spare folder, which is deleted again. This page notes that it went well.
admin-audit-order = Newest first. Times are UTC. Kept for 400 days.
admin-audit-none = Nothing has been done yet.
admin-audit-no-such = Nothing of that kind.
admin-audit-all = Show all
admin-via = By
admin-who = Who
admin-from = From where
admin-via-key = key
admin-via-machine = machine
admin-who-machine = on the machine
admin-who-key = a program
admin-who-erased = somebody erased
desk-acts = What was done
desk-acts-order = The last 20, newest first. Times are UTC.
act-signed-in = Signed in
act-recovered = Signed in with a code
act-signed-out = Signed out
act-operator-invited = Operator invited
act-operator-added = Became an operator
act-operator-removed = Operator removed
act-passkey-added = Passkey added
act-passkey-removed = Passkey removed
act-codes-made = New codes count
act-login-ended = Browser signed out
act-member-invited = Member invited
act-member-joined = Joined the team
act-role-set = Role changed
act-member-removed = Member removed
act-refunded = Sale given back
act-site-checked = Site checked
act-offers-applied = Offers applied
act-offer-made = Offer made
act-offer-changed = Offer changed
act-offer-ended = Offer withdrawn
act-brand-set = Logo or accent changed
act-key-made = Key made
act-key-rotated = Key rotated
act-key-revoked = Key revoked
act-rail-stopped = Adding money stopped
act-rail-started = Adding money started
act-l402-rotated = Secret of L402 replaced
act-webhook-made = Webhook made
act-webhook-changed = Webhook changed
act-webhook-deleted = Webhook deleted
act-webhook-rotated = Webhook's secret rotated
act-webhook-tested = Webhook tested
act-deliveries-retried = Deliveries begun again
act-root-accepted = Root key of another instance accepted

## Lists of what moved

rows-order = Newest first. Times are { $zone }.
rows-when = When
rows-what = What
rows-change = Change
rows-balance = Balance
rows-action = Undo or receipt
row-added = Added play money
row-tip = Tip
row-session = Used by the unit
row-session-at = Session at { $site }
row-undo = Undo
row-back = Taken back
row-part = Part back
row-rail = play
history = History
history-csv = CSV of all history
history-json = JSON of all history
pages = Pages
pages-newest = Newest
pages-older = Older

## Statements: a month each

statements = Statements
statements-text = One for each month in which something moved, counted in { $zone }. Each adds up, is signed, and can be kept.
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
statement-when = When ({ $zone })
statement-many = This month has { $count } changes. They stand in the file within this document and in the CSV.
paper-issuer = Issued by
paper-instance = Instance
paper-signed = The same facts stand in this document as the file { $file }: in base units, signed with the receipt key of the instance. The key: { $keys }

## A receipt

receipt-paid-to = paid to { $payee } for { $title }
receipt-undo = until { $time }, in full
receipt-undo-rest = until { $time }: the { $left } that is left
receipt-undo-closed = Could be taken back until { $since }.
receipt-back = <b>Taken back</b> on { $at }. The whole amount is in your wallet.
receipt-part = <b>{ $returned } of { $total }</b> came back to you. What you bought stays yours.
receipt-final = This purchase could not be taken back, as its page said.
receipt-used = What was used by the unit is not taken back: you pay for nothing else.
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
story-part = Part given back
cause-unsaid = not said
cause-goodwill = as goodwill
cause-not-as-described = not as described
cause-mistake = too much was charged
cause-asked = the buyer asked for it
story-by-you = by you
story-by-payee = by the payee
story-by-operator = by the operator
story-by-itself = by itself: the site did not deliver
story-captured = Paid out of a session
story-vouchers = for what your program authorised
story-trusted = as the seller’s meter counted, up to what you held

## The payee's desk

to-desk = To the desk
desk-name = Desk
desk-overview = Overview
desk-sales = Sales
desk-buyers = Buyers
desk-offers = Offers
desk-fees = Fees and shares
desk-install = Set-up
desk-team = Team
desk-settings = Settings
desk-csv = This list as CSV
desk-json = This list as JSON
desk-sign-in = Sign in with your wallet
desk-sign-in-text = The desk is where payees see what they sold. Your wallet says who you are; nothing is charged.
desk-sign-in-press = Sign in
desk-sign-out = Sign out
desk-no-team = You are on no team here
desk-no-team-text = You are signed in, but no payee has you on its team. Ask an owner for an invitation; it is a code that works once.
desk-join = I have a code
desk-joining = Join a team
desk-joining-text = An invitation makes you a member of a payee's team. Your wallet says who you are; nothing is charged.
desk-join-name-hint = The team reads it.
desk-join-press = Join
desk-join-sign-in = Sign in with your wallet and join
desk-join-wrong = That code opens nothing: it is over, used or mistyped. Ask whoever invited you for another.
desk-join-nameless = Say what the team shall call you.
desk-not-yours = Your role does not allow this
desk-not-yours-text = Your role is { $role }, and this needs { $least }. Nothing was done. An owner can change roles.
desk-not-yours-on = See the team
desk-role-reader = reader
desk-role-developer = developer
desk-role-editor = editor
desk-role-owner = owner
desk-start = Before the first payment
desk-start-text = Each line is looked up, none can be ticked by hand. The list goes away with the first payment that stands.
desk-step-done = done
desk-step-open = open
desk-step-site = A site of yours stands here
desk-step-site-open = No site names you as its payee. The operator adds one to farthing.toml.
desk-step-site-go = See how it is set up
desk-step-offer = Something has a price
desk-step-offer-open = No offer of yours asks for money yet.
desk-step-offer-go = See the offers
desk-step-check = The site was looked at from outside
desk-step-check-open = Nobody has checked yet whether a cache shows paid pages to strangers.
desk-step-check-go = Check my site
desk-step-check-bad = The last look found something.
desk-step-check-see = See what was found
desk-step-try = One purchase tried and taken back
desk-step-try-open = Nobody has bought a page and taken it back yet. Do it once as your readers will.
desk-step-try-go = Open the site
desk-step-first = The first payment that stands
desk-step-first-open = Nothing was sold yet. Send somebody the address of a page.
desk-step-first-go = Open the site
desk-earned = Earned
desk-today = Earned today
desk-month = Earned this month
desk-back = Taken back
desk-day = Day
desk-as-table = As a table
desk-top = What earned most
desk-page = Page
desk-pages = Pages
desk-yours = Yours
desk-paid = Paid
desk-last = Last
desk-sales-none = Nothing was sold yet. Every sale will stand here a moment after it is made.
desk-sales-none-go = See what is still to do
desk-sales-no-such = No sale is like that.
desk-sales-all = Show all sales
desk-filter-item = Page address contains
desk-filter-state = State
desk-filter-from = From day
desk-filter-to = To day
desk-filter-buyer = Buyer
desk-filter-go = Show
desk-state-any = all
desk-state-paid = paid
desk-state-part = given back in part
desk-state-back = taken back
desk-sale = Sale
desk-sale-of = your share of { $paid } for { $title }
desk-sale-json = Receipt as JSON
desk-buyer = Buyer
desk-buyer-all = All their purchases here
desk-offer = Offer
desk-give = Give it back…
desk-give-role = An editor or owner can give it back.
desk-give-owner = { $owner } sold it and can give it back.
desk-give-done = It was given back whole; every share was reversed.
desk-given = Given back.
desk-given-text = { $amount } is in the buyer’s wallet again.
desk-given-part = { $amount } is in the buyer’s wallet. The page stays open for them.
desk-in-part = { $returned } of { $paid } was given back. Of your share { $kept } stands.
desk-refund = Give { $amount } back, or a part?
desk-refund-text = The buyer of { $title } gets it at once, and every share gives its part of it: yours and those of others. Once all is given back, the page closes for them. It cannot be undone.
desk-refund-amount = How much, in { $currency }?
desk-refund-left = Empty gives all { $left } back. Less leaves the page with the buyer.
desk-refund-above = { $left } is left of it: give back a part of that, or leave this empty for all.
desk-refund-again = This form was used before, or lay open for too long. Look at what stands, then press once more.
desk-refund-cause = Reason, for the buyer to read
desk-refund-note = A note that only your team reads
desk-refund-hint = May stay empty. Write nothing that says who the buyer is.
desk-refund-long = At most { $most } characters, in one line.
desk-refund-press = Give back
desk-refund-not = Back without giving
desk-story-signed = signed with the buyer’s key
desk-story-pressed = by a press in the buyer’s wallet
desk-story-by-buyer = by the buyer
desk-story-by-us = by you
desk-buyers-none = Nobody has bought yet. Buyers stand here by a name that only you know them by.
desk-buyers-order = Who bought last stands first. Times are UTC.
desk-offers-none = Nothing is for sale yet. Offers stand in a file that the operator names.
desk-offers-none-go = See the set-up
desk-offers-file = Managed by { $files }: change it there and run farthing offer apply. Here it is only read.
desk-offers-no-file = Made here, kept in the journal; no file names it.
desk-offer-sales = Its sales
desk-offer-ended = Withdrawn: nothing is sold under it any more.
desk-offer-new = New offer
desk-offer-edit = Change { $name }
desk-offer-change = Change terms
desk-offer-end = Withdraw the offer
desk-offer-name = Name, for you and your files
desk-offer-path = Pages: a path, with * for one part and ** for all that follow
desk-kind-fixed = exactly
desk-kind-least = at least
desk-kind-metered = by the unit
desk-offer-when = Holds for new prices at once. Nobody pays more than they were shown; what was sold stays sold.
desk-offer-save = Save
desk-offer-leave = Back without saving
desk-wrong-name = A name has 1 to 64 bytes, in one line.
desk-wrong-taken = An offer of this name stands already: change that one.
desk-wrong-site = Choose one of your sites.
desk-wrong-path = A path begins with / and has no spaces, ? or #; a star stands for a whole part.
desk-wrong-overlap = The offer { $other } sells some of these pages already.
desk-wrong-zero = Nothing is free by accident: choose free.
desk-metered = For a price by the unit
desk-metered-per = How many units that price buys, such as 1000
desk-metered-unit = What is counted: call, byte, or a word of yours that the site reports, such as token
desk-metered-most = How many units one request costs at most; empty for calls
desk-wrong-per = Write how many units the price buys as a whole number above 0.
desk-wrong-unit = Write what is counted as a word of 1 to 16 small letters, such as token.
desk-wrong-most = Say how many units one request costs at most, so that no more is delivered than is paid for. A request is one call: for calls leave it empty.
desk-wrong-shares = The fixed shares of others are more than this price.
desk-terms = Terms
desk-example = Who gets what of { $price }
desk-wall = What readers see
desk-wall-free = No wall: the page is free.
desk-wall-none = No wall: programs alone pay for this, so no reader is asked.
desk-wall-real = Open it on the site
desk-lasts = Good for
desk-lasts-ever = for good
desk-undo = Undo
desk-undo-never = not offered
desk-undo-counted = not for what was used
desk-most = One request
desk-most-units = at most { $count } { $unit }
desk-falls = Falls
desk-falls-from = from { $at }: { $price }
desk-ways = Also paid
desk-way-up-to = request by request, for what was used, at most { $most } (x402 upto)
desk-way-l402 = by programs for Lightning (L402)
desk-way-coin = in { $coin } on { $network }, straight to your own address
desk-free = free
desk-price-least = { $price } or more
desk-price-metered =
    { $count ->
        [1] { $price } per { $unit }
       *[other] { $price } per { $count } { $unit }
    }
desk-price-others = up to { $price } a payment, as your own servers ask
desk-pages-others = What your own servers sell over x402
desk-pages-tool = The tool { $tool } of { $server } (MCP)
desk-versions = Versions
desk-version = Version
desk-since = Since
desk-stands = stands
desk-fees-text = What buyers paid, by the name of each share. What was taken back is left out.
desk-fees-caption = Where it went
desk-fees-none = No fee was ever taken: nothing was sold yet.
desk-fees-none-go = See the terms of your offers
desk-fees-free = No fee was taken from your sales.
desk-fees-total = Paid by buyers
desk-ever = In all
desk-part = Part
desk-share-fee = fee
desk-share-other = another’s share
desk-share-us = yours
desk-install-text = How your site stands behind this instance, with its own values.
desk-install-none = No site names you as its payee.
desk-install-none-go = See who can change that
desk-site-url = Public address
desk-site-origin = Pages come from
desk-site-priced = For sale
desk-check = Check my site
desk-check-text = Asks for a page through the public name, as a stranger and as a buyer, and says what stands between. Nothing is bought.
desk-check-page = A page that is for sale
desk-check-press = Check my site
desk-check-role = A developer, editor or owner can check.
desk-nginx = nginx in front
desk-caddy = Caddy in front
desk-site-attach = Attached
desk-attach-proxy = every request comes through here
desk-attach-asks = your own server asks here about each request
desk-site-search = Teaser in search
desk-search-on = yes: people and search engines get it as a page, programs get 402
desk-search-off = no: everybody gets 402
desk-nginx-asks = nginx asks about each request
desk-caddy-asks = Caddy asks about each request
desk-asks-text = Your server serves what is free or owned. Everything else goes through here: the wall, the payment, the page for as long as it can be taken back.
desk-beside = A teaser on another page of yours, the full text from here
desk-beside-text = For pages of the same site that stand elsewhere; list their origin under page_origins. Without the script the link leads to the full page.
desk-overlay = Overlay: hides, does not protect
desk-overlay-text = Hides, does not protect: whoever reads the source of the page reads all of it. For tips, and for servers where nothing else can stand.
desk-found-good = All is well: strangers see the wall, buyers the page, and no cache mixes them up.
desk-found-no-page = No page that is for sale is known.
desk-found-no-page-do = Write the path of one into the field, such as /a/story.
desk-found-unreached = The public name cannot be reached from here: { $why }.
desk-found-unreached-do = Point the name at your proxy, and the proxy at this instance; see the configurations below.
desk-found-elsewhere = The public name leads to another server.
desk-found-elsewhere-do = Readers do not pass this instance, so nothing is asked of them. Point the name here.
desk-found-leak = A cache in front shows paid pages to everybody.
desk-found-wall = A cache in front shows the wall to buyers.
desk-found-cache-do = Tell the cache to heed Cache-Control: private, no-store, or switch it off for the paths that are for sale; then empty it and check again. In nginx, remove proxy_ignore_headers.
desk-found-open = The page is served to strangers.
desk-found-open-do = Something in front answers by itself, or asks your server past this instance. Let every request for these paths come through here.
desk-found-no-wall = A stranger gets no wall but status { $status }.
desk-found-no-wall-do = Look whether the page exists and your server answers.
desk-found-no-paid = A buyer gets no page but status { $status }.
desk-found-no-paid-do = Look whether the page exists, your server answers, and cookies pass the proxy.
desk-member = Member
desk-role = Role
desk-change = Change
desk-you = you
desk-role-of = Role of { $name }
desk-role-set = Set
desk-remove = Remove
desk-roles = What each role may do
desk-may-reader = Looks at everything and takes lists along.
desk-may-developer = Checks the site and makes keys and webhooks for programs too.
desk-may-editor = Gives money back and works on offers too.
desk-may-owner = Decides who is on the team too.
desk-invite = Invite somebody
desk-invite-text = Makes a code that works once, for three days. Give it to one person, by a way you trust.
desk-invite-press = Make a code
desk-invited = A link for the role { $role }
desk-invited-text = Give it to them. It works once, until { $until }, and is not shown again.
desk-last-owner = Nothing was changed.
desk-last-owner-text = One owner must stay. Make somebody else an owner first.
desk-proved = It is you. For five minutes you may press what asked for it.
desk-unproved = Nothing was changed: that wants a proof of who you are that is not older than five minutes.
desk-prove-team = Inviting somebody, changing a role and taking somebody off the team want a proof from the last five minutes.
desk-prove-keys = Making and rotating a key want a proof from the last five minutes. Revoking one never does.
desk-prove-press = Prove it in the wallet
desk-names = Names
desk-names-text = Names and sites stand in the operator’s farthing.toml.
desk-look = How you look to payers
desk-look-text = On walls, pay sheets and receipts; and on this page, so that you see it.
desk-accent = Accent: one colour, such as #1f5f4a; empty for ours
desk-accent-press = Set the colour
desk-accent-corrected = You asked for { $wished }. So that everybody can read it, light pages show { $light } and dark ones { $dark }.
desk-accent-wrong = A colour is # and six digits or letters from a to f. Nothing was changed.
desk-logo = Logo: PNG, JPEG or WebP, at most 64 KiB
desk-logo-press = Set the logo
desk-logo-remove = Remove the logo
desk-logo-long = The file has more than 64 KiB. Nothing was changed.
desk-logo-kind = Choose a whole PNG, JPEG or WebP that does not move. Nothing was changed.
desk-logo-sides = Each side has 16 to 1024 pixels, and none is more than eight times the other. Nothing was changed.
desk-payee = Payee
desk-handle = Handle
desk-sites = Sites
desk-exports = Take your books along
desk-exports-text = Everything, to the last digit: CSV for spreadsheets, JSON in base units for programs.
desk-others = Your other desks
desk-sales-lately =
    { $days ->
        [one] Sales, last day
       *[other] Sales, last { $days } days
    }
desk-per-day =
    { $days ->
        [one] Earned on the last day
       *[other] Earned per day, last { $days } days
    }
desk-buyers-text =
    { $count ->
        [one] { $count } buyer. Nobody else knows them by this name, and you know nothing else of them.
       *[other] { $count } buyers. Nobody else knows them by these names, and you know nothing else of them.
    }
desk-undo-within = within { $span }, { $count } a day for each buyer

## The desk: what was used by the unit

usage = Used by the unit
usage-go = What was used by the unit
usage-text = Programs open a session, draw from it and are charged by the unit. What they drew is paid out when a quarter of the hold or 1.00 waits, after fifteen minutes, and at the end.
usage-used = Used
usage-held-now = Held in them
usage-used-now = Used in them
usage-waiting = Not paid out yet
usage-captured = Paid out
usage-none = Nothing was used by the unit yet. An offer with a price by the unit can be drawn from in sessions.
usage-days = Paid out by day of UTC, newest first
usage-day = Day
usage-offer = Offer
usage-units = Units
usage-price = Price
usage-rate =
    { $per ->
        [1] { $price } each
       *[other] { $price } per { $per }
    }
usage-state = State
usage-versions = Used, by version of the offer
metered-days = Counted by your meters, by day of UTC, newest first
metered-events = Events
metered-unbilled = Unbilled units
metered-text = Your service sends an event for each use, and each is drawn once. Unbilled are units that nothing was authorised for: they are shown and never charged.
usage-sessions = Sessions, newest first

## Bills of meters

bills = Bills
bills-go = Bills of your meters
bills-go-payer = Bills of services that charge by use
bills-text = What your service reported, month by month, for each buyer. A bill moves no money: everything on it was drawn as it was used. Days and months are those of UTC.
bills-text-payer = What services reported that you used, month by month. There is nothing to pay here: everything on a bill was drawn from your sessions as you used it. Days and months are those of UTC.
bills-none = Nothing was reported yet.
bills-unbilled = Unbilled units were used without money set aside for them. They are shown and never charged.
bills-of = Bills for { $period }
bill-of = Bill for { $period }
bill-by-buyer = A bill for each buyer, the largest first
bill-lines = Lines, by day of use
bill-session = Day and session
bill-meter = Meter
bill-state = State
bill-unbilled = Unbilled
bill-amount = Amount
bill-events =
    { $count ->
        [one] in { $count } event
       *[other] in { $count } events
    }
bill-buyers =
    { $count ->
        [one] { $count } buyer
       *[other] { $count } buyers
    }
bill-late = reported late, on { $day }
bill-running = running
bill-provisional = provisional
bill-final = final
bill-final-at = final from { $at }
bill-running-text = The period is not over: more is added as it is used.
bill-provisional-text = The period is over. Use that is reported late is still added until then.
bill-final-text = Nothing is ever added to it.

## The desk: coins on chains

coins = Paid in stablecoins
coins-go = What was paid in stablecoins
coins-text = These payments went over a blockchain straight to your own address. They are in no balance and no total here: you see them in your own coin wallet, and send back from there what you give back.
coins-count =
    { $count ->
        [one] { $count } payment
       *[other] { $count } payments
    }
coins-none = Nothing was paid in stablecoins yet.
coins-list = Payments, newest first
coins-page = Page
coins-coin = Coin
coins-from = from
coins-state = State
coins-paid = arrived
coins-pending = on its way
coins-lost = never arrived

## Moving a site to another instance

move = Move to another instance
move-text = Your readers keep what they bought. Nothing about them is copied: their wallets stay here, and the new instance asks this one what they own.
move-gone = stands behind another instance. Readers pay for it from wallets here and find here what they bought; those sales are in this desk.
move-none-go = Back to the settings
move-before = Both instances must be in the same mode, test or live, and in { $currency }. Nothing on this page changes anything: both operators write what follows.
move-offers = 1. Take your offers along
move-offers-text = Prices, shares, undo and durations as they stand, as an offer file. It goes beside the new instance’s farthing.toml; farthing offer check reads it there.
move-offers-take = Save { $file }
move-offers-none = Nothing is for sale on this site, so there are no offers to take along.
move-there = 2. What the new instance’s operator writes
move-there-text = Whoever has a share needs a payee there too. If the new instance’s own wallet shall also take money, it is added to wallets. Then it is started again.
move-here = 3. What the operator here writes
move-here-text = In place of the site’s section; the payee stays. Once the new instance runs, this one is started again.
move-dns = 4. Let the name lead there
move-dns-text = A day before, give { $host } a lifetime of five minutes in the DNS. Right after step 3 point it to the new server, which needs a certificate for it. Until every reader’s network has noticed, some find no page.
move-try = 5. Try it as a reader
move-try-text = Open a page that you bought before and press Restore access: it opens, and nothing is charged.
move-other-wallets = This site takes money from wallets of other instances too. Move once Jobs shows no money waiting to be given back. Their operators will see that the site’s key changed, and accept the new one under Jobs; until then nothing is sold there.
move-made-here = Its offers are made at the desk today. For that there too, the new instance is started once with the file and then with offers = [].
move-readers = What readers see
move-readers-restore = Pages ask anew, once on each device. Restore access opens what was bought and charges nothing.
move-readers-buy = They go on buying from the same wallet, { $wallet }.
move-readers-end = What was bought for a time ends when it would have ended here.
move-stays = What stays here
move-stays-money = Readers’ money, receipts, statements and limits; what you have earned.
move-stays-undo = Undo: what can still be taken back can be taken back there and in the wallet, and every share gives its part.
move-stays-desk = This desk, with the old sales and those that wallets here pay for from then on. They are given back here.
move-lost = What does not come along
move-lost-shares = Shares of others, for sales from wallets here: you get the whole, and hand on what is theirs.
move-lost-programs = What programs bought with a key: it is known here only, and they pay at the new instance.
move-lost-sessions = Sessions that are open: let them end before.
move-lost-desk = Team, keys, webhooks, colour and logo: they are made anew there. Those here go on for the sales here.

## The desk's pages for developers

dev-name = Developers
dev-keys = Keys
dev-webhooks = Webhooks
dev-deliveries = Deliveries
dev-events = Events
dev-api = API
dev-id = Id
dev-never = never
dev-created = Created
dev-used = Last used
dev-expires = Expires
dev-may = May
dev-optional = optional
dev-keys-text = What your programs show to call the API. Who has a key may do what it may do, for this payee.
dev-keys-none = No program has a key yet.
dev-keys-all = All keys
dev-key = Key
dev-key-new = New key
dev-key-name = Name: which program, on which machine
dev-key-lasts = Opens for
dev-key-ever = until it is revoked
dev-key-press = Make the key
dev-key-begins = Begins with
dev-key-made = The key { $name }
dev-key-made-text = Copy it now into your program’s secrets: it is not shown again, and kept here is only its hash.
dev-key-made-beside = The one before opens for seven days more.
dev-key-replaced = being replaced
dev-key-expired = expired
dev-key-revoked = revoked
dev-key-successor = Replaced by
dev-rotate = Rotate
dev-key-rotate-text = Makes another key with the same name and permissions. Both open for { $span }, so that no program stops; then this one ends by itself.
dev-key-rotate-press = Make the new key
dev-key-revoke = Revoke…
dev-key-revoke-ask = Revoke { $name }?
dev-key-revoke-text = From this moment on it opens nothing, and the programs that use it are refused. It cannot be undone; if they shall go on, rotate instead.
dev-key-revoke-press = Revoke the key
dev-key-revoke-not = Back without revoking
dev-key-wrong-name = A name has 1 to 64 bytes of plain text, in one line.
dev-key-wrong-scopes = Tick at least one thing that the key may do.
dev-key-wrong-days = Choose for how long the key opens.
dev-key-wrong-many =
    { $most ->
        [one] At most { $most } key
       *[other] At most { $most } keys
    } may stand at once. Revoke one first.
dev-scope-read = read
dev-scope-refund = refund
dev-scope-webhooks = webhooks
dev-may-read = Looks at sales, offers, balances and events.
dev-may-refund = Gives sales back, whole or in part.
dev-may-webhooks = Sets up webhooks and looks at their deliveries.
dev-scope-offers = offers
dev-scope-sites = sites
dev-scope-keys = keys
dev-scope-team = team
dev-may-offers = Makes, changes and withdraws offers, and sets logo and accent.
dev-may-sites = Has your sites looked at from outside.
dev-may-keys = Makes, rotates and revokes keys: none that may do more than it or lasts longer.
dev-may-team = Sees the team and what was done, invites and removes members; owners are left to owners.
dev-scope-meters = meters
dev-may-meters = Sends events of your meters, which draw from what payers hold.
dev-key-wrong-grant = A key can be given only what your own role may do.
dev-hooks-text = Where events are sent as they happen, signed, and again until they arrive.
dev-hooks-none = Nothing is sent anywhere yet.
dev-hooks-all = All webhooks
dev-hook-new = New webhook
dev-hook-press = Add the webhook
dev-hook-active = active
dev-hook-trouble = active, last try failed
dev-hook-paused = paused
dev-hook-failing = stopped: nothing arrived
dev-hook-gone = stopped: answered 410
dev-hook-wrong-address = Nothing is sent to that address:
dev-hook-wrong-again = This form was used before with other words. Nothing was changed; look at it and press again.
dev-hook-wrong-many =
    { $most ->
        [one] A payee has at most { $most } webhook.
       *[other] A payee has at most { $most } webhooks.
    } Delete one first.
dev-target = Address
dev-kinds-choose = Events to send; none ticked sends all
dev-kinds-all = all
dev-succeeded = Last success
dev-failing-since = Failing since
dev-old-secret = Old secret signs
dev-secret-made = The secret of this webhook
dev-secret-text = Copy it now to where your program checks signatures: it is not shown again. Any library for Standard Webhooks takes it as it is.
dev-rotate-secret = Another secret
dev-rotate-secret-text = Deliveries are signed with both for { $span }, so that your program can change over at any time.
dev-rotate-secret-press = Rotate the secret
dev-test = Send a test
dev-pause = Pause
dev-resume = Resume
dev-paused-text = Nothing is sent while it is paused. What happens meanwhile is sent when it goes on.
dev-failing-text = For five days nothing arrived, so nothing more is sent. Repair the receiver, then resume: it goes on where it stopped.
dev-gone-text = The receiver answered 410, that it is gone for good, so nothing more is sent. Change the address or resume.
dev-delete = Delete…
dev-delete-ask = Delete this webhook?
dev-delete-text = It goes with its secret and all its deliveries, those that wait too. Events stay in the stream.
dev-delete-press = Delete the webhook
dev-delete-not = Back without deleting
dev-latest = Latest deliveries
dev-deliveries-text = What was sent to all webhooks and what waits, for 30 days. Times are UTC.
dev-deliveries-none = Nothing was sent yet. Send a test to a webhook, or wait for the next sale.
dev-deliveries-no-such = No delivery is like that.
dev-deliveries-all = All deliveries
dev-event = Event
dev-sent = Sent
dev-answer = Answer
dev-tries = Tries
dev-try = Try { $number }
dev-next = Next try
dev-waiting = waiting
dev-delivered = delivered
dev-failed = failed
dev-retry = Retry
dev-retry-all = Retry all failed
dev-look-again = Look again
dev-body = Body
dev-request = Request
dev-response = Response
dev-no-answer = No answer:
dev-not-sent = It was not sent yet.
dev-cut = Cut here; whole in
dev-events-text = What happened, the newest last, as GET /v1/events gives it to programs.
dev-events-none = Nothing happened yet. The first sale will stand here.
dev-events-none-go = See how the site is set up
dev-events-no-more = Nothing more on this side.
dev-events-newest = To the newest
dev-events-older = Older
dev-events-newer = Newer
dev-kind = Kind
dev-after = After seq
dev-after-wrong = That is no seq: write the number of an event, or 0 for all from the first.
dev-api-text = Every call of your programs, with examples that carry this instance’s address.
dev-api-all = All calls
dev-api-key = Key
dev-api-words = How values and signatures are written
dev-api-body = Body
dev-base = Address
dev-examples = Examples
dev-examples-key = They read a key from the environment as { $name }; what stands in capitals is yours to fill in.
dev-examples-signed = A payer signs this call with a key of their own; the finished header is read from the environment as { $name }.
dev-parameters = Parameters
dev-refusals = Refusals
dev-refusals-text = Refused, nothing was done. The answer is a problem document with one of these codes.

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

## What a code means

code = Code
code-text = A refusal by its code, explained for people who write programs. The explanation is in English.
code-status = HTTP status
code-type = Type
code-members = Further members

## Problems: the codes of docs/problems.md as people read them

problem-unknown = Nothing here
problem-unknown-text = There is nothing of that name, or it is not yours. Check the address.
problem-devices = Watched on as many devices as may be
problem-devices-text = { $most } watch already from what you hold. Stop one of them, or wait a few seconds after it has stopped. Nothing was paid for this.
problem-method = Not done at this address
problem-method-text = This address takes { $allow }. Nothing was done. Use one of these.
problem-playlist = This film cannot be played
problem-playlist-text = The site's list of its parts cannot be sold: { $said }. Nothing was charged. The site has to look.
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
problem-above-left = That is not what is left to give back
problem-above-left-text = Of this sale { $left } is left to give back. Nothing moved. Choose a part of that.
