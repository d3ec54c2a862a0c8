//! What operators look at and decide: outboxes that need somebody, names, and an operator who is one no more.

use super::super::{
    Act, ActFilter, CodeHash, Delivery, DeliveryFilter, DeliveryId, DeliveryState, Door, Ending, Login, Member, OutboxSums, Passkey, Role,
    Try, Via, Webhook, WebhookChange, WebhookId, WebhookState, What,
};
use super::{ALICE, BOB, Stage, at, id, login};

fn webhook(byte: u8) -> Webhook {
    Webhook {
        id: WebhookId([byte; 10]),
        payee: "harbour".to_owned(),
        url: format!("https://hooks.example/{byte}"),
        kinds: Vec::new(),
        secret: [byte; 32],
        old_secret: None,
        rotated_by: None,
        cursor: 0,
        since: at(0),
        state: WebhookState::Active,
        created_at: at(1),
        failing_since: None,
        succeeded_at: None,
    }
}

fn delivery(byte: u8, webhook: u8) -> Delivery {
    Delivery {
        number: 0,
        id: DeliveryId([byte; 10]),
        webhook: WebhookId([webhook; 10]),
        event: format!("evt_{byte}"),
        kind: "charge.made".to_owned(),
        body: "{}".to_owned(),
        created_at: at(10),
        state: DeliveryState::Waiting,
        tries: 0,
        next_at: at(20),
        sent_at: None,
        status: None,
        latency_ms: None,
    }
}

#[test]
fn outboxes_that_need_somebody_come_first_and_calm_ones_not_at_all() {
    let (_stage, mut vault) = Stage::new();
    for byte in 1..=4 {
        vault.add_webhook(&webhook(byte), 9).unwrap();
    }
    vault
        .change_webhook("harbour", WebhookId([3; 10]), &WebhookChange { state: Some(WebhookState::Paused), ..WebhookChange::default() })
        .unwrap();
    for (byte, of) in [(1, 1), (2, 2), (3, 2)] {
        assert!(vault.add_delivery(&delivery(byte, of)).unwrap());
    }
    let number =
        vault.deliveries("harbour", &DeliveryFilter { webhook: Some(WebhookId([2; 10])), ..DeliveryFilter::default() }, 1).unwrap()[0]
            .number;
    let attempt = Try { at: at(15), status: Some(500), latency_ms: 1, request: String::new(), response: String::new(), fault: None };
    vault.end_try(number, &attempt, Ending::GivenUp).unwrap();
    let found = vault.outboxes(9).unwrap();
    let told: Vec<_> = found.iter().map(|box_of| (box_of.id.0[0], box_of.waiting, box_of.failed, box_of.next_at)).collect();
    assert_eq!(told, [(2, 1, 1, Some(at(20))), (1, 1, 0, Some(at(20))), (3, 0, 0, None)]);
    assert_eq!(vault.outboxes(1).unwrap().len(), 1);
    assert_eq!(vault.outbox_sums().unwrap(), OutboxSums { active: 3, waiting: 2, failed: 1 });
}

#[test]
fn who_is_an_operator_no_more_has_nothing_that_opens_and_keeps_name_and_acts() {
    let (_stage, mut vault) = Stage::new();
    for party in [ALICE, BOB] {
        let passkey = Passkey {
            id: party.0.to_vec(),
            party,
            door: Door::Admin,
            name: String::new(),
            key: String::new(),
            created_at: at(1),
            used_at: at(1),
        };
        vault.add_passkey(&passkey).unwrap();
        vault.lay_codes((party, Door::Admin), &[CodeHash([party.0[0]; 32])], at(1)).unwrap();
        vault.confirm_codes((party, Door::Admin), &CodeHash([party.0[0]; 32])).unwrap();
        vault.add_login(&id(party.0[0]), &Login { door: Door::Admin, ..login(party, 20) }, 10).unwrap();
        vault.set_fact(party, "name", "Mira", at(1)).unwrap();
    }
    let act = Act {
        at: at(2),
        via: Via::Admin,
        payee: None,
        party: Some(ALICE),
        what: What::SignedIn,
        subject: String::new(),
        whom: None,
        network: String::new(),
    };
    vault.add_act(&act, 9).unwrap();
    assert!(vault.remove_operator(ALICE).unwrap());
    assert!(!vault.remove_operator(ALICE).unwrap());
    assert_eq!(vault.operators().unwrap(), [(BOB, at(1))]);
    assert!(!vault.proofs(ALICE, Door::Admin).unwrap().is_kept() && vault.proofs(BOB, Door::Admin).unwrap().is_kept());
    assert_eq!((vault.login(&id(1), Door::Admin, at(30)).unwrap().is_none(), vault.count_logins(BOB, at(30)).unwrap()), (true, 1));
    assert_eq!(vault.name_of(ALICE).unwrap().as_deref(), Some("Mira"));
    assert_eq!(vault.acts(&ActFilter::default(), 9).unwrap()[0].1.party, Some(ALICE));
}

#[test]
fn a_member_is_called_as_the_team_calls_them() {
    let (_stage, vault) = Stage::new();
    assert_eq!(vault.name_of(ALICE).unwrap(), None);
    let member = Member { payee: "harbour".to_owned(), party: ALICE, role: Role::Reader, name: "Mona".to_owned(), created_at: at(1) };
    vault.set_member(&member).unwrap();
    assert_eq!(vault.name_of(ALICE).unwrap().as_deref(), Some("Mona"));
}
