//! Languages that an operator laid into `<data>/i18n/`: `<tag>.toml` says how one writes, `<tag>.ftl` has its sentences.
//!
//! A file of a tag that is built in takes its place; what it does not say is said in English. A file that cannot be used stops
//! the start by name: half a language would show on some pages and not on others.

use super::locale::{BadLocale, Locale};
use super::texts::{BadTexts, Texts};
use super::{ALL, BUILT_IN, ENGLISH, Language};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A language that was taken from a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dropped {
    /// Its tag.
    pub tag: String,
    /// Messages that it leaves to English.
    pub missing: Vec<String>,
}

/// A file that is no language; says which and why.
#[derive(Error, Debug)]
pub enum BadLanguage {
    /// It could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It does not say how a language writes.
    #[error("{path}: {source}")]
    Locale {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: BadLocale,
    },
    /// Its sentences cannot be used.
    #[error("{path}: {source}")]
    Texts {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: BadTexts,
    },
    /// The file is named otherwise than its tag.
    #[error("{path}: its tag is `{tag}`, so it is to be named {tag}.toml")]
    Name {
        /// Which file.
        path: PathBuf,
        /// What it says.
        tag: String,
    },
    /// Pages were made before the folder was read; a fault of the program's.
    #[error("languages were chosen before {path} was read")]
    Late {
        /// Which folder.
        path: PathBuf,
    },
}

/// Takes the languages of a folder beside those that are built in; a folder that is not there has none.
///
/// # Errors
/// [`BadLanguage`] for the first file that cannot be used; then nothing was taken.
pub fn take(folder: &Path) -> Result<Vec<Dropped>, BadLanguage> {
    let found = read(folder)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let told = found.iter().map(|(language, missing)| Dropped { tag: language.locale.tag.clone(), missing: missing.clone() }).collect();
    let mut all: Vec<Language> = BUILT_IN.iter().map(Language::read).collect();
    for (language, _) in found {
        match all.iter_mut().find(|known| known.locale.tag == language.locale.tag) {
            Some(known) => *known = language,
            None => all.push(language),
        }
    }
    // One process serves one folder; a second one in it (tests) finds the same languages.
    let late = || BadLanguage::Late { path: folder.to_owned() };
    ALL.set(all).or_else(|all| if ALL.get().is_some_and(|known| known.len() == all.len()) { Ok(()) } else { Err(late()) })?;
    Ok(told)
}

/// The languages of a folder, each with the messages it leaves to English.
///
/// # Errors
/// As [`take`].
fn read(folder: &Path) -> Result<Vec<(Language, Vec<String>)>, BadLanguage> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let text = |path: &Path| fs::read_to_string(path).map_err(|source| BadLanguage::Read { path: path.to_owned(), source });
    let mut found = Vec::new();
    for path in paths {
        let locale = Locale::parse(&text(&path)?).map_err(|source| BadLanguage::Locale { path: path.clone(), source })?;
        if path.file_stem().is_none_or(|stem| stem != locale.tag.as_str()) {
            return Err(BadLanguage::Name { path, tag: locale.tag });
        }
        let sentences = path.with_extension("ftl");
        let said = text(&sentences)?;
        let texts = Texts::parse(&locale.tag, &said).map_err(|source| BadLanguage::Texts { path: sentences, source })?;
        let says = names(&said);
        let missing = names(ENGLISH).into_iter().filter(|name| !says.contains(name)).map(str::to_owned).collect();
        found.push((Language { locale, texts: Some(texts) }, missing));
    }
    Ok(found)
}

/// The names of a file's messages.
fn names(file: &str) -> BTreeSet<&str> {
    file.lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split(" =").next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATIN: &str = include_str!("../../../../../i18n/en.toml");

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
        folder
    }

    fn latin() -> String {
        LATIN.replace("tag = \"en\"", "tag = \"la\"").replace("name = \"English\"", "name = \"Latina\"")
    }

    #[test]
    fn a_language_of_two_files_is_read_and_what_it_leaves_is_counted() {
        let two = folder(&[("la.toml", &latin()), ("la.ftl", "skip = Ad rem\n"), ("notes.txt", "none")]);
        let found = read(two.path()).unwrap();
        assert_eq!(found.len(), 1);
        let (language, missing) = &found[0];
        assert_eq!((language.locale.tag.as_str(), language.locale.name.as_str()), ("la", "Latina"));
        assert!(missing.len() > 300 && !missing.contains(&"skip".to_owned()) && missing.contains(&"balance".to_owned()));
        assert!(read(&two.path().join("nowhere")).unwrap().is_empty());
    }

    #[test]
    fn a_file_that_is_no_language_is_named() {
        let said = |files: &[(&str, &str)]| match read(folder(files).path()) {
            Ok(_) => panic!("it was taken"),
            Err(error) => error.to_string(),
        };
        assert!(said(&[("la.toml", &latin())]).contains("la.ftl"), "its sentences are missing");
        assert!(said(&[("lat.toml", &latin()), ("lat.ftl", "")]).contains("named la.toml"));
        assert!(said(&[("la.toml", "tag = \"la\"\n"), ("la.ftl", "")]).contains("la.toml"));
        assert!(said(&[("la.toml", &latin()), ("la.ftl", "skip = {\n")]).contains("la.ftl"));
    }
}
