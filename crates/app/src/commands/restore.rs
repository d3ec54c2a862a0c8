//! `farthing restore`: a data folder out of a backup, or the proof that one could be made.

use super::Failure;
use super::backup::{fault, passphrase};
use super::books::{found, full_audit, report_text};
use super::source::Source;
use crate::audit::{Signatures, key_document};
use crate::config::Config;
use crate::instance::Keys;
use crate::ops::{RESTORED, Restored};
use crate::world;
use data_encoding::HEXLOWER;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use store::backup::{KeysKept, Manifest, restore};
use store::folder::replace_file;

/// `farthing restore`.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("where").required(true))]
pub struct Args {
    /// The backup.
    file: PathBuf,
    /// The data folder to make; it must not exist.
    #[arg(long, group = "where")]
    data: Option<PathBuf>,
    /// Make a folder beside the backup, verify everything, and delete it again.
    #[arg(long, group = "where")]
    test: bool,
    /// The passphrase of the keys; `-` reads standard input.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
    /// After a test: the configuration of the instance whose data folder notes that it went well.
    #[arg(long, default_value = "farthing.toml")]
    config: PathBuf,
    /// Leave sealed keys out: what is restored can be audited and exported.
    #[arg(long, conflicts_with = "passphrase_file")]
    without_keys: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let passphrase = args.passphrase_file.as_deref().map(passphrase).transpose()?;
    match &args.data {
        Some(data) => into(args, data, passphrase.as_deref()),
        None => test(args, passphrase.as_deref()),
    }
}

fn into(args: &Args, data: &Path, passphrase: Option<&[u8]>) -> Result<(), Failure> {
    if data.exists() {
        return Err(Failure::usage(format!("{} is already there; a restore makes a new folder", data.display())));
    }
    let draft = Draft::beside(data)?;
    let manifest = verified(args, &draft, passphrase)?;
    let failed = |error: std::io::Error| Failure::failed(format!("cannot make {}: {error}", data.display()));
    std::fs::rename(&draft.0, data).map_err(failed)?;
    let parent = data.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed)?;
    println!("{}: {}", data.display(), told(&manifest));
    let report = full_audit(&mut Source::open(data)?, Signatures::Verified)?;
    print!("{}", report_text(&report));
    if Keys::stored_at(data).map_err(|error| Failure::store(&error))?.is_none() {
        println!(
            "The keys are not in it: `farthing audit` and `farthing export` work on it, `farthing serve` needs the keys.\n\
             Put the files root, receipt, challenge and pairwise into {} (each 0600).",
            data.join("keys").display()
        );
    }
    Ok(())
}

fn test(args: &Args, passphrase: Option<&[u8]>) -> Result<(), Failure> {
    let draft = Draft::beside(&args.file)?;
    let manifest = verified(args, &draft, passphrase)?;
    let report = full_audit(&mut Source::open(&draft.0)?, Signatures::Verified)?;
    println!("{} can be restored: {}", args.file.display(), told(&manifest));
    print!("{}", report_text(&report));
    if report.receipts.is_none() {
        println!("The keys were not tried: `farthing serve` needs them.");
    }
    match note(args, &manifest, report.receipts.is_some()) {
        Ok(file) => println!("Noted in {}.", file.display()),
        Err(why) => println!("Not noted in a data folder: {why}."),
    }
    Ok(())
}

/// Leaves word of a restore that went well in the data folder of the instance whose backup it was.
fn note(args: &Args, manifest: &Manifest, keys: bool) -> Result<PathBuf, String> {
    let data =
        Config::load(&args.config).map_err(|_| format!("{} is no configuration; name one with --config", args.config.display()))?.data;
    let ours = Keys::stored_at(&data).ok().flatten().map(|keys| protocol::Instance::of(&keys.root.public()).0);
    if ours != Some(manifest.instance) {
        return Err(format!("{} is not the instance that was backed up", data.display()));
    }
    let word = Restored {
        at: world::now().to_string(),
        backup: manifest.made.to_string(),
        sequence: manifest.head.sequence,
        hash: HEXLOWER.encode(&manifest.head.hash),
        keys,
    };
    let file = data.join(RESTORED);
    let text = serde_json::to_string(&word).unwrap_or_default();
    replace_file(&file, text.as_bytes()).map_err(|error| super::chain(&error))?;
    Ok(file)
}

/// Makes the folder and verifies all of it: every hash, the chain, the head, that the keys are those of the journal.
fn verified(args: &Args, draft: &Draft, passphrase: Option<&[u8]>) -> Result<Manifest, Failure> {
    let file = File::open(&args.file).map_err(|error| Failure::usage(format!("cannot read {}: {error}", args.file.display())))?;
    let total = file.metadata().map_or(0, |facts| facts.len());
    let input = Counted { input: BufReader::with_capacity(1 << 20, file), read: 0, said: world::now(), total };
    let manifest = restore(input, &draft.0, passphrase).map_err(fault)?;
    let untold = manifest.keys == KeysKept::Sealed && passphrase.is_none() && !args.without_keys && !args.test;
    if untold {
        return Err(Failure::usage("this backup holds sealed keys: give their passphrase with --passphrase-file, or say --without-keys"));
    }
    if manifest.keys == KeysKept::LeftOut && passphrase.is_some() {
        eprintln!("farthing: this backup was made without keys, so the passphrase opens nothing");
    }
    let source = Source::open(&draft.0)?;
    let founding = source.founding()?;
    if founding.as_ref().map(|founding| founding.instance.0) != Some(manifest.instance) {
        return Err(Failure::damaged("the backup's journal is of another instance than its manifest"));
    }
    let keys = Keys::stored_at(&draft.0).map_err(|error| Failure::store(&error))?;
    if let (Some(keys), Some(founding)) = (&keys, &founding)
        && key_document(keys, founding).is_none()
    {
        return Err(Failure::damaged("the keys in the backup are not those of its journal"));
    }
    // What no rule of the records allows is found before the folder has its name.
    let mut auditor = store::audit::Auditor::default();
    for frame in source.frames()? {
        auditor.frame(&frame.map_err(|error| Failure::store(&error))?, &mut []).map_err(found)?;
    }
    Ok(manifest)
}

fn told(manifest: &Manifest) -> String {
    let keys = match manifest.keys {
        KeysKept::Sealed => "with sealed keys",
        KeysKept::LeftOut => "without keys",
    };
    format!(
        "backup of {} ({}), {} frames up to {}, {} records, {keys}",
        manifest.made,
        manifest.mode.word(),
        manifest.head.sequence,
        manifest.head.timestamp,
        manifest.records
    )
}

/// A folder under a name of its own; what is left of it goes with this.
struct Draft(PathBuf);

impl Draft {
    fn beside(path: &Path) -> Result<Draft, Failure> {
        let name = path.file_name().ok_or_else(|| Failure::usage(format!("{} names nothing", path.display())))?.to_string_lossy();
        let word = protocol::text::base32(&world::random::<8>());
        Ok(Draft(path.with_file_name(format!(".{name}.restore-{word}"))))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is nothing of this name.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Says how far the reading is.
struct Counted<R> {
    input: R,
    read: u64,
    said: money::Timestamp,
    total: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(buffer)?;
        let before = self.read >> 20;
        self.read = self.read.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if self.read >> 20 != before && world::now().ms() >= self.said.ms().saturating_add(2_000) {
            self.said = world::now();
            eprintln!("farthing: restore: {} of {} bytes", self.read, self.total);
        }
        Ok(count)
    }
}
