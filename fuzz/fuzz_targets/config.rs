//! The configuration: read, or a mistake that names its place.
#![cfg_attr(fuzzing, no_main)]
use {app::config::Config, std::path::Path};

farthing_fuzz::target!(|text: &str| {
    let config = Config::parse(text, Path::new("farthing.toml"), Path::new("."));
    assert!(config.is_ok() || config.is_err_and(|error| error.to_string().contains("farthing.toml")));
});
