//! The instance under load: the release binary as a child, wallets topped up over the wire, credentials signed beforehand.

use crate::cores::Cores;
use crate::gateway_load::{Connection, on_a_thread};
use crate::session_payer::SessionPayer;
use anyhow::{Context, Result, ensure};
use money::{CommandId, Span, Timestamp};
use protocol::calls::{Call, Kind, sign};
use protocol::challenge::parse_all;
use protocol::text::{Instance, base64url, command};
use protocol::{Credential, SigningKey};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use store::vault::{HandleHash, SiteReader, Vault};

const SITE: &str = "news.localhost";
/// What a session pays for.
const CALL_PATH: &str = "/call/one";
const WALLET: &str = "wallet.localhost";
/// Each wallet's play money, in millionths of a euro.
const TOP_UP: &str = "20000000";

/// A running instance with a site whose `/a/**` costs a hundredth of a cent a page, `/call/**` as much a call; other pages are free.
pub struct Shop {
    child: Child,
    pub folder: tempfile::TempDir,
    /// Where it listens.
    pub address: SocketAddr,
    instance: Instance,
    /// One wallet a connection.
    wallets: Vec<SigningKey>,
    next_page: usize,
}

/// The binary: the one that `FARTHING_BIN` names, else the release build.
pub fn binary() -> Result<PathBuf> {
    if let Ok(path) = std::env::var("FARTHING_BIN") {
        return Ok(path.into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the repository")?;
    let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root.join("target"), PathBuf::from);
    let path = target.join("release/farthing");
    ensure!(path.exists(), "the release build is missing: run `cargo build --release -p farthing`");
    Ok(path)
}

/// Two free ports.
pub fn free_ports() -> Result<(u16, u16)> {
    let (first, second) = (std::net::TcpListener::bind("127.0.0.1:0")?, std::net::TcpListener::bind("127.0.0.1:0")?);
    Ok((first.local_addr()?.port(), second.local_addr()?.port()))
}

fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp(u64::try_from(since.as_micros())?))
}

impl Shop {
    /// Starts the child in front of an origin and fills a wallet for each connection.
    pub fn open(origin: SocketAddr, connections: usize, cores: &Cores) -> Result<Shop> {
        let folder = tempfile::tempdir()?;
        let (port, ops) = free_ports()?;
        let config = format!(
            "name = \"Bench\"\nmode = \"test\"\nlisten = \"127.0.0.1:{port}\"\nops = \"127.0.0.1:{ops}\"\ndata = \"data\"\n\
             currency = \"EUR\"\nwallet = {{ host = \"{WALLET}\" }}\n\n[payee.quay]\nname = \"Quay\"\n\n[site.news]\n\
             host = \"{SITE}\"\norigin = \"http://{origin}\"\npayee = \"quay\"\npriced = [\"/a/**\", \"/call/**\"]\noffers = [\"offers.toml\"]\n"
        );
        let offers = format!(
            "[offer.page]\nunlock = \"http://{SITE}/a/**\"\nprice = {{ fixed = \"0.0001 EUR\" }}\nrefund = {{ window = \"0s\" }}\n\
             [offer.call]\nunlock = \"http://{SITE}/call/**\"\nprice = {{ metered = \"0.0001 EUR\", per = \"1 call\" }}\n"
        );
        std::fs::write(folder.path().join("farthing.toml"), config)?;
        std::fs::write(folder.path().join("offers.toml"), offers)?;
        let mut command = cores.server(&binary()?);
        command.args(["serve", "--json", "--config"]).arg(folder.path().join("farthing.toml"));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        let doors: serde_json::Value = serde_json::from_str(&line).context("the program did not start")?;
        let instance = Instance::parse(doors["instance"].as_str().context("an instance")?)?;
        let wallets = (0..connections).map(|number| SigningKey::from_seed(Sha256::digest(number.to_be_bytes()).into())).collect();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let shop = Shop { child, folder, address, instance, wallets, next_page: 0 };
        on_a_thread(|| shop.top_up())?;
        Ok(shop)
    }

    async fn top_up(&self) -> Result<()> {
        let mut connection = Connection::open(self.address).await?;
        for key in &self.wallets {
            let body = format!("{{\"amount\":\"{TOP_UP}\",\"currency\":\"eur-micro\"}}");
            let mut random = [0; 10];
            getrandom::fill(&mut random)?;
            let id = CommandId::new(now()?.ms(), random);
            let kind = Kind::Write { body: body.as_bytes(), command: id };
            let call = Call { instance: self.instance, method: "POST", target: "/v1/top-ups", kind };
            let request = format!(
                "POST /v1/top-ups HTTP/1.1\r\nHost: {WALLET}\r\nAuthorization: {}\r\nIdempotency-Key: {}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                sign(&call, key, now()?)?,
                command(id),
                body.len()
            );
            let answer = connection.ask(request.as_bytes()).await?;
            ensure!(answer.status == 200, "{}{}", answer.head, String::from_utf8_lossy(answer.body));
        }
        Ok(())
    }

    /// The wallet of a connection.
    pub fn wallet(&self, number: usize) -> Result<SigningKey> {
        self.wallets.get(number).cloned().context("a wallet")
    }

    /// An instant and a fresh id of it.
    pub fn fresh() -> Result<(Timestamp, CommandId)> {
        let mut random = [0; 10];
        getrandom::fill(&mut random)?;
        let at = now()?;
        Ok((at, CommandId::new(at.ms(), random)))
    }

    /// For each connection so many calls, paid by the links of a session of its own, which is opened here.
    pub fn calls(&self, each: usize) -> Result<Vec<Vec<Vec<u8>>>> {
        let calls = u32::try_from(each)? + 1;
        on_a_thread(|| async move {
            let mut connection = Connection::open(self.address).await?;
            let mut all = Vec::new();
            for key in &self.wallets {
                let mut session = SessionPayer::open(&mut connection, key, (CALL_PATH, calls), Shop::fresh()?).await?;
                all.push((0..each).map(|_| session.pay(CALL_PATH)).collect::<Result<Vec<_>>>()?);
            }
            Ok(all)
        })
    }

    /// Ends the child in order; the folder stays until what is given is dropped.
    pub fn end(mut self) -> Result<tempfile::TempDir> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(self.child.wait()?.success(), "the program did not end well");
        Ok(std::mem::replace(&mut self.folder, tempfile::tempdir()?))
    }

    /// The child's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// For each connection so many requests, each with a fresh credential of its own wallet for a page of its own: the
    /// challenges are fetched and signed here.
    pub fn charges(&mut self, each: usize) -> Result<Vec<Vec<Vec<u8>>>> {
        let first = self.next_page;
        self.next_page += each;
        on_a_thread(|| async move {
            let signers = self.wallets.iter().map(|key| tokio::spawn(signed(self.address, key.clone(), first..first + each)));
            let mut all = Vec::new();
            for signer in signers.collect::<Vec<_>>() {
                all.push(signer.await??);
            }
            Ok(all)
        })
    }

    /// Buys `/a/owned` for every wallet and gives the first one a reader's cookie: the request of a browser that comes back.
    pub fn own(&self) -> Result<Vec<u8>> {
        on_a_thread(|| async move {
            let mut connection = Connection::open(self.address).await?;
            for key in &self.wallets {
                let request = credential(&mut connection, key, "/a/owned").await?;
                let answer = connection.ask(&request).await?;
                ensure!(answer.status == 200 && answer.field("payment-receipt").is_some(), "{}", answer.head);
            }
            Ok(())
        })?;
        let handle = base64url(&[7; 16]);
        let party = self.wallets.first().context("a wallet")?.public().account();
        let at = now()?;
        let reader = SiteReader { site: "news".to_owned(), party, created_at: at, expires_at: at.after(Span(90 * 86_400)) };
        let mut vault = Vault::open(&self.folder.path().join("data/vault.db"))?;
        vault.add_reader(&HandleHash(Sha256::digest(&handle).into()), &reader, 1_000)?;
        Ok(get("/a/owned", &format!("Cookie: __Host-farthing_ent={handle}\r\n")))
    }

    /// The signed request of the first wallet for the page it owns.
    pub fn signed_read(&self) -> Result<Vec<u8>> {
        let key = self.wallets.first().context("a wallet")?;
        Ok(get("/a/owned", &self.read_line(key, now()?)?))
    }

    /// For each connection so many signed requests for the page its wallet owns, no two with the same signature.
    pub fn signed_reads(&self, each: usize) -> Result<Vec<Vec<Vec<u8>>>> {
        let (at, half) = (now()?, 100);
        ensure!(each <= 2 * half, "a signed read's time has whole seconds and two minutes' leeway");
        let of = |key: &SigningKey| {
            let seconds = (0..each).map(|turn| at.seconds() + turn as u64 - half as u64);
            seconds.map(|second| Ok(get("/a/owned", &self.read_line(key, Timestamp::from_seconds(second))?))).collect()
        };
        self.wallets.iter().map(of).collect()
    }

    fn read_line(&self, key: &SigningKey, at: Timestamp) -> Result<String> {
        let call = Call { instance: self.instance, method: "GET", target: "/a/owned", kind: Kind::Read };
        Ok(format!("Authorization: {}\r\n", sign(&call, key, at)?))
    }

    /// Waits until the index has seen the journal's last frame; how long that took.
    pub fn await_index(&self) -> Result<Duration> {
        let data = self.folder.path().join("data");
        let head = std::fs::read(data.join("journal/head"))?;
        // Two slots, written in turn: docs/journal-format.md.
        let slots = [24, 4_096 + 24].map(|at| head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_le_bytes));
        let head = slots.into_iter().max().unwrap_or_default();
        let index = rusqlite::Connection::open_with_flags(data.join("index.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let start = Instant::now();
        while index.query_row("SELECT sequence FROM position", (), |row| row.get::<_, i64>(0))? < head {
            ensure!(start.elapsed() < Duration::from_secs(60), "the index does not follow");
            std::thread::park_timeout(Duration::from_millis(5));
        }
        Ok(start.elapsed())
    }

    /// CPU time that the child took so far, in seconds.
    pub fn cpu(&self) -> Result<f64> {
        cpu_of(self.pid())
    }
}

/// CPU time of a process so far, in seconds; the system counts hundredths.
pub fn cpu_of(pid: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = text.rsplit_once(')').context("a process")?;
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap_or(0)).sum();
    Ok(ticks as f64 / 100.0)
}

impl Drop for Shop {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = Command::new("kill").arg(self.child.id().to_string()).status();
            let _ = self.child.wait();
        }
    }
}

/// A request for a site's path with more header lines, each ended by CR LF.
pub fn get(path: &str, lines: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {SITE}\r\nAccept: */*\r\nUser-Agent: bench\r\n{lines}\r\n").into_bytes()
}

/// Fetches a page's challenge and renders the request that answers it.
async fn credential(connection: &mut Connection, key: &SigningKey, path: &str) -> Result<Vec<u8>> {
    let answer = connection.ask(&get(path, "")).await?;
    ensure!(answer.status == 402, "{}", answer.head);
    let challenge = parse_all(answer.field("www-authenticate"))?.pop().context("a challenge")?;
    Ok(get(path, &format!("Authorization: {}\r\n", Credential::sign(challenge, key)?.header_value())))
}

async fn signed(address: SocketAddr, key: SigningKey, pages: std::ops::Range<usize>) -> Result<Vec<Vec<u8>>> {
    let mut connection = Connection::open(address).await?;
    let mut requests = Vec::with_capacity(pages.len());
    for page in pages {
        requests.push(credential(&mut connection, &key, &format!("/a/p/{page}")).await?);
    }
    Ok(requests)
}
