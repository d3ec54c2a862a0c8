//! The secrets of L402: the newest, and those before it for as long as a token under them stands.
//!
//! A former one lies beside the newest in a file of its own, whose name says until when it was used and when it ends. It is written
//! before the newest is replaced, so a crash between the two leaves one secret under two names, and nothing made under it is lost.

use super::keys::{self, KEY_BYTES, KeyName, SecretKey};
use super::{DataFolder, FolderFault, KEYS, fault, write_new};
use crate::Error;
use money::Timestamp;
use std::path::{Path, PathBuf};

const PREFIX: &str = "l402-";
const EVER: &str = "ever";
/// Former secrets that may be kept at once: as many as fit the sealed keys of a backup.
pub const MOST_FORMER: usize = 32;

/// A secret that another took the place of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Former {
    /// Nothing whose nonce is of this millisecond or a later one was made under it.
    pub until: Timestamp,
    /// When the last token under it ends; none for never.
    pub ends: Option<Timestamp>,
}

/// Where the secrets of L402 lie. Only the process that has the folder open may change them.
#[derive(Clone, Debug)]
pub struct L402Keys(PathBuf);

impl Former {
    /// The name of its file in `keys/`: `l402-`, milliseconds, `-`, seconds or `ever`.
    #[must_use]
    pub fn file_name(self) -> String {
        let ends = self.ends.map_or_else(|| EVER.to_owned(), |ends| ends.seconds().to_string());
        format!("{PREFIX}{}-{ends}", self.until.ms())
    }

    /// Reads such a name; each has one spelling.
    #[must_use]
    pub fn parse(name: &str) -> Option<Former> {
        let (until, ends) = name.strip_prefix(PREFIX)?.split_once('-')?;
        let ends = if ends == EVER { None } else { Some(Timestamp::from_seconds(ends.parse().ok()?)) };
        let former = Former { until: Timestamp::from_ms(until.parse().ok()?), ends };
        (former.file_name() == name).then_some(former)
    }

    /// True once no token under it stands.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

impl DataFolder {
    /// The secrets of L402, once the newest is there.
    #[must_use]
    pub fn l402(&self) -> L402Keys {
        L402Keys(self.path.join(KEYS))
    }

    /// The former secrets of L402 in the data folder at `path`, which another process may have open; earliest first.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn former_l402_at(path: &Path) -> Result<Vec<Former>, Error> {
        L402Keys(path.join(KEYS)).former()
    }
}

impl L402Keys {
    /// Those before the newest, earliest first.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn former(&self) -> Result<Vec<Former>, Error> {
        let failed = |source| Error::Read { path: self.0.clone(), source };
        let mut all = Vec::new();
        for entry in std::fs::read_dir(&self.0).map_err(failed)? {
            all.extend(entry.map_err(failed)?.file_name().to_str().and_then(Former::parse));
        }
        all.sort();
        Ok(all)
    }

    /// The newest, and those before it.
    ///
    /// # Errors
    /// As [`DataFolder::key`].
    pub fn load(&self) -> Result<(SecretKey, Vec<(Former, SecretKey)>), Error> {
        let former = self.former()?.into_iter().map(|former| Ok((former, self.key(KeyName::FormerL402(former))?)));
        Ok((self.key(KeyName::L402)?, former.collect::<Result<_, Error>>()?))
    }

    /// Puts a new secret in the place of the newest, which is kept as a former one. A crash leaves the newest as it was, or both.
    ///
    /// # Errors
    /// [`Error::Folder`], [`Error::Read`], [`Error::Write`], [`Error::Sync`]: then the newest is still the one that it was.
    pub fn rotate(&self, former: Former, new: &[u8; KEY_BYTES]) -> Result<(), Error> {
        let newest = self.key(KeyName::L402)?;
        write_new(&self.0.join(former.file_name()), newest.bytes())?;
        write_new(&self.0.join(KeyName::L402.file_name().as_ref()), new)
    }

    /// Removes the former ones under which no token stands any more; which.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Write`].
    pub fn forget(&self, now: Timestamp) -> Result<Vec<Former>, Error> {
        let over: Vec<Former> = self.former()?.into_iter().filter(|former| former.is_over(now)).collect();
        for former in &over {
            let path = self.0.join(former.file_name());
            std::fs::remove_file(&path).map_err(|source| Error::Write { path, source })?;
        }
        Ok(over)
    }

    fn key(&self, name: KeyName) -> Result<SecretKey, Error> {
        let path = self.0.join(name.file_name().as_ref());
        keys::load(&path)?.ok_or_else(|| fault(&path, FolderFault::KeyMissing))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mode;
    use super::*;

    fn seconds(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_former_secret_is_kept_until_its_last_token_ends() {
        let path = tempfile::tempdir().unwrap();
        let path = path.path().join("data");
        let folder = DataFolder::open(&path, Mode::Test).unwrap();
        folder.later_key(KeyName::L402, [1; 32]).unwrap();
        let keys = folder.l402();
        let (first, second) =
            (Former { until: Timestamp::from_ms(1_001), ends: Some(seconds(90)) }, Former { until: seconds(2), ends: None });
        keys.rotate(first, &[2; 32]).unwrap();
        keys.rotate(second, &[3; 32]).unwrap();
        let all = || {
            let (newest, former) = keys.load().unwrap();
            let former: Vec<_> = former.into_iter().map(|(former, key)| (former, key.bytes()[0])).collect();
            (newest.bytes()[0], former)
        };
        assert_eq!(all(), (3, vec![(first, 1), (second, 2)]));
        assert_eq!(DataFolder::former_l402_at(&path).unwrap(), [first, second]);
        assert_eq!(keys.forget(seconds(89)).unwrap(), []);
        assert_eq!(keys.forget(seconds(90)).unwrap(), [first]);
        assert_eq!(all(), (3, vec![(second, 2)]), "what stands for ever is kept for ever");
    }

    #[test]
    fn a_crash_between_the_two_files_leaves_one_secret_under_two_names() {
        let path = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&path.path().join("data"), Mode::Test).unwrap();
        folder.later_key(KeyName::L402, [1; 32]).unwrap();
        let former = Former { until: seconds(1), ends: None };
        write_new(&folder.path().join(KEYS).join(former.file_name()), &[1; 32]).unwrap();
        let (newest, kept) = folder.l402().load().unwrap();
        assert_eq!((newest.bytes(), kept[0].1.bytes()), (&[1; 32], &[1; 32]));
        folder.l402().rotate(Former { until: seconds(2), ends: None }, &[2; 32]).unwrap();
        let (newest, kept) = folder.l402().load().unwrap();
        assert_eq!((newest.bytes()[0], kept.iter().map(|(_, key)| key.bytes()[0]).collect::<Vec<_>>()), (2, vec![1, 1]));
    }

    #[test]
    fn a_name_has_one_spelling() {
        for former in
            [Former { until: Timestamp::from_ms(1_795_000_000_123), ends: None }, Former { until: seconds(5), ends: Some(seconds(7)) }]
        {
            assert_eq!(Former::parse(&former.file_name()), Some(former));
        }
        for wrong in
            ["l402", "l402-", "l402-5", "l402-5-", "l402-05-ever", "l402-5-Ever", "l402-5-7-9", "l402-5-7.new", "l402-+5-7", "root-5-7"]
        {
            assert_eq!(Former::parse(wrong), None, "{wrong}");
        }
    }
}
