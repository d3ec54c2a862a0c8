//! How each component says its version.
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::Command;

use super::components::DENY_VERSION;
use super::install::{NPM_FOLDER, NPM_LOCK, PYPI_LOCK, RUST_FOLDER, RUST_LOCK, STAMP, VENV_FOLDER};
use crate::json;
use crate::process::answer;
use crate::repo::Repo;

/// Where a browser may stand, after `$CHROMIUM`. The browser suite looks in the same places.
const BROWSERS: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

pub fn null_device(_: &Repo) -> Option<String> {
    let kind = std::fs::metadata("/dev/null").ok()?.file_type();
    kind.is_char_device().then(|| "/dev/null".to_owned())
}

pub fn cc(_repo: &Repo) -> Option<String> {
    first_line("cc", &["--version"])?.split(' ').next_back().map(str::to_owned)
}

pub fn rust(_repo: &Repo) -> Option<String> {
    first_line("cargo", &["fmt", "--version"])?;
    first_line("cargo", &["clippy", "--version"])?;
    first_line("rustc", &["--version"]).map(|line| line.replace("rustc ", ""))
}

pub fn chromium(_repo: &Repo) -> Option<String> {
    let chosen = std::env::var("CHROMIUM").ok();
    let mut places = chosen.iter().map(String::as_str).chain(BROWSERS);
    let line = first_line(places.find(|place| Path::new(place).exists())?, &["--version"])?;
    line.split(' ').find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned)
}

pub fn cjk_font(_repo: &Repo) -> Option<String> {
    first_line("fc-list", &[":lang=ko", "family"]).filter(|line| !line.is_empty())
}

pub fn node(_repo: &Repo) -> Option<String> {
    let npm = first_line("npm", &["--version"])?;
    Some(format!("{}, npm {npm}", first_line("node", &["--version"])?))
}

pub fn python3(_repo: &Repo) -> Option<String> {
    // Debian ships python3 without these two modules, and a venv needs both.
    let program = "import sys, venv, ensurepip; assert sys.version_info >= (3, 11); print(sys.version.split()[0])";
    first_line("python3", &["-c", program])
}

pub fn aiosmtpd(_repo: &Repo) -> Option<String> {
    first_line("/usr/bin/python3", &["-m", "aiosmtpd", "--version"])?.strip_prefix("aiosmtpd ").map(str::to_owned)
}

pub fn hledger(_repo: &Repo) -> Option<String> {
    let line = first_line("hledger", &["--version"])?;
    line.split([' ', ',']).nth(1).map(str::to_owned)
}

pub fn qpdf(_repo: &Repo) -> Option<String> {
    first_line("qpdf", &["--version"])?.strip_prefix("qpdf version ").map(str::to_owned)
}

pub fn poppler(_repo: &Repo) -> Option<String> {
    // It says its version where others say what went wrong.
    let line = first_line("sh", &["-c", "command -v pdfdetach > /dev/null && pdftotext -v 2>&1"])?;
    line.strip_prefix("pdftotext version ").map(str::to_owned)
}

pub fn ffmpeg(_repo: &Repo) -> Option<String> {
    let line = first_line("ffprobe", &["-version"])?;
    line.strip_prefix("ffprobe version ")?.split(' ').next().map(str::to_owned)
}

pub fn nginx(repo: &Repo) -> Option<String> {
    // It tells its version on the error stream.
    let said = answer(Command::new("sh").args(["-c", "\"$0\" -v 2>&1"]).arg(repo.path("target/tools/nginx/usr/sbin/nginx")))?;
    said.strip_prefix("nginx version: nginx/").map(|version| version.trim().to_owned())
}

pub fn caddy(repo: &Repo) -> Option<String> {
    answer(Command::new(repo.path("target/tools/caddy/usr/bin/caddy")).arg("version")).map(|version| version.trim().to_owned())
}

pub fn cargo_deny(repo: &Repo) -> Option<String> {
    let line = answer(Command::new(repo.path("target/tools/bin/cargo-deny")).arg("--version"))?;
    line.strip_prefix("cargo-deny ").filter(|version| *version == DENY_VERSION).map(str::to_owned)
}

pub fn npm_tools(repo: &Repo) -> Option<String> {
    if repo.read(NPM_LOCK)? != repo.read(&format!("{NPM_FOLDER}/{STAMP}"))? {
        return None;
    }
    let version = |name: &str| json::text(&repo.read(&format!("{NPM_FOLDER}/node_modules/{name}/package.json"))?, "version");
    let (mppx, x402, webhooks) = (version("mppx")?, version("@x402/core")?, version("standardwebhooks")?);
    Some(format!("mppx {mppx}, x402 {x402}, standardwebhooks {webhooks}, axe-core {}", version("axe-core")?))
}

pub fn pypi_tools(repo: &Repo) -> Option<String> {
    let lock = repo.read(PYPI_LOCK)?;
    if lock != repo.read(&format!("{VENV_FOLDER}/{STAMP}"))? {
        return None;
    }
    // A venv outlives the python it was made with; one that cannot import is not there.
    let program = "import mpp, page, x402, x402conf, hostile_facilitator, protocol_tests, importlib.metadata as m
print('pympp', m.version('pympp') + ', x402', m.version('x402') + ', page-validation', page.__version__)";
    answer(Command::new(repo.path(VENV_FOLDER).join("bin/python")).args(["-c", program]))
}

pub fn rust_payers(repo: &Repo) -> Option<String> {
    if !repo.path(RUST_FOLDER).join("debug/pay").exists() || repo.read(&format!("{RUST_FOLDER}/{STAMP}"))? != rust_sources(repo) {
        return None;
    }
    let lock = repo.read(RUST_LOCK)?;
    let version = |name: &str| Some(lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1.split('"').next()?.to_owned());
    Some(format!("mpp {}, x402-reqwest {}", version("mpp")?, version("x402-reqwest")?))
}

/// A number for all that the Rust payers are built from: another one means that they must be built again.
pub fn rust_sources(repo: &Repo) -> String {
    let folders = ["clients/rust/", "crates/money/", "crates/protocol/"];
    let mut hasher = DefaultHasher::new();
    for source in repo.sources().unwrap_or_default() {
        if folders.iter().any(|folder| source.path.starts_with(folder)) {
            (source.path, source.text).hash(&mut hasher);
        }
    }
    hasher.finish().to_string()
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let text = answer(Command::new(program).args(arguments))?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}
