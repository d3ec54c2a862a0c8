//! What a payer keeps, in the hands of strangers: qpdf reads the PDFs, a checker of PDF/A judges them, poppler reads their words
//! and the file in them, Python checks its signature.

use crate::support::evidence::{self, target};
use crate::support::http::{self, Answer};
use crate::support::shop::{Shop, story};
use crate::support::tools::{root, run, run_ok, text, tool};
use app::web::{Lang, Money};
use money::Asset;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Purchases of the month that is printed; with what is added and taken back it has more than three hundred lines.
const PURCHASES: usize = 300;

/// Somebody with a login at a shop's wallet.
struct Reader<'s> {
    shop: &'s Shop,
    cookie: String,
    csrf: String,
}

impl Reader<'_> {
    /// Opens a wallet and puts so many euros into it.
    fn with(shop: &Shop, euros: u32) -> Reader<'_> {
        let opened = http::send("POST", &format!("{}/open", shop.wallet), &[("Origin", &shop.wallet)], b"").unwrap();
        let cookie = opened.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let mut reader = Reader { shop, cookie, csrf: String::new() };
        let home = reader.get("/", "en").text();
        reader.csrf = field(&home, "csrf");
        let added = reader.post("/top-up", &format!("once={}&amount={euros}000000", field(&home, "once")));
        assert_eq!(added.status, 303, "{}", added.text());
        reader
    }

    fn get(&self, path: &str, lang: &str) -> Answer {
        http::get(&format!("{}{path}", self.shop.wallet), &[("Cookie", &*self.cookie), ("Accept-Language", lang)])
    }

    fn post(&self, path: &str, fields: &str) -> Answer {
        let headers = [("Cookie", &*self.cookie), ("Origin", &*self.shop.wallet)];
        http::send("POST", &format!("{}{path}", self.shop.wallet), &headers, format!("{fields}&csrf={}", self.csrf).as_bytes()).unwrap()
    }

    fn buy(&self, path: &str) {
        self.shop.origin.put(path, story("A story"));
        let wall = http::get(&format!("{}{path}", self.shop.site), &[("Accept", "text/html")]).text();
        let quote = wall.split("/pay?q=").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let paid = self.post("/pay", &format!("q={quote}"));
        assert_eq!(paid.status, 303, "{}", paid.text());
    }

    /// All lines of the history.
    fn history(&self) -> Vec<Value> {
        self.get("/history.json", "en").json()["rows"].as_array().unwrap().clone()
    }

    /// The address of the statement of the newest line's month, less its ending.
    fn month(&self) -> String {
        format!("/statements/{}", &self.history()[0]["at"].as_str().unwrap()[..7])
    }
}

fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Keeps a file for people to look at, beside the evidence.
fn kept(name: &str, content: &[u8]) -> PathBuf {
    let folder = target().join("pdf");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, content).unwrap();
    evidence::made("pdf", &file);
    file
}

/// What the checker of PDF/A says: true, and no rule that fails.
fn judged(file: &Path) -> (bool, Vec<String>) {
    let program = "import sys, page, json; r = page.validate_pdf(sys.argv[1], profile='3u'); \
                   print(json.dumps([r.is_compliant, r.rules.total, [f.rule_id + ': ' + f.message for f in r.failures]]))";
    let said = run_ok(Command::new(tool("venv/bin/python", "pypi")).args(["-c", program]).arg(file), "pypi");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert!(said[1].as_u64().unwrap() > 100, "the checker has rules: {said}");
    (said[0].as_bool().unwrap(), said[2].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap().to_owned()).collect())
}

/// Sound by structure and by the rules of PDF/A-3u.
fn sound(file: &Path) {
    let said = run_ok(Command::new("qpdf").arg("--check").arg(file), "qpdf");
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    assert_eq!(judged(file), (true, Vec::new()));
}

/// The words of a PDF, a line each.
fn words(file: &Path) -> String {
    plain(&run_ok(Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(file).arg("-"), "poppler"))
}

/// With plain spaces where a language keeps a number and its symbol on one line.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The one file in a PDF.
fn embedded(file: &Path) -> PathBuf {
    let list = run_ok(Command::new("pdfdetach").arg("-list").arg(file), "poppler");
    assert!(list.starts_with("1 embedded files") && list.trim_end().ends_with(".json"), "{list}");
    let out = file.with_extension("embedded.json");
    run_ok(Command::new("pdfdetach").args(["-save", "1", "-o"]).arg(&out).arg(file), "poppler");
    out
}

/// What a stranger with Python and the published keys says of a document.
pub fn checked(shop: &Shop, document: &Path) -> Result<String, String> {
    let keys = document.with_extension("keys.json");
    fs::write(&keys, http::get(&format!("{}/.well-known/farthing.json", shop.wallet), &[]).body).unwrap();
    // Without `site` Python finds no installed package.
    let mut command = Command::new("python3");
    let output = run(command.arg("-S").arg(root().join("clients/audit/document.py")).args([document, &keys]), "python3");
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

fn versions() -> String {
    let checker = "import page; print(page.__version__)";
    let checker = run_ok(Command::new(tool("venv/bin/python", "pypi")).args(["-c", checker]), "pypi");
    let qpdf = run_ok(Command::new("qpdf").arg("--version"), "qpdf");
    let qpdf = qpdf.lines().next().unwrap_or_default().replace("qpdf version ", "").clone();
    format!("{} (alpha, not veraPDF; qpdf {qpdf})", checker.trim())
}

fn ran() {
    evidence::ran("pdf", "page-validation", &versions());
}

/// Each line's change and what stood after it, as the language writes them.
fn amounts(rows: &[Value], lang: &str) -> Vec<(String, String)> {
    let lang = Lang::named(lang).unwrap();
    let money = |value: &Value| Money { units: value.as_str().unwrap().parse().unwrap(), asset: Asset::fiat("EUR").unwrap() };
    let widest = |key: &str| rows.iter().map(|row| money(&row[key]).decimals()).max().unwrap();
    let (changes, balances) = (widest("amount"), widest("balance"));
    let pair = |row: &Value| (money(&row["amount"]).changed(changes, lang).text(), money(&row["balance"]).padded(balances, lang).text());
    rows.iter().map(pair).collect()
}

/// The last two words of each line that ends in a change and a balance.
fn amounts_in(words: &str) -> Vec<(String, String)> {
    let pair = |line: &str| {
        let mut last = line.split_whitespace().rev();
        let (balance, change) = (last.next()?, last.next()?);
        let is_change = change.starts_with(['+', '−']) && change.contains('€');
        (is_change && balance.starts_with('€')).then(|| (change.to_owned(), balance.to_owned()))
    };
    words.lines().filter_map(pair).collect()
}

#[test]
fn three_hundred_lines_on_paper_are_those_of_the_books_in_english_and_korean() {
    evidence::begin("pdf");
    let shop = Shop::open();
    let reader = Reader::with(&shop, 5);
    // `조용한-항구`, as a browser asks for it.
    let hangul = "%EC%A1%B0%EC%9A%A9%ED%95%9C-%ED%95%AD%EA%B5%AC";
    for number in 0..PURCHASES {
        let path = if number % 10 == 0 { format!("/a/{hangul}-{number}") } else { format!("/c/{hangul}-{number}") };
        reader.buy(&path);
    }
    for sale in reader.history().iter().filter(|row| row["kind"] == "sale").take(7) {
        assert_eq!(reader.post("/undo", &format!("sale={}", sale["id"].as_str().unwrap())).status, 200);
    }
    let month = reader.month();
    for lang in ["en", "ko"] {
        let answer = reader.get(&format!("{month}.pdf"), lang);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/pdf")), "{}", answer.text());
        let file = kept(&format!("statement-{lang}.pdf"), &answer.body);
        sound(&file);
        let facts = embedded(&file);
        let content: Value = serde_json::from_slice(&fs::read(&facts).unwrap()).unwrap();
        let rows = content["rows"].as_array().unwrap();
        assert_eq!(rows.len(), PURCHASES + 8);
        let mut history = reader.history();
        history.reverse();
        for (row, line) in rows.iter().zip(&history) {
            for key in ["id", "at", "kind", "amount", "balance", "item"] {
                assert_eq!(row[key], line[key], "{key}");
            }
        }
        let words = words(&file);
        let expected = amounts(rows, lang);
        assert_eq!(amounts_in(&words), expected, "every amount of the books, in their order, in {lang}");
        for number in 0..PURCHASES {
            assert!(words.contains(&format!("조용한 항구 {number} ")), "the title of {number} in {lang}");
        }
        let (name, paid) = if lang == "en" { ("Statement", "Paid in all") } else { ("명세서", "결제 합계") };
        assert!(words.contains(name) && words.contains(paid) && words.contains("TEST"), "{words}");
        assert!(checked(&shop, &facts).unwrap().contains(": 308 rows, open, good"), "the facts within it are the instance's word");
    }
    shop.audit();
    ran();
}

#[test]
fn a_receipt_on_paper_holds_its_signed_facts() {
    evidence::begin("pdf");
    let shop = Shop::open();
    let reader = Reader::with(&shop, 1);
    reader.buy("/a/story");
    let serial = reader.history()[0]["id"].as_str().unwrap().to_owned();
    for lang in ["en", "ko", "de"] {
        let file = kept(&format!("receipt-{lang}.pdf"), &reader.get(&format!("/r/{serial}.pdf"), lang).body);
        sound(&file);
        let words = words(&file);
        let total = Money { units: 50_000, asset: Asset::fiat("EUR").unwrap() }.exact(Lang::named(lang).unwrap());
        for said in [&*plain(&total), &serial, "The Quay Gazette", "Story", "writer", "TEST"] {
            assert!(words.contains(said), "{said} in {lang}: {words}");
        }
        let facts = embedded(&file);
        assert_eq!(fs::read(&facts).unwrap(), reader.get(&format!("/r/{serial}.json"), lang).body);
        assert_eq!(checked(&shop, &facts).unwrap(), format!("receipt {serial}: good\n"));
    }
    ran();
}

#[test]
fn facts_that_were_changed_are_not_the_instances_word() {
    evidence::begin("pdf");
    let (shop, other) = (Shop::open(), Shop::open());
    let reader = Reader::with(&shop, 1);
    reader.buy("/a/story");
    let good = reader.get(&format!("{}.json", reader.month()), "en").text();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statement.json");
    let said = |shop: &Shop, content: &str| {
        fs::write(&file, content).unwrap();
        checked(shop, &file)
    };
    assert!(said(&shop, &good).unwrap().ends_with("2 rows, open, good\n"));
    for (was, is) in [("\"950000\"", "\"950001\""), ("\"mode\":\"test\"", "\"mode\":\"live\""), ("\"statement\"", "\"receipt\"")] {
        assert!(good.contains(was), "{was}: {good}");
        assert_eq!(said(&shop, &good.replace(was, is)).unwrap_err(), "its signature does not hold\n", "{was}");
    }
    assert_eq!(said(&other, &good).unwrap_err(), "it is of another instance\n");
    ran();
}

#[test]
fn the_checkers_tell_good_from_bad() {
    evidence::begin("pdf");
    let shop = Shop::open();
    let reader = Reader::with(&shop, 1);
    let good = reader.get(&format!("{}.pdf", reader.month()), "en").body;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statement.pdf");
    let marks = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|window| window == from).unwrap();
        let mut bad = good.clone();
        bad[at..at + to.len()].copy_from_slice(to);
        fs::write(&file, bad).unwrap();
    };
    fs::write(&file, &good).unwrap();
    assert!(judged(&file).0);
    marks(b"<pdfaid:conformance>U", b"<pdfaid:conformance>B");
    let (is_good, rules) = judged(&file);
    assert!(!is_good && !rules.is_empty(), "{rules:?}");
    marks(b"startxref", b"startxrog");
    let checked = run(Command::new("qpdf").arg("--check").arg(&file), "qpdf");
    assert!(!checked.status.success() || text(&checked.stderr).contains("WARNING"), "{}", text(&checked.stdout));
    ran();
}
