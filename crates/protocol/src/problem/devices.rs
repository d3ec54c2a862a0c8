//! The devices that watch from one session, as a refusal lists them.

use money::Timestamp;
use serde::Serialize;

/// A device that watches.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Device {
    /// Names it in the form that stops it.
    pub id: String,
    /// What it calls itself, cut down to words of ours: `Firefox, Linux`; empty if they are not known.
    pub name: String,
    /// Since when it watches.
    #[serde(serialize_with = "in_text")]
    pub since: Timestamp,
}

fn in_text<S: serde::Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&time.to_string())
}

/// All of them in a sentence.
pub(super) fn listed(devices: &[Device]) -> String {
    let named = |device: &Device| {
        let name = if device.name.is_empty() { "a device" } else { &device.name };
        format!("{name} since {}", device.since)
    };
    devices.iter().map(named).collect::<Vec<_>>().join("; ")
}
