//! Vectors that viem made, and the laws of the codec.

use super::*;

#[test]
fn placeholder() {
    assert!(is_network("eip155:1"));
}
