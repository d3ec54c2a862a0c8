//! The team: invitations, roles, leaving; and people who work for several payees.

use super::house::House;
use crate::proof::invitation::InvitationCode;
use crate::world;
use protocol::text::account;
use store::vault::{Invitation, Role};

#[tokio::test]
async fn an_invitation_is_shown_once_and_works_once() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    assert_eq!(owner.post("/team/invite", &[("role", "king")]).await.status, 400);
    let seen = owner.post("/team/invite", &[("role", "editor")]).await;
    let link = seen.text.split("<pre>").nth(1).unwrap().split('<').next().unwrap();
    let code = link.strip_prefix("http://desk.localhost:4020/join#").unwrap().to_owned();
    assert_eq!(code.len(), 14, "{code}");
    assert!(seen.says("A link for the role editor") && seen.header("cache-control").contains("no-store"));
    assert!(!owner.get("/team").await.text.contains(&code), "it is shown this once");
    let now = world::now();
    // Read out over a telephone it is the same code.
    let hash = InvitationCode::read(&code.to_lowercase().replace('-', " ")).unwrap().hash();
    let found = house.opened.instance.vault(move |vault| vault.invitation(&hash, now)).await.unwrap();
    assert_eq!(found, Some(Invitation::Member { payee: "harbour".to_owned(), role: Role::Editor }));
    let take = || house.opened.instance.vault(move |vault| vault.take_invitation(&hash, now));
    assert_eq!((take().await.unwrap(), take().await.unwrap()), (true, false));
    house.close();
}

#[tokio::test]
async fn roles_change_people_leave_and_one_owner_stays() {
    let house = House::open().await;
    let (owner, reader) = (house.member("harbour", Role::Owner).await, house.member("harbour", Role::Reader).await);
    let (mine, theirs) = (account(owner.party), account(reader.party));
    for (path, fields) in [("/team/role", vec![("member", &*mine), ("role", "reader")]), ("/team/remove", vec![("member", &*mine)])] {
        let seen = owner.post(path, &fields).await;
        assert!(seen.status == 409 && seen.says("One owner must stay"), "{path}: {}", seen.status);
    }
    assert_eq!(owner.post("/team/role", &[("member", &theirs), ("role", "editor")]).await.location(), "/team");
    assert!(reader.get("/settings").await.says("editor"));
    assert_eq!(owner.post("/team/remove", &[("member", &theirs)]).await.location(), "/team");
    assert!(reader.get("/").await.says("You are on no team here"), "the next request finds no desk");
    let nobody = account(money::Party([9; 20]));
    assert_eq!(owner.post("/team/remove", &[("member", &nobody)]).await.status, 404);
    assert_eq!(owner.post("/team/role", &[("member", &nobody), ("role", "owner")]).await.status, 404);
    house.close();
}

#[tokio::test]
async fn who_works_for_several_chooses_and_sees_one_at_a_time() {
    let house = House::open().await;
    let person = house.member("harbour", Role::Owner).await;
    person.joins("ann", Role::Reader).await;
    house.sell(house.payer().await, "news.localhost", "/a/one").await;
    assert!(person.get("/").await.text.contains("<title>Overview · Ann"), "the first by handle");
    assert_eq!(person.post("/team/invite", &[("role", "owner")]).await.status, 403, "a role at one desk is none at another");
    assert!(person.get("/settings").await.says("Your other desks"));
    assert_eq!(person.post("/settings/payee", &[("payee", "harbour")]).await.location(), "/");
    assert!(person.get("/").await.text.contains("<title>Overview · Harbour"));
    assert_eq!(person.post("/team/invite", &[("role", "owner")]).await.status, 200);
    house.close();
}

#[tokio::test]
async fn the_team_reads_what_was_done_in_its_own_payees_matters() {
    let house = House::open().await;
    let (owner, rival) = (house.member("harbour", Role::Owner).await, house.member("rival", Role::Owner).await);
    let sale = house.sell(house.payer().await, "news.localhost", "/a/one").await;
    owner.post("/team/invite", &[("role", "editor")]).await;
    owner.post("/team/role", &[("member", &account(owner.party)), ("role", "reader")]).await;
    owner.post(&format!("/sales/{sale}/refund"), &[]).await;
    owner.post(&format!("/sales/{sale}/refund"), &[]).await;
    let seen = owner.get("/team").await;
    let table = seen.text.split("What was done").nth(1).unwrap();
    assert_eq!(table.matches("<th scope=\"row\">").count(), 2, "a second press and what was refused leave no line: {table}");
    assert!(
        table.contains(&sale) && table.contains("Member invited") && table.contains("Mona &lt;i&gt;") && table.contains("127.0.0.0/24")
    );
    assert!(!rival.get("/team").await.says("What was done"));
    house.close();
}
