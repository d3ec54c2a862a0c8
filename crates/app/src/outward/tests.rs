//! Which addresses are asked: a table of those that are not, and one of their neighbours that are.

use super::*;
use std::net::Ipv6Addr;

/// The first and last address of every network that is not asked, and the disguises of some of them.
const REFUSED: &str = "
    0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255
    168.63.129.16 169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255 172.16.0.0 172.31.255.255
    192.0.0.0 192.0.0.255 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.0 192.168.255.255
    198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:169.254.169.254
    64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:1::1 2001:1ff:ffff::1 2001:db8::1
    2002:7f00:1::1 2002:808:808::1 2620:4f:8000::1 3fff::1 3fff:fff::1 5f00::1 4000::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 fec0::1 ff02::1
    1fff:ffff::1
";

const ALLOWED: &str = "
    1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17
    169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.167.255.255 192.169.0.0
    198.17.255.255 198.20.0.0 223.255.255.255 8.8.8.8 2000::1 2001:200::1 2001:db7::1 2001:db9::1 2003::1 2606:4700::1 2a00:1450::1 3ffe::1
";

#[test]
fn what_is_not_public_is_not_asked() {
    for address in REFUSED.split_whitespace() {
        assert!(!is_public(address.parse().unwrap()), "{address}");
        let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
        for rules in [Rules::Public, Rules::PublicAndLocalhost] {
            assert_eq!(Target::parse(&format!("https://{host}/hook"), rules), Err(Refused::NotPublic), "{address}");
        }
    }
    for address in ALLOWED.split_whitespace() {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn every_ipv4_address_in_the_disguise_of_another_family_is_refused() {
    for bits in (0..=u32::MAX).step_by(99_991) {
        let [a, b, c, d] = bits.to_be_bytes();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        for disguise in [
            [0, 0, 0, 0, 0, 0, high, low],
            [0, 0, 0, 0, 0, 0xffff, high, low],
            [0x64, 0xff9b, 0, 0, 0, 0, high, low],
            [0x2002, high, low, 0, 0, 0, 0, 1],
        ] {
            assert!(!is_public(Ipv6Addr::from(disguise).into()), "{disguise:?}");
        }
    }
}

#[test]
fn an_address_is_https_and_bare() {
    let parse = |text: &str| Target::parse(text, Rules::Public).map(|target| (target.host, target.port));
    assert_eq!(parse("https://Hooks.Example.com/a?b=c"), Ok(("hooks.example.com".to_owned(), 443)));
    assert_eq!(parse("https://hooks.example.com:8443"), Ok(("hooks.example.com".to_owned(), 8443)));
    for (text, why) in [
        ("", Refused::Unreadable),
        ("/hook", Refused::Unreadable),
        ("hooks.example.com", Refused::Scheme),
        ("http://hooks.example.com/", Refused::Scheme),
        ("ftp://hooks.example.com/", Refused::Scheme),
        ("http://localhost:4020/", Refused::Scheme),
        ("https://localhost/", Refused::NotPublic),
        ("https://a.localhost./", Refused::NotPublic),
        ("https://user:word@hooks.example.com/", Refused::Extras),
        ("https://hooks.example.com/#a", Refused::Extras),
        ("https://hooks.example.com:0/", Refused::Port),
        ("https://hooks.example.com:/", Refused::Port),
        ("https://hooks.example.com:99999/", Refused::Port),
    ] {
        assert_eq!(parse(text), Err(why), "{text}");
    }
    assert_eq!(parse(&format!("https://hooks.example.com/{}", "a".repeat(512))), Err(Refused::Unreadable));
    let test = |text: &str| Target::parse(text, Rules::PublicAndLocalhost).map(|target| target.local);
    assert_eq!(test("http://hooks.localhost:4020/"), Ok(true));
    assert_eq!(test("https://localhost/"), Ok(true));
    assert_eq!(test("https://hooks.example.com/"), Ok(false));
    assert_eq!(test("http://hooks.example.com/"), Err(Refused::Scheme));
    assert_eq!(test("http://127.0.0.1:4020/"), Err(Refused::Scheme));
    assert_eq!(test("https://127.0.0.1:4020/"), Err(Refused::NotPublic));
}

#[test]
fn a_name_with_one_private_address_is_refused_whole() {
    let at = |text: &str| SocketAddr::new(text.parse().unwrap(), 443);
    assert_eq!(choose([at("8.8.8.8"), at("2606:4700::1")]).unwrap(), at("8.8.8.8"));
    for addresses in [[at("8.8.8.8"), at("127.0.0.1")], [at("10.0.0.1"), at("8.8.8.8")], [at("8.8.8.8"), at("::ffff:8.8.8.8")]] {
        assert!(matches!(choose(addresses), Err(Failed::Refused(Refused::NotPublic))));
    }
    assert!(matches!(choose([]), Err(Failed::Unresolved)));
}

#[tokio::test]
async fn a_name_that_resolves_to_this_machine_is_not_connected_to() {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // Numbers that a resolver reads as loopback, but no reader of addresses does.
    for host in ["2130706433", "127.1", "0x7f.1"] {
        let Ok(target) = Target::parse(&format!("https://{host}:{port}/"), Rules::Public) else { continue };
        let failed = post(&target, HeaderMap::new(), Bytes::new()).await.unwrap_err();
        assert!(matches!(failed, Failed::Refused(Refused::NotPublic) | Failed::Unresolved), "{host}: {failed}");
    }
    drop(listener);
}
