//! `[[marketplaces]]`: who sells for us, and how its calls and ours are told apart.

use feirante_models::AccountName;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::credentials::{Inbound, Outbound, optional_text, path_key};
use super::divergence::Band;
use super::endpoints::{Endpoints, Overrides};
use super::fees::Fees;
use super::file::Table;
use super::price_adjustment::PriceAdjustment;
use super::stock::StockRules;
use super::suggestions::Suggestions;
use super::{Secret, divergence, mapping};
use crate::mapping::Mapping;

/// A marketplace that sells for the seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marketplace {
    /// Its account name.
    pub account: AccountName,
    /// The seller's id there.
    pub seller_id: String,
    /// The unguessable segment of the registered base URL, `/m/{key}`.
    pub key: Secret,
    /// An old one, which is still answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_key: Option<Secret>,
    /// The sales channels the seller sells to; the first is meant where a call names none.
    pub sales_channels: Vec<String>,
    /// What its cancellation of an authorized order does.
    pub cancellation: CancellationPolicy,
    /// Whether it may modify orders that are being prepared (protocol §3.12).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub modifications: bool,
    /// The seller's gateway account, where the seller takes the payment.
    pub merchant_name: Option<String>,
    /// How its prices differ from the base prices.
    pub price_adjustment: Option<PriceAdjustment>,
    /// The credentials its calls carry.
    pub inbound: Option<Inbound>,
    /// The credentials our calls carry.
    pub outbound: Option<Outbound>,
    /// Where our calls go.
    pub endpoints: Endpoints,
    /// What happens to orders whose price is not ours, by how far it is off.
    pub divergence: Vec<Band>,
    /// How much of the stock it may sell.
    #[serde(default)]
    pub stock: StockRules,
    /// What it keeps of what it sells; `None`: the seller has not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Fees>,
    /// How SKUs are suggested to it.
    #[serde(default)]
    pub suggestions: Suggestions,
    /// What it calls the seller's categories, brands, specifications and values.
    #[serde(default, skip_serializing_if = "Mapping::is_default")]
    pub mapping: Mapping,
    /// How long after a change of its stock it is told a second time: some marketplaces ask for the
    /// new stock before they are ready to take it. `None`: once is enough.
    #[serde(default)]
    pub repeat_notification_after: Option<SignedDuration>,
}

/// What a marketplace's cancellation of an authorized order does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CancellationPolicy {
    /// The order is canceled at once.
    #[default]
    Confirm,
    /// The ERP is asked.
    Evaluate,
}

/// The shortest time after which a second notification is another one than the first.
const SHORTEST_REPEAT: SignedDuration = SignedDuration::from_secs(1);
/// The longest: a queue delays a message by a quarter of an hour at most.
const LONGEST_REPEAT: SignedDuration = SignedDuration::from_mins(10);

impl Marketplace {
    /// The sales channel a call means; `None`: one the seller does not sell to.
    #[must_use]
    pub fn sales_channel(&self, named: Option<&str>) -> Option<&str> {
        let mut channels = self.sales_channels.iter().map(String::as_str);
        match named {
            None => channels.next(),
            Some(named) => channels.find(|channel| *channel == named),
        }
    }

    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let account = table
            .required("account")
            .and_then(|value| value.parsed(AccountName::parse));
        let seller_id = table
            .required("seller_id")
            .and_then(|value| value.parsed(seller_id));
        let key = table
            .required("key")
            .and_then(|value| value.parsed(path_key));
        let previous_key = table
            .get("previous_key")
            .and_then(|value| value.parsed(path_key));
        let sales_channels = table
            .required("sales_channels")
            .map(|value| value.some(|channel| channel.text().map(str::to_owned)));
        let cancellation = table.get("cancellation").and_then(|value| {
            value.choice(&[
                ("confirm", CancellationPolicy::Confirm),
                ("evaluate", CancellationPolicy::Evaluate),
            ])
        });
        let modifications = table.get("modifications").and_then(|value| value.boolean());
        let merchant_name = optional_text(table, "merchant_name");
        let price_adjustment = table
            .get("price_adjustment")
            .and_then(|value| value.table(PriceAdjustment::read));
        let inbound = table
            .get("inbound")
            .and_then(|value| value.table(Inbound::read));
        let outbound = table
            .get("outbound")
            .and_then(|value| value.table(Outbound::read));
        let endpoints = table
            .get("endpoints")
            .and_then(|value| value.table(Overrides::read));
        let divergence = table
            .get("divergence")
            .map(|value| divergence::read(&value));
        let stock = table
            .get("stock")
            .and_then(|value| value.table(StockRules::read));
        let fees = table.get("fees").and_then(|value| value.table(Fees::read));
        let suggestions = table
            .get("suggestions")
            .and_then(|value| value.table(Suggestions::read));
        let mapping = table
            .get("mapping")
            .and_then(|value| value.table(mapping::read));
        let repeat_notification_after = table
            .get("repeat_notification_after")
            .and_then(|value| value.duration(SHORTEST_REPEAT..=LONGEST_REPEAT));
        let account = account?;
        Some(Self {
            endpoints: endpoints.unwrap_or_default().over(&account),
            account,
            seller_id: seller_id?,
            key: key?,
            previous_key,
            sales_channels: sales_channels?,
            cancellation: cancellation.unwrap_or_default(),
            modifications: modifications.unwrap_or(false),
            merchant_name,
            price_adjustment,
            inbound,
            outbound,
            divergence: divergence.unwrap_or_default(),
            stock: stock.unwrap_or_default(),
            fees,
            suggestions: suggestions.unwrap_or_default(),
            mapping: mapping.unwrap_or_default(),
            repeat_notification_after,
        })
    }
}

/// The marketplace's own rules of seller ids (protocol §3.13).
fn seller_id(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !(1..=50).contains(&text.len()) || !text.chars().all(plain) {
        return Err("has 1 to 50 characters of A-Z, a-z, 0-9, - and _");
    }
    if text == "list" {
        return Err("may not be \"list\": marketplaces use that name");
    }
    Ok(text.to_owned())
}
