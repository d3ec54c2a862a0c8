//! Codes by mail, through a real SMTP server: an address is tied to a wallet and opens it elsewhere, in the asking browser alone.

use crate::browser::{Browser, Page, label};
use crate::support::evidence;
use crate::support::shop::{Shop, free_ports};
use crate::support::smtp::MailServer;
use crate::support::steps::{balance, open_wallet, plain_page};

fn shop_with_mail() -> (Shop, MailServer) {
    evidence::begin("smtp");
    let port = free_ports();
    let server = MailServer::start(port);
    let mail = format!("[mail]\nsmtp = \"smtp://127.0.0.1:{port}\"\nfrom = \"The quay <wallet@quay.example>\"\n");
    (Shop::open_with(&mail), server)
}

/// The code in a mail to an address that is none of those `known`, once it is there.
fn code(page: &Page, server: &MailServer, (to, known): (&str, &[String])) -> String {
    let of =
        |mail: &String| mail.contains(&format!("\nTo: {to}")).then(|| mail.split("Subject: ").nth(1).map(|rest| rest[..9].to_owned()))?;
    page.until(|| format!("a mail to {to}"), || server.mails().iter().filter_map(of).find(|code| !known.contains(code)))
}

#[test]
fn an_address_is_proved_and_opens_the_wallet_in_the_browser_that_asked() {
    let (shop, server) = shop_with_mail();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/settings", shop.wallet));
    page.fill("#mail", "Ann@Example.org");
    page.follow(label("Send a code to it"));
    let sent = code(&page, &server, ("ann@example.org", &[]));
    let mail = server.mails().remove(0);
    assert!(mail.contains("From: \"The quay\" <wallet@quay.example>") && mail.contains("\nMessage-ID: <"), "{mail}");
    assert!(mail.contains(&format!("Subject: {sent} is your code for Farthing at the quay")) && !mail.contains("http://news"), "{mail}");
    page.fill("#code", "0000-0000");
    page.follow(label("Go on"));
    assert!(page.body_text().contains("4 tries are left"), "{}", page.scene("a wrong code"));
    page.fill("#code", &sent.to_lowercase());
    page.follow(label("Go on"));
    assert!(page.text("[role=status]").contains("Address kept") && page.value("#mail") == "ann@example.org", "{}", page.scene("kept"));

    let phone = reader.another();
    let other = plain_page(&phone);
    other.excuse("status of 4");
    let ask = |other: &Page, address: &str| {
        other.goto(&format!("{}/sign-in", shop.wallet));
        other.fill("#mail", address);
        other.follow(label("Mail me a code"));
    };
    ask(&other, "nobody@example.org");
    let unknown = other.body_text();
    ask(&other, "ann@example.org");
    assert_eq!(other.body_text(), unknown, "nobody learns which addresses keep a wallet");
    let right = code(&page, &server, ("ann@example.org", &[sent]));
    // In another browser the code is worth nothing.
    let thief = reader.another();
    let third = plain_page(&thief);
    third.excuse("status of 4");
    ask(&third, "nobody@example.org");
    third.fill("#code", &right);
    third.follow(label("Go on"));
    assert!(third.body_text().contains("That is not it"), "{}", third.scene("another browser"));
    for mail in server.mails() {
        assert!(!mail.contains("To: nobody"), "nothing goes to an address that keeps nothing");
    }
    other.fill("#code", &right);
    other.follow(label("Go on"));
    assert_eq!(balance(&other, &shop.wallet), 5_000_000);
    evidence::ran("smtp", "aiosmtpd", &MailServer::version());
}

#[test]
fn a_code_is_tried_five_times_and_an_address_is_written_to_three_times() {
    let (shop, server) = shop_with_mail();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 5);
    let mut known = Vec::new();
    for _ in 0..3 {
        page.goto(&format!("{}/settings", shop.wallet));
        page.fill("#mail", "ann@example.org");
        page.follow(label("Send a code to it"));
        known.push(code(&page, &server, ("ann@example.org", &known)));
    }
    for _ in 0..5 {
        page.fill("#code", "0000-0000");
        page.follow(label("Go on"));
    }
    assert!(page.body_text().contains("That code is over"), "{}", page.scene("five tries"));
    page.goto(&format!("{}/settings", shop.wallet));
    page.fill("#mail", "ann@example.org");
    page.follow(label("Send a code to it"));
    assert_eq!(page.status(), 429, "{}", page.scene("too many mails"));
    page.goto(&format!("{}/settings", shop.wallet));
    // What a browser would not send is refused as well.
    page.eval("document.querySelector('#mail').type = 'text'");
    page.fill("#mail", "ann@example.org, bob@example.org");
    page.follow(label("Send a code to it"));
    assert!(page.status() == 422 && page.body_text().contains("no mail address"), "{}", page.scene("two addresses"));
    assert_eq!(server.mails().len(), 3);
    evidence::ran("smtp", "aiosmtpd", &MailServer::version());
}
