//! What the guide prints is what the desk shows.

use super::of;
use crate::config::Config;
use std::path::Path;

const GUIDE: &str = include_str!("../../../../../docs/attach.md");

fn snippets(attach: &str) -> Vec<String> {
    let text = format!(
        "name = \"N\"\nmode = \"test\"\ntrusted_proxies = [\"127.0.0.1\"]\n[wallet]\nhost = \"wallet.news.localhost\"\n[desk]\nhost = \"desk.news.localhost\"\n\
         [payee.house]\nname = \"H\"\n[site.main]\nhost = \"news.localhost\"\norigin = \"http://127.0.0.1:8080\"\npayee = \"house\"\n\
         priced = [\"/paid/**\"]\noffers = []\nattach = \"{attach}\"\n"
    );
    let config = Config::parse(&text, Path::new("farthing.toml"), Path::new(".")).unwrap();
    of(&config, &config.site["main"], "/paid/hello.html").into_iter().map(|snippet| snippet.text).collect()
}

#[test]
fn the_guide_prints_the_lines_of_the_desk() {
    for attach in ["proxy", "forward-auth"] {
        for text in snippets(attach) {
            assert!(GUIDE.contains(&text), "docs/attach.md lacks\n{text}");
        }
    }
    assert!(GUIDE.contains("hides, does not protect"));
}
