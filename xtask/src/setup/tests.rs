//! Which components a name means, and what a person is told to type.
use super::components::{COMPONENTS, Component};
use super::{choose, install, table};
use crate::repo::Repo;

fn names(chosen: &[&Component]) -> Vec<&'static str> {
    chosen.iter().map(|component| component.name).collect()
}

fn component(name: &str) -> &'static Component {
    COMPONENTS.iter().find(|component| component.name == name).unwrap()
}

#[test]
fn no_name_means_all_and_a_name_brings_what_it_needs() {
    assert_eq!(choose(&[]).unwrap().len(), COMPONENTS.len());
    assert_eq!(names(&choose(&["mppx"]).unwrap()), ["node", "npm"]);
    assert_eq!(names(&choose(&["pypi", "chromium"]).unwrap()), ["chromium", "python3", "pypi"]);
}

#[test]
fn an_unknown_name_lists_the_known() {
    let Err(reason) = choose(&["safari"]) else { panic!("safari is no component") };
    assert!(reason.contains("`safari` is not a component; there are: null, cc, rust, chromium"), "{reason}");
}

#[test]
fn every_component_can_be_installed_by_hand() {
    let repo = Repo::find().unwrap();
    for component in &COMPONENTS {
        assert!(install::by_hand(&repo, component).len() > 20, "{}", component.name);
        for needed in component.needs {
            assert!(COMPONENTS.iter().any(|other| other.name == *needed), "{} needs {needed}", component.name);
        }
    }
    assert_eq!(
        install::by_hand(&repo, component("chromium")),
        "sudo apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 chromium"
    );
}

#[test]
fn the_table_says_what_was_done() {
    let wanted = [component("cc"), component("node"), component("hledger")];
    let versions = [Some("13.2".to_owned()), Some("v20".to_owned()), None];
    let lines = table(&wanted, &versions, &[component("node"), component("hledger")]);
    assert!(lines[0].starts_with("cc          13.2") && lines[0].ends_with("primitives"), "{}", lines[0]);
    assert!(lines[1].ends_with("installed"), "{}", lines[1]);
    assert!(lines[2].ends_with("MISSING"), "{}", lines[2]);
}
