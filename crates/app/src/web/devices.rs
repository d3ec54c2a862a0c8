//! Which devices watch a film from one session, and the button that stops each.

use super::lang::{plain, say};
use super::parts::{bare, hidden};
use super::time;
use super::view::{Form, Instance};
use ::money::Timestamp;
use maud::{Markup, html};

/// The page of a site on which somebody chooses who stops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DevicesView {
    /// The instance that answers.
    pub instance: Instance,
    /// The site's name.
    pub site: String,
    /// Stops one.
    pub stop: Form,
    /// Where it is.
    pub back: String,
    /// How many may watch at once, if that is limited.
    pub most: Option<u8>,
    /// Those that do.
    pub devices: Vec<DeviceLine>,
    /// When it is asked.
    pub now: Timestamp,
}

/// A device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceLine {
    /// As the form says it.
    pub id: String,
    /// What it calls itself; may be empty.
    pub name: String,
    /// Since when it watches.
    pub since: Timestamp,
    /// True if it is the one that asks.
    pub is_this: bool,
}

/// The page.
#[must_use]
pub fn devices(view: &DevicesView) -> String {
    let lang = view.instance.lang;
    let site = html! { span.site { (view.site) } };
    let count = u64::try_from(view.devices.len()).unwrap_or(u64::MAX);
    let content = html! {
        section.card {
            h1 { @if view.devices.is_empty() { (say!(lang, "devices-none")) } @else { (say!(lang, "devices-head", count: count)) } }
            @if let Some(most) = view.most { p { (say!(lang, "devices-most", most: u64::from(most))) } }
            @if view.devices.iter().any(|device| !device.is_this) {
                form method="post" action=(view.stop.action) { (hidden(&view.stop)) (lines(view)) }
                p.small { (say!(lang, "devices-text")) }
            } @else if !view.devices.is_empty() { (lines(view)) }
            p.links { a.btn href=(view.back) { (say!(lang, "devices-back")) } }
        }
    };
    bare(&view.instance, &plain!(lang, "devices"), &site, &content)
}

fn lines(view: &DevicesView) -> Markup {
    let lang = view.instance.lang;
    html! {
        ul.list { @for device in &view.devices { li {
            span {
                @if device.name.is_empty() { (say!(lang, "login-unnamed")) } @else { (device.name) }
                br; small { (say!(lang, "devices-since", since: time::listed_hint(device.since, view.now, lang), zone: lang.zone().name())) }
            }
            @if device.is_this { span.mut { (say!(lang, "login-this")) } } @else {
                button name="device" value=(device.id) { (say!(lang, "devices-stop")) span.vh { " " (device.name) } }
            }
        } } }
    }
}
