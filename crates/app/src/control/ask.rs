//! The asking side: a command's own, blocking.

use super::{Ask, Said};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// An answer being read: its output, then what was said. Reading fails where the process said no or broke off.
pub struct Asked {
    input: BufReader<UnixStream>,
    left: usize,
    said: Option<Said>,
}

/// Asks the process that serves a data folder; `None` if none does.
///
/// # Errors
/// What the socket says while it is being used.
pub fn open(socket: &Path, ask: &Ask) -> io::Result<Option<Asked>> {
    let Ok(mut stream) = UnixStream::connect(socket) else { return Ok(None) };
    let line = serde_json::to_string(ask).unwrap_or_default();
    stream.write_all(line.as_bytes())?;
    stream.write_all(b"\n")?;
    Ok(Some(Asked { input: BufReader::with_capacity(256 << 10, stream), left: 0, said: None }))
}

/// The same, and reads the whole answer: for short ones.
///
/// # Errors
/// What the socket says while it is being used, also that the answer broke off.
pub fn ask(socket: &Path, ask: &Ask) -> io::Result<Option<(Said, Vec<u8>)>> {
    let Some(mut asked) = open(socket, ask)? else { return Ok(None) };
    let mut output = Vec::new();
    while asked.is_more()? {
        asked.pour(&mut output)?;
    }
    Ok(asked.said.map(|said| (said, output)))
}

impl Asked {
    /// True if there is output to take; at the end the process has said how it went.
    fn is_more(&mut self) -> io::Result<bool> {
        while self.left == 0 && self.said.is_none() {
            let mut head = [0; 5];
            self.input.read_exact(&mut head).map_err(|_| io::Error::other("the running process broke off its answer"))?;
            let [kind, length @ ..] = head;
            let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
            if kind == b'o' {
                self.left = length;
                continue;
            }
            let mut text = Vec::new();
            (&mut self.input).take(u64::try_from(length).unwrap_or(u64::MAX)).read_to_end(&mut text)?;
            self.said = Some(serde_json::from_slice(&text).unwrap_or(Said::Failed("the running process did not answer".to_owned())));
        }
        Ok(self.left > 0)
    }

    fn pour(&mut self, output: &mut Vec<u8>) -> io::Result<()> {
        let left = u64::try_from(self.left).unwrap_or(u64::MAX);
        let count = (&mut self.input).take(left).read_to_end(output)?;
        if count < self.left {
            return Err(io::Error::other("the running process broke off its answer"));
        }
        self.left = 0;
        Ok(())
    }
}

impl Read for Asked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_more()? {
            return match &self.said {
                Some(Said::Refused(text) | Said::Failed(text)) => Err(io::Error::other(text.clone())),
                Some(Said::Done(_)) | None => Ok(0),
            };
        }
        let most = self.left.min(buffer.len());
        let count = self.input.read(buffer.get_mut(..most).unwrap_or_default())?;
        if count == 0 && most > 0 {
            return Err(io::Error::other("the running process broke off its answer"));
        }
        self.left = self.left.saturating_sub(count);
        Ok(count)
    }
}
