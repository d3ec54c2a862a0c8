//! The few things the journal asks of a disk, so that the same code runs over a simulated one that loses and tears.

use std::fmt::Debug;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;

/// Folders and names.
pub(crate) trait Disk: Send + Sync + Debug {
    /// Makes a new file, readable by its owner only; refused when the name is taken.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Opens a file to read and write.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// The names in a folder, sorted.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// Makes a folder, to be entered by its owner only; refused when the name is taken.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Gives a file another name in the same folder, in place of whatever had it; a crash leaves the one or the other.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes a file's name away. Who has it open goes on reading it.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Whether work beside the writer is done on a thread of its own. A disk under test may want all in one order.
    fn works_beside(&self) -> bool {
        true
    }
}

/// One open file.
pub(crate) trait DiskFile: Send + Debug {
    /// Its length in bytes.
    fn length(&self) -> io::Result<u64>;
    /// Reads into `buffer` from `offset`; fewer bytes, or none at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes all bytes at `offset`, not yet durable.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Lengthens the file to `length` with zeros and sets the space for them aside, not yet durable.
    fn allocate(&mut self, length: u64) -> io::Result<()>;
    /// Cuts the file, not yet durable.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
    /// Makes content and length durable. After an error nothing is known of what was written since the last success.
    fn sync(&mut self) -> io::Result<()>;
    /// Drops what the system remembers of synced content, so that the next read comes from the medium.
    fn forget_cache(&mut self) -> io::Result<()>;
}

/// The machine's own file system.
#[derive(Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().read(true).write(true).open(path)?))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names = entries.collect::<io::Result<Vec<String>>>()?;
        names.sort();
        Ok(names)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

impl DiskFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn allocate(&mut self, length: u64) -> io::Result<()> {
        // Asked first, because the system answers a file over this limit with a signal that ends the process.
        let most = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
        if most.is_some_and(|most| most < length) {
            return Err(rustix::io::Errno::FBIG.into());
        }
        let from = DiskFile::length(self)?;
        let set_aside = || rustix::fs::fallocate(&*self, rustix::fs::FallocateFlags::empty(), 0, length);
        match rustix::io::retry_on_intr(set_aside) {
            // A file system that cannot set space aside gives it for bytes only.
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => write_zeros(self, from, length),
            other => Ok(other?),
        }
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn forget_cache(&mut self) -> io::Result<()> {
        Ok(rustix::fs::fadvise(&*self, 0, None, rustix::fs::Advice::DontNeed)?)
    }
}

fn write_zeros(file: &File, from: u64, to: u64) -> io::Result<()> {
    let zeros = vec![0; 1 << 20];
    let mut at = from;
    while at < to {
        let left = usize::try_from(to.saturating_sub(at)).unwrap_or(usize::MAX);
        let piece = zeros.get(..left).unwrap_or(&zeros);
        file.write_all_at(piece, at)?;
        at = at.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
    }
    Ok(())
}
