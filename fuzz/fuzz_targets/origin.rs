//! The address of an origin in the configuration: scheme, host and port, written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use app::gateway::proxy::Origin;

farthing_fuzz::target!(|text: &str| {
    let Ok(origin) = text.parse::<Origin>() else { return };
    assert!(origin.to_string().parse::<Origin>().is_ok_and(|again| again == origin));
});
