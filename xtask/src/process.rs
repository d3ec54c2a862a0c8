//! Running a command with its whole output in a log and chosen lines on the terminal.
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long output may still trickle in after a command ended. A process left behind by a test can hold the pipe
/// open for ever; the check must not wait for it.
const DRAIN: Duration = Duration::from_secs(5);

/// Nothing on the terminal.
pub fn silent(_line: &str) -> bool {
    false
}

/// Everything on the terminal.
pub fn all(_line: &str) -> bool {
    true
}

/// A file that commands append to.
pub struct Log {
    file: File,
}

impl Log {
    /// Begins an empty log, and the folder it stands in.
    pub fn create(path: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot write {}: {error}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        Ok(Self { file: File::create(path).map_err(failed)? })
    }

    pub fn line(&mut self, line: &str) {
        // A log that cannot be written must not turn a good check red.
        writeln!(self.file, "{line}").unwrap_or_default();
    }

    /// Runs a command without a stdin, its two outputs in one stream, and says whether it succeeded.
    /// `shown` picks the lines people see while it runs. An `Err` means it could not be started.
    pub fn run(&mut self, command: &mut Command, shown: impl FnMut(&str) -> bool + Send + 'static) -> Result<bool, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        self.line(&format!("$ {}", spelled(command)));
        let plumbing = |error: io::Error| format!("no pipe for {program}: {error}");
        let (reader, writer) = io::pipe().map_err(plumbing)?;
        let second = writer.try_clone().map_err(plumbing)?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(second)
            .spawn()
            .map_err(|error| format!("cannot start {program}: {error}"))?;
        // The command still holds its ends of the pipe, and the reader would never see the end.
        command.stdout(Stdio::null()).stderr(Stdio::null());

        let mut file = self.file.try_clone().map_err(plumbing)?;
        let (done, finished) = mpsc::channel();
        thread::spawn(move || {
            copy(BufReader::new(reader), &mut file, shown);
            done.send(()).unwrap_or_default();
        });
        let status = child.wait().map_err(|error| format!("lost {program}: {error}"))?;
        finished.recv_timeout(DRAIN).unwrap_or_default();
        Ok(status.success())
    }
}

fn copy(mut reader: impl BufRead, file: &mut File, mut shown: impl FnMut(&str) -> bool) {
    let mut raw = Vec::new();
    while reader.read_until(b'\n', &mut raw).is_ok_and(|length| length > 0) {
        file.write_all(&raw).unwrap_or_default();
        let text = String::from_utf8_lossy(&raw);
        let line = text.trim_end();
        if shown(line) {
            println!("    {line}");
        }
        raw.clear();
    }
}

/// What a command prints, trimmed, if it succeeds within ten seconds.
pub fn answer(command: &mut Command) -> Option<String> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut output = child.stdout.take()?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let text = io::read_to_string(&mut output).unwrap_or_default();
        send.send(text).unwrap_or_default();
    });
    let Ok(text) = receive.recv_timeout(Duration::from_secs(10)) else {
        child.kill().unwrap_or_default();
        child.wait().ok()?;
        return None;
    };
    let status = child.wait().ok()?;
    status.success().then(|| text.trim().to_owned())
}

/// A command as one would type it.
pub fn spelled(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The last lines of a file.
pub fn tail(path: &Path, count: usize) -> String {
    let text = fs::read(path).map(|raw| String::from_utf8_lossy(&raw).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Time since `start` as people say it: `41 s`, `19 min 02 s`.
pub fn elapsed(start: Instant) -> String {
    spoken(start.elapsed().as_secs())
}

fn spoken(seconds: u64) -> String {
    match (seconds.div_euclid(60), seconds.rem_euclid(60)) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

#[cfg(test)]
mod tests;
