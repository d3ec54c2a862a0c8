//! How a payee looks: set by people and by programs, and never by a picture that is none.

use super::house::{DESK, House, Person};
use crate::door::DESK_COOKIE;
use crate::keys::{self, Wish};
use crate::wallet::tests::house::Seen;
use crate::world;
use bytes::Bytes;
use data_encoding::BASE64;
use http::{Method, Request, header};
use http_body_util::Full;
use protocol::text::command;
use serde_json::{Value, json};
use store::vault::{Role, Scopes, What};

const PNG: &[u8] = include_bytes!("../../../../../testdata/corpus/picture/ok-png");
const SVG: &[u8] = include_bytes!("../../../../../testdata/corpus/picture/no-svg");

/// The form with a file in it, as a browser sends it.
async fn sends(house: &House, person: &Person<'_>, (csrf, file): (&str, &[u8])) -> Seen {
    let field = |name: &str, content: &[u8]| {
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.png\"\r\n\r\n");
        [head.as_bytes(), content, b"\r\n"].concat()
    };
    let body = [&field("csrf", csrf.as_bytes())[..], &field("logo", file), b"--x--\r\n"].concat();
    let request = Request::builder().method(Method::POST).uri("/settings/logo").header(header::ORIGIN, DESK);
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    let request = request.header(header::COOKIE, format!("{DESK_COOKIE}={}", person.cookie()));
    house.send(request.body(Full::new(Bytes::from(body))).unwrap()).await
}

async fn sets(person: &Person<'_>, colour: &str) -> Seen {
    person.post("/settings/accent", &[("accent", colour)]).await
}

async fn by_key(house: &House, body: &Value) -> Result<Value, &'static str> {
    let wish = Wish { payee: "harbour".to_owned(), name: "a program".to_owned(), scopes: Scopes::parse(["offers"]).unwrap(), lasts: None };
    let key = keys::make(&house.opened.instance, wish, world::now()).await.unwrap().text;
    let method = if body.is_null() { Method::GET } else { Method::PATCH };
    let request = Request::builder().method(method).uri("/v1/brand").header("authorization", format!("Bearer {key}"));
    let (parts, ()) = request.header("idempotency-key", command(world::command_id())).body(()).unwrap().into_parts();
    let asked = crate::wallet::Asked::new(parts, Bytes::from(body.to_string()));
    let reply = crate::api::answer(&house.opened.instance, &asked, &house.visit()).await.map_err(|problem| problem.code())?;
    Ok(serde_json::from_str(&Seen::of(reply).await.text).unwrap())
}

#[tokio::test]
async fn a_colour_is_shown_as_it_can_be_read_and_refused_when_it_is_none() {
    let house = House::open().await;
    let editor = house.member("harbour", Role::Editor).await;
    assert_eq!(sets(&editor, "#ffdd00").await.location(), "/settings#look");
    let page = editor.get("/settings").await;
    assert!(page.says("You asked for #ffdd00") && page.text.contains(":root{--acc:light-dark(#"), "{}", page.text);
    assert!(page.header("content-security-policy").matches("'sha256-").count() == 2, "its style is allowed by its hash");
    for wrong in ["red", "#12345", "#000;}"] {
        let seen = sets(&editor, wrong).await;
        assert!(seen.status == 422 && seen.says("six digits") && seen.text.contains(&format!("value=\"{wrong}\"")), "{}", seen.text);
    }
    drop(editor);
    let house = house.again().await;
    let editor = house.member("harbour", Role::Editor).await;
    assert!(editor.get("/settings").await.says("You asked for #ffdd00"), "a restart forgets nothing");
    sets(&editor, " ").await;
    assert!(!editor.get("/settings").await.text.contains(":root{--acc:light-dark(#ff"), "nothing takes it away");
    let acts = house.opened.instance.vault(|vault| vault.acts(&Default::default(), 9)).await.unwrap();
    assert_eq!(acts.iter().filter(|(_, act)| act.what == What::BrandSet).count(), 2);
    house.close();
}

#[tokio::test]
async fn a_logo_is_served_under_its_hash_and_a_picture_that_is_none_is_refused() {
    let house = House::open().await;
    let editor = house.member("harbour", Role::Editor).await;
    let csrf = editor.csrf.clone();
    assert_eq!(sends(&house, &editor, ("AAAA", PNG)).await.status, 403, "the form counts with the login's secret alone");
    for (file, why) in [(SVG, "does not move"), (&b""[..], "does not move"), (&[0; 65 * 1_024][..], "more than 64 KiB")] {
        let seen = sends(&house, &editor, (&csrf, file)).await;
        assert!(seen.status == 422 && seen.says(why), "{}", seen.text);
    }
    assert_eq!(sends(&house, &editor, (&csrf, PNG)).await.location(), "/settings#look");
    let page = editor.get("/settings").await;
    let url = page.text.split_once("class=\"logo\" src=\"").unwrap().1.split('"').next().unwrap();
    let logo = house.opened.instance.brands.logo(url.strip_prefix("/logo/").unwrap()).unwrap();
    assert_eq!(logo.bytes, PNG);
    let served = house.send(Request::get(url).body(Full::default()).unwrap()).await;
    assert_eq!((served.status.as_u16(), served.header("content-type")), (200, "image/png"));
    assert!(served.header("cache-control").contains("immutable") && served.header("x-content-type-options") == "nosniff");
    assert!(served.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(house.send(Request::get("/logo/none").body(Full::default()).unwrap()).await.status, 404);
    assert_eq!(editor.post("/settings/logo/remove", &[]).await.status, 303);
    assert_eq!(house.send(Request::get(url).body(Full::default()).unwrap()).await.status, 404, "what was taken away is gone");
    house.close();
}

#[tokio::test]
async fn a_program_sets_the_same() {
    let house = House::open().await;
    let changed = by_key(&house, &json!({ "accent": "#1F5F4A", "logo": BASE64.encode(PNG) })).await.unwrap();
    assert_eq!((&changed["accent"]["light"], &changed["accent"]["corrected"]), (&json!("#1f5f4a"), &json!(true)), "{changed}");
    assert_eq!((&changed["logo"]["width"], &changed["logo"]["type"]), (&json!(120), &json!("image/png")));
    for body in [json!({ "accent": "green" }), json!({ "logo": "!" }), json!({ "logo": BASE64.encode(SVG) })] {
        assert_eq!(by_key(&house, &body).await, Err("brand-invalid"));
    }
    assert_eq!(by_key(&house, &json!({ "name": "Other" })).await, Err("bad-request"), "the name is the operator's");
    let rest = by_key(&house, &json!({ "accent": null })).await.unwrap();
    assert!(rest["accent"].is_null() && rest["logo"].is_object(), "{rest}");
    house.close();
}
