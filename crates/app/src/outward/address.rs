//! Which addresses are on the public network. What is reserved, private, a machine's own, a cloud's metadata, or another
//! address in disguise is not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not asked: first address, bits, why.
const NOT_V4: [([u8; 4], u32); 18] = [
    ([0, 0, 0, 0], 8),        // this network
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // a carrier's NAT
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // a cloud's own services under a public address
    ([169, 254, 0, 0], 16),   // link-local, metadata of clouds
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 31, 196, 0], 24),  // AS112
    ([192, 52, 193, 0], 24),  // AMT
    ([192, 88, 99, 0], 24),   // 6to4 relays
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved, broadcast
];

/// Networks within 2000::/3 that are not asked. What is outside of it is not public at all: loopback, mapped and NAT64
/// addresses, unique local, link-local, multicast.
const NOT_V6: [([u16; 8], u32); 5] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),         // protocol assignments, Teredo, ORCHID
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),     // documentation
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),         // 6to4: an IPv4 address inside
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), // AS112
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),         // documentation
];

/// True if an address is on the public network.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits();
            !NOT_V4.iter().any(|(network, length)| leading(bits ^ Ipv4Addr::from(*network).to_bits()) >= *length)
        }
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            let is_global = bits >> 125 == 1;
            is_global && !NOT_V6.iter().any(|(network, length)| (bits ^ Ipv6Addr::from(*network).to_bits()).leading_zeros() >= *length)
        }
    }
}

fn leading(bits: u32) -> u32 {
    bits.leading_zeros()
}
