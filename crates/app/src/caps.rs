//! What a payer may let a site draw without a press, before they say otherwise: the caps that the box on a sheet agrees to.

use money::{Amount, Asset, Price};
use serde::Deserialize;

/// Caps in base units of the instance's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    /// At most so much a page.
    pub page: Amount,
    /// At most so much a month on one site.
    pub site: Amount,
    /// At most so much a month on all sites together.
    pub all: Amount,
}

/// `[wallet.caps]`: amounts in main units, such as `"0.05"`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapsWords {
    /// A page.
    pub page: String,
    /// A month on one site.
    pub site: String,
    /// A month on all sites.
    pub all: String,
}

impl Caps {
    /// Those of a currency that has usual ones. No others: a rate of today is no reason for what somebody may lose tomorrow.
    #[must_use]
    pub fn usual(asset: Asset) -> Option<Caps> {
        let caps = |page, site, all| Caps { page: Amount::from_u32(page), site: Amount::from_u32(site), all: Amount::from_u32(all) };
        match asset.iso()?.as_str() {
            "EUR" | "USD" => Some(caps(50_000, 1_000_000, 10_000_000)),
            "KRW" => Caps::read(&CapsWords { page: "50".to_owned(), site: "1000".to_owned(), all: "10000".to_owned() }).ok(),
            _ => None,
        }
    }

    /// Reads the words of a configuration.
    ///
    /// # Errors
    /// The key that is wrong, and what to write.
    pub fn read(words: &CapsWords) -> Result<Caps, (&'static str, &'static str)> {
        let amount = |key, text: &str| Price::decimal(text.trim()).map_err(|_| (key, "an amount in main units, such as \"0.05\""));
        let caps = Caps { page: amount("page", &words.page)?, site: amount("site", &words.site)?, all: amount("all", &words.all)? };
        if caps.page.is_zero() || caps.page > caps.site || caps.site > caps.all {
            return Err(("page", "a page has less than a month on a site, and that less than a month on all"));
        }
        Ok(caps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(page: &str, site: &str, all: &str) -> CapsWords {
        CapsWords { page: page.to_owned(), site: site.to_owned(), all: all.to_owned() }
    }

    #[test]
    fn three_currencies_have_usual_caps_and_others_none() {
        let units = |caps: Caps| [caps.page, caps.site, caps.all].map(Amount::units);
        let of = |iso: &str| Caps::usual(Asset::fiat(iso).unwrap()).map(units);
        assert_eq!(of("EUR"), Some([50_000, 1_000_000, 10_000_000]));
        assert_eq!(of("USD"), of("EUR"));
        assert_eq!(of("KRW"), Some([50_000_000, 1_000_000_000, 10_000_000_000]));
        assert_eq!(of("JPY"), None);
        assert_eq!(Caps::usual(Asset::parse("points").unwrap()), None);
    }

    #[test]
    fn configured_caps_are_amounts_that_grow() {
        assert_eq!(Caps::read(&words("0.05", "1.00", "10")), Ok(Caps::usual(Asset::fiat("EUR").unwrap()).unwrap()));
        for (wrong, key) in [
            (words("", "1", "10"), "page"),
            (words("0.05", "1,00", "10"), "site"),
            (words("0.05", "1", "ten"), "all"),
            (words("0", "1", "10"), "page"),
            (words("2", "1", "10"), "page"),
            (words("0.05", "11", "10"), "page"),
        ] {
            assert_eq!(Caps::read(&wrong).unwrap_err().0, key, "{wrong:?}");
        }
    }
}
