//! Addresses that the site door folds: one spelling, which folds to itself and hides no dots, doubled slashes or controls.
#![cfg_attr(fuzzing, no_main)]
use app::gateway::Target;

farthing_fuzz::target!(|target: &str| {
    if let Ok(plain) = Target::only_spelling(target, &[]) {
        assert!(plain.sent == target && target.split('?').next() == Some(&plain.path), "{plain:?}");
        assert!(!plain.path.contains(['#', '\\', ' ']) && plain.path.is_ascii() && plain.path.starts_with('/'), "{plain:?}");
    }
    let Ok(uri) = target.parse::<http::Uri>() else { return };
    let Ok(folded) = Target::fold(&uri, &["id".to_owned(), "page".to_owned()]) else { return };
    assert!(!folded.path.contains("//") && folded.path.split('/').all(|segment| segment != "." && segment != ".."), "{folded:?}");
    assert!(Target::fold(&folded.forwarded(), &[]).is_ok_and(|again| again.path == folded.path), "{folded:?}");
});
