# Deutsch. Anrede: Sie. Spannen stehen nur im Akkusativ: „Sie haben 3 Tage Zeit“.

## Around every page

skip = Zum Inhalt springen
test-money = { $test } Spielgeld. Hier ist nichts echt.
footer = Zahlung über { $instance }. Auf dieser Seite läuft kein Skript.
nav = Wallet
nav-wallet = Wallet
nav-history = Verlauf
nav-settings = Einstellungen
balance = Guthaben
month-spent = { $amount } in diesem Monat
problem-facts = Status { $status } · Code { $code } · Anfrage { $request }
failure-facts = Code { $code } · Anfrage { $request }
to-wallet = Zur Wallet
back-to-wallet = Zurück zur Wallet
back-to-page = Zurück zur Seite
go-to-site = Weiter zu { $site }
receipt = Beleg
undo = Zurücknehmen
until = bis { $time }
quoted = „{ $title }“
nothing-yet = Noch nichts. Was Sie zahlen, aufladen und zurücknehmen, wird hier stehen.

## Spans of time

span-days =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
span-hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
span-minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
span-seconds =
    { $count ->
        [one] { $count } Sekunde
       *[other] { $count } Sekunden
    }

## The wall: what is asked for a page

wall-price = Preis
wall-per =
    { $count ->
        [1] je { $unit }
       *[other] je { $count } { $unit }
    }
wall-metered = Dies bezahlen Programme Einheit für Einheit aus einer Sitzung, die sie öffnen und schließen. Rufen Sie die Adresse ab mit:
wall-or-more = oder mehr, ganz wie Sie möchten
wall-pay-read = { $price } zahlen und lesen
wall-pay-open = { $price } zahlen und öffnen
wall-pay-download = { $price } zahlen und herunterladen
wall-choose-read = Preis wählen und lesen
wall-choose-open = Preis wählen und öffnen
wall-choose-download = Preis wählen und herunterladen
wall-ever =
    { $act ->
        [read] Der ganze Artikel
        [open] Die ganze Seite
       *[download] Die Datei
    }, dauerhaft für Sie{ $devices ->
        [0] { "" }
        [one] , auf einem Gerät
       *[other] , auf bis zu { $devices } Geräten
    }. Kein Abo.
wall-for =
    { $act ->
        [read] Der ganze Artikel
        [open] Die ganze Seite
       *[download] Die Datei
    }, für { $span }{ $devices ->
        [0] { "" }
        [one] , auf einem Gerät
       *[other] , auf bis zu { $devices } Geräten
    }. Der Zugang endet von selbst; nichts verlängert sich.
wall-once =
    { $act ->
        [read] Der ganze Artikel
        [open] Die ganze Seite
       *[download] Die Datei
    }, einmalig. Kein Abo.
wall-falls = Ab { $at }: { $price }.
wall-ends = Zu kaufen bis { $at }.
wall-undo = Nicht das, was Sie sich erhofft haben? Sie haben { $span } Zeit, den Kauf mit einem Klick zurückzunehmen, und erhalten alles zurück.
wall-final = Dieser Kauf kann nicht zurückgenommen werden. Abgebucht wird erst, wenn Sie gesehen haben, wer das Geld erhält, und noch einmal drücken.
wall-restore = Zugang wiederherstellen
wall-phone = Mit dem Handy zahlen
wall-what = Was ist eine Wallet?
wall-machine = Lesen Sie mit einem Programm?
wall-machine-text = Die Bedingungen stehen in den Kopfzeilen dieser Antwort. Kein Konto, kein Schlüssel, um den man bitten müsste:
wall-back = Zurückgenommen.
wall-back-text = { $amount } ist wieder in Ihrer Wallet.
wall-back-later = { $amount } kommt in Ihre Wallet zurück, sobald die Wallet antwortet. Sie müssen nichts tun.
wall-changed = Der Preis hat sich geändert.
wall-changed-text = Er lag bei { $was }. Es wurde nichts abgebucht.
way-back-used = Dieser Rückweg wurde schon benutzt oder ist zu alt
wall-return = Dieser Rückweg wurde schon benutzt oder ist zu alt.
wall-return-text = Drücken Sie den Knopf noch einmal: Was Sie gekauft haben, wird nicht doppelt berechnet.
wall-wallet = Zahlen aus { $wallet }
wall-wallet-text = Geld aus diesen Wallets wird hier auch angenommen:
way-back-used-text = Öffnen Sie die Seite noch einmal und drücken Sie den Knopf: Was Sie gekauft haben, wird nicht doppelt berechnet.

## Everything for sale on a site, as links

fees = Was es hier zu kaufen gibt
fees-text = Alles hier kostet etwas. Wenn Sie einen Link öffnen, sehen Sie den Preis noch einmal; vorher wird nichts berechnet.
fees-none = Zurzeit gibt es hier nichts zu kaufen.
fees-ever = für immer lesbar
fees-for = { $span } lang lesbar
fees-once = für eine Anfrage eines Programms

## What can go another way than reading

taken-back = Zurückgenommen
taken-back-since = liegt wieder in Ihrer Wallet, seit { $at }.
taken-back-closed = { $title } ist für Sie ab jetzt geschlossen. Sie können es noch einmal kaufen; ein zweites Mal zurücknehmen können Sie es nicht.
taken-back-wallet = Wallet öffnen
origin-failed = Die Website hat nicht geantwortet
origin-failed-back = Die Website hat nicht geantwortet. Sie haben Ihr Geld zurück.
origin-failed-text = für { $title } ist von selbst in Ihre Wallet zurückgekehrt. Sie haben nichts bezahlt.
origin-failed-later = Die Seite hat nicht geantwortet. Ihr Geld kommt zurück.
origin-failed-later-text = für { $title } kommt in Ihre Wallet zurück, sobald die Wallet antwortet. Sie müssen nichts tun.
origin-failed-again = Noch einmal versuchen
origin-failed-receipt = Beleg ansehen
cookies-off = Cookies sind ausgeschaltet
cookies-off-head = Ihr Browser speichert keine Cookies für diese Website
cookies-off-text = { $title } gehört Ihnen und wartet in Ihrer Wallet. Ein Cookie ist nötig, um diesen Browser als den wiederzuerkennen, der gekauft hat; es folgt Ihnen nirgendwohin.
cookies-off-allow = Erlauben Sie in den Einstellungen Ihres Browsers Cookies für diese Website.
cookies-off-press = Drücken Sie „Zugang wiederherstellen“. Es wird nichts noch einmal abgebucht.
wallet-silent-head = Ihre Wallet antwortet nicht
wallet-silent-text = Was Sie gekauft haben, gehört Ihnen und wartet in Ihrer Wallet; nichts ist verloren, und nichts wird noch einmal berechnet. Drücken Sie in einem Augenblick auf Zugang wiederherstellen.

## Films: what watching costs

watch-per =
    { $seconds ->
        [one] pro Sekunde
       *[other] je { $seconds } Sekunden
    }
film-seconds = { $seconds } s
film-minutes = { $minutes } min { $seconds } s
film-used =
    { $seconds ->
        [one] { $length } angesehen, { $price } pro Sekunde
       *[other] { $length } angesehen, { $price } je { $seconds } Sekunden
    }
film-rate =
    { $seconds ->
        [one] { $price } pro Sekunde
       *[other] { $price } je { $seconds } Sekunden
    }
watch-held = { $hold } werden zurückgelegt, wenn Sie beginnen; das reicht für { $span }. Bezahlt wird nur, was Sie ansehen; der Rest kommt zurück, sobald Sie aufhören.
watch = Ansehen
watch-final = Was angesehen wurde, kann nicht zurückgenommen werden. Zurückgelegt wird erst, wenn Sie gesehen haben, wer das Geld erhält, und noch einmal drücken.
watch-rate = Preis
watch-good-for = Reicht für
watch-left = Vom Zurückgelegten übrig
watch-hold = zurückgelegt, nicht bezahlt
watch-press = { $amount } zurücklegen und ansehen
watch-more = Weitere { $amount } zurücklegen
devices = Geräte, auf denen der Film läuft
devices-head =
    { $count ->
        [one] Der Film läuft auf einem Gerät
       *[other] Der Film läuft auf { $count } Geräten
    }
devices-none = Gerade läuft der Film nirgends
devices-most =
    { $most ->
        [one] Sie können auf einem Gerät zur selben Zeit schauen.
       *[other] Sie können auf höchstens { $most } Geräten zur selben Zeit schauen.
    }
devices-since = seit { $since } { $zone }
devices-stop = Dieses anhalten
devices-text = Das angehaltene Gerät gibt seinen Platz an diesen Browser ab. Ein Gerät, das einige Sekunden lang nichts abruft, gibt ihn von selbst frei.
devices-back = Zurück zum Film
watch-devices =
    { $most ->
        [one] Auf einem Gerät zur selben Zeit.
       *[other] Auf höchstens { $most } Geräten zur selben Zeit.
    }
watch-text = Bezahlt wird nur, was Sie ansehen, sobald es geliefert wird: Ihr Player holt einige Sekunden im Voraus. Der Rest kommt zurück, wenn Sie aufhören oder { $idle } lang nichts ansehen.

## Waiting for a phone that pays

wait-head = Mit dem Handy zahlen
wait-for = Für { $title }
wait-text = Scannen Sie den Code mit der Kamera Ihres Handys. Dort öffnet sich Ihre Wallet und fragt, bevor sie zahlt; sobald Sie gedrückt haben, öffnet sich die Seite hier.
wait-long = Die Adresse dieser Seite ist zu lang für einen Code. Öffnen Sie sie auf Ihrem Handy über den Link oder den Text unten: Ihre Wallet fragt, bevor sie zahlt; sobald Sie gedrückt haben, öffnet sich die Seite hier.
wait-code = Code für Ihr Handy
wait-waiting = Warten auf Ihr Handy.
wait-until = Der Preis gilt bis { $time }.
wait-warning = Wer diesen Code scannt, zahlt für diesen Browser. Zeigen Sie ihn niemandem sonst.
wait-link = Dasselbe als Link
wait-copy = Und als Text, um ihn an Ihr Handy zu schicken
wait-over = Das Warten ist vorbei
wait-over-text = Ein Preis gilt zehn Minuten. Wenn Sie schon bezahlt haben, nehmen Sie einen neuen Code: Was Sie gekauft haben, öffnet sich, ohne dass noch einmal abgebucht wird.
wait-again = Neuen Code holen

## The bar over a paid page

bar-name = Ihre Zahlung
bar-paid = { $amount } bezahlt

## The pay sheet

sheet-title = Zahlung an { $payee }
sheet-payee = Zahlung an
sheet-owned = Gehört Ihnen schon
sheet-used = Bezahlt
sheet-expired = Dieser Preis ist abgelaufen
sheet-was = bisher { $was }, jetzt { $now }
sheet-or-more = oder mehr
sheet-open = Wallet öffnen und weiter
sheet-open-text = Kein Name, keine E-Mail-Adresse. Die Wallet gehört zu diesem Browser und fasst höchstens { $limit }. Dieser Klick kostet nichts.
sheet-sign-in = Ich habe eine Wallet: anmelden
sheet-have = Sie haben
sheet-missing = Es fehlen { $amount }
sheet-missing-text = Laden Sie einen Betrag auf, dann kommt diese Seite wieder. Nichts wird bezahlt, bevor Sie auf Zahlen drücken.
sheet-after = Guthaben danach
sheet-dearer = <b>Der Preis ist gestiegen,</b> seit Sie gedrückt haben. Es wurde nichts abgebucht.
sheet-expired-text = Ein Preis gilt zehn Minuten. Es wurde nichts abgebucht; auf der Seite steht ein neuer.
sheet-expired-see = Heutigen Preis ansehen
sheet-owned-text = Sie haben { $title } gekauft: { $since }. Erneutes Öffnen kostet nichts.
sheet-owned-open = Öffnen
sheet-used-text = { $title } ist bezahlt und gehört Ihnen. Noch einmal zu drücken würde nichts kosten.
sheet-used-open = Artikel öffnen
sheet-for = Für
sheet-undo = Rücknahme
sheet-no-undo = bei diesem Kauf nicht möglich
sheet-pay = { $price } zahlen
sheet-choose = Ihr Preis in { $currency }
sheet-choose-hint = Mindestens { $least }. Bis zu sechs Nachkommastellen; nichts wird gerundet.
sheet-choose-pay = Diesen Preis zahlen
sheet-choose-or = Oder einer von diesen, sofort bezahlt
sheet-choose-one = Zahlen:
sheet-back = Zurück, ohne zu zahlen
sheet-screen = <b>Die Seite öffnet sich auf dem Bildschirm, der den Code zeigt,</b> nicht hier. Ist das Ihrer, und haben Sie es gerade selbst angefragt? Wenn nicht, gehen Sie zurück.
sheet-screen-readers = Der Browser dort darf danach öffnen, was Sie auf dieser Seite gekauft haben, bis Sie das unter „Seiten“ beenden.
sheet-screen-owned = { $title } gehört Ihnen schon und kann sich auf dem Bildschirm öffnen, der den Code zeigt; es wird nichts abgebucht. Wenn das nicht Ihr Bildschirm ist, gehen Sie zurück.
sheet-screen-open = Auf diesem Bildschirm öffnen
sheet-screen-expired = Holen Sie auf dem anderen Bildschirm einen neuen Code.
pay-done = Bezahlt
pay-done-text = { $title } öffnet sich in wenigen Sekunden auf dem Bildschirm, der den Code zeigt.
pay-done-readers = Der Browser dort darf öffnen, was Sie auf dieser Seite gekauft haben. Sie können das jederzeit beenden.
sheet-one-click = Nächstes Mal mit einem Klick
sheet-one-click-text = Dann ist mit einem Klick auf einen Preis dieser Seite sofort bezahlt: höchstens { $page } je Artikel und { $site } im Monat hier, { $all } im Monat auf allen Seiten. Die Rücknahme bleibt, wie sie ist; unter „Seiten“ ändern Sie das jederzeit.
sheet-goes = Ein Klick auf dieser Seite: es geht von selbst weiter.
sheet-agreed = Diese Seite hat einen Klick, aber dieser Besuch kam nicht von Ihrem Klick auf einen Preis. Bitte einmal drücken.
sheet-paused = Ein Klick ist auf dieser Seite pausiert.
sheet-caps = Obergrenzen ändern
sheet-once = Nur dieses Mal: { $price } zahlen
sheet-over-page = <b>Über Ihrer Obergrenze für einen Artikel.</b> Es wurde nichts abgebucht.
sheet-over-site = <b>Über Ihrer Obergrenze für diese Seite.</b> Es wurde nichts abgebucht.
sheet-over-all = <b>Über Ihrer Obergrenze für alle Seiten.</b> Es wurde nichts abgebucht.
sheet-over-day = <b>Über Ihrer Obergrenze für einen Tag.</b> Es wurde nichts abgebucht.
choose-least = Der Preis beträgt mindestens { $least }.
choose-form = Schreiben Sie den Preis als Zahl, mit einem Komma vor den Nachkommastellen: 0,10
choose-fine = Ein Preis hat höchstens sechs Nachkommastellen; nichts wird gerundet.
choose-large = Das ist mehr, als gezählt werden kann.

## The wallet's first page

open-head = Eine Wallet für Preise unter einem Cent
open-text = Zahlen Sie für einen Artikel, eine Datei, einen Abruf. Sehen Sie vor dem Klick, wer das Geld erhält, nehmen Sie zurück, was es nicht wert war, und finden Sie jeden Betrag bis auf die letzte Stelle wieder.
open-press = Wallet öffnen
open-limit = Kein Name, keine E-Mail-Adresse. Die Wallet gehört zu diesem Browser und fasst höchstens { $limit }.
open-sign-in = Bei einer aufbewahrten Wallet anmelden
costs = Was es kostet
costs-nothing = nichts
costs-opening = Eine Wallet öffnen
costs-paying = Zahlen
costs-adding-play = Spielgeld aufladen
costs-adding = Geld aufladen
costs-undo = Einen Kauf zurücknehmen
operator = Wer das betreibt
operator-test = Hier wird mit Spielgeld gearbeitet. Nichts davon lässt sich für echtes Geld kaufen oder in echtes Geld tauschen.
home-held = { $amount } mehr ist für laufende Käufe vorgemerkt
home-month =
    { $amount } ausgegeben im { $month }, { $purchases ->
        [0] keine Käufe
        [one] { $purchases } Kauf
       *[other] { $purchases } Käufe
    }
add-play = Spielgeld aufladen
add-money = Geld aufladen
add-one = Aufladen:
add-fee = Gebühr { $fee }
added = Aufgeladen.
added-text = { $amount } ist in Ihrer Wallet.
rail-stopped = Aufladen geht gerade nicht.
rail-stopped-text = Angehalten seit { $since }. Mit Ihrem Guthaben können Sie weiter zahlen; Rückgängigmachen und Verlauf gehen wie immer.
not-added = Es wurde nichts aufgeladen.
not-added-again = Diese Seite wurde schon benutzt oder war lange offen. Drücken Sie noch einmal.
not-added-full = Diese Wallet fasst höchstens { $most }.
home-unkept = <b>Nur dieser Browser kennt diese Wallet.</b> Werden seine Cookies gelöscht, ist ihr Inhalt verloren. Solange sie nicht auch anderswo aufbewahrt wird, fasst sie höchstens { $limit }.
home-recent = Letzte Bewegungen
home-all = Ganzer Verlauf
home-try = Ansehen, was { $site } verkauft

## Sites, and what one click may draw there

nav-sites = Seiten
sites = Seiten
sites-text = Wo Sie bezahlt haben, wie viel ein Klick dort abbuchen darf und welche Browser dort in Ihrem Namen lesen.
sites-none = Noch keine Seite. Hier stehen die Seiten, auf denen Sie bezahlen.
sites-back = Alle Seiten
sites-all = Alle Seiten zusammen
sites-all-text = Mit einem Klick wird nie mehr als das im Monat abgebucht, auf allen Seiten zusammen. Was Sie selbst drücken, zählt mit, wird davon aber nie aufgehalten.
sites-all-none = Es gibt noch keine solche Obergrenze. Die erste Seite, der Sie einen Klick erlauben, legt sie fest.
cap-used = { $spent } von { $most } in diesem Monat, { $left } übrig. Beginnt neu: { $day }.
cap-of = von { $most }
cap-page = Höchstens { $most } je Artikel.
cap-most = Ihre Obergrenze
cap-spent = Ausgegeben
cap-left = Übrig
cap-resets = Beginnt neu
cap-near = { $what }: Ihre Obergrenze ist fast erreicht.
cap-reached = { $what }: Ihre Obergrenze ist erreicht.
cap-warning = { $spent } von { $most } in diesem Monat. Neu ab { $day }; bis dahin können Sie weiterhin drücken.
caps-page = Höchstens je Artikel, in { $currency }
caps-page-hint = Was mehr kostet, wird jedes Mal erfragt.
caps-site = Höchstens im Monat auf dieser Seite, in { $currency }
caps-all = Höchstens im Monat auf allen Seiten, in { $currency }
caps-hint = Eine niedrigere Obergrenze gilt sofort. Um in einer behaltenen Wallet eine zu erhöhen, weisen Sie sich vorher aus.
caps-set = Festlegen
caps-form = Schreiben Sie die Obergrenze als Zahl, mit einem Komma vor den Nachkommastellen: 0,50
caps-order = Ein Artikel kann nicht mehr haben als der Monat.
one-click = Ein Klick
one-click-text = Mit einem Klick auf einen Preis dieser Seite ist sofort bezahlt, solange es unter Ihren Obergrenzen bleibt. Die Rücknahme bleibt, wie sie ist.
one-click-on = ein Klick
one-click-off = fragt jedes Mal
one-click-paused = pausiert
one-click-pause = Pausieren
one-click-resume = Weiter
one-click-revoke = Ein Klick beenden
site-spent = { $amount } in diesem Monat.
site-pages = Bezahlte Artikel
site-pages-none = Hier wurde nichts bezahlt.
readers = Browser mit Zugang
readers-text = Sie öffnen, was Sie auf dieser Seite bezahlt haben. Einen zu beenden nimmt Ihnen nichts: die Wallet gibt den Zugang wieder.
readers-none = Keine.
reader = Ein Browser
reader-since = seit { $since }, bis { $until }
reader-end = Beenden
reader-end-all = Alle beenden

## Sessions: what is used by the unit

session = Sitzung
sessions-open = Offene Sitzungen
session-open = offen
session-closing = wird geschlossen
session-ended = beendet
session-drawn-of = Verbraucht von dem, was für { $site } gehalten wird
session-figures = { $drawn } von { $held } verbraucht, { $left } übrig. Endet von selbst am { $until }.
session-paid-to = abgerufen von { $payee } für { $item }
session-held = Gehalten
session-captured = Ausgezahlt
session-waiting = Verbraucht, noch nicht ausgezahlt
session-released = Freigegeben
session-opened = Geöffnet
session-until = Endet von selbst
session-ended-at = Beendet
session-kind = Bezahlt durch
session-kind-trusted = den Zähler des Verkäufers, bis zur gehaltenen Summe
session-kind-signed = Belege, die Ihr Programm unterschreibt
session-kind-chain = Kettenglieder, die Ihr Programm zeigt
session-by-you = von Ihnen
session-by-idle = weil fünf Minuten lang nichts verbraucht wurde
session-by-time = weil ihre Zeit um war
session-by-operator = vom Betreiber
session-close = Schließen
session-close-hint = Verbrauchtes wird bezahlt, der Rest gehört sofort wieder Ihnen.
session-closing-text = Nichts Neues beginnt. Was läuft, wird erst fertig, dann kommt der Rest zurück.
session-nothing = Bisher wurde nichts verbraucht.
session-units = Was Sie verbraucht haben
session-captures = Ausgezahlt, das Neueste zuerst
session-captures-newest = Die neuesten { $shown } von { $all }.
session-back = { $amount } freigegeben
session-ended-lead = Geschlossen.
session-ended-text = { $captured } wurde für Verbrauchtes bezahlt; { $released } ist wieder in Ihrer Wallet.
session-told = { $site }: { $level } % der gehaltenen Summe sind verbraucht.
session-told-all = { $site }: Die ganze gehaltene Summe ist verbraucht.
session-told-text = { $drawn } von { $held } in dieser Sitzung. Ihr Programm kann mehr halten lassen, oder Sie schließen sie.
unit-call =
    { $count ->
        [one] Abruf
       *[other] Abrufe
    }
unit-byte =
    { $count ->
        [one] Byte
       *[other] Bytes
    }
unit-second =
    { $count ->
        [one] Sekunde
       *[other] Sekunden
    }
units-each = { $units } × { $unit }, je { $price }
units-per = { $units } × { $unit }, { $price } je { $per }
units-many =
    { $units ->
        [one] { $units } Einheit
       *[other] { $units } Einheiten
    }

## Signing in, and keeping a wallet

signin = Anmelden
signin-text = Öffnet eine Wallet, die mit einem Passkey oder mit Wiederherstellungscodes aufbewahrt ist.
signin-again = Zeigen Sie, dass Sie es sind
signin-again-text = Was Sie vorhaben, braucht einen frischen Nachweis. Er gilt fünf Minuten.
signin-passkey = Passkey verwenden
signin-code = Wiederherstellungscode
signin-code-hint = Einer der zehn, die Sie aufgeschrieben haben. Er gilt einmal und meldet alle anderen Browser ab.
signin-code-press = Diesen Code verwenden
signin-wrong = Damit ließ sich nichts öffnen. Prüfen Sie es und versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.
signin-other = Das ist eine andere Wallet als die hier geöffnete. Melden Sie sich zuerst ab, um zu wechseln.
signin-keep-first = Die Wallet dieses Browsers enthält { $amount }, und nichts anderes öffnet sie: Das Geld wäre verloren. Bewahren Sie sie zuerst auf.
signin-none = Noch keine Wallet?
sign-out = Abmelden
keep = Diese Wallet aufbewahren
keep-text = Nur dieser Browser kennt diese Wallet. Ein Passkey oder Wiederherstellungscodes öffnen sie wieder, wenn die Cookies gelöscht sind oder das Gerät weg ist; dann fasst sie bis zu { $limit }.
keep-for-desk = Der Desk öffnet sich nur aufbewahrten Wallets. Fügen Sie einen Passkey hinzu oder schreiben Sie Codes auf und öffnen Sie den Desk dann noch einmal.
settings = Einstellungen
not-changed = Nichts wurde geändert.
passkeys = Passkeys
passkeys-text = Die Sperre Ihres Geräts öffnet die Wallet: Finger, Gesicht oder PIN. Es gibt kein Passwort, das man vergessen oder stehlen kann.
passkey-add = Passkey hinzufügen
passkey-added = Passkey hinzugefügt.
passkey-added-codes = Schreiben Sie jetzt Wiederherstellungscodes auf, für den Tag, an dem dieses Gerät weg ist.
passkey-not-added = Der Passkey wurde nicht hinzugefügt: Seine Antwort kam zu spät oder war unvollständig. Versuchen Sie es noch einmal.
passkey-failed = Es wurde kein Passkey verwendet. Versuchen Sie es noch einmal.
passkey-script = Passkeys brauchen einen Browser mit eingeschalteten Skripten. Wiederherstellungscodes gehen ohne.
passkey-kept = Der letzte Passkey bleibt, solange kein Wiederherstellungscode übrig ist. Erzeugen Sie zuerst Codes.
passkey-remove = Entfernen
codes = Wiederherstellungscodes
codes-text = Zehn Codes auf Papier öffnen die Wallet, wenn kein Passkey zur Hand ist. Jeder gilt einmal.
codes-left =
    { $count ->
        [0] Es gibt noch keine.
        [one] Einer ist übrig.
       *[other] { $count } sind übrig.
    }
codes-make = Zehn Codes erzeugen
codes-make-new = Zehn neue Codes erzeugen
codes-once = Schreiben Sie sie auf oder drucken Sie sie. Sie werden nur dieses eine Mal gezeigt.
codes-shown = Die Codes wurden einmal gezeigt und werden nicht wieder gezeigt.
codes-back = Tippen Sie einen davon von Ihrem Papier ab
codes-back-hint = Das zeigt, dass sie aufgeschrieben sind. Der Code wird dabei nicht verbraucht.
codes-confirm = Sie sind aufgeschrieben
codes-wrong = Das ist keiner der zehn. Sehen Sie noch einmal auf Ihr Papier, oder erzeugen Sie zehn neue.
codes-written = Codes aufbewahrt.
codes-written-text = Zehn Wiederherstellungscodes öffnen diese Wallet. Ältere tun es nicht mehr.
recovered = Sie sind wieder da.
recovered-text =
    { $count ->
        [0] Das war der letzte Code. Fügen Sie jetzt einen Passkey hinzu und erzeugen Sie neue Codes.
       *[other] Dieser Code ist verbraucht, und alle anderen Browser sind abgemeldet. Fügen Sie einen Passkey für dieses Gerät hinzu.
    }
logins = Angemeldete Browser
since-used = seit { $since }, zuletzt benutzt { $used } { $zone }
login-unnamed = Ein Browser
login-desk = Desk
login-this = dieser
login-end = Abmelden
login-end-others = Alle anderen abmelden

mail-address = E-Mail-Adresse
mail-hint = Ein Code per E-Mail öffnet diese Wallet ebenfalls. Niemand sonst erfährt die Adresse; leer gelassen wird sie vergessen.
mail-save = Einen Code dorthin schicken
mail-set = Adresse aufbewahrt.
mail-taken = Diese Adresse bewahrt schon eine andere Wallet auf.
mail-wrong = Das ist keine E-Mail-Adresse.
mail-sign-in-hint = Ein Code geht hinaus, wenn diese Adresse eine Wallet aufbewahrt.
mail-send = Code per E-Mail schicken
mail-code = Sehen Sie in Ihre E-Mail
mail-sent = Wenn die Adresse verwendet werden kann, ist ein Code unterwegs. Er gilt 15 Minuten, nur in diesem Browser.
mail-code-label = Code aus der E-Mail
mail-code-hint = Acht Buchstaben und Ziffern.
mail-code-press = Weiter
mail-code-wrong =
    { $count ->
        [one] Das ist er nicht. Ein Versuch ist übrig.
       *[other] Das ist er nicht. { $count } Versuche sind übrig.
    }
mail-code-over = Dieser Code ist vorbei. Fordern Sie einen neuen an.
mail-again = Einen neuen Code anfordern
mail-subject = { $code } ist Ihr Code für { $instance }
mail-text =
    Ihr Code für { $instance } ist { $code }

    Er gilt 15 Minuten, in dem Browser, der ihn angefordert hat, bei { $wallet }
    Wenn Sie ihn nicht angefordert haben, hat jemand Ihre Adresse eingegeben. Ohne diesen Code kommt niemand hinein; geben Sie ihn nicht weiter.
digest-off = Wenn Sie möchten, eine Mail im Monat: was Sie ausgegeben haben, auf welcher Seite, was von den Grenzen übrig ist.
digest-on = Sie bekommen eine Mail im Monat mit Ihren Ausgaben.
digest-start = Eine Mail im Monat schicken
digest-stop = Keine mehr schicken
digest-subject = Ihre Ausgaben im { $month } bei { $instance }
digest-head = Im { $month } haben Sie bei { $instance } { $spent } ausgegeben.
digest-site = { $site }: { $amount }
digest-left-all = Diesen Monat noch übrig für einen Klick auf allen Seiten: { $left } von { $most }
digest-left = Diesen Monat noch übrig für einen Klick auf { $site }: { $left } von { $most }
digest-statement = Der Auszug des Monats: { $url }
digest-end = Sie haben um diese Mail gebeten. Keine mehr bekommen: { $url }
language = Sprache
language-browser = Wie der Browser sie wünscht
language-chosen = gewählt
language-choose = Wählen
zone = Zeitzone
zone-hint = Ein Name wie Europe/Berlin oder Asia/Seoul; leer für { $usual }. Zeiten werden darin gezeigt; Auszüge und Grenzen zählen ihre Monate danach. Was eine Grenze gezählt hat, bleibt bei einem Wechsel gezählt.
zone-save = Diese Zeitzone behalten
zone-wrong = Keine Zeitzone heißt so.
known = Was über Sie bekannt ist
known-text = Außer Ihren Käufen nur, was auf dieser Seite steht.
known-settings = Diese Einstellungen als JSON
close = Diese Wallet schließen
close-text = Alles, was über Sie bekannt ist, wird gelöscht, und nichts öffnet diese Wallet wieder. Gekauftes lässt sich nicht mehr wiederherstellen oder zurücknehmen. Die Bücher behalten Summen ohne Namen.
close-give-up = Endgültig schließen und auf { $amount } Spielgeld verzichten
close-tick = Es ist Spielgeld darin. Drücken Sie den Knopf, der darauf verzichtet.
close-empty-first = Es ist Geld darin. Holen Sie es zuerst heraus.
close-press = Endgültig schließen

## The operator's door

admin = Betrieb
admin-health = Zustand
admin-operators = Betreibende
admin-signin-text = Diese Tür öffnet sich denen, die die Instanz betreiben. Der Passkey einer Wallet öffnet hier nichts.
setup = Diese Instanz einrichten
setup-another = Mit betreiben
setup-text = Wer die Instanz betreibt, sieht die Bücher und entscheidet, wie sie läuft. Ihr Passkey gilt nur für diese Adresse.
setup-code = Code
setup-code-hint = Aus dem Link, der ausgegeben wurde oder den Sie bekommen haben. Er gilt einmal.
setup-name = Ihr Name
setup-name-hint = Andere Betreibende lesen ihn.
setup-press = Passkey erstellen und beginnen
setup-wrong = Dieser Code öffnet nichts: Er ist abgelaufen, verbraucht oder vertippt. Auf der Maschine gibt „farthing admin setup-code“ einen neuen aus.
setup-nameless = Sagen Sie, wie andere Betreibende Sie nennen sollen.
setup-no-passkeys = Passkeys brauchen einen Hostnamen. Geben Sie [admin] in farthing.toml einen, etwa admin.example.org.
operators-text = Wer hier steht, kann alles. Zwei Betreibende, oder zwei Passkeys und Codes auf Papier, bewahren davor, mit einem Gerät den Zugang zu verlieren.
operator-since = seit { $since }
operator-you = Sie
operator-invite = Jemanden einladen
operator-invited = Geben Sie diesen Link weiter. Er gilt einmal, bis { $until }, und wird nicht wieder gezeigt.

## The operators' pages

admin-parties = Konten
admin-books = Bücher
admin-limits = Grenzen
admin-rails = Einzahlungswege
admin-jobs = Aufgaben
admin-audit = Protokoll
admin-config = Einstellungen
admin-backup = Sicherung
admin-restore = Probe der Wiederherstellung
standing-good = gut
standing-waiting = wartet
standing-bad = schlecht
pages-first = Zum Anfang
pages-next = Weiter
admin-any = alle
admin-never = nie
admin-state = Stand
admin-all-well = Alles ist gut
admin-needs-you = Braucht Sie: { $names }
admin-waits = Wartet: { $names }
admin-as-of = Stand { $at }. Läuft seit { $span }.
admin-counts = Zahlen
admin-count-wallets = Wallets mit Geld oder Vergangenheit
admin-count-sales = Verkäufe, die bestehen
admin-count-refunds = Zurückgenommene Verkäufe
admin-count-offers = Angebote
admin-count-payees = Zahlungsempfänger
admin-count-queue = Wartende Befehle
admin-count-queue-limit = Höchstens wartend
admin-instance = Diese Instanz
admin-last-frame = Letzter Rahmen
admin-hash = Hash
admin-versions = Versionen
admin-versions-text = Programm { $program }, Regeln { $rules }
admin-id = Kennung
care-engine = Rechenwerk
care-engine-good = Es hat für diese Seite geantwortet.
care-books-good = Jede Währung ergibt zusammen null.
care-books-bad = Eine Währung ergibt nicht null. Lassen Sie den Ordner, wie er ist, und rufen Sie farthing audit --full auf.
care-journal = Journal
care-journal-good = Jeder Rahmen bis { $frame } ist gelesen, und jeder nennt den vorigen.
care-journal-bad = Es ließ sich nicht bis zum Ende lesen. Das Log nennt den Rahmen.
care-sealed = Versiegelte Dateien
care-sealed-none = Noch keine: sie entstehen, wenn die erste Journaldatei voll ist.
care-sealed-unread = Werden seit dem Start neu gelesen.
care-sealed-good =
    { $count ->
        [one] Eine Datei, neu gelesen bis { $at }.
       *[other] { $count } Dateien, neu gelesen bis { $at }.
    }
care-sealed-bad = Beschädigt: { $what }. Stellen Sie diese Datei aus einer Kopie wieder her.
care-index = Index
care-index-good = Er zeigt alles, was geschah.
care-index-behind =
    { $count ->
        [one] Einen Rahmen zurück.
       *[other] { $count } Rahmen zurück.
    }
care-index-stopped = Er steht; ein Neustart geht weiter. Das Geld betrifft es nicht.
care-rail = Aufladen
care-rail-stopped = Angehalten seit { $since }.
care-disk = Platte
care-disk-free = { $size } MB frei.
care-days =
    { $count ->
        [one] Vor einem Tag.
       *[other] Vor { $count } Tagen.
    }
admin-steps = Vor der ersten Zahlung
admin-steps-text =
    { $count ->
        [one] Eine Zeile ist offen. Jede wird mit dieser Seite neu geprüft; keine lässt sich von Hand abhaken.
       *[other] { $count } Zeilen sind offen. Jede wird mit dieser Seite neu geprüft; keine lässt sich von Hand abhaken.
    }
admin-steps-test =
    { $count ->
        [one] Eine Zeile ist offen. Dieser Ordner enthält für immer Testgeld; ein echter hat dieselbe Liste.
       *[other] { $count } Zeilen sind offen. Dieser Ordner enthält für immer Testgeld; ein echter hat dieselbe Liste.
    }
step-names = Die Namen führen hierher, mit guten Zertifikaten
step-names-wrong = Unter ihrem öffentlichen Namen gefragt, antworten diese nicht, wie sie sollen:
step-operator = Ein Betreiber mit Passkey und Codes auf Papier
step-operator-none = Noch hat niemand einen Passkey für diese Tür.
step-operator-codes = Noch hat kein Betreiber einen Code zurückgetippt; ein verlorenes Gerät sperrt alle aus.
step-second = Ein zweiter Betreiber oder Passkey
step-second-wrong = Es gibt höchstens einen Passkey.
step-site = Eine Website, von außen angesehen
step-site-missing = In farthing.toml steht keine Website.
step-site-unchecked = Seit dem Start hat niemand geprüft, ob ein Cache Bezahltes an Fremde ausgibt. Das tut der Zahlungsempfänger an seinem Verkaufspult.
step-site-found = Der letzte Blick hat etwas gefunden.
step-price-wrong = Alle Angebote sind frei, oder es gibt keins.
step-backup = Eine Sicherung gemacht
step-restore = Eine Sicherung probeweise wiederhergestellt
step-first-test = Noch besteht kein Verkauf. Mit Testgeld ist das die Probe.
step-go-config = Zu den Einstellungen
step-go-operators = Zu den Betreibern
step-go-desk = Verkaufspult öffnen
step-go-backup = So geht es
admin-parties-ask = Kontonummer, Kennung bei einem Zahlungsempfänger, Belegnummer oder Kürzel
admin-parties-hint = Zahler haben hier keine Namen. Jeder Zahlungsempfänger kennt sie unter einer eigenen Kennung, die zum Konto führt.
admin-find = Suchen
admin-parties-none = Niemand dieses Namens.
admin-parties-none-text = Er muss ganz sein, Buchstabe für Buchstabe.
admin-parties-too-many = Es gibt zu viele Zahler, um eine Kennung an jedem zu versuchen. Nehmen Sie die Belegnummer.
admin-parties-known = Wer hier einen Namen hat
admin-payer = Zahler
admin-record = Eintrag
admin-record-see = Zu den Buchungen
admin-party = Ein Konto
admin-party-nothing = Die Bücher haben nichts davon.
admin-party-back = Wie es zurückkommt
admin-party-passkeys = Passkeys
admin-party-codes = Codes
admin-party-logins = Angemeldete Browser
admin-party-kept = Die Wallet ist gesichert: ein verlorener Browser verliert sie nicht.
admin-party-not-kept = Nur Browser kennen die Wallet, falls es eine gibt.
admin-holds = Zurückgehalten
admin-holds-none = Nichts wird zurückgehalten.
admin-balances = Was es hat
admin-class = Art
admin-accounts = Konten
admin-posted = Gebucht
admin-held = Gehalten
admin-available = Verfügbar
admin-moves = Letzte Bewegungen
admin-moves-none = Nichts hat sich bewegt.
admin-debit = Soll
admin-credit = Haben
class-funded = aufgeladen
class-earned = verdient
class-fee = Gebühren
class-rail = Zahlweg
kind-sale = Verkauf
kind-refund = Rückgabe
kind-top-up = Aufladung
kind-offer = Angebot gesetzt
kind-offer-ended = Angebot beendet
kind-payee = Zahlungsempfänger eröffnet
kind-guard = Grenze gesetzt
kind-founding = Instanz gegründet
admin-books-none = Noch ist nichts gebucht.
admin-record-find = Rahmen oder Eintrag
admin-record-hint = Nummer eines Rahmens oder Rahmen.Eintrag. Der letzte Rahmen ist { $last }.
admin-sum = Summe: { $amount }
admin-accounts-by-size = Konten, das größte zuerst
admin-holder = Inhaber
admin-frame = Rahmen { $number }
admin-frame-of = Rahmen
admin-frame-see = Alle Einträge des Rahmens
admin-frame-before = Rahmen davor
admin-frame-after = Rahmen danach
admin-records = Einträge
admin-record-number = Eintrag { $place }
admin-postings = Buchungen
admin-postings-none = Er hat keinen Wert bewegt.
admin-command = Befehl
admin-limits-wallets = Was eine Wallet halten darf
admin-limits-browser = Nur einem Browser bekannt
admin-limits-kept = Mit Passkey, Schlüssel oder Codes
admin-limits-undo = Zurücknehmen
admin-limits-no-offers = Nichts ist zu verkaufen.
admin-limits-window = Wie lange
admin-limits-never = nie
admin-limits-per-day = Je Zahler und Tag
rails-none = Kein Einzahlungsweg ist angeschlossen: Echtes Geld kann noch nicht hereinkommen.
rails-open = Aufladen geht.
rails-text = Solange angehalten ist, lädt niemand auf. Guthaben, Zahlen, Rückgängigmachen und Verlauf gehen weiter.
rails-brought = Hereingekommen
rails-stop = Aufladen anhalten
rails-start = Aufladen wieder zulassen
rails-inward = Was hereinkam, Neueste zuerst
rails-nothing = Es ist nichts hereingekommen.
rails-cleared = gebucht
admin-guards = Grenzen, die Zahler setzen
admin-guards-text = Sie werden im Kauf selbst geprüft und halten also wirklich auf.
admin-guards-none = Kein Zahler hat eine gesetzt.
admin-guard-on = Worauf
admin-guard-all = alles
admin-guard-window = Je
admin-guard-day = Tag
admin-guard-month = Monat
admin-guard-each = Seite
admin-guard-asks = fragt nach einem Druck
admin-guard-spent = Ausgegeben
admin-guard-most = Höchstens
admin-job = Aufgabe
admin-job-last = Zuletzt
admin-job-next = Nächstes Mal
admin-job-not-yet = seit dem Start noch nicht
admin-job-always = sobald etwas geschieht
admin-job-now = im Gang
admin-job-stopped = nicht von selbst: neu starten
admin-job-index = Dem Journal folgen
admin-job-index-there = Der Index hat alles.
admin-job-index-behind =
    { $count ->
        [one] Der Index ist einen Rahmen zurück.
       *[other] Der Index ist { $count } Rahmen zurück.
    }
admin-job-scrub = Versiegelte Dateien neu lesen
admin-job-scrub-did =
    { $count ->
        [one] Eine Datei, kein Schaden.
       *[other] { $count } Dateien, kein Schaden.
    }
admin-job-scrub-bad =
    { $count ->
        [one] Eine Datei ist beschädigt.
       *[other] { $count } Dateien sind beschädigt.
    }
admin-job-sweep = Entfernen, was vorbei ist
admin-job-sweep-did =
    { $count ->
        [one] Eine Zeile über Personen entfernt.
       *[other] { $count } Zeilen über Personen entfernt.
    }
admin-job-snapshots = Abbilder für einen schnellen Start
admin-job-snapshots-none = Noch keins: ein Start liest alles neu.
admin-job-snapshots-did =
    { $count ->
        [one] Eins, von Rahmen { $frame }.
       *[other] { $count }, das neueste von Rahmen { $frame }.
    }
admin-job-webhooks = Webhooks benachrichtigen
admin-job-webhooks-did =
    { $count ->
        [one] An einen wird gesendet.
       *[other] An { $count } wird gesendet.
    }
admin-jobs-begun =
    { $count ->
        [one] Eine Zustellung beginnt neu.
       *[other] { $count } Zustellungen beginnen neu.
    }
admin-job-giving = Geld von fremden Wallets zurückfordern
admin-job-giving-did = { $waiting } ohne Antwort, { $refused } abgelehnt.
admin-pins = Andere Instanzen
admin-pins-text = Der Wurzelschlüssel wurde zur genannten Zeit zuerst gesehen und gilt seitdem. Wer einen anderen zeigt, wird nicht bezahlt, und ihm wird nicht geglaubt: Fragen Sie den Betreiber auf anderem Weg, bevor Sie ihn annehmen.
admin-pin-origin = Instanz
admin-pin-since = Gilt seit
admin-pin-accept = Neuen Schlüssel annehmen
admin-pin-other = zeigt { $id } seit { $when }
admin-outbox = Ausgang der Webhooks
admin-outbox-text = { $waiting } wartend, { $failed } aufgegeben. Unten stehen Webhooks mit solchen und die, an die nicht gesendet wird.
admin-webhook = Webhook
admin-waiting = Wartend
admin-failed = Aufgegeben
admin-arrived = Zuletzt angekommen
admin-next-try = nächste { $when }
admin-retry = Neu beginnen
admin-hook-active = wird gesendet
admin-hook-paused = vom Inhaber angehalten
admin-hook-failing = angehalten: nichts kommt an
admin-hook-gone = angehalten: Adresse weg
admin-config-text = Was seit dem Start gilt, aus { $file }. Eine Änderung zählt nach einem Neustart.
admin-config-stale = Die Datei sagt jetzt etwas anderes.
admin-config-stale-text = Prüfen Sie sie, dann starten Sie neu.
admin-setting = Einstellung
admin-value = Wert
admin-source = Woher
admin-unset = nicht gesetzt
admin-source-line = Zeile { $line }
admin-source-environment = Umgebung
admin-source-default = Vorgabe
admin-config-check = Auf der Maschine
admin-config-check-text = Der erste Befehl liest die Dateien wie ein Start und nennt jeden Fehler; der zweite gibt diese Liste aus.
admin-backup-last = Letzte Sicherung
admin-backup-none = Keine Sicherung ist bekannt.
admin-backup-none-text = Bis es eine gibt, liegt alles auf einer Platte.
admin-backup-to = Reicht bis
admin-backup-behind =
    { $count ->
        [one] Rahmen { $frame }; seitdem einer mehr
       *[other] Rahmen { $frame }; seitdem { $count } mehr
    }
admin-backup-keys = Schlüssel
admin-backup-keys-in = enthalten, versiegelt
admin-backup-keys-out = nicht enthalten: bewahren Sie keys/ anderswo auf
admin-restore-last = Letzte Probe der Wiederherstellung
admin-restore-none = Keine Wiederherstellung wurde probiert.
admin-restore-none-text = Eine Sicherung, die nie wiederhergestellt wurde, ist eine Hoffnung.
admin-restore-clean = Rahmen { $frame }; jeder Hash, die Kette und die Bücher stimmen
admin-restore-keys-tried = mit der Passphrase geöffnet
admin-restore-keys-not = nicht probiert
admin-backup-make = So wird eine gemacht
admin-backup-make-text = Auf der Maschine, ob die Instanz läuft oder nicht. Die Passphrase steht in einer Datei, die woanders liegt.
admin-restore-make-text = Dann stellen Sie sie in einem Probeordner wieder her, der wieder gelöscht wird. Diese Seite merkt sich, dass es gut ging.
admin-audit-order = Neueste zuerst. Zeiten in UTC. 400 Tage aufbewahrt.
admin-audit-none = Noch ist nichts getan.
admin-audit-no-such = Nichts dergleichen.
admin-audit-all = Alles zeigen
admin-via = Über
admin-who = Wer
admin-from = Woher
admin-via-key = Schlüssel
admin-via-machine = Maschine
admin-who-machine = an der Maschine
admin-who-key = ein Programm
admin-who-erased = jemand Gelöschtes
desk-acts = Was getan wurde
desk-acts-order = Die letzten 20, neueste zuerst. Zeiten in UTC.
act-signed-in = Angemeldet
act-recovered = Mit Code angemeldet
act-signed-out = Abgemeldet
act-operator-invited = Betreiber eingeladen
act-operator-added = Betreiber geworden
act-operator-removed = Betreiber entfernt
act-passkey-added = Passkey hinzugefügt
act-passkey-removed = Passkey entfernt
act-codes-made = Neue Codes gelten
act-login-ended = Browser abgemeldet
act-member-invited = Mitglied eingeladen
act-member-joined = Dem Team beigetreten
act-role-set = Rolle geändert
act-member-removed = Mitglied entfernt
act-refunded = Verkauf zurückgegeben
act-site-checked = Website geprüft
act-offers-applied = Angebote angewandt
act-offer-made = Angebot angelegt
act-offer-changed = Angebot geändert
act-offer-ended = Angebot zurückgezogen
act-brand-set = Logo oder Akzentfarbe geändert
act-key-made = Schlüssel erzeugt
act-key-rotated = Schlüssel getauscht
act-key-revoked = Schlüssel widerrufen
act-rail-stopped = Aufladen angehalten
act-rail-started = Aufladen wieder zugelassen
act-l402-rotated = Geheimnis von L402 ersetzt
act-webhook-made = Webhook angelegt
act-webhook-changed = Webhook geändert
act-webhook-deleted = Webhook gelöscht
act-webhook-rotated = Geheimnis des Webhooks getauscht
act-webhook-tested = Webhook probiert
act-deliveries-retried = Zustellungen neu begonnen
act-root-accepted = Wurzelschlüssel einer anderen Instanz angenommen

## Lists of what moved

rows-order = Neueste zuerst. Zeiten in { $zone }.
rows-when = Wann
rows-what = Was
rows-change = Betrag
rows-balance = Guthaben
rows-action = Zurücknehmen oder Beleg
row-added = Spielgeld aufgeladen
row-tip = Trinkgeld
row-session = Nach Einheiten verbraucht
row-session-at = Sitzung bei { $site }
row-undo = Zurücknehmen
row-back = Zurückgenommen
row-part = Teil zurück
row-rail = Spielgeld
history = Verlauf
history-csv = CSV des ganzen Verlaufs
history-json = JSON des ganzen Verlaufs
pages = Seiten
pages-newest = Neueste
pages-older = Ältere

## Statements: a month each

statements = Auszüge
statements-text = Einer für jeden Monat, in dem sich etwas bewegt hat, gezählt in { $zone }. Jeder geht auf, ist signiert und lässt sich aufbewahren.
statements-month = Monat
statements-files = Dateien
statements-file = { $month } als { $kind }
statement = Auszug
statement-title = Auszug, { $month }
statement-open = bis jetzt
statement-open-kind = Auszug bis jetzt
statement-closing = in der Wallet am Ende des Monats { $month }
statement-so-far = in der Wallet, Stand { $at }. Der Monat ist nicht zu Ende.
statement-period = Zeitraum
statement-period-closed = bis { $to }
statement-period-open = bis jetzt, { $to }
statement-sums = Der Monat in Summen
statement-before = Vorher
statement-in = Eingang
statement-out = Ausgang
statement-after = Nachher
statement-division = Wohin Ihre Zahlungen gingen
statement-kept = Behalten von { $payee }
statement-fee = Gebühr: { $label }
statement-fees = Gebühren
statement-tips = Trinkgelder
statement-paid = Insgesamt bezahlt
statement-adds-up = Gegen die Bücher geprüft: { $total } bezahlt = { $kept } bei Empfängern + { $fees } Gebühren + { $back } zurückgenommen.
statement-lines = Jede Bewegung
statement-when = Wann ({ $zone })
statement-many = Dieser Monat hat { $count } Bewegungen. Sie stehen in der Datei in diesem Dokument und im CSV.
paper-issuer = Ausgestellt von
paper-instance = Instanz
paper-signed = Dieselben Angaben stehen in diesem Dokument als Datei { $file }: in Basiseinheiten, signiert mit dem Belegschlüssel der Instanz. Der Schlüssel: { $keys }

## A receipt

receipt-paid-to = bezahlt an { $payee } für { $title }
receipt-undo = bis { $time }, in voller Höhe
receipt-undo-rest = bis { $time }: { $left }, was davon übrig ist
receipt-undo-closed = Zurücknehmen war möglich bis { $since }.
receipt-back = <b>Zurückgenommen:</b> { $at }. Der ganze Betrag ist in Ihrer Wallet.
receipt-part = <b>{ $returned } von { $total }</b> haben Sie zurückbekommen. Was Sie gekauft haben, bleibt Ihnen.
receipt-final = Dieser Kauf konnte nicht zurückgenommen werden, wie seine Seite gesagt hat.
receipt-used = Was nach Einheiten verbraucht ist, wird nicht zurückgenommen: Sie zahlen nichts anderes.
receipt-paid = Bezahlt
receipt-to = An
receipt-from = Von
receipt-you = Ihnen; dieser Empfänger kennt Sie als
receipt-number = Nummer
receipt-sums = Was Sie bezahlt haben
receipt-amount = Betrag
receipt-total = Summe
receipt-legs = Wohin es ging
receipt-share = Anteil
receipt-rest = Rest
receipt-together = Zusammen
receipt-fee = Gebühr für das Zahlen
receipt-story = Was geschehen ist
receipt-json = Signierter Beleg als JSON
receipt-pdf = Beleg als PDF
receipt-title = Beleg { $number }
receipt-caption = bezahlt an { $payee }
receipt-then = Ein Beleg sagt, was beim Kauf galt. Ob er später zurückgenommen wurde, steht in der Wallet und in ihren Auszügen.
story-paid = Bezahlt
story-signed = mit Ihrem Schlüssel signiert
story-pressed = durch einen Klick in dieser Wallet
story-back = Zurückgenommen
story-part = Teil zurückgegeben
cause-unsaid = nicht angegeben
cause-goodwill = aus Kulanz
cause-not-as-described = nicht wie beschrieben
cause-mistake = zu viel berechnet
cause-asked = vom Käufer erbeten
story-by-you = von Ihnen
story-by-payee = vom Empfänger
story-by-operator = vom Betreiber
story-by-itself = von selbst: Die Website hat nicht geliefert
story-captured = Aus einer Sitzung ausgezahlt
story-vouchers = für das, was Ihr Programm erlaubt hat
story-trusted = wie der Verkäufer gezählt hat, bis zur gehaltenen Summe

## The payee's desk

to-desk = Zum Verkaufspult
desk-name = Verkaufspult
desk-overview = Übersicht
desk-sales = Verkäufe
desk-buyers = Käufer
desk-offers = Angebote
desk-fees = Gebühren und Anteile
desk-install = Einrichtung
desk-team = Team
desk-settings = Einstellungen
desk-csv = Diese Liste als CSV
desk-json = Diese Liste als JSON
desk-sign-in = Melden Sie sich mit Ihrer Wallet an
desk-sign-in-text = Am Verkaufspult sehen Zahlungsempfänger, was sie verkauft haben. Ihre Wallet sagt, wer Sie sind; es wird nichts berechnet.
desk-sign-in-press = Anmelden
desk-sign-out = Abmelden
desk-no-team = Sie gehören hier zu keinem Team
desk-no-team-text = Sie sind angemeldet, aber kein Zahlungsempfänger führt Sie im Team. Bitten Sie einen Inhaber um eine Einladung; das ist ein Code, der einmal gilt.
desk-join = Ich habe einen Code
desk-joining = Einem Team beitreten
desk-joining-text = Eine Einladung macht Sie zum Mitglied im Team eines Zahlungsempfängers. Ihre Wallet sagt, wer Sie sind; es wird nichts abgebucht.
desk-join-name-hint = Das Team liest ihn.
desk-join-press = Beitreten
desk-join-sign-in = Mit der Wallet anmelden und beitreten
desk-join-wrong = Dieser Code öffnet nichts: Er ist abgelaufen, verbraucht oder vertippt. Bitten Sie um eine neue Einladung.
desk-join-nameless = Sagen Sie, wie das Team Sie nennen soll.
desk-not-yours = Ihre Rolle erlaubt das nicht
desk-not-yours-text = Ihre Rolle ist { $role }, und das braucht { $least }. Es ist nichts geschehen. Ein Inhaber kann Rollen ändern.
desk-not-yours-on = Zum Team
desk-role-reader = Leser
desk-role-developer = Entwickler
desk-role-editor = Bearbeiter
desk-role-owner = Inhaber
desk-start = Bis zur ersten Zahlung
desk-start-text = Jede Zeile wird nachgesehen, keine lässt sich von Hand abhaken. Mit der ersten Zahlung, die bleibt, verschwindet die Liste.
desk-step-done = erledigt
desk-step-open = offen
desk-step-site = Eine Website von Ihnen steht hier
desk-step-site-open = Keine Website nennt Sie als Zahlungsempfänger. Der Betreiber trägt eine in farthing.toml ein.
desk-step-site-go = So wird sie eingerichtet
desk-step-offer = Etwas hat einen Preis
desk-step-offer-open = Noch verlangt kein Angebot von Ihnen Geld.
desk-step-offer-go = Zu den Angeboten
desk-step-check = Die Website wurde von außen angesehen
desk-step-check-open = Noch hat niemand geprüft, ob ein Cache Bezahltes an Fremde ausgibt.
desk-step-check-go = Meine Website prüfen
desk-step-check-bad = Der letzte Blick hat etwas gefunden.
desk-step-check-see = Befund ansehen
desk-step-try = Ein Kauf probiert und zurückgenommen
desk-step-try-open = Noch hat niemand eine Seite gekauft und zurückgegeben. Tun Sie es einmal, wie Ihre Leser es tun werden.
desk-step-try-go = Website öffnen
desk-step-first = Die erste Zahlung, die bleibt
desk-step-first-open = Noch ist nichts verkauft. Schicken Sie jemandem die Adresse einer Seite.
desk-step-first-go = Website öffnen
desk-earned = Verdient
desk-today = Heute verdient
desk-month = In diesem Monat verdient
desk-back = Zurückgenommen
desk-day = Tag
desk-as-table = Als Tabelle
desk-top = Was am meisten einbrachte
desk-page = Seite
desk-pages = Seiten
desk-yours = Ihr Anteil
desk-paid = Gezahlt
desk-last = Zuletzt
desk-sales-none = Noch ist nichts verkauft. Jeder Verkauf steht einen Augenblick später hier.
desk-sales-none-go = Ansehen, was noch zu tun ist
desk-sales-no-such = Kein Verkauf ist so.
desk-sales-all = Alle Verkäufe zeigen
desk-filter-item = Adresse der Seite enthält
desk-filter-state = Stand
desk-filter-from = Vom
desk-filter-to = Bis zum
desk-filter-buyer = Käufer
desk-filter-go = Zeigen
desk-state-any = alle
desk-state-paid = bezahlt
desk-state-part = teils zurückgegeben
desk-state-back = zurückgenommen
desk-sale = Verkauf
desk-sale-of = Ihr Anteil an { $paid } für { $title }
desk-sale-json = Beleg als JSON
desk-buyer = Käufer
desk-buyer-all = Alle seine Käufe hier
desk-offer = Angebot
desk-give = Zurückgeben …
desk-give-role = Ein Bearbeiter oder Inhaber kann es zurückgeben.
desk-give-owner = { $owner } hat es verkauft und kann es zurückgeben.
desk-give-done = Es wurde ganz zurückgegeben; jeder Anteil wurde zurückgebucht.
desk-given = Zurückgegeben.
desk-given-text = { $amount } ist wieder in der Wallet des Käufers.
desk-given-part = { $amount } ist in der Wallet des Käufers. Die Seite bleibt für ihn offen.
desk-in-part = { $returned } von { $paid } wurde zurückgegeben. Von Ihrem Anteil bleiben { $kept }.
desk-refund = { $amount } zurückgeben, oder einen Teil?
desk-refund-text = Der Käufer von { $title } erhält das Geld sofort, und jeder Anteil gibt sein Teil davon zurück: Ihrer und die der anderen. Ist alles zurückgegeben, schließt sich die Seite für ihn. Das lässt sich nicht rückgängig machen.
desk-refund-amount = Wie viel, in { $currency }?
desk-refund-left = Leer: Alles, { $left }, geht zurück. Bei weniger bleibt die Seite beim Käufer.
desk-refund-above = Davon sind { $left } übrig: Geben Sie einen Teil zurück, oder lassen Sie das Feld für alles leer.
desk-refund-again = Dieses Formular wurde schon benutzt oder lag zu lange offen. Sehen Sie nach, was gilt, und drücken Sie noch einmal.
desk-refund-cause = Grund, den der Käufer liest
desk-refund-note = Eine Notiz, die nur Ihr Team liest
desk-refund-hint = Darf leer bleiben. Schreiben Sie nichts, was sagt, wer der Käufer ist.
desk-refund-long = Höchstens { $most } Zeichen, in einer Zeile.
desk-refund-press = Zurückgeben
desk-refund-not = Zurück, ohne zurückzugeben
desk-story-signed = mit dem Schlüssel des Käufers unterschrieben
desk-story-pressed = durch einen Druck in der Wallet des Käufers
desk-story-by-buyer = durch den Käufer
desk-story-by-us = durch Sie
desk-buyers-none = Noch hat niemand gekauft. Käufer stehen hier unter einem Namen, den nur Sie kennen.
desk-buyers-order = Wer zuletzt kaufte, steht oben. Zeiten in UTC.
desk-offers-none = Noch ist nichts zu verkaufen. Angebote stehen in einer Datei, die der Betreiber nennt.
desk-offers-none-go = Zur Einrichtung
desk-offers-file = Verwaltet in { $files }: ändern Sie es dort und rufen Sie farthing offer apply auf. Hier wird nur gelesen.
desk-offers-no-file = Hier gemacht und im Journal aufbewahrt; keine Datei nennt es.
desk-offer-sales = Seine Verkäufe
desk-offer-ended = Zurückgezogen: Darunter wird nichts mehr verkauft.
desk-offer-new = Neues Angebot
desk-offer-edit = { $name } ändern
desk-offer-change = Bedingungen ändern
desk-offer-end = Angebot zurückziehen
desk-offer-name = Name, für Sie und Ihre Listen
desk-offer-path = Seiten: ein Pfad, mit * für einen Teil und ** für alles Folgende
desk-kind-fixed = genau
desk-kind-least = mindestens
desk-kind-metered = je Einheit
desk-offer-when = Gilt sofort für neue Preise. Niemand zahlt mehr, als ihm gezeigt wurde; Verkauftes bleibt verkauft.
desk-offer-save = Speichern
desk-offer-leave = Zurück, ohne zu speichern
desk-wrong-name = Ein Name hat 1 bis 64 Bytes, in einer Zeile.
desk-wrong-taken = Ein Angebot dieses Namens gibt es schon: Ändern Sie jenes.
desk-wrong-site = Wählen Sie eine Ihrer Websites.
desk-wrong-path = Ein Pfad beginnt mit / und hat keine Leerzeichen, ? oder #; ein Stern steht für einen ganzen Teil.
desk-wrong-overlap = Das Angebot { $other } verkauft einige dieser Seiten schon.
desk-wrong-zero = Nichts ist aus Versehen frei: Wählen Sie frei.
desk-metered = Für einen Preis je Einheit
desk-metered-per = Wie viele Einheiten dieser Preis kauft, etwa 1000
desk-metered-unit = Was gezählt wird: call, byte oder ein eigenes Wort, das die Website meldet, etwa token
desk-metered-most = Wie viele Einheiten ein Abruf höchstens kostet; leer bei call
desk-wrong-per = Schreiben Sie, wie viele Einheiten der Preis kauft, als ganze Zahl über 0.
desk-wrong-unit = Schreiben Sie, was gezählt wird, als Wort aus 1 bis 16 Kleinbuchstaben, etwa token.
desk-wrong-most = Sagen Sie, wie viele Einheiten ein Abruf höchstens kostet, damit nicht mehr geliefert als bezahlt wird. Ein Abruf ist ein call: Dort bleibt es leer.
desk-wrong-shares = Die festen Anteile anderer sind mehr als dieser Preis.
desk-terms = Bedingungen
desk-example = Wer was von { $price } erhält
desk-wall = Was Leser sehen
desk-wall-free = Keine Bezahlschranke: Die Seite ist frei.
desk-wall-none = Keine Bezahlschranke: Hierfür zahlen nur Programme, kein Leser wird gefragt.
desk-wall-real = Auf der Website öffnen
desk-lasts = Gilt
desk-lasts-ever = ohne Ende
desk-undo = Rücknahme
desk-undo-never = nicht angeboten
desk-undo-counted = nicht für Verbrauchtes
desk-most = Ein Abruf
desk-most-units = höchstens { $count } { $unit }
desk-falls = Sinkt
desk-falls-from = ab { $at }: { $price }
desk-ways = Auch bezahlt
desk-way-up-to = Abruf für Abruf nach Verbrauch, höchstens { $most } (x402 upto)
desk-way-l402 = von Programmen für Lightning (L402)
desk-way-coin = in { $coin } auf { $network }, unmittelbar an Ihre eigene Adresse
desk-free = frei
desk-price-least = { $price } oder mehr
desk-price-metered =
    { $count ->
        [1] { $price } je { $unit }
       *[other] { $price } je { $count } { $unit }
    }
desk-price-others = bis { $price } je Zahlung, wie Ihre eigenen Server es verlangen
desk-pages-others = Was Ihre eigenen Server über x402 verkaufen
desk-pages-tool = Das Werkzeug { $tool } von { $server } (MCP)
desk-versions = Fassungen
desk-version = Fassung
desk-since = Seit
desk-stands = gilt
desk-fees-text = Was Käufer gezahlt haben, nach dem Namen jedes Anteils. Zurückgenommenes ist nicht dabei.
desk-fees-caption = Wohin es ging
desk-fees-none = Noch wurde keine Gebühr erhoben: Es ist nichts verkauft.
desk-fees-none-go = Bedingungen Ihrer Angebote ansehen
desk-fees-free = Von Ihren Verkäufen wurde keine Gebühr genommen.
desk-fees-total = Von Käufern gezahlt
desk-ever = Insgesamt
desk-part = Teil
desk-share-fee = Gebühr
desk-share-other = Anteil anderer
desk-share-us = Ihr Anteil
desk-install-text = Wie Ihre Website hinter dieser Instanz steht, mit ihren eigenen Werten.
desk-install-none = Keine Website nennt Sie als Zahlungsempfänger.
desk-install-none-go = Ansehen, wer das ändern kann
desk-site-url = Öffentliche Adresse
desk-site-origin = Seiten kommen von
desk-site-priced = Zu verkaufen
desk-check = Meine Website prüfen
desk-check-text = Ruft eine Seite über den öffentlichen Namen ab, als Fremder und als Käufer, und sagt, was dazwischen steht. Gekauft wird nichts.
desk-check-page = Eine Seite, die zu kaufen ist
desk-check-press = Meine Website prüfen
desk-check-role = Ein Entwickler, Bearbeiter oder Inhaber kann prüfen.
desk-nginx = nginx davor
desk-caddy = Caddy davor
desk-site-attach = Anschluss
desk-attach-proxy = jede Anfrage kommt hier durch
desk-attach-asks = Ihr eigener Server fragt hier zu jeder Anfrage nach
desk-site-search = Anriss in Suchmaschinen
desk-search-on = ja: Menschen und Suchmaschinen erhalten ihn als Seite, Programme erhalten 402
desk-search-off = nein: alle erhalten 402
desk-nginx-asks = nginx fragt zu jeder Anfrage nach
desk-caddy-asks = Caddy fragt zu jeder Anfrage nach
desk-asks-text = Ihr Server liefert, was frei oder schon gekauft ist. Alles andere geht hier durch: die Bezahlseite, die Zahlung und die Seite, solange sie zurückgegeben werden kann.
desk-beside = Ein Anriss auf einer anderen Ihrer Seiten, der ganze Text von hier
desk-beside-text = Für Seiten derselben Website, die anderswo stehen; nennen Sie deren Adresse unter page_origins. Ohne das Skript führt der Link zur ganzen Seite.
desk-overlay = Overlay: verdeckt, schützt nicht
desk-overlay-text = Verdeckt, schützt nicht: Wer den Quelltext der Seite liest, liest alles. Für Trinkgeld und für Server, auf denen nichts anderes stehen kann.
desk-found-good = Alles in Ordnung: Fremde sehen die Bezahlschranke, Käufer die Seite, und kein Cache vertauscht sie.
desk-found-no-page = Es ist keine Seite bekannt, die zu kaufen ist.
desk-found-no-page-do = Schreiben Sie den Pfad einer Seite in das Feld, etwa /a/story.
desk-found-unreached = Der öffentliche Name ist von hier nicht erreichbar: { $why }.
desk-found-unreached-do = Richten Sie den Namen auf Ihren Proxy und den Proxy auf diese Instanz; siehe die Konfigurationen unten.
desk-found-elsewhere = Der öffentliche Name führt zu einem anderen Server.
desk-found-elsewhere-do = Leser kommen hier nicht vorbei, also wird nichts von ihnen verlangt. Richten Sie den Namen hierher.
desk-found-leak = Ein Cache davor zeigt Bezahltes allen.
desk-found-wall = Ein Cache davor zeigt Käufern die Bezahlschranke.
desk-found-cache-do = Sorgen Sie dafür, dass der Cache Cache-Control: private, no-store beachtet, oder schalten Sie ihn für die Pfade ab, die zu kaufen sind; leeren Sie ihn dann und prüfen Sie erneut. Entfernen Sie in nginx proxy_ignore_headers.
desk-found-open = Die Seite wird Fremden ausgeliefert.
desk-found-open-do = Etwas davor antwortet selbst oder fragt Ihren Server an dieser Instanz vorbei. Lassen Sie jede Anfrage nach diesen Pfaden hier durch.
desk-found-no-wall = Ein Fremder bekommt keine Bezahlschranke, sondern Status { $status }.
desk-found-no-wall-do = Sehen Sie nach, ob es die Seite gibt und Ihr Server antwortet.
desk-found-no-paid = Ein Käufer bekommt keine Seite, sondern Status { $status }.
desk-found-no-paid-do = Sehen Sie nach, ob es die Seite gibt, Ihr Server antwortet und Cookies durch den Proxy kommen.
desk-member = Mitglied
desk-role = Rolle
desk-change = Ändern
desk-you = Sie
desk-role-of = Rolle von { $name }
desk-role-set = Setzen
desk-remove = Entfernen
desk-roles = Was jede Rolle darf
desk-may-reader = Sieht alles und nimmt Listen mit.
desk-may-developer = Prüft auch die Website und richtet Schlüssel und Webhooks für Programme ein.
desk-may-editor = Gibt auch Geld zurück und arbeitet an Angeboten.
desk-may-owner = Bestimmt auch, wer zum Team gehört.
desk-invite = Jemanden einladen
desk-invite-text = Erzeugt einen Code, der drei Tage lang einmal gilt. Geben Sie ihn einer Person auf einem Weg, dem Sie trauen.
desk-invite-press = Code erzeugen
desk-invited = Ein Link für die Rolle { $role }
desk-invited-text = Geben Sie ihn weiter. Er gilt einmal, bis { $until }, und wird nicht wieder gezeigt.
desk-last-owner = Nichts wurde geändert.
desk-last-owner-text = Ein Inhaber muss bleiben. Machen Sie zuerst jemand anderen zum Inhaber.
desk-proved = Sie sind es. Fünf Minuten lang können Sie drücken, was danach gefragt hat.
desk-unproved = Es wurde nichts geändert: dafür braucht es einen Nachweis, wer Sie sind, der nicht älter als fünf Minuten ist.
desk-prove-team = Einladen, eine Rolle ändern und jemanden aus dem Team nehmen brauchen einen Nachweis aus den letzten fünf Minuten.
desk-prove-keys = Einen Schlüssel anlegen und erneuern brauchen einen Nachweis aus den letzten fünf Minuten. Widerrufen geht immer.
desk-prove-press = In der Wallet nachweisen
desk-names = Namen
desk-names-text = Namen und Websites stehen in farthing.toml beim Betreiber.
desk-look = Ihr Bild für Zahlende
desk-look-text = Auf Bezahlschranken, Bezahlseiten und Belegen; und auf dieser Seite, damit Sie es sehen.
desk-accent = Akzentfarbe, etwa #1f5f4a; leer für unsere
desk-accent-press = Farbe setzen
desk-accent-corrected = Gewünscht war { $wished }. Damit alle sie lesen können, zeigen helle Seiten { $light } und dunkle { $dark }.
desk-accent-wrong = Eine Farbe ist # und sechs Ziffern oder Buchstaben von a bis f. Nichts wurde geändert.
desk-logo = Logo: PNG, JPEG oder WebP, höchstens 64 KiB
desk-logo-press = Logo setzen
desk-logo-remove = Logo entfernen
desk-logo-long = Die Datei hat mehr als 64 KiB. Nichts wurde geändert.
desk-logo-kind = Wählen Sie ein vollständiges PNG, JPEG oder WebP, das sich nicht bewegt. Nichts wurde geändert.
desk-logo-sides = Jede Seite hat 16 bis 1024 Pixel, und keine ist mehr als achtmal so lang wie die andere. Nichts wurde geändert.
desk-payee = Zahlungsempfänger
desk-handle = Kürzel
desk-sites = Websites
desk-exports = Nehmen Sie Ihre Bücher mit
desk-exports-text = Alles, bis zur letzten Stelle: CSV für Tabellen, JSON in kleinsten Einheiten für Programme.
desk-others = Ihre anderen Pulte
desk-sales-lately =
    { $days ->
        [one] Verkäufe, letzter Tag
       *[other] Verkäufe, letzte { $days } Tage
    }
desk-per-day =
    { $days ->
        [one] Am letzten Tag verdient
       *[other] Verdient je Tag, letzte { $days } Tage
    }
desk-buyers-text =
    { $count ->
        [one] { $count } Käufer. Niemand sonst kennt ihn unter diesem Namen, und Sie wissen sonst nichts von ihm.
       *[other] { $count } Käufer. Niemand sonst kennt sie unter diesen Namen, und Sie wissen sonst nichts von ihnen.
    }
desk-undo-within = innerhalb von { $span }, { $count } am Tag je Käufer

## Abrechnungen von Zählern

bills = Abrechnungen
bills-go = Abrechnungen Ihrer Zähler
bills-go-payer = Abrechnungen von Diensten, die nach Verbrauch berechnen
bills-text = Was Ihr Dienst gemeldet hat, Monat für Monat und für jeden Käufer. Eine Abrechnung bewegt kein Geld: Alles darauf wurde abgerufen, als es verbraucht wurde. Tage und Monate gelten nach UTC.
bills-text-payer = Was Dienste als Ihren Verbrauch gemeldet haben, Monat für Monat. Hier ist nichts zu zahlen: Alles auf einer Abrechnung wurde beim Verbrauch aus Ihren Sitzungen abgerufen. Tage und Monate gelten nach UTC.
bills-none = Es wurde noch nichts gemeldet.
bills-unbilled = Nicht berechnete Einheiten wurden verbraucht, ohne dass Geld dafür bereitlag. Sie werden gezeigt und nie verlangt.
bills-of = Abrechnungen für { $period }
bill-of = Abrechnung für { $period }
bill-by-buyer = Eine Abrechnung für jeden Käufer, die größte zuerst
bill-lines = Posten, nach dem Tag des Verbrauchs
bill-session = Tag und Sitzung
bill-meter = Zähler
bill-state = Stand
bill-unbilled = Nicht berechnet
bill-amount = Betrag
bill-events =
    { $count ->
        [one] in { $count } Ereignis
       *[other] in { $count } Ereignissen
    }
bill-buyers =
    { $count ->
        [one] { $count } Käufer
       *[other] { $count } Käufer
    }
bill-late = verspätet gemeldet, am { $day }
bill-running = läuft
bill-provisional = vorläufig
bill-final = endgültig
bill-final-at = endgültig ab { $at }
bill-running-text = Der Zeitraum ist noch nicht vorbei: Mit jedem Verbrauch kommt etwas hinzu.
bill-provisional-text = Der Zeitraum ist vorbei. Verspätet gemeldeter Verbrauch kommt bis dahin noch hinzu.
bill-final-text = Es kommt nichts mehr hinzu.

## Der Desk: Münzen auf Ketten

coins = In Stablecoins bezahlt
coins-go = Was in Stablecoins bezahlt wurde
coins-text = Diese Zahlungen gingen über eine Blockchain unmittelbar an Ihre eigene Adresse. Sie stehen hier in keinem Guthaben und in keiner Summe: Sie sehen sie in Ihrer eigenen Coin-Wallet, und von dort senden Sie zurück, was Sie zurückgeben.
coins-count =
    { $count ->
        [one] { $count } Zahlung
       *[other] { $count } Zahlungen
    }
coins-none = Es wurde noch nichts in Stablecoins bezahlt.
coins-list = Zahlungen, neueste zuerst
coins-page = Seite
coins-coin = Coin
coins-from = von
coins-state = Stand
coins-paid = angekommen
coins-pending = unterwegs
coins-lost = nie angekommen

## Mit einer Website zu einer anderen Instanz umziehen

move = Zu einer anderen Instanz umziehen
move-text = Ihre Leser behalten, was sie gekauft haben. Nichts über sie wird kopiert: Die Wallets bleiben hier, und die neue Instanz fragt hier nach, was den Lesern gehört.
move-gone = steht hinter einer anderen Instanz. Leser zahlen dafür aus Wallets hier und finden hier, was sie gekauft haben; diese Verkäufe stehen an diesem Verkaufspult.
move-none-go = Zurück zu den Einstellungen
move-before = Beide Instanzen müssen im selben Modus laufen, test oder live, und in { $currency } rechnen. Diese Seite ändert nichts: Was folgt, schreiben die beiden Betreiber.
move-offers = 1. Nehmen Sie Ihre Angebote mit
move-offers-text = Preise, Anteile, Rücknahme und Dauer, wie sie gelten, als Angebotsdatei. Sie kommt neben die farthing.toml der neuen Instanz; dort liest sie farthing offer check.
move-offers-take = { $file } speichern
move-offers-none = Auf dieser Website ist nichts zu kaufen; es gibt keine Angebote mitzunehmen.
move-there = 2. Was der Betreiber der neuen Instanz schreibt
move-there-text = Wer einen Anteil hat, braucht auch dort einen Zahlungsempfänger. Soll auch die eigene Wallet der neuen Instanz Geld annehmen, kommt sie zu wallets hinzu. Danach wird sie neu gestartet.
move-here = 3. Was der Betreiber hier schreibt
move-here-text = Anstelle des Abschnitts der Website; der Zahlungsempfänger bleibt. Sobald die neue Instanz läuft, wird diese neu gestartet.
move-dns = 4. Den Namen dorthin führen
move-dns-text = Geben Sie { $host } einen Tag vorher im DNS eine Lebensdauer von fünf Minuten. Gleich nach Schritt 3 zeigt er auf den neuen Server, der dafür ein Zertifikat braucht. Bis jedes Netz es bemerkt hat, finden manche Leser keine Seite.
move-try = 5. Als Leser ausprobieren
move-try-text = Öffnen Sie eine Seite, die Sie früher gekauft haben, und drücken Sie Zugang wiederherstellen. Die Seite öffnet sich, und nichts wird berechnet.
move-other-wallets = Diese Website nimmt auch Geld aus Wallets anderer Instanzen. Ziehen Sie um, wenn unter Aufgaben kein Geld mehr auf Rückgabe wartet. Deren Betreiber sehen dann, dass der Schlüssel der Website ein anderer ist, und nehmen den neuen unter Aufgaben an; bis dahin wird dort nichts verkauft.
move-made-here = Ihre Angebote entstehen heute am Verkaufspult. Damit das dort auch so ist, wird die neue Instanz einmal mit der Datei gestartet und danach mit offers = [].
move-readers = Was Leser sehen
move-readers-restore = Seiten fragen neu, einmal auf jedem Gerät. Zugang wiederherstellen öffnet, was gekauft wurde, und berechnet nichts.
move-readers-buy = Sie kaufen weiter aus derselben Wallet, { $wallet }.
move-readers-end = Was auf Zeit gekauft wurde, endet, wann es hier geendet hätte.
move-stays = Was hier bleibt
move-stays-money = Geld, Belege, Auszüge und Grenzen der Leser; was Sie verdient haben.
move-stays-undo = Rücknahme: Was noch zurückgenommen werden kann, lässt sich dort und in der Wallet zurücknehmen, und jeder Anteil gibt seinen Teil.
move-stays-desk = Dieses Verkaufspult mit den alten Verkäufen und denen, die Wallets hier künftig bezahlen. Zurückgegeben werden sie hier.
move-lost = Was nicht mitkommt
move-lost-shares = Anteile anderer bei Verkäufen aus Wallets hier: Sie bekommen das Ganze und geben weiter, was ihnen zusteht.
move-lost-programs = Was Programme mit einem Schlüssel gekauft haben: Das ist nur hier bekannt, und sie zahlen bei der neuen Instanz.
move-lost-sessions = Sitzungen, die offen sind: Lassen Sie sie vorher enden.
move-lost-desk = Team, Schlüssel, Webhooks, Farbe und Logo: Sie entstehen dort neu. Die hier gelten weiter für die Verkäufe hier.

## The desk: what was used by the unit

usage = Nach Einheiten verbraucht
usage-go = Was nach Einheiten verbraucht wurde
usage-text = Programme öffnen eine Sitzung, rufen daraus ab und zahlen nach Einheiten. Ausgezahlt wird, wenn ein Viertel der gehaltenen Summe oder 1,00 wartet, nach fünfzehn Minuten und am Ende.
usage-used = Verbraucht
usage-held-now = Darin gehalten
usage-used-now = Darin verbraucht
usage-waiting = Noch nicht ausgezahlt
usage-captured = Ausgezahlt
usage-none = Nach Einheiten wurde noch nichts verbraucht. Ein Angebot mit einem Preis je Einheit kann in Sitzungen abgerufen werden.
usage-days = Ausgezahlt je Tag (UTC), der neueste zuerst
usage-day = Tag
usage-offer = Angebot
usage-units = Einheiten
usage-price = Preis
usage-rate =
    { $per ->
        [1] je { $price }
       *[other] { $price } je { $per }
    }
usage-state = Stand
usage-versions = Verbraucht, je Fassung des Angebots
metered-days = Von Ihren Zählern gezählt, nach Tag (UTC), neueste zuerst
metered-events = Ereignisse
metered-unbilled = Nicht berechnete Einheiten
metered-text = Ihr Dienst schickt zu jeder Nutzung ein Ereignis, und jedes wird einmal abgerechnet. Nicht berechnet sind Einheiten, für die nichts freigegeben war: Sie werden gezeigt und nie verlangt.
usage-sessions = Sitzungen, die neueste zuerst

## The desk's pages for developers

dev-name = Entwicklung
dev-keys = Schlüssel
dev-webhooks = Webhooks
dev-deliveries = Zustellungen
dev-events = Ereignisse
dev-api = API
dev-id = Kennung
dev-never = nie
dev-created = Angelegt
dev-used = Zuletzt benutzt
dev-expires = Läuft ab
dev-may = Darf
dev-optional = freiwillig
dev-keys-text = Was Ihre Programme vorzeigen, wenn sie die API rufen. Wer einen Schlüssel hat, darf für diesen Zahlungsempfänger, was der Schlüssel darf.
dev-keys-none = Noch hat kein Programm einen Schlüssel.
dev-keys-all = Alle Schlüssel
dev-key = Schlüssel
dev-key-new = Neuer Schlüssel
dev-key-name = Name: welches Programm, auf welchem Rechner
dev-key-lasts = Öffnet
dev-key-ever = bis er widerrufen wird
dev-key-press = Schlüssel erzeugen
dev-key-begins = Beginnt mit
dev-key-made = Der Schlüssel { $name }
dev-key-made-text = Kopieren Sie ihn jetzt zu den Geheimnissen Ihres Programms: Er wird nicht wieder gezeigt, und aufbewahrt wird hier nur sein Hash.
dev-key-made-beside = Der vorige öffnet noch sieben Tage.
dev-key-replaced = wird ersetzt
dev-key-expired = abgelaufen
dev-key-revoked = widerrufen
dev-key-successor = Ersetzt durch
dev-rotate = Ersetzen
dev-key-rotate-text = Erzeugt einen anderen Schlüssel mit demselben Namen und denselben Rechten. Beide öffnen { $span } lang, damit kein Programm stehen bleibt; dann endet dieser von selbst.
dev-key-rotate-press = Neuen Schlüssel erzeugen
dev-key-revoke = Widerrufen …
dev-key-revoke-ask = { $name } widerrufen?
dev-key-revoke-text = Von da an öffnet er nichts mehr, und die Programme, die ihn benutzen, werden abgewiesen. Das lässt sich nicht rückgängig machen; sollen sie weiterlaufen, ersetzen Sie ihn.
dev-key-revoke-press = Schlüssel widerrufen
dev-key-revoke-not = Zurück, ohne zu widerrufen
dev-key-wrong-name = Ein Name hat 1 bis 64 Bytes einfachen Text, in einer Zeile.
dev-key-wrong-scopes = Haken Sie wenigstens eines an, was der Schlüssel darf.
dev-key-wrong-days = Wählen Sie, wie lange der Schlüssel öffnet.
dev-key-wrong-many =
    { $most ->
        [one] Höchstens { $most } Schlüssel darf
       *[other] Höchstens { $most } Schlüssel dürfen
    } zugleich gelten. Widerrufen Sie zuerst einen.
dev-scope-read = lesen
dev-scope-refund = zurückgeben
dev-scope-webhooks = Webhooks
dev-may-read = Sieht Verkäufe, Angebote, Guthaben und Ereignisse.
dev-may-refund = Gibt Verkäufe zurück, ganz oder zum Teil.
dev-may-webhooks = Richtet Webhooks ein und sieht ihre Zustellungen.
dev-scope-offers = Angebote
dev-scope-sites = Websites
dev-scope-keys = Schlüssel
dev-scope-team = Team
dev-may-offers = Legt Angebote an, ändert sie und zieht sie zurück; setzt Logo und Akzentfarbe.
dev-may-sites = Lässt Ihre Websites von außen prüfen.
dev-may-keys = Erzeugt, tauscht und widerruft Schlüssel: keinen, der mehr darf oder länger gilt als er selbst.
dev-may-team = Sieht das Team und was getan wurde, lädt Mitglieder ein und entfernt sie; Inhaber bleiben den Inhabern überlassen.
dev-scope-meters = Zähler
dev-may-meters = Schickt Ereignisse Ihrer Zähler; sie werden aus dem bezahlt, was Zahlende bereithalten.
dev-key-wrong-grant = Ein Schlüssel darf höchstens, was Ihre eigene Rolle darf.
dev-hooks-text = Wohin Ereignisse geschickt werden, sobald sie geschehen: unterschrieben, und wieder, bis sie ankommen.
dev-hooks-none = Noch wird nirgendwohin etwas geschickt.
dev-hooks-all = Alle Webhooks
dev-hook-new = Neuer Webhook
dev-hook-press = Webhook anlegen
dev-hook-active = aktiv
dev-hook-trouble = aktiv, letzter Versuch misslang
dev-hook-paused = angehalten
dev-hook-failing = gestoppt: nichts kam an
dev-hook-gone = gestoppt: Antwort 410
dev-hook-wrong-address = An diese Adresse wird nichts geschickt:
dev-hook-wrong-again = Dieses Formular wurde schon mit anderen Angaben benutzt. Es wurde nichts geändert; sehen Sie es durch und drücken Sie noch einmal.
dev-hook-wrong-many =
    { $most ->
        [one] Ein Zahlungsempfänger hat höchstens { $most } Webhook.
       *[other] Ein Zahlungsempfänger hat höchstens { $most } Webhooks.
    } Löschen Sie zuerst einen.
dev-target = Adresse
dev-kinds-choose = Ereignisse, die geschickt werden; ohne Haken alle
dev-kinds-all = alle
dev-succeeded = Letzter Erfolg
dev-failing-since = Misslingt seit
dev-old-secret = Altes Geheimnis gilt
dev-secret-made = Das Geheimnis dieses Webhooks
dev-secret-text = Kopieren Sie es jetzt dorthin, wo Ihr Programm Unterschriften prüft: Es wird nicht wieder gezeigt. Jede Bibliothek für Standard Webhooks nimmt es, wie es ist.
dev-rotate-secret = Ein anderes Geheimnis
dev-rotate-secret-text = Zustellungen werden { $span } lang mit beiden unterschrieben, damit Ihr Programm jederzeit wechseln kann.
dev-rotate-secret-press = Geheimnis ersetzen
dev-test = Test senden
dev-pause = Anhalten
dev-resume = Fortsetzen
dev-paused-text = Solange er angehalten ist, wird nichts geschickt. Was inzwischen geschieht, wird danach geschickt.
dev-failing-text = Fünf Tage lang kam nichts an, deshalb wird nichts mehr geschickt. Bringen Sie den Empfänger in Ordnung und setzen Sie dann fort: Es geht weiter, wo es aufhörte.
dev-gone-text = Der Empfänger antwortete 410, also dass es ihn nicht mehr gibt; deshalb wird nichts mehr geschickt. Ändern Sie die Adresse oder setzen Sie fort.
dev-delete = Löschen …
dev-delete-ask = Diesen Webhook löschen?
dev-delete-text = Er geht mit seinem Geheimnis und allen Zustellungen, auch den wartenden. Die Ereignisse bleiben im Strom.
dev-delete-press = Webhook löschen
dev-delete-not = Zurück, ohne zu löschen
dev-latest = Letzte Zustellungen
dev-deliveries-text = Was an alle Webhooks ging und was wartet, 30 Tage lang. Zeiten in UTC.
dev-deliveries-none = Noch wurde nichts geschickt. Senden Sie einen Test an einen Webhook oder warten Sie auf den nächsten Verkauf.
dev-deliveries-no-such = Keine Zustellung ist so.
dev-deliveries-all = Alle Zustellungen
dev-event = Ereignis
dev-sent = Geschickt
dev-answer = Antwort
dev-tries = Versuche
dev-try = Versuch { $number }
dev-next = Nächster Versuch
dev-waiting = wartet
dev-delivered = zugestellt
dev-failed = misslungen
dev-retry = Noch einmal senden
dev-retry-all = Alle misslungenen noch einmal senden
dev-look-again = Neu laden
dev-body = Inhalt
dev-request = Anfrage
dev-response = Antwort
dev-no-answer = Keine Antwort:
dev-not-sent = Sie wurde noch nicht geschickt.
dev-cut = Hier gekürzt; ganz in
dev-events-text = Was geschah, das Neueste zuletzt, wie GET /v1/events es Programmen gibt.
dev-events-none = Noch ist nichts geschehen. Hier wird der erste Verkauf stehen.
dev-events-none-go = Zur Einrichtung der Website
dev-events-no-more = Auf dieser Seite ist nichts mehr.
dev-events-newest = Zu den neuesten
dev-events-older = Ältere
dev-events-newer = Neuere
dev-kind = Art
dev-after = Nach seq
dev-after-wrong = Das ist kein seq: Schreiben Sie die Nummer eines Ereignisses, oder 0 für alle vom ersten an.
dev-api-text = Jeder Aufruf Ihrer Programme, mit Beispielen, die die Adresse dieser Instanz tragen.
dev-api-all = Alle Aufrufe
dev-api-key = Schlüssel
dev-api-words = Wie Werte und Unterschriften geschrieben werden
dev-api-body = Inhalt
dev-base = Adresse
dev-examples = Beispiele
dev-examples-key = Sie lesen einen Schlüssel als { $name } aus der Umgebung; was in Großbuchstaben steht, setzen Sie ein.
dev-examples-signed = Diesen Aufruf unterschreibt ein Zahler mit eigenem Schlüssel; die fertige Kopfzeile wird als { $name } aus der Umgebung gelesen.
dev-parameters = Parameter
dev-refusals = Ablehnungen
dev-refusals-text = Abgelehnt, es ist nichts geschehen. Die Antwort ist ein Problemdokument mit einem dieser Codes.

## What came of something asked

undone-text = von { $payee } für { $title } ist wieder in Ihrer Wallet. Jeder Anteil davon wurde zurückgebucht, und die Seite ist für Sie geschlossen.
undo-refused = Nicht zurückgenommen
undo-refused-before = Schon zurückgenommen
undo-closed = Die Zeit zum Zurücknehmen ist abgelaufen: { $since }. Der Kauf gilt und bleibt Ihrer.
undo-before = Das Geld ist schon zurück: { $at }. Mehr gibt es nicht zurückzugeben.
undo-used = Sie haben das schon einmal zurückgenommen: { $at }. Jede Sache lässt sich einmal zurücknehmen; darum gilt dieser Kauf und bleibt Ihrer.
undo-limit = Bei einer Website lassen sich { $limit } Käufe am Tag zurücknehmen, und Sie haben sie aufgebraucht. Der Kauf gilt und bleibt Ihrer.
undo-never = Das wurde ohne Rücknahme angeboten, wie die Seite vor dem Zahlen gesagt hat. Der Kauf gilt und bleibt Ihrer.
quote-nothing = <b>Es wurde nichts abgebucht.</b> { $advice }
quote-unreadable = Dieser Zahlungslink ist nicht vollständig
quote-unreadable-text = Er wurde unterwegs gekürzt oder beschädigt. Gehen Sie zurück zur Seite und drücken Sie ihren Knopf noch einmal.
quote-forged = Diesen Preis hat die genannte Website nicht signiert
quote-forged-text = Jemand hat ihn vielleicht verändert. Zahlen Sie nicht; öffnen Sie die Website, indem Sie ihre Adresse selbst eintippen.
quote-other-wallet = Dieser Preis wurde für eine andere Wallet gemacht
quote-other-wallet-text = Gehen Sie zurück zur Seite und wählen Sie dort diese Wallet.
quote-unknown = Diese Wallet kennt die Website nicht
quote-unknown-text = Sie zahlt nur an Websites, deren Signatur sie prüfen kann.
quote-key = Der Schlüssel der Website hat sich geändert
quote-key-text = Es ist nicht der Schlüssel, den diese Wallet kennt; darum ist dem Preis nicht zu trauen. Fragen Sie die Website auf einem Weg, den Sie kennen, bevor Sie wieder an sie zahlen.
quote-unreachable = Die Website antwortet nicht
quote-unreachable-text = Ihre Signatur lässt sich gerade nicht prüfen. Versuchen Sie es in ein paar Minuten noch einmal.
quote-currency = Diese Wallet führt diese Währung nicht
quote-currency-text = Die Website verlangt Geld, das diese Wallet nicht aufnehmen kann.
restore-missing = In dieser Wallet nicht gefunden
restore-missing-text = Wenn Sie es mit einem anderen Browser gekauft haben, öffnen Sie es dort: Jene Wallet hat es. Es wurde nichts abgebucht.
restore-price = Preis ansehen: { $price }

## Was ein Code bedeutet

code = Code
code-text = Eine Ablehnung nach ihrem Code, erklärt für alle, die Programme schreiben. Die Erklärung ist auf Englisch.
code-status = HTTP-Status
code-type = Typ
code-members = Weitere Felder

## Problems: the codes of docs/problems.md as people read them

problem-unknown = Hier ist nichts
problem-unknown-text = Unter diesem Namen gibt es nichts, oder es gehört Ihnen nicht. Prüfen Sie die Adresse.
problem-devices = Der Film läuft auf so vielen Geräten wie erlaubt
problem-devices-text = Aus der gehaltenen Summe läuft der Film schon auf { $most } Geräten. Halten Sie eines an, oder warten Sie einige Sekunden, nachdem es angehalten wurde. Dafür wurde nichts bezahlt.
problem-method = An dieser Adresse nicht möglich
problem-method-text = Diese Adresse nimmt { $allow }. Es wurde nichts getan. Verwenden Sie eine dieser Methoden.
problem-playlist = Dieser Film kann nicht abgespielt werden
problem-playlist-text = Die Liste seiner Teile kann so nicht verkauft werden: { $said }. Es wurde nichts abgebucht. Die Website muss nachsehen.
problem-request = Die Anfrage ist nicht lesbar
problem-request-text = Die Anfrage ist nicht lesbar ({ $said }). Es wurde nichts getan. Senden Sie sie berichtigt.
problem-cross-site = Nicht von hier angefragt
problem-cross-site-text = Die Anfrage kam nicht von einer Seite dieser Website. Es wurde nichts getan. Öffnen Sie die Seite hier und drücken Sie noch einmal.
problem-too-large = Zu viel auf einmal
problem-too-large-text =
    { $most ->
        [one] Ein Inhalt hat hier höchstens { $most } Byte.
       *[other] Ein Inhalt hat hier höchstens { $most } Byte.
    } Es wurde nichts getan. Senden Sie weniger.
problem-misdirected = Keine Website dieses Namens
problem-misdirected-text = Unter diesem Hostnamen gibt es hier keine Website. Prüfen Sie die Adresse.
problem-too-fast = Zu viele Anfragen
problem-too-fast-text = Das war zu schnell. Es wurde nichts getan. Versuchen Sie es in { $seconds } s noch einmal.
problem-busy = Für einen Moment überlastet
problem-busy-text = Die Warteschlange ist voll. Es wurde nichts begonnen. Senden Sie dieselbe Anfrage in { $seconds } s noch einmal.
problem-no-room = Kein Platz für weitere Verkäufe
problem-no-room-text = Der Speicher ist hier fast voll. Es wurde nichts begonnen und nichts abgebucht. Senden Sie dieselbe Anfrage in { $seconds } s noch einmal.
problem-internal = Ein Fehler auf unserer Seite
problem-internal-text = Hier ist etwas schiefgegangen. Es wurde nichts abgebucht. Senden Sie dieselbe Anfrage unverändert noch einmal.
problem-offer-ended = Nicht mehr im Angebot
problem-offer-ended-text = Das Angebot wurde zurückgezogen. Es wurde nichts abgebucht. Rufen Sie die Seite noch einmal auf, um den heutigen Preis zu sehen.
problem-origin-failed = Die Website hat nach der Zahlung versagt
problem-origin-failed-text = Die Website hinter dieser Adresse hat nach Ihrer Zahlung versagt; Sie haben Ihr Geld zurück. Der Beleg ist { $receipt }. Versuchen Sie es später noch einmal.
problem-origin-failed-kept-text = Die Website hinter dieser Adresse hat nach Ihrer Zahlung versagt. Was Sie gekauft haben, gehört Ihnen: Rufen Sie die Seite ohne Zahlung noch einmal auf, oder nehmen Sie den Kauf mit Beleg { $receipt } zurück.
problem-origin = Die Website antwortet nicht
problem-origin-text = Die Website hinter dieser Adresse ist nicht erreichbar. Es wurde nichts abgebucht. Versuchen Sie es später noch einmal.
problem-origin-slow-text = Die Website hinter dieser Adresse hat nicht rechtzeitig geantwortet. Es wurde nichts abgebucht. Versuchen Sie es später noch einmal.
problem-funds = Zu wenig Guthaben
problem-funds-text = Es fehlen { $missing }: Verfügbar sind { $available }. Es wurde nichts abgebucht. Laden Sie in Ihrer Wallet Geld auf und zahlen Sie dann noch einmal.
problem-guard = Über einer Grenze, die Sie gesetzt haben
problem-guard-text = Ihre Grenze ist { $cap }, ausgegeben sind { $spent }; es bleiben { $left } bis { $until }. Es wurde nichts abgebucht. Warten Sie bis dahin, oder ändern Sie die Grenze in Ihrer Wallet.
problem-self = Zahler und Empfänger sind dieselben
problem-self-text = Sie würden sich selbst bezahlen. Es wurde nichts abgebucht. Zahlen Sie aus einer anderen Wallet.
problem-full = Die Wallet würde zu viel enthalten
problem-full-text = Diese Wallet fasst höchstens { $most }. Es wurde nichts aufgeladen. Laden Sie weniger auf.
problem-late = Zu spät zum Zurücknehmen
problem-late-text = Zurücknehmen war möglich bis { $since }. Fragen Sie den Empfänger, der jederzeit zurückzahlen kann.
problem-back-before = Schon zurückgenommen
problem-back-before-text = Das wurde schon zurückgenommen; das Geld ist in Ihrer Wallet. Mehr ist nicht zu tun.
problem-undo-used = Jede Seite nur einmal
problem-undo-used-text = Sie haben diese Seite schon einmal zurückgenommen, und jede Seite lässt sich einmal zurücknehmen. Fragen Sie den Empfänger, der jederzeit zurückzahlen kann.
problem-undo-limit = Für heute ist das Zurücknehmen aufgebraucht
problem-undo-limit-text =
    { $limit ->
        [one] Diese Website erlaubt jedem { $limit } Rücknahme am Tag
       *[other] Diese Website erlaubt jedem { $limit } Rücknahmen am Tag
    }, gezählt ab 00:00 UTC, und Ihre sind aufgebraucht. Fragen Sie den Empfänger, der jederzeit zurückzahlen kann.
problem-not-covered = Der Empfänger hat zu wenig, um zurückzuzahlen
problem-not-covered-text = Ein Empfänger hat seinen Anteil an diesem Kauf nicht mehr; darum wurde nichts zurückgezahlt. Versuchen Sie es später noch einmal, oder schreiben Sie dem Empfänger.
problem-above-left = So viel ist nicht zurückzugeben
problem-above-left-text = Von diesem Kauf kann noch { $left } zurückgegeben werden. Nichts wurde bewegt. Wählen Sie einen Teil davon.
