# 한국어. 이름과 금액 뒤에는 조사를 붙이지 않는다: 받침에 따라 달라지기 때문이다.

## Around every page

skip = 본문으로 건너뛰기
test-money = { $test } 연습용 돈이에요. 실제 돈은 오가지 않아요.
footer = 결제 제공: { $instance } · 이 페이지에서는 스크립트가 실행되지 않아요.
nav = 지갑
nav-wallet = 지갑
nav-history = 내역
nav-settings = 설정
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
sheet-sign-in = 지갑이 있어요: 로그인
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
open-sign-in = 보관해 둔 지갑에 로그인
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

## Signing in, and keeping a wallet

signin = 로그인
signin-text = 패스키나 복구 코드로 보관해 둔 지갑을 열어요.
signin-again = 본인인지 확인해 주세요
signin-again-text = 요청하신 작업에는 새로운 확인이 필요해요. 확인은 5분 동안 유효해요.
signin-passkey = 패스키 사용
signin-code = 복구 코드
signin-code-hint = 적어 둔 열 개 중 하나예요. 한 번만 쓸 수 있고, 다른 브라우저는 모두 로그아웃돼요.
signin-code-press = 이 코드 사용
signin-wrong = 이것으로는 아무것도 열리지 않았어요. 확인하고 다시 시도하거나 다른 방법을 쓰세요.
signin-other = 여기 열려 있는 지갑과 다른 지갑이에요. 지갑을 바꾸려면 먼저 로그아웃하세요.
signin-keep-first = 이 브라우저의 지갑에 { $amount }이 있는데, 달리 열 방법이 없어서 사라지게 돼요. 먼저 보관하세요.
signin-none = 아직 지갑이 없나요?
sign-out = 로그아웃
keep = 이 지갑 보관하기
keep-text = 이 지갑은 이 브라우저에만 있어요. 쿠키를 지우거나 기기를 잃어도 패스키나 복구 코드로 다시 열 수 있어요. 그러면 최대 { $limit }까지 담을 수 있어요.
keep-for-desk = 데스크는 보관된 지갑으로만 열려요. 패스키를 추가하거나 코드를 적어 둔 다음 데스크를 다시 여세요.
settings = 설정
not-changed = 바뀐 것이 없어요.
passkeys = 패스키
passkeys-text = 지문, 얼굴, PIN 같은 기기 잠금으로 지갑을 열어요. 잊거나 도둑맞을 비밀번호가 없어요.
passkey-add = 패스키 추가
passkey-added = 패스키를 추가했어요.
passkey-added-codes = 이 기기를 잃을 때를 대비해 이제 복구 코드를 적어 두세요.
passkey-not-added = 패스키를 추가하지 못했어요. 응답이 늦었거나 온전하지 않아요. 다시 시도하세요.
passkey-failed = 패스키를 사용하지 않았어요. 다시 시도하세요.
passkey-script = 패스키를 쓰려면 스크립트가 켜진 브라우저가 필요해요. 복구 코드는 없어도 돼요.
passkey-kept = 복구 코드가 남아 있지 않으면 마지막 패스키는 지울 수 없어요. 먼저 코드를 만드세요.
passkey-remove = 삭제
codes = 복구 코드
codes-text = 종이에 적은 코드 열 개로 패스키 없이도 지갑을 열 수 있어요. 각각 한 번만 쓸 수 있어요.
codes-left =
    { $count ->
        [0] 아직 없어요.
       *[other] { $count }개 남았어요.
    }
codes-make = 코드 열 개 만들기
codes-make-new = 새 코드 열 개 만들기
codes-once = 적거나 인쇄하세요. 지금 한 번만 보여 드려요.
codes-shown = 코드는 한 번 보여 드렸고 다시 보여 드리지 않아요.
codes-back = 종이에 적은 코드 하나를 입력하세요
codes-back-hint = 적어 두었는지 확인하는 것이고, 코드는 그대로 남아요.
codes-confirm = 적어 두었어요
codes-wrong = 열 개 중에 없는 코드예요. 종이를 다시 보거나 새로 열 개를 만드세요.
codes-written = 코드를 보관했어요.
codes-written-text = 이제 복구 코드 열 개로 이 지갑을 열 수 있어요. 예전 코드는 쓸 수 없어요.
recovered = 다시 오셨네요.
recovered-text =
    { $count ->
        [0] 마지막 코드였어요. 지금 패스키를 추가하고 새 코드를 만드세요.
       *[other] 그 코드는 다 썼고, 다른 브라우저는 모두 로그아웃됐어요. 이 기기에 패스키를 추가하세요.
    }
logins = 로그인한 브라우저
since-used = { $since }부터, 마지막 사용 { $used } UTC
login-unnamed = 브라우저
login-desk = 데스크
login-this = 지금 이 브라우저
login-end = 로그아웃
login-end-others = 다른 브라우저 모두 로그아웃

mail-address = 이메일 주소
mail-hint = 메일로 받은 코드로도 이 지갑을 열 수 있어요. 주소는 다른 누구에게도 알려지지 않고, 비워 두면 잊어요.
mail-save = 이 주소로 코드 보내기
mail-set = 주소를 보관했어요.
mail-taken = 이 주소는 이미 다른 지갑을 보관하고 있어요.
mail-wrong = 이메일 주소가 아니에요.
mail-sign-in-hint = 이 주소로 보관된 지갑이 있으면 코드를 보내요.
mail-send = 메일로 코드 받기
mail-code = 메일을 확인하세요
mail-sent = 쓸 수 있는 주소라면 코드를 보내고 있어요. 15분 동안 이 브라우저에서만 쓸 수 있어요.
mail-code-label = 메일로 받은 코드
mail-code-hint = 글자와 숫자 여덟 자리예요.
mail-code-press = 계속
mail-code-wrong = 코드가 달라요. { $count }번 더 입력할 수 있어요.
mail-code-over = 이 코드는 끝났어요. 새로 받으세요.
mail-again = 새 코드 받기
mail-subject = { $instance } 코드: { $code }
mail-text =
    { $instance } 코드는 { $code } 이에요.

    15분 동안, 코드를 요청한 브라우저에서만 { $wallet } 에서 쓸 수 있어요.
    요청하지 않았다면 누군가 이 주소를 입력한 거예요. 코드 없이는 들어올 수 없으니 아무에게도 알려 주지 마세요.
language = 언어
language-browser = 브라우저 설정에 따라
language-chosen = 선택됨
language-choose = 선택
known = 저장된 내 정보
known-text = 구매한 것 말고는 이 페이지에 있는 것이 전부예요.
known-settings = 이 설정을 JSON으로
close = 이 지갑 닫기
close-text = 저장된 정보를 모두 지우고, 이 지갑은 다시 열 수 없어요. 구매한 것을 되찾거나 되돌릴 수도 없어요. 장부에는 이름 없는 금액만 남아요.
close-give-up = 연습용 돈 { $amount }을 포기하고 완전히 닫기
close-tick = 안에 연습용 돈이 있어요. 포기하는 버튼을 눌러 주세요.
close-empty-first = 안에 돈이 있어요. 먼저 꺼내세요.
close-press = 완전히 닫기

## The operator's door

admin = 운영자
admin-health = 상태
admin-operators = 운영자 목록
admin-signin-text = 운영자만 들어올 수 있어요. 지갑의 패스키로는 열리지 않아요.
setup = 이 인스턴스 설정하기
setup-another = 운영자 되기
setup-text = 운영자는 장부를 보고 이 인스턴스를 어떻게 운영할지 정해요. 패스키는 이 주소에서만 쓸 수 있어요.
setup-code = 코드
setup-code-hint = 출력되었거나 받으신 링크에 들어 있어요. 한 번만 쓸 수 있어요.
setup-name = 이름
setup-name-hint = 다른 운영자에게 보여요.
setup-press = 패스키를 만들고 시작하기
setup-wrong = 이 코드로는 아무것도 열리지 않아요. 기한이 지났거나, 이미 썼거나, 잘못 입력했어요. 서버에서 “farthing admin setup-code”로 새 코드를 받으세요.
setup-nameless = 다른 운영자가 부를 이름을 적어 주세요.
setup-no-passkeys = 패스키에는 호스트 이름이 필요해요. farthing.toml의 [admin]에 admin.example.org 같은 이름을 적어 주세요.
operators-text = 여기 있는 사람은 무엇이든 할 수 있어요. 운영자를 두 명 두거나 패스키 두 개와 종이 코드를 마련하면 기기를 잃어도 잠기지 않아요.
operator-since = { $since }부터
operator-you = 본인
operator-invite = 운영자 초대
operator-invited = 이 링크를 전해 주세요. { $until }까지 한 번만 쓸 수 있고 다시 보여 드리지 않아요.

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

## The payee's desk

to-desk = 판매 관리로 가기
desk-name = 판매 관리
desk-overview = 개요
desk-sales = 판매
desk-buyers = 구매자
desk-offers = 상품
desk-fees = 수수료와 몫
desk-install = 설치
desk-team = 팀
desk-settings = 설정
desk-csv = 이 목록: CSV
desk-json = 이 목록: JSON
desk-sign-in = 지갑으로 로그인해 주세요
desk-sign-in-text = 판매자가 판매 내역을 보는 곳이에요. 지갑으로 본인을 확인하고, 요금은 나가지 않아요.
desk-sign-in-press = 로그인
desk-sign-out = 로그아웃
desk-no-team = 아직 속한 팀이 없어요
desk-no-team-text = 로그인은 되었지만 속한 판매자 팀이 없어요. 소유자에게 초대 코드를 받아 주세요. 코드는 한 번만 쓸 수 있어요.
desk-join = 코드가 있어요
desk-joining = 팀에 들어가기
desk-joining-text = 초대를 받으면 판매자 팀의 구성원이 돼요. 누구인지는 지갑으로 확인하고, 돈은 나가지 않아요.
desk-join-name-hint = 팀 구성원에게 보여요.
desk-join-press = 들어가기
desk-join-sign-in = 지갑으로 로그인하고 들어가기
desk-join-wrong = 이 코드로는 아무것도 열리지 않아요. 기한이 지났거나, 이미 썼거나, 잘못 입력했어요. 초대한 분께 새 코드를 받으세요.
desk-join-nameless = 팀이 부를 이름을 적어 주세요.
desk-not-yours = 지금 역할로는 할 수 없어요
desk-not-yours-text = 현재 역할: { $role }. 필요한 역할: { $least }. 아무것도 바뀌지 않았어요. 역할은 소유자가 바꿀 수 있어요.
desk-not-yours-on = 팀 보기
desk-role-reader = 읽기
desk-role-developer = 개발자
desk-role-editor = 편집자
desk-role-owner = 소유자
desk-start = 첫 결제 전까지
desk-start-text = 각 항목은 실제 상태로 확인되고, 직접 체크할 수 없어요. 첫 결제가 들어오면 이 목록은 사라져요.
desk-step-done = 완료
desk-step-open = 남음
desk-step-site = 판매할 사이트 연결
desk-step-site-open = 이 판매자의 사이트가 아직 없어요. 운영자가 farthing.toml 파일에 추가할 수 있어요.
desk-step-site-go = 설치 방법 보기
desk-step-offer = 가격이 정해진 상품
desk-step-offer-open = 아직 유료 상품이 없어요.
desk-step-offer-go = 상품 보기
desk-step-check = 밖에서 사이트 점검
desk-step-check-open = 유료 페이지가 캐시를 통해 새는지 아직 점검하지 않았어요.
desk-step-check-go = 내 사이트 점검
desk-step-check-bad = 지난 점검에서 문제가 발견됐어요.
desk-step-check-see = 발견된 문제 보기
desk-step-try = 구매하고 취소해 보기
desk-step-try-open = 아직 구매 후 취소해 본 기록이 없어요. 독자처럼 한 번 해 보세요.
desk-step-try-go = 사이트 열기
desk-step-first = 첫 결제
desk-step-first-open = 아직 판매가 없어요. 페이지 주소를 누군가에게 보내 보세요.
desk-step-first-go = 사이트 열기
desk-earned = 수익
desk-today = 오늘 수익
desk-month = 이번 달 수익
desk-back = 취소됨
desk-day = 날짜
desk-as-table = 표로 보기
desk-top = 수익이 많은 페이지
desk-page = 페이지
desk-pages = 페이지 수
desk-yours = 내 몫
desk-paid = 결제액
desk-last = 최근
desk-sales-none = 아직 판매가 없어요. 판매되면 바로 여기에 표시돼요.
desk-sales-none-go = 남은 할 일 보기
desk-sales-no-such = 조건에 맞는 판매가 없어요.
desk-sales-all = 모든 판매 보기
desk-filter-item = 페이지 주소에 포함된 말
desk-filter-state = 상태
desk-filter-from = 시작일
desk-filter-to = 종료일
desk-filter-buyer = 구매자
desk-filter-go = 보기
desk-state-any = 전체
desk-state-paid = 결제됨
desk-state-back = 취소됨
desk-sale = 판매
desk-sale-of = { $title } 결제액 { $paid } 중 내 몫
desk-sale-json = 영수증 JSON
desk-buyer = 구매자
desk-buyer-all = 이 구매자의 모든 구매
desk-offer = 상품
desk-give = 환불하기…
desk-give-role = 편집자나 소유자가 환불할 수 있어요.
desk-give-owner = 판매자: { $owner }. 환불은 판매자가 할 수 있어요.
desk-give-done = 전액 환불되었고 모든 몫이 되돌려졌어요.
desk-given = 환불했어요.
desk-given-text = { $amount } 금액이 구매자 지갑으로 돌아갔어요.
desk-refund = { $amount } 환불할까요?
desk-refund-text = { $title } 구매자에게 전액이 돌아가고, 나와 다른 사람의 몫이 모두 취소되며, 페이지는 닫혀요. 되돌릴 수 없어요.
desk-refund-note = 이유 (팀만 볼 수 있어요)
desk-refund-hint = 비워 둬도 돼요. 구매자가 누구인지 알 수 있는 내용은 쓰지 마세요.
desk-refund-long = 한 줄로 { $most }자까지 쓸 수 있어요.
desk-refund-press = { $amount } 환불하기
desk-refund-not = 환불하지 않고 돌아가기
desk-story-signed = 구매자의 키로 서명
desk-story-pressed = 구매자 지갑에서 승인
desk-story-by-buyer = 구매자가 취소
desk-story-by-us = 판매자가 환불
desk-buyers-none = 아직 구매자가 없어요. 구매자는 나만 아는 이름으로 표시돼요.
desk-buyers-order = 최근 구매 순이에요. 시각은 UTC 기준이에요.
desk-offers-none = 아직 상품이 없어요. 상품은 운영자가 지정한 파일에 적혀요.
desk-offers-none-go = 설치 보기
desk-offers-file = 관리 파일: { $files }. 파일을 고치고 farthing offer apply 명령을 실행하세요. 여기서는 보기만 해요.
desk-offers-no-file = 여기서 만든 상품은 장부에 보관돼요. 파일에는 없어요.
desk-offer-sales = 이 상품의 판매
desk-offer-ended = 판매가 끝난 상품이에요.
desk-offer-new = 새 상품
desk-offer-edit = 상품 변경: { $name }
desk-offer-change = 조건 바꾸기
desk-offer-end = 판매 끝내기
desk-offer-name = 이름 (관리용)
desk-offer-path = 페이지 경로 (*는 한 칸, **는 그 아래 전부)
desk-kind-fixed = 정액
desk-kind-least = 최소 금액
desk-offer-when = 새 가격은 바로 적용돼요. 이미 본 가격보다 더 내는 사람은 없고, 지난 판매는 그대로예요.
desk-offer-save = 저장
desk-offer-leave = 저장하지 않고 돌아가기
desk-wrong-name = 이름은 한 줄로 1~64바이트예요.
desk-wrong-taken = 같은 이름의 상품이 이미 있어요. 그 상품을 바꿔 주세요.
desk-wrong-site = 사이트를 골라 주세요.
desk-wrong-path = 경로는 /로 시작하고 빈칸, ?, #를 쓸 수 없어요. 별표는 한 칸 전체를 뜻해요.
desk-wrong-overlap = 이 페이지 일부를 이미 파는 상품이 있어요: { $other }
desk-wrong-zero = 0원이라면 무료를 골라 주세요.
desk-wrong-shares = 다른 사람의 고정 몫이 이 가격보다 커요.
desk-terms = 조건
desk-example = { $price } 결제 시 몫 나누기
desk-wall = 독자에게 보이는 화면
desk-wall-free = 무료 페이지라서 결제 화면이 없어요.
desk-wall-real = 사이트에서 열기
desk-lasts = 이용 기간
desk-lasts-ever = 기한 없음
desk-undo-never = 취소할 수 없음
desk-free = 무료
desk-price-least = { $price } 이상
desk-versions = 버전
desk-version = 버전
desk-since = 시작
desk-stands = 현재
desk-fees-text = 구매자가 낸 돈이 어떻게 나뉘었는지 보여 줘요. 취소된 결제는 빠져요.
desk-fees-caption = 어디로 갔는지
desk-fees-none = 아직 판매가 없어서 수수료도 없어요.
desk-fees-none-go = 상품 조건 보기
desk-fees-free = 판매에서 떼어 간 수수료가 없어요.
desk-fees-total = 구매자가 낸 금액
desk-ever = 전체
desk-part = 비율
desk-share-fee = 수수료
desk-share-other = 다른 사람의 몫
desk-share-us = 내 몫
desk-install-text = 이 사이트의 실제 값으로 설치 방법을 보여 줘요.
desk-install-none = 이 판매자의 사이트가 아직 없어요.
desk-install-none-go = 누가 바꿀 수 있는지 보기
desk-site-url = 공개 주소
desk-site-origin = 페이지 원본
desk-site-priced = 판매 중인 경로
desk-check = 내 사이트 점검
desk-check-text = 공개 주소로 낯선 사람과 구매자처럼 페이지를 요청해 보고, 중간에 무엇이 있는지 알려 줘요. 결제는 없어요.
desk-check-page = 판매 중인 페이지
desk-check-press = 내 사이트 점검
desk-check-role = 개발자, 편집자, 소유자가 점검할 수 있어요.
desk-nginx = 앞단에 nginx 두기
desk-caddy = 앞단에 Caddy 두기
desk-found-good = 문제가 없어요. 낯선 사람은 결제 화면을, 구매자는 페이지를 보고, 캐시가 섞지 않아요.
desk-found-no-page = 판매 중인 페이지를 찾지 못했어요.
desk-found-no-page-do = 입력란에 페이지 경로를 적어 주세요. 예: /a/story
desk-found-unreached = 공개 주소에 연결할 수 없어요: { $why }
desk-found-unreached-do = 도메인이 프록시를, 프록시가 이 서버를 가리키게 하세요. 아래 설정을 참고하세요.
desk-found-elsewhere = 공개 주소가 다른 서버로 연결돼요.
desk-found-elsewhere-do = 독자가 이 서버를 거치지 않아 결제가 요청되지 않아요. 도메인을 여기로 연결하세요.
desk-found-leak = 앞단 캐시가 유료 페이지를 누구에게나 보여 주고 있어요.
desk-found-wall = 앞단 캐시가 구매자에게도 결제 화면을 보여 주고 있어요.
desk-found-cache-do = 캐시가 Cache-Control: private, no-store 헤더를 따르게 하거나 판매 중인 경로에서 캐시를 끄세요. 그런 다음 캐시를 비우고 다시 점검하세요. nginx라면 proxy_ignore_headers 설정을 지우세요.
desk-found-open = 유료 페이지가 낯선 사람에게도 열려 있어요.
desk-found-open-do = 앞단에서 직접 응답하거나 이 서버를 건너뛰고 있어요. 이 경로의 모든 요청이 여기를 거치게 하세요.
desk-found-no-wall = 낯선 사람에게 결제 화면 대신 상태 코드 { $status } 응답이 가요.
desk-found-no-wall-do = 페이지가 있는지, 서버가 응답하는지 확인하세요.
desk-found-no-paid = 구매자에게 페이지 대신 상태 코드 { $status } 응답이 가요.
desk-found-no-paid-do = 페이지가 있는지, 서버가 응답하는지, 프록시가 쿠키를 전달하는지 확인하세요.
desk-member = 팀원
desk-role = 역할
desk-change = 변경
desk-you = 나
desk-role-of = 팀원 역할: { $name }
desk-role-set = 저장
desk-remove = 내보내기
desk-roles = 역할별 권한
desk-may-reader = 모든 것을 보고 목록을 내려받을 수 있어요.
desk-may-developer = 사이트를 점검하고 프로그램용 키와 웹훅도 만들 수 있어요.
desk-may-editor = 환불과 상품 변경도 할 수 있어요.
desk-may-owner = 팀원도 정할 수 있어요.
desk-invite = 초대하기
desk-invite-text = 3일 동안 한 번만 쓸 수 있는 코드가 만들어져요. 믿을 수 있는 방법으로 한 사람에게만 전해 주세요.
desk-invite-press = 코드 만들기
desk-invited = 초대 링크 (역할: { $role })
desk-invited-text = 이 링크를 전해 주세요. { $until }까지 한 번만 쓸 수 있고 다시 보여 드리지 않아요.
desk-last-owner = 바뀐 것이 없어요.
desk-last-owner-text = 소유자가 한 명은 있어야 해요. 먼저 다른 사람을 소유자로 정해 주세요.
desk-names = 이름
desk-names-text = 이름과 사이트는 운영자의 farthing.toml 파일에 있어요.
desk-payee = 판매자
desk-handle = 식별자
desk-sites = 사이트
desk-exports = 장부 내려받기
desk-exports-text = 마지막 자리까지 모두 담겨요. CSV는 스프레드시트용, JSON은 프로그램용이에요.
desk-others = 다른 판매자
desk-sales-lately = 최근 { $days }일 판매
desk-per-day = 하루 수익, 최근 { $days }일
desk-buyers-text = 구매자 { $count }명. 이 이름은 나만 알고, 다른 정보는 알 수 없어요.
desk-undo-within = { $span } 안에, 구매자마다 하루 { $count }번

## The desk's pages for developers

dev-name = 개발자
dev-keys = 키
dev-webhooks = 웹훅
dev-deliveries = 전송 기록
dev-events = 이벤트
dev-api = API
dev-id = ID
dev-never = 없음
dev-created = 생성
dev-used = 마지막 사용
dev-expires = 만료
dev-may = 권한
dev-optional = 선택
dev-keys-text = 프로그램이 API를 호출할 때 쓰는 키예요. 키를 가진 사람은 이 판매자에 대해 키의 권한만큼 할 수 있어요.
dev-keys-none = 아직 만든 키가 없어요.
dev-keys-all = 모든 키
dev-key = 키
dev-key-new = 새 키
dev-key-name = 이름: 어느 프로그램, 어느 서버인지
dev-key-lasts = 유효 기간
dev-key-ever = 폐기할 때까지
dev-key-press = 키 만들기
dev-key-begins = 앞부분
dev-key-made = 키: { $name }
dev-key-made-text = 지금 프로그램의 비밀 저장소에 복사해 두세요. 다시 보여 드리지 않고, 여기에는 해시만 남아요.
dev-key-made-beside = 이전 키는 7일 동안 더 쓸 수 있어요.
dev-key-replaced = 교체 중
dev-key-expired = 만료됨
dev-key-revoked = 폐기됨
dev-key-successor = 교체한 키
dev-rotate = 교체
dev-key-rotate-text = 이름과 권한이 같은 새 키를 만들어요. 프로그램이 멈추지 않도록 { $span } 동안 두 키를 모두 쓸 수 있고, 그 뒤에 이 키는 저절로 끝나요.
dev-key-rotate-press = 새 키 만들기
dev-key-revoke = 폐기…
dev-key-revoke-ask = { $name }: 이 키를 폐기할까요?
dev-key-revoke-text = 지금부터 이 키로는 아무것도 할 수 없고, 이 키를 쓰는 프로그램은 거절돼요. 되돌릴 수 없으니 계속 쓰려면 교체해 주세요.
dev-key-revoke-press = 키 폐기
dev-key-revoke-not = 폐기하지 않고 돌아가기
dev-key-wrong-name = 이름은 한 줄로 1~64바이트여야 해요.
dev-key-wrong-scopes = 키가 할 수 있는 일을 하나 이상 골라 주세요.
dev-key-wrong-days = 키의 유효 기간을 골라 주세요.
dev-key-wrong-many = 키는 한 번에 { $most }개까지 둘 수 있어요. 먼저 하나를 폐기해 주세요.
dev-scope-read = 읽기
dev-scope-refund = 환불
dev-scope-webhooks = 웹훅
dev-may-read = 판매, 상품, 잔액, 이벤트를 볼 수 있어요.
dev-may-refund = 판매를 전액 환불할 수 있어요.
dev-may-webhooks = 웹훅을 설정하고 전송 기록을 볼 수 있어요.
dev-hooks-text = 이벤트가 생기면 서명해서 보내고, 도착할 때까지 다시 보내는 주소예요.
dev-hooks-none = 아직 보내는 곳이 없어요.
dev-hooks-all = 모든 웹훅
dev-hook-new = 새 웹훅
dev-hook-press = 웹훅 추가
dev-hook-active = 사용 중
dev-hook-trouble = 사용 중, 최근 전송 실패
dev-hook-paused = 일시 중지
dev-hook-failing = 중단됨: 도착하지 않음
dev-hook-gone = 중단됨: 410 응답
dev-hook-wrong-address = 이 주소로는 보낼 수 없어요:
dev-hook-wrong-again = 이 양식은 다른 내용으로 이미 사용됐어요. 바뀐 것이 없으니 확인하고 다시 눌러 주세요.
dev-hook-wrong-many = 웹훅은 { $most }개까지 둘 수 있어요. 먼저 하나를 삭제해 주세요.
dev-target = 주소
dev-kinds-choose = 보낼 이벤트 (아무것도 고르지 않으면 모두 보내요)
dev-kinds-all = 모두
dev-succeeded = 마지막 성공
dev-failing-since = 실패 시작
dev-old-secret = 이전 비밀 서명
dev-secret-made = 이 웹훅의 비밀
dev-secret-text = 지금 서명을 확인하는 프로그램에 복사해 두세요. 다시 보여 드리지 않아요. Standard Webhooks 라이브러리에 그대로 넣으면 돼요.
dev-rotate-secret = 새 비밀
dev-rotate-secret-text = { $span } 동안 두 비밀로 모두 서명하므로 아무 때나 프로그램을 바꿀 수 있어요.
dev-rotate-secret-press = 비밀 교체
dev-test = 시험 전송
dev-pause = 일시 중지
dev-resume = 다시 시작
dev-paused-text = 중지된 동안에는 보내지 않아요. 그동안 생긴 이벤트는 다시 시작하면 보내요.
dev-failing-text = 5일 동안 도착하지 않아 전송을 멈췄어요. 수신 프로그램을 고친 뒤 다시 시작하면 멈춘 곳부터 이어서 보내요.
dev-gone-text = 수신 주소가 410(영구히 없어짐)으로 응답해 전송을 멈췄어요. 주소를 바꾸거나 다시 시작해 주세요.
dev-delete = 삭제…
dev-delete-ask = 이 웹훅을 삭제할까요?
dev-delete-text = 비밀과 모든 전송 기록이 함께 사라지고, 대기 중인 것도 없어져요. 이벤트는 그대로 남아요.
dev-delete-press = 웹훅 삭제
dev-delete-not = 삭제하지 않고 돌아가기
dev-latest = 최근 전송
dev-deliveries-text = 모든 웹훅으로 보낸 것과 대기 중인 것이 30일 동안 남아요. 시간은 UTC예요.
dev-deliveries-none = 아직 보낸 것이 없어요. 웹훅에 시험 전송을 하거나 다음 판매를 기다려 주세요.
dev-deliveries-no-such = 조건에 맞는 전송이 없어요.
dev-deliveries-all = 모든 전송 보기
dev-event = 이벤트
dev-sent = 전송
dev-answer = 응답
dev-tries = 시도
dev-try = { $number }번째 시도
dev-next = 다음 시도
dev-waiting = 대기 중
dev-delivered = 도착함
dev-failed = 실패
dev-retry = 다시 보내기
dev-retry-all = 실패한 것 모두 다시 보내기
dev-look-again = 새로 고침
dev-body = 본문
dev-request = 요청
dev-response = 응답
dev-no-answer = 응답 없음:
dev-not-sent = 아직 보내지 않았어요.
dev-cut = 여기까지만 표시돼요. 전체:
dev-events-text = 일어난 일이 순서대로 있고, 가장 새로운 것이 마지막이에요. 프로그램은 GET /v1/events로 같은 내용을 받아요.
dev-events-none = 아직 아무 일도 없어요. 첫 판매가 여기에 나타나요.
dev-events-none-go = 사이트 설치 보기
dev-events-no-more = 이쪽에는 더 없어요.
dev-events-newest = 최신 이벤트로
dev-events-older = 이전
dev-events-newer = 다음
dev-kind = 종류
dev-after = 이 seq 다음부터
dev-after-wrong = seq가 아니에요. 이벤트의 번호를 적거나, 처음부터 보려면 0을 적어 주세요.
dev-api-text = 프로그램이 쓸 수 있는 모든 호출이에요. 예시에는 이 인스턴스의 주소가 들어 있어요.
dev-api-all = 모든 호출
dev-api-key = 키
dev-api-words = 값과 서명을 쓰는 방법
dev-api-body = 본문
dev-base = 주소
dev-examples = 예시
dev-examples-key = 환경 변수 { $name }에서 키를 읽어요. 대문자로 된 부분은 직접 채워 주세요.
dev-examples-signed = 지불자가 자신의 키로 서명하는 호출이에요. 완성된 헤더를 환경 변수 { $name }에서 읽어요.
dev-parameters = 매개변수
dev-refusals = 거절
dev-refusals-text = 거절되면 아무것도 바뀌지 않아요. 아래 코드 중 하나가 담긴 문제 문서로 응답해요.

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
