//! Quotes that are not to be trusted, and forms that did not come from here.

use super::house::{HARBOUR, House, NEWS};
use http::Method;
use money::{Asset, Span};
use protocol::SigningKey;
use protocol::quote::Quote;

#[tokio::test]
async fn only_our_own_quotes_are_taken() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let good = house.quote(HARBOUR);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let claims = head.split_once('.').unwrap().1;
    let mut altered = protocol::text::from_base64url(claims).unwrap();
    let at = altered.windows(7).position(|window| window == b"\"50000\"").unwrap();
    altered[at + 1] = b'1';
    let altered = protocol::text::base64url(&altered);
    let header = head.split_once('.').unwrap().0;
    let none = protocol::text::base64url(b"{\"alg\":\"none\",\"typ\":\"farthing-quote\"}");
    let forged = house.asks(HARBOUR).sign(&SigningKey::from_seed([9; 32]));
    let receipt_key = house.asks(HARBOUR).sign(&house.opened.instance.keys.receipt);
    let changed = |change: &dyn Fn(&mut Quote)| {
        let mut quote = house.asks(HARBOUR);
        change(&mut quote);
        house.signed(&quote)
    };
    let cases = [
        (String::new(), 400, "quote-unreadable"),
        ("x".repeat(5_000), 400, "quote-unreadable"),
        (good[..good.len() - 20].to_owned(), 400, "quote-unreadable"),
        (forged, 403, "quote-forged"),
        (receipt_key, 403, "quote-forged"),
        (format!("{header}.{altered}.{signature}"), 403, "quote-forged"),
        (format!("{none}.{claims}."), 403, "quote-forged"),
        (changed(&|quote| quote.aud = "http://wallet.elsewhere.localhost:4020".to_owned()), 403, "quote-other-wallet"),
        (changed(&|quote| quote.iss = "http://other.localhost:4020".to_owned()), 403, "quote-unknown-site"),
        (changed(&|quote| quote.iss = "https://news.localhost:4020".to_owned()), 403, "quote-unknown-site"),
        (changed(&|quote| quote.item = "@evil.example/a/x".to_owned()), 403, "quote-unknown-site"),
        (changed(&|quote| quote.currency = Asset::fiat("USD").unwrap()), 403, "quote-other-currency"),
    ];
    for (quote, status, code) in cases {
        for seen in [reader.get(&format!("/pay?q={quote}")).await, reader.pay(&quote).await] {
            assert!(seen.status.as_u16() == status && seen.says(code) && seen.says("Nothing was charged."), "{code}: {}", seen.text);
            assert!(seen.header("content-security-policy").ends_with("form-action 'self'"));
        }
    }
    assert_eq!(house.sales().await, 0);
    house.close();
}

#[tokio::test]
async fn a_price_is_held_for_ten_minutes_and_an_owner_comes_in_all_the_same() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let mut owner = house.payer(5).await;
    let (mine, other) = (house.quote(HARBOUR), house.quote(HARBOUR));
    owner.pay(&mine).await.code();
    house.wait(Span(599));
    assert!(reader.get(&format!("/pay?q={other}")).await.says("Pay €0.05"));
    house.wait(Span(2));
    for seen in [reader.get(&format!("/pay?q={other}")).await, reader.pay(&other).await] {
        assert!(seen.status == 200 && seen.says("This price has expired"), "{}", seen.text);
        assert!(seen.text.contains("href=\"http://news.localhost:4020/a/quiet-harbour\""));
    }
    owner.get(&format!("/pay?q={other}")).await.code();
    owner.pay(&other).await.code();
    assert_eq!(house.sales().await, 1);
    house.close();
}

#[tokio::test]
async fn a_form_needs_this_origin_and_this_logins_secret() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let quote = house.quote(HARBOUR);
    let own = reader.csrf().await.unwrap();
    let foreign = house.payer(1).await.csrf().await.unwrap();
    let here = &[("sec-fetch-site", "same-origin")][..];
    let wallet = &[("origin", "http://wallet.localhost:4020")][..];
    let cases = [
        (here, None, 403),
        (here, Some(foreign.as_str()), 403),
        (here, Some(""), 403),
        (&[][..], Some(own.as_str()), 403),
        (&[("sec-fetch-site", "cross-site")][..], Some(own.as_str()), 403),
        (&[("sec-fetch-site", "same-site")][..], Some(own.as_str()), 403),
        (&[("sec-fetch-site", "none")][..], Some(own.as_str()), 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", "http://wallet.localhost:4020")][..], Some(own.as_str()), 403),
        (&[("origin", NEWS)][..], Some(own.as_str()), 403),
        (&[("origin", "null")][..], Some(own.as_str()), 403),
        (wallet, Some(own.as_str()), 303),
    ];
    for (headers, csrf, status) in cases {
        for path in ["/pay", "/top-up", "/pay/top-up", "/undo", "/sign-out"] {
            if status == 303 && path != "/pay" {
                continue;
            }
            let csrf = csrf.map(|csrf| ("csrf", csrf));
            let fields: Vec<(&str, &str)> = csrf.into_iter().chain([("q", quote.as_str())]).collect();
            let seen = reader.request(Method::POST, path, headers, &fields).await;
            assert_eq!(seen.status.as_u16(), status, "{path} {headers:?}: {}", seen.text);
            assert!(status == 303 || seen.says("cross-site"));
        }
    }
    assert_eq!(house.sales().await, 1);
    house.close();
}

#[tokio::test]
async fn pay_without_a_login_leads_to_the_sheet() {
    let house = House::open().await;
    let quote = house.quote(HARBOUR);
    let seen = house.stranger().post("/pay", &[("q", &quote)]).await;
    assert_eq!((seen.status.as_u16(), seen.location()), (303, format!("/pay?q={quote}").as_str()));
    let mut stale = house.stranger();
    stale.cookie = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    assert_eq!(stale.request(Method::POST, "/pay", &[("sec-fetch-site", "same-origin")], &[("q", &quote)]).await.status, 303);
    stale.cookie = Some("not base64url; at all".to_owned());
    assert!(stale.get("/").await.says("Open a wallet"));
    assert_eq!(house.sales().await, 0);
    house.close();
}
