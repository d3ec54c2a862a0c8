//! Chains by the names that people know them by, and the ends of long numbers on them.

/// A network by its name; one that we know no name of by its number.
#[must_use]
pub fn network(id: &str) -> &str {
    match id {
        "eip155:1" => "Ethereum",
        "eip155:10" => "Optimism",
        "eip155:56" => "BNB Chain",
        "eip155:100" => "Gnosis",
        "eip155:137" => "Polygon",
        "eip155:8453" => "Base",
        "eip155:42161" => "Arbitrum",
        "eip155:42220" => "Celo",
        "eip155:43114" => "Avalanche",
        "eip155:84532" => "Base Sepolia (test)",
        "eip155:11155111" => "Ethereum Sepolia (test)",
        other => other,
    }
}

/// The ends of a hash or an address, which is how people compare them.
#[must_use]
pub fn shortened(hash: &str) -> String {
    let ends = hash.get(..6).zip(hash.get(hash.len().saturating_sub(4)..)).filter(|_| hash.len() > 12);
    ends.map_or_else(|| hash.to_owned(), |(head, tail)| format!("{head}…{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_or_unknown_stands_as_it_is() {
        assert_eq!((network("eip155:8453"), network("eip155:31337")), ("Base", "eip155:31337"));
        assert_eq!(shortened("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), "0x5aAe…eAed");
        assert_eq!((shortened("0x12"), shortened("ééééééééé")), ("0x12".to_owned(), "ééé…éé".to_owned()));
    }
}
