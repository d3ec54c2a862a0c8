//! The target of a request and the lines of its `Host`: one host, whose spelling is read again the same.
#![cfg_attr(fuzzing, no_main)]
use app::host::Host;

farthing_fuzz::target!(|bytes: &[u8]| {
    let (target, hosts) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1));
    let Ok(target) = http::Uri::try_from(target.trim_ascii_end()) else { return };
    let Ok(host) = Host::of(&farthing_fuzz::headers("host", hosts), &target) else { return };
    assert!(Host::parse(host.as_str()).as_ref() == Some(&host) && host.as_str().starts_with(host.name()), "{host:?}");
});
