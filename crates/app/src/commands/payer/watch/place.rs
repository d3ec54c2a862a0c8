//! Where a film is written to. Beside a file that is not whole lies how far it is, so that the same command goes on: what the file has is
//! not asked for again, whatever became of the session.

use crate::commands::Failure;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Where the segments go.
pub(super) struct Place {
    out: Out,
    mark: Mark,
}

enum Out {
    Screen,
    File { file: File, path: PathBuf },
}

/// How far a file is.
#[derive(Clone, Serialize, Deserialize, Default, PartialEq, Eq, Debug)]
struct Mark {
    url: String,
    /// The first millisecond that it does not have.
    next_ms: u64,
    /// Bytes that are whole segments.
    bytes: u64,
    /// What its segments begin with, as written last.
    begins: Option<String>,
}

impl Place {
    /// A file, gone on with if it was left unfinished; or standard output.
    ///
    /// # Errors
    /// If the file is there already and is not the rest of this film.
    pub fn open(path: Option<&Path>, url: &str) -> Result<Place, Failure> {
        let Some(path) = path else { return Ok(Place { out: Out::Screen, mark: Mark::default() }) };
        let fault = |error: std::io::Error| Failure::failed(format!("cannot write {}: {error}", path.display()));
        let kept = std::fs::read(mark_of(path)).ok().and_then(|text| serde_json::from_slice::<Mark>(&text).ok());
        let mark = match kept {
            Some(mark) if mark.url == url => mark,
            None if !path.exists() => Mark { url: url.to_owned(), ..Mark::default() },
            _ => return Err(Failure::usage(format!("{} is there already, and is not a part of this film", path.display()))),
        };
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fault)?;
        // Less than was written down: somebody changed it.
        if file.metadata().map_err(fault)?.len() < mark.bytes {
            return Err(Failure::usage(format!("{} is shorter than it was left", path.display())));
        }
        file.set_len(mark.bytes).and_then(|()| file.seek(SeekFrom::End(0)).map(drop)).map_err(fault)?;
        Ok(Place { out: Out::File { file, path: path.to_owned() }, mark })
    }

    /// The first millisecond that is still to be had.
    pub fn next_ms(&self) -> u64 {
        self.mark.next_ms
    }

    /// True if what segments begin with is not what was written last.
    pub fn has_not(&self, begins: &str) -> bool {
        self.mark.begins.as_deref() != Some(&target_of(begins))
    }

    /// Writes what the segments after it begin with.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_beginning(&mut self, begins: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write_all(bytes)?;
        self.mark.begins = Some(target_of(begins));
        Ok(())
    }

    /// Writes a segment, whole; true if nobody reads any more.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, next_ms: u64, bytes: &[u8]) -> Result<bool, Failure> {
        if self.write_all(bytes)? {
            return Ok(true);
        }
        self.mark.next_ms = next_ms;
        if let Out::File { path, .. } = &self.out {
            let (mark, aside) = (mark_of(path), mark_of(path).with_extension("watch-new"));
            let text = serde_json::to_vec(&self.mark).unwrap_or_default();
            let kept = std::fs::write(&aside, text).and_then(|()| std::fs::rename(&aside, &mark));
            kept.map_err(|error| Failure::failed(format!("cannot write {}: {error}", mark.display())))?;
        }
        Ok(false)
    }

    /// The film is whole: nothing is left to go on with.
    ///
    /// # Errors
    /// If that cannot be written down.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let Out::File { file, path } = &mut self.out else { return Ok(()) };
        let done = file.sync_all().and_then(|()| match std::fs::remove_file(mark_of(path)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            other => other,
        });
        done.map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))
    }

    fn write_all(&mut self, bytes: &[u8]) -> Result<bool, Failure> {
        let written = match &mut self.out {
            Out::Screen => {
                let mut out = std::io::stdout().lock();
                out.write_all(bytes).and_then(|()| out.flush())
            }
            Out::File { file, .. } => file.write_all(bytes),
        };
        self.mark.bytes = self.mark.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        match written {
            Ok(()) => Ok(false),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(true),
            Err(error) => Err(Failure::failed(format!("cannot write: {error}"))),
        }
    }
}

/// Where it says how far a file is.
fn mark_of(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}.watch", path.file_name().unwrap_or_default().to_string_lossy()))
}

/// An address without the part that is made anew for each session.
fn target_of(uri: &str) -> String {
    let rest = uri.split_once("/.well-known/farthing/watch/").and_then(|(_, rest)| rest.split_once('/'));
    rest.map_or_else(|| uri.to_owned(), |(_, target)| format!("/{target}"))
}
