//! Where the workspace stands, and the files in it.
use std::fs;
use std::path::{Path, PathBuf};

/// The workspace's root folder.
pub struct Repo {
    root: PathBuf,
}

/// A text file of the tree.
pub struct Source {
    /// From the root, with `/` between the parts.
    pub path: String,
    pub text: String,
}

/// Folders that hold no source of ours.
const PASSED_OVER: [&str; 6] = ["target", ".git", "node_modules", "__pycache__", ".farthing-demo", "corpus"];

impl Repo {
    /// The nearest folder, from this crate or the current one upwards, whose Cargo.toml is a workspace.
    pub fn find() -> Result<Self, String> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir().map_err(|error| format!("no current folder: {error}"))?,
        };
        let is_root = |folder: &&Path| fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"));
        match start.ancestors().find(is_root) {
            Some(root) => Ok(Self { root: root.to_path_buf() }),
            None => Err(format!("no workspace at or above {}", start.display())),
        }
    }

    /// A workspace at a known folder.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of a path from the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text at a path from the root; nothing if it is absent or no UTF-8.
    pub fn read(&self, relative: &str) -> Option<String> {
        fs::read_to_string(self.path(relative)).ok()
    }

    /// Every text file of the tree, in the order of its path. Binary files are passed over.
    pub fn sources(&self) -> Result<Vec<Source>, String> {
        let mut found = Vec::new();
        collect(&self.root, "", &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let Ok(kind) = entry.file_type() else { continue };
        // Of any kind: where the tree is one of several of a repository, `.git` is a file.
        if PASSED_OVER.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &path, found)?;
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            found.push(Source { path, text });
        }
    }
    Ok(())
}
