//! `farthing backup`: one file with everything a data folder cannot be rebuilt without.

use super::progress::Progress;
use super::source::Source;
use super::{Failure, Which, chain};
use crate::ops::BackedUp;
use crate::world;
use data_encoding::HEXLOWER;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::backup::{Fault, KeysKept, Manifest, Writer, seal_keys};
use store::folder::{DataFolder, KeyName, replace_file};
use store::vault::Vault;

/// Shorter ones are guessed.
const LEAST_PASSPHRASE_BYTES: usize = 8;

/// `farthing backup`.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("keys").required(true))]
pub struct Args {
    /// The file to write; one that is there is never replaced.
    file: PathBuf,
    #[command(flatten)]
    which: Which,
    /// Seal the keys under the passphrase in this file; `-` reads standard input.
    #[arg(long, group = "keys")]
    passphrase_file: Option<PathBuf>,
    /// Leave the keys out: what is restored can be audited and exported, and serves only with keys kept elsewhere.
    #[arg(long, group = "keys")]
    without_keys: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if args.file.exists() {
        return Err(Failure::usage(format!("{} is already there; a backup replaces nothing", args.file.display())));
    }
    let passphrase = args.passphrase_file.as_deref().map(passphrase).transpose()?;
    let source = Source::of(&args.which)?;
    let drafts = Drafts::beside(&args.file)?;
    let sealed = match &passphrase {
        Some(passphrase) => Some((keys(&source.folder)?, passphrase.as_slice())),
        None => None,
    };
    let manifest = write(&source, &drafts, sealed.as_ref())?;
    drafts.publish(&args.file)?;
    let size = std::fs::metadata(&args.file).map_or(0, |facts| facts.len());
    remember(&source.folder, &manifest);
    let keys = if sealed.is_some() { "keys sealed" } else { "without keys" };
    println!(
        "{}: {} frames up to {}, {} records, {size} bytes, {keys}. Test it: farthing restore --test {}",
        args.file.display(),
        manifest.head.sequence,
        manifest.head.timestamp,
        manifest.records,
        args.file.display()
    );
    Ok(())
}

type Key = (KeyName, [u8; 32]);

fn write(source: &Source, drafts: &Drafts, sealed: Option<&(Vec<Key>, &[u8])>) -> Result<Manifest, Failure> {
    let founding = source.founding()?;
    let founding = founding.ok_or_else(|| Failure::failed("the journal is empty, so there is nothing to back up"))?;
    let manifest = Manifest {
        instance: founding.instance.0,
        mode: source.mode,
        made: world::now(),
        head: source.reach.head(),
        records: source.reach.records,
        frame_bytes: source.reach.frame_bytes,
        keys: if sealed.is_some() { KeysKept::Sealed } else { KeysKept::LeftOut },
        program: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let vault = source.folder.join("vault.db");
    if vault.exists() {
        Vault::copy(&vault, &drafts.vault).map_err(|error| Failure::store(&error))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&drafts.file);
    let file = file.map_err(|error| Failure::failed(format!("cannot write {}: {error}", drafts.file.display())))?;
    let mut writer = Writer::begin(BufWriter::with_capacity(1 << 20, file), manifest.clone()).map_err(fault)?;
    let mut progress = Progress::new("backup: frames", manifest.head.sequence);
    let mut last = 0;
    for frame in source.frames()? {
        let frame = frame.map_err(|error| Failure::store(&error))?;
        writer.frame(&frame).map_err(fault)?;
        last = frame.head().sequence;
        progress.tick(last);
    }
    if last != manifest.head.sequence {
        return Err(fault(Fault::Short { found: last, wanted: manifest.head.sequence }));
    }
    let failed = |error: std::io::Error| Failure::failed(format!("cannot read {}: {error}", drafts.vault.display()));
    let copy: Box<dyn Read> =
        if vault.exists() { Box::new(File::open(&drafts.vault).map_err(failed)?) } else { Box::new(std::io::empty()) };
    writer.vault(copy).map_err(fault)?;
    if let Some((keys, passphrase)) = sealed {
        let random = (world::random(), world::random());
        let sealed = seal_keys(keys, passphrase, random, writer.binding());
        writer.keys(&sealed).map_err(fault)?;
    }
    let file = writer.finish().map_err(fault)?.into_inner().map_err(|error| fault(Fault::Write(error.into_error())))?;
    file.sync_all().map_err(|error| fault(Fault::Write(error)))?;
    Ok(manifest)
}

/// The keys that are in the folder; the root key may have been moved offline.
fn keys(folder: &Path) -> Result<Vec<Key>, Failure> {
    let mut keys = Vec::new();
    let former = DataFolder::former_l402_at(folder).map_err(|error| Failure::store(&error))?;
    for name in KeyName::ALL.into_iter().chain(former.into_iter().map(KeyName::FormerL402)) {
        let key = DataFolder::key_at(folder, name).map_err(|error| Failure::store(&error))?;
        match key {
            Some(key) => keys.push((name, *key.bytes())),
            None => eprintln!("farthing: the key {} is not in the folder, so it is not in the backup", name.file_name()),
        }
    }
    Ok(keys)
}

/// A passphrase: the file's bytes without the line's end after them.
pub(super) fn passphrase(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::usage(format!("cannot read the passphrase from {}: {error}", file.display())))?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if bytes.len() < LEAST_PASSPHRASE_BYTES {
        return Err(Failure::usage(format!("a passphrase has at least {LEAST_PASSPHRASE_BYTES} bytes")));
    }
    Ok(bytes)
}

/// What a backup's fault is as a failure; damage has an exit code of its own.
pub(super) fn fault(fault: Fault) -> Failure {
    match fault {
        Fault::Store(error) => Failure::store(&error),
        Fault::Damaged { .. } | Fault::Short { .. } => Failure::damaged(fault.to_string()),
        Fault::Format { .. } | Fault::Passphrase | Fault::Read(_) | Fault::Write(_) => Failure::failed(chain(&fault)),
    }
}

/// Files under names of their own until all is written; what is left of them goes with this.
struct Drafts {
    file: PathBuf,
    vault: PathBuf,
}

impl Drafts {
    fn beside(file: &Path) -> Result<Drafts, Failure> {
        let name = file.file_name().ok_or_else(|| Failure::usage(format!("{} names no file", file.display())))?.to_string_lossy();
        let word = protocol::text::base32(&world::random::<8>());
        let beside = |kind: &str| file.with_file_name(format!(".{name}.{kind}-{word}"));
        Ok(Drafts { file: beside("part"), vault: beside("vault") })
    }

    /// Gives the written file its name, which must still be free, durably.
    fn publish(&self, file: &Path) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::failed(format!("cannot write {}: {error}", file.display()));
        // A link refuses a name that is taken, which a rename would not.
        std::fs::hard_link(&self.file, file).map_err(failed)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        for file in [&self.file, &self.vault] {
            // Most of the time there is only one of them, or none.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Leaves word of the backup in the data folder, for `farthing status`.
fn remember(folder: &Path, manifest: &Manifest) {
    let word = BackedUp {
        at: manifest.made.to_string(),
        sequence: manifest.head.sequence,
        hash: HEXLOWER.encode(&manifest.head.hash),
        keys: manifest.keys == KeysKept::Sealed,
    };
    let text = serde_json::to_string(&word).unwrap_or_default();
    if let Err(error) = replace_file(&folder.join("backup.json"), text.as_bytes()) {
        let _ = writeln!(std::io::stderr(), "farthing: the backup is whole, but `farthing status` will not know of it: {}", chain(&error));
    }
}
