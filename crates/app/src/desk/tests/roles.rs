//! Who may do what, and from where.

use super::house::{DESK, House, Seen};
use crate::desk::route::Page;
use http::Method;
use protocol::problem::Problem;
use protocol::text::account;
use store::vault::Role;

/// Headers, or the fields of a form.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Every page by its address; what has an id in it is named with one.
fn addresses(sale: &str, offer: &str) -> Vec<(Method, String, Role)> {
    let read = |path: &str, role| (Method::GET, path.to_owned(), role);
    let post = |path: &str, role| (Method::POST, path.to_owned(), role);
    let mut all: Vec<_> =
        ["/", "/sales", "/sales.csv", "/sales.json", "/buyers", "/buyers.csv", "/buyers.json", "/offers", "/fees", "/install"]
            .into_iter()
            .chain(["/team", "/settings"])
            .map(|path| read(path, Role::Reader))
            .collect();
    all.extend([
        read(&format!("/sales/{sale}"), Role::Reader),
        read(&format!("/sales/{sale}.json"), Role::Reader),
        read(&format!("/offers/{offer}"), Role::Reader),
        read(&format!("/sales/{sale}/refund"), Role::Editor),
        read("/offers/new", Role::Editor),
        read(&format!("/offers/{offer}/edit"), Role::Editor),
        post("/offers/new", Role::Editor),
        post(&format!("/offers/{offer}/edit"), Role::Editor),
        post(&format!("/offers/{offer}/end"), Role::Editor),
        post("/settings/payee", Role::Reader),
        post("/settings/accent", Role::Editor),
        post("/settings/logo", Role::Editor),
        post("/settings/logo/remove", Role::Editor),
        post("/install/check", Role::Developer),
        read("/move", Role::Owner),
        read("/move/offers.toml", Role::Owner),
        post("/team/invite", Role::Owner),
        post("/team/role", Role::Owner),
        post("/team/remove", Role::Owner),
        post(&format!("/sales/{sale}/refund"), Role::Editor),
        post("/sign-out", Role::Reader),
    ]);
    all.extend(for_developers());
    all
}

/// Of what has an id in it there is none: a role that is too little is told so before.
fn for_developers() -> Vec<(Method, String, Role)> {
    let (key, hook, delivery) = ("keys/key_aaaaaaaaaaaaaaaa", "webhooks/whk_aaaaaaaaaaaaaaaa", "deliveries/dlv_aaaaaaaaaaaaaaaa");
    let read = ["keys", key, "webhooks", hook, "deliveries", delivery, "events", "api", "api/sales"].map(str::to_owned);
    let read = read.into_iter().chain([format!("{key}/revoke"), format!("{hook}/delete"), format!("{delivery}.json")]);
    let post = ["keys", "webhooks", hook, "deliveries/retry"].map(str::to_owned).into_iter();
    let post = post.chain(["rotate", "revoke"].map(|verb| format!("{key}/{verb}"))).chain([format!("{delivery}/retry")]);
    let post = post.chain(["pause", "resume", "rotate", "test", "delete"].map(|verb| format!("{hook}/{verb}")));
    let at = |method: &Method, path: &str| (method.clone(), format!("/developers/{path}"), Role::Developer);
    let read: Vec<_> = read.map(|path| at(&Method::GET, &path)).collect();
    read.into_iter().chain(post.map(|path| at(&Method::POST, &path))).collect()
}

#[tokio::test]
async fn each_role_may_do_what_it_is_for_and_no_more() {
    let house = House::open().await;
    let sale = house.sell(house.payer().await, "news.localhost", "/a/quiet").await;
    let (offer, _) = house.opened.instance.offer_for("news.localhost", "/a/quiet").unwrap();
    for (method, path, least) in addresses(&sale, &protocol::text::offer(offer)) {
        assert_eq!(Page::of(&method, &path).unwrap().least(), least, "{method} {path}");
        for role in Role::ALL {
            let person = house.member("harbour", role).await;
            let seen = if method == Method::POST { person.post(&path, &[]).await } else { person.get(&path).await };
            assert_eq!(seen.status == 403, role < least, "{method} {path} as {}: {}", role.word(), seen.status);
            assert!(role >= least || seen.says("needs"), "{}", seen.text);
        }
    }
    house.close();
}

#[tokio::test]
async fn a_reader_presses_in_vain() {
    let house = House::open().await;
    let sale = house.sell(house.payer().await, "news.localhost", "/a/quiet").await;
    let (reader, owner) = (house.member("harbour", Role::Reader).await, house.member("harbour", Role::Owner).await);
    let earned = house.earned("harbour").await;
    reader.post(&format!("/sales/{sale}/refund"), &[]).await;
    reader.post("/team/remove", &[("member", &account(owner.party))]).await;
    reader.post("/team/role", &[("member", &account(reader.party)), ("role", "owner")]).await;
    assert_eq!(house.earned("harbour").await, earned);
    let members = house.opened.instance.vault(|vault| vault.members("harbour")).await.unwrap();
    let roles: Vec<(bool, Role)> = members.iter().map(|member| (member.party == owner.party, member.role)).collect();
    assert!(roles.contains(&(true, Role::Owner)) && roles.contains(&(false, Role::Reader)), "{roles:?}");
    house.close();
}

#[tokio::test]
async fn a_form_counts_from_a_page_of_the_desk_alone() {
    let house = House::open().await;
    let sale = house.sell(house.payer().await, "news.localhost", "/a/quiet").await;
    let owner = house.member("harbour", Role::Owner).await;
    let earned = house.earned("harbour").await;
    let path = format!("/sales/{sale}/refund");
    let (mine, other) = ([("csrf", owner.csrf.as_str())], [("csrf", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]);
    let same = [("sec-fetch-site", "same-origin")];
    let forged: [(Pairs<'_>, Pairs<'_>); 6] = [
        (&same, &[]),
        (&same, &other),
        (&[("sec-fetch-site", "cross-site")], &mine),
        (&[("sec-fetch-site", "same-site"), ("origin", DESK)], &mine),
        (&[("origin", "http://news.localhost:4020")], &mine),
        (&[], &mine),
    ];
    for (headers, fields) in forged {
        let seen: Seen = owner.ask(Method::POST, &path, headers, fields).await;
        assert_eq!(seen.status, 403, "{headers:?} {fields:?}");
        assert!(seen.says(Problem::CrossSite.code()), "{}", seen.text);
    }
    // Nor does a GET, whatever it brings.
    owner.ask(Method::GET, &format!("{path}?csrf={}", owner.csrf), &same, &mine).await;
    assert_eq!(house.earned("harbour").await, earned, "nothing moved");
    assert_eq!(owner.ask(Method::POST, &path, &[("origin", DESK)], &mine).await.status, 303);
    assert!(house.earned("harbour").await < earned);
    house.close();
}

#[tokio::test]
async fn what_is_not_there_is_said_as_everywhere() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    assert_eq!(owner.get("/nothing").await.status, 404);
    assert_eq!(owner.get("/sales/zzz").await.status, 404);
    assert_eq!(owner.get("/offers/zzz").await.status, 404);
    let seen = owner.ask(Method::DELETE, "/sales", &[], &[]).await;
    assert_eq!((seen.status.as_u16(), seen.header("allow")), (405, "GET, HEAD"));
    assert_eq!(owner.get("/team/invite").await.header("allow"), "POST");
    house.close();
}
