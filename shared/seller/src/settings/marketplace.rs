//! `[[marketplaces]]`: who sells for us, and how its calls and ours are told apart.

use feirante_models::AccountName;
use jiff::SignedDuration;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Secret;
use super::endpoints::{Endpoints, Overrides};
use super::fees::Fees;
use super::file::{Table, Value};
use super::mapping;
use super::price_adjustment::PriceAdjustment;
use super::stock::StockRules;
use super::suggestions::Suggestions;
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

/// The credentials a marketplace's calls carry; those that are set must match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// Of `Authorization: VTEX key="…"` and `X-VTEX-API-AppKey`; set together with `app_token`.
    pub app_key: Option<String>,
    /// Of `Authorization: VTEX token="…"` and `X-VTEX-API-AppToken`.
    pub app_token: Option<Secret>,
    /// Of `Authorization: Basic`; set together with `password`.
    pub user: Option<String>,
    /// Of `Authorization: Basic`.
    pub password: Option<Secret>,
    /// Whether a call without credentials is refused.
    pub required: bool,
}

/// The credentials of our calls to a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outbound {
    /// As they are.
    Keys {
        /// `X-VTEX-API-AppKey`.
        app_key: String,
        /// `X-VTEX-API-AppToken`.
        app_token: Secret,
    },
    /// The name of the parameter in the parameter store that holds them.
    Parameter(String),
}

/// A band of price divergence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The band holds up to this difference, in percent of our price.
    pub up_to_percent: Decimal,
    /// What happens to the order.
    pub decision: Decision,
}

/// What happens to an order whose price is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It is taken.
    Authorize,
    /// It is taken, and held for a person to look at.
    Review,
    /// It is refused.
    Deny,
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
        let inbound = table.get("inbound").and_then(|value| value.table(inbound));
        let outbound = table
            .get("outbound")
            .and_then(|value| value.table(outbound));
        let endpoints = table
            .get("endpoints")
            .and_then(|value| value.table(Overrides::read));
        let divergence = table.get("divergence").map(|value| bands(&value));
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

fn optional_text(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.get(key)?.text().map(str::to_owned)
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

fn path_key(text: &str) -> Result<Secret, &'static str> {
    let url_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (1..=64).contains(&text.len()) && text.chars().all(url_safe) {
        Ok(Secret::new(text))
    } else {
        Err("has 1 to 64 characters of A-Z, a-z, 0-9, - and _")
    }
}

fn inbound(table: &mut Table<'_>) -> Option<Inbound> {
    let inbound = Inbound {
        app_key: optional_text(table, "app_key"),
        app_token: optional_text(table, "app_token").map(Secret::new),
        user: optional_text(table, "user"),
        password: optional_text(table, "password").map(Secret::new),
        required: table
            .get("required")
            .and_then(|value| value.boolean())
            .unwrap_or(false),
    };
    for (one, other) in [("app_key", "app_token"), ("user", "password")] {
        together(table, one, other);
    }
    if !table.has("app_key") && !table.has("user") && inbound.required {
        table.mistake(
            "required",
            "needs app_key and app_token, or user and password",
        );
    }
    Some(inbound)
}

fn outbound(table: &mut Table<'_>) -> Option<Outbound> {
    let app_key = optional_text(table, "app_key");
    let app_token = optional_text(table, "app_token").map(Secret::new);
    let parameter = table
        .get("parameter")
        .and_then(|value| value.parsed(parameter_name));
    together(table, "app_key", "app_token");
    if table.has("parameter") {
        if table.has("app_key") {
            table.mistake("parameter", "can't stand beside app_key and app_token");
        }
        return parameter.map(Outbound::Parameter);
    }
    if !table.has("app_key") && !table.has("app_token") {
        table.mistake("parameter", "is missing, or app_key and app_token are");
    }
    Some(Outbound::Keys {
        app_key: app_key?,
        app_token: app_token?,
    })
}

fn together(table: &Table<'_>, one: &str, other: &str) {
    match (table.has(one), table.has(other)) {
        (true, false) => table.mistake(other, format_args!("is missing beside {one}")),
        (false, true) => table.mistake(one, format_args!("is missing beside {other}")),
        _ => {}
    }
}

/// A parameter that the functions may read: their roles name this prefix.
fn parameter_name(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    match text.strip_prefix("/feirante/") {
        Some(name) if !name.is_empty() && name.chars().all(plain) => Ok(text.to_owned()),
        _ => Err("is not the name of a parameter under /feirante/, like /feirante/mkt1"),
    }
}

fn bands(value: &Value<'_>) -> Vec<Band> {
    let mut highest = None;
    value.list(|band| {
        band.table(|table| {
            let up_to = table.required("up_to_percent");
            let percent = up_to.as_ref().and_then(|value| value.decimal(0, 100));
            let decision = table.required("decision").and_then(|value| {
                value.choice(&[
                    ("authorize", Decision::Authorize),
                    ("review", Decision::Review),
                    ("deny", Decision::Deny),
                ])
            });
            if let (Some(percent), Some(highest)) = (percent, highest)
                && percent <= highest
            {
                table.mistake(
                    "up_to_percent",
                    "is not above that of the band before: it never holds",
                );
            }
            highest = percent.or(highest);
            Some(Band {
                up_to_percent: percent?,
                decision: decision?,
            })
        })
    })
}
