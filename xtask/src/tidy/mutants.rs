//! Every planted bug still has its place in the sources.
use super::{Findings, Violation};
use crate::mutants::patch;
use crate::repo::Source;

pub fn look(sources: &[Source], findings: &mut Findings) {
    let read = |path: &str| sources.iter().find(|source| source.path == path).map(|source| source.text.clone());
    for mutant in patch::all(sources) {
        let applied =
            mutant.and_then(|mutant| mutant.apply_to(&read).map(drop).map_err(|reason| format!("mutants/{}.patch: {reason}", mutant.name)));
        let Err(reason) = applied else { continue };
        let (path, what) = reason.split_once(": ").unwrap_or(("mutants", &reason));
        findings.violations.push(Violation {
            path: path.to_owned(),
            line: 0,
            what: what.to_owned(),
            why: "a bug that cannot be planted proves nothing",
            fix: "write its hunk anew against the sources as they are".to_owned(),
        });
    }
}
