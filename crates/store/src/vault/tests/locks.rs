//! Locks that opened without a charge: found by their nonce, gone with their sale.

use super::*;
use money::CommandId;

#[test]
fn a_lock_is_found_until_its_sale_is_over() {
    let (stage, vault) = Stage::new();
    let id = |byte| CommandId([byte; 16]);
    vault.open_lock(id(1), id(9), Some(at(50))).unwrap();
    vault.open_lock(id(2), id(8), None).unwrap();
    vault.open_lock(id(1), id(9), Some(at(50))).unwrap();
    drop(vault);
    let vault = stage.open().unwrap();
    let found = |byte| vault.lock_opened_by(id(byte)).unwrap();
    assert_eq!((found(1), found(2), found(3)), (Some(id(9)), Some(id(8)), None));
    assert_eq!((vault.expire_locks(at(49)).unwrap(), vault.expire_locks(at(50)).unwrap()), (0, 1));
    assert_eq!((found(1), found(2)), (None, Some(id(8))), "one that lasts for ever stays");
}
