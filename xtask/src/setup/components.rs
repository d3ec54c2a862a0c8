//! Everything the checks need besides cargo, in one table.
use super::find;
use crate::repo::Repo;

/// Something on this machine that the checks drive.
pub struct Component {
    pub name: &'static str,
    /// Who needs it.
    pub purpose: &'static str,
    /// Its version, if it is here and usable.
    pub version: fn(&Repo) -> Option<String>,
    pub source: Source,
    /// Components that must be there first.
    pub needs: &'static [&'static str],
}

/// Where a component comes from.
pub enum Source {
    /// The kernel's empty device, which a careless program run as root can replace by a file of whatever was thrown away:
    /// compilers then read that as source text.
    NullDevice,
    /// Debian packages.
    Apt(&'static [&'static str]),
    /// A Debian package, unpacked into `target/tools` and not installed: nothing of it is started.
    Unpacked(&'static str),
    /// Parts of the Rust toolchain.
    Rustup(&'static [&'static str]),
    /// A cargo subcommand, built into `target/tools`.
    Cargo { package: &'static str, version: &'static str },
    /// The workspace in `clients/rust`, built and its tests with it, into `target/tools/rust`.
    RustPayers,
    /// The lock file in `clients/tests/npm`, into `target/tools/npm`.
    Npm,
    /// The lock file in `clients/tests/pypi`, into `target/tools/venv`.
    Pypi,
}

pub const DENY_VERSION: &str = "0.20.2";

/// In the order they are installed.
pub const COMPONENTS: [Component; 18] = [
    Component { name: "null", purpose: "an empty input for compilers", version: find::null_device, source: Source::NullDevice, needs: &[] },
    Component {
        name: "cc",
        purpose: "building SQLite and the TLS primitives",
        version: find::cc,
        source: Source::Apt(&["gcc", "libc6-dev"]),
        needs: &[],
    },
    Component {
        name: "rust",
        purpose: "the steps fmt and clippy",
        version: find::rust,
        source: Source::Rustup(&["rustfmt", "clippy"]),
        needs: &[],
    },
    Component {
        name: "chromium",
        purpose: "the browser suite: real purchases",
        version: find::chromium,
        source: Source::Apt(&["chromium"]),
        needs: &[],
    },
    Component {
        name: "cjk-font",
        purpose: "the browser suite: pages in Korean",
        version: find::cjk_font,
        source: Source::Apt(&["fontconfig", "fonts-nanum"]),
        needs: &[],
    },
    Component {
        name: "node",
        purpose: "the public JavaScript payer",
        version: find::node,
        source: Source::Apt(&["nodejs", "npm"]),
        needs: &[],
    },
    Component {
        name: "python3",
        purpose: "the public Python payer",
        version: find::python3,
        source: Source::Apt(&["python3", "python3-venv", "python3-pip"]),
        needs: &[],
    },
    Component {
        name: "aiosmtpd",
        purpose: "a mail server that takes codes by mail",
        version: find::aiosmtpd,
        source: Source::Apt(&["python3-aiosmtpd"]),
        needs: &["python3"],
    },
    Component {
        name: "hledger",
        purpose: "an outside reader of our books",
        version: find::hledger,
        source: Source::Apt(&["hledger"]),
        needs: &[],
    },
    Component {
        name: "qpdf",
        purpose: "an outside reader of our PDFs: their structure",
        version: find::qpdf,
        source: Source::Apt(&["qpdf"]),
        needs: &[],
    },
    Component {
        name: "poppler",
        purpose: "the text of our PDFs and the files in them",
        version: find::poppler,
        source: Source::Apt(&["poppler-utils"]),
        needs: &[],
    },
    Component {
        name: "ffmpeg",
        purpose: "an outside reader of the films that are sold by the second",
        version: find::ffmpeg,
        source: Source::Apt(&["ffmpeg"]),
        needs: &[],
    },
    Component {
        name: "nginx",
        purpose: "a shared cache in front of a site, and a server that asks us about each page",
        version: find::nginx,
        source: Source::Unpacked("nginx"),
        needs: &[],
    },
    Component {
        name: "caddy",
        purpose: "another server that asks us about each page",
        version: find::caddy,
        source: Source::Unpacked("caddy"),
        needs: &[],
    },
    Component {
        name: "cargo-deny",
        purpose: "the step deny: licences and duplicates",
        version: find::cargo_deny,
        source: Source::Cargo { package: "cargo-deny", version: DENY_VERSION },
        needs: &["cc"],
    },
    Component {
        name: "npm",
        purpose: "mppx and x402 (public payers and servers), an MCP client, standardwebhooks (a public receiver), axe-core, typescript",
        version: find::npm_tools,
        source: Source::Npm,
        needs: &["node"],
    },
    Component {
        name: "pypi",
        purpose: "pympp and x402 (public payers), three x402 batteries, page-validation (PDF/A)",
        version: find::pypi_tools,
        source: Source::Pypi,
        needs: &["python3"],
    },
    Component {
        name: "rust-payers",
        purpose: "mpp and x402-reqwest (public payers), with our adapters",
        version: find::rust_payers,
        source: Source::RustPayers,
        needs: &["cc"],
    },
];

/// Names a failing test may say for what is one component here.
pub const ALIASES: [(&str, &str); 11] = [
    ("ffprobe", "ffmpeg"),
    ("mppx", "npm"),
    ("@getalby/lightning-tools", "npm"),
    ("standardwebhooks", "npm"),
    ("axe", "npm"),
    ("axe-core", "npm"),
    ("pympp", "pypi"),
    ("x402", "npm"),
    ("page-validation", "pypi"),
    ("python", "python3"),
    ("poppler-utils", "poppler"),
];
