//! How a site may be attached.

use super::{Attach, Config};
use std::path::Path;

fn read(top: &str, host: &str, site: &str) -> Result<Config, String> {
    let text = format!(
        "name = \"N\"\nmode = \"test\"\n{top}\n[desk]\nhost = \"desk.localhost\"\n[wallet]\nhost = \"wallet.localhost\"\n[payee.quay]\nname = \"Q\"\n[site.news]\nhost = \"{host}\"\n\
         origin = \"http://127.0.0.1:1\"\npayee = \"quay\"\npriced = [\"/a/**\"]\noffers = []\n{site}\n"
    );
    Config::parse(&text, Path::new("farthing.toml"), Path::new(".")).map_err(|error| error.to_string())
}

#[test]
fn a_server_that_asks_must_be_listed() {
    let said = read("", "news.localhost", "attach = \"forward-auth\"").unwrap_err();
    assert!(said.contains("site.news.attach") && said.contains("trusted_proxies"), "{said}");
    let config = read("trusted_proxies = [\"127.0.0.1\"]", "news.localhost", "attach = \"forward-auth\"").unwrap();
    assert_eq!((config.site["news"].attach, config.site["news"].search), (Attach::ForwardAuth, false));
    assert_eq!(read("", "news.localhost", "").unwrap().site["news"].attach, Attach::Proxy);
    assert!(read("", "news.localhost", "attach = \"magic\"").is_err());
}

#[test]
fn tools_stand_at_a_plain_path_where_messages_are_seen() {
    let of = |more: &str| read("trusted_proxies = [\"127.0.0.1\"]", "news.localhost", more);
    assert_eq!(of("mcp = [\"/mcp\", \"/v2/mcp\"]").unwrap().site["news"].mcp, ["/mcp", "/v2/mcp"]);
    for path in ["", "mcp", "/", "/mcp/", "/m*", "/a/../mcp", "/mcp?x", "/%6dcp"] {
        let said = of(&format!("mcp = [\"{path}\"]")).unwrap_err();
        assert!(said.contains("site.news.mcp"), "{path}: {said}");
    }
    let said = of("mcp = [\"/mcp\"]\nattach = \"forward-auth\"").unwrap_err();
    assert!(said.contains("site.news.mcp") && said.contains("proxy"), "{said}");
}

#[test]
fn only_pages_beside_a_site_may_show_what_was_paid_there() {
    let of = |host: &str, origin: &str| read("", host, &format!("page_origins = [\"{origin}\"]"));
    for (host, origin) in [
        ("pay.news.localhost", "http://news.localhost:4020"),
        ("pay.news.localhost", "http://www.news.localhost"),
        ("news.localhost", "http://www.news.localhost:8080"),
    ] {
        of(host, origin).unwrap_or_else(|said| panic!("{host} {origin}: {said}"));
    }
    for origin in [
        "http://other.localhost",
        "http://localhost",
        "https://www.news.localhost",
        "http://www.news.localhost/",
        "http://www.news.localhost/page",
        "http://WWW.news.localhost",
        "http://evilnews.localhost",
        "http://user@www.news.localhost",
        "http://news.localhost.evil.example",
        "www.news.localhost",
        "*",
        "null",
        "",
    ] {
        let said = of("pay.news.localhost", origin).unwrap_err();
        assert!(said.contains("site.news.page_origins") && said.contains("http://www.news.localhost:4020"), "{said}");
    }
}

#[test]
fn instances_elsewhere_are_named_by_origins_that_may_be_asked() {
    let elsewhere = |url: &str, payee: &str| {
        let more = format!("\n[elsewhere.review]\nurl = \"{url}\"\npayee = \"{payee}\"\n");
        read("", "news.localhost", &more)
    };
    for url in ["https://review.example", "http://review.localhost:4020", "https://xn--rview-bsa.example"] {
        let config = elsewhere(url, "quay").unwrap();
        assert!(!config.elsewhere["review"].realm().contains(':'), "{url}");
    }
    for url in [
        "http://review.example",
        "https://169.254.169.254",
        "https://10.0.0.1",
        "http://127.0.0.1:4020",
        "https://review.example/",
        "https://review.example/pay",
        "https://Review.example",
        "https://user@review.example",
        "http://news.localhost:4020",
        "review.example",
        "",
    ] {
        let said = elsewhere(url, "quay").unwrap_err();
        assert!(said.contains("elsewhere.review.url"), "{url}: {said}");
        if !url.contains("news.localhost") {
            let said = read("", "news.localhost", &format!("wallets = [\"{url}\"]")).unwrap_err();
            assert!(said.contains("site.news.wallets"), "{url}: {said}");
        }
    }
    assert!(elsewhere("https://review.example", "nobody").unwrap_err().contains("elsewhere.review.payee"));
}

#[test]
fn an_address_that_takes_money_is_whole_or_not_there() {
    let of = |keys: &str| read("", "news.localhost", &format!("[payee.quay.monetization]\n{keys}"));
    let servers = "auth_server = \"https://auth.bank.example\"\nresource_server = \"https://bank.example/op\"";
    for good in
        ["address = \"https://ilp.bank.example/quay?x=1&y=2\"", servers, &format!("{servers}\nasset_code = \"USD\"\nasset_scale = 6")]
    {
        of(good).unwrap_or_else(|said| panic!("{good}: {said}"));
    }
    for (bad, key) in [
        ("asset_scale = 2", "address"),
        ("auth_server = \"https://auth.bank.example\"", "address"),
        (&format!("address = \"https://a.example/\"\n{servers}"), "address"),
        ("address = \"http://ilp.bank.example/quay\"", "address"),
        ("address = \"https://a.example/\\\"><script>\"", "address"),
        ("address = \"$ilp.bank.example\"", "address"),
        (&format!("{servers}\nasset_code = \"eur\""), "asset_code"),
        (&format!("{servers}\nasset_scale = 19"), "asset_scale"),
    ] {
        let said = of(bad).unwrap_err();
        assert!(said.contains(&format!("payee.quay.monetization.{key}")), "{bad}: {said}");
    }
}

#[test]
fn a_coin_is_whole_or_the_key_is_named() {
    let table = |more: &str| {
        let all = [
            ("network", "eip155:8453"),
            ("asset", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"),
            ("name", "USD Coin"),
            ("currency", "USD"),
            ("pay_to", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            ("facilitator", "https://facilitator.example"),
            ("rpc", "https://node.example"),
        ];
        let key = more.split(' ').next().unwrap_or_default();
        let lines = all.iter().filter(|(name, _)| *name != key).map(|(name, value)| format!("{name} = \"{value}\"\n"));
        format!("[site.news.stablecoin.usdc]\n{}{more}\n", lines.collect::<String>())
    };
    let read = |more: &str| read("", "news.localhost", &table(more));
    let config = read("").unwrap();
    let known = &config.site["news"].stablecoin["usdc"];
    assert_eq!((known.decimals, known.version.as_str(), known.patience_s, known.confirmations), (6, "2", 15, 1));
    assert_eq!(known.settle_url(), "https://facilitator.example/settle");
    for (wrong, key) in [
        ("network = \"base\"", "network"),
        ("asset = \"0x833589fcD6eDb6E08f4c7C32D4f71b54bdA02913\"", "asset"),
        ("currency = \"USDC\"", "currency"),
        ("pay_to = \"ann\"", "pay_to"),
        ("decimals = 19", "decimals"),
        ("rpc = \"http://node.example\"", "rpc"),
        ("facilitator = \"https://10.0.0.1\"", "facilitator"),
        ("patience_s = 0", "patience_s"),
        ("confirmations = 0", "confirmations"),
        ("confirmations = 65", "confirmations"),
    ] {
        let said = read(wrong).unwrap_err();
        assert!(said.contains(&format!("site.news.stablecoin.usdc.{key}: ")), "{wrong}: {said}");
    }
    let said = read("rcp = \"x\"").unwrap_err();
    assert!(said.contains("did you mean `site.news.stablecoin.usdc.rpc`?"), "{said}");
    assert!(read("rpc = \"http://localhost:8545\"").is_ok(), "in test mode");
}
