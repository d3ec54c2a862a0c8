//! Addresses that the site door folds: one spelling, which folds to itself and hides no dots, doubled slashes or controls.
#![cfg_attr(fuzzing, no_main)]
use app::gateway::Target;

farthing_fuzz::target!(|target: &str| {
    assert!(Target::only_spelling(target, &[]).ok().is_none_or(|plain| plain.sent == target && !plain.path.contains(['#', '\\', ' '])));
    let Some(Ok(folded)) = target.parse().ok().map(|uri: http::Uri| Target::fold(&uri, &["id".into(), "page".into()])) else { return };
    assert!(!folded.path.contains("//") && folded.path.split('/').all(|segment| segment != "." && segment != ".."), "{folded:?}");
    assert!(Target::fold(&folded.forwarded(), &[]).is_ok_and(|again| again.path == folded.path), "{folded:?}");
});
