//! What the origin must not see and must not say (http402, section 13), end to end.

use super::super::Withheld;
use super::*;

/// Sends `fields` through a gateway; returns the head that the origin saw.
async fn seen(fields: &str) -> String {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send(format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n")).await;
    let (_wire, head) = origin.serve("HTTP/1.1 204 No Content\r\n\r\n").await;
    client.head().await;
    head
}

#[tokio::test]
async fn credentials_stay_here() {
    for (field, left) in [
        ("Authorization: Payment eyJjaGFsbGVuZ2UiOiJzZWNyZXQifQ", None),
        ("authorization: pAyMeNt secret", None),
        ("Authorization: Payment", None),
        ("Authorization:   Payment\tsecret", None),
        ("Authorization: L402 secret:secret", None),
        ("Authorization: lsat secret:secret", None),
        ("Authorization: Bearer kept", Some("authorization: Bearer kept")),
        ("Authorization: Basic a2VwdDprZXB0", Some("authorization: Basic a2VwdDprZXB0")),
        ("Authorization: PaymentX kept", Some("authorization: PaymentX kept")),
        ("Payment-Authorization: Payment secret", None),
        ("PAYMENT-SIGNATURE: secret", None),
        ("Payment_Signature: secret", None),
        ("X-PAYMENT: secret", None),
        ("X_Payment: secret", None),
        ("X-Cashu: cashuBsecret", None),
        ("Accept-Payment: secret", None),
        ("Farthing-Paid: secret", None),
        ("FARTHING_PAID: secret", None),
        ("Farthing-Anything-Else: secret", None),
        ("X-Farthing: kept", Some("x-farthing: kept")),
        ("Cookie: __Host-farthing_ent=secret", None),
        ("Cookie: __host-FARTHING_st=secret", None),
        ("Cookie: theirs=1; __Host-farthing_st=secret;a=\"b\" ;__Host-farthing_ent=secret", Some("cookie: theirs=1; a=\"b\"")),
        ("Cookie:  odd ;; own=1; x__Host-farthing_st=kept;", Some("cookie: odd ;; own=1; x__Host-farthing_st=kept;")),
        ("Cookie: session=abc%3D==; lang=ko", Some("cookie: session=abc%3D==; lang=ko")),
    ] {
        let head = seen(field).await;
        let rest: Vec<&str> = head
            .lines()
            .skip(1)
            .filter(|line| !line.is_empty() && !line.starts_with("host:") && !line.starts_with("x-forwarded-"))
            .collect();
        assert_eq!(rest, left.as_slice(), "{field}");
        assert!(!head.contains("secret"), "{field} {head}");
    }
}

#[tokio::test]
async fn two_authorizations_lose_only_ours() {
    let head = seen("Authorization: Payment secret\r\nAuthorization: Basic kept\r\nCookie: a=1\r\nCookie: __Host-farthing_st=secret").await;
    assert_eq!(values(&head, "authorization"), ["Basic kept"]);
    assert_eq!(values(&head, "cookie"), ["a=1"]);
}

#[tokio::test]
async fn what_the_gateway_adds_cannot_be_forged() {
    let field = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let add = vec![field("farthing-paid", "charge"), field("farthing-amount", "50000"), field("x-site", "ours")];
    let (origin, mut client) = pair(Gate { add, ..Gate::default() }).await;
    client
        .send(
            "GET / HTTP/1.1\r\nHost: a\r\nFarthing-Paid: pool\r\nFarthing_Paid: pool\r\nFarthing-Payer: me\r\nX-Site: mine\r\n\
             Connection: farthing-paid, x-site\r\n\r\n",
        )
        .await;
    let (_wire, head) = origin.serve("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!(values(&head, "farthing-paid"), ["charge"]);
    assert_eq!(values(&head, "farthing-amount"), ["50000"]);
    assert_eq!(values(&head, "x-site"), ["ours"]);
    assert_eq!(head.to_lowercase().matches("farthing").count(), 2, "{head}");
    client.head().await;
}

#[tokio::test]
async fn the_origin_cannot_speak_in_our_name() {
    for (field, left) in [
        ("WWW-Authenticate: Payment id=\"x\", realm=\"a\"", None),
        ("WWW-Authenticate: l402 version=\"0\", token=\"x\"", None),
        ("WWW-Authenticate: LSAT macaroon=\"x\"", None),
        ("WWW-Authenticate: Basic realm=\"kept\"", Some("www-authenticate: Basic realm=\"kept\"")),
        (
            "WWW-Authenticate: Basic realm=\"a, Payment b\" , charset=\"UTF-8\"",
            Some("www-authenticate: Basic realm=\"a, Payment b\" , charset=\"UTF-8\""),
        ),
        (
            "WWW-Authenticate: Basic realm=\"a, \\\"b\", Payment id=\"x, y\", realm=\"z\", Digest nonce = \"n\", qop=auth",
            Some("www-authenticate: Basic realm=\"a, \\\"b\", Digest nonce = \"n\", qop=auth"),
        ),
        ("WWW-Authenticate: Negotiate, Payment", Some("www-authenticate: Negotiate")),
        ("PAYMENT-REQUIRED: eyJ4", None),
        ("Payment-Response: eyJ4", None),
        ("Payment-Receipt: eyJ4", None),
        ("Payment_Receipt: eyJ4", None),
        ("Farthing-Receipt: forged", None),
        ("Set-Cookie: __Host-farthing_ent=forged; Path=/; Secure", None),
        ("Set-Cookie:   __HOST-farthing_st=forged", None),
        ("Set-Cookie: =__Host-farthing_st=forged", None),
        ("Set-Cookie: session=__Host-farthing_st; Path=/", Some("set-cookie: session=__Host-farthing_st; Path=/")),
        ("X-Payment-Page: kept", Some("x-payment-page: kept")),
    ] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let (_wire, _) = origin.serve(format!("HTTP/1.1 401 Unauthorized\r\n{field}\r\nContent-Length: 0\r\n\r\n")).await;
        let head = client.head().await;
        let rest: Vec<&str> = head
            .lines()
            .skip(1)
            .filter(|line| !line.is_empty() && !line.starts_with("content-length:") && !line.starts_with("date:"))
            .collect();
        assert_eq!(rest, left.as_slice(), "{field}");
    }
}

#[tokio::test]
async fn usage_is_kept_for_the_gateway() {
    let origin = Listener::new().await;
    let proxy = Proxy::new(format!("http://{}", origin.address()).parse().unwrap(), Limits::default());
    let asking = tokio::spawn(async move { proxy.forward(get("/"), &[], &peer(Earlier::Replaced)).await });
    let (_wire, _) = origin
        .serve("HTTP/1.1 200 OK\r\nFarthing-Usage: tokens=12\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n")
        .await;
    let response = asking.await.unwrap().unwrap();
    assert!(!response.headers().contains_key("farthing-usage"));
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    let Withheld(fields) = response.extensions().get().unwrap();
    assert_eq!(fields.get("farthing-usage").unwrap(), "tokens=12");
}
