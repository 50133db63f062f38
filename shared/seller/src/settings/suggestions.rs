//! `[marketplaces.suggestions]`: what marketplaces differ in when a SKU is suggested.

use serde::{Deserialize, Serialize};

use super::file::Table;

/// How SKUs are suggested to a marketplace (protocol §3.10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Suggestions {
    /// What the price of a suggestion counts.
    pub sale_price: SalePrice,
    /// Whether EANs are sent as a list: some marketplaces drop one that is a text.
    pub ean_as_array: bool,
}

/// What the price of a suggestion counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SalePrice {
    /// Cents.
    #[default]
    Cents,
    /// Whole units of the currency.
    Units,
}

impl Suggestions {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let sale_price = table.get("sale_price").and_then(|value| {
            value.choice(&[("cents", SalePrice::Cents), ("units", SalePrice::Units)])
        });
        let ean_as_array = table.get("ean_as_array").and_then(|value| value.boolean());
        Some(Self {
            sale_price: sale_price.unwrap_or_default(),
            ean_as_array: ean_as_array.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::SELLER_FILE;
    use crate::settings::Settings;

    fn read(section: &str) -> Result<Suggestions, Vec<String>> {
        let place = "[[warehouses]]";
        let file = SELLER_FILE.replacen(place, &format!("{section}\n{place}"), 1);
        let mistakes = |mistakes: Vec<crate::settings::Mistake>| {
            let paths = mistakes.into_iter().map(|mistake| mistake.path);
            paths.collect::<Vec<_>>()
        };
        let settings = Settings::parse(&file).map_err(mistakes)?;
        Ok(settings.marketplaces[0].suggestions)
    }

    #[test]
    fn a_marketplace_says_how_it_takes_suggestions() {
        assert_eq!(read(""), Ok(Suggestions::default()));
        assert_eq!(
            read("[marketplaces.suggestions]\nsale_price = \"units\"\nean_as_array = true"),
            Ok(Suggestions {
                sale_price: SalePrice::Units,
                ean_as_array: true,
            })
        );
        assert_eq!(
            read("[marketplaces.suggestions]\nsale_price = \"reais\"\nean = 1"),
            Err(vec![
                "marketplaces[0].suggestions.sale_price".to_owned(),
                "marketplaces[0].suggestions.ean".to_owned(),
            ])
        );
    }
}
