//! Prices of a SKU: one attribute for each place and beginning, and what becomes of old ones.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::erp::PriceMessage;
use feirante_models::{AccountName, Cents, Instant, SkuId};
use feirante_seller::offer::PriceEntry;
use jiff::SignedDuration;

use super::update::{Newer, Update};
use super::{Offers, item};
use crate::StoreError;
use crate::attributes::{Attributes, Item, Value, as_integer, as_time, number, time};
use crate::retry::{Attempt, Budget, attempt};

/// What a price that began or ended is remembered for, and one that was taken away: longer than a
/// queue and its dead letters together keep an older message that would bring it back.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// So many prices are forgotten together: each by itself would be a second write of every price.
const AT_ONCE: usize = 4;

/// Which of a SKU's prices: the name of its attribute, like `price`, `price:mkt1:2`,
/// `price:mkt1@1795219200000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PriceKey {
    marketplace: Option<AccountName>,
    sales_channel: Option<String>,
    valid_from: Option<Instant>,
}

impl PriceKey {
    fn of(message: &PriceMessage) -> Self {
        Self {
            marketplace: message.marketplace.clone(),
            sales_channel: message.sales_channel.clone(),
            valid_from: message.valid_from,
        }
    }

    fn attribute(&self) -> String {
        let mut name = "price".to_owned();
        // There is no channel without its marketplace.
        if let Some(account) = &self.marketplace {
            name = format!("{name}:{account}");
            if let Some(channel) = &self.sales_channel {
                name = format!("{name}:{channel}");
            }
        }
        match self.valid_from {
            None => name,
            Some(from) => format!("{name}@{}", from.millis()),
        }
    }

    /// The key of an attribute; `None` if that is no price, `Some(None)` if it should be one.
    pub(super) fn read(attribute: &str) -> Option<Option<Self>> {
        let rest = attribute.strip_prefix("price")?;
        let dated = rest.rsplit_once('@').and_then(|(place, from)| {
            let from = Instant::from_millis(from.parse().ok()?)?;
            Some((place, Some(from)))
        });
        let (place, valid_from) = dated.unwrap_or((rest, None));
        if place.is_empty() {
            return Some(Some(Self {
                marketplace: None,
                sales_channel: None,
                valid_from,
            }));
        }
        let place = place.strip_prefix(':')?;
        let (account, sales_channel) = match place.split_once(':') {
            Some((account, channel)) => (account, Some(channel.to_owned())),
            None => (place, None),
        };
        let account = AccountName::parse(account).ok();
        Some(account.map(|account| Self {
            marketplace: Some(account),
            sales_channel,
            valid_from,
        }))
    }

    fn is_of_the_place_of(&self, other: &Self) -> bool {
        self.marketplace == other.marketplace && self.sales_channel == other.sales_channel
    }

    /// The price an attribute holds; `Some(None)` is one that was taken away, kept for its time.
    pub(super) fn entry(self, value: &impl Value) -> Option<Option<PriceEntry>> {
        let fields = value.map()?;
        let Some(price) = fields.find("price") else {
            return Some(None);
        };
        let optional = |name: &str| match fields.find(name) {
            None => Some(None),
            Some(value) => as_integer(value).map(|cents| Some(Cents::new(cents))),
        };
        let valid_until = match fields.find("validUntil") {
            None => None,
            Some(value) => Some(as_time(value)?),
        };
        Some(Some(PriceEntry {
            price: Cents::new(as_integer(price)?),
            list_price: optional("listPrice")?,
            floor: optional("floor")?,
            valid_until,
            marketplace: self.marketplace,
            sales_channel: self.sales_channel,
            valid_from: self.valid_from,
        }))
    }
}

impl Offers {
    /// Writes a price, or takes it away. Those of other beginnings stay, but for what has long been
    /// over.
    ///
    /// # Errors
    /// When the write could not be made in time.
    pub async fn set_price(
        &self,
        message: &PriceMessage,
        as_of: Instant,
        now: Instant,
        budget: Budget,
    ) -> Result<Update, StoreError> {
        let key = PriceKey::of(message);
        let attribute = key.attribute();
        let value = AttributeValue::M(fields(message, as_of, now));
        let mut newer = Newer::of(&message.sku, item::OFFER, attribute.clone(), as_of);
        newer.nested = true;
        newer.set = vec![(attribute, value)];
        if key.valid_from.is_none() {
            return self.update(newer, budget).await;
        }
        let Some(offer) = self.update_returning(newer, budget).await? else {
            return Ok(Update::Outdated);
        };
        let over = over(&offer, now);
        if over.len() >= AT_ONCE
            && let Err(error) = self.forget(&message.sku, over, budget).await
        {
            // They change no price; the next message tries again.
            let sku = message.sku.as_str();
            tracing::warn!(sku, %error, "prices that are over were not removed");
        }
        Ok(Update::Applied)
    }

    /// Removes prices unless one of them was written anew.
    async fn forget(
        &self,
        sku: &SkuId,
        over: Vec<(String, AttributeValue)>,
        budget: Budget,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "UpdateItem";
        let mut names = HashMap::from([("#asOf".to_owned(), "asOf".to_owned())]);
        let mut values = HashMap::new();
        let (mut removed, mut conditions) = (Vec::new(), Vec::new());
        for (index, (name, as_of)) in over.into_iter().enumerate() {
            removed.push(format!("#p{index}"));
            conditions.push(format!("#p{index}.#asOf = :p{index}"));
            names.insert(format!("#p{index}"), name);
            values.insert(format!(":p{index}"), as_of);
        }
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(item::key(sku, item::OFFER).into()))
            .update_expression(format!("REMOVE {}", removed.join(", ")))
            .condition_expression(conditions.join(" AND "))
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values));
        budget
            .run(OPERATION, || async {
                match call.clone().send().await {
                    Ok(_) => Ok(Attempt::Done(())),
                    Err(error)
                        if error
                            .as_service_error()
                            .is_some_and(|error| error.is_conditional_check_failed_exception()) =>
                    {
                        Ok(Attempt::Done(()))
                    }
                    Err(error) => attempt(OPERATION, Err(error)),
                }
            })
            .await
    }
}

fn fields(message: &PriceMessage, as_of: Instant, now: Instant) -> HashMap<String, AttributeValue> {
    let cents = |amount: Option<Cents>| amount.map(|amount| number(amount.get()));
    let mut fields = HashMap::from([("asOf".to_owned(), time(as_of))]);
    if message.valid_from.is_some() {
        fields.insert("heldSince".to_owned(), time(now));
    }
    if message.price.is_none() {
        return fields;
    }
    for (name, value) in [
        ("price", cents(message.price)),
        ("listPrice", cents(message.list_price)),
        ("floor", cents(message.floor)),
        ("validUntil", message.valid_until.map(time)),
    ] {
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    fields
}

/// The prices of an item that can't count any more, with the times they were so. Only those with a
/// beginning: of the others each place has one.
fn over(offer: &Item, now: Instant) -> Vec<(String, AttributeValue)> {
    let long_ago = |moment: Instant| moment.plus(REMEMBERED) <= now;
    let dated = offer.iter().filter_map(|(name, value)| {
        let key = PriceKey::read(name)??;
        let from = key.valid_from?;
        let fields = value.as_m().ok()?;
        let held_long = fields
            .get("heldSince")
            .and_then(as_time)
            .is_some_and(long_ago);
        let entry = key.clone().entry(value)?;
        Some((name, fields, key, from, held_long, entry))
    });
    let dated: Vec<_> = dated.collect();
    // Followed by a price that brings along what this one was still good for.
    let is_followed = |key: &PriceKey, from: Instant, entry: &PriceEntry| {
        dated.iter().any(|(_, _, other, begun, _, follower)| {
            *begun > from
                && long_ago(*begun)
                && other.is_of_the_place_of(key)
                && follower.as_ref().is_some_and(|follower| {
                    follower.valid_until.is_none()
                        && (entry.floor.is_none() || follower.floor.is_some())
                })
        })
    };
    let over = dated.iter().filter(|(_, _, key, from, held_long, entry)| {
        *held_long
            && entry.as_ref().is_none_or(|entry| {
                let ended = entry.valid_until.is_some_and(|end| end <= now);
                ended || is_followed(key, *from, entry)
            })
    });
    over.filter_map(|(name, fields, ..)| Some(((*name).clone(), fields.get("asOf")?.clone())))
        .collect()
}
