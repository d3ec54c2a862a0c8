//! Finds Chromium, starts it, and sees to it that it dies with the tests.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The tests of the browser suite, as the message about a missing browser names them: the least number the evidence gate takes.
pub const SUITE_TESTS: usize = 67;

const PLACES: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

/// A first start reads 300 MB from a disk that other tests use as well.
const START: Duration = Duration::from_secs(90);

/// What runs Chromium: it waits for the end of its own input, which comes with the end of this process, however that ends.
/// Then the browser is killed, its profile removed, and whatever is left of the process group is killed with the watcher.
const WATCHER: &str = r#"
profile=$1; shift
"$@" </dev/null &
browser=$!
exec 2>/dev/null
cat >/dev/null
kill -9 "$browser"; wait "$browser"
rm -rf "$profile" || rm -rf "$profile"
kill -9 0
"#;

/// A running browser and the address of its DevTools.
pub struct Running {
    pub devtools: String,
    watcher: Child,
    /// Closing it ends the browser.
    lifeline: Option<ChildStdin>,
}

/// The browser's program, or a panic that says what installs it.
#[allow(clippy::disallowed_methods, reason = "a test looks where the machine keeps its browser")]
pub fn require() -> PathBuf {
    let named = std::env::var("CHROMIUM").ok().filter(|path| !path.is_empty());
    let places = named.iter().map(String::as_str).chain(PLACES).map(PathBuf::from);
    let looked_at = named.as_deref().map_or("unset".to_owned(), |path| format!("{path}, not a file"));
    places.into_iter().find(|path| path.is_file()).unwrap_or_else(|| {
        panic!(
            "FAILED browser::require: chromium is missing\n  \
               looked at   $CHROMIUM ({looked_at}), {}\n  \
               needed by   the browser suite, {SUITE_TESTS} tests: real purchases, passkeys, accessibility\n  \
               fix         cargo xtask setup chromium",
            PLACES.join(", ")
        )
    })
}

/// Starts the browser with an empty profile on a free port and waits until DevTools listens.
pub fn start() -> Running {
    let program = require();
    let profile = tempfile::Builder::new().prefix("farthing-browser-").tempdir().expect("a temporary folder can be made").keep();
    let mut watcher = Command::new("sh")
        .args(["-c", WATCHER, "browser-watcher"])
        .arg(&profile)
        .arg(&program)
        .args(flags(&profile))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Its own group: an interrupt at the terminal must not kill the watcher before it has cleaned up.
        .process_group(0)
        .spawn()
        .expect("sh can be started");
    let lifeline = watcher.stdin.take();
    let stderr = watcher.stderr.take().expect("stderr was asked for");
    let (said, hears) = mpsc::channel();
    thread::spawn(move || {
        // Read to the end: a full pipe would stop the browser.
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            drop(said.send(line));
        }
    });
    let mut lines = Vec::new();
    loop {
        match hears.recv_timeout(START) {
            Ok(line) => match line.strip_prefix("DevTools listening on ") {
                Some(devtools) => return Running { devtools: devtools.trim().to_owned(), watcher, lifeline },
                None => lines.push(line),
            },
            Err(RecvTimeoutError::Disconnected) => panic!("{} ended before DevTools listened:\n{}", program.display(), lines.join("\n")),
            Err(RecvTimeoutError::Timeout) => panic!("{} is silent for {START:?}:\n{}", program.display(), lines.join("\n")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.lifeline = None;
        drop(self.watcher.wait());
    }
}

fn flags(profile: &Path) -> Vec<String> {
    let mut flags: Vec<String> = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--remote-debugging-port=0",
    ]
    .map(str::to_owned)
    .into();
    flags.push(format!("--user-data-dir={}", profile.display()));
    if is_root() {
        // Chromium's own sandbox refuses to run as root.
        flags.push("--no-sandbox".into());
    }
    flags.push("about:blank".into());
    flags
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Reads a whole file of a component that `cargo xtask setup` installs below `target/tools`.
pub fn read_component(path: &Path, fix: &str) -> String {
    let mut text = String::new();
    let read = fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    match read {
        Ok(_) => text,
        Err(error) => panic!("FAILED browser::require: {} is missing ({error})\n  fix         {fix}", path.display()),
    }
}
