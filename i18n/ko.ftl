# 한국어. 이름과 금액 뒤에는 조사를 붙이지 않는다: 받침에 따라 달라지기 때문이다.

## Around every page

skip = 본문으로 건너뛰기
test-money = { $test } 연습용 돈이에요. 실제 돈은 오가지 않아요.
footer = 결제 제공: { $instance } · 이 페이지에서는 스크립트가 실행되지 않아요.
nav = 지갑
nav-wallet = 지갑
nav-history = 내역
balance = 잔액
month-spent = 이번 달 { $amount }
problem-facts = 상태 { $status } · 코드 { $code } · 요청 { $request }
failure-facts = 코드 { $code } · 요청 { $request }
to-wallet = 지갑으로 가기
back-to-wallet = 지갑으로 돌아가기
back-to-page = 페이지로 돌아가기
go-to-site = { $site } 바로 가기
receipt = 영수증
undo = 결제 취소
until = { $time }까지
quoted = “{ $title }”
nothing-yet = 아직 내역이 없어요. 결제, 충전, 취소한 내역이 여기에 표시돼요.

## Spans of time

span-days = { $count }일
span-hours = { $count }시간
span-minutes = { $count }분
span-seconds = { $count }초

## The wall: what is asked for a page

wall-price = 가격
wall-or-more = 이상, 원하는 만큼
wall-pay-read = { $price } 결제하고 읽기
wall-pay-open = { $price } 결제하고 열기
wall-pay-download = { $price } 결제하고 내려받기
wall-choose-read = 금액 정하고 읽기
wall-choose-open = 금액 정하고 열기
wall-choose-download = 금액 정하고 내려받기
wall-ever =
    { $act ->
        [read] 글 전체를 기간 제한 없이 읽을 수 있어요
        [open] 페이지 전체를 기간 제한 없이 볼 수 있어요
       *[download] 파일을 기간 제한 없이 내려받을 수 있어요
    }{ $devices ->
        [0] { "" }
       *[other] {" "}(기기 { $devices }대까지)
    }. 구독이 아니에요.
wall-for =
    { $act ->
        [read] 글 전체를 { $span } 동안 읽을 수 있어요
        [open] 페이지 전체를 { $span } 동안 볼 수 있어요
       *[download] 파일을 { $span } 동안 내려받을 수 있어요
    }{ $devices ->
        [0] { "" }
       *[other] {" "}(기기 { $devices }대까지)
    }. 기간이 지나면 저절로 끝나고, 자동으로 갱신되지 않아요.
wall-once =
    { $act ->
        [read] 글 전체를 한 번 읽을 수 있어요
        [open] 페이지 전체를 한 번 볼 수 있어요
       *[download] 파일을 한 번 내려받을 수 있어요
    }. 구독이 아니에요.
wall-undo = 기대와 달랐나요? { $span } 안에는 클릭 한 번으로 취소하고 전액을 돌려받을 수 있어요.
wall-final = 이 구매는 취소할 수 없어요. 받는 곳을 확인하고 한 번 더 눌러야 결제돼요.
wall-restore = 구매 내역 복원
wall-what = 지갑이 무엇인가요?
wall-machine = 프로그램으로 읽으시나요?
wall-machine-text = 조건은 이 응답의 헤더에 있어요. 계정도, 따로 발급받을 키도 필요 없어요.
wall-back = 결제를 취소했어요.
wall-back-text = { $amount } 지갑으로 돌려드렸어요.
wall-changed = 가격이 바뀌었어요.
wall-changed-text = 이전 가격: { $was }. 아직 결제되지 않았어요.
way-back-used = 이미 사용했거나 오래된 링크예요
wall-return = 이미 사용했거나 오래된 링크예요.
wall-return-text = 버튼을 다시 눌러 주세요. 이미 구매했다면 다시 결제되지 않아요.
way-back-used-text = 페이지를 다시 열고 버튼을 눌러 주세요. 이미 구매했다면 다시 결제되지 않아요.

## What can go another way than reading

taken-back = 결제를 취소했어요
taken-back-since = { $at }에 지갑으로 돌려드렸어요.
taken-back-closed = { $title } 페이지는 이제 열 수 없어요. 다시 구매할 수 있지만, 그때는 취소할 수 없어요.
taken-back-wallet = 지갑 열기
origin-failed = 사이트가 응답하지 않았어요
origin-failed-back = 사이트가 응답하지 않아 돈을 돌려드렸어요
origin-failed-text = { $title } 결제 금액이 자동으로 지갑에 돌아왔어요. 결제된 금액은 없어요.
origin-failed-again = 다시 시도
origin-failed-receipt = 영수증 보기
cookies-off = 쿠키가 꺼져 있어요
cookies-off-head = 브라우저가 이 사이트의 쿠키를 저장하지 않아요
cookies-off-text = { $title } 구매는 완료됐고 지갑에 보관되어 있어요. 구매한 브라우저인지 확인하려면 쿠키가 하나 필요해요. 이 쿠키는 다른 곳에서 쓰이지 않아요.
cookies-off-allow = 브라우저 설정에서 이 사이트의 쿠키를 허용해 주세요.
cookies-off-press = ‘구매 내역 복원’을 눌러 주세요. 다시 결제되지 않아요.

## The bar over a paid page

bar-name = 내 결제
bar-paid = { $amount } 결제됨

## The pay sheet

sheet-title = { $payee } 결제
sheet-payee = 받는 곳
sheet-owned = 이미 구매했어요
sheet-used = 결제했어요
sheet-expired = 가격의 유효 시간이 지났어요
sheet-was = 이전 { $was }, 현재 { $now }
sheet-or-more = 이상
sheet-open = 지갑 만들고 계속하기
sheet-open-text = 이름도 이메일도 필요 없어요. 이 브라우저 전용 지갑이고, 최대 { $limit }까지 담을 수 있어요. 지금은 결제되지 않아요.
sheet-have = 보유 금액
sheet-missing = { $amount } 부족해요
sheet-missing-text = 금액을 충전하면 이 화면으로 돌아와요. 결제 버튼을 누르기 전에는 결제되지 않아요.
sheet-after = 결제 후 잔액
sheet-dearer = 그사이 <b>가격이 올랐어요.</b> 아직 결제되지 않았어요.
sheet-expired-text = 가격은 10분 동안 유지돼요. 아직 결제되지 않았어요. 페이지에서 새 가격을 확인해 주세요.
sheet-expired-see = 현재 가격 보기
sheet-owned-text = { $since }에 { $title } 구매를 마쳤어요. 다시 열어도 돈이 들지 않아요.
sheet-owned-open = 열기
sheet-used-text = { $title } 결제가 끝났어요. 다시 눌러도 결제되지 않아요.
sheet-used-open = 글 열기
sheet-for = 상품
sheet-undo = 결제 취소
sheet-no-undo = 이 구매는 취소할 수 없어요
sheet-pay = { $price } 결제하기
sheet-choose = 지불할 금액 ({ $currency })
sheet-choose-hint = 최소 { $least }. 소수점 아래 여섯 자리까지 쓸 수 있고, 반올림하지 않아요.
sheet-choose-pay = 이 금액으로 결제하기
sheet-choose-or = 아래 금액을 누르면 바로 결제돼요
sheet-choose-one = 결제
sheet-back = 결제하지 않고 돌아가기
choose-least = 최소 { $least } 이상이어야 해요.
choose-form = 금액을 숫자로 써 주세요. 예: 0.10
choose-fine = 금액은 소수점 아래 여섯 자리까지 쓸 수 있고, 반올림하지 않아요.
choose-large = 처리할 수 있는 금액보다 커요.

## The wallet's first page

open-head = 1센트보다 작은 가격도 결제하는 지갑
open-text = 글 하나, 파일 하나, 호출 한 번만 결제하세요. 누르기 전에 받는 곳을 확인하고, 아쉬우면 취소하고, 모든 금액을 마지막 자리까지 다시 볼 수 있어요.
open-press = 지갑 만들기
open-limit = 이름도 이메일도 필요 없어요. 이 브라우저 전용 지갑이고, 최대 { $limit }까지 담을 수 있어요.
costs = 수수료
costs-nothing = 없음
costs-opening = 지갑 만들기
costs-paying = 결제
costs-adding-play = 연습용 돈 충전
costs-adding = 충전
costs-undo = 결제 취소
operator = 운영자
operator-test = 연습용 돈으로 운영돼요. 실제 돈으로 사거나 실제 돈으로 바꿀 수 없어요.
home-held = 진행 중인 구매에 { $amount } 묶여 있어요
home-month =
    { $month } 사용 금액 { $amount } · { $purchases ->
        [0] 구매 없음
       *[other] 구매 { $purchases }건
    }
add-play = 연습용 돈 충전
add-money = 충전
add-one = 충전
add-fee = 수수료 { $fee }
added = 충전했어요.
added-text = 지갑에 { $amount } 들어왔어요.
not-added = 충전하지 못했어요.
not-added-again = 이미 사용했거나 오래 열어 둔 페이지예요. 다시 눌러 주세요.
not-added-full = 이 지갑에는 최대 { $most }까지 담을 수 있어요.
home-unkept = <b>이 지갑은 이 브라우저에만 있어요.</b> 쿠키를 지우면 안에 든 돈도 사라져요. 다른 곳에도 보관하기 전까지는 최대 { $limit }까지 담을 수 있어요.
home-recent = 최근 내역
home-all = 전체 내역
home-try = { $site } 둘러보기

## Lists of what moved

rows-order = 최신순 · 시각은 UTC 기준
rows-when = 날짜
rows-what = 내용
rows-change = 금액
rows-balance = 잔액
rows-action = 결제 취소 또는 영수증
row-added = 연습용 돈 충전
row-tip = 팁
row-undo = 취소
row-back = 취소됨
row-rail = 연습용
history = 내역
history-csv = 전체 내역 CSV
history-json = 전체 내역 JSON
pages = 페이지
pages-newest = 최신 내역
pages-older = 이전 내역

## Statements: a month each

statements = 명세서
statements-text = 돈이 움직인 달마다 하나씩 있어요(UTC 기준). 합계를 확인하고 서명한 문서라 그대로 보관할 수 있어요.
statements-month = 월
statements-files = 파일
statements-file = { $month } { $kind }
statement = 명세서
statement-title = 명세서, { $month }
statement-open = 현재까지
statement-open-kind = 현재까지의 명세서
statement-closing = { $month } 말 지갑 잔액
statement-so-far = { $at } 현재 지갑 잔액 · 이달은 아직 끝나지 않았어요.
statement-period = 기간
statement-period-closed = ~ { $to }
statement-period-open = ~ 현재, { $to }
statement-sums = 이달의 합계
statement-before = 이전 잔액
statement-in = 들어온 돈
statement-out = 나간 돈
statement-after = 이후 잔액
statement-division = 결제한 돈이 간 곳
statement-kept = { $payee } 수령
statement-fee = 수수료: { $label }
statement-fees = 수수료
statement-tips = 팁
statement-paid = 결제 합계
statement-adds-up = 장부와 대조했어요: 결제 { $total } = 수령 { $kept } + 수수료 { $fees } + 취소 { $back }
statement-lines = 모든 내역
statement-when = 날짜(UTC)
statement-many = 이달에는 내역이 { $count }건 있어요. 이 문서에 들어 있는 파일과 CSV에서 볼 수 있어요.
paper-issuer = 발행
paper-instance = 인스턴스
paper-signed = 같은 내용이 이 문서 안의 파일 { $file }에 기본 단위로 들어 있고, 인스턴스의 영수증 키로 서명되어 있어요. 키: { $keys }

## A receipt

receipt-paid-to = { $title } 구매 · 받는 곳 { $payee }
receipt-undo = { $time }까지, 전액 환불
receipt-undo-closed = { $since }까지 취소할 수 있었어요.
receipt-back = { $at }에 <b>결제를 취소했어요.</b> 전액을 지갑으로 돌려드렸어요.
receipt-final = 구매 전에 안내한 대로 취소할 수 없는 구매예요.
receipt-paid = 결제 시각
receipt-to = 받는 곳
receipt-from = 보낸 사람
receipt-you = 나 (받는 곳에는 아래 이름으로 표시돼요)
receipt-number = 번호
receipt-sums = 결제 금액
receipt-amount = 금액
receipt-total = 합계
receipt-legs = 돈이 간 곳
receipt-share = 비율
receipt-rest = 나머지
receipt-together = 합계
receipt-fee = 결제 수수료
receipt-story = 진행 내역
receipt-json = 서명된 영수증 (JSON)
receipt-pdf = 영수증 (PDF)
receipt-title = 영수증 { $number }
receipt-caption = 받는 곳: { $payee }
receipt-then = 영수증은 구매한 때의 내용을 담고 있어요. 나중에 취소했는지는 지갑과 명세서에서 볼 수 있어요.
story-paid = 결제
story-signed = 내 키로 서명
story-pressed = 이 지갑에서 버튼을 누름
story-back = 결제 취소
story-by-you = 내가 요청
story-by-payee = 판매자가 환불
story-by-operator = 운영자가 환불
story-by-itself = 자동 환불: 사이트가 내용을 보내지 않음

## What came of something asked

undone-text = { $payee }에서 구매한 { $title } 금액을 지갑으로 돌려드렸어요. 나눠 가진 몫이 모두 되돌려졌고, 페이지는 더 이상 열 수 없어요.
undo-refused = 취소하지 못했어요
undo-refused-before = 이미 취소했어요
undo-closed = 취소할 수 있는 시간이 { $since }에 끝났어요. 구매는 그대로 유지돼요.
undo-before = { $at }에 이미 환불됐어요. 더 돌려받을 금액이 없어요.
undo-used = { $at }에 이미 한 번 취소했어요. 상품마다 한 번만 취소할 수 있어서 이번 구매는 그대로 유지돼요.
undo-limit = 한 사이트에서 하루에 { $limit }건까지 취소할 수 있는데, 모두 사용했어요. 구매는 그대로 유지돼요.
undo-never = 결제 전에 안내한 대로 취소할 수 없는 상품이에요. 구매는 그대로 유지돼요.
quote-nothing = <b>결제되지 않았어요.</b> { $advice }
quote-unreadable = 결제 링크가 온전하지 않아요
quote-unreadable-text = 링크가 잘렸거나 손상됐어요. 페이지로 돌아가 버튼을 다시 눌러 주세요.
quote-forged = 표시된 사이트가 서명한 가격이 아니에요
quote-forged-text = 누군가 가격을 바꿨을 수 있어요. 결제하지 말고, 사이트 주소를 직접 입력해서 열어 주세요.
quote-other-wallet = 다른 지갑에 요청한 가격이에요
quote-other-wallet-text = 페이지로 돌아가 이 지갑을 선택해 주세요.
quote-unknown = 이 지갑이 모르는 사이트예요
quote-unknown-text = 서명을 확인할 수 있는 사이트에만 결제해요.
quote-key = 사이트의 키가 바뀌었어요
quote-key-text = 이 지갑이 알던 키와 달라서 가격을 믿을 수 없어요. 다시 결제하기 전에 알고 있는 연락처로 사이트에 확인해 주세요.
quote-unreachable = 사이트가 응답하지 않아요
quote-unreachable-text = 지금은 서명을 확인할 수 없어요. 몇 분 뒤에 다시 시도해 주세요.
quote-currency = 이 지갑에서 쓰지 않는 통화예요
quote-currency-text = 사이트가 이 지갑에 담을 수 없는 돈을 요청했어요.
restore-missing = 이 지갑에 구매 내역이 없어요
restore-missing-text = 다른 브라우저에서 구매했다면 그 브라우저에서 열어 주세요. 구매 내역은 그쪽 지갑에 있어요. 결제되지 않았어요.
restore-price = 가격 보기: { $price }

## Problems: the codes of docs/problems.md as people read them

problem-unknown = 찾을 수 없어요
problem-unknown-text = 없는 주소이거나 볼 수 없는 페이지예요. 주소를 확인해 주세요.
problem-method = 이 주소에서는 할 수 없어요
problem-method-text = 이 주소는 { $allow } 방식만 받아요. 아무것도 처리하지 않았어요.
problem-request = 요청을 읽을 수 없어요
problem-request-text = 요청을 읽을 수 없어요({ $said }). 아무것도 처리하지 않았어요. 고쳐서 다시 보내 주세요.
problem-cross-site = 이곳에서 보낸 요청이 아니에요
problem-cross-site-text = 이 사이트의 페이지에서 보낸 요청이 아니라서 처리하지 않았어요. 여기에서 페이지를 열고 다시 눌러 주세요.
problem-too-large = 한 번에 보내기에는 너무 커요
problem-too-large-text = 요청 본문은 최대 { $most }바이트예요. 아무것도 처리하지 않았어요. 줄여서 보내 주세요.
problem-misdirected = 그런 이름의 사이트가 없어요
problem-misdirected-text = 여기에는 그런 이름의 사이트가 없어요. 주소를 확인해 주세요.
problem-too-fast = 요청이 너무 많아요
problem-too-fast-text = 요청이 너무 빨라서 처리하지 않았어요. { $seconds }초 뒤에 다시 시도해 주세요.
problem-busy = 잠시 붐비고 있어요
problem-busy-text = 대기열이 가득 차서 시작하지 않았어요. { $seconds }초 뒤에 같은 요청을 다시 보내 주세요.
problem-no-room = 지금은 더 판매할 수 없어요
problem-no-room-text = 저장 공간이 거의 찼어요. 시작하지 않았고 결제되지 않았어요. { $seconds }초 뒤에 같은 요청을 다시 보내 주세요.
problem-internal = 저희 쪽에 문제가 생겼어요
problem-internal-text = 처리하지 못했고 결제되지 않았어요. 같은 요청을 그대로 다시 보내 주세요.
problem-offer-ended = 더 이상 판매하지 않아요
problem-offer-ended-text = 판매가 중단됐어요. 결제되지 않았어요. 페이지를 다시 열어 현재 가격을 확인해 주세요.
problem-origin-failed = 결제 뒤에 사이트가 응답하지 않았어요
problem-origin-failed-text = 결제 뒤에 사이트가 응답하지 않아 돈을 돌려드렸어요. 영수증 번호: { $receipt }. 나중에 다시 시도해 주세요.
problem-origin-failed-kept-text = 결제 뒤에 사이트가 응답하지 않았어요. 구매는 유지되니 결제 없이 다시 열거나, 영수증 { $receipt } 번호로 취소할 수 있어요.
problem-origin = 사이트가 응답하지 않아요
problem-origin-text = 사이트에 연결할 수 없어요. 결제되지 않았어요. 나중에 다시 시도해 주세요.
problem-origin-slow-text = 사이트가 제때 응답하지 않았어요. 결제되지 않았어요. 나중에 다시 시도해 주세요.
problem-funds = 잔액이 부족해요
problem-funds-text = { $missing } 부족해요. 사용 가능 금액: { $available }. 결제되지 않았어요. 지갑을 충전한 뒤 다시 결제해 주세요.
problem-guard = 정해 둔 한도를 넘었어요
problem-guard-text = 한도 { $cap } 중 { $spent } 사용했어요. { $until }까지 { $left } 남았어요. 결제되지 않았어요. 그때까지 기다리거나 지갑에서 한도를 바꿔 주세요.
problem-self = 보내는 사람과 받는 곳이 같아요
problem-self-text = 자신에게는 결제할 수 없어요. 결제되지 않았어요. 다른 지갑으로 결제해 주세요.
problem-full = 지갑에 담을 수 있는 금액을 넘어요
problem-full-text = 이 지갑에는 최대 { $most }까지 담을 수 있어요. 충전하지 않았어요. 더 적은 금액을 충전해 주세요.
problem-late = 취소할 수 있는 시간이 지났어요
problem-late-text = { $since }까지 취소할 수 있었어요. 판매자는 언제든 환불할 수 있으니 판매자에게 문의해 주세요.
problem-back-before = 이미 취소했어요
problem-back-before-text = 이미 취소해서 돈이 지갑에 있어요. 더 하실 일은 없어요.
problem-undo-used = 페이지마다 한 번만 취소할 수 있어요
problem-undo-used-text = 이 페이지는 전에 한 번 취소했어요. 판매자는 언제든 환불할 수 있으니 판매자에게 문의해 주세요.
problem-undo-limit = 오늘 취소할 수 있는 횟수를 모두 썼어요
problem-undo-limit-text = 이 사이트에서는 하루(UTC 0시 기준)에 { $limit }번까지 취소할 수 있어요. 판매자는 언제든 환불할 수 있으니 판매자에게 문의해 주세요.
problem-not-covered = 판매자의 잔액이 부족해 환불하지 못했어요
problem-not-covered-text = 판매 대금을 나눠 받은 곳에 남은 돈이 부족해 환불하지 않았어요. 나중에 다시 시도하거나 판매자에게 문의해 주세요.
