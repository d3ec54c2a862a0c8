//! The log: what operators, members, keys and the machine did stands there, and stays when its doer goes.

use super::house::Office;
use crate::control::{self, KeyOrder};
use store::vault::{Act, ActFilter, MOST_ACTS, Via, What};

async fn whats(office: &Office) -> Vec<(Via, What)> {
    let acts = office.house.opened.instance.vault(|vault| vault.acts(&ActFilter::default(), 99)).await.unwrap();
    acts.into_iter().map(|(_, act)| (act.via, act.what)).collect()
}

#[tokio::test]
async fn operators_acts_are_written_down_and_stay_when_they_go() {
    let office = Office::open().await;
    let (mira, jonas) = (office.operator("Mira").await, office.operator("Jonas").await);
    assert_eq!(jonas.post("/operators/invite", &[]).await.status, 200);
    let removed = mira.post("/operators/remove", &[("operator", &protocol::text::base64url(&jonas.party.0))]).await;
    assert_eq!(removed.status, 303);
    assert_eq!(jonas.get("/audit").await.location(), "/sign-in", "out at once");
    let seen = mira.get("/audit").await;
    assert!(
        seen.says("Operator removed") && seen.says("Operator invited") && seen.says("Jonas") && seen.says("127.0.0.0/24"),
        "{}",
        seen.text
    );
    assert_eq!(mira.post("/sign-out", &[]).await.location(), "/sign-in");
    let by = |what| (Via::Admin, what);
    assert_eq!(whats(&office).await, [by(What::SignedOut), by(What::OperatorRemoved), by(What::OperatorInvited)]);
    office.close();
}

#[tokio::test]
async fn what_the_machine_does_for_a_payee_is_the_payees_and_what_is_refused_leaves_no_line() {
    let office = Office::open().await;
    let (instance, now) = (&office.house.opened.instance, office.house.now());
    let new = |payee: &str| KeyOrder::New { payee: payee.to_owned(), name: "till".to_owned(), scopes: vec!["read".to_owned()], days: None };
    let made = control::key(new("harbour"), instance, now).await.unwrap();
    assert!(control::key(new("nobody"), instance, now).await.is_err());
    let id = made["id"].as_str().unwrap().to_owned();
    control::key(KeyOrder::Revoke { payee: "harbour".to_owned(), id: id.clone() }, instance, now).await.unwrap();
    control::key(KeyOrder::List { payee: "harbour".to_owned() }, instance, now).await.unwrap();
    assert_eq!(whats(&office).await, [(Via::Machine, What::KeyRevoked), (Via::Machine, What::KeyMade)]);
    let seen = office.operator("Mira").await.get("/audit?payee=harbour&what=key-made").await;
    assert!(seen.text.contains(&id) && seen.says("on the machine") && !seen.says("<th scope=\"row\">Key revoked"), "{}", seen.text);
    assert!(!seen.text.contains(made["key"].as_str().unwrap()), "the key itself is in no log");
    office.close();
}

#[tokio::test]
async fn the_log_turns_its_pages_and_its_files_have_all_of_it() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let now = office.house.now();
    let fill = move |vault: &mut store::vault::Vault| {
        (0..120_u64).try_for_each(|number| {
            let payee = number.is_multiple_of(2).then(|| "harbour".to_owned());
            let subject = format!("=cmd{number}");
            let act = Act {
                at: now,
                via: Via::Desk,
                payee,
                party: None,
                what: What::SiteChecked,
                subject,
                whom: None,
                network: "192.0.2.0/24".to_owned(),
            };
            vault.add_act(&act, MOST_ACTS)
        })
    };
    office.house.opened.instance.vault(fill).await.unwrap();
    let (mut target, mut rows, mut pages) = ("/audit".to_owned(), 0, 0);
    loop {
        let seen = operator.get(&target).await;
        assert!(seen.text.len() < 30_000, "{} bytes", seen.text.len());
        rows += seen.text.matches("<th scope=\"row\">").count();
        pages += 1;
        let Some(next) = seen.text.split("rel=\"next\" href=\"").nth(1) else { break };
        target = next.split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!((rows, pages), (120, 3));
    let csv = operator.get("/audit.csv?payee=harbour").await;
    assert!(
        csv.header("content-disposition").contains("farthing-test-audit-") && csv.header("content-security-policy").starts_with("sandbox")
    );
    let mut rows = csv::Reader::from_reader(csv.text.as_bytes());
    let subjects: Vec<String> = rows.records().map(|row| row.unwrap()[6].to_owned()).collect();
    assert_eq!(subjects.len(), 60);
    assert!(subjects.iter().all(|subject| subject.starts_with("'=")), "no cell is a formula");
    let json: serde_json::Value = serde_json::from_str(&operator.get("/audit.json").await.text).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 120);
    assert!(operator.get("/audit?from=2001-01-01&to=2001-01-02").await.says("Nothing of that kind"));
    office.close();
}
