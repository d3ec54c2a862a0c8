//! Lists of cores as the system writes them, and a list that means nothing.

use super::list;

#[test]
fn lists_are_read_as_the_system_writes_them() {
    assert_eq!(list("0").unwrap(), [0]);
    assert_eq!(list("0-2,5").unwrap(), [0, 1, 2, 5]);
    assert!(list("").is_err() && list("0-x").is_err());
}
