//! Root keys of other instances: an operator lets another one count, with a fresh proof and a line in the log.

use super::house::Office;
use money::Span;
use protocol::text::base64url;

#[tokio::test]
async fn another_root_key_counts_once_an_operator_accepts_it_with_a_fresh_proof() {
    let office = Office::open().await;
    let (instance, now) = (&office.house.opened.instance, office.house.now());
    let origin = "https://news.example";
    for root in [[1; 32], [2; 32]] {
        instance.vault(move |vault| vault.pin(origin, &root, now)).await.unwrap();
    }
    let operator = office.operator("Ines").await;
    let jobs = operator.get("/jobs").await;
    assert!(jobs.text.contains("action=\"/jobs/root\"") && jobs.says(origin), "{}", jobs.text);
    let fields = [("origin", origin), ("root", &base64url(&[2; 32]))];
    office.house.wait(Span(301));
    assert_eq!(operator.post("/jobs/root", &fields).await.location(), "/sign-in", "a login of before is no proof");
    let operator = office.operator("Ada").await;
    assert_eq!(operator.post("/jobs/root", &[("origin", origin), ("root", &base64url(&[3; 32]))]).await.status, 404);
    assert_eq!(operator.post("/jobs/root", &fields).await.location(), "/jobs");
    assert!(!operator.get("/jobs").await.text.contains("action=\"/jobs/root\""));
    let pins = instance.vault(|vault| vault.pins()).await.unwrap();
    assert_eq!((pins[0].root, pins[0].other), ([2; 32], None));
    assert!(operator.get("/audit").await.says("Root key of another instance accepted"));
    office.close();
}
